"""Engine and emulated module together: joining, reading, and bad days."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from semtui.config import LinkSettings, PollSettings, Settings
from semtui.emulator.options import EmulatorOptions, ForeignPan, MeterStyle
from semtui.errors import PortError, PortReason
from semtui.model import (
    Credentials,
    EnergyReading,
    HalfHour,
    LinkCounts,
    LinkReason,
    LinkSnapshot,
    LinkState,
    MeterFacts,
    Reading,
    ReadingStatus,
    Update,
    WireLine,
)
from semtui.radio.port import Port
from semtui.radio.vigil import LATE_SECONDS
from tests.simulation import CREDENTIALS, Simulation, readings, state

SINGLE = ("bp35a1", "wsr35a1", "rl7023-ips")
DUAL = ("bp35c2", "rs-wsuha", "rl7023-dss")
FORWARD = [
    LinkState.PROBING,
    LinkState.CONFIGURING,
    LinkState.SCANNING,
    LinkState.RESOLVING,
    LinkState.JOINING,
    LinkState.READY,
    LinkState.TERMINATING,
    LinkState.CLOSED,
]


def backoff(update: Update) -> bool:
    return isinstance(update, LinkSnapshot) and update.state is LinkState.BACKOFF


@pytest.mark.parametrize("module", [*SINGLE, *DUAL])
@pytest.mark.parametrize("display", [None, "hex", "binary"])
def test_every_module_is_joined_and_read_in_both_displays(module: str, display: str | None) -> None:
    if display == "binary" and module.startswith("rl7023"):
        display = None
    it = Simulation(EmulatorOptions(module=module, display=display, watts=668))  # type: ignore[arg-type]
    it.run(until=readings(3))
    assert it.states == FORWARD
    assert {(r.watts, r.status) for r in it.of(Reading)} == {(668, ReadingStatus.OK)}
    facts = it.of(LinkSnapshot)[-1].module
    assert facts is not None
    assert facts.dual_stack == (module in DUAL)
    factory_binary = not module.startswith("rl7023")
    assert facts.binary_display == (display == "binary" or (display is None and factory_binary))
    assert it.emulator.module.flash.writes == 0


def test_currents_and_energy_are_exact() -> None:
    options = EmulatorOptions(watts=-1962, amps=(Decimal("1.0"), Decimal("-2.0")))
    it = Simulation(options)
    it.run(until=lambda update: isinstance(update, EnergyReading))
    reading = it.of(Reading)[-1]
    assert (reading.watts, reading.r_ampere, reading.t_ampere) == (-1962, Decimal(1), Decimal(-2))
    energy = it.of(EnergyReading)[-1]
    assert energy.normal_kwh is not None
    assert energy.normal_kwh * 10 == int(energy.normal_kwh * 10)


def test_a_day_with_its_renewal() -> None:
    """28 800 polls, one re-authentication at 80 % of the lifetime, no poll off its grid."""
    it = Simulation(wire=False)
    it.run(until=readings(28800), limit=90_000)
    statuses = Counter(reading.status for reading in it.of(Reading))
    assert statuses == {ReadingStatus.OK: 28800}
    assert it.states == [
        *FORWARD[:6],
        LinkState.REAUTHENTICATING,
        LinkState.READY,
        *FORWARD[6:],
    ]
    times = [reading.stamp for reading in it.of(Reading)]
    gaps = [b - a for a, b in pairwise(times)]
    assert sum(gap > 4.5 for gap in gaps) <= 2
    assert len(it.of(EnergyReading)) == pytest.approx(1440, abs=3)
    half_hours = [half_hour.meter_time for half_hour in it.of(HalfHour)]
    assert len(half_hours) in (47, 48)
    assert len(set(half_hours)) == len(half_hours)
    counts = it.of(LinkCounts)[-1]
    assert (counts.lost, counts.not_sent, counts.joins, counts.scans) == (0, 0, 1, 1)


def test_statics_are_read_once_and_no_poll_waits_for_them() -> None:
    it = Simulation()
    it.run(until=readings(40))
    facts = it.of(MeterFacts)[-1]
    assert (facts.maker, facts.release, facts.digits) == ("000016", "F", 6)
    assert (facts.coefficient, facts.unit_kwh) == (1, Decimal("0.1"))
    assert 0xE7 in facts.get_map
    sent = [line.text for line in it.of(WireLine) if "SKSENDTO" in line.text]
    assert sum("9F00" in line for line in sent) == 1
    times = [reading.stamp for reading in it.of(Reading)]
    assert max(b - a for a, b in pairwise(times)) < 4.5


def test_the_next_start_joins_from_the_cache_without_a_scan() -> None:
    first = Simulation()
    first.run(until=readings(1))
    second = Simulation(cached=first.remembered[-1])
    second.run(until=readings(1))
    assert LinkState.SCANNING not in second.states
    assert second.of(Reading)[0].stamp < 5


def test_a_cached_pan_that_is_gone_leads_to_a_scan() -> None:
    first = Simulation()
    first.run(until=readings(1))
    pan, address = first.remembered[-1]
    moved = Simulation(cached=(replace(pan, channel=60, pan_id=0x1234), address))
    moved.run(until=readings(1))
    assert moved.states[:5] == [
        LinkState.PROBING,
        LinkState.CONFIGURING,
        LinkState.JOINING,
        LinkState.SCANNING,
        LinkState.RESOLVING,
    ]


def test_polling_as_fast_as_the_meter_answers() -> None:
    it = Simulation(settings=Settings(poll=PollSettings(interval=0)))
    it.run(until=readings(200))
    reads = it.of(Reading)
    assert reads[-1].stamp - reads[0].stamp < 200 * 1.2
    assert it.of(EnergyReading)


def test_lost_answers_are_rows_and_the_next_try_has_a_new_number() -> None:
    it = Simulation()
    it.at(30, lambda: setattr(it.emulator.meter.faults, "drop_answers", 2))
    it.run(until=lambda update: isinstance(update, Reading) and update.stamp > 300)
    lost = [reading for reading in it.of(Reading) if reading.status is ReadingStatus.TIMEOUT]
    assert 1 <= len(lost) <= 2
    assert all(reading.watts is None for reading in lost)
    tids = [line.text.split("1081")[1][:4] for line in it.of(WireLine) if "SKSENDTO" in line.text]
    assert len(set(tids)) == len(tids)
    assert LinkState.BACKOFF not in it.states


@pytest.mark.parametrize("fault", ["duplicate_answers", "announce_before_answers"])
def test_frames_that_are_no_answer_change_nothing(fault: str) -> None:
    it = Simulation(EmulatorOptions(watts=777))
    it.at(20, lambda: setattr(it.emulator.meter.faults, fault, 20))
    it.run(until=readings(60))
    assert {(r.watts, r.status) for r in it.of(Reading)} == {(777, ReadingStatus.OK)}


def test_a_late_answer_is_not_taken_for_the_next_one() -> None:
    it = Simulation()

    def delay() -> None:
        it.emulator.meter.faults.delay = 70.0
        it.emulator.meter.faults.delay_answers = 1

    it.at(30, delay)
    it.run(until=lambda update: isinstance(update, Reading) and update.stamp > 200)
    assert max(r.round_trip for r in it.of(Reading) if r.round_trip is not None) < 5


@pytest.mark.parametrize("sna", ["empty", "dropped"])
def test_a_meter_without_some_properties(sna: str) -> None:
    style = MeterStyle(sna=sna, missing=frozenset({0xD3, 0xE3, 0xEB}))  # type: ignore[arg-type]
    it = Simulation(EmulatorOptions(meter=style))
    it.run(until=lambda update: isinstance(update, EnergyReading) and update.stamp > 200)
    facts = it.of(MeterFacts)[-1]
    assert (facts.coefficient, facts.coefficient_assumed) == (1, True)
    energy = it.of(EnergyReading)[-1]
    assert energy.normal_kwh is not None
    assert energy.reverse_kwh is None


def test_a_meter_that_does_not_tell_its_unit_has_no_kwh_and_says_why() -> None:
    it = Simulation(EmulatorOptions(meter=MeterStyle(missing=frozenset({0xE1}))))
    it.run(until=lambda update: isinstance(update, EnergyReading) and update.stamp > 200)
    energy = it.of(EnergyReading)[-1]
    assert energy.normal_kwh is None
    assert energy.reason


def test_a_two_wire_meter_has_no_t_phase() -> None:
    it = Simulation(EmulatorOptions(meter=MeterStyle(two_wire=True)))
    it.run(until=readings(3))
    assert {(r.t_ampere, r.status) for r in it.of(Reading)} == {(None, ReadingStatus.OK)}


def test_a_wrong_password_is_named_as_likely_and_tried_again() -> None:
    it = Simulation(credentials=Credentials(CREDENTIALS.route_b_id, "ZZZZZZZZZZZZ"))
    it.run(until=backoff, limit=300)
    said = next(s for s in it.of(LinkSnapshot) if s.state is LinkState.BACKOFF)
    assert said.reason is LinkReason.JOIN_REJECTED
    assert said.retry_at is not None


def test_a_wrong_id_finds_no_meter() -> None:
    it = Simulation(credentials=Credentials("F" * 32, CREDENTIALS.password))
    it.run(until=backoff, limit=600)
    said = next(s for s in it.of(LinkSnapshot) if s.state is LinkState.BACKOFF)
    assert said.reason is LinkReason.NO_PAN
    assert it.of(LinkCounts)[-1].scans == 4


def test_no_meter_in_reach() -> None:
    it = Simulation(EmulatorOptions(in_reach=False))
    it.run(until=backoff, limit=600)
    assert "No meter answered" in it.titles[-1]


def test_a_meter_held_by_another_controller() -> None:
    it = Simulation(EmulatorOptions(occupied=True))
    it.run(until=backoff, limit=300)
    said = next(s for s in it.of(LinkSnapshot) if s.state is LinkState.BACKOFF)
    assert said.reason in (LinkReason.JOIN_UNANSWERED, LinkReason.JOIN_REJECTED)


def test_neighbours_in_an_apartment_house() -> None:
    others = tuple(
        ForeignPan(40 + n, 0x1000 + n, f"001C64000000000{n}", 0xF0, "CCDDEEFF") for n in range(2)
    )
    it = Simulation(EmulatorOptions(foreign_pans=others, lqi=0x40))
    it.run(until=readings(2), limit=7200)
    assert it.of(Reading)[-1].status is ReadingStatus.OK


def test_the_limit_of_the_send_time_stops_all_sends_until_it_is_lifted() -> None:
    it = Simulation(EmulatorOptions(send_budget=0.3, send_window=120.0))
    it.run(until=lambda update: isinstance(update, Reading) and update.stamp > 600, limit=1200)
    assert any("EVENT 32" in title for title in it.titles)
    limited = False
    for update in it.updates:
        if isinstance(update, LinkSnapshot):
            limited = update.arib_limited
        if isinstance(update, WireLine) and "SKSENDTO" in update.text:
            assert not limited


def test_a_silent_restart_of_the_module_is_noticed_and_mended() -> None:
    it = Simulation()
    it.at(60, it.emulator.module.reboot)
    it.run(until=lambda update: isinstance(update, Reading) and update.stamp > 120)
    assert any("restarted" in title for title in it.titles)
    last = it.of(Reading)[-1]
    assert last.status is ReadingStatus.OK
    assert LinkState.BACKOFF not in it.states


def test_a_restart_in_the_middle_of_a_request_is_noticed_before_its_answer_is_overdue() -> None:
    it = Simulation()
    rebooted: list[float] = []

    def reboot_once_asked(update: Update) -> bool:
        asked = (
            isinstance(update, WireLine) and "EVENT 21" in update.text and update.text[-1] == "0"
        )
        if asked and not rebooted and it.clock.monotonic() > 60:
            it.emulator.module.reboot()
            rebooted.append(it.clock.monotonic())
        return any("restarted" in title for title in it.titles)

    it.run(until=reboot_once_asked, limit=400)
    assert it.clock.monotonic() - rebooted[0] < LATE_SECONDS + 1
    assert LinkState.BACKOFF not in it.states


def test_a_stick_pulled_out_and_plugged_in_again() -> None:
    it = Simulation()
    it.at(60, it.port.vanish)
    it.at(62, it.port.return_)

    def until(update: Update) -> bool:
        back = isinstance(update, Reading) and update.status is ReadingStatus.OK
        return back and it.clock.monotonic() > 70

    it.run(until=until, limit=400)
    reasons = [s.reason for s in it.of(LinkSnapshot) if s.state is LinkState.BACKOFF]
    assert set(reasons) == {LinkReason.PORT}
    assert it.clock.monotonic() < 90
    assert sum("has gone" in title for title in it.titles) == 1


def test_a_peer_that_vanishes_without_closing_is_noticed_and_connected_to_anew() -> None:
    it = Simulation()
    module, opened = it.emulator.module, []

    def open_port() -> Port:
        opened.append(it.clock.monotonic())
        # A bridge that lost its power is another one to the new connection.
        module.silent = False
        return it.port.reopen()

    it.open_port = open_port
    it.at(60, lambda: setattr(module, "silent", True))

    def until(update: Update) -> bool:
        back = isinstance(update, Reading) and update.status is ReadingStatus.OK
        return back and len(opened) == 2

    it.run(until=until, limit=600)
    failed = [s for s in it.of(LinkSnapshot) if s.state is LinkState.BACKOFF]
    assert {s.reason for s in failed} == {LinkReason.MODULE_SILENT}
    assert failed[0].since < 60 + 30


def test_a_second_failure_during_a_wait_is_told_too() -> None:
    it = Simulation(EmulatorOptions(in_reach=False))
    it.at(150, it.port.vanish)
    it.run(until=lambda update: "has gone" in getattr(update, "title", ""), limit=900)
    assert any("No meter answered" in title for title in it.titles)


def test_a_port_that_is_not_there_at_first() -> None:
    it = Simulation()
    found = it.port.reopen

    def open_port() -> Port:
        if it.clock.monotonic() < 100:
            raise PortError(PortReason.NOT_FOUND, "no such port", "it is away", "plug it in")
        return found()

    it.open_port = open_port
    it.run(until=readings(1), limit=600)
    assert it.titles.count("no such port") == 1


def test_a_meter_that_has_gone_deaf_is_joined_again() -> None:
    settings = Settings(link=LinkSettings(deaf_after=3))
    it = Simulation(settings=settings)
    it.at(60, lambda: setattr(it.emulator.meter.faults, "deaf", True))
    it.at(400, lambda: setattr(it.emulator.meter.faults, "deaf", False))

    def until(update: Update) -> bool:
        good = isinstance(update, Reading) and update.status is ReadingStatus.OK
        return good and it.clock.monotonic() > 401

    it.run(until=until, limit=4000)
    reasons = {s.reason for s in it.of(LinkSnapshot) if s.state is LinkState.BACKOFF}
    assert reasons == {LinkReason.METER_SILENT}


def test_a_meter_that_stays_deaf_is_met_with_ever_stronger_steps_and_longer_waits() -> None:
    it = Simulation()
    it.at(60, lambda: setattr(it.emulator.meter.faults, "deaf", True))

    def until(update: Update) -> bool:
        tries = [s for s in it.of(LinkSnapshot) if s.state is LinkState.BACKOFF]
        return len({s.since for s in tries}) >= 6

    it.run(until=until, limit=20_000)
    tries = {s.since: s for s in it.of(LinkSnapshot) if s.state is LinkState.BACKOFF}
    said = [s.retry_with for s in tries.values()][:4]
    assert said == ["join", "scan", "reset the module", "ask the module"]
    waits = [s.retry_at - s.since for s in tries.values() if s.retry_at is not None]
    assert waits[0] == 0
    assert waits[1:] == sorted(waits[1:])
    assert waits[4] > 250


def test_the_steps_against_a_deaf_meter_are_those_that_are_set() -> None:
    steps = ("session", "scan", "scan", "open")
    it = Simulation(settings=Settings(link=LinkSettings(deaf_after=2, deaf_steps=steps)))
    it.at(60, lambda: setattr(it.emulator.meter.faults, "deaf", True))

    def tries() -> dict[float, LinkSnapshot]:
        return {s.since: s for s in it.of(LinkSnapshot) if s.state is LinkState.BACKOFF}

    it.run(until=lambda _update: len(tries()) == 4, limit=20_000)
    said = [snapshot.retry_with for snapshot in tries().values()]
    assert said == ["scan", "scan", "open the port", "open the port"]


@pytest.mark.parametrize("interval", [3.0, 60.0, 600.0])
def test_a_module_that_cannot_send_is_noticed_within_a_minute_of_the_first_try(
    interval: float,
) -> None:
    it = Simulation(settings=Settings(poll=PollSettings(interval=interval)))
    it.at(60, lambda: setattr(it.emulator.module.transmitter, "failures", 10**6))
    it.run(until=state(LinkState.BACKOFF), limit=3600)
    unsent = [each.stamp for each in it.of(Reading) if each.status is ReadingStatus.NOT_SENT]
    renewed = next(s.since for s in it.of(LinkSnapshot) if s.state is LinkState.BACKOFF)
    assert renewed - unsent[0] < 60


def test_a_module_that_cannot_send_is_told_apart_from_a_silent_meter() -> None:
    it = Simulation()
    it.at(60, lambda: setattr(it.emulator.module.transmitter, "failures", 25))

    def until(update: Update) -> bool:
        good = isinstance(update, Reading) and update.status is ReadingStatus.OK
        return good and it.clock.monotonic() > 75

    it.run(until=until, limit=600)
    assert ReadingStatus.NOT_SENT in {reading.status for reading in it.of(Reading)}
    reasons = {s.reason for s in it.of(LinkSnapshot) if s.state is LinkState.BACKOFF}
    assert reasons == {LinkReason.SEND_FAILED}


def test_the_meters_clock_is_compared_again_when_ours_was_set() -> None:
    it = Simulation()
    it.at(60, lambda: it.clock.step_wall(timedelta(hours=-5)))
    it.run(until=lambda update: isinstance(update, Reading) and update.stamp > 120)
    offsets = [facts.clock_offset for facts in it.of(MeterFacts) if facts.clock_offset is not None]
    assert abs(offsets[0]) < 120
    assert abs(offsets[-1] - 5 * 3600) < 120


def test_a_wall_clock_that_jumps_costs_no_reading() -> None:
    it = Simulation()
    for second, hours in ((30, 7), (60, -30), (90, 24 * 365)):
        it.at(second, lambda hours=hours: it.clock.step_wall(timedelta(hours=hours)))
    it.run(until=readings(40))
    assert {reading.status for reading in it.of(Reading)} == {ReadingStatus.OK}
    stamps = [reading.stamp for reading in it.of(Reading)]
    assert max(b - a for a, b in pairwise(stamps)) < 4.5


def test_a_session_that_the_meter_ends_is_joined_again() -> None:
    it = Simulation()
    it.at(60, it.emulator.meter.end_session)
    it.run(until=lambda update: isinstance(update, Reading) and update.stamp > 90)
    assert it.states.count(LinkState.JOINING) == 2
    assert it.of(Reading)[-1].status is ReadingStatus.OK


def test_stopping_ends_the_session_with_the_meter() -> None:
    it = Simulation()
    it.run(until=readings(1))
    assert any(line.text == "SKTERM" for line in it.of(WireLine)[-12:])
    assert it.states[-1] is LinkState.CLOSED


def test_stopping_while_the_module_is_silent_takes_five_seconds_at_most() -> None:
    it = Simulation()
    asked: list[float] = []

    def until(update: Update) -> bool:
        if isinstance(update, Reading) and not asked:
            it.emulator.module.silent = True
            asked.append(it.clock.monotonic())
            return True
        return False

    it.run(until=until)
    assert it.clock.monotonic() - asked[0] <= 5.3


def test_no_secret_is_in_anything_that_is_said() -> None:
    for module in ("bp35a1", "bp35c2", "rl7023-dss"):
        it = Simulation(EmulatorOptions(module=module, lifetime=400))
        it.run(until=lambda update: isinstance(update, Reading) and update.stamp > 600)
        assert it.states.count(LinkState.REAUTHENTICATING) >= 1
        said = "\n".join(repr(update) for update in it.updates)
        route_b_id = CREDENTIALS.route_b_id
        for secret in (
            route_b_id,
            CREDENTIALS.password,
            route_b_id.encode().hex().upper(),
            bytes.fromhex(route_b_id).hex().upper(),
        ):
            assert secret not in said
        assert "hidden: PANA" in said


def test_the_same_seed_gives_the_same_day() -> None:
    runs = []
    for _time in range(2):
        it = Simulation()
        it.run(until=readings(100))
        runs.append([repr(update) for update in it.updates])
    assert runs[0] == runs[1]


@pytest.mark.parametrize("size", [1, 2, 7])
def test_bytes_that_come_in_pieces(size: int) -> None:
    it = Simulation(EmulatorOptions(watts=1234))
    it.port.split(iter(lambda: size, 0))
    it.run(until=readings(20))
    assert {(r.watts, r.status) for r in it.of(Reading)} == {(1234, ReadingStatus.OK)}


def test_garbage_on_the_line_costs_no_reading_for_long() -> None:
    it = Simulation()
    for second in range(20, 60, 5):
        it.at(second, lambda: it.emulator.module.garble(b"\xff\x00\r\n\x80EVENT ERXUDP \r\n"))
    it.run(until=lambda update: isinstance(update, Reading) and update.stamp > 120)
    statuses = Counter(reading.status for reading in it.of(Reading))
    assert statuses[ReadingStatus.OK] > 30
    assert it.of(Reading)[-1].status is ReadingStatus.OK


def test_no_renewal_is_tried_while_the_module_may_not_send() -> None:
    """It would fail, and with it the session would end."""
    settings = Settings(link=replace(LinkSettings(), deaf_after=1))
    it = Simulation(settings=settings)
    module, meter = it.emulator.module, it.emulator.meter

    def fall_silent() -> None:
        meter.faults.deaf = True

    def speak_again() -> None:
        meter.faults.deaf = False
        module.transmitter.release()

    it.at(120, fall_silent)
    it.at(125, module.transmitter.limit)
    it.at(400, speak_again)
    it.run(until=lambda update: isinstance(update, Reading) and update.stamp > 500)
    lines = [line.text for line in it.of(WireLine)]
    limited = lines[
        next(n for n, text in enumerate(lines) if text.startswith("EVENT 32")) : next(
            n for n, text in enumerate(lines) if text.startswith("EVENT 33")
        )
    ]
    assert not [text for text in limited if text.startswith(("SKREJOIN", "SKJOIN", "SKSENDTO"))]
    assert it.of(LinkCounts)[-1].lost >= 1
