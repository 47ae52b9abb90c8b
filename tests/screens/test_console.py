"""The console: what it shows, how it is filtered, and that nothing is sent by mistake."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from semtui.echonet.scale import EnergyScale
from semtui.model import Direction, Level, Notice, SendCommand, Update, WireLine
from semtui.screens.console import IDLE_SECONDS, ConsoleScreen
from semtui.screens.widgets.listing import Item
from semtui.screens.widgets.prompt import Typing
from semtui.view import CONSOLE_LINES
from tests.screens.stage import Stage, screen_text, until

GET = "SKSENDTO 1 FE80:..:5A3C 0E1A 1 000E 108101A705FF010288016201E700"
ANSWER = (
    "ERXUDP FE80:..:5A3C FE80:..:5678 0E1A 0E1A 001C640003ED5A3C 1 0018 "
    "108101A802880105FF017202E7040000032CE804007B002D"
)
SECRET = "00112233445566778899AABBCCDDEEFF"
SIZES = ((80, 24), (120, 36), (40, 12), (20, 5))

Act = Callable[[Pilot[int]], Awaitable[None]]


def script(stage: Stage) -> list[Update]:
    at = stage.scenes.at
    sent, heard = Direction.SENT, Direction.RECEIVED
    return [
        *stage.scenes.ready(),
        WireLine(at, sent, GET),
        WireLine(at, heard, "EVENT 21 FE80:..:5A3C 00"),
        WireLine(at, heard, "OK"),
        Notice(at, Level.WARNING, "something odd", "why", "do this"),
        WireLine(at, heard, "FAIL ER10", b"FAIL ER10\r\n"),
        WireLine(at, heard, ANSWER, b"ERXUDP FE80 \x10\x81\r\n"),
    ]


def on_console(
    act: Act | None = None, size: tuple[int, int] = (80, 24), folder: Path | None = None
) -> tuple[Stage, str]:
    """Play the console with the script; return the stage and the screen."""
    stage = Stage()
    stage.engine.script = script(stage)
    stage.app.data_folder = folder

    async def open_it(pilot: Pilot[int]) -> None:
        await pilot.press("7")
        await pilot.pause()
        if act is not None:
            await act(pilot)
            await pilot.pause()

    return stage, "\n".join(stage.play(size, open_it))


def console(pilot: Pilot[int]) -> ConsoleScreen:
    screen = pilot.app.screen
    assert isinstance(screen, ConsoleScreen)
    return screen


def pressed(*keys: str) -> Act:
    async def act(pilot: Pilot[int]) -> None:
        for key in keys:
            if len(key) > 1 and key[0] == "'":
                await pilot.press(*("space" if c == " " else c for c in key[1:]))
            else:
                await pilot.press(key)
            await pilot.pause()

    return act


def sent(stage: Stage) -> list[str]:
    return [wish.text for wish in stage.engine.intents if isinstance(wish, SendCommand)]


# What is shown


def test_lines_stand_with_their_meaning_under_them() -> None:
    _stage, shown = on_console()
    for fact in (
        "7/7",
        "Wire and log",
        "follow on",
        f"> {GET[:40]}",
        "Get TID 01A7 -> 028801 E7",
        "EVENT 21: sent and acknowledged",
        "WARN something odd: why",
        "do this",
        "ER10: understood, but not possible now",
        "Get_Res TID 01A8  E7 = 812 W, E8 = R 12.3 A T 4.5 A",
        "instantaneous power: 812 W",
        "Send off",
    ):
        assert fact in shown, fact


def test_raw_bytes_are_shown_escaped() -> None:
    _stage, shown = on_console()
    assert r"< ERXUDP FE80 \x10\x81" in shown


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
def test_rows_fill_the_screen_in_both_sets_of_signs(size: tuple[int, int]) -> None:
    for keys in ((), ("a",), ("a", "i"), ("slash", "'EV")):
        _stage, shown = on_console(pressed(*keys), size)
        lines = shown.split("\n")
        assert len(lines) == size[1]
        assert {cell_len(line) for line in lines} == {size[0]}
        assert "a" not in keys or shown.isascii()


def test_view_level_and_decode() -> None:
    async def act(pilot: Pilot[int]) -> None:
        listing = console(pilot).listing
        total = len(listing.items)
        await pilot.press("v")
        wire = len(listing.items)
        assert all(isinstance(item.entry, WireLine) for item in listing.items)
        await pilot.press("v")
        assert len(listing.items) == total - wire
        await pilot.press("l")
        assert listing.items
        assert all(
            isinstance(item.entry, Notice) and item.entry.level is Level.WARNING
            for item in listing.items
        )
        await pilot.press("l")
        assert not listing.items
        await pilot.pause()
        assert "no line passes the filter" in "\n".join(screen_text(pilot.app))
        await pilot.press("l", "v", "d")
        assert len(listing.items) == total

    _stage, shown = on_console(act)
    assert "Get TID 01A7 ->" not in shown


def test_the_text_filter_sees_meanings_and_esc_clears_it() -> None:
    async def act(pilot: Pilot[int]) -> None:
        listing = console(pilot).listing
        total = len(listing.items)
        await pressed("slash", "'ACKNOWL")(pilot)
        assert [item.gist for item in listing.items] == ["EVENT 21: sent and acknowledged"]
        await pressed("enter")(pilot)
        assert "filter: ACKNOWL" in "\n".join(screen_text(pilot.app))
        assert console(pilot).typing is Typing.NOTHING
        await pressed("escape")(pilot)
        assert len(listing.items) == total

    on_console(act)


def test_scrolling_leaves_the_newest_line_and_end_returns() -> None:
    async def act(pilot: Pilot[int]) -> None:
        screen = console(pilot)
        await pressed("up", "up")(pilot)
        assert not screen.listing.follow
        chosen = screen.listing.chosen
        assert chosen is not None
        assert chosen.text.startswith("something odd")
        line = WireLine(chosen.entry.at, Direction.RECEIVED, "OK")
        screen._app.view.apply(line)
        screen.repaint()
        assert screen.listing.chosen is chosen
        assert "follow off" in "\n".join(screen_text(pilot.app))
        await pressed("end")(pilot)
        assert screen.listing.follow
        assert screen.listing.chosen is not None
        assert screen.listing.chosen.entry is line
        await pressed("home")(pilot)
        assert screen.listing.chosen is screen.listing.items[0]
        await pressed("pagedown", "pageup")(pilot)
        assert screen.listing.chosen is screen.listing.items[0]

    on_console(act)


def test_the_list_is_bounded_and_keeps_the_chosen_place() -> None:
    async def act(pilot: Pilot[int]) -> None:
        screen = console(pilot)
        view = screen._app.view
        at = view.console[0].at

        def wire(count: int) -> None:
            for number in range(count):
                later = at + timedelta(seconds=number)
                view.apply(WireLine(later, Direction.RECEIVED, f"OK {number:02X}"))
            screen.repaint()

        wire(100)
        await pressed("up")(pilot)
        chosen = screen.listing.chosen
        wire(CONSOLE_LINES - 2)
        assert screen.listing.chosen is chosen
        wire(CONSOLE_LINES)
        assert len(screen.listing.items) == CONSOLE_LINES
        assert screen.listing.chosen is screen.listing.items[0]
        assert len(screen.listing.window(14)) == 14

    on_console(act)


def test_while_it_is_not_shown_nothing_is_made_of_a_line() -> None:
    async def act(pilot: Pilot[int]) -> None:
        screen = console(pilot)
        before = len(screen.listing.items)
        await pressed("1")(pilot)
        view = screen._app.view
        view.apply(WireLine(view.console[0].at, Direction.RECEIVED, "OK"))
        pilot.app.drain()  # type: ignore[attr-defined]
        assert len(screen.listing.items) == before
        await pressed("7")(pilot)
        assert len(screen.listing.items) == before + 1

    on_console(act)


# Taking lines along


def test_a_line_is_copied_with_its_meaning(monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[str] = []
    monkeypatch.setattr(
        "semtui.app.SemtuiApp.copy_to_clipboard", lambda _app, text: copied.append(text)
    )
    on_console(pressed("y"))
    assert len(copied) == 1
    assert "ERXUDP" in copied[0]
    assert "E7 = 812 W" in copied[0]


def test_what_is_shown_is_saved_for_the_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data"

    async def act(pilot: Pilot[int]) -> None:
        await pressed("v", "x")(pilot)
        await until(pilot, lambda: folder.exists() and bool(list(folder.glob("console-*.txt"))))

    _stage, shown = on_console(act, (120, 36), folder)
    (path,) = folder.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    text = path.read_text()
    assert GET in text
    assert "Get TID 01A7 -> 028801 E7" in text
    assert "something odd" not in text
    assert "The lines are saved" in shown


def test_a_file_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")

    async def act(pilot: Pilot[int]) -> None:
        await pressed("x")(pilot)
        await until(pilot, lambda: "could not be saved" in "\n".join(screen_text(pilot.app)))

    on_console(act, (120, 36), tmp_path / "file")


def test_a_small_terminal_has_room_for_why_it_was_not_saved(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")

    async def act(pilot: Pilot[int]) -> None:
        await pressed("x")(pilot)
        await until(pilot, lambda: "could not be" in "\n".join(screen_text(pilot.app)))
        assert " exists." in "\n".join(screen_text(pilot.app))

    on_console(act, (40, 12), tmp_path / "file" / "of" / "a" / ("long" * 20))


def test_a_refused_filter_begins_anew_by_enter_as_it_says() -> None:
    async def act(pilot: Pilot[int]) -> None:
        await pressed("slash", "'SKSETPWD", "'C", "enter")(pilot)
        assert console(pilot).typing is Typing.FILTER
        await pressed("'FAIL", "enter")(pilot)
        assert console(pilot).listing.needle == "FAIL"

    on_console(act)


# Sending


def test_nothing_is_sent_before_it_is_armed() -> None:
    stage, _shown = on_console(pressed("'SKVED", "enter"))
    assert sent(stage) == []


def test_what_only_reads_goes_out_at_once_and_is_remembered() -> None:
    async def act(pilot: Pilot[int]) -> None:
        await pressed("i", "'sksreg s2", "enter", "'SKVER", "enter")(pilot)
        field = console(pilot).field
        assert field.value == ""
        await pressed("up", "up")(pilot)
        assert field.value == "SKSREG S02"
        await pressed("down", "down")(pilot)
        assert field.value == ""

    stage, shown = on_console(act)
    assert sent(stage) == ["SKSREG S02", "SKVER"]
    assert "ARMED" in shown
    assert "Disarm" in shown


@pytest.mark.parametrize(
    ("answer", "gone"), [("YES", ["SKTERM"]), ("yes", []), ("", []), ("Y", [])]
)
def test_what_changes_something_waits_for_a_typed_yes(answer: str, gone: list[str]) -> None:
    async def act(pilot: Pilot[int]) -> None:
        await pressed("i", "'SKTERM", "enter")(pilot)
        shown = "\n".join(screen_text(pilot.app))
        assert "Ends the session with the meter." in shown
        assert "Type YES" in shown
        assert "10,000" not in shown
        await pressed(f"'{answer}", "enter")(pilot)
        assert console(pilot).typing is Typing.COMMAND

    stage, _shown = on_console(act)
    assert sent(stage) == gone


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
def test_the_flash_is_warned_of(size: tuple[int, int]) -> None:
    async def act(pilot: Pilot[int]) -> None:
        await pressed("i", "'wopt 01", "enter")(pilot)
        shown = "\n".join(screen_text(pilot.app))
        assert "WOPT 01" in shown
        assert "10,000 writes" in shown
        await pressed("escape")(pilot)

    stage, _shown = on_console(act, size)
    assert sent(stage) == []


@pytest.mark.parametrize(
    "line", ["'SKSETPWD C 0123456789AB", f"'SKSETRBID {SECRET}", f"'{SECRET}", "'SKDSLEEP"]
)
def test_secrets_are_refused_and_forgotten(line: str) -> None:
    async def act(pilot: Pilot[int]) -> None:
        await pressed("i", line, "enter")(pilot)
        assert console(pilot).history == []
        await pressed("up")(pilot)

    stage, shown = on_console(act)
    assert sent(stage) == []
    assert SECRET not in shown
    assert "SKSETPWD" not in shown


@pytest.mark.parametrize("command", ["SKSETPWD C ", "SKSETRBID "])
def test_what_is_typed_behind_a_refused_command_comes_to_nothing(command: str) -> None:
    """Key by key, as a hand does it: the refusal comes before the secret itself is typed."""

    async def act(pilot: Pilot[int]) -> None:
        await pressed("i", "'" + command.split()[0])(pilot)
        await pilot.pause()
        for character in " C " + SECRET[:12]:
            await pressed("'" + character)(pilot)
            assert console(pilot).field.value == ""
        await pressed("enter", "'SKVER", "enter")(pilot)

    stage, shown = on_console(act)
    assert sent(stage) == ["SKVER"]
    assert SECRET[:12] not in shown


@pytest.mark.parametrize("keys", [("escape",), ("escape", "1", "7")])
def test_esc_disarms(keys: tuple[str, ...]) -> None:
    stage, shown = on_console(pressed("i", *keys, "'SKVE", "enter"))
    assert sent(stage) == []
    assert "ARMED" not in shown


def test_leaving_the_screen_disarms() -> None:
    async def act(pilot: Pilot[int]) -> None:
        await pressed("i")(pilot)
        pilot.app.action_show("link")  # type: ignore[attr-defined]
        await pilot.pause()
        await pressed("7")(pilot)
        assert console(pilot).typing is Typing.NOTHING

    on_console(act)


def test_five_idle_minutes_disarm() -> None:
    stage = Stage()
    stage.engine.script = script(stage)

    async def act(pilot: Pilot[int]) -> None:
        await pressed("7", "i", "'SK")(pilot)
        stage.clock.advance(IDLE_SECONDS - 1)
        stage.app.drain()
        assert console(pilot).typing is Typing.COMMAND
        stage.clock.advance(1)
        stage.app.drain()
        assert console(pilot).typing is Typing.NOTHING
        await pressed("i", "'SKTERM", "enter")(pilot)
        stage.clock.advance(IDLE_SECONDS)
        stage.app.drain()
        await pilot.pause()
        assert isinstance(pilot.app.screen, ConsoleScreen)

    stage.play((80, 24), act)
    assert sent(stage) == []


def test_the_list_cuts_addresses_so_that_the_data_is_seen() -> None:
    address = "FE80:0000:0000:0000:021C:6400:1556:B0E8"
    raw = f"\r\nEVENT 21 {address} 00\r\n".encode()
    at = Stage("ready").scenes.at
    item = Item(0, WireLine(at, Direction.RECEIVED, "EVENT 21 FE80:..:B0E8 00", raw), EnergyScale())
    assert item.short == "EVENT 21 FE80:..:B0E8 00"
    assert address in item.text, "the chosen line, and what is saved, has all of it"
