"""The steps from an open port to the first reading, with their seconds, for the Link screen."""

from __future__ import annotations

from dataclasses import replace

from semtui.model import Step, StepKey, StepState

_ORDER = tuple(StepKey)


class Steps:
    """Keeps what each step has come to."""

    def __init__(self) -> None:
        self._steps = {key: Step(key) for key in _ORDER}

    def all(self) -> tuple[Step, ...]:
        """Return the steps in their order."""
        return tuple(self._steps.values())

    def begin(self, key: StepKey, now: float) -> None:
        """`key` is at work; what comes after it is to be done anew."""
        self._from(Step(key, StepState.ACTIVE, started=now))

    def done(self, key: StepKey, now: float, detail: str = "") -> None:
        """`key` is done."""
        self._end(key, StepState.DONE, now, detail)

    def skip(self, key: StepKey, detail: str) -> None:
        """`key` is not needed this time."""
        self._steps[key] = Step(key, StepState.SKIPPED, detail=detail)

    def fail(self, key: StepKey, now: float) -> None:
        """`key` has failed."""
        self._end(key, StepState.FAILED, now, "")

    def undo(self, key: StepKey) -> None:
        """What `key` had reached is lost, and with it all that was built on it."""
        self._from(Step(key, StepState.FAILED))

    def fail_active(self, now: float) -> None:
        """Whatever is at work has failed."""
        for step in self.all():
            if step.state is StepState.ACTIVE:
                self.fail(step.key, now)

    def is_done(self, key: StepKey) -> bool:
        """Whether `key` is done."""
        return self._steps[key].state is StepState.DONE

    def _from(self, step: Step) -> None:
        """Set `step`; all behind it are still to come."""
        self._steps[step.key] = step
        for later in _ORDER[_ORDER.index(step.key) + 1 :]:
            self._steps[later] = Step(later)

    def _end(self, key: StepKey, state: StepState, now: float, detail: str) -> None:
        step = self._steps[key]
        seconds = None if step.started is None else now - step.started
        self._steps[key] = replace(step, state=state, seconds=seconds, detail=detail)
