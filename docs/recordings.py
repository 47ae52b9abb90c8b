"""Makes the recordings that ship with the program: `make recordings` writes them anew.

Each is a session of the engine with the emulated module under a virtual
clock, with fixed seeds and what happens to it at fixed seconds, so that the
same files come out each time. Beside each lies a summary, by which the tests
tell whether a recording still reads as it did.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from semtui.clock import JST, VirtualClock
from semtui.config import DisplaySettings, Settings
from semtui.emulator.bench import Emulator, build
from semtui.emulator.options import (
    DEFAULT_PASSWORD,
    DEFAULT_ROUTE_B_ID,
    EmulatorOptions,
    ForeignPan,
)
from semtui.emulator.port import EmulatedPort
from semtui.engine import Engine
from semtui.hub import Hub
from semtui.model import (
    Credentials,
    Direction,
    LinkSnapshot,
    Notice,
    Reading,
    Update,
    WireLine,
)
from semtui.radio.masking import OwnSecrets
from semtui.recorder import Recorder
from semtui.recording import Recording, Source, read_recording

FOLDER = Path(__file__).resolve().parent.parent / "recordings"
SUFFIX = ".semrec"
WRONG_PASSWORD = "BA9876543210"
NEIGHBOUR = ForeignPan(47, 0x2D17, "001D129000C0FFEE", 58, "4D5E6F70")

Happening = Callable[[Emulator, EmulatedPort], object]


@dataclass(frozen=True)
class Session:
    """One recording: what is emulated, for how long, and what happens meanwhile."""

    name: str
    minutes: float
    start: datetime
    options: EmulatorOptions
    password: str = DEFAULT_PASSWORD
    happenings: tuple[tuple[float, Happening], ...] = field(default=())
    """Seconds since the start, and what is done to the emulator then."""


def _set(**faults: float | bool) -> Happening:
    """Set faults of the emulated meter."""

    def happen(emulator: Emulator, _port: EmulatedPort) -> None:
        for name, value in faults.items():
            setattr(emulator.meter.faults, name, value)

    return happen


def _evening(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 21, hour, minute, tzinfo=JST)


SESSIONS = (
    Session(
        "first-join-bp35a1",
        5,
        _evening(18, 2),
        EmulatorOptions(beacon_from_duration=5, foreign_pans=(NEIGHBOUR,)),
    ),
    Session(
        "first-join-bp35c2",
        5,
        _evening(7, 28),
        EmulatorOptions(module="bp35c2", display="binary", seed=2, beacon_from_duration=6),
    ),
    Session(
        "bad-evening",
        9,
        _evening(19, 40),
        EmulatorOptions(seed=3, lqi=52),
        happenings=(
            (70.0, _set(loss=0.3)),
            (150.0, _set(loss=0.0, drop_answers=7)),
            (340.0, _set(drop_answers=0)),
            (360.0, lambda _emulator, port: port.vanish()),
            (385.0, lambda _emulator, port: port.return_()),
        ),
    ),
    Session(
        "re-authentication",
        6,
        _evening(21, 57),
        EmulatorOptions(seed=4, lifetime=240),
        happenings=((170.0, _set(renewal_delay=4.0)),),
    ),
    Session(
        "two-way-house",
        6,
        _evening(11, 57),
        EmulatorOptions(seed=5, solar=True),
    ),
    Session(
        "wrong-password",
        6,
        _evening(20, 10),
        EmulatorOptions(seed=6),
        password=WRONG_PASSWORD,
    ),
)


def record(session: Session, path: Path) -> None:
    """Run a session and write its recording to `path`, which must not exist."""
    clock = VirtualClock(session.start)
    settings = Settings(display=DisplaySettings(contract_ampere=40))
    emulator = build(session.options, clock)
    port = EmulatedPort(emulator)
    hub = Hub()
    mask = OwnSecrets(DEFAULT_ROUTE_B_ID, session.password).mask_text
    recorder = Recorder(clock, settings, Source.EMULATOR, hub.publish, mask=mask)
    hub.subscribe(recorder.handle)
    recorder.start(path)
    stop = threading.Event()
    left = list(session.happenings)

    def publish(update: Update) -> None:
        hub.publish(update)
        now = clock.monotonic()
        while left and left[0][0] <= now:
            left.pop(0)[1](emulator, port)
        if now >= session.minutes * 60:
            stop.set()

    engine = Engine(
        open_port=port.reopen,
        credentials=Credentials(DEFAULT_ROUTE_B_ID, session.password),
        settings=settings,
        clock=clock,
        seed=1,
    )
    engine.run(stop, publish)
    recorder.stop()


def summary(recording: Recording) -> dict[str, object]:
    """Return what a recording tells, in short: by this it is recognised."""
    updates = [item.update for item in recording.items]
    states = [update.state.value for update in updates if isinstance(update, LinkSnapshot)]
    readings = [update for update in updates if isinstance(update, Reading)]
    watts = [reading.watts for reading in readings if reading.watts is not None]
    wire = [update for update in updates if isinstance(update, WireLine)]
    return {
        "seconds": round(recording.seconds),
        "states": [
            state for state, before in zip(states, ["", *states], strict=False) if state != before
        ],
        "readings": {
            "count": len(watts),
            "min": min(watts, default=None),
            "max": max(watts, default=None),
            "gaps": len(readings) - len(watts),
        },
        "notices": [update.title for update in updates if isinstance(update, Notice)],
        "sent": sum(line.direction is Direction.SENT for line in wire),
        "received": sum(line.direction is Direction.RECEIVED for line in wire),
    }


def main(folder: Path) -> None:
    """Write all recordings and their summaries to `folder`, over those that are there."""
    folder.mkdir(exist_ok=True)
    for session in SESSIONS:
        path = folder / (session.name + SUFFIX)
        path.unlink(missing_ok=True)
        record(session, path)
        path.chmod(0o644)
        text = json.dumps(summary(read_recording(path)), indent=2) + "\n"
        path.with_suffix(".json").write_text(text)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
