"""What a setting may be: its kind and range, as values that stand beside the setting.

A rule takes a value of a TOML file, or the text of an environment variable or
a flag, and returns it in the setting's own type, or raises ValueError. It
also says in words what is wanted, for the sentence that the user sees.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from semtui.i18n import _


class Rule(Protocol):
    """The kind and range of one setting."""

    def wanted(self) -> str:
        """Say what the value must be, to follow "must be"."""
        ...

    def read(self, value: object) -> object:
        """Return a value as TOML has it, in the setting's type; raises ValueError."""
        ...

    def parse(self, text: str) -> object:
        """Return what `text` says, in the setting's type; raises ValueError."""
        ...


@dataclass(frozen=True, slots=True)
class Flag:
    """true or false."""

    def wanted(self) -> str:
        return _("true or false")

    def read(self, value: object) -> bool:
        if not isinstance(value, bool):
            raise ValueError
        return value

    def parse(self, text: str) -> bool:
        known = {"true": True, "yes": True, "on": True, "1": True}
        known |= {"false": False, "no": False, "off": False, "0": False}
        if text.strip().lower() not in known:
            raise ValueError
        return known[text.strip().lower()]


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text; `words` says what it stands for."""

    words: Callable[[], str]

    def wanted(self) -> str:
        return self.words()

    def read(self, value: object) -> str:
        if not isinstance(value, str) or not (value == "" or value.isprintable()):
            raise ValueError
        return value

    def parse(self, text: str) -> str:
        return self.read(text)


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number of a range."""

    lowest: int
    highest: int

    def wanted(self) -> str:
        return _("a whole number from {lowest} to {highest}").format(
            lowest=self.lowest, highest=self.highest
        )

    def read(self, value: object) -> int:
        if type(value) is not int or not self.lowest <= value <= self.highest:
            raise ValueError
        return value

    def parse(self, text: str) -> int:
        return self.read(_whole(text))


@dataclass(frozen=True, slots=True)
class Seconds:
    """A number of seconds, whole or not."""

    lowest: float
    highest: float = 86400.0

    def wanted(self) -> str:
        return _("a number of seconds, {lowest:g} or more and at most {highest:g}").format(
            lowest=self.lowest, highest=self.highest
        )

    def read(self, value: object) -> float:
        return _number(value, self.lowest, self.highest)

    def parse(self, text: str) -> float:
        return self.read(_decimal(text))


@dataclass(frozen=True, slots=True)
class Share:
    """A number from nothing to `highest`, a part of one."""

    highest: float

    def wanted(self) -> str:
        return _("a number from 0 to {highest:g}").format(highest=self.highest)

    def read(self, value: object) -> float:
        return _number(value, 0.0, self.highest)

    def parse(self, text: str) -> float:
        return self.read(_decimal(text))


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a few words."""

    choices: tuple[str, ...]

    def wanted(self) -> str:
        return _("one of {choices}").format(choices=", ".join(self.choices))

    def read(self, value: object) -> str:
        if not isinstance(value, str) or value not in self.choices:
            raise ValueError
        return value

    def parse(self, text: str) -> str:
        return self.read(text.strip().lower())


@dataclass(frozen=True, slots=True)
class OneOfNumbers:
    """One of a few whole numbers."""

    choices: tuple[int, ...]

    def wanted(self) -> str:
        return _("one of {choices}").format(choices=", ".join(map(str, self.choices)))

    def read(self, value: object) -> int:
        if type(value) is not int or value not in self.choices:
            raise ValueError
        return value

    def parse(self, text: str) -> int:
        return self.read(_whole(text))


@dataclass(frozen=True, slots=True)
class WholeList:
    """One or more whole numbers of a range; as text, with commas between."""

    lowest: int
    highest: int
    longest: int

    def wanted(self) -> str:
        return _("a list of 1 to {longest} whole numbers, each from {lowest} to {highest}").format(
            longest=self.longest, lowest=self.lowest, highest=self.highest
        )

    def read(self, value: object) -> tuple[int, ...]:
        if not isinstance(value, (list, tuple)) or not 1 <= len(value) <= self.longest:
            raise ValueError
        each = Whole(self.lowest, self.highest)
        return tuple(each.read(item) for item in value)

    def parse(self, text: str) -> tuple[int, ...]:
        return self.read([_whole(part) for part in text.split(",")])


@dataclass(frozen=True, slots=True)
class RisingSeconds:
    """One or more numbers of seconds, none less than the one before."""

    lowest: float
    highest: float
    longest: int

    def wanted(self) -> str:
        return _(
            "a list of 1 to {longest} numbers of seconds, each from {lowest:g} to {highest:g} "
            "and none less than the one before"
        ).format(longest=self.longest, lowest=self.lowest, highest=self.highest)

    def read(self, value: object) -> tuple[float, ...]:
        if not isinstance(value, (list, tuple)) or not 1 <= len(value) <= self.longest:
            raise ValueError
        numbers = tuple(_number(item, self.lowest, self.highest) for item in value)
        if list(numbers) != sorted(numbers):
            raise ValueError
        return numbers

    def parse(self, text: str) -> tuple[float, ...]:
        return self.read([_decimal(part) for part in text.split(",")])


@dataclass(frozen=True, slots=True)
class Ladder:
    """One or more of a few words, any of them as often as wanted; as text, with commas between."""

    choices: tuple[str, ...]
    longest: int
    never_last: str = ""

    def wanted(self) -> str:
        words = {"longest": self.longest, "choices": ", ".join(self.choices)}
        if self.never_last:
            return _(
                "a list of 1 to {longest} words, each one of {choices}, the last not {word}"
            ).format(word=self.never_last, **words)
        return _("a list of 1 to {longest} words, each one of {choices}").format(**words)

    def read(self, value: object) -> tuple[str, ...]:
        if not isinstance(value, (list, tuple)) or not 1 <= len(value) <= self.longest:
            raise ValueError
        each = OneOf(self.choices)
        words = tuple(each.read(item) for item in value)
        if words[-1] == self.never_last:
            raise ValueError
        return words

    def parse(self, text: str) -> tuple[str, ...]:
        return self.read([part.strip().lower() for part in text.split(",")])


def _whole(text: str) -> int:
    """Read decimal digits only: int() would take 1_0 and digits of other scripts as well."""
    if not re.fullmatch(r"[+-]?[0-9]{1,9}", text.strip()):
        raise ValueError
    return int(text)


def _decimal(text: str) -> float:
    """Read a decimal number: float() too would take 1_0 and digits of other scripts."""
    if not re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", text.strip()):
        raise ValueError
    return float(text)


def _number(value: object, lowest: float, highest: float) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError
    if not lowest <= value <= highest:  # nor is NaN
        raise ValueError
    return float(value)
