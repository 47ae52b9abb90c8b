"""RESET and LED on a played RPi.GPIO, and every way in which the real one refuses."""

from __future__ import annotations

import builtins
import os
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from semtui.errors import GpioError
from semtui.radio.gpio import ActivityLed, ResetLine
from tests.gpio_package import put_in_place

REAL_IMPORT = builtins.__import__


class LgpioError(Exception):
    """What lgpio raises: a class of its own that derives from nothing but Exception."""


class Board(types.ModuleType):
    """RPi.GPIO as far as we use it; it notes what happens to its pins."""

    BCM, OUT, HIGH, LOW = 11, 0, 1, 0

    def __init__(self) -> None:
        super().__init__("RPi.GPIO")
        self.mode: int | None = None
        self.warnings = True
        self.pins: dict[int, int] = {}
        self.history: list[tuple[int, int | str]] = []
        self.faults: dict[str, Exception] = {}

    def setwarnings(self, flag: bool) -> None:
        self.warnings = flag

    def setmode(self, mode: int) -> None:
        self._fail("setmode")
        self.mode = mode

    def setup(self, pin: int, direction: int, initial: int) -> None:
        self._fail("setup")
        assert (self.mode, direction) == (self.BCM, self.OUT)
        self.pins[pin] = initial
        self.history.append((pin, initial))

    def output(self, pin: int, level: int) -> None:
        self._fail("output")
        assert pin in self.pins
        self.pins[pin] = level
        self.history.append((pin, level))

    def cleanup(self, pin: int) -> None:
        self._fail("cleanup")
        del self.pins[pin]
        self.history.append((pin, "given back"))

    def _fail(self, call: str) -> None:
        if call in self.faults:
            raise self.faults[call]


@pytest.fixture
def board(monkeypatch: pytest.MonkeyPatch) -> Board:
    board = Board()
    put_in_place(board, monkeypatch)
    return board


@pytest.fixture
def on_import(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Callable[[], object]], None]]:
    """Let something happen where RPi.GPIO is imported."""
    monkeypatch.delitem(sys.modules, "RPi", raising=False)
    monkeypatch.delitem(sys.modules, "RPi.GPIO", raising=False)

    def arrange(action: Callable[[], object]) -> None:
        def load(name: str, *arguments: Any) -> object:
            return action() if name == "RPi.GPIO" else REAL_IMPORT(name, *arguments)

        monkeypatch.setattr(builtins, "__import__", load)

    yield arrange
    monkeypatch.setattr(builtins, "__import__", REAL_IMPORT)


def refusal(act: Callable[[], object]) -> GpioError:
    with pytest.raises(GpioError) as caught:
        act()
    assert caught.value.exit_code == 2
    assert caught.value.title
    return caught.value


def raising(error: Exception) -> Callable[[], object]:
    def action() -> object:
        raise error

    return action


def test_reset_starts_released_and_ends_released(board: Board) -> None:
    line = ResetLine(18)
    line.low()
    line.release()
    line.low()
    line.close()
    assert board.history == [(18, 1), (18, 0), (18, 1), (18, 0), (18, 1), (18, "given back")]
    assert board.mode == board.BCM
    assert board.warnings is False


def test_the_led_starts_off_and_ends_off(board: Board) -> None:
    led = ActivityLed(4)
    led.on()
    led.off()
    led.on()
    led.close()
    assert board.history == [(4, 0), (4, 1), (4, 0), (4, 1), (4, 0), (4, "given back")]


def test_each_gives_back_its_own_pin_only(board: Board) -> None:
    line, led = ResetLine(18), ActivityLed(4)
    led.close()
    assert board.pins == {18: 1}
    line.low()
    assert board.pins == {18: 0}
    line.close()
    assert board.pins == {}


def test_closing_twice_is_quiet(board: Board) -> None:
    line = ResetLine(18)
    line.close()
    line.close()
    assert board.history.count((18, "given back")) == 1


def test_a_closed_line_says_so(board: Board) -> None:
    line = ResetLine(18)
    line.close()
    assert "GPIO 18 has been given back." in refusal(line.low).title


@pytest.mark.parametrize("call", ["output", "cleanup"])
def test_closing_never_raises(board: Board, call: str) -> None:
    line, led = ResetLine(18), ActivityLed(4)
    board.faults[call] = LgpioError("bad handle")
    line.close()
    led.close()


