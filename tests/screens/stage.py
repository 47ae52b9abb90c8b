"""A fake engine with a script, scenes to play, and the screen as lines of text."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from textual.app import App
from textual.pilot import Pilot

from semtui.app import SemtuiApp
from semtui.clock import VirtualClock
from semtui.config import DisplaySettings, PollSettings, Settings
from semtui.hub import Hub
from semtui.model import (
    Direction,
    EnergyReading,
    Level,
    LinkCounts,
    LinkReason,
    LinkSnapshot,
    LinkState,
    MeterFacts,
    ModuleFacts,
    NoiseScan,
    Notice,
    Pan,
    PanaProgress,
    Reading,
    ReadingStatus,
    ScanProgress,
    Step,
    StepKey,
    StepState,
    StorageStatus,
    Update,
    WireLine,
    Wish,
)

MODULE = ModuleFacts(
    "1.2.10",
    "rev26e",
    False,
    False,
    "001D129012345678",
    "FE80::1",
    "/dev/ttyUSB0",
    product="BP35A1",
)
ADDRESS = "FE80:0000:0000:0000:021C:6400:03ED:5A3C"
SECONDS = (0.02, 0.01, 0.01, 0.03, 8.9, 0.1, 3.3, 0.31)
SIZES = ((120, 36), (80, 24), (40, 12), (20, 5))


class ScriptEngine:
    """Publishes its script at once, then does what `ending` says when it is stopped."""

    def __init__(self, script: Sequence[Update] = (), ending: float | None = 0.0) -> None:
        """`ending`: seconds that ending the session takes; None: it never ends."""
        self.script = list(script)
        self.ending = ending
        self.published = threading.Event()
        self.intents: list[Wish] = []
        self.wakes = 0
        self.hurried = threading.Event()
        self.release = threading.Event()
        """Lets an engine that never ends go, so that a test leaves no thread behind."""
        self.runs = 0

    def run(self, stop: threading.Event, publish: Callable[[Update], None]) -> None:
        self.runs += 1
        for update in self.script:
            publish(update)
        self.published.set()
        stop.wait(60)
        if self.ending is None:
            self.release.wait(60)
        else:
            self.hurried.wait(self.ending)

    def submit(self, intent: Wish) -> None:
        self.intents.append(intent)

    def wake(self) -> None:
        self.wakes += 1

    def hurry(self) -> None:
        self.hurried.set()


class Scenes:
    """Scripts for every state, made at the present of a virtual clock."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self.now = clock.monotonic()
        self.at = clock.now()
        self.pan = Pan(
            39, 0x5A3C, "001C640003ED5A3C", 0x9B, "01234567", 2, self.at - timedelta(days=1)
        )

    def steps(self, done: int, state: StepState = StepState.ACTIVE) -> tuple[Step, ...]:
        out = []
        for index, key in enumerate(StepKey):
            if index < done:
                out.append(Step(key, StepState.DONE, self.now, SECONDS[index]))
            elif index == done:
                seconds = 38.7 if state is StepState.FAILED else None
                out.append(Step(key, state, self.now, seconds))
            else:
                out.append(Step(key))
        return tuple(out)

    def link(self, state: LinkState, **fields: object) -> LinkSnapshot:
        values: dict[str, object] = {"steps": self.steps(4), "module": MODULE}
        return LinkSnapshot(state, self.now, self.at, **(values | fields))  # type: ignore[arg-type]

    def ready_link(self, **fields: object) -> LinkSnapshot:
        values: dict[str, object] = {
            "steps": self.steps(8),
            "pan": self.pan,
            "from_cache": True,
            "meter_address": ADDRESS,
            "pana": PanaProgress(self.now - 4, (40, 104, 84, 88), finished=self.now - 1),
            "session_since": self.now - 22323,
            "lifetime": 86400.0,
            "reauth_at": self.now + 46797,
        }
        return self.link(LinkState.READY, **(values | fields))

    def reading(
        self,
        watts: int | None,
        ago: float = 0.0,
        *,
        r: str | None = None,
        t: str | None = "4.5",
        status: ReadingStatus = ReadingStatus.OK,
    ) -> Reading:
        if r is None and watts is not None:
            r = f"{watts / 100:.1f}"
        return Reading(
            self.at - timedelta(seconds=ago),
            self.now - ago,
            watts,
            None if r is None else Decimal(r),
            None if t is None else Decimal(t),
            0.31 if watts is not None else None,
            status,
        )

    def wire(self) -> list[Update]:
        lines = ((Direction.SENT, "SKVER"), (Direction.RECEIVED, "EVER 1.2.10"))
        return [WireLine(self.at, direction, text) for direction, text in lines]

    def history(self, offset: int = 0) -> list[Update]:
        """Ten minutes of readings with a gap in them, 620 to 1342 W from `offset`."""
        out: list[Update] = []
        for k in range(200, 0, -1):
            if 80 < k <= 100:
                continue
            out.append(self.reading(offset + 1000 + (k % 20 - 10) * 38, ago=3.0 * k))
        return out

    def empty(self) -> list[Update]:
        return []

    def scanning(self) -> list[Update]:
        earlier = ScanProgress(1, 4, 5, self.now - 22, 8.9, (), self.now - 13)
        sweep = ScanProgress(2, 4, 6, self.now - 12, 17.5, (self.pan,))
        return [*self.wire(), self.link(LinkState.SCANNING), earlier, sweep]

    def joining(self) -> list[Update]:
        pana = PanaProgress(self.now - 2, (40, 104))
        link = self.link(
            LinkState.JOINING, steps=self.steps(6), pan=self.pan, pana=pana, meter_address=ADDRESS
        )
        return [*self.wire(), link]

    def backoff(self) -> list[Update]:
        pana = PanaProgress(self.now - 40, (40, 104), finished=self.now - 1.3)
        link = self.link(
            LinkState.BACKOFF,
            reason=LinkReason.JOIN_REJECTED,
            title="join rejected",
            detail="The meter ended PANA with EVENT 24 after two messages",
            hint="Compare id and password with the letter, sign by sign.",
            attempt=2,
            retry_at=self.now + 118,
            retry_with="scan",
            steps=self.steps(6, StepState.FAILED),
            pan=self.pan,
            pana=pana,
            meter_address=ADDRESS,
        )
        notice = Notice(self.at, Level.WARNING, "join rejected", "EVENT 24", "Compare the id.")
        return [*self.wire(), *self.joining()[2:], link, notice]

    def ready(self, watts: int = 812, offset: int = 0, **fields: object) -> list[Update]:
        return [
            *self.wire(),
            self.ready_link(**fields),
            Notice(self.at, Level.INFO, "joined 5A3C on channel 39", "4.9 s, known PAN"),
            MeterFacts(
                maker="000016", maker_name="Toshiba", unit_kwh=Decimal("0.1"), coefficient=1
            ),
            *self.history(offset),
            EnergyReading(self.at, self.now, Decimal("18421.3"), Decimal("120.4")),
            LinkCounts(214, 211, 3),
            StorageStatus("/home/pi/semtui/power-2026-11-21.csv", 211),
            self.reading(watts, r="12.3"),
        ]

    def watched(self) -> list[Update]:
        """A session with a day, losses and an ED scan behind it."""
        changes = (
            (20.0, LinkState.SCANNING),
            (19.9, LinkState.READY),
            (12.0, LinkState.BACKOFF),
            (11.0, LinkState.READY),
            (3.0, LinkState.REAUTHENTICATING),
            (2.999, LinkState.READY),
        )
        out: list[Update] = []
        for hours, state in changes:
            since, at = self.now - 3600 * hours, self.at - timedelta(hours=hours)
            out.append(replace(self.link(state), since=since, at=at))
        out += self.ready()[:-1]
        trips = (0.25, 0.31, None, 0.44, 0.28, 1.9, 0.3, None, 0.35, 0.31)
        for k in range(40, 0, -1):
            trip = trips[k % len(trips)]
            status = ReadingStatus.TIMEOUT if trip is None else ReadingStatus.OK
            poll = self.reading(None if trip is None else 800, ago=3.0 * k - 2, status=status)
            out.append(replace(poll, round_trip=trip))
        counts = LinkCounts(
            214, 208, 3, 1, 3, 1, retries=4, late=2, acknowledged=211, failed=5, solicited=1
        )
        noise = tuple((channel, 11 + 7 * (channel % 5)) for channel in range(33, 61))
        out.append(replace(counts, air_seconds=11.7))
        out.append(NoiseScan(self.at - timedelta(seconds=130), self.now - 130, noise))
        return [*out, self.reading(812, r="12.3")]

    def limited(self) -> list[Update]:
        return self.ready(arib_limited=True)

    def csv_failing(self) -> list[Update]:
        path = "/home/pi/semtui/power-2026-11-21.csv"
        status = StorageStatus(path, 211, pending=12, error="no space left on device")
        return [*self.ready(), status]

    def exporting(self) -> list[Update]:
        return [*self.ready(-480, -1200), self.reading(-480, r="-3.1", t="-1.2")]

    def two_wire(self) -> list[Update]:
        return [*self.ready(), self.reading(640, r="6.4", t=None)]

    def all(self) -> dict[str, list[Update]]:
        names = (
            "empty",
            "scanning",
            "joining",
            "backoff",
            "ready",
            "limited",
            "csv_failing",
            "watched",
        )
        scripts = {name: getattr(self, name)() for name in names}
        return scripts | {
            "exporting": self.exporting(),
            "two_wire": self.two_wire(),
            "watched": self.watched(),
        }


