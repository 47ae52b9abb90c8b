"""The page in a real browser: headless Chromium."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from semtui.clock import SystemClock
from semtui.config import DisplaySettings, Settings
from semtui.model import LinkSnapshot, LinkState, Reading, ReadingStatus
from semtui.storage.history.values import FILE_NAME
from semtui.storage.history.writer import HistoryStore
from semtui.web.access import Address, Gate
from semtui.web.application import WebView
from semtui.web.assets import CHARTS, FOLDER
from semtui.web.live import Live
from semtui.web.server import Server
from tests.web.browser import PROGRAM, Browser
from tests.web.serving import TOKEN, serving

needs_browser = pytest.mark.skipif(not PROGRAM, reason="Chromium is not installed")
needs_charts = pytest.mark.skipif(not (FOLDER / CHARTS).exists(), reason="make web was not run")
pytestmark = [needs_browser, pytest.mark.timeout(300)]

WATTS = "document.querySelector('#gauge .watts')?.textContent"
STATE = "document.getElementById('state').textContent"


class Site:
    """A server on a port that stays, which can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self.clock = SystemClock()
        self.folder = folder
        self.port = 0
        self.start()

    def start(self) -> None:
        settings = Settings(display=DisplaySettings(contract_ampere=40))
        self.live = Live(self.clock, settings)
        gate = Gate(Address("127.0.0.1", 0), None)
        view = WebView(self.live, self.folder / FILE_NAME, gate, print)
        self.server = Server(view, Address("127.0.0.1", self.port), print)
        self.port = self.server.address.port
        self.live.handle(LinkSnapshot(LinkState.READY, self.clock.monotonic(), self.clock.now()))
        self.server.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def read(self, watts: int | None) -> None:
        status = ReadingStatus.OK if watts is not None else ReadingStatus.TIMEOUT
        at, stamp = self.clock.now(), self.clock.monotonic()
        self.live.handle(Reading(at, stamp, watts, None, None, None, status))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Six hours of readings, one a minute, with an hour's gap."""
    clock = SystemClock()
    store = HistoryStore(tmp_path, clock, lambda _update: None)
    for minute in range(360):
        if not 120 <= minute < 180:
            at = clock.now() - timedelta(minutes=360 - minute)
            store.handle(Reading(at, 0.0, 300 + minute, None, None, None, ReadingStatus.OK))
    store.end()
    store.flush()
    running = Site(tmp_path)
    yield running
    running.server.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as opened:
        yield opened


@pytest.fixture
def page(site: Site, browser: Browser) -> Browser:
    browser.resize(1280, 900)
    browser.open(site.url)
    # The page has fetched what is, and listens.
    browser.wait_for("document.getElementById('state')?.textContent === 'reading the meter'")
    browser.problems.clear()
    browser.requested.clear()
    return browser


def test_the_number_follows_and_nothing_is_asked_of_others(site: Site, page: Browser) -> None:
    page.wait_for(WATTS, lambda text: text == "–")
    for watts, shown in ((812, "812"), (1234, "1,234"), (-150, "-150")):
        site.read(watts)
        page.wait_for(WATTS, lambda text, shown=shown: text == shown)
    said = page.value("document.getElementById('gauge').getAttribute('aria-valuetext')")
    assert said.startswith("-150 W exporting")
    assert page.problems == []
    assert [url for url in page.requested if not url.startswith(site.url)] == []


def test_a_number_that_is_old_turns_grey(site: Site, page: Browser) -> None:
    old = site.clock.monotonic() - 60
    at = site.clock.now() - timedelta(seconds=60)
    site.live.handle(Reading(at, old, 812, None, None, None, ReadingStatus.OK))
    page.open(site.url)
    age = "document.querySelector('#gauge .age').textContent"
    page.wait_for(age, lambda text: "no data for" in text)
    assert page.value("document.getElementById('gauge').className") == "stale"


