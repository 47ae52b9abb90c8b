"""The checks of a serial port: each in one sentence, with one next step."""

from __future__ import annotations

import errno
import grp
import os
import pty
from collections.abc import Iterator
from pathlib import Path

import pytest

from semtui.doctor.checks import PASSIVE, CheckKey, Finding, FindingLevel
from semtui.doctor.patient import look_at
from semtui.doctor.ports import check_port, port_findings
from semtui.storage.lock import FolderLock


@pytest.fixture
def port() -> Iterator[str]:
    """A pseudo-terminal that nobody but this process has open."""
    master, slave = pty.openpty()
    path = os.ttyname(slave)
    os.close(slave)
    yield path
    os.close(master)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A computer without consoles, whose processes have nothing to do with the port."""
    (tmp_path / "dev").mkdir()
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/cmdline").write_text("console=tty1 root=PARTUUID=1 rootwait\n")
    process(tmp_path, 1, "systemd", "/sbin/init")
    process(tmp_path, 700, "agetty", "/sbin/agetty", "-", "tty1")
    return tmp_path


def process(root: Path, pid: int, name: str, *arguments: str, unit: str = "") -> Path:
    folder = root / "proc" / str(pid)
    (folder / "fd").mkdir(parents=True)
    (folder / "comm").write_text(f"{name}\n")
    (folder / "cmdline").write_text("".join(f"{argument}\0" for argument in arguments))
    (folder / "cgroup").write_text(f"0::/system.slice/{unit}\n")
    return folder


def levels(findings: list[Finding]) -> list[FindingLevel]:
    return [finding.level for finding in findings]


def only(findings: list[Finding], level: FindingLevel) -> Finding:
    (found,) = [finding for finding in findings if finding.level is level]
    assert found.title
    assert level is FindingLevel.OK or found.hint
    return found


def test_all_is_well(port: str, root: Path) -> None:
    findings = check_port(port, root)
    assert levels(findings) == [FindingLevel.OK, FindingLevel.OK]
    assert findings[0].title == f"{port} is a serial port."
    assert findings[1].title == f"No other program is seen to use {port}."


def test_on_this_very_computer(port: str) -> None:
    assert set(levels(check_port(port))) == {FindingLevel.OK}


def test_a_port_that_is_not_there(root: Path) -> None:
    (finding,) = check_port("/dev/ttyUSB987", root)
    assert finding.level is FindingLevel.FAIL
    assert finding.title.startswith("There is no serial port /dev/ttyUSB987.")
    assert "Plug the module in" in finding.hint


def test_no_port_at_all(root: Path) -> None:
    (finding,) = check_port("", root)
    assert finding.level is FindingLevel.FAIL
    assert finding.title.startswith("No serial port is set. ")
    assert "semtui --port" in finding.hint


@pytest.mark.parametrize("url", ["socket://", "socket://pi", "rfc2217://pi", "socket://pi:x"])
def test_a_host_without_a_port_number(url: str, root: Path) -> None:
    (finding,) = check_port(url, root)
    assert finding.level is FindingLevel.FAIL
    assert finding.title.startswith(f"{url} does not say which port number")
    assert finding.hint


def test_a_header_port_that_is_switched_off(root: Path) -> None:
    (finding,) = check_port("/dev/ttyAMA987", root)
    assert "raspi-config" in finding.hint


def test_a_link_to_nowhere(root: Path) -> None:
    (root / "dev/serial0").symlink_to("ttyS0")
    assert levels(check_port(str(root / "dev/serial0"), root)) == [FindingLevel.FAIL]


@pytest.mark.parametrize("kind", ["file", "folder", "null"])
def test_what_is_no_serial_port(root: Path, kind: str) -> None:
    path = root / kind
    if kind == "file":
        path.touch()
    elif kind == "folder":
        path.mkdir()
    else:
        path = Path(os.devnull)
    (finding,) = check_port(str(path), root)
    assert finding.title.startswith(f"{path} is not a serial port.")
    assert finding.level is FindingLevel.FAIL


def test_a_port_that_this_user_may_not_open(
    port: str, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The superuser may open everything, so the refusal is played.
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)
    os.chmod(port, 0o600)
    finding = only(check_port(port, root), FindingLevel.FAIL)
    assert finding.key is CheckKey.PERMISSION
    assert finding.title.startswith(f"This user may not open {port}. ")
    assert finding.hint


def test_a_port_that_another_program_has_locked_is_still_a_port(
    port: str, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # TIOCEXCL does not stop the superuser, so the refusal is played.
    def refuse(_path: str, _flags: int) -> int:
        raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))

    folder = process(root, 4321, "cu", "cu", "-l", port)
    (folder / "fd/3").symlink_to(port)
    monkeypatch.setattr(os, "open", refuse)
    finding = only(check_port(port, root), FindingLevel.FAIL)
    assert f"It is held by cu -l {port} (process 4321)." in finding.title


@pytest.mark.parametrize("console", ["{name}", "{name},115200", "serial0,115200n8", "serial0"])
def test_the_kernels_console(port: str, root: Path, console: str) -> None:
    (root / "dev/serial0").symlink_to(port)
    named = console.format(name=port.removeprefix("/dev/"))
    (root / "proc/cmdline").write_text(f"console=tty1 console={named} rootwait\n")
    finding = only(check_port(port, root), FindingLevel.WARN)
    assert "kernel prints its messages" in finding.title
    assert "raspi-config" in finding.hint


def test_another_ports_console_is_no_matter(port: str, root: Path) -> None:
    (root / "proc/cmdline").write_text(f"console={port.removeprefix('/dev/')}9 noconsole={port}\n")
    assert set(levels(check_port(port, root))) == {FindingLevel.OK}


def test_a_login_console_by_its_unit(port: str, root: Path) -> None:
    name = port.removeprefix("/dev/").replace("/", "-")
    arguments = ("/sbin/agetty", "-o", "-p -- \\u", "--keep-baud", "115200", "-", "vt220")
    process(root, 812, "agetty", *arguments, unit=f"serial-getty@{name}.service")
    finding = only(check_port(port, root), FindingLevel.FAIL)
    assert finding.title == f"A login console runs on {port}: agetty (process 812)."
    assert "serial-getty@" in finding.hint


@pytest.mark.parametrize("prefix", ["", "/dev/"])
def test_a_login_console_by_its_arguments(port: str, root: Path, prefix: str) -> None:
    process(root, 812, "getty", "/sbin/getty", "-L", prefix + port.removeprefix("/dev/"), "115200")
    assert "login console" in only(check_port(port, root), FindingLevel.FAIL).title


def test_a_login_console_with_a_name_half_typed(port: str, root: Path) -> None:
    name = port.removeprefix("/dev/").replace("/", "-")
    process(root, 812, "login", "/bin/login", "-p", unit=f"serial-getty@{name}.service")
    finding = only(check_port(port, root), FindingLevel.FAIL)
    assert finding.title == f"A login console runs on {port}: login (process 812)."


def test_a_getty_is_told_once_though_the_kernel_prints_there_too(port: str, root: Path) -> None:
    name = port.removeprefix("/dev/")
    process(root, 812, "agetty", "/sbin/agetty", name)
    (root / "proc/cmdline").write_text(f"console={name},115200\n")
    assert levels(check_port(port, root)).count(FindingLevel.FAIL) == 1
    assert FindingLevel.WARN not in levels(check_port(port, root))


def test_a_program_that_has_the_port_open(port: str, root: Path) -> None:
    folder = process(root, 4321, "python3", "python3", "sem_com.py")
    (folder / "fd/3").symlink_to(port)
    finding = only(check_port(port, root), FindingLevel.FAIL)
    assert "It is held by python3 sem_com.py (process 4321)." in finding.title
    assert "End that program" in finding.hint


def test_the_debug_connector_of_a_pi_5(
    root: Path, monkeypatch: pytest.MonkeyPatch, port: str
) -> None:
    link = root / "dev/serial0"
    link.symlink_to(port)
    real = os.path.realpath
    monkeypatch.setattr(
        os.path,
        "realpath",
        lambda path: "/dev/ttyAMA10" if os.fspath(path) == str(link) else real(path),
    )
    finding = only(check_port(str(link), root), FindingLevel.WARN)
    assert "debug connector" in finding.title
    assert "dtparam=uart0=on" in finding.hint


def test_a_computer_without_proc(port: str, tmp_path: Path) -> None:
    assert set(levels(check_port(port, tmp_path))) == {FindingLevel.OK}


@pytest.mark.parametrize("url", ["socket://pi:4000", "rfc2217://pi:4000"])
def test_a_port_on_the_network(url: str, root: Path) -> None:
    (finding,) = check_port(url, root)
    assert finding.level is FindingLevel.OK
    assert url in finding.title


def held_by(root: Path, port: str, *arguments: str, fdinfo: str = "") -> None:
    folder = process(root, 4321, "python3", *arguments)
    (folder / "fd/3").symlink_to(port)
    (folder / "fdinfo").mkdir()
    (folder / "fdinfo/4").write_text(fdinfo)


def test_another_semtui_is_named_with_the_key_that_shows_the_same(port: str, root: Path) -> None:
    held_by(root, port, "python3", "/home/pi/.local/bin/semtui", "log")
    finding = only(check_port(port, root), FindingLevel.FAIL)
    assert "press F in its dashboard" in finding.hint
    assert "kill 4321" in finding.hint


def test_whoever_plays_the_other_end_of_a_pseudo_terminal_does_not_hold_it(
    port: str, root: Path
) -> None:
    number = port.rpartition("/")[2]
    held_by(root, port, "semtui", "emulate", fdinfo=f"pos:\t0\ntty-index:\t{number}\n")
    assert set(levels(check_port(port, root))) == {FindingLevel.OK}


def test_a_holders_words_stay_on_one_line(port: str, root: Path) -> None:
    held_by(root, port, "python3", "-c", "import serial\nserial.Serial()")
    shown = repr(check_port(port, root))
    assert "python3 -c import serial serial.Serial() (process 4321)" in shown


@pytest.mark.parametrize("flag", ["--password", "--id", "PASSWORD=x"])
def test_a_holders_secrets_are_not_shown(port: str, root: Path, flag: str) -> None:
    secret = "ZQ7K4M9XW2PT"
    held_by(root, port, "semtui", "emulate", flag, secret)
    shown = repr(check_port(port, root))
    assert "semtui emulate (process 4321)" in shown
    assert secret not in shown


def test_every_check_says_something_when_all_is_well(port: str, root: Path) -> None:
    findings = list(port_findings(port, root))
    assert [finding.key for finding in findings] == list(PASSIVE)
    assert all(finding.title for finding in findings)


def test_the_group_says_by_what_right_the_port_opens(
    port: str, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    members: list[str] = []
    entry = grp.struct_group(("dialout", "x", 20, members))
    monkeypatch.setattr(grp, "getgrgid", lambda _number: entry)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("LOGNAME", "taro")

    def said() -> str:
        (finding,) = [each for each in port_findings(port, root) if each.key is CheckKey.GROUP]
        return finding.title

    own = os.stat(port).st_gid
    monkeypatch.setattr(os, "getgroups", lambda: [own])
    assert said() == "It belongs to the group dialout, and this login is in it."
    monkeypatch.setattr(os, "getgroups", list)
    assert "another reason" in said()
    members.append("taro")
    assert "since after this login" in said()


def test_a_port_that_is_open_here_is_not_opened_again(
    port: str, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_path: str, _flags: int) -> int:
        raise AssertionError("opened")

    monkeypatch.setattr(os, "open", refuse)
    assert len(list(port_findings(port, root, ours=True))) == len(PASSIVE)


def test_another_semtui_on_another_port_is_a_warning(port: str, tmp_path: Path) -> None:
    with FolderLock(tmp_path):
        finding = only(list(look_at(port, tmp_path)), FindingLevel.WARN)
        assert f"process {os.getpid()}" in finding.title
        assert "Press F in its dashboard" in finding.hint
    assert FindingLevel.WARN not in levels(list(look_at(port, tmp_path)))
    assert FindingLevel.WARN not in levels(list(look_at(port, tmp_path / "missing")))
    assert not (tmp_path / "missing").exists()
