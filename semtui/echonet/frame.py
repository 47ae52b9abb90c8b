"""ECHONET Lite frames, format 1: bytes to `Frame` and back (Part 2, chapter 3).

A datagram is one frame, whole or not at all: a count that disagrees with what
follows, or bytes left over, make it unusable, because there is no telling
which of the two is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, unique
from typing import NamedTuple

EHD1 = 0x10
EHD2_FORMAT1 = 0x81
EHD2_FORMAT2 = 0x82

SMART_METER = 0x028801
CONTROLLER = 0x05FF01
NODE_PROFILE = 0x0EF001

SMART_METER_CLASS = 0x0288
NODE_PROFILE_CLASS = 0x0EF0

_HEADER = 12
"""EHD, TID, SEOJ, DEOJ, ESV and OPC."""


@unique
class Esv(IntEnum):
    """The service a frame stands for (Part 2, 3.2.5)."""

    SETI_SNA = 0x50
    SETC_SNA = 0x51
    GET_SNA = 0x52
    INF_SNA = 0x53
    SETGET_SNA = 0x5E
    SETI = 0x60
    SETC = 0x61
    GET = 0x62
    INF_REQ = 0x63
    SETGET = 0x6E
    SET_RES = 0x71
    GET_RES = 0x72
    INF = 0x73
    INFC = 0x74
    INFC_RES = 0x7A
    SETGET_RES = 0x7E

    @property
    def label(self) -> str:
        """The name the specification writes, for example "Get_Res"."""
        return _LABELS[self]


_LABELS = {
    Esv.SETI_SNA: "SetI_SNA",
    Esv.SETC_SNA: "SetC_SNA",
    Esv.GET_SNA: "Get_SNA",
    Esv.INF_SNA: "INF_SNA",
    Esv.SETGET_SNA: "SetGet_SNA",
    Esv.SETI: "SetI",
    Esv.SETC: "SetC",
    Esv.GET: "Get",
    Esv.INF_REQ: "INF_REQ",
    Esv.SETGET: "SetGet",
    Esv.SET_RES: "Set_Res",
    Esv.GET_RES: "Get_Res",
    Esv.INF: "INF",
    Esv.INFC: "INFC",
    Esv.INFC_RES: "INFC_Res",
    Esv.SETGET_RES: "SetGet_Res",
}
_ESV_BY_CODE = {int(esv): esv for esv in Esv}
_TWO_LISTS = frozenset({Esv.SETGET, Esv.SETGET_RES, Esv.SETGET_SNA})


class FrameError(Exception):
    """Bytes that are no frame: `code` says which rule they break, `detail` where.

    Codes: truncated, trailing, ehd1, ehd2, format2, esv, opc_zero, epc_range.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class Property(NamedTuple):
    """One entry of a frame: a property code and its data, which may be empty."""

    epc: int
    edt: bytes = b""

    def __repr__(self) -> str:
        # C0 is the route-B id; a repr ends up in logs and test reports.
        shown = "..." if self.epc == 0xC0 and self.edt else self.edt.hex().upper()
        return f"Property({self.epc:02X}: {shown})"


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame of format 1; `props` is the set list in the SetGet family, `gets` the other."""

    tid: int
    seoj: int
    deoj: int
    esv: Esv
    props: tuple[Property, ...]
    gets: tuple[Property, ...] = ()

    @property
    def two_lists(self) -> bool:
        """Whether the service carries a set list and a get list."""
        return self.esv in _TWO_LISTS

    def encode(self) -> bytes:
        """The bytes on the wire; OverflowError or ValueError for a value that has no place."""
        out = bytearray((EHD1, EHD2_FORMAT1))
        out += self.tid.to_bytes(2, "big")
        out += self.seoj.to_bytes(3, "big")
        out += self.deoj.to_bytes(3, "big")
        out.append(self.esv)
        _append_list(out, self.props)
        if self.esv in _TWO_LISTS:
            _append_list(out, self.gets)
        return bytes(out)


def _append_list(out: bytearray, props: Iterable[Property]) -> None:
    entries = tuple(props)
    out.append(len(entries))
    for epc, edt in entries:
        out.append(epc)
        out.append(len(edt))
        out += edt


def class_of(eoj: int) -> int:
    """The class of an object: its code without the instance."""
    return eoj >> 8


def instance_of(eoj: int) -> int:
    """The instance of an object; 0 stands for all of its class."""
    return eoj & 0xFF


def decode_frame(data: bytes) -> Frame:
    """Read one datagram; raises `FrameError` for anything that is not exactly one frame."""
    size = len(data)
    if size < 4:
        raise FrameError("truncated", "no EHD+TID")
    if data[0] != EHD1:
        raise FrameError("ehd1", f"{data[0]:02X}")
    if data[1] != EHD2_FORMAT1:
        if data[1] == EHD2_FORMAT2:
            raise FrameError("format2", "EDATA has a free form")
        raise FrameError("ehd2", f"{data[1]:02X}")
    if size < _HEADER:
        raise FrameError("truncated", f"header shorter than {_HEADER} bytes")
    esv = _ESV_BY_CODE.get(data[10])
    if esv is None:
        raise FrameError("esv", f"{data[10]:02X}")
    may_be_empty = esv is Esv.SETGET_SNA
    props, offset = _read_list(data, 11, may_be_empty)
    gets: tuple[Property, ...] = ()
    if esv in _TWO_LISTS:
        gets, offset = _read_list(data, offset, may_be_empty)
    if offset != size:
        raise FrameError("trailing", f"{size - offset} byte(s) after the last property")
    return Frame(
        tid=data[2] << 8 | data[3],
        seoj=int.from_bytes(data[4:7], "big"),
        deoj=int.from_bytes(data[7:10], "big"),
        esv=esv,
        props=props,
        gets=gets,
    )


def _read_list(data: bytes, offset: int, may_be_empty: bool) -> tuple[tuple[Property, ...], int]:
    """Read a count and its entries; returns them and the offset behind the last."""
    if offset >= len(data):
        raise FrameError("truncated", "OPC missing")
    count = data[offset]
    if count == 0 and not may_be_empty:
        raise FrameError("opc_zero")
    offset += 1
    entries = []
    for _entry in range(count):
        start = offset + 2
        if start > len(data):
            raise FrameError("truncated", "EPC/PDC missing")
        epc, pdc = data[offset], data[offset + 1]
        offset = start + pdc
        if offset > len(data):
            detail = f"EDT of EPC {epc:02X}: PDC {pdc}, {len(data) - start} left"
            raise FrameError("truncated", detail)
        if epc < 0x80:
            raise FrameError("epc_range", f"{epc:02X}")
        entries.append(Property(epc, bytes(data[start:offset])))
    return tuple(entries), offset
