"""What a run is put together from, and the engine that is made late."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from semtui.clock import VirtualClock
from semtui.errors import ConfigError, StorageError
from semtui.model import Intent, Notice, Reading, Update
from semtui.radio.port_replug import UsbIdentity
from semtui.station import LateEngine, Request, Station, plan
from semtui.storage.history.reader import HistoryReader
from semtui.storage.history.values import FILE_NAME
from tests.plain import closed_folder
from tests.programs import emulated, set_up


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


class Played:
    """An engine that notes what it is told."""

    def __init__(self) -> None:
        self.told: list[object] = []

    def run(self, stop: threading.Event, publish: object) -> None:
        self.told.append("run")

    def submit(self, intent: Intent) -> None:
        self.told.append(intent)

    def wake(self) -> None:
        self.told.append("wake")

    def hurry(self) -> None:
        self.told.append("hurry")


def test_what_is_asked_of_an_engine_before_it_is_made_is_kept() -> None:
    played = Played()
    engine = LateEngine(lambda: played)  # type: ignore[arg-type, return-value]
    engine.submit(Intent.RESCAN)
    engine.hurry()
    assert played.told == []
    engine.run(threading.Event(), lambda _update: None)
    engine.wake()
    engine.run(threading.Event(), lambda _update: None)
    assert played.told == [Intent.RESCAN, "hurry", "run", "wake", "run"]


def test_a_demo_needs_nothing_and_reads_watts() -> None:
    station = Station(plan(Request(demo=True)), VirtualClock())
    stop = threading.Event()
    readings: list[Update] = []

    def take(update: Update) -> None:
        if isinstance(update, Reading):
            readings.append(update)
            stop.set()

    station.hub.subscribe(take)
    station.engine.run(stop, station.hub.publish)
    station.close()
    assert readings
    assert station.log_status is not None
    assert station.log_status.rows == 1


def test_without_a_set_up_the_sentence_says_so() -> None:
    planned = plan(Request())
    assert not planned.is_complete
    with pytest.raises(ConfigError, match="not set up"):
        Station(planned)


def test_the_port_may_come_from_the_command_line(home: Path) -> None:
    set_up(home)
    assert not plan(Request()).is_complete
    assert plan(Request(overrides={"port.url": "/dev/ttyUSB0"})).is_complete


def test_credentials_lie_beside_the_configuration_that_is_named(home: Path) -> None:
    folder = home / "elsewhere"
    folder.mkdir()
    (folder / "my.toml").write_text("[poll]\ninterval = 10\n")
    planned = plan(Request(config=folder / "my.toml"))
    assert planned.settings.poll.interval == 10
    assert planned.paths.credentials == folder / "credentials.toml"


def test_a_folder_can_be_logged_to_by_one_at_a_time() -> None:
    first = Station(plan(Request(demo=True)), VirtualClock())
    with pytest.raises(StorageError):
        Station(plan(Request(demo=True)), VirtualClock())
    first.close()
    Station(plan(Request(demo=True)), VirtualClock()).close()


@pytest.mark.parametrize("csv", ["true", "false"])
def test_a_folder_that_cannot_be_written_at_the_start_is_read_for_and_written_later(
    csv: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEMTUI_STORAGE_CSV", csv)
    monkeypatch.setattr("semtui.station.HEAL_AFTER", 0.0)
    planned = plan(Request(demo=True))
    with closed_folder() as folder:
        planned = replace(planned, paths=replace(planned.paths, data=folder))
        clock = VirtualClock()
        station = Station(planned, clock)
        stop = threading.Event()
        readings: list[Reading] = []
        titles: list[str] = []

        def take(update: Update) -> None:
            if isinstance(update, Notice):
                titles.append(update.title)
            if isinstance(update, Reading):
                readings.append(update)
                if len(readings) == 5:
                    assert list(folder.iterdir()) == []
                    folder.chmod(0o700)
                if len(readings) == 10:
                    stop.set()

        station.hub.subscribe(take)
        station.engine.run(stop, station.hub.publish)
        if csv == "true":
            assert titles[0].startswith("Readings cannot be written: this user may not")
            with pytest.raises(StorageError, match="Another semtui"):
                Station(planned, VirtualClock())
        station.close()
        reader = HistoryReader(folder / FILE_NAME)
        span = reader.span()
        assert span is not None
        kept = list(reader.samples(span.first, span.last + timedelta(seconds=1)))
        reader.close()
        assert [sample.watts for sample in kept] == [reading.watts for reading in readings]
        rows = [line for path in folder.glob("*.csv") for line in path.read_text().splitlines()[1:]]
        assert len(rows) == (10 if csv == "true" else 0)


def test_a_demo_keeps_away_from_what_is_set_for_real_readings(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(home)
    own = home / ".config/semtui/config.toml"
    own.write_text(f'[poll]\ninterval = 10\n[storage]\nfolder = "{home}/real"\n')
    assert plan(Request()).folder == home / "real"
    demo = plan(Request(demo=True))
    assert demo.settings.poll.interval == 3
    assert demo.folder == demo.paths.data
    given = plan(Request(demo=True, config=own))
    assert given.settings.poll.interval == 10
    assert given.folder == demo.paths.data
    monkeypatch.setenv("SEMTUI_STORAGE_FOLDER", str(home / "real"))
    monkeypatch.setenv("SEMTUI_GPIO_RESET", "true")
    said: list[str] = []
    station = Station(plan(Request(demo=True)), VirtualClock())
    ended = threading.Event()
    ended.set()
    station.engine.run(ended, lambda update: said.append(getattr(update, "title", "")))
    station.close()
    assert not any("GPIO" in title for title in said)
    assert not (home / "real").exists()


def test_gpio_lines_that_cannot_be_had_are_left_out_with_a_sentence(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(home)
    monkeypatch.setenv("SEMTUI_GPIO_RESET", "true")
    stop = threading.Event()
    said: list[str] = []

    def take(update: Update) -> None:
        said.append(getattr(update, "title", ""))
        if isinstance(update, Reading):
            stop.set()

    with emulated(home, "--speed", "20") as (port, _process):
        station = Station(plan(Request(overrides={"port.url": port})))
        station.engine.run(stop, take)
        station.close()
    assert any("GPIO" in title for title in said)


def test_the_stick_of_a_join_is_found_by_the_next_run_under_another_name(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pseudo-terminal, which is on no USB, stands for the stick."""
    set_up(home)
    identity = UsbIdentity("0403", "6015", "AB0123", "00")
    with emulated(home, "--speed", "20") as (port, _process):
        link = home / "ttyUSB0"
        link.symlink_to(port)

        def identity_of(path: str, _root: Path) -> UsbIdentity | None:
            return identity if Path(path).exists() else None

        monkeypatch.setattr("semtui.radio.port_replug.identity_of", identity_of)
        monkeypatch.setattr(
            "semtui.radio.port_replug.find", lambda wanted, _root: {identity: port}.get(wanted)
        )
        titles = []
        for _run in range(2):
            said: list[str] = []
            stop = threading.Event()
            station = Station(plan(Request(overrides={"port.url": str(link)})))

            def take(update: Update, said: list[str] = said, stop: threading.Event = stop) -> None:
                said.append(getattr(update, "title", ""))
                if isinstance(update, Reading):
                    stop.set()

            station.hub.subscribe(take)
            station.engine.run(stop, station.hub.publish)
            station.close()
            titles.append([title for title in said if title.startswith("The stick of")])
            link.unlink(missing_ok=True)
    assert titles == [[], [f"The stick of {link} is now {port}, and is used there."]]


