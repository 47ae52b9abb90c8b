"""What the chart's cursor says: the exact values of its column, and the difference to before."""

from __future__ import annotations

from collections.abc import Sequence

from semtui.i18n import _, ngettext
from semtui.screens.lookup import HistoryPage, Power
from semtui.screens.period import Length
from semtui.screens.widgets.canvas import Run
from semtui.screens.widgets.slottable import signed_kwh, span_words


def cursor_runs(page: HistoryPage, column: int | None) -> list[Run]:
    """The values of the cursor's column, exact, with the time it stands for."""
    if column is None:
        return [(_("no power is known of this period"), "dim")]
    runs = [(span_words(page, 2 * column, 2 * column + 2), "mark")]
    both = joined(page.buckets[2 * column : 2 * column + 2])
    if both is None:
        runs.append(("  " + _("gap: nothing was measured"), "warn"))
    elif not both.count:
        runs += [(_("  mean "), "dim"), (f"{both.mean:.0f} W", "strong")]
        runs.append((_("  by the register: nothing was measured"), "dim"))
    else:
        count = ngettext("{n} reading", "{n} readings", both.count).format(n=both.count)
        runs += [
            (_("  mean "), "dim"),
            (f"{both.mean:.0f} W", "strong"),
            (_("  min "), "dim"),
            (f"{both.low:.0f}", "strong"),
            (_("  max "), "dim"),
            (f"{both.high:.0f}", "strong"),
            (f"  {count}", "dim"),
        ]
    if page.before:
        then = joined(page.before[2 * column : 2 * column + 2])
        runs.append((_("  before "), "dim"))
        runs.append(("--" if then is None else f"{then.mean:.0f} W", "before"))
    return runs


def against(page: HistoryPage) -> str:
    """The difference to the period before, as far as both have come."""
    difference = page.difference_kwh
    value = "--" if difference is None else signed_kwh(difference)
    words = {
        Length.DAY: _("{kwh} kWh to the day before"),
        Length.WEEK: _("{kwh} kWh to the week before"),
        Length.MONTH: _("{kwh} kWh to the month before"),
        Length.YEAR: _("{kwh} kWh to the year before"),
    }
    return words[page.query.period.length].format(kwh=value)


def joined(buckets: Sequence[Power | None]) -> Power | None:
    """The buckets of a column as one; None where none is known."""
    known = [b for b in buckets if b is not None]
    measured = [b for b in known if b.count]
    if not known:
        return None
    if not measured:
        mean = sum(b.mean for b in known) / len(known)
        return Power(mean, mean, mean, 0)
    count = sum(b.count for b in measured)
    return Power(
        sum(b.mean * b.count for b in measured) / count,
        min(b.low for b in measured),
        max(b.high for b in measured),
        count,
    )
