"""What the link screen says in each state."""

from __future__ import annotations

import dataclasses

import pytest
from textual.pilot import Pilot

from semtui.model import LinkReason, LinkState, ScanProgress
from semtui.screens.wording import CAUSES
from tests.screens.stage import ADDRESS, MODULE, Scenes, Stage, presses

MAIN = ((80, 24), (120, 36))


def link_text(stage: Stage, size: tuple[int, int], *keys: str) -> str:
    return "\n".join(stage.play(size, presses("2", *keys)))


@pytest.mark.parametrize("size", MAIN, ids=lambda s: f"{s[0]}x{s[1]}")
def test_scanning_shows_steps_channels_progress_and_pans(size: tuple[int, int]) -> None:
    shown = link_text(Stage("scanning"), size)
    for fact in (
        "✓ open the port",
        "0.02 s",
        "❯ active scan",
        "· PANA authentication",
        "33 34 35" if size[0] == 80 else "33  34  35",
        "9B",
        "sweep 2 of 4, D=6",
        "69 %",
        "sweep D=5: no PAN, 9.0 s",
        "5A3C",
        "001C64****5A3C",
        "****4567",
        "-61.6",
        "on 21 Nov",
        "a meter that knows your route-B id" if size[0] == 120 else "a meter that knows your",
        "> SKVER",
    ):
        assert fact in shown, fact


def test_the_sweep_moves_on_by_the_clock() -> None:
    stage = Stage("scanning")
    shares: list[int] = []

    async def act(pilot: Pilot[int]) -> None:
        await pilot.press("2")
        for _second in range(8):
            text = "\n".join(stage.app.screen.lines)
            shares.append(int(text.split(" %")[0].split()[-1]))
            stage.clock.advance(1)
            stage.app.repaint()

    stage.play((80, 24), act)
    assert shares == sorted(shares)
    assert shares[0] == 69
    assert shares[-1] == 100


@pytest.mark.parametrize("size", MAIN, ids=lambda s: f"{s[0]}x{s[1]}")
def test_backoff_explains_itself(size: tuple[int, int]) -> None:
    shown = link_text(Stage("backoff"), size)
    for fact in (
        "✗ PANA authentication",
        "38.7 s",
        "failed after 38.7 s",
        "40 B, 104 B",
        "What this usually means",
        "Join rejected.",
        "Compare id and password with the letter",
        *CAUSES[LinkReason.JOIN_REJECTED],
        "in 02:00",
    ):
        assert fact in shown, fact
    if size[0] == 120:
        assert "after scan  join rejected" in shown


@pytest.mark.parametrize("reason", list(LinkReason))
def test_every_reason_has_its_causes_on_the_smaller_screen(reason: LinkReason) -> None:
    stage = Stage()
    link = stage.scenes.link(
        LinkState.BACKOFF, reason=reason, title="it failed", retry_at=stage.scenes.now + 30
    )
    stage.engine.script = [link]
    shown = link_text(stage, (80, 24))
    for cause in CAUSES[reason]:
        assert cause in shown


@pytest.mark.parametrize("size", MAIN, ids=lambda s: f"{s[0]}x{s[1]}")
def test_ready_shows_the_session(size: tuple[int, int]) -> None:
    shown = link_text(Stage("ready"), size, "v")
    for fact in (
        "session of 6h12m",
        "24h00m",
        "in 12h59m",
        "40 B, 104 B, 84 B, 88 B",
        "FE80:..:5A3C",
        "LQI 9B  -61.6 dBm on 21 Nov",
        "A PANA session stands",
        "sent 214",
    ):
        assert fact in shown, fact
    if size[0] == 120:
        assert "Toshiba" in shown
        assert "BP35A1 1.2.10 rev26e" in shown


def test_live_quality_is_told_from_the_scans() -> None:
    stage = Stage()
    stage.engine.script = [*stage.scenes.ready(live_lqi=0x78)]
    shown = link_text(stage, (120, 36))
    assert "78  -71.3 dBm" in shown


def test_an_unknown_lifetime_is_said() -> None:
    stage = Stage()
    stage.engine.script = [stage.scenes.ready_link(lifetime=None, reauth_at=None)]
    assert "not heard" in link_text(stage, (80, 24))


def test_the_limit_is_explained() -> None:
    assert "ARIB STD-T108" in link_text(Stage("limited"), (80, 24))


def test_identifiers_are_masked() -> None:
    for size in MAIN:
        shown = link_text(Stage("ready"), size)
        for secret in (MODULE.mac, "001C640003ED5A3C", "01234567", ADDRESS):
            assert secret not in shown


def test_joins_of_this_run() -> None:
    stage = Stage()
    scenes: Scenes = stage.scenes
    pan = scenes.pan
    script = [
        scenes.link(LinkState.JOINING, pan=pan, from_cache=True),
        dataclasses.replace(
            scenes.link(LinkState.BACKOFF, reason=LinkReason.JOIN_UNANSWERED), since=scenes.now + 39
        ),
        ScanProgress(1, 2, 5, scenes.now + 40, 8.9),
        ScanProgress(1, 2, 5, scenes.now + 40, 8.9, (), scenes.now + 49),
        ScanProgress(2, 2, 6, scenes.now + 49, 17.5),
        ScanProgress(2, 2, 6, scenes.now + 49, 17.5, (), scenes.now + 67),
        dataclasses.replace(
            scenes.link(LinkState.BACKOFF, reason=LinkReason.NO_PAN), since=scenes.now + 67
        ),
        dataclasses.replace(scenes.link(LinkState.JOINING, pan=pan), since=scenes.now + 100),
        dataclasses.replace(scenes.ready_link(from_cache=False), since=scenes.now + 103),
    ]
    stage.engine.script = script
    stage.clock.advance(110)
    shown = link_text(stage, (120, 36))
    assert "known PAN   join unanswered  39.0 s" in shown
    assert "after scan  no PAN found     27.0 s" in shown
    assert "after scan  joined           3.0 s" in shown


def test_narrow_steps_or_meaning() -> None:
    assert "❯ active scan" in link_text(Stage("scanning"), (40, 12))
    shown = link_text(Stage("backoff"), (40, 12))
    assert "Join rejected" in shown
    assert "02:00" in shown


def test_what_to_do_is_there_before_the_explanation_at_every_size() -> None:
    """The hint and the likeliest cause come first; the long explanation takes what is left."""
    for size in ((120, 36), (80, 24), (40, 12)):
        stage = Stage("backoff")
        shown = " ".join(" ".join(stage.play(size, presses("2"))).split())
        assert "Compare id and password" in shown, size
        assert " ".join(CAUSES[LinkReason.JOIN_REJECTED][0].split()[:3]) in shown, size
