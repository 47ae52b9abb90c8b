"""What a line on the serial wire means, in words: the stack's answers and the frames in them.

It reads the masked text of a `WireLine` and nothing else, so it cannot say
more than the line shows. It stands outside radio/ and echonet/, which do not
know each other, because a datagram's line has something of both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from semtui.echonet.frame import (
    NODE_PROFILE_CLASS,
    SMART_METER_CLASS,
    Esv,
    Frame,
    FrameError,
    Property,
    class_of,
    decode_frame,
)
from semtui.echonet.properties import find_property
from semtui.echonet.scale import EnergyScale
from semtui.echonet.told import ROUTE_B_ID
from semtui.echonet.values import hex_text
from semtui.i18n import _
from semtui.property_words import in_short

_DATA = re.compile(r"(?:SKSENDTO|ERXUDP) .*? [0-9A-F]{4} ?((?:[0-9A-F]{2}|\*\*)+)\Z")
_HIDDEN = re.compile(r"<(\d+) B hidden: ([^>]*)>")
_EVENT = re.compile(r"EVENT ([0-9A-F]{2})(?: .*?(?: (0[0-2]))?)?\Z")
_PAN = re.compile(
    r"EPANDESC Channel:([0-9A-F]{1,2}) Pan ID:([0-9A-F]{1,4}) Addr:\S+ ?(?:LQI:([0-9A-F]{1,2}))?"
)
_CONTROLLER_CLASS = 0x05FF

_EVENTS = {
    "01": _("a neighbour asks for our address"),
    "02": _("a neighbour has answered with its address"),
    "05": _("an echo request came"),
    "1F": _("the noise scan is done"),
    "20": _("a beacon was heard; EPANDESC describes its sender"),
    "22": _("the scan is done"),
    "24": _("the join, or its renewal, has failed"),
    "25": _("the session stands: joined, or renewed"),
    "26": _("the meter asks to end the session"),
    "27": _("the session is ended"),
    "28": _("the end of the session was not confirmed; it counts as ended"),
    "29": _("the module renews the session; nothing may be sent until 25 or 24"),
    "32": _("the send-time limit is reached; nothing goes on the air until 33"),
    "33": _("the send-time limit is lifted"),
    "C0": _("the module has woken up"),
}
_SENDS = {
    "00": _("sent and acknowledged"),
    "01": _("not sent, or not acknowledged"),
    "02": _("a neighbour solicitation went out first"),
}
_FAILURES = {
    "ER04": _("the module does not know this command"),
    "ER05": _("wrong number of arguments"),
    "ER06": _("an argument has a wrong form, or is out of range"),
    "ER09": _("bytes were lost or spoilt on the way to the module"),
    "ER10": _("understood, but not possible now"),
}
_WORDS = {
    "SKVER": _("asks for the version of the stack"),
    "SKAPPVER": _("asks for the version of the application"),
    "SKINFO": _("asks for addresses, channel and PAN id"),
    "SKRESET": _("restarts the stack"),
    "SKTERM": _("ends the session with the meter"),
    "SKREJOIN": _("renews the session"),
    "SKSETPWD": _("hands the password over, hidden"),
    "SKSETRBID": _("hands the route-B id over, hidden"),
    "SKLL64": _("makes an address out of a MAC address"),
    "SKPING": _("sends an echo request"),
    "SKTABLE": _("asks for a table"),
    "ROPT": _("asks for the display mode"),
    "RUART": _("asks for the settings of the serial line"),
    "EPONG": _("the echo request was answered"),
}
_SCANS = {"0": _("noise scan"), "2": _("scan for our meter"), "3": _("scan for any PAN")}


def gist(text: str, scale: EnergyScale | None = None) -> str:
    """What a line says, in a few words; empty where its text says it all.

    `scale` turns counts into kWh. Never raises, whatever the text is.
    """
    hidden = _HIDDEN.search(text)
    if hidden:
        return _("{what}, {size} B hidden").format(what=hidden[2], size=hidden[1])
    frame = frame_of(text)
    if frame is not None:
        return _frame_gist(frame, scale or EnergyScale())
    if _DATA.match(text):
        return _("data that is no ECHONET Lite frame")
    word, _space, rest = text.partition(" ")
    match word:
        case "EVENT":
            return _event(text)
        case "FAIL":
            return _("{code}: {what}").format(code=rest, what=_FAILURES.get(rest, _("refused")))
        case "EPANDESC":
            return _pan(text)
        case "SKSCAN":
            what = _SCANS.get(rest[:1], _("scan"))
            return _("starts a {what}").format(what=what)
        case "SKJOIN":
            return _("starts to join (PANA)")
        case "SKSREG":
            return _("writes a register") if " " in rest.strip() else _("reads a register")
        case "EINFO" if len(rest.split()) >= 4:
            channel, pan = rest.split()[2:4]
            return _("channel {channel}, PAN {pan}").format(channel=_number(channel), pan=pan)
    return _WORDS.get(word, "")


def details(text: str, scale: EnergyScale | None = None) -> list[str]:
    """A line in full: a frame with its header, then a line for each of its properties."""
    frame = frame_of(text)
    if frame is None:
        said = gist(text, scale)
        return [said] if said else []
    count = len(frame.props) + len(frame.gets)
    head = (
        f"TID {frame.tid:04X}  SEOJ {frame.seoj:06X} {_object(frame.seoj)}  "
        f"DEOJ {frame.deoj:06X} {_object(frame.deoj)}  "
        f"ESV {frame.esv:02X} {frame.esv.label}  OPC {count}"
    )
    eoj = _subject(frame)
    known = scale or EnergyScale()
    return [head, *(_property(eoj, prop, known) for prop in (*frame.props, *frame.gets))]


def frame_of(text: str) -> Frame | None:
    """The ECHONET Lite frame in a line; None without one, or where it is not whole.

    Starred bytes (property C0) are read as 2A, the star's own code.
    """
    data = _DATA.match(text)
    if data is None:
        return None
    try:
        return decode_frame(bytes.fromhex(data[1].replace("**", "2A")))
    except FrameError:
        return None


def _frame_gist(frame: Frame, scale: EnergyScale) -> str:
    eoj = _subject(frame)
    props = (*frame.props, *frame.gets)
    if any(edt for _epc, edt in props):
        said = [f"{epc:02X} = {in_short(eoj, epc, edt, scale)}" for epc, edt in props if edt]
        missing = [prop.epc for prop in props if not prop.edt]
        if missing:
            said.append(_("without {codes}").format(codes=_codes(missing)))
        return f"{frame.esv.label} TID {frame.tid:04X}  " + ", ".join(said)
    codes = _codes(prop.epc for prop in props)
    if frame.esv in (Esv.GET_SNA, Esv.SETC_SNA, Esv.SETI_SNA, Esv.INF_SNA):
        refused = _("refused: {codes}").format(codes=codes)
        return f"{frame.esv.label} TID {frame.tid:04X}  {refused}"
    return f"{frame.esv.label} TID {frame.tid:04X} -> {frame.deoj:06X} {codes}"


def _codes(epcs: Iterable[int]) -> str:
    return " ".join(f"{epc:02X}" for epc in epcs)


def _subject(frame: Frame) -> int:
    """The object whose properties a frame is about: not the controller, which has only asked."""
    return frame.deoj if class_of(frame.seoj) == _CONTROLLER_CLASS else frame.seoj


def _object(eoj: int) -> str:
    names = {
        SMART_METER_CLASS: _("meter"),
        NODE_PROFILE_CLASS: _("node"),
        _CONTROLLER_CLASS: _("controller"),
    }
    return names.get(class_of(eoj), "")


def _property(eoj: int, prop: Property, scale: EnergyScale) -> str:
    """A property on a line: code, length, bytes, name, value."""
    spec = find_property(eoj, prop.epc)
    name = _("not known") if spec is None else spec.name
    if not prop.edt:
        return f"{prop.epc:02X}  {name}"
    said = f"{prop.epc:02X}  {name}: {in_short(eoj, prop.epc, prop.edt, scale)}"
    if prop.epc == ROUTE_B_ID:
        return said
    data = hex_text(prop.edt[:16]) + ("..." if len(prop.edt) > 16 else "")
    return f"{said}  ({len(prop.edt)} B {data})"


def _event(text: str) -> str:
    event = _EVENT.match(text)
    if event is None:
        return ""
    number = event[1]
    what = _SENDS.get(event[2] or "", "") if number == "21" else _EVENTS.get(number, "")
    return _("EVENT {number}: {what}").format(number=number, what=what) if what else ""


def _pan(text: str) -> str:
    pan = _PAN.match(text)
    if pan is None:
        return ""
    said = _("a PAN: {pan} on channel {channel}").format(pan=pan[2], channel=_number(pan[1]))
    if pan[3] is None:
        return said
    return _("{said}, LQI {lqi}").format(said=said, lqi=pan[3])


def _number(digits: str) -> str:
    """Hex digits as a decimal number; as they are where they are none."""
    try:
        return str(int(digits, 16))
    except ValueError:
        return digits