@needs_charts
def test_the_past_is_drawn_with_its_gap_and_can_be_zoomed(site: Site, page: Browser) -> None:
    page.value("document.querySelector('[data-seconds=\"21600\"]').click()")
    shown = "['from', 'to'].map((end) => document.getElementById('history').dataset[end])"
    page.wait_for("document.querySelector('#history canvas') !== null")
    whole = page.wait_for(shown, lambda r: r[0] and 21000 < int(r[1]) - int(r[0]) < 22000)
    box = json.loads(
        page.value(
            "(() => { const box = document.querySelector('#history .u-over');"
            "box.scrollIntoView({block: 'center'});"
            "return JSON.stringify(box.getBoundingClientRect()); })()"
        )
    )
    y = box["y"] + box["height"] / 2
    page.drag((box["x"] + box["width"] * 0.6, y), (box["x"] + box["width"] * 0.8, y))
    part = page.wait_for(shown, lambda r: int(r[1]) - int(r[0]) < 10000)
    assert int(whole[0]) < int(part[0]) < int(part[1]) < int(whole[1])
    assert int(part[1]) - int(part[0]) == pytest.approx(0.2 * 21600, rel=0.05)
    # Two fingers that part show less still.
    page.resize(1280, 900, mobile=True)
    x = box["x"] + box["width"] / 2
    page.touch("touchStart", [(x - 40, y), (x + 40, y)])
    page.touch("touchMove", [(x - 120, y), (x + 120, y)])
    page.touch("touchEnd", [])
    page.wait_for(shown, lambda r: int(r[1]) - int(r[0]) < 0.6 * 0.2 * 21600)
    assert page.problems == []


def test_a_reading_that_is_heard_late_is_as_old_as_it_is(site: Site, page: Browser) -> None:
    site.read(700)
    page.wait_for(WATTS, lambda text: text == "700")
    page.wait_for("document.getElementById('gauge').className", lambda text: text == "")
    # As a phone hears it that was asleep, and is sent what it has missed.
    at, stamp = site.clock.now() - timedelta(seconds=90), site.clock.monotonic() - 90
    site.live.handle(Reading(at, stamp, 650, None, None, None, ReadingStatus.OK))
    page.wait_for(WATTS, lambda text: text == "650")
    page.wait_for("document.getElementById('gauge').className", lambda text: text == "stale")
    assert "no data for 1 min" in page.value("document.querySelector('#gauge .age').textContent")


def test_the_zones_are_those_of_the_contract(site: Site, page: Browser) -> None:
    site.read(500)
    page.wait_for(WATTS, lambda text: text == "500")
    # Of 40 A: below four fifths, above them, and above all of it; as the terminal says it.
    for watts, zone, words in (
        (3100, "", "9.0 A of room"),
        (3300, "high", "7.0 A of room"),
        (4150, "over", "1.5 A above"),
        (-900, "exporting", "40.0 A of room"),
    ):
        site.read(watts)
        page.wait_for(WATTS, lambda text, watts=watts: text == f"{watts:,}")
        assert page.value("document.getElementById('gauge').className") == zone
        assert words in page.value("document.getElementById('room').textContent")
    at, stamp = site.clock.now(), site.clock.monotonic()
    phases = (Decimal("30.1"), Decimal("12.0"))
    site.live.handle(Reading(at, stamp, 3000, *phases, None, ReadingStatus.OK))
    page.wait_for(WATTS, lambda text: text == "3,000")
    assert page.value("document.getElementById('gauge').className") == "over"
    assert "2.1 A above" in page.value("document.getElementById('room').textContent")


@needs_charts
def test_the_navigator_marks_what_is_shown(site: Site, page: Browser) -> None:
    mark = (
        "(() => { const part = document.querySelector('#navigator .u-select')"
        ".getBoundingClientRect(), whole = document.querySelector('#navigator .u-over')"
        ".getBoundingClientRect(); return part.height ? part.width / whole.width : 0; })()"
    )
    # At once, when the page opens: a day is more than the six hours that there are.
    began = time.monotonic()
    page.wait_for(mark, lambda share: share > 0.99)
    page.value("document.querySelector('[data-seconds=\"3600\"]').click()")
    page.wait_for(mark, lambda share: share == pytest.approx(1 / 6, abs=0.02))
    assert time.monotonic() - began < 45, "it was what the page does each minute that marked it"


