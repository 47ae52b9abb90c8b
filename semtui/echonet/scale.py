"""From counts to kWh: counts x coefficient (D3) x unit (E1), exactly."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

UNITS: dict[int, Decimal] = {
    0x00: Decimal("1"),
    0x01: Decimal("0.1"),
    0x02: Decimal("0.01"),
    0x03: Decimal("0.001"),
    0x04: Decimal("0.0001"),
    0x0A: Decimal("10"),
    0x0B: Decimal("100"),
    0x0C: Decimal("1000"),
    0x0D: Decimal("10000"),
}
"""kWh a count, by the code in E1; other codes have no unit, and none may be guessed."""

MAX_COEFFICIENT = 999_999


@dataclass(frozen=True, slots=True)
class EnergyScale:
    """What one count of a register is worth; without a unit nothing can be said in kWh."""

    coefficient: int = 1
    """D3; 1 where a meter does not serve it."""
    unit: Decimal | None = None
    """E1 in kWh a count."""

    def kwh(self, counts: int) -> Decimal | None:
        """Counts in kWh, exact; None without a unit."""
        # At most 8 + 6 + 5 digits: well inside the 28 that Decimal keeps.
        return None if self.unit is None else counts * self.coefficient * self.unit


def decimal_text(number: Decimal) -> str:
    """A decimal without exponent or trailing zeros: "6513.9", "400", "0"."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
