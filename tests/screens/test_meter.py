"""The meter's screen: what stands in the table, what is asked for, and what is never shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from semtui.model import LinkState, ReadProperties, Update
from semtui.screens.meter import MeterScreen
from semtui.screens.widgets.meterboxes import clock_words
from semtui.screens.widgets.prompt import Typing
from tests.screens.meterscenes import FACTS, GET, script, value
from tests.screens.stage import SIZES, Stage, screen_text, until

Act = Callable[[Pilot[int]], Awaitable[None]]


def on_meter(
    act: Act | None = None,
    size: tuple[int, int] = (80, 24),
    *,
    updates: Callable[[Stage], list[Update]] = script,
    folder: Path | None = None,
    **settings: bool,
) -> tuple[Stage, str]:
    """Play the meter's screen; return the stage and the screen."""
    stage = Stage(**settings)  # type: ignore[arg-type]
    stage.engine.script = updates(stage)
    stage.app.data_folder = folder

    async def open_it(pilot: Pilot[int]) -> None:
        await pilot.press("5")
        await pilot.pause()
        if act is not None:
            await act(pilot)
            await pilot.pause()

    return stage, "\n".join(stage.play(size, open_it))


def meter(pilot: Pilot[int]) -> MeterScreen:
    screen = pilot.app.screen
    assert isinstance(screen, MeterScreen)
    return screen


def pressed(*keys: str) -> Act:
    async def act(pilot: Pilot[int]) -> None:
        await pilot.press(*keys)

    return act


def wishes(stage: Stage) -> list[tuple[int, ...]]:
    return [wish.epcs for wish in stage.engine.intents if isinstance(wish, ReadProperties)]


def row_of(shown: str, epc: str) -> str:
    (line,) = (line for line in shown.split("\n") if line[2:4] == epc)
    return line


# What is shown


def test_each_property_stands_with_name_bytes_value_and_age() -> None:
    _stage, shown = on_meter(size=(120, 36))
    assert "5/7" in shown.split("\n")[0]
    row = row_of(shown, "E7")
    for fact in ("instantaneous power", "G--", "0000032C", "812 W", "<5 s"):
        assert fact in row, fact
    assert "R 12.3 A T -- A" in row_of(shown, "E8")
    assert "18421.3 kWh" in row_of(shown, "E0")
    assert "1 day back: 48 of 48" in row_of(shown, "E2")
    assert "GS-" in row_of(shown, "E5")
    assert "G-I" in row_of(shown, "80")
    assert "Get 13  Set 1  Inf 1" in shown


def test_what_has_no_value_says_why() -> None:
    _stage, shown = on_meter(size=(120, 36))
    assert "refused by the meter" in row_of(shown, "80")
    assert "1h40m" in row_of(shown, "80")
    assert "no answer" in row_of(shown, "EA")
    assert "not served" in row_of(shown, "D3")
    assert "1 (assumed)" in row_of(shown, "D3")


def test_who_the_meter_is_and_how_its_clock_goes() -> None:
    _stage, shown = on_meter()
    for fact in (
        "Toshiba (000016)",
        "release F",
        "serial ******6505",
        "fault none",
        "clock 4 min ahead of this machine's",
        "a count is 0.1 kWh",
    ):
        assert fact in shown, fact


@pytest.mark.parametrize(
    ("offset", "words"),
    [
        (None, "not compared yet"),
        (0.0, "agrees with this machine's, to the minute"),
        (60.0, "1 min ahead of this machine's"),
        (-7200.0, "2h00m behind this machine's"),
        (-3.0e5, "3d11h behind this machine's"),
    ],
)
def test_a_clock_in_words(offset: float | None, words: str) -> None:
    assert clock_words(offset) == words


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
def test_no_identity_is_shown_at_any_size(size: tuple[int, int]) -> None:
    async def act(pilot: Pilot[int]) -> None:
        for _row in GET:
            await pilot.press("enter")
            text = "\n".join(screen_text(pilot.app))  # type: ignore[arg-type]
            for secret in ("F24G36", "4632344733", "2A2A", "****4567"):
                assert secret not in text
            await pilot.press("enter", "down")

    on_meter(act, size)


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
def test_rows_fill_the_screen_in_both_sets_of_signs(size: tuple[int, int]) -> None:
    for keys in ((), ("enter",), ("slash", "E"), ("a",), ("a", "enter"), ("a", "slash", "E")):
        _stage, shown = on_meter(pressed(*keys), size)
        lines = shown.split("\n")
        assert len(lines) == size[1]
        assert {cell_len(line) for line in lines} == {size[0]}
        assert "a" not in keys or shown.isascii()


