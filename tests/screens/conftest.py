"""Histories to look at: some weeks each, made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.screens import pastyears
from tests.screens.stage import Stage


@pytest.fixture(scope="session")
def past(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with sixty days of a house, up to the present of the stage's clock."""
    folder = tmp_path_factory.mktemp("past")
    pastyears.build(folder, Stage().clock.now())
    return folder


@pytest.fixture(scope="session")
def sunny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same of a house with panels on its roof."""
    folder = tmp_path_factory.mktemp("sunny")
    pastyears.build(folder, Stage().clock.now(), watts=pastyears.with_sun)
    return folder
