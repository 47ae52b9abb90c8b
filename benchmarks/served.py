"""A `semtui log` with the web view on, its emulator in another process."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.processes import houses, user_environment
from tests.programs import COMMAND
from tests.web.crowd import free_port


@contextmanager
def served_log(*, web: bool = True) -> Iterator[tuple[int, int]]:
    """Give the pid of a log that reads the meter, and the port of its web view, if it has one."""
    port = free_port()
    http = ("--http", str(port)) if web else ()
    with houses(1) as [(home, serial, _pid)]:
        log = subprocess.Popen(
            [*COMMAND, "log", "--port", serial, *http],
            env=user_environment(home),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert log.stdout is not None
        try:
            if not log.stdout.readline():
                raise SystemExit("semtui log read nothing")
            yield log.pid, port
        finally:
            log.kill()
            log.wait()
            log.stdout.close()
