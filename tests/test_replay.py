"""The player, and the recordings that ship: they read as they did, and hold no secret."""

from __future__ import annotations

import importlib.util
import json
import sys
import threading
from pathlib import Path
from types import ModuleType

import pytest

from semtui.clock import VirtualClock
from semtui.echonet.frame import decode_frame
from semtui.model import Direction, LinkState, Reading, Update, WireLine
from semtui.radio.events import Udp, Unknown
from semtui.radio.parser import Parser
from semtui.recording import Recording, Source, read_recording
from semtui.replay import FASTEST, SLOWEST, Player
from tests.test_recording import holds_a_secret

ROOT = Path(__file__).resolve().parent.parent
RECORDINGS = sorted((ROOT / "recordings").glob("*.semrec"))


def _maker() -> ModuleType:
    """The command that makes the recordings, which lies outside of the packages."""
    spec = importlib.util.spec_from_file_location("recordings", ROOT / "docs" / "recordings.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["recordings"] = module
    spec.loader.exec_module(module)
    return module


MAKER = _maker()


def updates_of(recording: Recording) -> list[Update]:
    return [item.update for item in recording.items]


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_a_recording_says_what_its_summary_says(path: Path) -> None:
    recording = read_recording(path)
    assert recording.header.source is Source.EMULATOR
    assert not recording.torn
    assert MAKER.summary(recording) == json.loads(path.with_suffix(".json").read_text())
    assert path.stat().st_size < 300_000


@pytest.mark.parametrize("session", MAKER.SESSIONS, ids=lambda session: session.name)
def test_the_command_makes_the_same_bytes(session: object, tmp_path: Path) -> None:
    name = session.name + MAKER.SUFFIX  # type: ignore[attr-defined]
    MAKER.record(session, tmp_path / name)
    assert (tmp_path / name).read_bytes() == (ROOT / "recordings" / name).read_bytes()


def test_each_session_is_there() -> None:
    assert {path.stem for path in RECORDINGS} == {session.name for session in MAKER.SESSIONS}


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_a_recording_holds_no_secret(path: Path) -> None:
    data = path.read_bytes()
    assert not holds_a_secret(data)
    wire = b"".join(
        update.raw for update in updates_of(read_recording(path)) if isinstance(update, WireLine)
    )
    assert not holds_a_secret(wire)
    for secret in (MAKER.WRONG_PASSWORD, MAKER.NEIGHBOUR.pairing_id):
        assert secret.encode() not in data
        assert secret.encode().hex().upper().encode() not in wire


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_the_wire_agrees_with_the_readings(path: Path) -> None:
    """The masked bytes, read anew by the parser, give the powers that were shown."""
    updates = updates_of(read_recording(path))
    wire = b"".join(
        update.raw
        for update in updates
        if isinstance(update, WireLine) and update.direction is Direction.RECEIVED
    )
    parser = Parser()
    events = [*parser.feed(wire), *parser.finish()]
    assert not [event for event in events if isinstance(event, Unknown)]
    powers: list[int] = []
    for event in events:
        if not isinstance(event, Udp):
            continue
        if event.is_pana:
            assert set(event.payload) == {ord("*")}
            continue
        for prop in decode_frame(event.payload).props:
            if prop.epc == 0xE7 and len(prop.edt) == 4:
                powers.append(int.from_bytes(prop.edt, "big", signed=True))
    readings = [update for update in updates if isinstance(update, Reading)]
    assert powers == [reading.watts for reading in readings if reading.watts is not None]


def test_the_recordings_show_what_they_are_there_for() -> None:
    def states(name: str) -> list[str]:
        text = (ROOT / "recordings" / f"{name}.json").read_text()
        found: list[str] = json.loads(text)["states"]
        return found

    assert LinkState.REAUTHENTICATING.value in states("re-authentication")
    assert LinkState.READY.value not in states("wrong-password")
    evening = states("bad-evening")
    assert LinkState.BACKOFF.value in evening
    assert evening.count(LinkState.READY.value) >= 3
    two_way = json.loads((ROOT / "recordings" / "two-way-house.json").read_text())
    assert two_way["readings"]["min"] < 0


class Playing:
    """A player under a virtual clock, that runs until it has said what is due."""

    def __init__(self, name: str = "re-authentication", speed: float = 1.0) -> None:
        self.clock = VirtualClock()
        self.recording = read_recording(ROOT / "recordings" / f"{name}.semrec")
        self.player = Player(self.recording, self.clock, speed)
        self.said: list[Update] = []

    def play(self, seconds: float) -> None:
        """Run for `seconds` of the real clock."""
        end = self.clock.monotonic() + seconds
        stop = threading.Event()
        player, clock = self.player, self.clock

        class Pace(VirtualClock):
            def wait(self, wakeup: threading.Event, seconds: float) -> None:
                clock.advance(min(seconds, max(0.0, end - clock.monotonic())))
                if clock.monotonic() >= end:
                    stop.set()

            def monotonic(self) -> float:
                return clock.monotonic()

        player._real = Pace()
        player.run(stop, self.said.append)
        player._say(self.said.append)
        player._real = clock


def test_everything_is_said_once_and_in_order() -> None:
    playing = Playing(speed=4.0)
    playing.play(30)
    assert playing.player.position == pytest.approx(120.0)
    due = [item.update for item in playing.recording.items if item.seconds <= 120.0]
    assert playing.said == due
    playing.play(1000)
    assert playing.said == updates_of(playing.recording)
    assert playing.player.paused


def test_the_clock_is_the_recording_s() -> None:
    playing = Playing()
    playing.play(61.0)
    header, clock = playing.recording.header, playing.player.clock
    assert clock.monotonic() == pytest.approx(header.stamp + 61.0)
    assert (clock.now() - header.started).total_seconds() == pytest.approx(61.0)


def test_nothing_is_said_while_it_stands() -> None:
    playing = Playing()
    playing.play(30)
    playing.player.pause()
    said = len(playing.said)
    playing.play(30)
    assert len(playing.said) == said
    assert playing.player.position == pytest.approx(30.0)
    playing.player.pause()
    playing.play(30)
    assert playing.player.position == pytest.approx(60.0)
    assert len(playing.said) > said


def test_a_jump_returns_the_past_and_goes_on_from_there() -> None:
    playing = Playing()
    playing.play(60)
    past = playing.player.seek(40.0)
    assert [item.update for item in past] == playing.said[: len(past)]
    playing.said.clear()
    playing.play(20)
    due = [item.update for item in playing.recording.items if 40.0 < item.seconds <= 60.0]
    assert playing.said == due
    assert playing.player.seek(-5.0)[0].seconds == 0.0
    assert len(playing.player.seek(1e9)) == len(playing.recording.items)


def test_nothing_is_said_between_a_jump_and_the_forgetting_before_it() -> None:
    """What is said after the jump must not be forgotten with what was said before."""
    playing = Playing()
    said: list[Update] = []
    saying = threading.Thread(target=playing.player._say, args=(said.append,))

    def forget() -> None:
        saying.start()
        saying.join(0.2)
        assert saying.is_alive()

    past = playing.player.seek(40.0, forget)
    saying.join()
    assert past
    assert not said


def test_steps_go_from_item_to_item() -> None:
    playing = Playing()
    places = []
    for _ in range(20):
        places.append(playing.player.step())
        playing.player.seek(places[-1])
    stamps = sorted({item.seconds for item in playing.recording.items})
    assert places == stamps[1:21]
    playing.player.seek(1e9)
    assert playing.player.step() == playing.recording.seconds


def test_the_speed_has_limits_and_changes_from_now_on() -> None:
    playing = Playing()
    playing.play(10)
    playing.player.set_speed(2.0)
    playing.play(10)
    assert playing.player.position == pytest.approx(30.0)
    playing.player.set_speed(1e9)
    assert playing.player.speed == FASTEST
    playing.player.set_speed(0.0)
    assert playing.player.speed == SLOWEST
