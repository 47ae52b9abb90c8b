"""From lines and datagrams to typed events.

Most lines stand alone. EPANDESC, EEDSCAN and the tables go on over several
lines, and anything may come in between; so a block is kept open beside the
stream until it is complete.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

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
from semtui.radio.framing import Broken, Datagram, Framer, Line, Token
from semtui.radio.masking import (
    PANA_PORT,
    hide,
    mask_datagram,
    mask_line,
    mask_text,
    star_out,
)

_UDP_PORTS = 6
_LINE_END = b"\r\n"
_EVENT = re.compile(r"EVENT ([0-9A-Fa-f]{2})(?: (\S{3,}))?(?: (\S))?(?: (\S{2}))?")
_OK = re.compile(r"OK(?: ([0-9A-Fa-f]{2}))?")
_FAIL = re.compile(r"FAIL (ER[0-9A-F]{2})")
_IP = r"[0-9A-Fa-f*X]{4}(?::[0-9A-Fa-f*X]{4}){7}"
_ADDRESS = re.compile(_IP)
_NEIGHBOUR = re.compile(rf"({_IP}) (\S{{16}}) (\S{{4}})")
_HANDLE = re.compile(rf"([0-9A-Fa-f]) ({_IP}) (\S{{4}}) (\S{{4}})")
_LEVELS = re.compile(r"(?:(\S) )?((?:\S{2} \S{2}(?: |$)|\.\.\.(?: |$))+)")
_DETAIL = re.compile(r"\s*(Channel Page|Channel|Pan ID|Addr|LQI|Side|PairID|\w[\w ]*?)\s*:\s*(.*)")
_COMMAND = re.compile(r"SK[A-Z0-9]*\b|(?:ROPT|WOPT|RUART|WUART)\b|S$")
_GLUED = re.compile(r"(?<=\S)(?=EVENT [0-9A-F]{2} |EPANDESC)")
_DETAILS = {
    "Channel": "channel",
    "Channel Page": "channel_page",
    "Pan ID": "pan_id",
    "Addr": "mac",
    "LQI": "lqi",
    "Side": "side",
    "PairID": "pairing_id",
}
_MAY_BE_DATA = re.compile(rf"[0-9A-Fa-f]{{16}}|\b{PANA_PORT}\b|[^\x20-\x7E]")
"""What a torn datagram may look like: it is not shown, since it may carry the route-B id."""
_HIDDEN_ECHO = "****"
_MASKED_ECHOES = ("SKSETPWD ****", "SKSETRBID ****")
"""Echoes from which the secret has been taken already."""
_MAX_RAW = 8192
"""Most bytes of an unfinished block that are kept for showing them."""
_TABLES = ("EADDR", "ENEIGHBOR", "EPORT", "EHANDLE")


class Parser:
    """Reads bytes of a module and returns the events in them; never raises."""

    def __init__(self, *, guarded: bool = False) -> None:
        self.guarded = guarded
        """Whether a secret is on the line: then no echo and nothing that is not understood is
        shown, since a line that was torn or lost its head may be what is left of it."""
        self._framer = Framer()
        self._pan: dict[str, str] | None = None
        self._energy_scan = False
        self._table: str | None = None
        self._rows: list[str] = []
        self._half_echo = ""
        self._after_broken = False
        self._block = b""
        """Masked bytes that have made no event yet."""

    @property
    def pending(self) -> int:
        """Bytes that wait for the rest of their line or datagram."""
        return self._framer.pending

    def feed(self, data: bytes) -> list[ModuleEvent]:
        """Take `data` in and return the events that it completes."""
        events: list[ModuleEvent] = []
        for token in self._framer.feed(data):
            self._take(token, events)
        return events

    def hear(self, data: bytes) -> Iterator[tuple[ModuleEvent, bytes]]:
        """Do what `feed` does, and give with each event the bytes it was made of, masked.

        An event that another one's line completes has the bytes of its own
        lines; one that shares a line with a later event has none. A line is
        read when the events before it have been taken, so that those may
        change `guarded`.
        """
        for token in self._framer.feed(data):
            events: list[ModuleEvent] = []
            self._take(token, events)
            if self.guarded:
                events = [_guarded(event) for event in events]
            raw = star_out(token.raw) if self.guarded and not events else _masked(token, events)
            if not events:
                self._block = (self._block + raw)[-_MAX_RAW:]
                continue
            if not self._block and len(events) == 1:
                yield events[0], raw
                continue
            block, self._block = self._block, b""
            *early, last = events
            for event in early:
                yield event, block
                block = b""
            yield last, block + raw

    def finish(self) -> list[ModuleEvent]:
        """Return what still waits for lines that will not come, at the end of a capture."""
        events = self.feed(_LINE_END)
        if self.pending:
            cut = self.pending - len(_LINE_END)
            events.append(Unknown(hide(cut, "datagram cut off")))
        self._close_pan(events)
        self._close_table(events)
        return events

    def _take(self, token: Token, events: list[ModuleEvent]) -> None:
        if isinstance(token, Datagram):
            self._after_broken = False
            events.append(_datagram(token))
        elif isinstance(token, Broken):
            self._after_broken = True
            events.append(Unknown(hide(len(token.header), "broken datagram"), hidden=True))
        else:
            self._line(token, events)

    def _line(self, line: Line, events: list[ModuleEvent]) -> None:
        text = line.text.decode("latin-1").rstrip()
        if line.glued:
            self._half(text, events)
            return
        glued = _GLUED.search(text)
        if glued:
            self._half(text[: glued.start()], events)
            text = text[glued.start() :]
        if self._detail(text):
            if self._pan is not None and "pairing_id" in self._pan:
                self._close_pan(events)
            return
        stripped = text.strip()
        if self._energy_scan:
            levels = _LEVELS.fullmatch(stripped)
            if levels:
                self._energy_scan = False
                events.append(_energy_scan(levels))
                return
        event = self._known(stripped, events)
        if event is not None:
            self._after_broken = False
            events.append(event)

    def _half(self, text: str, events: list[ModuleEvent]) -> None:
        """Keep a piece of an echo whose next piece comes behind an event."""
        if _COMMAND.match(text):
            self._half_echo = text
            events.append(Echo(mask_text(text)))
        elif self._half_echo:
            first = self._half_echo
            events.append(self._rest_of_echo(text))
            self._half_echo = f"{first} {text}"
        else:
            events.append(self._unknown(text))

    def _detail(self, text: str) -> bool:
        """Take a line of an open EPANDESC."""
        if self._pan is None:
            return False
        detail = _DETAIL.fullmatch(text)
        if not detail or (not text[:1].isspace() and detail[1] not in _DETAILS):
            return False
        name = _DETAILS.get(detail[1])
        if name is not None:
            self._pan[name] = detail[2].strip()
        return True

    def _known(self, text: str, events: list[ModuleEvent]) -> ModuleEvent | None:
        """Return the event that stands in one line; None when the line only opens a block."""
        word, _, rest = text.partition(" ")
        match word:
            case "EVENT":
                event = _EVENT.fullmatch(text)
                if event:
                    if event[1] in ("20", "22"):
                        self._close_pan(events)
                    return Event(event[1].upper(), event[2], event[3], event[4])
            case "OK" | "FAIL":
                answer = _OK.fullmatch(text)
                failure = _FAIL.fullmatch(text)
                if answer or failure:
                    self._close_pan(events)
                    self._close_table(events)
                if answer:
                    return Ok(answer[1])
                if failure:
                    return Fail(failure[1])
            case "EPANDESC":
                self._close_pan(events)
                self._pan = {}
                return None
            case "EEDSCAN":
                self._energy_scan = True
                return None
            case "EVER" if rest:
                return Version(rest.strip())
            case "EAPPVER" if rest:
                return AppVersion(rest.strip())
            case "ESREG" if rest:
                return Register(rest.strip())
            case "EPONG" if rest:
                return Pong(rest.strip())
            case "EINFO":
                fields = rest.split()
                if len(fields) == 5:
                    return Info(*fields)
            case "ETCP":
                fields = rest.split()
                if 1 <= len(fields) <= 5:
                    return TcpStatus(*fields)
            case _ if word in _TABLES:
                self._close_table(events)
                self._table, self._rows = word, []
                return None
        return self._other(text)

    def _other(self, text: str) -> ModuleEvent | None:
        """Return the event for a line that no keyword names."""
        if self._table is not None and _is_row(self._table, text):
            self._rows.append(text)
            return None
        if _ADDRESS.fullmatch(text):
            return LinkLocalAddress(text)
        if _COMMAND.match(text):
            self._half_echo = ""
            return Echo(mask_text(text))
        if self._half_echo:
            return self._rest_of_echo(text)
        return self._unknown(text)

    def _rest_of_echo(self, text: str) -> Echo:
        """Return what follows on a half echo, which it ends."""
        whole, self._half_echo = f"{self._half_echo} {text}", ""
        return Echo(text if mask_text(whole) == whole else _HIDDEN_ECHO)

    def _unknown(self, text: str) -> Unknown:
        if self._after_broken or _MAY_BE_DATA.search(text):
            return Unknown(hide(len(text), "not understood"), hidden=True)
        return Unknown(mask_text(text))

    def _close_pan(self, events: list[ModuleEvent]) -> None:
        if self._pan:
            events.append(PanDescription(**self._pan))
        self._pan = None

    def _close_table(self, events: list[ModuleEvent]) -> None:
        rows, table = self._rows, self._table
        self._table, self._rows = None, []
        match table:
            case "EADDR":
                events.append(AddressTable(tuple(rows)))
            case "ENEIGHBOR":
                events.append(NeighbourTable(tuple(tuple(row.split()) for row in rows)))
            case "EPORT":
                ports = tuple(int(row) for row in rows)
                events.append(PortTable(ports[:_UDP_PORTS], ports[_UDP_PORTS:]))
            case "EHANDLE":
                events.append(HandleTable(tuple(tuple(row.split()) for row in rows)))


def _masked(token: Token, events: list[ModuleEvent]) -> bytes:
    """Return the bytes of a token, which made `events`, as they may be shown."""
    if isinstance(token, Datagram):
        return mask_datagram(token.raw, token.data, hidden=PANA_PORT.encode() in token.fields)
    for event in events:
        if _is_hidden(event):
            return star_out(token.raw)
    return mask_line(token.raw)


def _guarded(event: ModuleEvent) -> ModuleEvent:
    """Return an event as it may be shown while a secret is on the line."""
    match event:
        case Echo() if event.text not in _MASKED_ECHOES:
            return Echo(_HIDDEN_ECHO)
        case Unknown():
            return Unknown(_HIDDEN_ECHO, hidden=True)
    return event


def _is_hidden(event: ModuleEvent) -> bool:
    if isinstance(event, Unknown):
        return event.hidden
    return isinstance(event, Echo) and event.text == _HIDDEN_ECHO


def _is_row(table: str, text: str) -> bool:
    match table:
        case "EADDR":
            return _ADDRESS.fullmatch(text) is not None
        case "ENEIGHBOR":
            return _NEIGHBOUR.fullmatch(text) is not None
        case "EPORT":
            return text.isascii() and text.isdigit() and len(text) <= 5
        case _:
            return _HANDLE.fullmatch(text) is not None


def _energy_scan(levels: re.Match[str]) -> EnergyScan:
    words = [word for word in levels[2].split() if word != "..."]
    return EnergyScan(tuple(zip(words[::2], words[1::2], strict=True)), levels[1])


def _datagram(token: Datagram) -> ModuleEvent:
    fields = [None if field is None else field.decode("latin-1") for field in token.fields]
    if token.keyword == "ERXTCP":
        source, remote, local = (field or "" for field in fields)
        return Tcp(source, remote, local, token.data)
    source, destination, remote, local, mac = (field or "" for field in fields[:5])
    lqi, secured, side = fields[5:]
    return Udp(source, destination, remote, local, mac, lqi, secured, side, token.data)
