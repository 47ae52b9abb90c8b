"""What the documents say is what the program does."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

from semtui.actions import ACTIONS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


def test_the_settings_page_is_current() -> None:
    page = runpy.run_path(str(ROOT / "docs/settings.py"))["page"]()
    assert (ROOT / "docs/settings.md").read_text() == page, "run: make settings"


def test_files_that_readme_points_at_exist() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target


def test_readme_names_every_key_of_a_screen() -> None:
    for action in ACTIONS:
        assert f"`{action.show}`" in README, action


def test_documents_hold_no_secret_and_no_foreign_host() -> None:
    picture = (ROOT / "docs/dashboard.svg").read_text()
    assert "00112233445566778899AABBCCDDEEFF" not in picture
    assert not re.search(r"url\((?!#)", picture)
