"""The table of the meter's properties: what stands in it, what passes the filter, what is chosen.

The meter's own maps say which properties there are. One that was refused, or
that is not served although all energies hang on it, stays in the table and
says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from semtui.echonet.asked import HISTORIES
from semtui.echonet.frame import SMART_METER
from semtui.echonet.properties import find_property
from semtui.echonet.told import ROUTE_B_ID
from semtui.echonet.values import hex_text
from semtui.i18n import _
from semtui.model import PropertyValue
from semtui.property_words import access_words, in_short
from semtui.screens.widgets.listing import scale_of
from semtui.view import View

COEFFICIENT, UNIT = 0xD3, 0xE1
ENERGIES = frozenset({0xD0, 0xE0, 0xE2, 0xE3, 0xE4, 0xEA, 0xEB, 0xEC, 0xEE})
"""The properties that are told in kWh."""
HIDDEN = frozenset({ROUTE_B_ID, 0x83, 0x8D})
"""Those whose bytes say whose meter it is, or more."""
WAITING_SECONDS = 300.0
"""So long a property that was asked for is shown as that."""
_ORDER = (
    *(0xE7, 0xE8, 0xE0, 0xE3, 0xEA, 0xEB, 0xD0, UNIT, COEFFICIENT, 0xD7),
    *(0xE2, 0xE4, 0xE5, 0xEC, 0xED, 0xEE, 0xEF, 0x97, 0x98, 0x8A, 0x8D, 0x82, 0x88, 0x80, 0x81),
)
"""The order of the table; all others follow by their codes."""
_PLACES = {epc: place for place, epc in enumerate(_ORDER)}


@dataclass(frozen=True, slots=True)
class Row:
    """A property in the table."""

    epc: int
    name: str
    access: str
    """"G", "S" and "I": what the maps say that it can be: got, set, announced."""
    raw: str
    text: str
    """Its value in short, or why there is none."""
    style: str
    value: PropertyValue | None = None
    waiting: bool = False
    """Whether it was asked for, and nothing has come since."""

    @property
    def line(self) -> str:
        """The row as plain text."""
        at = "" if self.value is None else f"{self.value.at:%Y-%m-%d %H:%M:%S}"
        return "  ".join(
            part for part in (f"{self.epc:02X}", self.name, self.raw, self.text, at) if part
        )


def table_rows(view: View, asked: dict[int, float], now: float) -> list[Row]:
    """All properties; `asked` has the monotonic stamps at which some were asked for."""
    meter = view.meter
    codes = set(view.properties)
    if meter is not None:
        codes.update(meter.get_map, meter.set_map, meter.inf_map)
        if meter.get_map:
            codes.add(COEFFICIENT)
    ordered = sorted(codes, key=lambda epc: (_PLACES.get(epc, len(_ORDER)), epc))
    return [_row(view, epc, asked.get(epc), now) for epc in ordered]


def _row(view: View, epc: int, asked: float | None, now: float) -> Row:
    spec = find_property(SMART_METER, epc)
    name = _("not known") if spec is None else spec.name
    value = view.properties.get(epc)
    waiting = (
        asked is not None
        and now - asked < WAITING_SECONDS
        and (value is None or value.stamp < asked)
    )
    raw, text, style = _content(view, epc, value)
    return Row(epc, name, access_words(view.meter, epc), raw, text, style, value, waiting)


def _content(view: View, epc: int, value: PropertyValue | None) -> tuple[str, str, str]:
    """Raw bytes, value, and the value's style."""
    meter = view.meter
    assumed = epc == COEFFICIENT and meter is not None and meter.coefficient_assumed
    if epc == ROUTE_B_ID:
        return _("never asked"), _("hidden"), "dim"
    if value is not None and value.raw is not None:
        raw = _("hidden") if epc in HIDDEN else hex_text(value.raw)
        text = in_short(SMART_METER, epc, value.raw, scale_of(view))
        bad = epc in ENERGIES and energy_problem(view)
        return raw, text, "warn" if bad else "strong"
    if value is not None and not value.refused:
        return "", _("no answer"), "warn"
    if assumed:
        return _("refused") if value is not None else _("not served"), _("1 (assumed)"), "strong"
    if value is not None:
        return _("refused"), _("refused by the meter"), "warn"
    if meter is not None and meter.get_map and epc not in meter.get_map:
        return _("not served"), "", "dim"
    return "", _("g reads it") if epc in HISTORIES else "", "dim"


def energy_problem(view: View) -> str:
    """Why energies cannot be told in kWh; empty where they can."""
    meter = view.meter
    if meter is None or meter.unit_kwh is None:
        return _why_not(view, UNIT, _("unit"))
    return _why_not(view, COEFFICIENT, _("coefficient")) if meter.coefficient is None else ""


def _why_not(view: View, epc: int, noun: str) -> str:
    value = view.properties.get(epc)
    words = {"noun": noun, "epc": f"{epc:02X}"}
    if value is None:
        return _("no kWh: the meter has not told its {noun} yet ({epc})").format(**words)
    if value.refused:
        return _("no kWh: the meter refuses to tell its {noun} ({epc})").format(**words)
    if value.raw is None:
        return _("no kWh: the meter does not answer for its {noun} ({epc})").format(**words)
    text = _("no kWh: {raw} is no {noun} that the rules know ({epc})")
    return text.format(raw=hex_text(value.raw), **words)


def readable_once(view: View) -> list[int]:
    """What the meter serves, and nobody has seen yet; histories are read when asked for alone."""
    served = () if view.meter is None else view.meter.get_map
    left_out = HISTORIES | {ROUTE_B_ID} | set(view.properties)
    return [epc for epc in served if epc not in left_out]


@dataclass
class PropertyTable:
    """The rows that pass the filter, and the place in them."""

    needle: str = ""
    rows: list[Row] = field(default_factory=list)
    total: int = 0
    """Rows there are, those included that do not pass."""
    asked: dict[int, float] = field(default_factory=dict)
    """Monotonic stamps at which properties were asked for."""
    _chosen: int | None = None
    _top: int = 0

    def update(self, view: View, now: float) -> None:
        """Take the newest of everything."""
        rows = table_rows(view, self.asked, now)
        self.total = len(rows)
        needle = self.needle.casefold()
        self.rows = [row for row in rows if not needle or needle in row.line.casefold()]

    def note_asked(self, epcs: Iterable[int], now: float) -> None:
        """`epcs` were asked for."""
        self.asked.update(dict.fromkeys(epcs, now))

    @property
    def chosen(self) -> Row | None:
        """The chosen row; None of none."""
        return self.rows[self._place()] if self.rows else None

    def move(self, rows: int) -> None:
        """Choose a row further down, or up where `rows` is negative."""
        if self.rows:
            place = max(0, min(self._place() + rows, len(self.rows) - 1))
            self._chosen = self.rows[place].epc

    def window(self, height: int) -> list[Row]:
        """The rows that fit, the chosen one among them."""
        place = self._place()
        last = max(0, len(self.rows) - height)
        self._top = max(place - height + 1, min(self._top, place, last), 0)
        return self.rows[self._top : self._top + max(0, height)]

    def _place(self) -> int:
        for place, row in enumerate(self.rows):
            if row.epc == self._chosen:
                return place
        return 0
