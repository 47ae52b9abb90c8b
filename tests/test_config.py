"""Settings: from where they come, what they may be, and what is said when they may not."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from semtui.config import Loaded, Settings, load_settings
from semtui.errors import ConfigError
from semtui.paths import default_paths

FULL = """\
# my meter
[port]
url = "/dev/ttyUSB0"  # the stick
baud = 9600

[link]
cached_join = false
scan_durations = [6, 7]
backoff = [10, 20.5]
backoff_jitter = 0
reopen_seconds = 7
join_tries = 1
deaf_after = 9
deaf_steps = ["join", "join", "open"]
failing_after = 0
failing_steps = ["scan"]
terminate_seconds = 0

[poll]
interval = 10
energy_interval = 30
answer_timeout = 25
answer_timeout_multi = 70

[storage]
folder = "/mnt/usb/データ"
csv = false
sync_seconds = 300
history = false
commit_seconds = 90
keep_days = 400

[display]
theme = "ansi"
ascii = true
contract_ampere = 40

[gpio]
reset = true
reset_pin = 17
led = true
led_pin = 27
[http]
listen = "0.0.0.0:3610"
open = true
names = "meter.home"
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "semtui" / "config.toml"


def written(path: Path, text: str | bytes) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def load(
    path: Path | None,
    environ: Mapping[str, str] | None = None,
    overrides: Mapping[str, object] | None = None,
) -> Loaded:
    file = path or default_paths().config
    return load_settings(file, environ or {}, overrides or {}, must_exist=path is not None)


def refusal(
    path: Path | None,
    environ: Mapping[str, str] | None = None,
    overrides: Mapping[str, object] | None = None,
) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        load(path, environ, overrides)
    assert caught.value.exit_code == 2
    return caught.value


# Where values come from


def test_without_a_file_all_is_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    loaded = load(None)
    assert loaded.settings == Settings()
    assert set(loaded.sources.values()) == {"default"}
    assert loaded.path == tmp_path / "semtui" / "config.toml"


def test_the_users_own_file_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    written(tmp_path / "semtui" / "config.toml", '[port]\nurl = "/dev/ttyACM0"\n')
    assert load(None).settings.port.url == "/dev/ttyACM0"


def test_every_setting_can_be_set_in_the_file(path: Path) -> None:
    loaded = load(written(path, FULL))
    every = dataclasses.asdict(loaded.settings)
    usual = dataclasses.asdict(Settings())
    for section, values in every.items():
        for name, value in values.items():
            assert value != usual[section][name], f"{section}.{name}"
            assert type(value) is type(usual[section][name]), f"{section}.{name}"
            assert loaded.sources[f"{section}.{name}"] == "file"
    assert loaded.settings.link.scan_durations == (6, 7)
    assert loaded.settings.link.backoff == (10.0, 20.5)
    assert loaded.settings.storage.folder == "/mnt/usb/データ"


def test_every_setting_can_be_set_by_a_variable(path: Path) -> None:
    environ = {"HOME": "/root", "SEMTUI_LOG": "x"}
    for section, values in tomllib.loads(FULL).items():
        for name, value in values.items():
            text = ",".join(map(str, value)) if isinstance(value, list) else str(value)
            environ[f"SEMTUI_{section}_{name}".upper()] = text
    loaded = load(written(path, ""), environ)
    assert loaded.settings == load(written(path, FULL)).settings
    assert loaded.sources["port.url"] == "environment SEMTUI_PORT_URL"


def test_file_then_variable_then_flag(path: Path) -> None:
    written(path, "[poll]\ninterval = 4\nenergy_interval = 40\nanswer_timeout = 44\n")
    environ = {"SEMTUI_POLL_INTERVAL": "5", "SEMTUI_POLL_ENERGY_INTERVAL": "50"}
    loaded = load(path, environ, {"poll.interval": 6, "port.url": None})
    poll = loaded.settings.poll
    assert (poll.interval, poll.energy_interval, poll.answer_timeout) == (6.0, 50.0, 44.0)
    assert poll.answer_timeout_multi == Settings().poll.answer_timeout_multi
    assert [
        loaded.sources[f"poll.{name}"]
        for name in ("interval", "energy_interval", "answer_timeout", "answer_timeout_multi")
    ] == ["flag", "environment SEMTUI_POLL_ENERGY_INTERVAL", "file", "default"]
    assert loaded.sources["port.url"] == "default"


def test_an_empty_variable_is_no_variable(path: Path) -> None:
    loaded = load(written(path, FULL), {"SEMTUI_PORT_URL": ""})
    assert loaded.settings.port.url == "/dev/ttyUSB0"
    assert loaded.sources["port.url"] == "file"


def test_a_flag_may_be_text(path: Path) -> None:
    loaded = load(written(path, ""), {}, {"poll.interval": "2.5", "display.ascii": "yes"})
    assert loaded.settings.poll.interval == 2.5
    assert loaded.settings.display.ascii is True


def test_a_byte_order_mark_is_no_matter(path: Path) -> None:
    assert load(written(path, "\ufeff" + FULL)).settings.port.baud == 9600


# Names that are wrong


