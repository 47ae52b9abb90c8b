"""Any bytes give values or the one declared error, in every reader of bytes."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.__main__ import Tally, fuzz, try_one
from tests.fuzz.seeds import mutated, seeds
from tests.fuzz.targets import TARGETS, Target

SEEDS = seeds()


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_any_bytes_give_values_or_the_declared_error(target: Target, data: st.DataObject) -> None:
    kind = SEEDS[target.seeds]
    made = st.builds(
        lambda seed, number: mutated(seed, kind, random.Random(number)),
        st.sampled_from(kind),
        st.integers(min_value=0),
    )
    try:
        target.run(data.draw(st.binary(max_size=300) | made))
    except target.declared:
        return


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_a_good_input_is_no_error(target: Target) -> None:
    """The inputs reach the readers' far ends: at least one of the seeds is read whole."""
    tally = Tally()
    for seed in SEEDS[target.seeds]:
        try_one(target, seed, tally)
    assert tally.first_crash == ""
    assert tally.declared < tally.tried


def test_a_run_counts_what_came() -> None:
    def moody(data: bytes) -> None:
        if len(data) % 3 == 0:
            raise KeyError("declared")
        if len(data) % 3 == 1:
            raise ValueError("a bug")

    target = Target("moody", moody, "toml", (KeyError,))
    tally = fuzz(target, seconds=0.0, count=200, seed=1)
    assert tally.tried == 200
    assert tally.declared > 0
    assert tally.crashes > 0
    assert "a bug" in tally.first_crash
    assert fuzz(target, seconds=0.0, count=200, seed=1) == tally
