"""The signs screens are drawn with: one set for Unicode terminals, one in plain ASCII."""

from __future__ import annotations

from dataclasses import dataclass

BRAILLE = 0x2800


@dataclass(frozen=True, slots=True)
class Glyphs:
    """A set of signs; every one is a single cell wide."""

    ascii: bool
    lines: str
    """Box lines by their arms: index = up 1 + down 2 + left 4 + right 8."""
    bar_full: str
    bar_rest: str
    done: str
    active: str
    pending: str
    failed: str
    skipped: str
    ellipsis: str
    axis: str
    """The bar between the chart's labels and its columns."""
    tick: str
    """The foot of a label on the time axis."""
    arrow: str
    """Says which row of a table is ours."""
    heard: str
    silent: str
    unknown: str
    levels: str
    """Eight heights of a bar, the lowest first."""
    shades: str
    """Five shades of a cell, the lightest first."""
    cursor: str
    """Under the column that the cursor is at."""

    def text(self, text: str) -> str:
        """`text` as it may be shown beside this set: in ASCII where the set is."""
        return text.encode("ascii", "replace").decode() if self.ascii else text

    def chart(self, braille: str) -> str:
        """A row of braille cells, in this set's own signs."""
        return braille.translate(_ASCII_CELLS) if self.ascii else braille


_ASCII_CELLS = {
    BRAILLE + dots: " .:"[(dots.bit_count() > 0) + (dots.bit_count() > 4)] for dots in range(256)
}

UNICODE = Glyphs(
    ascii=False,
    lines=" ││││┘┐┤│└┌├─┴┬┼",
    bar_full="━",
    bar_rest="─",
    done="✓",
    active="❯",
    pending="·",
    failed="✗",
    skipped="-",
    ellipsis="…",
    axis="┤",
    tick="┴",
    arrow="❯",
    heard="●",
    silent="·",
    unknown=" ",
    levels="▁▂▃▄▅▆▇█",
    shades="·░▒▓█",
    cursor="▲",
)

ASCII = Glyphs(
    ascii=True,
    lines=" ||||+++|+++-+++",
    bar_full="#",
    bar_rest=".",
    done="+",
    active=">",
    pending=" ",
    failed="!",
    skipped="-",
    ellipsis="~",
    axis="|",
    tick="+",
    arrow=">",
    heard="*",
    silent=".",
    unknown="?",
    levels="._-=+*%#",
    shades="'.:+#",
    cursor="^",
)
