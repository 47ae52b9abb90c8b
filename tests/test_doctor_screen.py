"""The doctor's page over the running dashboard, at several sizes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from textual.pilot import Pilot

from semtui.doctor.checks import PASSIVE, CheckKey, Finding, FindingLevel
from semtui.model import Level, Notice
from semtui.screens.doctor import DoctorScreen
from tests.screens.stage import SIZES, Stage, presses, screen_text, until


def looked(failing: CheckKey | None = None) -> list[Finding]:
    return [
        Finding(key, FindingLevel.FAIL, "held by cu", "end cu")
        if key is failing
        else Finding(key, FindingLevel.OK, f"{key.value} is well")
        for key in PASSIVE
    ]


def shown(
    stage: Stage,
    size: tuple[int, int] = (100, 40),
    passive: list[Finding] | None = None,
    *keys: str,
) -> str:
    found = looked() if passive is None else passive

    def look() -> Iterator[Finding]:
        return iter(found)

    stage.app.look_at_port = look  # type: ignore[method-assign]

    async def act(pilot: Pilot[int]) -> None:
        await pilot.press("F")
        screen = stage.app.screen
        assert isinstance(screen, DoctorScreen)
        await until(pilot, lambda: screen.page.passive == found)
        await pilot.press(*keys)

    return "\n".join(stage.play(size, act))


def test_a_link_that_works_is_all_well() -> None:
    page = shown(Stage("ready"))
    assert "ALL WELL. The meter answers." in page
    for key in PASSIVE:
        assert f"{key.value} is well" in page
    assert "Joined after 4 PANA messages." in page
    assert "FAIL" not in page


def test_the_last_failure_is_judged() -> None:
    page = shown(Stage("backoff"))
    assert "FAIL  join" in page
    assert "RADIO. The join broke off early" in page
    assert "Next: Move the antenna" in page
    assert "--    answer" in page


def test_a_link_under_way_has_no_verdict_yet() -> None:
    page = shown(Stage("scanning"))
    assert "Under way: SCANNING. Nothing has failed so far." in page
    assert "--    scan" in page


def test_a_port_that_does_not_let_the_link_run_is_the_verdict() -> None:
    page = shown(Stage("empty"), passive=looked(CheckKey.HOLDER))
    assert "PORT. The serial port cannot be used." in page
    assert "Next: end cu" in page


def test_a_link_that_runs_makes_a_failing_look_a_warning() -> None:
    page = shown(Stage("ready"), passive=looked(CheckKey.CONSOLE))
    assert "warn  console" in page
    assert "FAIL" not in page
    assert "ALL WELL" in page


@pytest.mark.parametrize("size", SIZES[:3])
@pytest.mark.parametrize("state", ["ready", "backoff"])
def test_the_verdict_comes_first_at_every_size(size: tuple[int, int], state: str) -> None:
    lines = shown(Stage(state), size).splitlines()
    assert lines[0].strip() == "semtui  Doctor"
    assert lines[1].startswith(" ALL WELL" if state == "ready" else " RADIO")
    assert all(len(line) <= size[0] for line in lines)


def test_the_end_can_be_scrolled_to() -> None:
    page = shown(Stage("ready"), (40, 12), None, "end")
    assert "The meter answered in 0.31 s." in page


def test_it_is_ascii_where_that_is_wished() -> None:
    page = shown(Stage("ready", ascii=True))
    assert page.replace("\n", "").isascii()


def test_esc_goes_back_and_the_demo_looks_at_no_port() -> None:
    stage = Stage("ready", badge="DEMO")
    pages: list[str] = []

    async def act(pilot: Pilot[int]) -> None:
        await pilot.press("F")
        await until(
            pilot, lambda: "Of no meaning for the emulator" in "\n".join(screen_text(stage.app))
        )
        pages.append("ok")
        await pilot.press("escape")

    lines = stage.play((100, 40), act)
    assert pages
    assert "1/7" in lines[0]


def test_the_page_follows_the_link() -> None:
    stage = Stage("scanning")

    async def act(pilot: Pilot[int]) -> None:
        await pilot.press("F")
        for update in stage.scenes.ready():
            stage.hub.publish(update)
        stage.app.drain()

    assert "ALL WELL" in "\n".join(stage.play((100, 40), act))


def test_the_footer_and_the_palette_know_it() -> None:
    assert "Doctor" in "\n".join(Stage("ready").play((140, 36), presses()))


def test_no_toast_covers_the_page() -> None:
    stage = Stage("ready")

    async def act(pilot: Pilot[int]) -> None:
        stage.app.toast(Notice(stage.clock.now(), Level.ERROR, "before"))
        await pilot.pause()
        assert stage.app.screen.query("Toast")
        await pilot.press("F")
        stage.app.toast(Notice(stage.clock.now(), Level.ERROR, "meanwhile"))
        await pilot.pause()
        assert not stage.app.screen.query("Toast")
        await pilot.press("escape")
        stage.app.toast(Notice(stage.clock.now(), Level.ERROR, "meanwhile"))
        await until(pilot, lambda: bool(stage.app.screen.query("Toast")))

    stage.play((80, 24), act)
