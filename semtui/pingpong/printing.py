"""A run of the radio bench as text: a line an exchange, and a summary."""

from __future__ import annotations

from semtui.i18n import _
from semtui.radio.pingpong.plan import Role
from semtui.radio.pingpong.tally import Tally
from semtui.radio.pingpong.values import BenchStage, BenchState, Exchange, Outcome

AIR_BUDGET = 360.0
"""Seconds on the air that the rules allow in an hour."""


def outcome_words(outcome: Outcome) -> str:
    """Return what became of an exchange, for people."""
    return {
        Outcome.ANSWERED: _("answered"),
        Outcome.LOST: _("lost"),
        Outcome.UNSENT: _("lost, nobody acknowledged it"),
        Outcome.LATE: _("late"),
        Outcome.DUPLICATE: _("duplicate"),
        Outcome.FOREIGN: _("no Ping and no Pong"),
    }[outcome]


def stage_words(state: BenchState) -> str:
    """Return what a run is doing, for people."""
    words = {
        BenchStage.OPENING: _("Opening the port."),
        BenchStage.MODULE: _("Asking the module, and setting it up."),
        BenchStage.LISTENING: _("Listening for noise on the channels 33 to 60 (ED scan)."),
        BenchStage.SEARCHING: _("Looking for coordinators on all channels."),
        BenchStage.CONNECTING: _("The coordinator has been found."),
        BenchStage.WAITING: _("Waiting for a device."),
        BenchStage.RUNNING: _("Running."),
        BenchStage.ENDING: _("Ending; the module is reset."),
        BenchStage.ENDED: _("Ended."),
    }[state.stage]
    if state.channel is None or state.pan_id is None:
        return words
    place = _("Channel {channel}, PAN {pan:04X}.").format(channel=state.channel, pan=state.pan_id)
    return f"{words} {place}"


def line_of(exchange: Exchange, role: Role) -> str:
    """Return an exchange as a line."""
    number = "-" if exchange.number is None else str(exchange.number)
    word = "Pong" if role is Role.COORDINATOR else "Ping"
    text = "" if exchange.counter is None else f"{word}...({exchange.counter:04d})"
    if exchange.outcome is Outcome.ANSWERED and exchange.round_trip is not None:
        said = _("{seconds:.3f} s").format(seconds=exchange.round_trip)
    elif exchange.outcome is Outcome.LATE and exchange.round_trip is not None:
        said = _("late, {seconds:.3f} s").format(seconds=exchange.round_trip)
    else:
        said = outcome_words(exchange.outcome)
    return f"{number:>6}  {text:<14}  {exchange.size:>4} B  {said}"


def counts_line(tally: Tally) -> str:
    """Return the counts of a run."""
    share = f" ({100 * tally.lost / tally.sent:.1f} %)" if tally.sent else ""
    words = _("sent {sent}  answered {answered}  lost {lost}{share}  late {late}").format(
        sent=tally.sent, answered=tally.answered, lost=tally.lost, share=share, late=tally.late
    )
    more = _("duplicate {duplicate}  unsent {unsent}  foreign {foreign}").format(
        duplicate=tally.duplicate, unsent=tally.unsent, foreign=tally.foreign
    )
    return f"{words}  {more}"


def round_trip_line(tally: Tally) -> str:
    """Return the figures of the round trips; dashes where there are none."""
    trips = tally.round_trips()
    if trips is None:
        return _("round trip ms: none was measured")
    return _(
        "round trip ms: min {least}  median {median}  p95 {p95}  max {most}  jitter {jitter}"
    ).format(
        least=milliseconds(trips.least),
        median=milliseconds(trips.median),
        p95=milliseconds(trips.p95),
        most=milliseconds(trips.most),
        jitter=milliseconds(trips.jitter),
    )


def rate_line(tally: Tally) -> str:
    """Return how fast it went."""
    rate, throughput = tally.rate(), tally.throughput()
    if rate is None or throughput is None:
        return _("throughput: too short to tell")
    return _("throughput: {rate:.1f} exchanges/s  {kilobits:.2f} kbit/s of payload").format(
        rate=rate, kilobits=throughput / 1000
    )


def air_line(seconds: float) -> str:
    """Return how much of the hour's send time was used by this board."""
    return _("air time: {seconds:.1f} s of the {budget:.0f} s an hour ({share:.1f} %)").format(
        seconds=seconds, budget=AIR_BUDGET, share=100 * seconds / AIR_BUDGET
    )


def summary(tally: Tally, air_seconds: float, by_size: dict[int, Tally]) -> list[str]:
    """Return the lines behind a run; `by_size` has one tally for each size of a sweep."""
    lines = ["", counts_line(tally), round_trip_line(tally), rate_line(tally)]
    lines.append(air_line(air_seconds))
    if len(by_size) > 1:
        lines += ["", *sweep_lines(by_size)]
    return lines


def sweep_lines(by_size: dict[int, Tally]) -> list[str]:
    """Return a table with a row for each size."""
    heads = (_("bytes"), _("lost %"), _("median"), _("p95"), _("kbit/s"))
    rows = [heads, *(_sweep_row(size, tally) for size, tally in by_size.items())]
    return ["  ".join(f"{cell:>8}" for cell in row) for row in rows]


def _sweep_row(size: int, tally: Tally) -> tuple[str, ...]:
    trips, throughput = tally.round_trips(), tally.throughput()
    return (
        str(size),
        f"{100 * tally.lost / tally.sent:.1f}" if tally.sent else "-",
        milliseconds(trips.median if trips else None),
        milliseconds(trips.p95 if trips else None),
        "-" if throughput is None else f"{throughput / 1000:.2f}",
    )


def milliseconds(seconds: float | None) -> str:
    """Return seconds in milliseconds, to a tenth below ten; a dash for None."""
    if seconds is None:
        return "-"
    value = 1000 * seconds
    return f"{value:.1f}" if value < 10 else f"{value:.0f}"
