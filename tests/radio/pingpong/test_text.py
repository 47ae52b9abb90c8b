"""The texts on the air: those of y3PingPong.py of 2016."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semtui.errors import ConfigError
from semtui.radio.pingpong import text
from semtui.radio.pingpong.plan import BenchPlan


def test_a_ping_is_the_text_of_2016() -> None:
    assert text.ping(0) == b"Ping...(0000) "
    assert text.ping(9999) == b"Ping...(9999) "
    assert text.pong(b"Ping...(0042) ") == b"Pong...(0042) "


@given(st.integers(0, 9999), st.integers(text.SHORTEST, text.LONGEST))
def test_a_pong_answers_its_ping_and_no_other(counter: int, size: int) -> None:
    ping = text.ping(counter, size)
    assert len(ping) == size
    answer = text.pong(ping)
    assert answer is not None
    assert text.counter(answer) == counter
    assert text.is_pong_of(ping, answer)
    assert not text.is_pong_of(text.ping((counter + 1) % 10_000, size), answer)
    assert not text.is_pong_of(ping, ping)


@given(st.binary(max_size=60))
def test_other_data_is_no_ping(data: bytes) -> None:
    if not data.startswith(b"Ping...("):
        assert text.pong(data) is None


@pytest.mark.parametrize(
    "data", [b"", b"Ping", b"Ping...(00) ", b"Ping...(00000) ", b"\x10\x81\x00\x01Ping...(0000) "]
)
def test_what_only_looks_like_a_ping_is_none(data: bytes) -> None:
    assert text.pong(data) is None
    assert text.counter(data) is None


@pytest.mark.parametrize(
    "pairing_id", ["", "PingPon", "PingPongs", "Ping\tong", "Pïngpong", "Ping ong"]
)
def test_a_pairing_id_that_no_module_takes_is_refused(pairing_id: str) -> None:
    with pytest.raises(ConfigError) as refused:
        BenchPlan(pairing_id=pairing_id)
    assert "pairing id" in refused.value.title
    assert "PingPong" in refused.value.hint


def test_a_pairing_id_may_end_in_spaces() -> None:
    assert BenchPlan(pairing_id="Ping    ").pairing_id == "Ping    "


@pytest.mark.parametrize("size", [0, 13, 1233])
def test_a_payload_that_cannot_be_sent_is_refused(size: int) -> None:
    with pytest.raises(ConfigError, match=str(size)):
        BenchPlan(sizes=(size,))


def test_a_sweep_needs_a_count_and_goes_through_its_sizes() -> None:
    with pytest.raises(ConfigError):
        BenchPlan(sizes=(16, 64))
    plan = BenchPlan(sizes=(16, 64), count=2)
    assert plan.total == 4
    assert [plan.size_of(number) for number in range(4)] == [16, 16, 64, 64]
