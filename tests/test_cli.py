"""The commands as other programs use them: exit codes, stdout for data, stderr for talk."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from semtui.emulator.options import DEFAULT_PASSWORD, DEFAULT_ROUTE_B_ID
from tests.programs import COMMAND, PATIENCE, emulated, environment, run, set_up


def test_version_and_help(tmp_path: Path) -> None:
    assert run(tmp_path, "--version").stdout.startswith("semtui ")
    helped = run(tmp_path, "--help")
    assert helped.returncode == 0
    for command in ("log", "emulate", "decode", "export", "import", "--demo"):
        assert command in helped.stdout


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["--nonsense"], ["log", "--count", "0"], ["decode"]]
)
def test_wrong_usage_is_2(tmp_path: Path, arguments: list[str]) -> None:
    result = run(tmp_path, *arguments)
    assert result.returncode == 2
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


def test_the_dashboard_wants_a_terminal(tmp_path: Path) -> None:
    result = run(tmp_path, "--demo")
    assert result.returncode == 2
    assert "semtui log" in result.stderr


def test_log_without_configuration_says_what_to_do(tmp_path: Path) -> None:
    result = run(tmp_path, "log")
    assert result.returncode == 2
    assert "not set up" in result.stderr


def test_log_prints_a_line_a_reading(tmp_path: Path) -> None:
    set_up(tmp_path)
    with emulated(tmp_path, "--speed", "20", "--watts", "-840", "--amps", "1.0,-2.0") as (port, _):
        plain = run(tmp_path, "log", "--port", port, "--count", "1")
        assert plain.returncode == 0, plain.stderr
        assert "-840 W exporting  R 1.0 A  T -2.0 A" in plain.stdout
        assert "Joined" in plain.stderr
        result = run(tmp_path, "log", "--port", port, "--count", "2", "--json")
        assert "remembered PAN" in result.stderr
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["watts"] for line in lines] == [-840, -840]
    assert (lines[0]["r_ampere"], lines[0]["t_ampere"], lines[0]["status"]) == (1.0, -2.0, "ok")


def test_log_works_on_the_demo(tmp_path: Path) -> None:
    result = run(tmp_path, "log", "--demo", "--count", "1", "--json")
    assert result.returncode == 0, result.stderr
    assert isinstance(json.loads(result.stdout)["watts"], int)


def test_log_says_where_the_web_view_is_and_not_its_token(tmp_path: Path) -> None:
    result = run(tmp_path, "log", "--demo", "--count", "1", "--http", "0.0.0.0:0")
    assert result.returncode == 0, result.stderr
    token = tmp_path / ".config/semtui-demo/web-token"
    assert str(token) in result.stderr
    assert token.read_text().strip() not in result.stdout + result.stderr


def test_verbose_shows_the_wire_without_secrets(tmp_path: Path) -> None:
    set_up(tmp_path)
    with emulated(tmp_path, "--speed", "20") as (port, _):
        result = run(tmp_path, "log", "--port", port, "--count", "1", "--verbose")
    assert "> SKSETPWD ****" in result.stderr
    assert "hidden: PANA" in result.stderr
    for secret in ("00112233445566778899AABBCCDDEEFF", "0123456789AB"):
        assert secret not in result.stderr + result.stdout


def test_a_port_that_is_not_there_is_3(tmp_path: Path) -> None:
    set_up(tmp_path)
    result = run(tmp_path, "log", "--port", str(tmp_path / "ttyNOPE"))
    assert result.returncode == 3
    assert "ttyNOPE" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_file_is_no_port(tmp_path: Path) -> None:
    set_up(tmp_path)
    (tmp_path / "file").write_text("x")
    assert run(tmp_path, "log", "--port", str(tmp_path / "file")).returncode == 3


def test_a_busy_port_is_3_and_its_holder_is_named(tmp_path: Path) -> None:
    set_up(tmp_path)
    other = tmp_path / "other"
    set_up(other)
    with emulated(tmp_path, "--speed", "20") as (port, _):
        first = subprocess.Popen(
            [*COMMAND, "log", "--port", port],
            env=environment(tmp_path),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert first.stdout is not None
        assert first.stdout.readline()
        second = run(other, "log", "--port", port)
        assert second.returncode == 3
        assert str(first.pid) in second.stderr
        same_folder = run(tmp_path, "log", "--port", port)
        assert same_folder.returncode == 1
        assert str(first.pid) in same_folder.stderr
        first.send_signal(signal.SIGINT)
        first.communicate(timeout=PATIENCE)
        assert first.returncode == 130


def test_a_link_that_cannot_be_established_is_4(tmp_path: Path) -> None:
    set_up(tmp_path, password="ZZZZZZZZZZZZ")
    with emulated(tmp_path, "--speed", "50") as (port, _):
        result = run(tmp_path, "log", "--port", port, "--count", "1")
    assert result.returncode == 4
    assert "password" in result.stderr


def test_a_reader_that_has_had_enough_ends_the_run(tmp_path: Path) -> None:
    set_up(tmp_path)
    with emulated(tmp_path, "--speed", "50") as (port, _):
        process = subprocess.Popen(
            [*COMMAND, "log", "--port", port],
            env=environment(tmp_path) | {"SEMTUI_POLL_INTERVAL": "0.1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(PATIENCE) == 0
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()
        process.stderr.close()


@pytest.mark.parametrize(
    "arguments", [["log", "--demo", "--count", "1"], ["decode", "property", "E7", "000000E4"]]
)
def test_an_output_that_is_full_is_1_and_a_sentence(tmp_path: Path, arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        result = subprocess.run(
            [*COMMAND, *arguments],
            env=environment(tmp_path),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    assert result.returncode == 1
    assert "written" in result.stderr
    assert "Traceback" not in result.stderr
    assert "Exception" not in result.stderr


def test_talk_that_nobody_hears_does_not_end_the_run(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    process = subprocess.Popen(
        [*COMMAND, "log", "--demo", "--count", "2", "--verbose"],
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=writer,
        text=True,
    )
    os.close(writer)
    os.close(reader)
    said, _nothing = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert len(said.splitlines()) == 2


def test_decode_of_bytes_that_are_no_text(tmp_path: Path) -> None:
    result = subprocess.run(
        [*COMMAND, "decode", "frame", "-"],
        env=environment(tmp_path) | {"PYTHONIOENCODING": "utf-8:strict"},
        input=b"\xff\n",
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    assert result.returncode == 1
    assert b"Traceback" not in result.stderr
    assert json.loads(result.stdout)["error"]["code"] == "hex"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), (DEFAULT_ROUTE_B_ID, DEFAULT_PASSWORD)),
        (("--password", "ZQ7K4M9XW2PT"), (DEFAULT_ROUTE_B_ID,)),
        (("--id", "FFEEDDCCBBAA99887766554433221100", "--password", "ZQ7K4M9XW2PT"), ()),
    ],
)
def test_emulate_says_what_is_built_in_and_not_what_it_was_given(
    tmp_path: Path, arguments: tuple[str, ...], said: tuple[str, ...]
) -> None:
    talk = tmp_path / "talk"
    with talk.open("w") as stderr, emulated(tmp_path, *arguments, stderr=stderr) as (_, process):
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    lines = talk.read_text().splitlines()
    assert [line.rpartition(" ")[2] for line in lines] == list(said)


def test_emulate_refuses_what_it_does_not_know(tmp_path: Path) -> None:
    for arguments in (["--module", "bp99"], ["--watts", "many"], ["--amps", "1"], ["--id", "12"]):
        result = run(tmp_path, "emulate", *arguments)
        assert result.returncode == 2, arguments
        assert "Traceback" not in result.stderr


def test_decode_prints_json(tmp_path: Path) -> None:
    result = run(tmp_path, "decode", "property", "E0", "0000FE73", "--unit", "0.1")
    assert json.loads(result.stdout) == {"raw": 65139, "kwh": "6513.9"}
    result = run(tmp_path, "decode", "frame", "1081000102880105FF017201E70400000278")
    assert json.loads(result.stdout)["esv_name"] == "Get_Res"
    assert result.returncode == 0


def test_decode_of_bad_input_is_1_with_a_code(tmp_path: Path) -> None:
    result = run(tmp_path, "decode", "frame", "1081")
    assert result.returncode == 1
    assert json.loads(result.stdout)["error"]["code"] == "truncated"


def test_decode_reads_lines_from_stdin(tmp_path: Path) -> None:
    result = run(tmp_path, "decode", "property", "E7", "-", stdin="000000E4\nFFFFFF38\nzz\n")
    said = [json.loads(line) for line in result.stdout.splitlines()]
    assert said[:2] == [{"watts": 228}, {"watts": -200}]
    assert "error" in said[2]
    assert result.returncode == 1


def test_decode_of_a_capture(tmp_path: Path) -> None:
    path = tmp_path / "capture.log"
    path.write_bytes(b"SKSETPWD C 0123456789AB\r\nOK\r\nEVER 1.5.2\r\n")
    from_file = run(tmp_path, "decode", "serial", str(path))
    assert [json.loads(line) for line in from_file.stdout.splitlines()] == [
        {"type": "echo", "text": "SKSETPWD ****"},
        {"type": "ok"},
        {"type": "version", "version": "1.5.2"},
    ]
    from_stdin = run(tmp_path, "decode", "serial", "-", stdin=path.read_text())
    assert from_stdin.stdout == from_file.stdout
    assert (from_file.returncode, from_stdin.returncode) == (0, 0)


@pytest.mark.parametrize("name", ["missing", "."])
def test_a_capture_that_cannot_be_read_is_1(tmp_path: Path, name: str) -> None:
    result = run(tmp_path, "decode", "serial", str(tmp_path / name))
    assert result.returncode == 1
    assert "cannot be read" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_wrong_key_in_the_configuration_is_named_with_the_nearest(tmp_path: Path) -> None:
    set_up(tmp_path)
    path = tmp_path / "my.toml"
    path.write_text("[poll]\nintervall = 3\n")
    result = run(tmp_path, "log", "--config", str(path))
    assert result.returncode == 2
    assert "interval" in result.stderr
    assert str(path) in result.stderr


def test_credentials_that_others_can_read_are_refused(tmp_path: Path) -> None:
    set_up(tmp_path)
    path = tmp_path / ".config/semtui/credentials.toml"
    path.chmod(0o644)
    result = run(tmp_path, "log", "--port", "/dev/null")
    assert result.returncode == 2
    assert "chmod 600" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["log", "--demo", "--count", "1"],
        ["decode", "property", "E7", "000000E4"],
        ["decode", "serial", "/dev/null"],
        ["emulate", "--module", "nope"],
    ],
)
def test_only_the_dashboard_loads_textual(tmp_path: Path, arguments: list[str]) -> None:
    code = (
        "import sys; from semtui.cli import main; main(sys.argv[1:]);"
        "loaded = [name for name in sys.modules if name.split('.')[0] in ('textual', 'rich')];"
        "sys.exit(f'loaded: {loaded[:5]}' if loaded else 0)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert result.returncode == 0, result.stderr
