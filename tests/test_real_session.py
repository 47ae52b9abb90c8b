"""The engine against what a real BP35A1 and a real meter said, in 2022, for fourteen minutes.

The module's lines and the meter's data are those of the capture, in their
order; only the transaction numbers follow our requests, and properties that
the capture never asked for are refused, as that meter refused D3.
"""

from __future__ import annotations

import threading
from collections import deque
from decimal import Decimal
from pathlib import Path

from semtui.clock import VirtualClock
from semtui.config import PollSettings, Settings
from semtui.engine import Engine
from semtui.model import (
    Credentials,
    HalfHour,
    LinkSnapshot,
    LinkState,
    MeterFacts,
    Reading,
    ReadingStatus,
    ScanProgress,
    SlotSource,
    Update,
)
from semtui.radio.events import LinkLocalAddress, PanDescription, Udp
from tests.radio.samples import capture, read_all

SESSION = read_all([capture(Path(__file__).parent / "radio/captures/bp35a1-session.txt")])
METER = next(event.address for event in SESSION if isinstance(event, LinkLocalAddress))
BEACON = next(event for event in SESSION if isinstance(event, PanDescription))
WATTS = [
    int.from_bytes(event.payload[14:], "big")
    for event in SESSION
    if isinstance(event, Udp) and event.payload[12] == 0xE7
]
ANSWER_TIMES = (0.157, 0.212)
"""Seconds from SKSENDTO to OK and from there to ERXUDP, as the capture has them."""


class RecordedModule:
    """A port behind which the capture answers."""

    name = "capture"

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._due: deque[tuple[float, bytes]] = deque()
        self._sweeps = 0
        self._data: dict[int, deque[bytes]] = {}
        self.announcements: list[bytes] = []
        for event in SESSION:
            if not isinstance(event, Udp):
                continue
            esv, epc, edt = event.payload[10], event.payload[12], event.payload[14:]
            if esv == 0x72:
                self._data.setdefault(epc, deque()).append(edt)
            elif esv == 0x73:
                self.announcements.append(event.payload)

    def read(self, timeout: float) -> bytes:
        end = self._clock.monotonic() + timeout
        if self._due and self._due[0][0] <= end:
            at, data = self._due.popleft()
            self._clock.advance(max(0.0, at - self._clock.monotonic()))
            return data
        self._clock.advance(timeout)
        return b""

    def write(self, data: bytes) -> None:
        word = data.split(b" ")[0].strip()
        match word:
            case b"":
                pass
            case b"SKVER":
                self._say(0.005, "EVER 1.2.10", "OK")
            case b"SKINFO":
                self._say(0.005, f"EINFO {METER} 0000000000000000 21 FFFF FFFE", "OK")
            case b"SKAPPVER":
                self._say(0.005, "EAPPVER rev26e", "OK")
            case b"ROPT":
                self._due.append((self._clock.monotonic() + 0.005, b"OK 01\r"))
            case b"SKTERM":
                self._say(0.005, "FAIL ER10")
            case b"SKSCAN":
                self._scan()
            case b"SKLL64":
                self._say(0.103, METER)
            case b"SKJOIN":
                self._say(0.012, "OK")
                self._say(3.327, f"EVENT 25 {METER}")
            case b"SKSENDTO":
                self._answer(data)
            case _:
                self._say(0.004, "OK")

    def wake(self) -> None: ...

    def close(self) -> None: ...

    def _scan(self) -> None:
        self._sweeps += 1
        self._say(0.008, "OK")
        if self._sweeps == 1:
            self._say(4.6, f"EVENT 22 {METER}")
            return
        self._say(
            16.7,
            f"EVENT 20 {METER}",
            "EPANDESC",
            f"  Channel:{BEACON.channel}",
            f"  Channel Page:{BEACON.channel_page}",
            f"  Pan ID:{BEACON.pan_id}",
            f"  Addr:{BEACON.mac}",
            f"  LQI:{BEACON.lqi}",
            f"  PairID:{BEACON.pairing_id}",
        )
        self._say(18.0, f"EVENT 22 {METER}")

    def _answer(self, data: bytes) -> None:
        frame = data[data.index(b"\x10\x81") :]
        sent, answered = ANSWER_TIMES
        self._say(sent, f"EVENT 21 {METER} 00", "OK")
        if frame[10] != 0x62:
            return
        epcs = list(frame[12::2])
        entries, refused = b"", False
        for epc in epcs:
            values = self._data.get(epc)
            edt = b"" if not values else (values.popleft() if len(values) > 1 else values[0])
            refused = refused or not values
            entries += bytes((epc, len(edt))) + edt
        esv = 0x52 if refused else 0x72
        answer = frame[:4] + frame[7:10] + frame[4:7] + bytes((esv, len(epcs))) + entries
        self._datagram(sent + answered, answer)
        if self.announcements and self._clock.monotonic() > (25, 120)[len(self.announcements) < 2]:
            self._datagram(sent + answered / 2, self.announcements.pop(0))

    def _datagram(self, delay: float, payload: bytes) -> None:
        line = f"ERXUDP {METER} {METER} 0E1A 0E1A 0000000000000000 1 {len(payload):04X} "
        self._say(delay, line + payload.hex().upper())

    def _say(self, delay: float, *lines: str) -> None:
        text = "".join(line + "\r\n" for line in lines).encode()
        self._due.append((self._clock.monotonic() + delay, text))
        self._due = deque(sorted(self._due, key=lambda item: item[0]))


def test_the_engine_reads_the_captured_meter() -> None:
    clock = VirtualClock()
    engine = Engine(
        open_port=lambda: RecordedModule(clock),
        credentials=Credentials("0" * 32, "0" * 12),
        settings=Settings(poll=PollSettings(interval=20.0)),
        clock=clock,
        seed=1,
    )
    stop = threading.Event()
    updates: list[Update] = []

    def publish(update: Update) -> None:
        updates.append(update)
        if sum(isinstance(update, Reading) for update in updates) == len(WATTS):
            stop.set()

    engine.run(stop, publish)
    readings = [update for update in updates if isinstance(update, Reading)]
    assert [reading.watts for reading in readings] == WATTS
    assert WATTS[:3] == [1192, 1264, 1256]
    assert (readings[0].r_ampere, readings[0].t_ampere) == (Decimal("9.8"), Decimal("3.4"))
    assert {reading.status for reading in readings} == {ReadingStatus.OK}
    facts = [update for update in updates if isinstance(update, MeterFacts)][-1]
    assert (facts.unit_kwh, facts.digits) == (Decimal("0.01"), 7)
    assert (facts.coefficient, facts.coefficient_assumed) == (1, True)
    asked, announced = [update for update in updates if isinstance(update, HalfHour)]
    assert (asked.normal_kwh, asked.source) == (Decimal("769.99"), SlotSource.ASKED)
    assert asked.meter_time.isoformat() == "2022-08-01T20:00:00"
    assert (announced.normal_kwh, announced.source) == (Decimal("770.58"), SlotSource.ANNOUNCED)
    assert announced.meter_time.isoformat() == "2022-08-01T20:30:00"
    sweeps = [update for update in updates if isinstance(update, ScanProgress)]
    assert [sweep.duration for sweep in sweeps if sweep.finished is not None] == [5, 6]
    states = {update.state for update in updates if isinstance(update, LinkSnapshot)}
    assert LinkState.READY in states
    assert LinkState.BACKOFF not in states
