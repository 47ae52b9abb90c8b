"""The placement screen: the large figure, the verdict, the bell, and when the engine is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from semtui.model import Intent, LinkReason, LinkState, ReadingStatus
from semtui.screens.placement import SILENT_SECONDS
from tests.screens.stage import Stage, presses

ON_OFF = [Intent.PLACEMENT_ON, Intent.PLACEMENT_OFF]


def polled(trips: Sequence[float | None], ago: float = 0.0) -> Stage:
    """A session whose last polls took `trips` seconds each; None is a lost one."""
    stage = Stage()
    scenes = stage.scenes
    stage.engine.script = [scenes.ready_link()]
    for index, trip in enumerate(trips, 1):
        status = ReadingStatus.TIMEOUT if trip is None else ReadingStatus.OK
        watts = None if trip is None else 800
        poll = scenes.reading(watts, ago=ago + len(trips) - index, status=status)
        stage.engine.script.append(replace(poll, round_trip=trip))
    return stage


def placed(stage: Stage, size: tuple[int, int] = (80, 24)) -> str:
    return "\n".join(stage.play(size, presses("2", "p")))


@pytest.mark.parametrize(
    ("trips", "word"),
    [
        ([0.3] * 20, "GOOD"),
        ([3.0] * 15 + [0.3] * 5, "GOOD"),
        ([0.3] * 15 + [1.4] * 5, "FAIR"),
        ([0.3, None, 0.3, 0.3, 0.3], "FAIR"),
        ([3.0] * 5, "POOR"),
        ([0.3, None, None, 0.3, 0.3], "POOR"),
        ([0.3, 0.3, None, None], "No answer for 2 s"),
        ([None, None], "No answer yet"),
        ([], "No answer yet"),
    ],
)
@pytest.mark.parametrize("size", [(80, 24), (120, 36), (40, 12)], ids=str)
def test_the_verdict_follows_the_last_polls(
    trips: list[float | None], word: str, size: tuple[int, int]
) -> None:
    assert word in placed(polled(trips), size)


def test_silence_is_told_when_no_poll_ends_either() -> None:
    assert "GOOD" in placed(polled([0.3] * 5, ago=SILENT_SECONDS - 1))
    assert "No answer for 11 s" in placed(polled([0.3] * 5, ago=SILENT_SECONDS + 1))


def test_the_figure_is_large_and_dashes_when_there_is_no_answer() -> None:
    big = placed(polled([0.31] * 5))
    assert big.count("██") > 20
    assert placed(polled([0.3, None])).count("▀▀▀▀▀▀▀▀") == 3
    assert "0.31 s" in placed(polled([0.31] * 5), (20, 5))


def test_median_and_loss_of_the_last_twenty() -> None:
    text = placed(polled([9.0] * 10 + [0.4, None] * 10))
    assert "last 20 polls   p50 0.40 s   loss 50.0 %" in text


def test_what_the_module_cannot_tell_is_said() -> None:
    text = placed(Stage("ready"), (120, 36))
    assert "LQI 9B  -61.6 dBm   on 21 Nov 09:46   not live" in text
    stage = Stage()
    stage.engine.script = [stage.scenes.ready_link(live_lqi=0x78)]
    text = placed(stage, (120, 36))
    assert "LQI now 78  -71.3 dBm" in text
    assert "not live" not in text


@pytest.mark.parametrize("leave", ["p", "escape", "1", "2"])
def test_the_engine_is_told_of_both_ends(leave: str) -> None:
    stage = Stage("ready")
    stage.play((80, 24), presses("2", "p", leave))
    assert stage.engine.intents == ON_OFF
    assert stage.app.screen_key == ("dashboard" if leave == "1" else "link")


def test_help_above_it_does_not_end_it() -> None:
    stage = Stage("ready")
    lines = stage.play((80, 24), presses("2", "p", "question_mark", "escape"))
    assert stage.engine.intents == [Intent.PLACEMENT_ON]
    assert "last 20 polls" in "\n".join(lines)


@pytest.mark.parametrize("leave", ["1", "p"])
def test_left_from_the_help_page(leave: str) -> None:
    stage = Stage("ready")
    stage.play((80, 24), presses("2", "p", "question_mark", leave))
    assert stage.engine.intents == ON_OFF


def test_quitting_ends_it() -> None:
    stage = Stage("ready")
    stage.play((80, 24), presses("2", "p", "q"))
    assert stage.engine.intents == ON_OFF


def test_it_needs_a_session_and_the_link_screen() -> None:
    stage = Stage("backoff")
    assert "cannot be done just now" in "\n".join(stage.play((80, 24), presses("2", "p")))
    assert stage.engine.intents == []
    other = Stage("ready")
    other.play((80, 24), presses("1", "p"))
    assert other.engine.intents == []


def test_a_session_that_ends_meanwhile_is_said() -> None:
    stage = Stage("ready")

    async def act(pilot: Pilot[int]) -> None:
        await pilot.press("2", "p")
        link = stage.scenes.link(LinkState.BACKOFF, reason=LinkReason.METER_SILENT)
        stage.app.view.apply(link)
        stage.app.repaint()

    assert "BACKOFF: no figures before READY" in "\n".join(stage.play((80, 24), act))


def test_the_bell_rings_once_an_answer_and_never_unasked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = Stage("ready")
    rung: list[int] = []
    monkeypatch.setattr(stage.app, "bell", lambda: rung.append(1))

    async def act(pilot: Pilot[int]) -> None:
        counts = []

        def poll(status: ReadingStatus) -> None:
            stage.hub.publish(stage.scenes.reading(800, status=status))
            stage.app.drain()
            counts.append(len(rung))

        await pilot.press("2", "p")
        poll(ReadingStatus.OK)
        await pilot.press("b")
        poll(ReadingStatus.OK)
        poll(ReadingStatus.TIMEOUT)
        poll(ReadingStatus.REFUSED)
        assert "bell on" in "\n".join(stage.app.screen.lines)
        await pilot.press("escape")
        poll(ReadingStatus.OK)
        assert counts == [0, 1, 1, 2, 2]

    stage.play((80, 24), act)
