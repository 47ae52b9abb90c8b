"""A grid of cells to draw on, and the difference between two such grids.

Painters write text in named styles; nothing here knows colours, Textual or
the model. Comparing two canvases tells which spans of cells changed, so a
screen over SSH costs what changed and not what is there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from rich.cells import cell_len, get_character_cell_size, set_cell_size

Run = tuple[str, str]
"""A piece of text and the name of its style."""

LEAST_CUT = 12
"""Cells below which a text that is cut says nothing any more."""
MERGE_GAP = 8
"""Unchanged cells between two changed ones that are cheaper to send than a new span."""


@dataclass(frozen=True, slots=True)
class Span:
    """Cells of one row, from `x`, `width` cells long."""

    x: int
    y: int
    width: int


def fit(text: str, width: int, ellipsis: str = "") -> str:
    """`text` in at most `width` cells, ending in `ellipsis` where it had to be cut."""
    if cell_len(text) <= width:
        return text
    room = width - cell_len(ellipsis)
    return set_cell_size(text, room).rstrip() + ellipsis if room > 0 else text[:0]


def wrap(text: str, width: int) -> list[str]:
    """Break `text` into lines of at most `width` cells, between words where there are any."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        while cell_len(word) > width > 1:
            if line:
                lines.append(line)
                line = ""
            head = set_cell_size(word, width).rstrip()
            lines.append(head)
            word = word[len(head) :]
        if not line:
            line = word
        elif cell_len(line) + 1 + cell_len(word) <= width:
            line = f"{line} {word}"
        else:
            lines.append(line)
            line = word
    if line:
        lines.append(line)
    return lines


class Canvas:
    """`height` rows of `width` cells, each a character and the name of a style.

    A character two cells wide leaves an empty string in the cell behind it; what is left of one
    that is half overwritten is a blank, so that a row keeps its width.
    Signs that are not one printable piece (escapes, combining marks) are left out.
    """

    def __init__(self, width: int, height: int, ascii: bool = False) -> None:
        """`ascii`: whatever is written, only ASCII gets on the canvas."""
        self.ascii = ascii
        self.width = width
        self.height = height
        self.chars = [[" "] * width for _ in range(height)]
        self.styles = [[""] * width for _ in range(height)]

    def write(self, x: int, y: int, text: str, style: str = "", limit: int | None = None) -> int:
        """Write `text` from (x, y), at most up to column `limit`; return the column behind it."""
        end = self.width if limit is None else min(limit, self.width)
        if not 0 <= y < self.height:
            return x
        chars, styles = self.chars[y], self.styles[y]
        if self.ascii and not text.isascii():
            text = "".join(c if c.isascii() else "?" for c in text)
        for char in text:
            size = get_character_cell_size(char)
            if size == 0:
                continue
            if x + size > end:
                break
            if chars[x] == "":
                chars[x - 1] = " "
            if x + size < self.width and chars[x + size] == "":
                chars[x + size] = " "
            chars[x], styles[x] = char, style
            if size == 2:
                chars[x + 1], styles[x + 1] = "", style
            x += size
        return x

    def write_runs(self, x: int, y: int, runs: Iterable[Run], limit: int | None = None) -> int:
        """Write one run behind another; return the column behind the last."""
        for text, style in runs:
            x = self.write(x, y, text, style, limit)
        return x

    def row(self, y: int) -> list[Run]:
        """Row `y` as runs of one style each."""
        out: list[Run] = []
        x = 0
        for style, group in groupby(self.styles[y]):
            length = len(list(group))
            out.append(("".join(self.chars[y][x : x + length]), style))
            x += length
        return out

    def text(self) -> list[str]:
        """The rows without styles."""
        return ["".join(row) for row in self.chars]

    def changes(self, before: Canvas) -> list[Span]:
        """The spans in which this canvas differs from `before`, one of the same size."""
        spans: list[Span] = []
        for y in range(self.height):
            chars, styles = self.chars[y], self.styles[y]
            old_chars, old_styles = before.chars[y], before.styles[y]
            if chars == old_chars and styles == old_styles:
                continue
            first = last = -1
            for x in range(self.width):
                if chars[x] == old_chars[x] and styles[x] == old_styles[x]:
                    continue
                if first < 0:
                    first = x
                elif x - last > MERGE_GAP:
                    spans.append(self._span(before, first, last, y))
                    first = x
                last = x
            spans.append(self._span(before, first, last, y))
        return spans

    def _span(self, before: Canvas, first: int, last: int, y: int) -> Span:
        """A span that starts and ends between characters, wide ones included."""
        rows = (self.chars[y], before.chars[y])
        while first > 0 and any(row[first] == "" for row in rows):
            first -= 1
        while last + 1 < self.width and any(row[last + 1] == "" for row in rows):
            last += 1
        return Span(first, y, last + 1 - first)
