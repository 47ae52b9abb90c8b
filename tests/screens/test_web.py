"""The page behind the key W: what it says of the web view, its QR code, and turning it on."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest
import segno
from rich.cells import cell_len
from textual.pilot import Pilot

from semtui.app import SemtuiApp
from semtui.clock import VirtualClock
from semtui.config import HttpSettings, Settings
from semtui.hub import Hub
from semtui.screens.web import QUIET, WebScreen, qr_rows, web_rows
from semtui.web.control import WebControl, WebStatus
from semtui.web.live import Live
from tests.screens.stage import ScriptEngine, Stage, screen_text, until

OPEN = "http://127.0.0.1:3610/"
TOKEN = "kP3vT9xYbQ2mN7wR5sLc8dHf1gJz4aEu"
SECRET = f"http://192.168.1.20:3610/?token={TOKEN}"
LOOPBACK = WebStatus(True, 1, OPEN, OPEN)
NETWORK = WebStatus(True, 2, "http://192.168.1.20:3610/", SECRET)

Modules = list[list[bool]]


def modules_of(rows: list[str], *, ascii_only: bool, dark_ground: bool) -> Modules:
    """Which modules of a drawn code are dark to a camera."""
    drawn: Modules = []
    for row in rows:
        if ascii_only:
            drawn.append([sign == "#" for sign in row[::2]])
            assert row[::2] == row[1::2], "a module is two signs wide"
        else:
            drawn.append([sign in "█▀" for sign in row])
            drawn.append([sign in "█▄" for sign in row])
    return [[module != dark_ground for module in row] for row in drawn]


def said(rows: list[list[tuple[str, str]]]) -> list[str]:
    return ["".join(text for text, _style in row) for row in rows]


@pytest.mark.parametrize("ascii_only", [False, True])
@pytest.mark.parametrize("dark_ground", [False, True])
@pytest.mark.parametrize("text", [OPEN, SECRET])
def test_the_code_is_the_address(text: str, ascii_only: bool, dark_ground: bool) -> None:
    rows = qr_rows(text, ascii_only=ascii_only, dark_ground=dark_ground)
    code = segno.make(text, error="l", micro=False)
    wanted = [[bool(module) for module in row] for row in code.matrix_iter(border=QUIET)]
    seen = modules_of(rows, ascii_only=ascii_only, dark_ground=dark_ground)
    assert seen[: len(wanted)] == wanted
    assert not any(wanted[0]), "around it is a margin of light"
    assert len({len(row) for row in rows}) == 1


def test_off_it_says_how_to_turn_it_on() -> None:
    text = " ".join(said(web_rows(WebStatus(False), 40, ascii_only=False, dark_ground=True)))
    assert "The web view is off." in text
    assert "o turns it on" in text


@pytest.mark.parametrize(
    ("status", "pages"), [(LOOPBACK, "1 page is open."), (NETWORK, "2 pages are open.")]
)
@pytest.mark.parametrize("width", [118, 78, 38, 18])
def test_the_address_can_be_read_and_fits(status: WebStatus, pages: str, width: int) -> None:
    rows = said(web_rows(status, width, ascii_only=False, dark_ground=True))
    assert all(cell_len(row) <= width for row in rows)
    letters = "".join(row[: width - 1].rstrip() for row in rows)
    if width < 78:
        # Above the code, or without one, the address has the whole width.
        letters = "".join(row.rstrip() for row in rows if not set(row) & set("█▀▄"))
        assert status.secret_url in letters
    assert " ".join(pages.split()) in " ".join(" ".join(rows).split())
    assert ("The token lets" in " ".join(rows)) == (status is NETWORK)


def test_a_terminal_that_is_too_narrow_for_the_code_says_so() -> None:
    rows = said(web_rows(NETWORK, 30, ascii_only=False, dark_ground=True))
    assert not any(set(row) & set("█▀▄") for row in rows)
    assert "The QR code needs a wider terminal." in " ".join(rows)
    wide = said(web_rows(NETWORK, 60, ascii_only=False, dark_ground=True))
    assert any(set(row) & set("█▀▄") for row in wide)


def an_app(folder: Path, listen: str) -> tuple[SemtuiApp, WebControl, ScriptEngine]:
    clock, hub = VirtualClock(), Hub()
    live = Live(clock, Settings())
    hub.subscribe(live.handle)
    web = WebControl(live, HttpSettings(listen=listen), folder / "web-token", None, hub.publish)
    engine = ScriptEngine(Stage("ready").engine.script)
    app = SemtuiApp(engine=engine, hub=hub, settings=Settings(), clock=clock, web=web)
    return app, web, engine


def shown(app: SemtuiApp) -> str:
    return "\n".join(screen_text(app))


def test_the_key_opens_it_and_o_turns_it_on_and_off(tmp_path: Path) -> None:
    app, web, engine = an_app(tmp_path, "0")

    async def act(pilot: Pilot[int]) -> None:
        await pilot.press("1")
        await pilot.press("w")
        assert not isinstance(app.screen, WebScreen), "the key is a capital W"
        await pilot.press("W")
        await until(pilot, lambda: isinstance(app.screen, WebScreen))
        assert "The web view is off." in shown(app)
        await pilot.press("o")
        await until(pilot, lambda: "The web view is on." in shown(app))
        url = web.status.url
        assert url in shown(app)
        answer = await asyncio.to_thread(httpx.get, url)
        assert answer.status_code == 200
        await pilot.press("o")
        await until(pilot, lambda: "The web view is off." in shown(app))
        await pilot.press("W")
        await until(pilot, lambda: not isinstance(app.screen, WebScreen))

    _run(app, act, engine, web)


def test_what_keeps_it_from_being_turned_on_is_said(tmp_path: Path) -> None:
    app, web, engine = an_app(tmp_path, "nowhere")

    async def act(pilot: Pilot[int]) -> None:
        await pilot.press("1", "W", "o")
        await until(pilot, lambda: bool(app._notifications))
        [told] = app._notifications
        assert "no address" in told.title
        assert "The web view is off." in shown(app)

    _run(app, act, engine, web)


def _run(app: SemtuiApp, act: object, engine: ScriptEngine, web: WebControl) -> None:
    async def body() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            try:
                await act(pilot)  # type: ignore[operator]
            finally:
                app.stop_event.set()
                engine.release.set()

    try:
        asyncio.run(body())
    finally:
        web.stop()