STATES = tuple(Scenes(VirtualClock()).all())


class Stage:
    """An app on a fake engine and a virtual clock."""

    def __init__(
        self,
        state: str | Sequence[Update] = "ready",
        *,
        theme: str = "dark",
        ascii: bool = False,
        contract: int = 30,
        interval: float = 3.0,
        badge: str = "",
        engine: ScriptEngine | None = None,
        folder: Path | None = None,
    ) -> None:
        """`folder`: where the app keeps its files, and the history lies."""
        self.clock = VirtualClock()
        self.clock.advance(100_000)
        self.scenes = Scenes(self.clock)
        script = self.scenes.all()[state] if isinstance(state, str) else list(state)
        self.engine = engine or ScriptEngine()
        self.engine.script = script
        self.hub = Hub()
        settings = Settings(
            poll=PollSettings(interval=interval),
            display=DisplaySettings(theme, ascii, contract),
        )
        self.app = SemtuiApp(
            engine=self.engine,
            hub=self.hub,
            settings=settings,
            clock=self.clock,
            badge=badge,
            data_folder=folder,
        )

    async def opened(self, pilot: Pilot[int]) -> None:
        """Wait until all of the script is on the screen."""
        await until(pilot, self.engine.published.is_set)
        self.app.drain()
        await pilot.pause()

    def play(
        self, size: tuple[int, int], act: Callable[[Pilot[int]], Awaitable[None]] | None = None
    ) -> list[str]:
        """Run the app at `size`, do `act`, and return what is on the screen."""

        async def run() -> list[str]:
            async with self.app.run_test(size=size, notifications=True) as pilot:
                try:
                    await self.opened(pilot)
                    if act is not None:
                        await act(pilot)
                        await pilot.pause()
                    return screen_text(self.app)
                finally:
                    self.app.stop_event.set()
                    self.engine.release.set()

        return asyncio.run(run())


async def until(pilot: Pilot[int], condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for `condition`, letting the app run."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while not condition():
        assert loop.time() < deadline, "waited in vain"
        await pilot.pause(0.01)


def screen_text(app: App[int] | App[bool]) -> list[str]:
    """What the terminal shows, a string a row, widgets of Textual's own included."""
    return [strip.text for strip in app.screen._compositor.render_strips()]


def presses(*keys: str) -> Callable[[Pilot[int]], Awaitable[None]]:
    """An act that presses keys."""

    async def act(pilot: Pilot[int]) -> None:
        await pilot.press(*keys)

    return act