def test_before_the_join_it_says_what_will_be_seen() -> None:
    for state, head in (("scanning", "No meter yet: SCANNING"), ("empty", "STARTING")):
        _stage, shown = on_meter(updates=lambda stage, s=state: stage.scenes.all()[s])  # type: ignore[misc]
        assert head in shown
        assert "Here you will see all that your meter can tell" in shown
    _stage, shown = on_meter(size=(40, 12), updates=lambda stage: stage.scenes.scanning())
    assert "Here you will see" in shown


def test_before_the_join_its_keys_do_nothing_and_are_not_offered() -> None:
    async def act(pilot: Pilot[int]) -> None:
        await pilot.press("enter", "y", "down", "g", "G")
        assert not meter(pilot).opened

    stage, shown = on_meter(act, updates=lambda stage: stage.scenes.scanning())
    assert wishes(stage) == []
    assert "enter Details" not in shown


# No kWh without what they hang on


@pytest.mark.parametrize(
    ("facts", "epc", "edt", "reason"),
    [
        ({"unit_kwh": None}, 0xE1, "05", "no kWh: 05 is no unit that the rules know (E1)"),
        ({"unit_kwh": None}, 0xE1, None, "no kWh: the meter refuses to tell its unit (E1)"),
        ({"unit_kwh": None}, None, None, "no kWh: the meter has not told its unit yet (E1)"),
        ({"coefficient": None}, 0xD3, "FFFFFFFF", "no kWh: FFFFFFFF is no coefficient"),
        ({"coefficient": None}, None, None, "no kWh: the meter has not told its coefficient yet"),
    ],
)
def test_without_unit_or_coefficient_there_are_counts_and_the_reason(
    facts: dict[str, object], epc: int | None, edt: str | None, reason: str
) -> None:
    def updates(stage: Stage) -> list[Update]:
        known = replace(FACTS, coefficient_assumed=False, **facts)  # type: ignore[arg-type]
        every = [u for u in script(stage, known) if getattr(u, "epc", None) not in (0xE1, 0xD3)]
        if epc is not None:
            every.append(value(stage, epc, edt, refused=edt is None))
        return every

    _stage, shown = on_meter(pressed("down", "down"), updates=updates)
    assert "184213 counts" in row_of(shown, "E0")
    assert "kWh" not in row_of(shown, "E0")
    assert shown.count(reason) == 2, "in the box of the meter, and with the chosen energy"


# One of them in full


def test_a_property_in_full() -> None:
    _stage, shown = on_meter(pressed("down", "down", "enter"))
    for fact in (
        "E0 energy, normal direction",
        "All that was ever taken from the grid",
        "18421.3 kWh",
        "184213",
        "0.1 kWh (coefficient 1 x unit 0.1)",
        "round trip 0.45 s",
        "can be read",
        "4 bytes  0002CF95",
    ):
        assert fact in shown, fact


def test_a_day_in_full_can_be_scrolled_and_left() -> None:
    async def act(pilot: Pilot[int]) -> None:
        await pilot.press("slash", *"history 1, n", "enter", "enter")
        first = "\n".join(screen_text(pilot.app))  # type: ignore[arg-type]
        assert "00:00  10.0 kWh" in first
        assert "194 bytes" not in first
        await pilot.press("pagedown")
        assert "194 bytes" in "\n".join(screen_text(pilot.app))  # type: ignore[arg-type]
        await pilot.press("escape")
        assert not meter(pilot).opened

    on_meter(act)


def test_up_and_down_go_through_the_opened_properties() -> None:
    _stage, shown = on_meter(pressed("enter", "down", "down", "up"))
    assert "E8 instantaneous currents" in shown
    assert "12.3 A" in shown


# Reading


def test_all_that_nobody_has_seen_is_asked_for_once_when_the_screen_is_first_opened() -> None:
    async def act(pilot: Pilot[int]) -> None:
        await pilot.press("1", "5")
        stage.app.drain()
        await pilot.pause()

    stage = Stage()
    stage, _shown = on_meter(act)
    assert wishes(stage) == [(0x9F, 0xE5)]


def test_histories_and_the_route_b_id_are_not_read_unasked() -> None:
    def updates(stage: Stage) -> list[Update]:
        return [*stage.scenes.ready(), FACTS]

    stage, shown = on_meter(updates=updates, size=(120, 36))
    (asked,) = wishes(stage)
    assert set(asked) == set(GET) - {0xC0, 0xE2}
    assert "g reads it" in row_of(shown, "E2")
    assert "asked" in row_of(shown, "E7")


def test_nothing_is_asked_for_without_a_session() -> None:
    def updates(stage: Stage) -> list[Update]:
        down = stage.scenes.link(LinkState.BACKOFF)
        return [*script(stage), down]

    stage, shown = on_meter(pressed("g", "G"), updates=updates)
    assert wishes(stage) == []
    assert "no session stands" in shown


def test_g_reads_the_chosen_one_again() -> None:
    stage, shown = on_meter(pressed("down", "g"))
    assert wishes(stage)[-1] == (0xE8,)
    assert "asked" in row_of(shown, "E8")


