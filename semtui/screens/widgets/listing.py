"""The console's list: what of the wire and the notices is shown, and which line is chosen.

It looks at the view only while the console is shown, takes what is new, and
keeps its own place by the numbers of the lines, which stay true while old
ones drop out.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from enum import Enum, unique
from functools import cached_property
from itertools import islice

from semtui.echonet.scale import EnergyScale
from semtui.i18n import _
from semtui.model import Level, Notice, WireLine
from semtui.radio.masking import shorten_addresses
from semtui.screens.widgets.lists import LEVELS, sentence
from semtui.view import CONSOLE_LINES, View
from semtui.wiretalk import details, gist


@unique
class Shown(Enum):
    """What the list shows, in the order of the key."""

    BOTH = "both"
    WIRE = "wire"
    LOG = "log"


LEVEL_ORDER = (Level.INFO, Level.WARNING, Level.ERROR)


def scale_of(view: View) -> EnergyScale:
    """What a count of the meter is worth, as far as it is known."""
    meter = view.meter
    if meter is None or meter.unit_kwh is None or meter.coefficient is None:
        return EnergyScale()
    return EnergyScale(meter.coefficient, meter.unit_kwh)


def readable(raw: bytes) -> str:
    """Bytes as text: what is no printable ASCII as an escape, without the line end."""
    return "".join(
        chr(byte) if 32 <= byte < 127 else f"\\x{byte:02X}" for byte in raw.rstrip(b"\r\n")
    )


@dataclass(frozen=True, eq=False)
class Item:
    """A line of the list."""

    number: int
    entry: WireLine | Notice
    scale: EnergyScale

    @cached_property
    def text(self) -> str:
        """The line itself."""
        if isinstance(self.entry, Notice):
            return sentence(self.entry)
        if self.entry.raw:
            return readable(self.entry.raw)
        return "".join(char if char.isprintable() else "?" for char in self.entry.text)

    @cached_property
    def short(self) -> str:
        """The line as a list shows it: without the empty line before it, addresses cut."""
        return shorten_addresses(self.text.removeprefix("\\x0D\\x0A"))

    @cached_property
    def gist(self) -> str:
        """What it means, in one line; empty where it needs no words."""
        if isinstance(self.entry, Notice):
            return self.entry.hint
        return gist(self.entry.text, self.scale)

    @cached_property
    def details(self) -> list[str]:
        """What it means, in full."""
        if isinstance(self.entry, Notice):
            return [self.entry.hint] if self.entry.hint else []
        return details(self.entry.text, self.scale)

    @property
    def stamp(self) -> str:
        """Its time of day, to the millisecond."""
        at = self.entry.at
        return f"{at:%H:%M:%S}.{at.microsecond // 1000:03d}"

    @property
    def mark(self) -> str:
        """The direction on the wire, or the level of a notice."""
        if isinstance(self.entry, Notice):
            return LEVELS[self.entry.level][0]
        return self.entry.direction.value

    def lines(self, decode: bool) -> list[str]:
        """The line as plain text for a file or the clipboard, with its meaning below it."""
        day = self.entry.at.isoformat(sep=" ", timespec="milliseconds")
        out = [f"{day} {self.mark} {self.text}"]
        if decode and self.gist:
            out.append(f"    {self.gist}")
        return out


@dataclass
class Listing:
    """The lines that pass the filter, and the place in them."""

    shown: Shown = Shown.BOTH
    level: Level = Level.INFO
    needle: str = ""
    decode: bool = True
    follow: bool = True
    items: list[Item] = field(default_factory=list)
    """The lines that pass, the oldest first."""
    _all: list[Item] = field(default_factory=list)
    """Those and the others: what a line means is found out once, whatever is looked for."""
    _seen: int = 0
    _chosen: int = -1
    """The number of the chosen line, while it is not the newest."""
    _top: int = -1
    """The number of the first line shown; below 0: the newest line is at the bottom."""

    def update(self, view: View) -> None:
        """Take what has come since the last time."""
        new = min(view.console_total - self._seen, len(view.console))
        if new > 0:
            scale = scale_of(view)
            start = len(view.console) - new
            first = view.console_total - new
            for number, entry in enumerate(islice(view.console, start, None), first):
                item = Item(number, entry, scale)
                self._all.append(item)
                if self._passes(item):
                    self.items.append(item)
            self._seen = view.console_total
            oldest = self._seen - CONSOLE_LINES
            del self._all[: _index(self._all, oldest)]
            del self.items[: _index(self.items, oldest)]

    def refilter(self) -> None:
        """Choose again what passes, after a change of the filter."""
        self.items = [item for item in self._all if self._passes(item)]

    def _passes(self, item: Item) -> bool:
        entry = item.entry
        if isinstance(entry, Notice):
            if self.shown is Shown.WIRE:
                return False
            if LEVEL_ORDER.index(entry.level) < LEVEL_ORDER.index(self.level):
                return False
        elif self.shown is Shown.LOG:
            return False
        needle = self.needle.casefold()
        return not needle or needle in item.text.casefold() or needle in item.gist.casefold()

    @property
    def chosen(self) -> Item | None:
        """The chosen line: the newest while that is followed; None of none."""
        return self.items[self._place()] if self.items else None

    def move(self, lines: int) -> None:
        """Choose a line further down, or up where `lines` is negative; the newest is left."""
        if self.items:
            place = max(0, min(self._place() + lines, len(self.items) - 1))
            self._stay(place)

    def set_follow(self, follow: bool) -> None:
        """Stay at the newest line from now on, or at the chosen one."""
        if not follow and self.items:
            self._stay(self._place())
        self.follow = follow

    def _stay(self, place: int) -> None:
        if self.follow:
            self._top = -1
        self.follow = False
        self._chosen = self.items[place].number

    def window(self, rows: int) -> list[Item]:
        """The lines that fit into `rows` rows, the chosen one among them."""
        if not self.items or rows < 1:
            return []
        place = self._place()
        if self.follow or self._top < 0:
            first = self._first_above(len(self.items) - 1, rows)
        else:
            first = _index(self.items, self._top)
        first = min(first, place)
        if self._rows(first, place) > rows:
            first = self._first_above(place, rows)
        self._top = self.items[first].number
        out: list[Item] = []
        for item in islice(self.items, first, None):
            out.append(item)
            rows -= self.height_of(item)
            if rows <= 0:
                break
        return out

    def height_of(self, item: Item) -> int:
        """Rows that a line takes."""
        return 2 if self.decode and item.gist else 1

    def page(self, rows: int) -> int:
        """How many lines a page key moves in a list of `rows` rows."""
        return max(1, len(self.window(rows)) - 1)

    def _rows(self, first: int, last: int) -> int:
        return sum(self.height_of(item) for item in islice(self.items, first, last + 1))

    def _first_above(self, last: int, rows: int) -> int:
        """The first line of a window that ends with line `last`."""
        first, left = last, rows - self.height_of(self.items[last])
        while first > 0 and left >= self.height_of(self.items[first - 1]):
            first -= 1
            left -= self.height_of(self.items[first])
        return first

    def _place(self) -> int:
        if self.follow:
            return len(self.items) - 1
        return min(_index(self.items, self._chosen), len(self.items) - 1)

    def text(self) -> str:
        """All that passes the filter, for a file."""
        return "".join(f"{line}\n" for item in self.items for line in item.lines(self.decode))


def _index(items: list[Item], number: int) -> int:
    """Where the line of that number is, or the next one that is there."""
    return bisect_left(items, number, key=lambda item: item.number)


SHOWN_WORDS = {Shown.BOTH: _("wire and log"), Shown.WIRE: _("wire"), Shown.LOG: _("log")}
LEVEL_WORDS = {
    Level.INFO: _("all notices"),
    Level.WARNING: _("warnings"),
    Level.ERROR: _("errors"),
}
