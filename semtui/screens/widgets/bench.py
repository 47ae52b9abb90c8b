"""Painters of the ping-pong screen: its set-up, the figures, the histogram, the last results."""

from __future__ import annotations

from rich.cells import cell_len

from semtui.i18n import _
from semtui.pingpong import printing
from semtui.radio.pingpong.plan import Transport
from semtui.radio.pingpong.tally import BOUNDS, Tally
from semtui.radio.pingpong.values import Outcome
from semtui.screens.bench import BenchView, Phase
from semtui.screens.benchform import FIELDS, BenchForm, Field
from semtui.screens.widgets.canvas import Canvas, fit
from semtui.screens.widgets.frame import Area
from semtui.screens.widgets.noise import paint_bars
from semtui.screens.widgets.scene import Scene, write_rows, write_text

_NAME = 11
_SIGNS = {
    Outcome.ANSWERED: (".", "good"),
    Outcome.LOST: ("x", "bad"),
    Outcome.UNSENT: ("x", "bad"),
    Outcome.LATE: ("l", "warn"),
}


def field_words(form: BenchForm, field: Field) -> str:
    """Return a field's value for people."""
    match field:
        case Field.PORT:
            return form.port or _("the demo's own")
        case Field.TRANSPORT:
            return "SKPING" if form.transport is Transport.PING else form.transport.value.upper()
        case Field.SIZE:
            return _("sweep") if form.sweep else _("{n} bytes").format(n=form.size)
        case Field.COUNT:
            return _("no end") if form.count is None else str(form.count)
        case Field.GAP:
            return _("{n:g} s").format(n=form.gap)
    return form.text(field)


def field_names() -> dict[Field, str]:
    """What the fields are called."""
    return {
        Field.ROLE: _("role"),
        Field.PORT: _("port"),
        Field.PAIRING_ID: _("pair id"),
        Field.TRANSPORT: _("transport"),
        Field.SIZE: _("payload"),
        Field.COUNT: _("count"),
        Field.GAP: _("gap"),
    }


def paint_setup(canvas: Canvas, area: Area, scene: Scene, *, form: BenchForm, idle: bool) -> None:
    """The fields; the cursor is shown while they can be changed."""
    names = field_names()
    end = area.x + area.width
    for row, field in enumerate(FIELDS[: area.height]):
        here = idle and field is form.field
        y = area.y + row
        canvas.write(area.x, y, scene.glyphs.arrow if here else " ", "mark", end)
        canvas.write(area.x + 2, y, names[field], "dim", end)
        text = fit(field_words(form, field), area.width - _NAME - 2, scene.glyphs.ellipsis)
        canvas.write(area.x + _NAME + 2, y, text, "mark" if here else "strong", end)


def result_rows(bench: BenchView) -> list[tuple[str, str, str]]:
    """Counts and figures: a name, a value and its style each."""
    tally = bench.tally
    trips, rate, throughput = tally.round_trips(), tally.rate(), tally.throughput()
    share = _(" ({share:.1f} %)").format(share=100 * tally.lost / tally.sent) if tally.sent else ""
    lost = _("lost {n}{share}").format(n=tally.lost, share=share)
    ms = printing.milliseconds
    extremes = _("min {low}  max {high}  jitter {jitter}").format(
        low=ms(trips.least if trips else None),
        high=ms(trips.most if trips else None),
        jitter=ms(trips.jitter if trips else None),
    )
    middle = _("median {median}  p95 {p95}").format(
        median=ms(trips.median if trips else None), p95=ms(trips.p95 if trips else None)
    )
    speed = "-"
    if rate is not None and throughput is not None:
        speed = _("{rate:.1f}/s  {kilobits:.2f} kbit/s of payload").format(
            rate=rate, kilobits=throughput / 1000
        )
    air = bench.state.air_seconds if bench.state is not None else 0.0
    return [
        (_("sent"), _("{n}  answered {m}").format(n=tally.sent, m=tally.answered), "strong"),
        ("", lost, "bad" if tally.lost else "strong"),
        (
            "",
            _("late {late}  duplicate {twice}  foreign {foreign}").format(
                late=tally.late, twice=tally.duplicate, foreign=tally.foreign
            ),
            "warn" if tally.late or tally.duplicate or tally.foreign else "",
        ),
        (_("rtt ms"), middle, "strong"),
        ("", extremes, ""),
        (_("speed"), speed, ""),
        (
            _("air time"),
            _("{seconds:.1f} s, {share:.1f} % of the hour's {budget:.0f} s").format(
                seconds=air, share=100 * air / printing.AIR_BUDGET, budget=printing.AIR_BUDGET
            ),
            "",
        ),
    ]


