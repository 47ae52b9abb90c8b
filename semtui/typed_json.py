"""Frozen dataclasses as JSON and back, by their annotations alone.

Enums go by their value, times by ISO 8601, `Decimal` by its digits, tuples as
lists. What comes back is checked against the annotations: a name too many or
too few, another type, a number or a year that no clock and no meter could
show, and it is refused.
"""

from __future__ import annotations

import math
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")

_GREATEST = 1 << 53
"""No count, stamp or register comes near it, and floats are exact up to it."""
_FIRST_YEAR, _LAST_YEAR = 1970, 2200
_NAIVE = "meter_time"
"""The one field that holds a time without an offset: the meter's own."""


class Foreign(Exception):
    """A piece of JSON that is not what its place wants."""


def encode(value: object) -> object:
    """Return what `json.dumps` takes for a frozen dataclass, or for what stands in one."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):  # Every datetime is one.
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, tuple):
        return [encode(each) for each in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: encode(getattr(value, field.name)) for field in fields(value)}
    return value


def decode(kind: type[T], data: object) -> T:
    """Return the dataclass `kind` that `data` stands for; raises `Foreign`."""
    value: T = _dataclass(kind, data)
    return value


def printable(text: str) -> str:
    """Return a text with a question mark for what no terminal should be sent."""
    whole = text.replace("\n", "").isprintable()
    return text if whole else "".join(c if c == "\n" or c.isprintable() else "?" for c in text)


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)


@cache
def _needed(kind: type) -> frozenset[str]:
    """The fields without a default; an older semtui did not know all of the others."""
    return frozenset(
        each.name
        for each in fields(kind)
        if each.default is MISSING and each.default_factory is MISSING
    )


def _dataclass(kind: type, data: object) -> Any:
    hints = _hints(kind)
    if not isinstance(data, dict) or not _needed(kind) <= data.keys() <= hints.keys():
        raise Foreign(kind.__name__)
    return kind(**{name: _value(hints[name], value, name) for name, value in data.items()})


def _value(kind: Any, data: object, name: str) -> Any:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        if data is None and type(None) in get_args(kind):
            return None
        [only] = [each for each in get_args(kind) if each is not type(None)]
        return _value(only, data, name)
    if origin is tuple:
        return _tuple(get_args(kind), data, name)
    if is_dataclass(kind) and isinstance(kind, type):
        return _dataclass(kind, data)
    if isinstance(kind, type) and issubclass(kind, Enum):
        try:
            return kind(data)
        except ValueError:
            raise Foreign(name) from None
    if kind is float:
        return _float(data, name)
    if kind is int and type(data) is int and abs(data) < _GREATEST:
        return data
    if kind is bool and type(data) is bool:
        return data
    if kind is str and isinstance(data, str) and data == printable(data):
        return data
    if kind in _READERS and isinstance(data, str):
        return _READERS[kind](data, name)
    raise Foreign(name)


def _tuple(kinds: tuple[Any, ...], data: object, name: str) -> tuple[Any, ...]:
    if not isinstance(data, list):
        raise Foreign(name)
    if kinds[-1] is Ellipsis:
        return tuple(_value(kinds[0], each, name) for each in data)
    if len(kinds) != len(data):
        raise Foreign(name)
    return tuple(_value(kind, each, name) for kind, each in zip(kinds, data, strict=True))


def _float(data: object, name: str) -> float:
    if type(data) not in (int, float):
        raise Foreign(name)
    assert isinstance(data, int | float)
    if not (math.isfinite(data) and abs(data) < _GREATEST):
        raise Foreign(name)
    return float(data)


def _time(data: str, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(data)
        aware = moment.utcoffset() is not None
    except (ValueError, OverflowError):
        raise Foreign(name) from None
    if aware == (name == _NAIVE) or not _FIRST_YEAR < moment.year < _LAST_YEAR:
        raise Foreign(name)
    return moment


def _date(data: str, name: str) -> date:
    try:
        day = date.fromisoformat(data)
    except ValueError:
        raise Foreign(name) from None
    if not _FIRST_YEAR < day.year < _LAST_YEAR:
        raise Foreign(name)
    return day


def _decimal(data: str, name: str) -> Decimal:
    try:
        number = Decimal(data)
    except InvalidOperation:
        raise Foreign(name) from None
    if not number.is_finite() or abs(number.adjusted()) > 20:
        raise Foreign(name)
    return number


_READERS: Mapping[Any, Callable[[str, str], Any]] = {
    datetime: _time,
    date: _date,
    Decimal: _decimal,
}
"""What is written as a text."""