def test_a_run_keeps_a_history_that_agrees_with_its_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("semtui.station.HEAL_AFTER", 0.0)
    planned = plan(Request(demo=True))
    station = Station(planned, VirtualClock())
    stop = threading.Event()
    readings: list[Reading] = []

    def take(update: Update) -> None:
        if isinstance(update, Reading):
            readings.append(update)
            if len(readings) == 50:
                stop.set()

    station.hub.subscribe(take)
    station.engine.run(stop, station.hub.publish)
    station.close()
    reader = HistoryReader(planned.folder / FILE_NAME)
    span = reader.span()
    assert span is not None
    kept = list(reader.samples(span.first, span.last + timedelta(seconds=1)))
    reader.close()
    assert [sample.watts for sample in kept] == [reading.watts for reading in readings]


def test_the_history_needs_no_log_and_neither_is_written_unasked(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEMTUI_STORAGE_CSV", "false")
    planned = plan(Request(demo=True))
    first = Station(planned, VirtualClock())
    # Without the log too, the history has one writer.
    with pytest.raises(StorageError):
        Station(planned, VirtualClock())
    first.close()
    assert (planned.folder / FILE_NAME).exists()
    monkeypatch.setenv("SEMTUI_STORAGE_HISTORY", "false")
    other = replace(plan(Request(demo=True)), paths=replace(planned.paths, data=home / "other"))
    Station(other, VirtualClock()).close()
    assert not other.folder.exists()
