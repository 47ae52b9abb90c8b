"""Screen 6: the bench takes the meter's port, shows what comes, and gives the port back."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from semtui.clock import Clock, SystemClock
from semtui.config import Settings
from semtui.emulator import AirStyle, EmulatorOptions, build
from semtui.pingpong.partner import Partner
from semtui.radio.pingpong.plan import BenchPlan, Role, Transport
from semtui.screens.bench import Boards, Phase
from semtui.screens.benchform import FIELDS, BenchForm, Field
from semtui.screens.pingpong import PingPongScreen
from tests.screens.stage import Stage, screen_text, until

SIZES = [(80, 24), (120, 36), (40, 12)]


class BenchStage(Stage):
    """The app, with emulated boards that are so fast that no test waits."""

    def __init__(self, module: str = "bp35a1") -> None:
        super().__init__("ready")
        self.module = module
        self.asked: list[tuple[BenchPlan, str]] = []
        self.busy_when_begun: list[bool] = []
        self.app.boards_for = self._boards
        self.app.bench_host._clock = SystemClock()

    def _boards(
        self, plan: BenchPlan, url: str, settings: Settings, demo: bool, clock: Clock
    ) -> Boards:
        self.asked.append((plan, url))
        self.busy_when_begun.append(not self.app.radio_done.is_set())
        options = EmulatorOptions(
            module=self.module, speed=500.0, air=AirStyle(send_time=(0.5, 2.5))
        )
        system = SystemClock()
        partner = Partner(plan, system, build(options, system, modules=2))
        return Boards(partner.open_port, partner)

    async def to_the_end(self, pilot: Pilot[int]) -> None:
        """Wait until a run has ended and the meter is joined again."""
        await until(pilot, lambda: bool(self.asked), 30)
        await until(pilot, self.app.bench_host.done.is_set, 60)
        self.app.drain()
        await until(pilot, lambda: self.engine.runs == 2, 30)
        self.app.drain()


def form_of(stage: Stage) -> BenchForm:
    screen = stage.app.screen
    assert isinstance(screen, PingPongScreen)
    return screen.form


@pytest.mark.parametrize("size", SIZES)
def test_the_set_up_is_shown_and_says_what_becomes_of_the_meter(size: tuple[int, int]) -> None:
    async def act(pilot: Pilot[int]) -> None:
        await pilot.press("6")

    lines = "\n".join(BenchStage().play(size, act))
    for word in ("role", "device", "PingPong", "UDP"):
        assert word in lines
    if size[0] > 40:
        assert "The meter link is closed while this runs, and joined again" in lines


@pytest.mark.parametrize("size", SIZES)
def test_a_run_closes_the_link_counts_and_joins_again(size: tuple[int, int]) -> None:
    stage = BenchStage()

    async def act(pilot: Pilot[int]) -> None:
        await pilot.press("6", "enter")
        await stage.to_the_end(pilot)

    lines = "\n".join(stage.play(size, act))
    assert "100  answered 100" in lines
    assert "lost 0 (0.0 %)" in lines
    assert stage.busy_when_begun == [False]
    assert stage.app.bench.phase is Phase.IDLE
    assert stage.app.bench.tally.answered == 100


def test_keys_change_the_set_up() -> None:
    stage = BenchStage()
    seen: dict[str, object] = {}

    async def act(pilot: Pilot[int]) -> None:
        await pilot.press("6", "v", "w")
        seen["role"], seen["sweep"] = form_of(stage).role, form_of(stage).sweep
        await pilot.press("down", "down", "down", "right")
        seen["transport"] = form_of(stage).transport
        await pilot.press("up", "i")
        await pilot.press(*["backspace"] * 8, *"Abcd", "enter")
        seen["refused"] = form_of(stage).pairing_id
        await pilot.press(*"1234", "enter")
        seen["taken"] = form_of(stage).pairing_id

    stage.play((80, 24), act)
    assert seen == {
        "role": Role.COORDINATOR,
        "sweep": True,
        "transport": Transport.TCP,
        "refused": "PingPong",
        "taken": "Abcd1234",
    }


def test_a_run_can_be_stopped_and_cleared() -> None:
    stage = BenchStage()

    async def act(pilot: Pilot[int]) -> None:
        await pilot.press("6")
        form_of(stage).count = None
        await pilot.press("enter")
        await until(pilot, lambda: stage.app.bench.tally.answered > 5, 30)
        assert stage.app.view.bench
        await pilot.press("v")
        assert form_of(stage).role is Role.DEVICE
        await pilot.press("s")
        await stage.to_the_end(pilot)
        assert stage.app.bench.tally.answered > 5
        await pilot.press("c")

    lines = stage.play((80, 24), act)
    assert stage.app.bench.tally.sent == 0
    assert "PING-PONG" not in lines[0]


def test_a_sweep_shows_a_row_a_size() -> None:
    stage = BenchStage()

    async def act(pilot: Pilot[int]) -> None:
        await pilot.press("6", "w")
        form_of(stage).count = 5
        await pilot.press("enter")
        await stage.to_the_end(pilot)

    lines = "\n".join(stage.play((120, 36), act))
    for size in (16, 64, 256, 512, 1024, 1232):
        assert f"{size:>8}       0.0" in lines


def test_a_coordinator_shows_its_channel_and_the_noise() -> None:
    stage = BenchStage()

    async def act(pilot: Pilot[int]) -> None:
        await pilot.press("6", "v")
        form_of(stage).count = 10
        await pilot.press("enter")
        await stage.to_the_end(pilot)

    lines = "\n".join(stage.play((120, 36), act))
    assert stage.app.bench.tally.answered == 10
    state = stage.app.bench.state
    assert state is not None
    assert f"^{state.channel}" in lines


def test_without_tcp_udp_is_offered() -> None:
    stage = BenchStage("bp35c2")

    async def act(pilot: Pilot[int]) -> None:
        await pilot.press("6")
        form_of(stage).transport = Transport.TCP
        await pilot.press("enter")
        await stage.to_the_end(pilot)

    lines = "\n".join(stage.play((120, 36), act))
    assert "has no TCP" in lines
    assert "UDP" in lines


def test_leaving_ends_the_bench_first() -> None:
    stage = BenchStage()

    async def act(pilot: Pilot[int]) -> None:
        await pilot.press("6")
        form_of(stage).count = None
        await pilot.press("enter")
        await until(pilot, lambda: stage.app.bench.tally.answered > 5, 30)
        await pilot.press("q")
        await until(pilot, stage.app.bench_host.done.is_set, 30)

    stage.play((80, 24), act)
    assert stage.engine.runs == 1


def test_a_stop_while_the_link_still_closes_begins_no_run() -> None:
    stage = BenchStage()
    stage.engine.ending = 2.0

    async def act(pilot: Pilot[int]) -> None:
        await pilot.press("6", "enter")
        assert "Closing the link" in "\n".join(screen_text(stage.app))
        await pilot.press("s")
        stage.engine.hurry()
        await until(pilot, lambda: stage.engine.runs == 2, 30)

    stage.play((80, 24), act)
    assert stage.asked == []


def test_every_field_can_be_typed_or_changed() -> None:
    form = BenchForm("/dev/ttyUSB0")
    for field, text, wanted in (
        (Field.PORT, "/dev/ttyUSB1", "/dev/ttyUSB1"),
        (Field.SIZE, "200", "200"),
        (Field.COUNT, "-", "-"),
        (Field.GAP, "0.25", "0.25"),
    ):
        form.at = FIELDS.index(field)
        form.type(text)
        assert form.text(field) == wanted
    plan = form.plan()
    assert (plan.sizes, plan.count, plan.gap) == ((200,), None, 0.25)
