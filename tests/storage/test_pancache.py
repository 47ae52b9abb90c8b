"""The remembered PAN: for its own route-B id only, whatever the file holds."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from semtui.clock import JST
from semtui.errors import StorageError
from semtui.model import Pan
from semtui.storage.pancache import CachedPan, PanCache

ID = "00112233445566778899AABBCCDDEEFF"
OTHER_ID = "00112233445566778899AABBCCDDEEF0"
CACHED = CachedPan(
    Pan(
        channel=0x21,
        pan_id=0x8888,
        mac="12345678ABCDEF01",
        lqi=0xE1,
        pairing_id=None,
        found_at=datetime(2026, 11, 21, 6, 0, tzinfo=JST),
    ),
    "FE80:0000:0000:0000:1034:5678:ABCD:EF01",
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "pan.json"


@pytest.fixture
def cache(path: Path) -> PanCache:
    cache = PanCache(path)
    cache.save(ID, CACHED)
    return cache


def test_what_was_saved_is_loaded(cache: PanCache) -> None:
    assert cache.load(ID) == CACHED


def test_nothing_was_saved_yet(path: Path) -> None:
    assert PanCache(path).load(ID) is None


def test_another_id_does_not_get_it(cache: PanCache) -> None:
    assert cache.load(OTHER_ID) is None


def test_forgotten_is_forgotten(cache: PanCache) -> None:
    cache.forget()
    assert cache.load(ID) is None
    cache.forget()


def test_an_older_pan_is_replaced_and_no_draft_is_left(cache: PanCache, path: Path) -> None:
    newer = CachedPan(Pan(60, 1, "FFFFFFFFFFFFFFFF", None, None), CACHED.address)
    cache.save(ID, newer)
    assert cache.load(ID) == newer
    assert [entry.name for entry in path.parent.iterdir()] == ["pan.json"]


def test_the_file_is_private_and_has_no_piece_of_the_id(path: Path) -> None:
    pan = Pan(33, 1, "12345678ABCDEF01", 1, pairing_id=ID[-8:])
    PanCache(path).save(ID, CachedPan(pan, CACHED.address))
    text = path.read_text().upper()
    assert ID not in text
    assert ID[-8:] not in text
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_mark_of_an_id_differs_each_time(cache: PanCache, path: Path) -> None:
    first = json.loads(path.read_bytes())["owner"]
    cache.save(ID, CACHED)
    assert json.loads(path.read_bytes())["owner"] != first


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("format", 2),
        ("salt", 5),
        ("owner", None),
        ("owner", "é"),
        ("channel", 32),
        ("channel", 61),
        ("channel", "33"),
        ("channel", True),
        ("pan_id", -1),
        ("pan_id", 0x10000),
        ("pan_id", 1.5),
        ("lqi", 256),
        ("lqi", "E1"),
        ("mac", "12345678abcdef01"),
        ("mac", "\r\nSKRESET"),
        ("address", "FE80::1"),
        ("address", 1),
        ("found_at", 5),
        ("found_at", "yesterday"),
        ("found_at", "2026-11-21T06:00:00"),
        ("found_at", "2026-11-21"),
    ],
)
def test_a_value_that_cannot_be_true_spoils_the_file(
    cache: PanCache, path: Path, key: str, value: Any
) -> None:
    document = json.loads(path.read_bytes())
    assert key in document
    path.write_text(json.dumps({**document, key: value}))
    assert cache.load(ID) is None


@pytest.mark.parametrize(
    "key", ["format", "salt", "owner", "channel", "pan_id", "mac", "lqi", "found_at", "address"]
)
def test_a_missing_value_spoils_the_file(cache: PanCache, path: Path, key: str) -> None:
    document = json.loads(path.read_bytes())
    del document[key]
    path.write_text(json.dumps(document))
    assert cache.load(ID) is None


@pytest.mark.parametrize("content", [b"", b"[]", b"null", b"{", b"\xff\xfe", b"[" * 100_000, b"3"])
def test_a_damaged_file_is_no_file(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    assert PanCache(path).load(ID) is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_any_bytes_are_no_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "pan.json"
    path.write_bytes(content)
    assert PanCache(path).load(ID) is None


def test_every_torn_file_is_no_file(cache: PanCache, path: Path) -> None:
    whole = path.read_bytes().rstrip()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        assert cache.load(ID) is None


def test_a_folder_of_that_name_is_no_file(path: Path) -> None:
    path.mkdir(parents=True)
    assert PanCache(path).load(ID) is None


def test_a_place_that_cannot_be_written_is_told_of(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(StorageError) as caught:
        PanCache(path).save(ID, CACHED)
    assert str(path) in caught.value.title
    assert ID not in str(caught.value)
    assert [entry.name for entry in path.parent.iterdir()] == ["pan.json"]
    with pytest.raises(StorageError):
        PanCache(path).forget()
