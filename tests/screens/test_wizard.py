"""The set-up wizard on fake services: checks as typed, nothing saved early, no secret shown."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.events import Key, Paste
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from semtui.errors import ConfigError
from semtui.model import Credentials
from semtui.screens.setup_services import Answers
from semtui.screens.wizard import SetupApp, SetupServices
from tests.screens.stage import screen_text

ROUTE_B_ID = "00112233445566778899AABBCCDDEEFF"
PASSWORD = "ZQ7K4M9XW2PT"


class Grade(Enum):
    OK = "ok"
    WARN = "warn"


@dataclass(frozen=True)
class Port:
    path: str
    description: str


@dataclass(frozen=True)
class Check:
    level: Grade
    title: str
    hint: str = ""


@dataclass
class Bench:
    """Services that remember what was saved."""

    ports: list[Port] = field(
        default_factory=lambda: [Port("/dev/ttyS0", "UART"), Port("/dev/ttyUSB0", "FT230X")]
    )
    saved: list[tuple[str, object]] = field(default_factory=list)
    refuse: bool = False

    def services(self) -> SetupServices:
        return SetupServices(
            list_ports=lambda: self.ports,
            check_port=self.check,
            parse_route_b_id=lambda text: self.parse(text.replace(" ", ""), 32, "route-B id"),
            parse_password=lambda text: self.parse(text, 12, "password"),
            read_user_conf=self.read,
            check_setting=self.setting,
            save_credentials=self.save_credentials,
            save_settings=self.save_settings,
        )

    def check(self, path: str) -> list[Check]:
        if path == "/dev/ttyS0":
            return [Check(Grade.WARN, "a console uses it", "switch the console off")]
        return [Check(Grade.OK, "nobody else holds it")]

    def parse(self, text: str, length: int, what: str) -> str:
        if len(text) != length:
            raise ConfigError(f"The {what} has {len(text)} characters; it must have {length}.")
        return text

    def read(self, path: Path) -> Credentials:
        if path.name != "user_conf.py":
            raise ConfigError("There is no such file.", hint="Give its whole path.")
        return Credentials(ROUTE_B_ID, PASSWORD)

    def setting(self, key: str, value: object) -> object:
        assert key == "poll.interval"
        try:
            return float(str(value))
        except ValueError as error:
            raise ConfigError("That is no number of seconds.") from error

    def save_credentials(self, path: Path, credentials: Credentials) -> None:
        if self.refuse:
            raise ConfigError("The file cannot be written.", hint="See who owns the folder.")
        self.saved.append((path.name, (credentials.route_b_id, credentials.password)))

    def save_settings(self, path: Path, changes: Mapping[str, object]) -> None:
        self.saved.append((path.name, dict(changes)))


Act = Callable[[Pilot[bool]], Awaitable[None]]


def play(
    bench: Bench,
    act: Act,
    size: tuple[int, int] = (80, 24),
    ascii: bool = False,
    port: str = "",
    saved: Credentials | None = None,
) -> SetupApp:
    app = SetupApp(
        bench.services(),
        config=Path("/etc/x/config.toml"),
        credentials=Path("/etc/x/credentials.toml"),
        port=port,
        saved=saved,
        ascii=ascii,
    )

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await act(pilot)

    asyncio.run(run())
    return app


def text(pilot: Pilot[bool]) -> str:
    return "\n".join(screen_text(pilot.app))


async def answer(pilot: Pilot[bool], *texts: str) -> None:
    """Paste each text into the field and press enter, as one does with a long id."""
    for words in texts:
        pilot.app.post_message(Paste(words))
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()


async def paste(pilot: Pilot[bool], words: str) -> None:
    """Paste into the field."""
    pilot.app.post_message(Paste(words))
    await pilot.pause()


@pytest.mark.parametrize("ascii", [False, True])
@pytest.mark.parametrize("size", [(120, 36), (80, 24), (40, 12)])
def test_the_whole_way(size: tuple[int, int], ascii: bool) -> None:
    bench = Bench()

    async def act(pilot: Pilot[bool]) -> None:
        def look() -> str:
            lines = screen_text(pilot.app)
            assert {cell_len(line) for line in lines} == {size[0]}
            assert not ascii or "".join(lines).isascii()
            shown = "\n".join(lines)
            assert ROUTE_B_ID not in shown
            assert PASSWORD not in shown
            return shown

        assert "1 of 5" in look()
        await pilot.press("down", "enter")
        assert "2 of 5" in look()
        await paste(pilot, ROUTE_B_ID)
        assert "complete" in look()
        await pilot.press("enter")
        await paste(pilot, PASSWORD)
        assert "3 of 5" in look()
        await pilot.press("enter", "backspace", "5", "enter")
        assert "5 of 5" in look()
        assert bench.saved == []
        await pilot.press("enter")

    app = play(bench, act, size, ascii)
    assert app.return_value is True
    assert bench.saved == [
        ("credentials.toml", (ROUTE_B_ID, PASSWORD)),
        ("config.toml", {"port.url": "/dev/ttyUSB0", "poll.interval": 5.0}),
    ]


def test_what_is_set_up_is_kept_by_enter_and_the_secrets_are_not_shown() -> None:
    bench = Bench()

    async def act(pilot: Pilot[bool]) -> None:
        assert "/dev/somewhere" in text(pilot)
        await pilot.press("enter")
        assert "enter keeps" in text(pilot)
        await pilot.press("ctrl+r", "enter")
        await pilot.press("ctrl+r")
        assert ROUTE_B_ID not in text(pilot)
        assert PASSWORD not in text(pilot)
        await pilot.press("enter")
        for secret in (PASSWORD, ROUTE_B_ID):
            await pilot.press("escape", "ctrl+r")
            assert "enter keeps" in text(pilot)
            assert secret not in text(pilot)
        await pilot.press("enter", "enter")
        await pilot.press("backspace", "5", "enter", "enter")

    saved = Credentials(ROUTE_B_ID, PASSWORD)
    app = play(bench, act, port="/dev/somewhere", saved=saved)
    assert app.return_value is True
    assert bench.saved == [
        ("credentials.toml", (ROUTE_B_ID, PASSWORD)),
        ("config.toml", {"port.url": "/dev/somewhere", "poll.interval": 5.0}),
    ]


def test_keys_that_come_at_once_are_done_in_their_order() -> None:
    async def act(pilot: Pilot[bool]) -> None:
        await pilot.press("down", "down", "enter")
        for key in ("x", "backspace", "/", "a", "ctrl+u", "/", "d", "e", "v", "/", "b"):
            character = key if len(key) == 1 else None
            pilot.app.post_message(Key("slash" if key == "/" else key, character))
        await pilot.pause()
        assert pilot.app.screen.query_one(Input).value == "/dev/b"

    play(Bench(), act)


def test_a_port_is_checked_when_it_is_pointed_at() -> None:
    async def act(pilot: Pilot[bool]) -> None:
        shown = text(pilot)
        assert "a console uses it" in shown
        assert "switch the console off" in shown
        await pilot.press("down")
        assert "nobody else holds it" in text(pilot)

    play(Bench(), act)


def test_no_port_says_what_to_do_and_looks_again() -> None:
    bench = Bench(ports=[])

    async def act(pilot: Pilot[bool]) -> None:
        assert "No serial port was found" in text(pilot)
        bench.ports = [Port("/dev/ttyACM0", "a module")]
        await pilot.press("ctrl+l")
        await pilot.pause()
        assert "/dev/ttyACM0" in text(pilot)

    play(bench, act)


def test_a_port_can_be_typed() -> None:
    bench = Bench(ports=[])

    async def act(pilot: Pilot[bool]) -> None:
        await pilot.press("enter")
        await answer(pilot, "socket://pi:4000", ROUTE_B_ID, PASSWORD)
        await pilot.press("enter", "enter")

    assert play(bench, act).return_value is True
    assert ("config.toml", {"port.url": "socket://pi:4000", "poll.interval": 3.0}) in bench.saved


def test_an_id_is_pasted_whole_over_several_lines() -> None:
    bench = Bench(ports=[])

    async def act(pilot: Pilot[bool]) -> None:
        await pilot.press("enter")
        await answer(pilot, "socket://pi:4000")
        field = pilot.app.screen.query_one("#answer", Input)
        field.post_message(Paste(f"\n{ROUTE_B_ID[:16]}\n{ROUTE_B_ID[16:]}\n"))
        await pilot.pause()
        assert field.value == ROUTE_B_ID

    play(bench, act)


def test_going_back_to_the_port_keeps_the_one_that_was_chosen() -> None:
    async def act(pilot: Pilot[bool]) -> None:
        await pilot.press("down", "enter")
        await pilot.press("escape")
        ports = pilot.app.screen.query_one("#ports", OptionList)
        assert ports.highlighted == 1

    play(Bench(), act)


def test_a_wrong_answer_is_told_and_not_taken() -> None:
    async def act(pilot: Pilot[bool]) -> None:
        await pilot.press("enter", *"0011", "enter")
        shown = text(pilot)
        assert "2 of 5" in shown
        assert "has 4 characters; it must have 32" in shown
        await pilot.press(*["backspace"] * 4, "enter")
        assert "An answer is needed here." in text(pilot)

    play(Bench(), act)


def test_typing_is_hidden_until_ctrl_r() -> None:
    async def act(pilot: Pilot[bool]) -> None:
        await pilot.press("enter")
        await paste(pilot, ROUTE_B_ID)
        assert "*" * 32 in text(pilot)
        await pilot.press("ctrl+r")
        assert ROUTE_B_ID in text(pilot)
        await pilot.press("ctrl+r")
        assert ROUTE_B_ID not in text(pilot)
        await pilot.press("ctrl+r", "enter")
        await pilot.pause()
        await paste(pilot, PASSWORD)
        assert PASSWORD not in text(pilot), "each secret is hidden anew"

    play(Bench(), act)


def test_user_conf_is_read() -> None:
    bench = Bench()

    async def act(pilot: Pilot[bool]) -> None:
        await pilot.press("enter", "ctrl+o")
        await answer(pilot, "nothing.py")
        assert "There is no such file." in text(pilot)
        await pilot.press("escape", "ctrl+o")
        await answer(pilot, "/pi/user_conf.py")
        shown = text(pilot)
        assert "4 of 5" in shown
        await pilot.press("enter", "enter")

    assert play(bench, act).return_value is True
    assert bench.saved[0] == ("credentials.toml", (ROUTE_B_ID, PASSWORD))


def test_back_and_leave_save_nothing() -> None:
    bench = Bench()

    async def act(pilot: Pilot[bool]) -> None:
        await pilot.press("enter")
        await answer(pilot, ROUTE_B_ID)
        await pilot.press("escape")
        assert "2 of 5" in text(pilot)
        await pilot.press("escape", "escape")
        assert "1 of 5" in text(pilot)
        await pilot.press("ctrl+q")

    assert play(bench, act).return_value is False
    assert bench.saved == []


def test_a_file_that_cannot_be_written_is_told_and_can_be_tried_again() -> None:
    bench = Bench(refuse=True)

    async def act(pilot: Pilot[bool]) -> None:
        await pilot.press("enter")
        await answer(pilot, ROUTE_B_ID, PASSWORD)
        await pilot.press("enter", "enter")
        assert "The file cannot be written." in text(pilot)
        bench.refuse = False
        await pilot.press("enter")

    assert play(bench, act).return_value is True


def test_answers_never_print_their_secrets() -> None:
    answers = Answers("/dev/ttyS0", ROUTE_B_ID, PASSWORD)
    assert ROUTE_B_ID not in repr(answers)
    assert PASSWORD not in repr(answers)


def test_going_back_to_a_typed_port_opens_its_field_again() -> None:
    async def act(pilot: Pilot[bool]) -> None:
        await pilot.press("down", "down", "enter")
        await answer(pilot, "socket://pi:4000")
        await pilot.press("escape")
        field = pilot.app.screen.query_one("#answer", Input)
        assert field.display
        assert field.value == "socket://pi:4000"
        await pilot.press("escape")
        assert not field.display
        assert pilot.app.screen.query_one("#ports", OptionList).display

    play(Bench(), act)


def test_a_long_finding_wraps_beside_its_grade() -> None:
    bench = Bench()
    words = " ".join(["words"] * 30)
    bench.check = lambda _path: [Check(Grade.WARN, words, words)]  # type: ignore[method-assign]

    async def act(pilot: Pilot[bool]) -> None:
        await pilot.pause()
        lines = [line for line in text(pilot).splitlines() if "words" in line]
        assert len(lines) >= 6
        assert lines[0].startswith("  warn  words")
        assert all(line.startswith("        words") for line in lines[1:])

    play(bench, act)
