"""A module that hangs for good: whatever was under way, it is found out and dealt with in time."""

from __future__ import annotations

import pytest

from semtui.model import LinkReason, LinkState
from semtui.radio import wishes
from semtui.radio.effects import OpenPort, ResetLine
from tests.radio.bench import METER, Bench, bench

PATIENCE = 600.0
"""Seconds; a join alone is given sixty, and the third wait is five minutes."""


def at_work(stage: str) -> Bench:
    """A link in the midst of something."""
    it = bench()
    if stage in ("sending", "awaiting an answer", "renewing", "renewing by us"):
        it.ready()
        match stage:
            case "sending":
                it.link.send(b"\x10\x81", it.now)
            case "awaiting an answer":
                it.link.send(b"\x10\x81", it.now)
                it.says(f"EVENT 21 {METER} 00", "OK")
            case "renewing":
                it.says(f"EVENT 29 {METER}")
            case "renewing by us":
                it.link.meter_silent(5, it.now)
        return it
    it.identify()
    if stage == "setting up":
        return it
    it.configure()
    if stage == "scanning":
        return it
    it.scan()
    if stage == "joining":
        it.says(METER)
        it.says("OK")
        it.says("OK")
        it.says("OK")
    return it


@pytest.mark.parametrize(
    "stage",
    [
        "setting up",
        "scanning",
        "resolving",
        "joining",
        "sending",
        "awaiting an answer",
        "renewing",
        "renewing by us",
    ],
)
def test_the_port_is_opened_anew_within_minutes(stage: str) -> None:
    it = at_work(stage)
    it.passes(PATIENCE)
    assert len(it.of(OpenPort)) >= 2
    fault = it.link.backoff.fault
    assert fault is not None
    assert fault.reason is LinkReason.MODULE_SILENT


def test_a_reset_line_that_is_wired_is_pulled_within_half_a_minute() -> None:
    it = at_work("sending")
    it.link.reset_wired = True
    it.passes(30)
    assert ResetLine(low=True) in it.effects
    assert ResetLine(low=False) in it.effects


def test_a_search_asked_for_meanwhile_begins_with_the_module() -> None:
    """One that was never set up has no id, and would hear no meter for ever."""
    it = bench(cached=None)
    it.link.start(it.now)
    it.passes(30)
    assert it.link.state is LinkState.BACKOFF
    it.written()
    it.link.rescan(it.now)
    it.collect()
    assert it.link.state is LinkState.PROBING
    assert len(it.of(OpenPort)) == 2


def test_restarts_that_a_typed_command_shows_while_waiting_are_no_new_fault() -> None:
    it = at_work("joining")
    it.says(f"EVENT 24 {METER}")
    assert it.link.state is LinkState.BACKOFF
    fault = it.link.backoff.fault
    for _command in range(2):
        wishes.type_line(it.link, "SKVER", it.now)
        it.says("SKVER", "EVER 1.2.10", "OK")
    assert it.link.backoff.fault is fault
