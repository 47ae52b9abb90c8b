"""Making the folders that semtui keeps its files in, so that nobody else looks into them."""

from __future__ import annotations

import os
from pathlib import Path


def make_folder(folder: Path) -> None:
    """Make `folder` and its missing parents, each for the owner alone; raises OSError.

    What is there already keeps its mode. `Path.mkdir` would give the parents
    the mode that the umask leaves, whatever mode it is told.
    """
    for place in (*reversed(folder.parents), folder):
        try:
            os.mkdir(place, 0o700)
        except OSError:
            # On a read-only disk a folder that exists need not be reported as such.
            if not place.is_dir():
                raise
