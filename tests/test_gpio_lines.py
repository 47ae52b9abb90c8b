"""RESET and LED through the GPIO library, the reset line wired to the emulated module."""

from __future__ import annotations

import sys
import types
from itertools import pairwise

import pytest

from semtui.errors import GpioError
from semtui.model import LinkSnapshot, LinkState, WireLine
from semtui.radio.gpio import ActivityLed, ResetLine
from tests.gpio_package import put_in_place
from tests.simulation import Simulation, readings

RESET, LED = 18, 4


class Board(types.ModuleType):
    """RPi.GPIO on a board whose pin 18 is the module's RESET."""

    BCM, OUT, HIGH, LOW = 11, 0, 1, 0

    def __init__(self) -> None:
        super().__init__("RPi.GPIO")
        self.simulation: Simulation | None = None
        self.history: list[tuple[int, int]] = []
        self.given_back: list[int] = []
        self.broken = False

    def setwarnings(self, flag: bool) -> None: ...

    def setmode(self, mode: int) -> None: ...

    def setup(self, pin: int, direction: int, initial: int) -> None:
        assert initial == (self.HIGH if pin == RESET else self.LOW)

    def output(self, pin: int, level: int) -> None:
        if self.broken:
            raise RuntimeError("the pin is gone")
        self.history.append((pin, level))
        it = self.simulation
        if pin == RESET and it is not None:
            it.emulator.module.reset_pin(level == self.LOW, it.clock.monotonic())

    def cleanup(self, pin: int) -> None:
        self.given_back.append(pin)

    def levels(self, pin: int) -> list[int]:
        return [level for each, level in self.history if each == pin]


@pytest.fixture
def board(monkeypatch: pytest.MonkeyPatch) -> Board:
    board = Board()
    put_in_place(board, monkeypatch)
    return board


def test_the_line_resets_the_module_at_the_start(board: Board) -> None:
    line = ResetLine(RESET)
    it = Simulation(reset_pin=line)
    board.simulation = it
    it.emulator.module.receive(b"SKSREG SFE 0\r\n", 0.0)
    it.run(until=readings(1))
    assert board.levels(RESET)[:2] == [board.LOW, board.HIGH]
    sent = next(line for line in it.of(WireLine) if line.text == "SKVER")
    assert (sent.at - it.of(LinkSnapshot)[0].at).total_seconds() >= 3
    assert any(line.text == "SKVER" and line is not sent for line in it.of(WireLine)), (
        "the module echoes again, so it was really reset"
    )
    line.close()
    assert board.given_back == [RESET]


def test_a_module_held_in_reset_answers_nothing(board: Board) -> None:
    it = Simulation()
    board.simulation = it
    line = ResetLine(RESET)
    line.low()
    it.emulator.module.receive(b"SKVER\r\n", 0.0)
    it.emulator.module.advance(10.0)
    assert it.emulator.module.take_output() == b""


def test_the_lamp_blinks_at_each_answer(board: Board) -> None:
    it = Simulation(lamp=ActivityLed(LED))
    it.run(until=readings(3))
    levels = board.levels(LED)
    assert levels.count(board.HIGH) >= 2
    assert all(a != b for a, b in pairwise(levels[:4]))


def test_a_lamp_that_breaks_is_named_once_and_the_readings_go_on(board: Board) -> None:
    it = Simulation(lamp=ActivityLed(LED))
    it.at(20, lambda: setattr(board, "broken", True))
    it.run(until=readings(20))
    assert sum("GPIO" in title for title in it.titles) == 1
    assert LinkState.BACKOFF not in it.states


def test_off_a_pi_there_is_a_plain_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "RPi", None)
    monkeypatch.delitem(sys.modules, "RPi.GPIO", raising=False)
    with pytest.raises(GpioError) as caught:
        ResetLine(RESET)
    assert caught.value.hint
