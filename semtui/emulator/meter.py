"""The smart meter as a station: it lets a module join, answers, and announces by itself."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from semtui.clock import JST
from semtui.emulator import answers
from semtui.emulator.air import (
    ALL_NODES,
    ECHONET_PORT,
    PANA_PORT,
    Air,
    Beacon,
    Datagram,
    link_local,
)
from semtui.emulator.answers import Responder
from semtui.emulator.faults import MeterFaults
from semtui.emulator.frames import (
    CONTROLLER,
    METER,
    NODE,
    Properties,
    Request,
    pack,
    unpack,
)
from semtui.emulator.household import House
from semtui.emulator.measurements import Measurements
from semtui.emulator.options import EmulatorOptions
from semtui.emulator.paa import Authenticator
from semtui.emulator.schedule import Schedule

_HISTORIES = {0xE2, 0xE4, 0xEC, 0xEE}
_CONFIRM_WAIT = 20.0
_CONFIRM_TRIES = 3
_MAC_PREFIX = "001C6400"


class Meter:
    """One meter. Its clock is its own: the host's wall clock may step without touching it."""

    def __init__(
        self,
        options: EmulatorOptions,
        air: Air,
        schedule: Schedule,
        house: House,
        wall_at_zero: datetime,
        faults: MeterFaults,
    ) -> None:
        """`wall_at_zero` is the meter's date and time at second 0 of the schedule."""
        self._options = options
        self._style = options.meter
        self._air = air
        self._schedule = schedule
        self._wall_at_zero = wall_at_zero.astimezone(JST)
        self._random = random.Random(f"{options.seed}/meter")
        self.faults = faults
        self.in_reach = options.in_reach
        self.mac = f"{_MAC_PREFIX}{self._random.getrandbits(32):08X}"
        self.address = link_local(self.mac)
        chosen = self._random.randrange(33, 61)
        self.channel = chosen if options.channel is None else options.channel
        self.pan_id = int(self.mac[-4:], 16)
        level = self._random.randrange(0x60, 0xD0)
        self.lqi = level if options.lqi is None else options.lqi
        self.measurements = Measurements(house, self._style, self.clock, options.route_b_id)
        self.responder = Responder(self.measurements, self._style)
        self.authenticator = Authenticator(
            options, schedule, self.faults, self._send_pana, self._joined
        )
        self.requests = 0
        """Requests that reached the meter within a session."""
        self.confirmed = 0
        """Announcements that the controller confirmed (INFC_Res)."""
        self._tid = self._random.randrange(0x100, 0x4000)
        self._announcing = False
        self._hears_from = 0.0
        self._awaiting: dict[int, int] = {}
        self._when_joined: list[Callable[[], None]] = []
        air.add(self)

    def when_joined(self, action: Callable[[], None]) -> None:
        """Call `action` once, when the next session begins."""
        self._when_joined.append(action)

    def exchange_for(self, serial: str) -> None:
        """Be another meter from now on: another serial number, young registers, and no session."""
        self.measurements.exchange_for(serial)
        self.authenticator.client = None

    def shift_clock(self, seconds: float) -> None:
        """Set the meter's clock ahead, or back where negative."""
        self._wall_at_zero += timedelta(seconds=seconds)

    def clock(self) -> datetime:
        """The meter's own date and time (JST)."""
        return self._wall_at_zero + timedelta(seconds=self._schedule.now)

    @property
    def listening(self) -> bool:
        """The module's signal reaches it."""
        return self.in_reach

    def beacons(self, pairing_id: str | None, duration: int) -> list[Beacon]:
        """Answer a beacon request for our route-B id, or for anybody's."""
        own = self._options.route_b_id[-8:].upper()
        if duration < self._options.beacon_from_duration:
            return []
        if pairing_id is not None and pairing_id.upper() != own:
            return []
        return [
            Beacon(self.channel, self.pan_id, self.mac, min(255, self.lqi + index), own)
            for index in range(self._options.beacons)
        ]

    def hear(self, datagram: Datagram) -> None:
        """Take a datagram: PANA in the clear, ECHONET Lite only within the session."""
        if datagram.destination_port == PANA_PORT:
            self.authenticator.hear(datagram.source, datagram.source_mac, datagram.payload)
            return
        client = self.authenticator.session_with(datagram.source)
        if (
            datagram.destination_port == ECHONET_PORT
            and client is not None
            and client.key == datagram.key
        ):
            self._take(datagram.source, datagram.payload)

    def announce(self, tid: int | None = None) -> None:
        """Send the half-hour registers now, as the style says; `tid` overrides its number."""
        if self._style.announce == "none":
            return
        if tid is None:
            tid = 1 if self._style.announce_tid == "fixed" else self._next_tid()
        properties: Properties = []
        for epc in (0xEA, 0xEB):
            value = self.measurements.get(epc)
            if value is not None:
                properties.append((epc, value))
        if not properties:
            return
        if self._style.announce == "infc":
            self._awaiting[tid] = _CONFIRM_TRIES
            self._send_confirmed(tid, properties)
        elif self._style.announce_frames == 1:
            self._send(pack(tid, METER, CONTROLLER, answers.INF, properties))
        else:
            for one in properties:
                self._send(pack(tid, METER, CONTROLLER, answers.INF, [one]))

    def end_session(self) -> None:
        """Ask the module to end the session (EVENT 26)."""
        self.authenticator.end_session()

    def set_fault(self, fault: bool) -> None:
        """Have a fault, or be repaired; property 88 is announced."""
        self.measurements.fault = fault
        value = self.measurements.get(0x88)
        if value is not None:
            self._send(pack(self._next_tid(), METER, CONTROLLER, answers.INF, [(0x88, value)]))

    def _take(self, source: str, payload: bytes) -> None:
        request = unpack(payload)
        if request is None:
            return
        if request.service == answers.INFC_RES:
            if self._awaiting.pop(request.tid, None) is not None:
                self.confirmed += 1
            return
        faults = self.faults
        deaf = faults.deaf or self._schedule.now < self._hears_from
        if request.service not in answers.SNA:
            if request.service == answers.INFC and not deaf:
                self._answer_in(self._answer_seconds(request), request)
            return
        self.requests += 1
        if deaf or faults.take("drop_answers"):
            return
        seconds = self._answer_seconds(request)
        if faults.take("delay_answers"):
            seconds += faults.delay
        tid = request.tid
        if faults.take("announce_before_answers"):
            self._schedule.after(seconds * 0.9, lambda: self.announce(tid))
        if faults.take("hello_before_answers"):
            self._schedule.after(seconds * 0.8, lambda: self._say_hello(tid))
        self._answer_in(seconds, request)
        if faults.take("duplicate_answers"):
            self._answer_in(seconds + 0.2 / self._options.speed, request)

    def _answer_seconds(self, request: Request) -> float:
        history = any(epc in _HISTORIES for epc, _ in request.properties)
        bounds = self._style.history_time if history else self._style.answer_time
        return self._random.uniform(*bounds) / self._options.speed

    def _answer_in(self, seconds: float, request: Request) -> None:
        def reply() -> None:
            self._let_others_choose(request)
            answer = self.responder.answer(request)
            if answer is not None:
                self._send(answer)

        self._schedule.after(seconds, reply)

    def _let_others_choose(self, request: Request) -> None:
        """Have another controller choose a day of its own just before a history is told."""
        asked = {epc for epc, _edt in request.properties}
        if not asked.isdisjoint({0xE2, 0xE4}) and self.faults.take("foreign_days"):
            self.measurements.memory.day = self.faults.foreign_day

    def _joined(self) -> None:
        self._hears_from = self._schedule.now + self._style.deaf_seconds
        waiting, self._when_joined = self._when_joined, []
        for action in waiting:
            action()
        if self._style.hello:
            seconds = self._random.uniform(*self._style.hello_delay) / self._options.speed
            self._schedule.after(seconds, self._say_hello)
        if not self._announcing and self._style.announce != "none":
            self._announcing = True
            self._plan_announcement()

    def _say_hello(self, tid: int | None = None) -> None:
        if tid is None:
            tid = 0 if self._style.hello_tid == "zero" else self._next_tid()
        frame = pack(tid, NODE, NODE, answers.INF, [(0xD5, answers.INSTANCE_LIST)])
        self._send(frame, ALL_NODES)

    def _plan_announcement(self) -> None:
        now = self.clock()
        rest = 1800 - (now.minute % 30 * 60 + now.second + now.microsecond / 1e6)
        self._schedule.after(
            rest + self._random.uniform(*self._style.announce_delay), self._half_hour
        )

    def _half_hour(self) -> None:
        if self.authenticator.living() is None:
            self._announcing = False
            return
        if not self.measurements.fault:
            self.announce()
        self._plan_announcement()

    def _send_confirmed(self, tid: int, properties: Properties) -> None:
        left = self._awaiting.get(tid, 0)
        if left <= 0:
            self._awaiting.pop(tid, None)
            return
        self._awaiting[tid] = left - 1
        self._send(pack(tid, METER, CONTROLLER, answers.INFC, properties))
        self._schedule.after(_CONFIRM_WAIT, lambda: self._send_confirmed(tid, properties))

    def _next_tid(self) -> int:
        self._tid = self._tid + 1 & 0xFFFF
        return self._tid

    def _send(self, frame: bytes, destination: str | None = None) -> None:
        client = self.authenticator.living()
        if client is not None:
            self._transmit(
                Datagram(
                    self.address,
                    self.mac,
                    destination or client.address,
                    ECHONET_PORT,
                    ECHONET_PORT,
                    frame,
                    client.key,
                    self.lqi,
                )
            )

    def _send_pana(self, address: str, payload: bytes) -> None:
        self._transmit(
            Datagram(
                self.address,
                self.mac,
                address,
                PANA_PORT,
                PANA_PORT,
                payload,
                strength=self.lqi,
            )
        )

    def _transmit(self, datagram: Datagram) -> None:
        if self.in_reach and self._air.losses.arrives():
            self._air.transmit(self, datagram)


class ForeignCoordinator:
    """Somebody else's meter: it sends beacons, and answers nothing else."""

    def __init__(self, beacon: Beacon) -> None:
        self._beacon = beacon
        self.mac = beacon.mac
        self.address = link_local(beacon.mac)
        self.channel = beacon.channel
        self.pan_id = beacon.pan_id
        self.listening = True

    def beacons(self, pairing_id: str | None, duration: int) -> list[Beacon]:
        """Answer requests for its own pairing id."""
        return [self._beacon] if pairing_id in (None, self._beacon.pairing_id) else []

    def hear(self, datagram: Datagram) -> None:
        """Let it pass."""
