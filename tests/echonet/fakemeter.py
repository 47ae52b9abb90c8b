"""A meter and a clock to drive `Meter` with: answers by table, in virtual time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from semtui.clock import JST
from semtui.echonet.frame import Esv, Frame, Property, decode_frame
from semtui.echonet.maps import encode_map
from semtui.echonet.meter import Meter, ReadingPlan
from semtui.model import EnergyReading, HalfHour, MeterFacts, Notice, Reading, Update

START = datetime(2026, 11, 21, 6, 0, tzinfo=JST)
PLAN = ReadingPlan(
    interval=3.0, energy_interval=60.0, answer_timeout=20.0, answer_timeout_multi=60.0
)


def serving(**changes: str | None) -> dict[int, bytes]:
    """What a first-generation two-way meter serves; `E3=None` takes one away."""
    table: dict[str, str | None] = {
        "80": "30",
        "82": "00004600",
        "88": "42",
        "8A": "000016",
        "8D": "413137583037343137350000",
        "97": "0600",
        "98": "07EA0B15",
        "9D": "03808188",
        "9E": "0381E5ED",
        "D3": "00000001",
        "D7": "06",
        "E0": "0000FE73",
        "E1": "01",
        "E3": "000020DD",
        "E7": "00000278",
        "E8": "001E0032",
    }
    table |= changes
    values = {int(epc, 16): bytes.fromhex(edt) for epc, edt in table.items() if edt is not None}
    if "9F" not in changes:
        values[0x9F] = encode_map({*values, 0x9F})
    return values


@dataclass
class Air:
    """Drives a `Meter`: each request is answered after `delay` seconds, or lost."""

    meter: Meter
    values: dict[int, bytes] = field(default_factory=serving)
    delay: float = 0.8
    most: int = 7
    """Properties that an answer holds; it is cut behind them."""
    lose: Callable[[Frame, int], bool] = lambda frame, number: False
    """Whether the request with this number (from 0) is lost."""
    before: Callable[[Frame], bytes | None] = lambda frame: None
    """What the meter sends by itself just before it answers."""
    now: float = 1000.0
    origin: float = 1000.0
    ahead: timedelta = timedelta(0)
    """Of our clock before the meter's."""
    requests: list[tuple[float, Frame]] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)
    replies: list[bytes] = field(default_factory=list)
    under_way: tuple[float, bytes] | None = None

    @property
    def at(self) -> datetime:
        return self.meter_time + self.ahead

    @property
    def meter_time(self) -> datetime:
        """What the meter's own clock shows."""
        return START + timedelta(seconds=self.now - 1000.0)

    def answer(self, request: Frame) -> bytes:
        """What the meter makes of a Get."""
        entries = tuple(
            Property(epc, self.values.get(epc, b"")) for epc, _edt in request.props[: self.most]
        )
        whole = len(entries) == len(request.props) and all(edt for _epc, edt in entries)
        esv = Esv.GET_RES if whole else Esv.GET_SNA
        return Frame(request.tid, request.deoj, request.seoj, esv, entries).encode()

    def step(self, until: float) -> bool:
        """Go to the next thing that happens, if it happens before `until`."""
        due = self.meter.next_due()
        arrival = None if self.under_way is None else self.under_way[0]
        moments = [moment for moment in (due, arrival) if moment is not None]
        if not moments or min(moments) > until:
            self.now = max(self.now, until)
            return False
        self.now = max(self.now, min(moments))
        if self.under_way is not None and self.under_way[0] <= self.now:
            payload = self.under_way[1]
            self.under_way = None
            self.hear(payload)
        self.updates += self.meter.tick(self.now, self.at)
        payload_out = self.meter.request(self.now)
        if payload_out is not None:
            self._carry(decode_frame(payload_out))
        return True

    def run(self, seconds: float) -> None:
        """Let `seconds` pass."""
        until = self.now + seconds
        steps = 0
        while self.step(until):
            steps += 1
            assert steps < 20 * seconds + 100, "time stands still"

    def run_until_request(self) -> Frame:
        """Let time pass until the next request is on the air."""
        count = len(self.requests)
        while len(self.requests) == count:
            assert self.step(self.now + 1000.0)
        return self.requests[-1][1]

    def hear(self, payload: bytes) -> None:
        """A datagram reaches the meter's controller."""
        received = self.meter.receive(payload, self.now, self.at)
        self.updates += received.updates
        self.replies += received.replies

    def _carry(self, frame: Frame) -> None:
        number = len(self.requests)
        self.requests.append((self.now, frame))
        if (extra := self.before(frame)) is not None:
            self.hear(extra)
        if not self.lose(frame, number):
            self.under_way = (self.now + self.delay, self.answer(frame))

    def asked(self) -> list[list[int]]:
        """The properties of each request so far."""
        return [[epc for epc, _edt in frame.props] for _now, frame in self.requests]

    def polls(self) -> list[float]:
        """When the requests that ask for watts went out, from `origin`."""
        return [now - self.origin for now, frame in self.requests if frame.props[0].epc == 0xE7]

    def beside(self) -> list[list[int]]:
        """The properties of each request that is neither for power, current nor registers."""
        return [epcs for epcs in self.asked() if epcs[0] not in (0xE7, 0xE8, 0xE0, 0xE3)]

    @property
    def readings(self) -> list[Reading]:
        return [update for update in self.updates if isinstance(update, Reading)]

    @property
    def energies(self) -> list[EnergyReading]:
        return [update for update in self.updates if isinstance(update, EnergyReading)]

    @property
    def half_hours(self) -> list[HalfHour]:
        return [update for update in self.updates if isinstance(update, HalfHour)]

    @property
    def facts(self) -> MeterFacts:
        return [update for update in self.updates if isinstance(update, MeterFacts)][-1]

    @property
    def notices(self) -> list[Notice]:
        return [update for update in self.updates if isinstance(update, Notice)]


def joined(plan: ReadingPlan = PLAN, **settings: object) -> Air:
    """A meter on the air, with its session just begun."""
    air = Air(Meter(plan, 0x0100), **settings)  # type: ignore[arg-type]
    air.meter.joined(air.now)
    return air
