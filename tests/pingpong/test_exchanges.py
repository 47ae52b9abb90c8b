"""A thousand exchanges between two emulated boards, counted to the last one."""

from __future__ import annotations

from itertools import pairwise

import pytest

from semtui.emulator import EmulatorOptions
from semtui.radio.pingpong.plan import SWEEP_SIZES, BenchPlan, Transport
from semtui.radio.pingpong.values import BenchStage, Outcome
from tests.pingpong.boards import TwoBoards


@pytest.mark.parametrize("transport", Transport)
@pytest.mark.parametrize("module", ["bp35a1", "rl7023-ips"])
def test_on_a_clean_air_nothing_is_lost(transport: Transport, module: str) -> None:
    boards = TwoBoards(EmulatorOptions(module=module))
    host, device = boards.pair(BenchPlan(count=1000, transport=transport), count=1000)
    boards.finish(host, device)
    for side in (host, device):
        tally = side.tally
        assert (tally.sent, tally.answered, tally.lost) == (1000, 1000, 0)
        assert (tally.late, tally.duplicate, tally.foreign) == (0, 0, 0)
        assert side.session.trouble is None
    assert boards.path.lost == 0


@pytest.mark.parametrize("transport", [Transport.UDP, Transport.PING])
@pytest.mark.parametrize("seed", [0, 1])
def test_what_the_air_loses_is_what_is_counted_as_lost(transport: Transport, seed: int) -> None:
    boards = TwoBoards(EmulatorOptions(seed=seed), ("loss:20",))
    host, device = boards.pair(BenchPlan(count=1000, transport=transport), count=1000)
    boards.finish(host, device)
    assert device.tally.sent == 1000
    assert device.tally.lost == boards.path.lost > 250
    assert device.tally.answered == 1000 - boards.path.lost
    assert device.tally.late == device.tally.duplicate == device.tally.foreign == 0


def test_the_same_seed_gives_the_same_run() -> None:
    def outcomes() -> list[Outcome]:
        boards = TwoBoards(EmulatorOptions(seed=7), ("loss:20",))
        host, device = boards.pair(BenchPlan(count=50), count=50)
        boards.finish(host, device)
        return list(device.tally.last)

    assert outcomes() == outcomes()


def test_tcp_brings_late_what_was_lost_on_the_way() -> None:
    boards = TwoBoards(EmulatorOptions(), ("loss:20",))
    _host, device = boards.pair(BenchPlan(count=300, transport=Transport.TCP))
    boards.finish(device)
    assert device.tally.sent == 300
    assert boards.path.lost > 50
    assert device.tally.late > 0
    assert device.tally.late >= device.tally.lost - 8


def test_every_answer_that_comes_twice_is_counted_as_duplicate() -> None:
    boards = TwoBoards(scenarios=("twice",))
    _host, device = boards.pair(BenchPlan(count=100))
    boards.finish(device)
    assert (device.tally.answered, device.tally.lost) == (100, 0)
    # Each Ping comes twice and is answered twice, and each Pong comes twice.
    assert device.tally.duplicate == 300


def test_an_answer_behind_the_timeout_is_late_and_stays_lost() -> None:
    boards = TwoBoards(scenarios=("latency:2000",))
    _host, device = boards.pair(BenchPlan(count=20))
    boards.finish(device)
    assert (device.tally.answered, device.tally.lost, device.tally.late) == (0, 20, 20)
    assert all((each.round_trip or 0) > 3.0 for each in device.exchanges(Outcome.LATE))


def test_dual_stack_modules_play_too() -> None:
    boards = TwoBoards(EmulatorOptions(module="bp35c2"))
    host, device = boards.pair(BenchPlan(count=50), count=50)
    boards.finish(host, device)
    assert device.tally.answered == host.tally.answered == 50


def test_firmware_without_tcp_says_so_and_offers_udp() -> None:
    boards = TwoBoards(EmulatorOptions(module="bp35c2"))
    _host, device = boards.pair(BenchPlan(count=5, transport=Transport.TCP))
    boards.finish(device)
    trouble = device.session.trouble
    assert trouble is not None
    assert trouble.no_tcp
    assert "--transport udp" in trouble.hint
    assert device.tally.sent == 0


@pytest.mark.parametrize("transport", [Transport.UDP, Transport.TCP])
def test_a_sweep_goes_up_to_the_longest_payload(transport: Transport) -> None:
    boards = TwoBoards()
    _host, device = boards.pair(BenchPlan(count=5, sizes=SWEEP_SIZES, transport=transport))
    boards.finish(device)
    assert device.tally.answered == 5 * len(SWEEP_SIZES)
    assert [each.size for each in device.exchanges(Outcome.ANSWERED)][::5] == list(SWEEP_SIZES)


def test_the_gap_is_kept_between_an_answer_and_the_next_ping() -> None:
    boards = TwoBoards()
    _host, device = boards.pair(BenchPlan(count=5, gap=2.0))
    boards.finish(device)
    ended = [each.ended for each in device.exchanges(Outcome.ANSWERED)]
    assert all(later - earlier > 2.2 for earlier, later in pairwise(ended))


def test_the_counter_begins_again_behind_9999() -> None:
    boards = TwoBoards()
    host, device = boards.pair(BenchPlan(count=10_003), count=10_003)
    boards.finish(host, device)
    assert device.tally.answered == host.tally.answered == 10_003
    last = device.exchanges(Outcome.ANSWERED)[-1]
    assert (last.number, last.counter) == (10_002, 2)


def test_both_modules_are_left_as_they_were() -> None:
    boards = TwoBoards()
    host, device = boards.pair(BenchPlan(count=3, transport=Transport.TCP), count=3)
    boards.finish(host, device)
    assert host.state.stage is device.state.stage is BenchStage.ENDED
    for module in boards.emulator.modules:
        assert module.registers.number(0x15) == 0
        assert module.registers.pairing_id == "CCDDEEFF"
        assert all(row[2:].startswith("0000:") for row in module.tcp.rows())
        assert module.flash.writes == 0
