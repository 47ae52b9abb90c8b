"""What a setting may be, and what is said when it may not."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semtui.config import Settings, check_setting
from semtui.errors import ConfigError
from tests.test_config import load, refusal, written


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "semtui" / "config.toml"


@pytest.mark.parametrize(
    ("key", "value", "wanted"),
    [
        ("poll.interval", '"fast"', "a number of seconds, 0 or more"),
        ("poll.interval", "-1", "a number of seconds, 0 or more"),
        ("poll.interval", "nan", "a number of seconds, 0 or more"),
        ("poll.interval", "inf", "a number of seconds, 0 or more"),
        ("poll.interval", "true", "a number of seconds, 0 or more"),
        ("poll.interval", "1" + "0" * 400, "a number of seconds, 0 or more"),
        ("poll.interval", "86401", "at most 86400"),
        ("poll.energy_interval", "0", "1 or more"),
        ("poll.answer_timeout", "0.5", "1 or more"),
        ("poll.answer_timeout_multi", "601", "at most 600"),
        ("port.url", "3", "a device path or URL"),
        ("port.url", '"/dev/tty\\u0000"', "a device path or URL"),
        ("port.baud", "14400", "one of 2400, 4800, 9600, 19200, 38400, 57600, 115200"),
        ("port.baud", "9600.0", "one of 2400"),
        ("port.baud", '"9600"', "one of 2400"),
        ("link.cached_join", "1", "true or false"),
        ("link.scan_durations", "[]", "a list of 1 to 20 whole numbers, each from 0 to 14"),
        ("link.scan_durations", "[15]", "each from 0 to 14"),
        ("link.scan_durations", "[-1]", "each from 0 to 14"),
        ("link.scan_durations", "[6.5]", "each from 0 to 14"),
        ("link.scan_durations", "[true]", "each from 0 to 14"),
        ("link.scan_durations", "6", "a list"),
        ("link.backoff", "[]", "a list of 1 to 20 numbers of seconds"),
        ("link.backoff", "[30, 10]", "none less than the one before"),
        ("link.backoff", "[0]", "each from 1 to 86400"),
        ("link.backoff", '["30"]', "numbers of seconds"),
        ("link.backoff", '"30"', "a list"),
        ("link.backoff_jitter", "0.6", "a number from 0 to 0.5"),
        ("link.join_tries", "0", "a whole number from 1 to 100"),
        ("link.deaf_after", "0", "a whole number from 1 to 1000"),
        ("link.deaf_steps", "[]", "a list of 1 to 40 words, each one of session, join, scan,"),
        ("link.deaf_steps", '["session"]', "the last not session"),
        ("link.deaf_steps", '["jion"]', "each one of session, join, scan, reset, probe, open"),
        ("link.deaf_steps", '"open"', "a list of 1 to 40 words"),
        ("link.deaf_steps", "[1]", "a list of 1 to 40 words"),
        ("link.failing_steps", '["session", "open"]', "one of join, scan, reset, probe, open"),
        ("link.failing_after", "-1", "a whole number from 0 to 1000"),
        ("link.terminate_seconds", "-0.1", "0 or more and at most 5"),
        ("storage.folder", "[]", "the path of a folder"),
        ("storage.csv", '"no"', "true or false"),
        ("display.theme", '"Dark"', "one of dark, light, ansi"),
        ("display.contract_ampere", "201", "a whole number from 0 to 200"),
        ("display.contract_ampere", "40.0", "a whole number"),
        ("gpio.reset_pin", "28", "a whole number from 0 to 27"),
        ("gpio.led_pin", "-1", "a whole number from 0 to 27"),
        ("gpio.led_pin", "2026-11-21", "a whole number from 0 to 27"),
    ],
)
def test_a_wrong_value_is_told_with_what_it_should_be(
    path: Path, key: str, value: str, wanted: str
) -> None:
    section, name = key.split(".")
    error = refusal(written(path, f"# one\n[{section}]\n{name} = {value}\n"))
    assert error.title.startswith(f"{key} must be ")
    assert wanted in error.title
    assert "; the file says " in error.title
    assert error.detail == f"It stands in {path}, line 3."
    assert len(error.title) < 240


def test_the_value_is_quoted_as_it_stands(path: Path) -> None:
    error = refusal(written(path, '[poll]\ninterval = "fast"\n'))
    assert error.title == (
        "poll.interval must be a number of seconds, 0 or more and at most 86400; "
        'the file says "fast".'
    )


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("SEMTUI_POLL_INTERVAL", "fast"),
        ("SEMTUI_POLL_INTERVAL", "nan"),
        ("SEMTUI_POLL_INTERVAL", "inf"),
        ("SEMTUI_POLL_INTERVAL", "1_0"),
        ("SEMTUI_POLL_INTERVAL", "１０"),
        ("SEMTUI_POLL_INTERVAL", "3.٥"),
        ("SEMTUI_POLL_INTERVAL", "."),
        ("SEMTUI_POLL_INTERVAL", "9" * 5000),
        ("SEMTUI_LINK_BACKOFF_JITTER", "0.0_1"),
        ("SEMTUI_STORAGE_SYNC_SECONDS", "-1"),
        ("SEMTUI_PORT_BAUD", "9600.0"),
        ("SEMTUI_PORT_BAUD", "9_600"),
        ("SEMTUI_PORT_BAUD", "9" * 5000),
        ("SEMTUI_LINK_CACHED_JOIN", "maybe"),
        ("SEMTUI_LINK_SCAN_DURATIONS", "5,,6"),
        ("SEMTUI_LINK_BACKOFF", "30,x"),
        ("SEMTUI_LINK_BACKOFF", "3_0,6_0"),
        ("SEMTUI_LINK_BACKOFF", "３０"),
        ("SEMTUI_LINK_DEAF_STEPS", "join,session"),
        ("SEMTUI_LINK_FAILING_STEPS", "open,,reset"),
        ("SEMTUI_DISPLAY_THEME", "pink"),
    ],
)
def test_a_wrong_variable_is_named(path: Path, variable: str, text: str) -> None:
    error = refusal(written(path, ""), {variable: text})
    assert f"the variable {variable} says" in error.title


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("3", 3.0), ("+3.", 3.0), (" .5 ", 0.5), ("2.5e1", 25.0), ("1E2", 100.0), ("0", 0.0)],
)
def test_the_ways_to_write_a_number(path: Path, text: str, seconds: float) -> None:
    loaded = load(written(path, ""), {"SEMTUI_POLL_INTERVAL": text})
    assert loaded.settings.poll.interval == seconds


def test_the_steps_of_recovery_as_a_variable(path: Path) -> None:
    loaded = load(written(path, ""), {"SEMTUI_LINK_DEAF_STEPS": "session, session,Join,open"})
    assert loaded.settings.link.deaf_steps == ("session", "session", "join", "open")


def test_a_wrong_flag(path: Path) -> None:
    error = refusal(written(path, ""), {}, {"poll.interval": "fast"})
    assert error.title.endswith('; it was given as "fast".')


def test_one_pin_for_two_things(path: Path) -> None:
    error = refusal(written(path, "[gpio]\nreset = true\nled = true\nreset_pin = 4\n"))
    assert error.title == "gpio.reset_pin and gpio.led_pin are both 4."


@pytest.mark.parametrize("used", ["", "reset = true", "led = true"])
def test_a_pin_that_is_not_in_use_is_no_matter(path: Path, used: str) -> None:
    loaded = load(written(path, f"[gpio]\nreset_pin = 4\n{used}\n"))
    assert loaded.settings.gpio.reset_pin == loaded.settings.gpio.led_pin


@pytest.mark.parametrize("name", ["reset", "led"])
@pytest.mark.parametrize("pin", [14, 15])
def test_the_pins_of_the_serial_port_are_refused_where_they_are_used(
    path: Path, name: str, pin: int
) -> None:
    text = f"[gpio]\n{name}_pin = {pin}\n"
    assert load(written(path, text)).settings.gpio
    error = refusal(written(path, f"{text}{name} = true\n"))
    assert error.title == f"gpio.{name}_pin cannot be {pin}."
    assert "pins 14 and 15" in error.detail
    assert error.hint


@given(
    st.sampled_from(
        [
            f"{section.name}.{item.name}"
            for section in dataclasses.fields(Settings)
            for item in dataclasses.fields(getattr(Settings(), section.name))
        ]
    ),
    st.text()
    | st.integers()
    | st.floats()
    | st.booleans()
    | st.lists(st.integers() | st.floats() | st.text(), max_size=3)
    | st.none()
    | st.binary(),
)
def test_any_value_is_taken_in_its_type_or_refused_in_words(key: str, value: object) -> None:
    section, name = key.split(".")
    usual = getattr(getattr(Settings(), section), name)
    try:
        accepted = check_setting(key, value)
    except ConfigError as error:
        accepted, title = usual, error.title
    else:
        title = f"{key} must be"
    assert type(accepted) is type(usual)
    assert title.startswith(f"{key} must be")


def test_a_setting_that_does_not_exist_cannot_be_checked() -> None:
    with pytest.raises(ConfigError, match=r"poll\.intervall is not a setting"):
        check_setting("poll.intervall", 3)
