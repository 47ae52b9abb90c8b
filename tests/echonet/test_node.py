"""Our own objects: what they answer, and to whom they stay silent."""

from __future__ import annotations

import pytest

from semtui.echonet.frame import (
    CONTROLLER,
    NODE_PROFILE,
    SMART_METER,
    Esv,
    Frame,
    Property,
    decode_frame,
)
from semtui.echonet.node import MAX_PAYLOAD, Node
from semtui.echonet.properties import decode_property
from semtui.echonet.scale import EnergyScale


def ask(node: Node, deoj: int, esv: Esv, *props: Property) -> list[Frame]:
    """The answers of `node` to the meter."""
    frame = Frame(0x1234, SMART_METER, deoj, esv, props)
    return [decode_frame(answer) for answer in node.reply(frame).answers]


def get(epc: int, deoj: int = NODE_PROFILE) -> str:
    (answer,) = ask(Node(), deoj, Esv.GET, Property(epc))
    assert answer.esv is Esv.GET_RES
    assert (answer.tid, answer.seoj, answer.deoj) == (0x1234, deoj, SMART_METER)
    return answer.props[0].edt.hex().upper()


@pytest.mark.parametrize(
    ("epc", "edt"),
    [
        (0x80, "30"),
        (0x82, "010E0100"),
        (0x9D, "0280D5"),
        (0x9E, "00"),
        (0x9F, "0B808283" + "8A9D9E9FD3D4D6D7"),
        (0xD3, "000001"),
        (0xD4, "0002"),
        (0xD6, "0105FF01"),
        (0xD7, "0105FF"),
    ],
)
def test_the_node_profile_says_what_there_is(epc: int, edt: str) -> None:
    assert get(epc) == edt


@pytest.mark.parametrize("eoj", [NODE_PROFILE, CONTROLLER])
def test_everything_in_the_get_map_is_served_and_well_formed(eoj: int) -> None:
    listed = bytes.fromhex(get(0x9F, eoj))[1:]
    assert {0x80, 0x82, 0x8A, 0x9D, 0x9E, 0x9F} <= set(listed)
    for epc in listed:
        edt = bytes.fromhex(get(epc, eoj))
        assert decode_property(eoj, epc, edt).to_json(EnergyScale())


def test_the_controller_serves_what_is_asked_of_one() -> None:
    assert bytes.fromhex(get(0x9F, CONTROLLER))[1:].hex().upper() == "808182888A9D9E9F"
    assert get(0x9E, CONTROLLER) == "0181"
    assert get(0x88, CONTROLLER) == "42"


def test_all_instances_of_a_class_are_the_one_there_is() -> None:
    (answer,) = ask(Node(), 0x05FF00, Esv.GET, Property(0x80))
    assert answer.seoj == CONTROLLER


def test_a_mixed_get_keeps_the_good_and_refuses_the_rest() -> None:
    (answer,) = ask(Node(), NODE_PROFILE, Esv.GET, Property(0xD6), Property(0xF0), Property(0x80))
    assert answer.esv is Esv.GET_SNA
    assert answer.props == (Property(0xD6, b"\1\5\xff\1"), Property(0xF0), Property(0x80, b"0"))


def test_the_announced_list_can_be_asked_to_be_announced_but_not_got() -> None:
    (announced,) = ask(Node(), NODE_PROFILE, Esv.INF_REQ, Property(0xD5))
    assert announced.esv is Esv.INF
    assert announced.props == (Property(0xD5, b"\1\5\xff\1"),)
    (refused,) = ask(Node(), NODE_PROFILE, Esv.GET, Property(0xD5))
    assert refused.esv is Esv.GET_SNA
    (unknown,) = ask(Node(), NODE_PROFILE, Esv.INF_REQ, Property(0xF0))
    assert unknown.esv is Esv.INF_SNA


def test_an_answer_that_would_not_fit_is_cut_from_behind() -> None:
    (answer,) = ask(Node(), NODE_PROFILE, Esv.GET, *[Property(0x83)] * 255)
    assert answer.esv is Esv.GET_SNA
    assert 0 < len(answer.props) < 255
    assert all(len(entry.edt) == 17 for entry in answer.props)
    assert MAX_PAYLOAD - 19 < len(answer.encode()) <= MAX_PAYLOAD


def test_the_place_can_be_set_and_the_change_is_announced() -> None:
    node = Node()
    frame = Frame(9, SMART_METER, CONTROLLER, Esv.SETC, (Property(0x81, b"\x09"),))
    replies = node.reply(frame)
    (answer,) = map(decode_frame, replies.answers)
    assert answer.esv is Esv.SET_RES
    assert answer.props == (Property(0x81),)
    (announced,) = map(decode_frame, replies.announcements)
    assert (announced.seoj, announced.deoj, announced.esv) == (CONTROLLER, NODE_PROFILE, Esv.INF)
    assert announced.props == (Property(0x81, b"\x09"),)
    (now,) = ask(node, CONTROLLER, Esv.GET, Property(0x81))
    assert now.props[0].edt == b"\x09"
    assert node.reply(frame).announcements == ()


@pytest.mark.parametrize(
    ("deoj", "epc", "edt"),
    [(NODE_PROFILE, 0xD6, b"\0"), (CONTROLLER, 0x80, b"\x31"), (CONTROLLER, 0x81, b"\x02")],
)
def test_what_must_not_be_set_comes_back(deoj: int, epc: int, edt: bytes) -> None:
    node = Node()
    (answer,) = ask(node, deoj, Esv.SETC, Property(epc, edt))
    assert answer.esv is Esv.SETC_SNA
    assert answer.props == (Property(epc, edt),)
    (answer,) = ask(node, deoj, Esv.SETI, Property(epc, edt))
    assert answer.esv is Esv.SETI_SNA


def test_a_setting_that_wants_no_answer_gets_none() -> None:
    node = Node()
    assert ask(node, CONTROLLER, Esv.SETI, Property(0x81, b"\x61")) == []
    (now,) = ask(node, CONTROLLER, Esv.GET, Property(0x81))
    assert now.props[0].edt == b"\x61"


def test_set_and_get_at_once_is_declined() -> None:
    (answer,) = ask(Node(), NODE_PROFILE, Esv.SETGET, Property(0x80, b"0"))
    assert answer.esv is Esv.SETGET_SNA
    assert (answer.props, answer.gets) == ((), ())


@pytest.mark.parametrize("esv", [Esv.INF, Esv.GET_RES, Esv.SETC_SNA, Esv.INFC_RES])
def test_what_wants_no_answer_gets_none(esv: Esv) -> None:
    assert ask(Node(), CONTROLLER, esv, Property(0xEA)) == []


def test_strangers_are_met_with_silence() -> None:
    node = Node()
    assert ask(node, 0x013001, Esv.GET, Property(0x80)) == []
    assert ask(node, 0x05FF02, Esv.INFC, Property(0x80)) == []
    nobody = Frame(1, 0x028800, CONTROLLER, Esv.GET, (Property(0x80),))
    assert node.reply(nobody).answers == ()


def test_the_introduction_lists_the_controller() -> None:
    assert Node().introduction(0x0361).hex().upper() == "108103610EF0010EF0017301D5040105FF01"