def paint_result(canvas: Canvas, area: Area, scene: Scene, *, bench: BenchView) -> None:
    """Counts and figures."""
    write_rows(canvas, area, result_rows(bench), 9, scene.glyphs.ellipsis)


def histogram_rows(tally: Tally, rows: int) -> list[tuple[str, int]]:
    """The columns of the histogram that have something, at most `rows`; the last takes the rest."""
    columns = tally.histogram()
    used = [index for index, count in enumerate(columns) if count]
    if not used or rows < 1:
        return []
    first, last = used[0], used[-1]
    shown = min(last, first + rows - 1)
    out = []
    for index in range(first, shown + 1):
        count = columns[index] if index < shown else sum(columns[shown:])
        low = 0 if index == 0 else round(1000 * BOUNDS[index - 1])
        open_end = index == len(BOUNDS) or (index == shown and last > shown)
        label = f">{low}" if open_end else f"{low}-{round(1000 * BOUNDS[index])}"
        out.append((label, count))
    return out


def paint_histogram(canvas: Canvas, area: Area, scene: Scene, *, tally: Tally) -> None:
    """A bar for each range of round trips."""
    rows = histogram_rows(tally, area.height)
    if not rows:
        write_text(canvas, area, _("No round trip has been measured yet."), "dim")
        return
    most = max(count for _label, count in rows)
    end = area.x + area.width
    room = max(1, area.width - 20)
    for y, (label, count) in enumerate(rows, area.y):
        canvas.write(area.x, y, f"{label:>10}", "dim", end)
        length = round(room * count / most) if count else 0
        bar = scene.glyphs.bar_full * max(length, 1 if count else 0)
        x = canvas.write(area.x + 11, y, bar, "imports", end)
        canvas.write(x + 1, y, str(count), "strong", end)


def paint_last(canvas: Canvas, area: Area, scene: Scene, *, tally: Tally) -> None:
    """A sign for each of the last results, the newest at the end."""
    kept = list(tally.last)[-area.width * area.height :]
    for at, outcome in enumerate(kept):
        sign, style = _SIGNS[outcome]
        canvas.write(area.x + at % area.width, area.y + at // area.width, sign, style)


def paint_bench_noise(canvas: Canvas, area: Area, scene: Scene, *, bench: BenchView) -> None:
    """The noise that the last energy scan heard, a coordinator's or the link's, and our channel."""
    noise = bench.noise or scene.view.noise
    if noise is None:
        words = _("The coordinator listens on all channels first, and takes the quietest.")
        write_text(canvas, area, words, "dim", 0, scene.glyphs)
        return
    own = None if bench.state is None else bench.state.channel
    paint_bars(canvas, area, noise, own, scene)


def paint_sweep(canvas: Canvas, area: Area, scene: Scene, *, bench: BenchView) -> None:
    """A row for each payload size."""
    if not bench.by_size:
        write_text(canvas, area, _("w goes through payloads of 16 to 1232 bytes."), "dim")
        return
    for y, line in enumerate(printing.sweep_lines(bench.by_size)[: area.height], area.y):
        style = "dim" if y == area.y else ""
        canvas.write(area.x, y, line, style, area.x + area.width)


def doing(bench: BenchView) -> tuple[str, str]:
    """What is going on, and its style."""
    if bench.phase is Phase.CLOSING:
        return _("Closing the link to the meter: the bench takes its port."), "mark"
    if bench.phase is Phase.RUNNING and bench.state is not None:
        return printing.stage_words(bench.state), "mark"
    if bench.notice is not None:
        notice = bench.notice
        return " ".join(text for text in (notice.title, notice.hint) if text), "warn"
    return _("Start the coordinator first: semtui pingpong --role coordinator on the other."), "dim"


def link_words(bench: BenchView) -> str:
    """What becomes of the meter link."""
    if bench.phase is Phase.IDLE:
        return _("The meter link is closed while this runs, and joined again afterwards.")
    return _("The meter link is closed, and is joined again when this has ended.")


def paint_words(canvas: Canvas, area: Area, scene: Scene, *, bench: BenchView) -> None:
    """What is going on, and what that means for the meter."""
    text, style = doing(bench)
    row = write_text(canvas, Area(area.x, area.y, area.width, area.height - 1), text, style)
    rest = Area(area.x, area.y, area.width, area.height)
    words = link_words(bench)
    if bench.path is not None:
        with_path = _("{words} Exchanges: {file}").format(words=words, file=bench.path.name)
        words = with_path if cell_len(with_path) <= area.width else words
    write_text(canvas, rest, words, "dim", row, scene.glyphs)