@needs_charts
def test_a_chart_says_what_it_shows_in_both_languages(site: Site, page: Browser) -> None:
    label = "document.getElementById('history').getAttribute('aria-label')"
    page.wait_for(label, lambda text: text.startswith("History: mean "))
    page.value("document.getElementById('language').click()")
    page.wait_for(label, lambda text: text.startswith("履歴: 平均 "))
    page.value("document.getElementById('language').click()")
    page.wait_for(label, lambda text: text.startswith("History: mean "))


def test_the_range_can_be_downloaded(site: Site, page: Browser) -> None:
    page.value("document.querySelector('[data-seconds=\"21600\"]').click()")
    href = page.wait_for(
        "document.getElementById('csv').hidden ? null : document.getElementById('csv').href",
        lambda text: "every=raw" in text,
    )
    assert href.startswith(f"{site.url}export.csv?")
    rows = page.value(f"fetch('{href}').then((answer) => answer.text())").splitlines()
    assert rows[0].startswith("time,watts,")
    assert len(rows) == pytest.approx(300, abs=15)
    page.value("document.querySelector('[data-seconds=\"2592000\"]').click()")
    page.wait_for("document.getElementById('csv').href", lambda text: "every=1m" in text)


def test_a_server_that_goes_and_comes_back_is_survived(site: Site, page: Browser) -> None:
    site.read(500)
    page.wait_for(WATTS, lambda text: text == "500")
    site.server.stop()
    page.wait_for(STATE, lambda text: "does not answer" in text)
    site.start()
    site.read(777)
    page.wait_for(WATTS, lambda text: text == "777")
    page.wait_for(STATE, lambda text: text == "reading the meter")


def test_the_link_is_told_in_words_of_both_languages(site: Site, page: Browser) -> None:
    site.live.handle(LinkSnapshot(LinkState.SCANNING, site.clock.monotonic(), site.clock.now()))
    page.wait_for(STATE, lambda text: text == "searching for the meter")
    page.value("document.getElementById('language').click()")
    page.wait_for(STATE, lambda text: text == "メーターを探しています")
    assert page.value("document.documentElement.lang") == "ja"
    page.value("document.getElementById('language').click()")
    page.wait_for("document.documentElement.lang", lambda text: text == "en")


def test_with_the_token_nothing_that_the_page_asks_for_is_refused(browser: Browser) -> None:
    with serving(token=TOKEN) as desk:
        browser.open(f"{desk.url}/?token={TOKEN}")
        browser.wait_for(STATE, lambda text: "answer" not in text)
        # A browser asks for it without the cookie, unless it is told to show it.
        manifest = browser.call("Page.getAppManifest")
        assert '"semtui"' in manifest["data"]
        assert TOKEN not in browser.value("location.href")
        assert desk.refusals == []


@pytest.mark.parametrize(("width", "height"), [(360, 740), (820, 1180), (1280, 900)])
def test_nothing_is_wider_than_the_screen(
    site: Site, page: Browser, width: int, height: int
) -> None:
    site.read(12345)
    page.resize(width, height, mobile=width < 1000)
    page.wait_for(WATTS, lambda text: text == "12,345")
    assert page.value("document.documentElement.scrollWidth") <= width
    assert page.problems == []


def test_without_the_chart_library_the_page_says_so(
    tmp_path: Path, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("semtui.web.assets.CHARTS", "vendor/nothing.js")
    site = Site(tmp_path)
    try:
        browser.open(site.url)
        browser.wait_for(
            "document.querySelector('#history .empty')?.textContent",
            lambda text: text is not None and "make web" in text,
        )
        site.read(812)
        browser.wait_for(WATTS, lambda text: text == "812")
    finally:
        site.server.stop()


def test_the_page_is_light(site: Site, page: Browser) -> None:
    page.call("Network.setCacheDisabled", cacheDisabled=True)
    page.bytes = 0
    page.open(site.url)
    page.wait_for("document.querySelectorAll('#bars text').length > 0")
    page.call("Network.setCacheDisabled", cacheDisabled=False)
    assert page.bytes <= 150_000
