"""Fifty browsers, and questions without a pause, while semtui reads the meter."""

from __future__ import annotations

import subprocess
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest

from tests.programs import COMMAND, emulated, environment, set_up
from tests.web.crowd import Crowd, free_port
from tests.web.serving import serving

LISTENERS = 50
RATE = 20.0


def test_every_browser_hears_every_event_in_a_flood() -> None:
    with serving() as desk, Crowd(desk.server.address.port, LISTENERS, RATE) as crowd:
        for _burst in range(20):
            for _reading in range(20):
                desk.read()
            heard = desk.live.number
            crowd.wait_until(
                lambda heard=heard: all(one.numbers[-1:] == [heard] for one in crowd.listeners)
            )
        assert crowd.lost == 0
        assert {len(one.readings) for one in crowd.listeners} == {400}


@pytest.mark.timeout(180)
def test_no_poll_is_missed_for_fifty_browsers(tmp_path: Path) -> None:
    set_up(tmp_path)
    port = free_port()
    talk = tmp_path / "talk"
    with emulated(tmp_path) as (serial, _emulator), talk.open("w") as heard:
        log = subprocess.Popen(
            [*COMMAND, "log", "--port", serial, "--http", str(port)],
            env=environment(tmp_path),
            stdout=subprocess.PIPE,
            stderr=heard,
        )
        try:
            assert log.stdout is not None
            assert log.stdout.readline()
            with Crowd(port, LISTENERS, RATE) as crowd:
                # Four polls, three seconds apart.
                crowd.wait_until(lambda: all(len(one.readings) >= 4 for one in crowd.listeners))
        finally:
            log.kill()
            log.wait()
            if log.stdout is not None:
                log.stdout.close()
    assert f"The web view is on: http://127.0.0.1:{port}/" in talk.read_text()
    assert crowd.lost == 0
    assert {reading["status"] for reading in crowd.listeners[0].readings} == {"ok"}
    times = [datetime.fromisoformat(each["time"]) for each in crowd.listeners[0].readings]
    assert max((b - a).total_seconds() for a, b in pairwise(times)) < 4.5
    assert set(crowd.statuses) == {200}
