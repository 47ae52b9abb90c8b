"""What people ask of a running engine: a noise scan, a command, placing the antenna."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from semtui.desk import TYPED
from semtui.emulator.options import EmulatorOptions
from semtui.model import (
    Direction,
    Intent,
    LinkCounts,
    LinkSnapshot,
    LinkState,
    NoiseScan,
    Reading,
    ReadingStatus,
    SendCommand,
    Update,
    WireLine,
)
from tests.simulation import Simulation


def past(seconds: float) -> Callable[[Update], bool]:
    """Return a condition: a good reading has come after that moment."""
    return lambda update: (
        isinstance(update, Reading) and update.status is ReadingStatus.OK and update.stamp > seconds
    )


@pytest.mark.parametrize("module", ["bp35a1", "bp35c2"])
def test_a_noise_scan_hears_all_channels_and_loses_no_request(module: str) -> None:
    it = Simulation(EmulatorOptions(module=module))
    it.at(60, lambda: it.engine.submit(Intent.NOISE_SCAN))
    it.run(until=past(120))
    (noise,) = it.of(NoiseScan)
    assert [channel for channel, _lqi in noise.levels] == list(range(33, 61))
    assert it.of(LinkCounts)[-1].lost == 0
    assert it.states.count(LinkState.READY) == 1


def test_a_noise_scan_is_heard_while_a_wait_counts_down() -> None:
    it = Simulation(EmulatorOptions(in_reach=False))

    def until(update: Update) -> bool:
        if isinstance(update, LinkSnapshot) and update.state is LinkState.BACKOFF:
            it.engine.submit(Intent.NOISE_SCAN)
        return isinstance(update, NoiseScan)

    it.run(until=until, limit=900)
    assert it.states[-2:] == [LinkState.BACKOFF, LinkState.CLOSED]


def test_a_noise_scan_that_finds_no_room_says_so() -> None:
    it = Simulation()
    it.port.vanish()
    it.at(1, lambda: it.engine.submit(Intent.NOISE_SCAN))
    it.run(until=lambda update: "The noise scan could not begin." in it.titles, limit=200)


def test_a_typed_command_goes_out_between_two_requests() -> None:
    it = Simulation()
    it.at(60, lambda: it.engine.submit(SendCommand("SKVER")))
    it.run(until=past(80))
    sent = [line.text for line in it.of(WireLine) if line.direction is Direction.SENT]
    assert sent.count("SKVER") == 2, "once by the probe, once by hand"
    assert it.of(LinkCounts)[-1].lost == 0


@pytest.mark.parametrize(
    ("line", "state"),
    [("SKREJOIN", LinkState.REAUTHENTICATING), ("SKJOIN {meter}", LinkState.JOINING)],
)
def test_nothing_is_sent_while_a_typed_command_authenticates(line: str, state: LinkState) -> None:
    it = Simulation()
    it.emulator.meter.faults.renewal_delay = 40.0
    text = line.format(meter=it.emulator.meter.address)
    it.at(60, lambda: it.engine.submit(SendCommand(text)))
    it.run(until=past(120))
    assert it.emulator.module.forbidden_sends == 0
    assert it.of(LinkCounts)[-1].not_sent == 0
    assert it.states[-5:-2] == [LinkState.READY, state, LinkState.READY]


@pytest.mark.parametrize(
    "line",
    [
        "SKPING {meter}",
        "SKREJOIN",
        "SKJOIN {meter}",
        "SKTERM",
        "SKSCAN 2 FFFFFFFF 6",
        "SKCONNECT {meter} 0E1A 0E1A",
    ],
)
def test_while_the_send_time_is_used_up_no_typed_command_goes_on_the_air(line: str) -> None:
    it = Simulation()
    text = line.format(meter=it.emulator.meter.address)
    word = line.split()[0]
    it.at(60, it.emulator.module.transmitter.limit)
    it.at(90, lambda: it.engine.submit(SendCommand(text)))
    it.at(91, lambda: it.engine.submit(SendCommand("SKTABLE 2")))
    it.at(600, it.emulator.module.transmitter.release)
    limited: list[bool] = []

    def until(update: Update) -> bool:
        if isinstance(update, LinkSnapshot):
            limited.append(update.arib_limited)
        if isinstance(update, WireLine) and update.direction is Direction.SENT and limited[-1]:
            assert not update.text.startswith(word)
        return "The send-time limit is lifted." in it.titles

    it.run(until=until, limit=1200)
    assert f"{word} was not sent." in it.titles
    assert True in limited
    sent = [each.text for each in it.of(WireLine) if each.direction is Direction.SENT]
    assert "SKTABLE 2" in sent, "what stays in the module is sent all the same"


def test_of_too_many_typed_commands_the_last_is_refused_with_a_sentence() -> None:
    it = Simulation()
    it.port.vanish()
    for _number in range(TYPED + 1):
        it.at(1, lambda: it.engine.submit(SendCommand("SKVER")))
    it.run(until=lambda _update: "The command could not be sent." in it.titles, limit=200)
    assert it.titles.count("The command was not sent: too many others wait.") == 1


def test_a_typed_secret_is_refused_whoever_asks() -> None:
    it = Simulation()
    it.at(60, lambda: it.engine.submit(SendCommand("SKSETPWD C ABCDEFABCDEF")))
    it.run(until=past(70))
    assert "The command was not sent." in it.titles
    assert not any("ABCDEFABCDEF" in str(update) for update in it.updates)


def test_placing_asks_for_the_watts_alone_and_more_often_then_returns_to_the_plan() -> None:
    it = Simulation()
    it.at(60, lambda: it.engine.submit(Intent.PLACEMENT_ON))
    it.at(120, lambda: it.engine.submit(Intent.PLACEMENT_OFF))
    it.run(until=past(180))
    stamps = [reading.stamp for reading in it.of(Reading)]
    placing = [stamp for stamp in stamps if 62 < stamp < 118]
    after = [stamp for stamp in stamps if 125 < stamp < 180]
    assert 44 <= len(placing) <= 50
    assert max(b - a for a, b in pairwise(after)) > 2.5
    while_placing = [r for r in it.of(Reading) if 62 < r.stamp < 118]
    assert {r.r_ampere for r in while_placing} == {None}
    assert it.of(Reading)[-1].r_ampere is not None


def test_an_answer_behind_its_time_counts_as_late_and_proves_that_the_meter_lives() -> None:
    it = Simulation()
    it.emulator.meter.faults.delay = 75.0
    it.at(60, lambda: setattr(it.emulator.meter.faults, "delay_answers", 1))
    it.run(until=past(150))
    counts = it.of(LinkCounts)[-1]
    assert (counts.lost, counts.late) == (1, 1)
    assert counts.retries == 1


def test_results_of_sends_are_counted_and_the_air_time_is_summed() -> None:
    it = Simulation()
    it.at(60, lambda: setattr(it.emulator.module.transmitter, "failures", 2))
    it.run(until=past(120))
    counts = it.of(LinkCounts)[-1]
    assert counts.failed == 2
    assert counts.acknowledged >= counts.answered
    assert 0.1 < counts.air_seconds < 5.0


def test_frames_stay_below_sixty_a_minute_whatever_the_meter_asks() -> None:
    it = Simulation(wire=True)
    meter = it.emulator.meter

    def pester() -> None:
        client = meter.authenticator.living()
        if client is not None:
            meter._send(bytes.fromhex("10810001 028801 05FF01 62 01 8000".replace(" ", "")))
        meter._schedule.after(0.2, pester)

    it.at(30, pester)
    it.run(until=past(700))
    sent = [
        line.at.timestamp()
        for line in it.of(WireLine)
        if line.direction is Direction.SENT and line.text.startswith("SKSENDTO")
    ]
    worst = max(sum(1 for other in sent if 0 <= other - begin < 600) for begin in sent[::20])
    assert worst <= 600
