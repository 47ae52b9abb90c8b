"""Events: every line a module prints, as its typed value (SKSTACK-IP sections 3 and 4)."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from semtui.radio.events import (
    AddressTable,
    AppVersion,
    Echo,
    EnergyScan,
    Event,
    Fail,
    HandleTable,
    Info,
    LinkLocalAddress,
    ModuleEvent,
    NeighbourTable,
    Ok,
    PanDescription,
    Pong,
    PortTable,
    Register,
    Tcp,
    TcpStatus,
    Udp,
    Unknown,
    Version,
)
from semtui.radio.parser import Parser
from tests.radio.samples import read_all

METER = "FE80:0000:0000:0000:021C:6400:030C:12A4"
OWN = "FE80:0000:0000:0000:021D:1291:0000:0574"
ID = "00112233445566778899AABBCCDDEEFF"


def read(text: str) -> list[ModuleEvent]:
    return read_all([text.encode("latin-1")])


@pytest.mark.parametrize(
    ("line", "event"),
    [
        ("OK", Ok()),
        ("OK 01", Ok("01")),
        ("FAIL ER10", Fail("ER10")),
        ("EVER 1.2.10", Version("1.2.10")),
        ("EAPPVER rev26e", AppVersion("rev26e")),
        (
            f"EINFO {OWN} 001D129100000574 21 FFFF FFFE ",
            Info(OWN, "001D129100000574", "21", "FFFF", "FFFE"),
        ),
        (
            f"EINFO {OWN} 001D129100000574 21 8888 0",
            Info(OWN, "001D129100000574", "21", "8888", "0"),
        ),
        ("ESREG 0000000000000BB8", Register("0000000000000BB8")),
        (METER, LinkLocalAddress(METER)),
        (f"EPONG {METER}", Pong(METER)),
        (f"EVENT 22 {OWN}", Event("22", OWN)),
        (f"EVENT 22 {OWN} 0", Event("22", OWN, "0")),
        (f"EVENT 21 {METER} 02", Event("21", METER, None, "02")),
        (f"EVENT 21 {METER} 0 00", Event("21", METER, "0", "00")),
        (f"EVENT 45 {METER} 0 01", Event("45", METER, "0", "01")),
        ("EVENT C0", Event("C0")),
        (f"EVENT 99 {OWN}", Event("99", OWN)),
        (f"ETCP 01 01 {METER} 0E1A 0E1B", TcpStatus("01", "01", METER, "0E1A", "0E1B")),
        ("ETCP 03 00", TcpStatus("03", "00")),
        (f"ERXTCP {METER} 0E1A 0E1B 0002 5069", Tcp(METER, "0E1A", "0E1B", b"Pi")),
        ("SKSCAN 2 FFFFFFFF 6 0 ", Echo("SKSCAN 2 FFFFFFFF 6 0")),
        ("ROPT", Echo("ROPT")),
        ("S", Echo("S")),
        ("login:", Unknown("login:")),
        ("\x80\xff\x07", Unknown("<3 B hidden: not understood>")),
    ],
)
def test_one_line(line: str, event: ModuleEvent) -> None:
    assert read(line + "\r\n") == [event]


def test_sktable_1_2_e_f() -> None:
    text = (
        f"EADDR \r\n{OWN} \r\nOK\r\nENEIGHBOR\r\n{METER} 001C6400030C12A4 FFFF\r\nOK\r\n"
        "EPORT\r\n3610\r\n716\r\n0\r\n0\r\n0\r\n0\r\n\r\n3610\r\n0\r\n0\r\n0\r\nOK\r\n"
        f"EHANDLE\r\n1 {METER} 0E1A 0E1B\r\nOK\r\nENEIGHBOR\r\nOK\r\n"
    )
    assert [event for event in read(text) if not isinstance(event, Ok)] == [
        AddressTable((OWN,)),
        NeighbourTable(((METER, "001C6400030C12A4", "FFFF"),)),
        PortTable((3610, 716, 0, 0, 0, 0), (3610, 0, 0, 0)),
        HandleTable((("1", METER, "0E1A", "0E1B"),)),
        NeighbourTable(()),
    ]


def test_epandesc_with_and_without_pairing_id_and_side() -> None:
    text = (
        "EPANDESC\r\n  Channel:39\r\n  Channel Page:09\r\n  Pan ID:8CF5\r\n"
        "  Addr:001C6400036E8CF5\r\n  LQI:9B\r\n  Side:0\r\n  PairID:CCDDEEFF\r\n"
        f"EVENT 20 {OWN}\r\nEPANDESC \r\n Channel:21 \r\n New Key:1\r\n Pan ID:1234\r\n"
        f" Addr:001C640003000001\r\n LQI:2D\r\nEVENT 22 {OWN}\r\n"
    )
    assert read(text) == [
        PanDescription("39", "09", "8CF5", "001C6400036E8CF5", "9B", "0", "CCDDEEFF"),
        Event("20", OWN),
        PanDescription("21", None, "1234", "001C640003000001", "2D"),
        Event("22", OWN),
    ]


def test_eedscan_on_both_editions() -> None:
    assert read("EEDSCAN\r\n21 04 22 0A\r\n\r\nEEDSCAN\r\n0 21 1A\r\n") == [
        EnergyScan((("21", "04"), ("22", "0A"))),
        EnergyScan((("21", "1A"),), "0"),
    ]


def test_events_in_the_middle_of_a_table_and_of_an_answer() -> None:
    text = f"EADDR\r\nEVENT 02 {METER}\r\n{OWN}\r\nOK\r\n"
    assert read(text) == [Event("02", METER), AddressTable((OWN,)), Ok()]


def test_an_event_behind_a_half_echo_and_the_rest_of_the_echo() -> None:
    text = f"SKSREGEVENT 29 {METER}\r\n S2 21\r\nOK\r\n"
    assert read(text) == [Echo("SKSREG"), Event("29", METER), Echo("S2 21"), Ok()]


def test_all_layouts_of_erxudp() -> None:
    single, dual, with_lqi = read(
        f"ERXUDP {METER} {OWN} 0E1A 0E1A 001C6400030C12A4 1 0002 1081\r\n"
        f"ERXUDP {METER} {OWN} 0E1A 0E1A 001C6400030C12A4 1 0 0002 1081\r\n"
        f"ERXUDP {METER} {OWN} 0E1A 0E1A 001C6400030C12A4 E1 1 0 0002 \x10\x81\r\n"
    )
    head = (METER, OWN, "0E1A", "0E1A", "001C6400030C12A4")
    assert single == Udp(*head, None, "1", None, b"\x10\x81")
    assert dual == Udp(*head, None, "1", "0", b"\x10\x81")
    assert with_lqi == Udp(*head, "E1", "1", "0", b"\x10\x81")


def test_each_piece_of_an_echo_that_is_torn_twice_is_hidden() -> None:
    text = f"SKSETRBID 0011EVENT 22 {OWN}\r\n22334455EVENT 29 {METER}\r\n66778899\r\nOK\r\n"
    heard = read(text)
    assert [event.text for event in heard if isinstance(event, Echo)] == [
        "SKSETRBID ****",
        "****",
        "****",
    ]
    assert heard[-1] == Ok()
    raw = b"".join(raw for _event, raw in Parser().hear(text.encode()))
    assert not {b"0011", b"22334455", b"66778899"} & set(re.findall(rb"\d{4,}", raw))


SECRET_LINES = [
    f"SKSETRBID 0011EVENT 22 {OWN}\r\n22334455EVENT 29 {METER}\r\n66778899AABBCCDDEEFF\r\n",
    f"SKSETRBID {ID}\r\n",
    "SKSETPWD C 0123456789AB\r\n",
    f"SKSETRBID 0011EVENT 22 {OWN}\r\n2233445566778899AABBCCDDEEFF\r\n",
    f"SKSETPWD C 0123ERXUDP {METER} {OWN} 0E1A 0E1A 001C6400030C12A4 1 0001 \x10\r\n456789AB\r\n",
    f"ERXUDP {METER} {OWN} 02CC 02CC 001C6400030C12A4 0 0022 SM{ID}\r\n",
    f"ERXUDP {METER} {OWN} 02CC 02CC 001C6400030C12A4 0 0022 {('SM' + ID).encode().hex()}\r\n",
    f"ERXUDP {METER} {OWN} 02CC 02CC 001C6400030C12A4 0 0030 \x00\x00\r\nSM{ID}\r\nOK\r\n",
    f"ERXUDP {METER} 02CC SM{ID}\r\n",
    f"ERXUDP {METER} {OWN} 0E1A 0E1A 001C6400030C12A4 1 0012 \xc0\x10{ID[:16]}\r\n",
]


@pytest.mark.parametrize("text", SECRET_LINES)
def test_secrets_are_in_no_event_that_is_shown(text: str) -> None:
    for event in read(text):
        for form in (event.shown, repr(event)):
            for secret in (ID[4:], ID[:16], "456789AB", ID[:16].encode().hex()):
                assert secret not in form


PIECES = st.sampled_from(
    [
        "OK\r\n",
        "FAIL ER04\r",
        f"EVENT 22 {OWN}\r\n",
        f"EVENT 21 {METER} 0 01\r\n",
        "EPANDESC\r\n",
        "  Channel:39\r\n",
        "  PairID:CCDDEEFF\r\n",
        "EEDSCAN\r\n",
        "21 04\r\n",
        "EADDR\r\n",
        METER + "\r\n",
        "EPORT\r\n",
        "3610\r\n",
        "SKSREG",
        "SKSENDTO 1 ",
        "EINFO 1 2 3\r\n",
        "ETCP\r\n",
        " S2 21\r\n",
        f"ERXUDP {METER} {OWN} 0E1A 0E1A 001C6400030C12A4 1 0002 1081\r\n",
        "ERXUDP ",
        "EVENT ",
        "\r\n",
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    stream=st.lists(st.one_of(PIECES.map(str.encode), st.binary(max_size=8)), max_size=25),
)
def test_any_bytes_in_any_pieces_give_the_same_events(stream: list[bytes]) -> None:
    whole = b"".join(stream)
    expected = read_all([whole])
    assert read_all([whole[i : i + 1] for i in range(len(whole))]) == expected
    assert all(isinstance(event.shown, str) for event in expected)
