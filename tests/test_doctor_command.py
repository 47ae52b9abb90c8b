"""`semtui doctor` as its users run it: a process, a pseudo-terminal, signals and exit codes."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

from semtui.emulator.options import DEFAULT_PASSWORD, DEFAULT_ROUTE_B_ID
from tests.programs import COMMAND, PATIENCE, emulated, environment, run, set_up

HOLD = """
import fcntl, os, sys, termios
descriptor = os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY)
fcntl.flock(descriptor, fcntl.LOCK_EX)
fcntl.ioctl(descriptor, termios.TIOCEXCL)
print("held", flush=True)
sys.stdin.read()
"""


def test_all_is_well_on_a_pseudo_terminal(tmp_path: Path) -> None:
    set_up(tmp_path)
    with emulated(tmp_path, "--speed", "20") as (port, _process):
        done = run(tmp_path, "doctor", "--port", port)
        assert done.returncode == 0, done
        assert "verdict: all well" in done.stdout
        assert f"No other program is seen to use {port}." in done.stdout
        again = run(tmp_path, "doctor", "--port", port, "--json")
    assert again.returncode == 0
    assert json.loads(again.stdout.splitlines()[-1])["verdict"] == "all well"
    for secret in (DEFAULT_ROUTE_B_ID, DEFAULT_ROUTE_B_ID[-8:], DEFAULT_PASSWORD):
        assert secret not in done.stdout + done.stderr + again.stdout + again.stderr


def test_a_port_that_another_process_holds_is_named_with_it(tmp_path: Path) -> None:
    set_up(tmp_path)
    master, slave = pty.openpty()
    port = os.ttyname(slave)
    os.close(slave)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, port], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    try:
        assert holder.stdout.readline() == "held\n"
        done = run(tmp_path, "doctor", "--port", port)
    finally:
        holder.kill()
        holder.wait(PATIENCE)
        holder.stdin.close()
        holder.stdout.close()
        os.close(master)
    assert done.returncode == 3
    assert f"(process {holder.pid})" in done.stdout
    assert "verdict: port" in done.stdout
    assert "next: End that program" in done.stdout


def test_another_semtui_on_the_port_is_named_with_its_key(tmp_path: Path) -> None:
    set_up(tmp_path)
    with emulated(tmp_path, "--speed", "20") as (port, _process):
        log = subprocess.Popen(
            [*COMMAND, "log", "--port", port],
            env=environment(tmp_path),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert log.stdout is not None
        try:
            assert log.stdout.readline()
            done = run(tmp_path, "doctor", "--port", port)
        finally:
            log.kill()
            log.wait(PATIENCE)
            log.stdout.close()
    assert done.returncode == 3
    assert f"(process {log.pid})" in done.stdout
    assert "press F in its dashboard" in done.stdout


def test_an_interrupted_run_ends_clean_with_130(tmp_path: Path) -> None:
    set_up(tmp_path)
    with emulated(tmp_path) as (port, _process):
        doctor = subprocess.Popen(
            [*COMMAND, "doctor", "--port", port],
            env=environment(tmp_path),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert doctor.stderr is not None
        assert "Sweep 1" in doctor.stderr.readline()
        doctor.send_signal(signal.SIGINT)
        out, errors = doctor.communicate(timeout=PATIENCE)
    assert doctor.returncode == 130
    assert "verdict" not in out
    assert "Traceback" not in errors


def test_nothing_is_set_up(tmp_path: Path) -> None:
    done = run(tmp_path, "doctor")
    assert done.returncode == 2
    assert done.stdout.startswith("FAIL  port")
    assert done.stderr == ""


def test_the_demo_is_all_well_and_says_that_it_opens_no_port(tmp_path: Path) -> None:
    done = run(tmp_path, "doctor", "--demo", "--port", "/dev/ttyUSB7")
    assert done.returncode == 0
    assert "verdict: all well" in done.stdout
    assert "--port /dev/ttyUSB7 is not used" in done.stderr


def test_the_log_of_the_demo_says_so_too(tmp_path: Path) -> None:
    done = run(tmp_path, "log", "--demo", "--port", "/dev/ttyUSB7", "--count", "1")
    assert done.returncode == 0
    assert "--port /dev/ttyUSB7 is not used" in done.stderr


def test_the_doctor_knows_no_screen(tmp_path: Path) -> None:
    code = (
        "import sys; from semtui.cli import main; main(['doctor']); "
        "sys.exit('textual' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(tmp_path), capture_output=True, check=False
    )
    assert done.returncode == 0
