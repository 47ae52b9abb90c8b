"""What `semtui decode serial` says of things that modules print."""

from __future__ import annotations

import io
import json
import tracemalloc
from pathlib import Path

import pytest

from semtui.decode_serial import decode_serial, event_json
from semtui.echonet.values import Json
from semtui.model import Direction, WireLine
from semtui.recording import read_recording
from tests.radio.samples import CAPTURES, capture, read_all
from tests.test_captures import SHARED

RECORDINGS = sorted((Path(__file__).resolve().parent.parent / "recordings").glob("*.semrec"))
A, B = "FE80:0000:0000:0000:021C:6400:030C:12A4", "FE80:0000:0000:0000:021D:1291:0000:0574"
UDP = f"ERXUDP {A} {B} 0E1A 0E1A 001C6400030C12A4"
FRAME = "1081000102880105FF017201E704000001F8"
UNKNOWN_IN_SHARED = {
    "15": 1,  # its owner shortened an ERXUDP to "ERXUDP ..."
    "26": 5,  # its header says that it is prose, no serial log
}


def said(text: str | bytes) -> list[Json]:
    data = text if isinstance(text, bytes) else text.encode("latin-1")
    return list(decode_serial(io.BytesIO(data)))


def one(text: str) -> Json:
    [thing] = said(text + "\r\n")
    return thing


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("OK", {"type": "ok"}),
        ("OK 01", {"type": "ok", "value": "01"}),
        ("FAIL ER10", {"type": "fail", "code": "ER10"}),
        ("EVER 1.5.2", {"type": "version", "version": "1.5.2"}),
        ("EAPPVER rev15", {"type": "app_version", "version": "rev15"}),
        ("ESREG 00000001", {"type": "register", "value": "00000001"}),
        (A, {"type": "address", "address": A}),
        ("SKVER", {"type": "echo", "text": "SKVER"}),
        ("what is this", {"type": "unknown", "text": "what is this"}),
        (f"EPONG {A}", {"type": "pong", "address": A}),
        (
            f"EVENT 21 {A} 0 00",
            {"type": "event", "number": "21", "address": A, "side": "0", "param": "00"},
        ),
        (
            f"EVENT 25 {A}",
            {"type": "event", "number": "25", "address": A, "side": None, "param": None},
        ),
        (
            f"EINFO {A} 001D129012345678 21 8888 FFFE",
            {
                "type": "info",
                "address": A,
                "mac": "001D129012345678",
                "channel": "21",
                "pan_id": "8888",
                "short_address": "FFFE",
                "side": None,
            },
        ),
        (
            "EEDSCAN\r\n0 21 1A 22 09",
            {
                "type": "energy_scan",
                "side": "0",
                "levels": [{"channel": "21", "lqi": "1A"}, {"channel": "22", "lqi": "09"}],
            },
        ),
        (
            "EPANDESC\r\n  Channel:39\r\n  Channel Page:09\r\n  Pan ID:8CF5\r\n"
            "  Addr:001C6400036E8CF5\r\n  LQI:**\r\n  PairID:0112CE67",
            {
                "type": "pandesc",
                "channel": "39",
                "pan_id": "8CF5",
                "mac": "001C6400036E8CF5",
                "lqi": "**",
                "pairing_id": "0112CE67",
            },
        ),
        (
            f"ERXTCP {A} 0E1A 0E1B 0002 4142",
            {
                "type": "tcp",
                "source": A,
                "remote_port": "0E1A",
                "local_port": "0E1B",
                "payload": "4142",
            },
        ),
        (
            f"ETCP 1 1 {A} 0E1A 0E1B",
            {
                "type": "tcp_status",
                "status": "1",
                "handle": "1",
                "address": A,
                "remote_port": "0E1A",
                "local_port": "0E1B",
            },
        ),
        (f"EADDR\r\n{A}\r\n", {"type": "address_table", "addresses": [A]}),
        ("EPORT\r\n" + "3610\r\n" * 7, {"type": "port_table", "udp": [3610] * 6, "tcp": [3610]}),
        (
            f"ENEIGHBOR\r\n{A} 001C6400030C12A4 FFFF",
            {
                "type": "neighbour_table",
                "neighbours": [{"address": A, "mac": "001C6400030C12A4", "short_address": "FFFF"}],
            },
        ),
        (
            f"EHANDLE\r\n1 {A} 0E1A 0E1B",
            {
                "type": "handle_table",
                "handles": [
                    {"handle": "1", "address": A, "remote_port": "0E1A", "local_port": "0E1B"}
                ],
            },
        ),
    ],
)
def test_each_thing_has_its_type_and_fields(text: str, expected: Json) -> None:
    assert one(text) == expected


