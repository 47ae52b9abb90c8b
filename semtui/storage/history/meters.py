"""Filing the meter's half hours under the meter that they came from.

A meter is told from another by its serial number (8D), of which a digest is
kept. Half hours that come before the number is known are filed under the
meter of the last time, and moved if it turns out to be another.
"""

from __future__ import annotations

import hashlib
import sqlite3
from decimal import Decimal

from semtui.model import HalfHour, MeterFacts, SlotSource
from semtui.storage.history.values import (
    SOURCE_NUMBERS,
    UNITS_A_KWH,
    to_minutes,
    to_units,
)

_FIRST_HAND = (SlotSource.ANNOUNCED, SlotSource.ASKED)
_LARGEST = (1 << 63) - 1
"""What SQLite can keep. No meter counts so far, but a wild coefficient may say so."""
_DERIVED = SOURCE_NUMBERS[SlotSource.DERIVED]

_Register = tuple[int | None, int | None]
"""Units of 0.0001 kWh, and the number of their source."""


class MeterBook:
    """The meters and their half hours; every method must be called inside a transaction."""

    def __init__(self) -> None:
        self._meter: int | None = None
        self.digest: str | None = None
        """Of the serial number of this run's meter, as soon as it has told it."""
        self._modulus: int | None = None
        self._unsure: list[int] = []
        """Slot times that were filed under a meter that is only assumed."""

    def learn(self, connection: sqlite3.Connection, facts: MeterFacts) -> None:
        """Take what the meter says about itself: which one it is, and where its registers end."""
        digest = None if facts.serial is None else digest_of(facts.serial)
        if digest is not None and digest != self.digest:
            assumed = self._current(connection)
            self.digest, self._modulus = digest, None
            self._meter = _named(connection, assumed, digest)
            connection.executemany(
                "UPDATE slots SET meter = ? WHERE time = ? AND meter = ?",
                [(self._meter, time, assumed) for time in self._unsure],
            )
            self._unsure.clear()
        modulus = modulus_of(facts)
        if modulus is not None and modulus != self._modulus:
            self._modulus = modulus
            connection.execute(
                "UPDATE meters SET modulus = ? WHERE id = ?", (modulus, self._current(connection))
            )

    def file(self, connection: sqlite3.Connection, slot: HalfHour) -> None:
        """Keep a half hour; what is known is never replaced by "no data", or by a worse source."""
        meter, time = self._current(connection), to_minutes(slot.meter_time)
        row = connection.execute(
            "SELECT meter, normal, normal_source, reverse, reverse_source FROM slots"
            " WHERE time = ?",
            (time,),
        ).fetchone()
        if row is not None and row[0] != meter:
            # What a new meter remembers of the time before it was here is no measurement.
            if slot.source not in _FIRST_HAND:
                return
            row = None
        normal = _better(row[1:3] if row else (None, None), slot.normal_kwh, slot.source)
        reverse = _better(row[3:5] if row else (None, None), slot.reverse_kwh, slot.source)
        if normal[0] is None and reverse[0] is None:
            return
        connection.execute(
            "INSERT OR REPLACE INTO slots"
            "(time, meter, normal, normal_source, reverse, reverse_source)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (time, meter, *normal, *reverse),
        )
        connection.execute(
            "UPDATE meters SET first = min(coalesce(first, ?1), ?1),"
            " last = max(coalesce(last, ?1), ?1) WHERE id = ?2",
            (time, meter),
        )
        if self.digest is None:
            self._unsure.append(time)

    def look_again(self, digest: str | None) -> None:
        """Find the meter of that digest anew, as in another file, or after an undone batch."""
        self.digest = digest
        self._meter = self._modulus = None
        self._unsure.clear()

    def _current(self, connection: sqlite3.Connection) -> int:
        """The meter of this run; the one of the last time, or a new one, while it is unknown."""
        if self._meter is None:
            last = connection.execute("SELECT max(id) FROM meters").fetchone()[0]
            assumed = _new_meter(connection, None) if last is None else last
            self._meter = (
                assumed if self.digest is None else _named(connection, assumed, self.digest)
            )
        return self._meter


def _named(connection: sqlite3.Connection, assumed: int, digest: str) -> int:
    """The meter of that digest: one that is known, the assumed one if it has none, or a new one."""
    known = connection.execute(
        "SELECT id FROM meters WHERE serial = ? ORDER BY id DESC", (digest,)
    ).fetchone()
    if known is not None:
        number: int = known[0]
        return number
    taken = connection.execute(
        "UPDATE meters SET serial = ? WHERE id = ? AND serial IS NULL", (digest, assumed)
    )
    return assumed if taken.rowcount else _new_meter(connection, digest)


def digest_of(serial: str) -> str:
    """Return what stands for a serial number in the file: equal for equal numbers alone."""
    return hashlib.sha256(serial.encode()).hexdigest()[:16]


def modulus_of(facts: MeterFacts) -> int | None:
    """Return where the registers begin anew, in 0.0001 kWh; None while that is not known."""
    if facts.digits is None or facts.unit_kwh is None or facts.coefficient is None:
        return None
    modulus = int(10**facts.digits * facts.unit_kwh * facts.coefficient * UNITS_A_KWH)
    return modulus if modulus <= _LARGEST else None


def _new_meter(connection: sqlite3.Connection, digest: str | None) -> int:
    number = connection.execute("INSERT INTO meters(serial) VALUES (?)", (digest,)).lastrowid
    assert number is not None
    return number


def _better(there: _Register, kwh: Decimal | None, source: SlotSource) -> _Register:
    """What a register is to be, given what it is and what was told."""
    if kwh is None:
        return there
    units, number = to_units(kwh), SOURCE_NUMBERS[source]
    if units > _LARGEST:
        return there
    if there[0] is None:
        return units, number
    if number == _DERIVED and there[1] != _DERIVED:
        return there
    if there[0] == units and there[1] != _DERIVED:
        return there
    return units, number
