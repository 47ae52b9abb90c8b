"""A figure, and how figures are printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

HEADINGS = ("figure", "value", "min .. max (n)", "peer or floor", "ratio", "aim", "met")
WIDTHS = (67, 16, 24, 42, 8, 12, 3)


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing measured several times; the median counts."""

    name: str
    """What was measured, and at which size."""
    samples: Sequence[float]
    unit: str
    peer: Sequence[float] = ()
    """The same unit, measured in the same run; empty when there is nothing to compare with."""
    peer_name: str = ""
    aim: float | None = None
    """In the figure's unit, or a ratio when `aim_of_ratio`."""
    aim_of_ratio: bool = False
    more_is_better: bool = False
    note: str = ""

    @property
    def value(self) -> float:
        return median(self.samples)

    @property
    def ratio(self) -> float | None:
        """The value over the peer's."""
        return self.value / median(self.peer) if self.peer else None

    @property
    def met(self) -> bool | None:
        """Whether the aim is reached; None where there is none."""
        judged = self.ratio if self.aim_of_ratio else self.value
        if self.aim is None or judged is None:
            return None
        return judged >= self.aim if self.more_is_better else judged <= self.aim

    def cells(self) -> tuple[str, ...]:
        """The row of the table."""
        low, high = min(self.samples), max(self.samples)
        sign = ">=" if self.more_is_better else "<="
        aim = "" if self.aim is None else f"{sign} {_number(self.aim)}"
        if self.aim is not None and self.aim_of_ratio:
            aim += "x"
        return (
            self.name,
            f"{_number(self.value)} {self.unit}",
            f"{_number(low)} .. {_number(high)} ({len(self.samples)})",
            f"{_number(median(self.peer))} {self.peer_name}" if self.peer else "",
            "" if self.ratio is None else f"{_number(self.ratio)}x",
            aim,
            {None: "", True: "yes", False: "NO"}[self.met],
        )


def print_headings() -> None:
    """Print the first two lines of the table."""
    _print_row(HEADINGS)
    _print_row(["-" * width for width in WIDTHS])


def print_figure(figure: Figure) -> None:
    """Print one row, with its note below."""
    _print_row(figure.cells())
    for line in figure.note.splitlines():
        print(f"    {line}")


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0 to 1) of `values` lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _print_row(cells: Sequence[str]) -> None:
    row = "  ".join(cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True))
    print(row.rstrip(), flush=True)


def _number(value: float) -> str:
    if value == int(value) or abs(value) >= 1000:
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:.3g}"