def test_a_datagram_carries_its_frame() -> None:
    assert one(f"{UDP} C4 1 0 0012 {FRAME}") == {
        "type": "udp",
        "source": A,
        "destination": B,
        "remote_port": "0E1A",
        "local_port": "0E1A",
        "mac": "001C6400030C12A4",
        "lqi": "C4",
        "secured": "1",
        "side": "0",
        "payload": FRAME,
        "frame": {
            "tid": 1,
            "seoj": "028801",
            "deoj": "05FF01",
            "esv": "72",
            "esv_name": "Get_Res",
            "props": [{"epc": "E7", "pdc": 4, "edt": "000001F8"}],
        },
    }


def test_a_payload_that_is_no_frame_says_why() -> None:
    thing = one(f"{UDP} 1 0003 108100")
    assert thing["payload"] == "108100"
    assert thing["frame"] == {"error": {"code": "truncated", "detail": "no EHD+TID"}}


def test_the_data_of_pana_is_counted_only() -> None:
    thing = one(f"ERXUDP {A} {B} 02CC 02CC 001C6400030C12A4 0 0028 " + "A5" * 40)
    assert (thing["payload"], thing["masked"], thing["frame"]) == (None, 40, None)


def test_credentials_and_the_route_b_id_are_nowhere() -> None:
    things = said(
        "SKSETPWD C 0123456789AB\r\nSKSETRBID 00112233445566778899AABBCCDDEEFF\r\n"
        f"{UDP} 1 0025 1081000102880105FF017202C011FE00112233445566778899AABBCCDDEEFFE70400000001"
        "\r\n"
        f"{UDP} 1 0014 1081000102880105FF017201C011FE0011223344\r\n"
    )
    text = json.dumps(things)
    assert "0123456789AB" not in text
    assert "112233" not in text
    answer = things[2]
    assert answer["frame"]["props"][0] == {"epc": "C0", "pdc": 17, "edt": "*" * 34}
    assert answer["payload"].endswith("C011" + "*" * 34 + "E70400000001")
    assert things[3]["frame"]["error"]["code"] == "truncated"


@pytest.mark.parametrize(
    ("data", "told"), [("1081", "broken datagram"), ("\x10\x81\x00\x01", "datagram cut off")]
)
def test_a_datagram_that_the_capture_cuts_off_is_told(data: str, told: str) -> None:
    thing = said(f"OK\r\n{UDP} 1 0012 {data}")[1]
    assert thing["type"] == "unknown"
    assert told in thing["text"]


def test_the_project_s_own_captures() -> None:
    for path in CAPTURES:
        events = read_all([capture(path)])
        assert said(path.read_bytes()) == [event_json(event) for event in events]


def test_published_captures_hold_nothing_unknown_but_what_their_owners_edited() -> None:
    for path in SHARED:
        with path.open("rb") as file:
            things = list(decode_serial(file))
        unknown = [thing for thing in things if thing["type"] == "unknown"]
        assert len(unknown) == UNKNOWN_IN_SHARED.get(path.name[:2], 0), path.name
        assert things, path.name
        assert all("frame" not in thing or thing["payload"] or thing["masked"] for thing in things)


def test_a_long_capture_takes_little_memory() -> None:
    class Endless(io.BytesIO):
        """Two megabytes that are made as they are read."""

        left = 2_000_000

        def read1(self, size: int | None = -1, /) -> bytes:
            self.left -= 14_000
            return b"EVER 1.5.2\r\nOK\r\n" * 875 if self.left > 0 else b""

    tracemalloc.start()
    try:
        count = sum(1 for _thing in decode_serial(Endless()))
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 142 * 875 * 2
    assert peak < 1_000_000


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_a_recording_of_semtui_says_what_the_module_said_in_it(path: Path) -> None:
    told = said(path.read_bytes())
    heard = [
        update.raw
        for update in (item.update for item in read_recording(path).items)
        if isinstance(update, WireLine) and update.direction is Direction.RECEIVED
    ]
    assert told == said(b"".join(heard))
    assert {"version", "event", "udp"} <= {thing["type"] for thing in told}
    assert not any(thing["type"] == "unknown" for thing in told)
