"""`semtui pingpong` as its users run it: two processes on `semtui emulate --boards 2`."""

from __future__ import annotations

import csv
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.programs import COMMAND, PATIENCE, environment, run


@contextmanager
def two_ports(home: Path, *arguments: str) -> Iterator[tuple[str, str]]:
    """The paths of two emulated boards on one air."""
    process = subprocess.Popen(
        [*COMMAND, "emulate", "--boards", "2", *arguments],
        env=environment(home),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        lines = [process.stdout.readline().split() for _ in range(2)]
        assert [word for word, _path in lines] == ["ready", "ready"]
        yield lines[0][1], lines[1][1]
    finally:
        process.kill()
        process.wait(PATIENCE)
        process.stdout.close()


def begin(home: Path, role: str, port: str, *arguments: str) -> subprocess.Popen[str]:
    """Start one side."""
    return subprocess.Popen(
        [*COMMAND, "pingpong", "--plain", "--role", role, "--port", port, *arguments],
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def counts(output: str) -> dict[str, int]:
    """What the summary says of each count."""
    line = next(line for line in output.splitlines() if line.startswith("sent "))
    return {name: int(value) for name, value in re.findall(r"([a-z]+) (\d+)", line)}


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_a_thousand_exchanges_between_two_processes_and_none_is_lost(
    tmp_path: Path, transport: str
) -> None:
    file = tmp_path / "exchanges.csv"
    wanted = ("--transport", transport, "--count", "1000")
    with two_ports(tmp_path, "--speed", "1000") as (one, other):
        host = begin(tmp_path, "coordinator", one, *wanted)
        device = begin(tmp_path, "device", other, *wanted, "--csv", str(file))
        said, talk = device.communicate(timeout=PATIENCE)
        answered, host_talk = host.communicate(timeout=PATIENCE)
    assert (device.returncode, host.returncode) == (0, 0), (talk, host_talk)
    for output in (said, answered):
        found = counts(output)
        assert (found["sent"], found["answered"], found["lost"]) == (1000, 1000, 0)
    assert "Ping...(0999)" in said
    assert "Pong...(0999)" in answered
    assert re.search(r"round trip ms: min [\d.]+  median [\d.]+  p95", said)
    with file.open() as opened:
        rows = list(csv.DictReader(opened))
    assert [int(row["number"]) for row in rows] == list(range(1000))
    assert {row["outcome"] for row in rows} == {"answered"}


def test_ctrl_c_ends_both_sides_with_their_summaries(tmp_path: Path) -> None:
    with two_ports(tmp_path, "--speed", "1000") as (one, other):
        sides = [
            begin(tmp_path, "coordinator", one),
            begin(tmp_path, "device", other, "--transport", "tcp"),
        ]
        assert sides[1].stdout is not None
        sides[1].stdout.readline()
        for side in reversed(sides):
            side.send_signal(signal.SIGINT)
            output, talk = side.communicate(timeout=PATIENCE)
            assert side.returncode == 130, talk
            assert counts(output)["lost"] == 0
            assert "Traceback" not in talk


def test_a_device_without_a_coordinator_fails_as_a_link(tmp_path: Path) -> None:
    with two_ports(tmp_path, "--speed", "1000") as (one, _other):
        device = begin(tmp_path, "device", one, "--count", "3")
        output, talk = device.communicate(timeout=PATIENCE)
    assert device.returncode == 4
    assert counts(output)["sent"] == 0
    assert "No coordinator with the pairing id PingPong" in talk


def test_a_lossy_air_ends_with_one(tmp_path: Path) -> None:
    arguments = ("--speed", "1000", "--scenario", "loss:30", "--seed", "3")
    with two_ports(tmp_path, *arguments) as (one, other):
        host = begin(tmp_path, "coordinator", one)
        device = begin(tmp_path, "device", other, "--count", "20", "--timeout", "0.2")
        output, talk = device.communicate(timeout=PATIENCE)
        host.send_signal(signal.SIGTERM)
        host.communicate(timeout=PATIENCE)
    assert device.returncode == 1, talk
    found = counts(output)
    assert found["answered"] + found["lost"] == 20
    assert found["lost"] > 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--role", "device", "--pairing-id", "Ping"), "4 characters"),
        (("--role", "device", "--size", "1233"), "1233 bytes"),
        (("--role", "device", "--sweep"), "needs a count"),
        (("--role", "device", "--gap", "nan"), "not a time"),
        (("--role", "device"), "no port"),
        (("--role", "device", "--record", "x.semrec"), "cannot be recorded"),
    ],
)
def test_bad_wishes_are_wrong_usage(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    done = run(tmp_path, "pingpong", *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_in_use_is_said_with_the_way_to_borrow_it(tmp_path: Path) -> None:
    with two_ports(tmp_path) as (one, _other):
        first = begin(tmp_path, "coordinator", one)
        assert first.stderr is not None
        first.stderr.readline()
        done = run(tmp_path, "pingpong", "--role", "device", "--port", one)
        first.send_signal(signal.SIGINT)
        first.communicate(timeout=PATIENCE)
    assert done.returncode == 3
    assert "in use" in done.stderr
    assert "key 6" in done.stderr


def test_a_file_that_cannot_be_made_ends_it_at_once(tmp_path: Path) -> None:
    done = run(
        tmp_path, "--demo", "pingpong", "--role", "device", "--csv", str(tmp_path / "no" / "x.csv")
    )
    assert done.returncode == 1
    assert "cannot be written" in done.stderr
