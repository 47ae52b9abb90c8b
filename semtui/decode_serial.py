"""What `semtui decode serial` says of a capture: a JSON object for each thing that came.

Fields hold the text as it stood on the wire and are null where this kind of
module leaves them out. Nothing secret is shown: credentials in echoes, the
data of PANA datagrams and property C0 are starred out or left out. The
`frame` of a datagram that is no ECHONET Lite frame is the error object of
`semtui decode frame`, which says why; that of a PANA datagram is null.
"""

from __future__ import annotations

from collections.abc import Iterator

from semtui.captures import BarePayload, Stream, read_capture
from semtui.decode import DecodeError, frame_json
from semtui.echonet.frame import FrameError, decode_frame
from semtui.echonet.values import Json, hex_text
from semtui.radio import events
from semtui.radio.masking import mask_payload
from semtui.radio.parser import Parser


def decode_serial(stream: Stream) -> Iterator[Json]:
    """Yield an object for each thing in the capture `stream`; raises OSError as it does."""
    parser = Parser()
    for piece in read_capture(stream):
        if isinstance(piece, BarePayload):
            yield _udp(events.Udp("", "", "", "", "", None, None, None, piece.data))
        else:
            yield from map(event_json, parser.feed(piece))
    yield from map(event_json, parser.finish())


def event_json(event: events.ModuleEvent) -> Json:
    """The fields of one thing that came from a module, without its secrets."""
    match event:
        case events.Ok(value):
            return {"type": "ok"} if value is None else {"type": "ok", "value": value}
        case events.Fail(code):
            return {"type": "fail", "code": code}
        case events.Echo(text):
            return {"type": "echo", "text": text}
        case events.Unknown(text):
            return {"type": "unknown", "text": text}
        case events.Event(number, address, side, param):
            return {
                "type": "event",
                "number": number,
                "address": address,
                "side": side,
                "param": param,
            }
        case events.PanDescription():
            return {
                "type": "pandesc",
                "channel": event.channel,
                "pan_id": event.pan_id,
                "mac": event.mac,
                "lqi": event.lqi,
                "pairing_id": event.pairing_id,
            }
        case events.EnergyScan(levels, side):
            heard = [{"channel": channel, "lqi": lqi} for channel, lqi in levels]
            return {"type": "energy_scan", "side": side, "levels": heard}
        case events.Udp():
            return _udp(event)
        case events.Tcp(source, remote, local, payload):
            return {
                "type": "tcp",
                "source": source,
                "remote_port": remote,
                "local_port": local,
                "payload": mask_payload(payload),
            }
        case events.TcpStatus():
            return {
                "type": "tcp_status",
                "status": event.status,
                "handle": event.handle,
                "address": event.address,
                "remote_port": event.remote_port,
                "local_port": event.local_port,
            }
        case events.Pong(address):
            return {"type": "pong", "address": address}
        case _:
            return _answer(event)


_Answer = (
    events.Version
    | events.AppVersion
    | events.Info
    | events.Register
    | events.LinkLocalAddress
    | events.AddressTable
    | events.NeighbourTable
    | events.PortTable
    | events.HandleTable
)


def _answer(event: _Answer) -> Json:
    """The fields of what a command asked for."""
    match event:
        case events.Version(version):
            return {"type": "version", "version": version}
        case events.AppVersion(version):
            return {"type": "app_version", "version": version}
        case events.Info(address, mac, channel, pan_id, tail):
            # A single-stack module ends with its short address, a dual one with the side.
            single = len(tail) > 1
            return {
                "type": "info",
                "address": address,
                "mac": mac,
                "channel": channel,
                "pan_id": pan_id,
                "short_address": tail if single else None,
                "side": None if single else tail,
            }
        case events.Register(value):
            return {"type": "register", "value": value}
        case events.LinkLocalAddress(address):
            return {"type": "address", "address": address}
        case events.AddressTable(addresses):
            return {"type": "address_table", "addresses": list(addresses)}
        case events.NeighbourTable(rows):
            neighbours = _rows(("address", "mac", "short_address"), rows)
            return {"type": "neighbour_table", "neighbours": neighbours}
        case events.PortTable(udp, tcp):
            return {"type": "port_table", "udp": list(udp), "tcp": list(tcp)}
        case events.HandleTable(rows):
            handles = _rows(("handle", "address", "remote_port", "local_port"), rows)
            return {"type": "handle_table", "handles": handles}


def _rows(names: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> list[dict[str, str]]:
    return [dict(zip(names, row, strict=True)) for row in rows]


def _udp(event: events.Udp) -> Json:
    said: Json = {
        "type": "udp",
        "source": event.source or None,
        "destination": event.destination or None,
        "remote_port": event.remote_port or None,
        "local_port": event.local_port or None,
        "mac": event.mac or None,
        "lqi": event.lqi,
        "secured": event.secured,
        "side": event.side,
    }
    if event.is_pana:
        return said | {"payload": None, "masked": len(event.payload), "frame": None}
    try:
        frame = frame_json(decode_frame(event.payload))
    except FrameError as error:
        reason = DecodeError(error.code, error.detail).to_json()
        return said | {"payload": mask_payload(event.payload), "frame": reason}
    hidden = _hide_id(frame)
    payload = mask_payload(event.payload) if hidden else hex_text(event.payload)
    return said | {"payload": payload, "frame": frame}


def _hide_id(frame: Json) -> bool:
    """Star out the data of every property C0 in `frame`; return whether there was any."""
    lists = (frame.get(name, []) for name in ("props", "set", "get"))
    ids = [entry for entries in lists for entry in entries if entry["epc"] == "C0" and entry["edt"]]
    for entry in ids:
        entry["edt"] = "*" * len(entry["edt"])
    return bool(ids)