@pytest.mark.parametrize(
    ("call", "error", "detail", "hint"),
    [
        ("setmode", LgpioError("'can not open gpiochip'"), "group gpio", "usermod -aG gpio"),
        ("setup", LgpioError("'GPIO busy'"), "Another program", "another BCM number"),
        (
            "setup",
            RuntimeError("No access to /dev/mem.  Try running as root!"),
            "group gpio",
            "usermod -aG gpio",
        ),
        (
            "setup",
            RuntimeError("Cannot determine SOC peripheral base address"),
            "Raspberry Pi 5",
            "pip install rpi-lgpio",
        ),
        ("setup", PermissionError(13, "Permission denied"), "group gpio", "usermod -aG gpio"),
        ("setup", ValueError("A different mode has already been set!"), "different mode", "false"),
        ("setup", LgpioError(), "LgpioError", "false"),
    ],
)
def test_a_refused_pin_is_told_in_words(
    board: Board, call: str, error: Exception, detail: str, hint: str
) -> None:
    board.faults[call] = error
    told = refusal(lambda: ResetLine(18))
    assert told.title == "GPIO 18 cannot be used."
    assert detail in told.detail
    assert hint in told.hint
    assert told.__cause__ is error


def test_a_line_that_fails_later_is_told_too(board: Board) -> None:
    line, led = ResetLine(18), ActivityLed(4)
    board.faults["output"] = LgpioError("unknown handle")
    assert "unknown handle" in refusal(line.low).detail
    assert "unknown handle" in refusal(line.release).detail
    assert "GPIO 4 " in refusal(led.on).title
    assert "GPIO 4 " in refusal(led.off).title


@pytest.mark.parametrize(
    ("error", "detail", "hint"),
    [
        (ModuleNotFoundError("No module named 'RPi'"), "not installed", "python3-rpi-lgpio"),
        (
            RuntimeError("This module can only be run on a Raspberry Pi!"),
            "not a Raspberry Pi",
            "gpio.reset",
        ),
        (FileNotFoundError(2, "No such file", ".lgd-nfy-3"), "The library says", "false"),
    ],
)
def test_a_library_that_cannot_be_imported(
    on_import: Callable[[Callable[[], object]], None], error: Exception, detail: str, hint: str
) -> None:
    on_import(raising(error))
    told = refusal(lambda: ActivityLed(4))
    assert told.title == "GPIO 4 cannot be used."
    assert detail in told.detail
    assert hint in told.hint


def test_the_pipe_of_lgpio_is_not_left_where_semtui_was_started(
    on_import: Callable[[Callable[[], object]], None],
    board_elsewhere: Board,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LG_WD", raising=False)
    seen: list[str] = []

    def like_lgpio() -> object:
        os.chdir(os.environ["LG_WD"])
        os.mkfifo(".lgd-nfy0")
        seen.append(os.getcwd())
        package = types.ModuleType("RPi")
        package.GPIO = board_elsewhere  # type: ignore[attr-defined]
        return package

    on_import(like_lgpio)
    ResetLine(18).close()
    assert len(seen) == 1
    assert Path(seen[0]) != tmp_path
    assert not Path(seen[0]).exists()
    assert Path.cwd() == tmp_path
    assert list(tmp_path.iterdir()) == []
    assert "LG_WD" not in os.environ


def test_a_failed_import_leaves_no_trace_either(
    on_import: Callable[[Callable[[], object]], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LG_WD", raising=False)

    def fail() -> object:
        os.chdir(os.environ["LG_WD"])
        raise RuntimeError("This module can only be run on a Raspberry Pi!")

    on_import(fail)
    refusal(lambda: ResetLine(18))
    assert Path.cwd() == tmp_path
    assert "LG_WD" not in os.environ


def test_the_users_own_choice_for_the_pipe_is_kept(
    on_import: Callable[[Callable[[], object]], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LG_WD", str(tmp_path))
    seen: list[str] = []

    def look() -> object:
        seen.append(os.environ["LG_WD"])
        raise ImportError

    on_import(look)
    refusal(lambda: ResetLine(18))
    assert seen == [str(tmp_path)]
    assert os.environ["LG_WD"] == str(tmp_path)


@pytest.fixture
def board_elsewhere() -> Board:
    """A board that is reached by importing it, not by being there already."""
    return Board()