@pytest.mark.parametrize(
    ("text", "name", "line", "nearest"),
    [
        ("[poll]\n\nintervall = 3\n", "poll.intervall", 3, "poll.interval"),
        ("[port]\ninterval = 3\n", "port.interval", 2, "poll.interval"),
        ('# a\n[link]\nurl = "x"\n', "link.url", 3, "port.url"),
        ("[prot]\nbaud = 9600\n", "prot", 1, "port"),
        ('[ "displays" ]\n', "displays", 1, "display"),
        ("contract_ampere = 30\n", "contract_ampere", 1, "display.contract_ampere"),
        ("poll.intervall = 3\n", "poll.intervall", 1, "poll.interval"),
        ('"poll" . "intervall" = 3\n', "poll.intervall", 1, "poll.interval"),
        ("\npoll = { intervall = 3 }\n", "poll.intervall", None, "poll.interval"),
        ("[[ports]]\nbaud = 1\n", "ports", 1, "port"),
    ],
)
def test_a_wrong_name_is_told_with_its_line_and_the_nearest(
    path: Path, text: str, name: str, line: int | None, nearest: str
) -> None:
    error = refusal(written(path, text))
    assert error.title == f"{name} is not a setting."
    assert str(path) in error.detail
    assert (f"line {line}." in error.detail) if line else ("line" not in error.detail)
    assert error.hint == f"Did you mean {nearest}?"


def test_a_name_like_no_other_lists_what_there_is(path: Path) -> None:
    error = refusal(written(path, "[zzzzzzzz]\n"))
    assert error.hint == "Known are: port, link, poll, storage, display, gpio, http."


def test_a_secret_in_the_wrong_file_is_not_repeated(path: Path) -> None:
    error = refusal(written(path, 'password = "0123456789AB"\n'))
    assert "0123456789AB" not in str(error)


def test_a_misspelt_variable_is_refused(path: Path) -> None:
    error = refusal(written(path, ""), {"SEMTUI_PORT_URI": "x"})
    assert error.title == "SEMTUI_PORT_URI is not a setting."
    assert error.hint == "Did you mean SEMTUI_PORT_URL?"


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("SEMTUI_PORT", "SEMTUI_PORT_URL"),
        ("SEMTUI_POLL", "SEMTUI_POLL_INTERVAL"),
        ("SEMTUI_STORAGE", "SEMTUI_STORAGE_FOLDER"),
        ("SEMTUI_BAUD", "SEMTUI_PORT_BAUD"),
        ("SEMTUI_URL", "SEMTUI_PORT_URL"),
        ("SEMTUI_LED", "SEMTUI_GPIO_LED"),
        ("SEMTUI_CONTRACT_AMPERE", "SEMTUI_DISPLAY_CONTRACT_AMPERE"),
    ],
)
def test_half_a_variable_is_refused_with_the_whole(path: Path, name: str, right: str) -> None:
    error = refusal(written(path, ""), {name: "/dev/ttyUSB0"})
    assert error.title == f"{name} is not a setting."
    assert error.detail == "It is a variable of the environment."
    assert error.hint == f"Did you mean {right}?"


@pytest.mark.parametrize("name", ["SEMTUI_LOG", "SEMTUI_", "SEMTUI", "PORT", "MY_SEMTUI_PORT"])
def test_other_variables_are_none_of_our_business(path: Path, name: str) -> None:
    assert load(written(path, ""), {name: "x"}).settings == Settings()


def test_a_value_where_a_section_should_be(path: Path) -> None:
    error = refusal(written(path, '\nport = "/dev/ttyUSB0"\n'))
    assert error.title == "port must be a section of the file."
    assert "line 2." in error.detail


# Files that are wrong


def test_a_missing_file_that_was_asked_for(path: Path) -> None:
    error = refusal(path)
    assert error.title == f"There is no configuration file {path}."


def test_a_folder(tmp_path: Path) -> None:
    assert refusal(tmp_path).title == f"{tmp_path} is a folder, not a file."


def test_a_file_of_somebody_else(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    error = refusal(path)
    assert error.title == f"{path} may not be read by this user."
    assert "sudo chown $USER" in error.hint


def test_a_disk_that_fails(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_path: Path) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "read_bytes", fail)
    assert "Input/output error" in str(refusal(path))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[poll]\ninterval =\n", 2),
        ("[poll]\ninterval = 3\ninterval = 4\n", 3),
        ("\n\nurl = /dev/ttyUSB0\n", 3),
        ('[port]\nurl = "/dev/tty', 2),
        ("[port\n", 1),
        ("a = " + "[" * 5000 + "\n", 1),
        ("[poll]\ninterval = " + "9" * 5000 + "\n", None),
    ],
)
def test_a_file_that_is_not_toml(path: Path, text: str, line: int | None) -> None:
    error = refusal(written(path, text))
    assert error.title.startswith(f"{path} is not valid TOML")
    if line is not None:
        assert error.title.endswith(f"see line {line}.")


def test_a_file_that_is_not_utf_8(path: Path) -> None:
    error = refusal(written(path, "[storage]\n# 電力\n".encode() + "# 電力\n".encode("shift_jis")))
    assert error.title == f"{path} is not UTF-8 text: see line 3."


@examples(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text() | st.binary())
def test_any_file_gives_settings_or_a_sentence(path: Path, content: str | bytes) -> None:
    raw = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    try:
        said = repr(load(written(path, raw)))
    except ConfigError as error:
        said = str(error)
    assert str(path) in said
