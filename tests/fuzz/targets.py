"""What is fuzzed: everything that reads bytes which others wrote."""

from __future__ import annotations

import io
import json
import os
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from semtui.config import Settings, check_setting, load_settings
from semtui.credentials import (
    load_credentials,
    parse_password,
    parse_route_b_id,
    read_user_conf,
)
from semtui.decode import DecodeError, decode_frame_json, decode_property_json
from semtui.decode_serial import decode_serial
from semtui.echonet.exchange import Exchange
from semtui.echonet.frame import FrameError, Property, decode_frame
from semtui.echonet.meter import Meter, ReadingPlan
from semtui.echonet.properties import decode_property
from semtui.echonet.scale import EnergyScale
from semtui.echonet.values import PropertyError
from semtui.errors import ConfigError, InputError
from semtui.radio.framing import Framer
from semtui.radio.parser import Parser
from semtui.recording import parse_recording, write_item
from semtui.storage.catchup import catch_up, lagging
from semtui.storage.export.query import Query
from semtui.storage.export.run import export
from semtui.storage.history.reader import HistoryReader
from semtui.storage.history.values import FILE_NAME
from semtui.storage.importer.run import import_files
from semtui.storage.pancache import PanCache
from semtui.tomlfile import parse_toml
from tests.fuzz.seeds import ROUTE_B_ID

_OBJECTS = (0x028801, 0x0EF001, 0x05FF01, 0x0288FF, 0x013001)
_NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
_SETTINGS = [
    f"{section}.{name}"
    for section in Settings.__dataclass_fields__
    for name in getattr(Settings(), section).__dataclass_fields__
]


@dataclass(frozen=True)
class Target:
    """A reader of bytes: `run` returns, raises one of `declared`, or has a bug."""

    name: str
    run: Callable[[bytes], object]
    seeds: str
    """Which of the seeds its inputs are made of."""
    declared: tuple[type[Exception], ...] = ()


def _framing(data: bytes) -> None:
    whole = Framer().feed(data)
    framer = Framer()
    assert [token for byte in data for token in framer.feed(bytes((byte,)))] == whole


def _parser(data: bytes) -> None:
    parser = Parser()
    whole = parser.feed(data) + parser.finish()
    for event in whole:
        assert isinstance(event.shown, str)
    parts, size = Parser(), 1 + sum(data[:4]) % 61
    events = [
        event
        for place in range(0, len(data), size)
        for event in parts.feed(data[place : place + size])
    ]
    assert events + parts.finish() == whole


def _frame(data: bytes) -> None:
    assert decode_frame(data).encode() == data


def _property(data: bytes) -> None:
    head, edt = data[:2].ljust(2, b"\0"), data[2:]
    value = decode_property(_OBJECTS[head[0] % len(_OBJECTS)], head[1], edt)
    json.dumps(value.to_json(EnergyScale(1, Decimal("0.1"))))
    json.dumps(value.to_json(EnergyScale(999999)))


def _exchange(data: bytes) -> None:
    exchange = Exchange(1, 20.0, 60.0)
    exchange.ask([Property(0xE7), Property(0xE8)], 0.0)
    incoming = exchange.receive(data, 1.0)
    for reply in (*incoming.replies, *incoming.announcements):
        decode_frame(reply)
    exchange.receive(data, 2.0)
    exchange.expire(100.0)


def _meter(data: bytes) -> None:
    """The meter's side, with `data` as the answer to whatever it asks."""
    meter = Meter(ReadingPlan(3.0, 60.0, 20.0, 60.0), 1)
    meter.joined(0.0)
    meter.fetch_history((_NOW.date(), _NOW.date() - timedelta(days=1)))
    now = 0.0
    for _round in range(8):
        request = meter.request(now)
        answer = data
        if request is not None:
            answer = data[:2] + request[2:4] + data[4:]
        received = meter.receive(answer, now, _NOW)
        assert all(isinstance(reply, bytes) for reply in received.replies)
        now += 61.0
        meter.tick(now, _NOW)


def _import(data: bytes) -> None:
    """Import, put into the history, export, and import that elsewhere: all say the same."""
    with tempfile.TemporaryDirectory() as place:
        file, folder, other = Path(place, "file"), Path(place, "data"), Path(place, "other")
        file.write_bytes(data)
        (report,) = import_files(folder, [file], lambda _progress: None)
        if report.refused is not None:
            raise report.refused
        again = next(import_files(folder, [file], lambda _progress: None))
        assert (again.rows, again.added) == (report.rows, 0)
        folder.mkdir(exist_ok=True)
        with closing(HistoryReader(folder / FILE_NAME)) as reader:
            catch_up(folder, lagging(folder, reader), lambda _rows, _share: None)
            assert export(reader, Query(), file, lambda _progress: None) == report.added
        (copied,) = import_files(other, [file], lambda _progress: None)
        assert (copied.added, copied.bad) == (report.added, 0)


def _frame_text(data: bytes) -> None:
    json.dumps(decode_frame_json(data.decode("utf-8", "replace")))


def _property_text(data: bytes) -> None:
    epc, _space, edt = data.decode("utf-8", "replace").partition(" ")
    json.dumps(decode_property_json(epc, edt, unit="0.1"))


def _serial(data: bytes) -> None:
    for thing in decode_serial(io.BytesIO(data)):
        assert json.loads(json.dumps(thing))["type"]


def _toml(data: bytes) -> None:
    parse_toml(Path("config.toml"), data)


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="fuzz-")


def _file(data: bytes) -> Path:
    """A file that holds `data`, for its owner alone."""
    path = Path(_folder().name) / "input"
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
    return path


def _config(data: bytes) -> None:
    load_settings(_file(data), {}, {})


def _setting(data: bytes) -> None:
    key = _SETTINGS[sum(data[:1]) % len(_SETTINGS)]
    check_setting(key, data[1:].decode("utf-8", "replace"))


def _credentials(data: bytes) -> None:
    load_credentials(_file(data))


def _typed(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    if len(text) < 20:
        assert len(parse_password(text)) == 12
    else:
        assert len(parse_route_b_id(text)) == 32


def _user_conf(data: bytes) -> None:
    read_user_conf(_file(data))


def _pan_cache(data: bytes) -> None:
    PanCache(_file(data)).load(ROUTE_B_ID)


def _recording(data: bytes) -> None:
    for item in parse_recording(data).items:
        write_item(item.seconds, item.update)


TARGETS = (
    Target("framing", _framing, "serial"),
    Target("parser", _parser, "serial"),
    Target("decode serial", _serial, "serial"),
    Target("frame", _frame, "frames", (FrameError,)),
    Target("property", _property, "properties", (PropertyError,)),
    Target("exchange", _exchange, "frames"),
    Target("meter", _meter, "frames"),
    Target("decode frame", _frame_text, "frame texts", (DecodeError,)),
    Target("decode property", _property_text, "property texts", (DecodeError,)),
    Target("tomlfile", _toml, "toml", (ConfigError,)),
    Target("config", _config, "toml", (ConfigError,)),
    Target("setting", _setting, "settings", (ConfigError,)),
    Target("credentials file", _credentials, "credentials", (ConfigError,)),
    Target("credentials typed", _typed, "values", (ConfigError,)),
    Target("user_conf", _user_conf, "user_conf", (ConfigError,)),
    Target("PAN cache", _pan_cache, "pan cache"),
    Target("recording", _recording, "recordings", (InputError,)),
    Target("import and export", _import, "logs", (InputError,)),
)
