"""Our own two objects, and how they answer: the node profile and the controller.

The meter may ask them (Get, INF_REQ), set what can be set (SetC, SetI) or
announce to them with a receipt (INFC); a node that stays silent then is out
of specification (Part 2, 4.2.3; the meter's interface specification, chapter 3).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from semtui.echonet.frame import (
    CONTROLLER,
    NODE_PROFILE,
    Esv,
    Frame,
    Property,
    class_of,
    instance_of,
)
from semtui.echonet.identity import decode_place
from semtui.echonet.maps import ClassList, InstanceList, encode_map
from semtui.echonet.values import PropertyError

MAX_PAYLOAD = 1232
"""Bytes of UDP payload that fit the smallest IPv6 packet; a longer answer is cut short."""

_NO_MAKER = b"\xff\xff\xff"
"""The code of those who have none registered."""
_IDENTIFICATION = b"\xfe" + _NO_MAKER + bytes(13)
"""83, which every node has to serve. The same in all installations: nobody but the meter
sees it, and a session with the meter has one controller."""


@dataclass(slots=True)
class OwnObject:
    """One object: values to get, data that may be set, codes that are announced."""

    eoj: int
    values: dict[int, bytes]
    setters: dict[int, Callable[[bytes], object]] = field(default_factory=dict)
    """By code: raises `PropertyError` for data that must not be set."""
    announced: dict[int, bytes] = field(default_factory=dict)
    """Values that can be announced but not got (D5)."""
    announced_on_change: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        self.values[0x9D] = encode_map(self.announced_on_change)
        self.values[0x9E] = encode_map(self.setters)
        self.values[0x9F] = encode_map({*self.values, 0x9F})

    def settable(self, epc: int, edt: bytes) -> bool:
        """Whether `edt` may be set under `epc`."""
        check = self.setters.get(epc)
        if check is None:
            return False
        try:
            check(edt)
        except PropertyError:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Replies:
    """Frames to send because of one that came."""

    answers: tuple[bytes, ...] = ()
    """To the sender. An INF that was asked for goes there too: nobody else listens."""
    announcements: tuple[bytes, ...] = ()
    """To all nodes (multicast), because a property changed."""


class Node:
    """Answers what is addressed to our objects; everything else meets silence."""

    def __init__(self) -> None:
        instances = InstanceList((CONTROLLER,)).encode()
        profile = OwnObject(
            NODE_PROFILE,
            values={
                0x80: b"\x30",
                0x82: b"\x01\x0e\x01\x00",
                0x83: _IDENTIFICATION,
                0x8A: _NO_MAKER,
                0xD3: b"\x00\x00\x01",
                0xD4: b"\x00\x02",
                0xD6: instances,
                0xD7: ClassList((class_of(CONTROLLER),)).encode(),
            },
            announced={0xD5: instances},
            announced_on_change=(0x80, 0xD5),
        )
        controller = OwnObject(
            CONTROLLER,
            values={
                0x80: b"\x30",
                0x81: b"\x00",
                0x82: b"\x00\x00R\x00",
                0x88: b"\x42",
                0x8A: _NO_MAKER,
            },
            setters={0x81: decode_place},
            announced_on_change=(0x80, 0x81, 0x88),
        )
        self._objects = {NODE_PROFILE: profile, CONTROLLER: controller}

    def owned(self, deoj: int) -> int | None:
        """Our object that `deoj` addresses (instance 00 means all of a class), or None."""
        if deoj in self._objects:
            return deoj
        if instance_of(deoj) == 0:
            for eoj in self._objects:
                if class_of(eoj) == class_of(deoj):
                    return eoj
        return None

    def introduction(self, tid: int) -> bytes:
        """The announcement of our objects (INF D5) that a node multicasts when it starts."""
        listed = Property(0xD5, self._objects[NODE_PROFILE].announced[0xD5])
        return Frame(tid, NODE_PROFILE, NODE_PROFILE, Esv.INF, (listed,)).encode()

    def reply(self, frame: Frame) -> Replies:
        """What has to be sent because of `frame`; nothing unless it asks our objects for it."""
        eoj = self.owned(frame.deoj)
        if eoj is None or instance_of(frame.seoj) == 0:
            return Replies()
        thing = self._objects[eoj]
        match frame.esv:
            case Esv.GET:
                return self._got(frame, thing, thing.values, (Esv.GET_RES, Esv.GET_SNA))
            case Esv.INF_REQ:
                told = thing.values | thing.announced
                return self._got(frame, thing, told, (Esv.INF, Esv.INF_SNA))
            case Esv.SETC | Esv.SETI:
                return self._set(frame, thing)
            case Esv.INFC:
                receipt = tuple(Property(epc) for epc, _edt in frame.props)
                return Replies((_answer(frame, eoj, Esv.INFC_RES, receipt),))
            case Esv.SETGET:
                # Two empty lists: this node does not offer the service.
                return Replies((_answer(frame, eoj, Esv.SETGET_SNA, ()),))
            case _:
                return Replies()

    def _got(
        self, frame: Frame, thing: OwnObject, values: dict[int, bytes], esvs: tuple[Esv, Esv]
    ) -> Replies:
        props: list[Property] = []
        room = MAX_PAYLOAD - 12
        for epc, _edt in frame.props:
            entry = Property(epc, values.get(epc, b""))
            room -= 2 + len(entry.edt)
            if room < 0:
                break
            props.append(entry)
        whole = len(props) == len(frame.props) and all(entry.edt for entry in props)
        return Replies((_answer(frame, thing.eoj, esvs[0] if whole else esvs[1], tuple(props)),))

    def _set(self, frame: Frame, thing: OwnObject) -> Replies:
        props: list[Property] = []
        changed: dict[int, bytes] = {}
        refused = False
        for epc, edt in frame.props:
            if not thing.settable(epc, edt):
                refused = True
                props.append(Property(epc, edt))
                continue
            props.append(Property(epc))
            if thing.values[epc] != edt:
                thing.values[epc] = changed[epc] = edt
        if frame.esv is Esv.SETC:
            esv = Esv.SETC_SNA if refused else Esv.SET_RES
            answers: tuple[bytes, ...] = (_answer(frame, thing.eoj, esv, tuple(props)),)
        elif refused:
            answers = (_answer(frame, thing.eoj, Esv.SETI_SNA, tuple(props)),)
        else:
            answers = ()
        announcements = tuple(
            Frame(frame.tid, thing.eoj, NODE_PROFILE, Esv.INF, (Property(epc, edt),)).encode()
            for epc, edt in changed.items()
            if epc in thing.announced_on_change
        )
        return Replies(answers, announcements)


def _answer(frame: Frame, seoj: int, esv: Esv, props: tuple[Property, ...]) -> bytes:
    """A frame back to the sender: its TID, its objects swapped."""
    return Frame(frame.tid, seoj, frame.seoj, esv, props).encode()
