"""The doctor and the RESET line: a module that hangs is woken before it is given up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from semtui.doctor.checks import CheckKey, FindingLevel
from semtui.doctor.verdict import Cause
from semtui.errors import GpioError
from semtui.lines import ResetPin
from tests.test_doctor import Case


class Pin:
    """A RESET line that is wired to the emulated module, and cures it where it is to."""

    def __init__(self, case: Case, *, cures: bool) -> None:
        self._case = case
        self._cures = cures
        self.pulses = 0
        self.taken = False

    def low(self) -> None:
        self.pulses += 1
        self._drive(low=True)

    def release(self) -> None:
        if self._cures:
            self._case.emulator.module.silent = False
        self._drive(low=False)

    def _drive(self, *, low: bool) -> None:
        self._case.emulator.module.reset_pin(low, self._case.clock.monotonic())

    @contextmanager
    def take(self) -> Iterator[ResetPin]:
        self.taken = True
        yield self
        self.taken = False


def hanging() -> Case:
    """A module that says nothing."""
    return Case(arrange=lambda emulator: setattr(emulator.module, "silent", True))


def test_a_module_that_hangs_is_reset_and_then_works() -> None:
    case = hanging()
    pin = Pin(case, cures=True)
    case.reset_line = pin.take
    assert case.examine().cause is Cause.WELL
    assert pin.pulses == 1
    assert not pin.taken
    assert set(case.tried) == {115200}
    assert "It was silent before it was reset." in case.out.getvalue()
    assert "resetting the module by its RESET line" in case.talk.getvalue()


def test_a_module_that_stays_silent_is_asked_at_other_speeds_and_then_given_up() -> None:
    case = hanging()
    pin = Pin(case, cures=False)
    case.reset_line = pin.take
    assert case.examine().cause is Cause.MODULE
    assert pin.pulses == 1
    assert case.tried[:3] == [115200, 115200, 9600]


def test_a_module_that_answers_is_not_reset() -> None:
    case = Case()
    pin = Pin(case, cures=True)
    case.reset_line = pin.take
    assert case.examine().cause is Cause.WELL
    assert pin.pulses == 0
    assert "silent" not in case.out.getvalue()


def test_a_line_that_cannot_be_taken_is_said_and_stops_nothing() -> None:
    @contextmanager
    def refused() -> Iterator[ResetPin]:
        raise GpioError("The pin is taken.", hint="Free it.")
        yield

    case = hanging()
    case.reset_line = refused
    verdict = case.examine()
    assert verdict.cause is Cause.MODULE
    assert "The pin is taken. Free it." in case.talk.getvalue()
    assert 9600 in case.tried


def test_the_check_of_a_module_that_was_reset_is_a_warning() -> None:
    case = hanging()
    case.reset_line = Pin(case, cures=True).take
    run = case.run()
    run.examine()
    (module,) = [each for each in run.findings if each.key is CheckKey.MODULE]
    assert module.level is FindingLevel.WARN
    assert module.hint
