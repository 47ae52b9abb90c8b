"""kill -9 at any moment: what was shown is in the file, once, whole and in order."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from semtui.storage.dayfile import ROW
from tests.kills import Death, fork_server, published_until_killed, rows_of, start_of

HOMES = 4
KILLS = 55
"""Of each home."""


@pytest.mark.parametrize("seed", range(HOMES))
def test_what_was_published_is_in_the_file_whenever_the_process_is_killed(
    tmp_path: Path, seed: int
) -> None:
    """Each run goes on in the files that the killed one before has left."""
    chance = random.Random(seed)
    context = fork_server()
    folder = tmp_path / "data" / "semtui-demo"
    before: list[bytes] = []
    heard = torn = 0
    for number in range(KILLS):
        death = Death.of(chance)
        published = published_until_killed(context, tmp_path, start_of(number), death)
        after = rows_of(folder)
        assert after[: len(before)] == before
        new = after[len(before) :]
        # The law of the order: one row may be ahead of the screen, and none behind it.
        assert new[: len(published)] == published
        assert len(new) - len(published) in (0, 1)
        before = after
        heard += len(published)
        torn += death.write is not None
    assert heard > KILLS
    assert torn > 0
    assert all(ROW.fullmatch(row) for row in before)
    assert len(set(before)) == len(before)
