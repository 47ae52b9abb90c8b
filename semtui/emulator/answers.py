"""How a meter's objects answer a frame: ESV rules of ECHONET Lite, refusals included."""

from __future__ import annotations

from semtui.emulator.frames import (
    METER,
    METER_ALL,
    NODE,
    NODE_ALL,
    SET_GET,
    Properties,
    Request,
    pack,
)
from semtui.emulator.measurements import Measurements, property_map
from semtui.emulator.options import MeterStyle

SET_I, SET_C, GET, INF_REQ = 0x60, 0x61, 0x62, 0x63
SET_RES, GET_RES, INF, INFC, INFC_RES = 0x71, 0x72, 0x73, 0x74, 0x7A
SNA = {SET_I: 0x50, SET_C: 0x51, GET: 0x52, INF_REQ: 0x53, SET_GET: 0x5E}
"""Each request with the refusal that answers it; what is not here is no request."""

INSTANCE_LIST = b"\x01\x02\x88\x01"

_NODE_GET = (0x80, 0x82, 0x83, 0x8A, 0x9D, 0x9E, 0x9F, 0xD3, 0xD4, 0xD6, 0xD7)


class Responder:
    """The meter object and the node profile behind one address."""

    def __init__(self, measurements: Measurements, style: MeterStyle) -> None:
        self._measurements = measurements
        self._style = style
        maker = bytes.fromhex(style.maker)
        self._node: dict[int, bytes] = {
            0x80: b"\x30",
            0x82: b"\x01\x0a\x01\x00",
            0x83: b"\xfe" + maker + style.serial.encode().ljust(13, b"\x00")[:13],
            0x8A: maker,
            0x9D: property_map((0x80, 0xD5)),
            0x9E: property_map(()),
            0x9F: property_map(_NODE_GET),
            0xD3: b"\x00\x00\x01",
            0xD4: b"\x00\x02",
            0xD6: INSTANCE_LIST,
            0xD7: b"\x01\x02\x88",
        }

    def answer(self, request: Request) -> bytes | None:
        """The frame that answers `request`, or None where silence does."""
        if request.destination in (METER, METER_ALL):
            own = METER
        elif request.destination in (NODE, NODE_ALL) and self._style.nodes:
            own = NODE
        else:
            return None
        if request.service in (GET, INF_REQ):
            return self._get(request, own)
        if request.service in (SET_I, SET_C):
            return self._set(request, own)
        if request.service == SET_GET:
            # Whoever does not know SetGet says so by two empty lists.
            return pack(request.tid, own, request.source, SNA[SET_GET], []) + b"\0"
        if request.service == INFC:
            confirmed = [(epc, b"") for epc, _edt in request.properties]
            return pack(request.tid, own, request.source, INFC_RES, confirmed)
        return None

    def _read(self, own: int, epc: int, service: int) -> bytes | None:
        if own == METER:
            return self._measurements.get(epc)
        if epc == 0xD5:
            return INSTANCE_LIST if service == INF_REQ else None
        return self._node.get(epc)

    def _get(self, request: Request, own: int) -> bytes:
        limit = self._style.opc_limit or len(request.properties)
        refused = len(request.properties) > limit
        values: Properties = []
        for epc, _ in request.properties[:limit]:
            value = self._read(own, epc, request.service)
            refused = refused or value is None
            if value is not None or self._style.sna == "empty":
                values.append((epc, value or b""))
        if not values:
            values = [(epc, b"") for epc, _ in request.properties[:limit]]
        if refused:
            service = SNA[request.service]
        else:
            service = INF if request.service == INF_REQ else GET_RES
        return pack(request.tid, own, request.source, service, values)

    def _set(self, request: Request, own: int) -> bytes | None:
        values: Properties = []
        refused = False
        for epc, edt in request.properties:
            taken = own == METER and self._measurements.set(epc, edt)
            refused = refused or not taken
            values.append((epc, b"" if taken else edt))
        if refused:
            return pack(request.tid, own, request.source, SNA[request.service], values)
        if request.service == SET_I:
            return None
        return pack(request.tid, own, request.source, SET_RES, values)
