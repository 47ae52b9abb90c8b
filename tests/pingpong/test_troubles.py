"""What goes wrong between two boards: each ends in a sentence, or mends itself."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from semtui.emulator import AirStyle, EmulatorOptions, ForeignPan
from semtui.radio.pingpong.coordinator import PAN_IDS
from semtui.radio.pingpong.plan import BenchPlan, Role, Transport
from semtui.radio.pingpong.values import BenchStage, Outcome
from tests.pingpong.boards import TwoBoards

HOST = BenchPlan(role=Role.COORDINATOR)


def test_the_quietest_channel_and_a_pan_id_that_nobody_uses_are_taken() -> None:
    noise = tuple((channel, 0x40 + channel) for channel in range(33, 61) if channel != 50)
    first_choice = random.Random(1).choice(PAN_IDS)
    foreign = ForeignPan(39, first_choice, "001C640003018CF5", 0xE0, "01234567")
    boards = TwoBoards(EmulatorOptions(air=AirStyle(noise=noise), foreign_pans=(foreign,)))
    host = boards.start(HOST, 1)
    boards.run(lambda: host.state.stage is BenchStage.WAITING)
    assert host.state.channel == 50
    assert host.state.pan_id not in (None, 0xFFFF, first_choice)
    assert len(host.state.noise) == 28


def test_no_coordinator_ends_the_device() -> None:
    boards = TwoBoards()
    device = boards.start(BenchPlan(count=1), 0)
    boards.finish(device)
    trouble = device.session.trouble
    assert trouble is not None
    assert "No coordinator" in trouble.title
    assert "--role coordinator" in trouble.hint


def test_another_pairing_id_is_not_found() -> None:
    boards = TwoBoards()
    host = boards.start(replace(HOST, pairing_id="OtherOne"), 1)
    boards.run(lambda: host.state.stage is BenchStage.WAITING)
    device = boards.start(BenchPlan(count=1), 0)
    boards.finish(device)
    assert device.session.trouble is not None
    assert not host.session.ended


def test_two_coordinators_with_one_id_are_noticed() -> None:
    boards = TwoBoards()
    host = boards.start(HOST, 1)
    boards.run(lambda: host.state.stage is BenchStage.WAITING)
    other = boards.start(HOST, 0)
    boards.finish(other)
    assert other.session.trouble is not None
    assert "Another coordinator" in other.session.trouble.title
    assert "--role device" in other.session.trouble.hint


def test_a_device_that_finds_two_takes_one_and_says_so() -> None:
    boards = TwoBoards(modules=3)
    hosts = [boards.start(HOST, 1), boards.start(HOST, 2)]
    boards.run(lambda: all(host.state.stage is BenchStage.WAITING for host in hosts))
    device = boards.start(BenchPlan(count=5), 0)
    boards.finish(device)
    assert "Several coordinators have the pairing id PingPong." in device.titles
    assert device.tally.answered == 5


def test_a_coordinator_with_a_count_does_not_wait_for_ever() -> None:
    boards = TwoBoards()
    host = boards.start(replace(HOST, count=5), 1)
    boards.finish(host)
    assert host.session.trouble is not None
    assert "No device" in host.session.trouble.title


@pytest.mark.parametrize("transport", [Transport.UDP, Transport.TCP])
def test_a_coordinator_that_is_restarted_is_found_again(transport: Transport) -> None:
    boards = TwoBoards()
    host, device = boards.pair(BenchPlan(transport=transport))
    boards.run(lambda: device.tally.answered > 20)
    host.session.stop()
    boards.finish(host)
    boards.run(lambda: device.tally.lost > 3 or bool(device.titles))
    boards.sides.remove(host)
    again = boards.start(HOST, 1)
    answered = device.tally.answered
    boards.run(lambda: device.tally.answered > answered + 20, 900)
    assert again.tally.answered > 0
    device.session.stop()
    boards.finish(device)


@pytest.mark.parametrize("transport", [Transport.UDP, Transport.TCP])
def test_a_partner_that_vanishes_is_looked_for_and_then_given_up(transport: Transport) -> None:
    boards = TwoBoards()
    host, device = boards.pair(BenchPlan(transport=transport))
    boards.run(lambda: device.tally.answered > 20)
    boards.sides.remove(host)
    boards.emulator.modules[1].power_off()
    boards.finish(device)
    assert device.session.trouble is not None
    assert "vanished" in device.session.trouble.title
    assert device.tally.lost >= 1


def test_a_tcp_peer_that_closes_is_connected_to_again() -> None:
    boards = TwoBoards()
    host, device = boards.pair(BenchPlan(count=60, transport=Transport.TCP))
    boards.run(lambda: device.tally.answered > 20)
    boards.emulator.modules[1].tcp.close(next(iter(host.session.board.connections.values())))
    boards.finish(device)
    assert "The TCP connection was closed." in device.titles
    assert device.tally.sent == 60
    assert device.tally.answered >= 58


def test_a_port_that_goes_while_a_run_is_left_ends_it() -> None:
    boards = TwoBoards()
    _host, device = boards.pair(BenchPlan())
    boards.run(lambda: device.tally.answered > 3)
    boards.sides = [device]
    device.session.stop()
    boards.ports[0].vanish()
    boards.finish(device, limit=1.0)
    assert device.session.trouble is None


def test_foreign_traffic_on_the_port_is_counted_and_left_alone() -> None:
    boards = TwoBoards(modules=3)
    host, device = boards.pair(BenchPlan(count=40))
    boards.run(lambda: device.tally.answered > 5)
    stranger = boards.ports[2]
    for line in (f"SKSREG S2 {host.state.channel:02X}", f"SKSREG S3 {host.state.pan_id:04X}"):
        stranger.write(line.encode() + b"\r\n")
    boards.run(lambda: device.tally.answered > 10)
    for module in boards.emulator.modules[:2]:
        head = f"SKSENDTO 1 {module.address} 0E1A 0 0004 ".encode()
        stranger.write(head + b"\x10\x81\r\n")
        answered = device.tally.answered
        boards.run(lambda answered=answered: device.tally.answered > answered + 5)  # type: ignore[misc]
    boards.finish(device)
    assert device.tally.foreign == host.tally.foreign == 1
    assert device.tally.answered == 40
    assert any("no Ping or Pong" in title for title in device.titles)


def test_a_stop_in_the_middle_closes_the_connection_on_both_sides() -> None:
    boards = TwoBoards()
    host, device = boards.pair(BenchPlan(transport=Transport.TCP))
    boards.run(lambda: device.tally.answered > 20)
    assert host.session.board.connections
    device.session.stop()
    boards.finish(device)
    assert device.session.trouble is None
    assert device.tally.lost == 0
    boards.run(lambda: not host.session.board.connections)
    host.session.stop()
    boards.finish(host)


@pytest.mark.parametrize(
    "scenario",
    [
        "restart",
        "overrun",
        "garbage",
        "split",
        "blank-lines",
        "left-over",
        "unsent:3",
        "replug:5",
        "silence:15",
        "limit:120",
        "ok-first",
        "display",
    ],
)
def test_a_bad_day_of_a_module_does_not_end_the_run(scenario: str) -> None:
    boards = TwoBoards(scenarios=(scenario,))
    _host, device = boards.pair(BenchPlan(count=200, gap=0.3))
    boards.finish(device)
    assert device.session.trouble is None
    assert device.tally.sent == 200
    assert device.tally.answered >= 180
    assert device.tally.answered + device.tally.lost == 200


def test_a_module_that_restarts_is_set_up_again_and_what_waited_is_lost() -> None:
    boards = TwoBoards(scenarios=("restart",))
    _host, device = boards.pair(BenchPlan(count=200))
    boards.finish(device)
    # It is noticed by its echo, or by the answer that it owes.
    assert len(device.titles) == 1
    assert "restarted" in device.titles[0] or "did not answer" in device.titles[0]
    assert [each.number for each in device.exchanges(Outcome.ANSWERED)] == sorted(
        {each.number for each in device.exchanges(Outcome.ANSWERED)}
    )
    assert device.tally.sent == 200


def test_boards_that_are_too_far_apart_do_not_find_each_other() -> None:
    boards = TwoBoards(scenarios=("distance:800",))
    _host, device = boards.pair(BenchPlan(count=5))
    boards.finish(device)
    assert device.session.trouble is not None


def test_a_longer_distance_loses_more() -> None:
    lost = []
    for distance in (100, 300, 400):
        boards = TwoBoards(scenarios=(f"distance:{distance}",))
        _host, device = boards.pair(BenchPlan(count=100))
        boards.finish(device)
        assert device.tally.lost == boards.path.lost
        lost.append(device.tally.lost)
    assert lost[0] == 0 < lost[1] < lost[2]


def test_late_answers_are_those_of_exchanges_that_were_lost() -> None:
    boards = TwoBoards(scenarios=("latency:1200",))
    _host, device = boards.pair(BenchPlan(count=60))
    boards.finish(device)
    late = {each.number for each in device.exchanges(Outcome.LATE)}
    assert late
    assert late == {each.number for each in device.exchanges(Outcome.LOST)}