def test_g_on_a_history_reads_it() -> None:
    stage, _shown = on_meter(pressed("slash", *"E2", "enter", "g"))
    assert wishes(stage)[-1] == (0xE2,)


def test_g_never_reads_the_route_b_id() -> None:
    stage, shown = on_meter(pressed("slash", *"route-b", "enter", "g"))
    assert not any(0xC0 in epcs for epcs in wishes(stage))
    assert "it is half of your" in " ".join(shown.split())


def test_all_but_histories_and_the_id_can_be_read_again() -> None:
    stage, _shown = on_meter(pressed("G"))
    assert set(wishes(stage)[-1]) == set(GET) - {0xC0, 0xE2}


def test_another_meter_is_read_anew() -> None:
    async def act(pilot: Pilot[int]) -> None:
        assert len(wishes(stages[0])) == 1
        stages[0].hub.publish(replace(FACTS, serial="A17X074175"))
        stages[0].app.drain()
        await pilot.pause()
        assert not pilot.app.view.properties  # type: ignore[attr-defined]

    stages: list[Stage] = []

    def updates(stage: Stage) -> list[Update]:
        stages.append(stage)
        return script(stage)

    stage, _shown = on_meter(act, updates=updates)
    assert set(wishes(stage)[-1]) == set(GET) - {0xC0, 0xE2}


def test_a_held_picture_keeps_its_values() -> None:
    async def act(pilot: Pilot[int]) -> None:
        await pilot.press("space")
        stages[0].hub.publish(value(stages[0], 0xE7, "00000001", 0.0))
        stages[0].app.drain()
        await pilot.pause()

    stages: list[Stage] = []

    def updates(stage: Stage) -> list[Update]:
        stages.append(stage)
        return script(stage)

    _stage, shown = on_meter(act, updates=updates)
    assert "812 W" in row_of(shown, "E7")


# Filter, copy, report


def test_typing_filters_by_code_name_bytes_and_value() -> None:
    for typed, only in (("instant", "E7"), ("toshiba", "8A"), ("0002cf95", "E0"), ("812", "E7")):
        _stage, shown = on_meter(pressed("slash", *typed, "enter"))
        assert f"filter: {typed}" in shown
        assert row_of(shown, only)
        assert "assumed" not in shown


def test_while_typing_letters_are_no_keys_and_esc_shows_all_again() -> None:
    async def act(pilot: Pilot[int]) -> None:
        await pilot.press("slash", *"Gq5")
        assert meter(pilot).typing is Typing.FILTER
        assert meter(pilot).table.needle == "Gq5"
        text = "\n".join(screen_text(pilot.app))  # type: ignore[arg-type]
        assert "no property passes the filter" in text
        await pilot.press("escape")
        assert meter(pilot).table.needle == ""
        assert meter(pilot).typing is Typing.NOTHING

    stage, shown = on_meter(act)
    assert wishes(stage) == [(0x9F, 0xE5)]
    assert "instantaneous power" in shown


def test_the_row_is_copied_without_what_is_hidden() -> None:
    copied: list[str] = []

    async def act(pilot: Pilot[int]) -> None:
        pilot.app.copy_to_clipboard = copied.append  # type: ignore[method-assign]
        await pilot.press("y", "slash", *"serial", "enter", "y")

    _stage, shown = on_meter(act)
    assert copied[0].startswith("E7  instantaneous power  0000032C  812 W  2026-")
    assert copied[1].startswith("8D  serial number  hidden  ******6505  2026-")
    assert "OSC 52" in shown


def test_the_report_is_saved_in_the_folder_of_the_readings(tmp_path: Path) -> None:
    async def act(pilot: Pilot[int]) -> None:
        await pilot.press("D")
        await until(pilot, lambda: any(tmp_path.glob("report-*.txt")))

    on_meter(act, folder=tmp_path)
    (path,) = tmp_path.glob("report-*.txt")
    text = path.read_text()
    assert "E7 G--" in text
    for secret in ("F24G36", "463234473336363530350000", "001C640003ED5A3C", "01234567"):
        assert secret not in text


def test_a_report_that_cannot_be_saved_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    async def act(pilot: Pilot[int]) -> None:
        await pilot.press("D")
        await until(pilot, lambda: "could not be saved" in "\n".join(screen_text(pilot.app)))  # type: ignore[arg-type]

    on_meter(act, folder=tmp_path / "file")


def test_without_a_folder_nothing_is_saved() -> None:
    _stage, shown = on_meter(pressed("D"))
    assert "no folder" in shown


def test_keys_of_other_screens_do_nothing_here() -> None:
    """i arms the console, v turns the link's page, f follows: none of them is the meter's."""
    stage, shown = on_meter(pressed("i", "v", "f", "l", "d", "x", "b"))
    assert "E7 instantaneous power" in shown
    assert wishes(stage) == [(0x9F, 0xE5)]
