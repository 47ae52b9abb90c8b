"""Big figures: seven segments in half blocks, or in plain lines."""

from __future__ import annotations

# Segments: a top, b upper right, c lower right, d bottom, e lower left, f upper left, g middle.
SEGMENTS = {
    "0": "abcdef",
    "1": "bc",
    "2": "abdeg",
    "3": "abcdg",
    "4": "bcfg",
    "5": "acdfg",
    "6": "acdefg",
    "7": "abc",
    "8": "abcdefg",
    "9": "abcdfg",
    "-": "g",
    " ": "",
    ".": "",
}
"""The point has no segment; it is a dot on the line the digits stand on."""


def _pixels(char: str, width: int, height: int, bold: int) -> list[list[bool]]:
    """Light the segments of `char` on a grid; vertical bars are `bold` pixels wide."""
    lit = SEGMENTS[char]
    grid = [[False] * width for _ in range(height)]
    middle = (height - 1) // 2
    upper, lower = range(middle + 1), range(middle, height)
    for name, rows in (("a", (0,)), ("g", (middle,)), ("d", (height - 1,))):
        if name in lit:
            for y in rows:
                grid[y] = [True] * width
    for name, rows_of, left in (
        ("f", upper, True),
        ("e", lower, True),
        ("b", upper, False),
        ("c", lower, False),
    ):
        if name in lit:
            for y in rows_of:
                for x in range(bold):
                    grid[y][x if left else width - 1 - x] = True
    return grid


def block_digits(text: str, rows: int = 3) -> list[str]:
    """`text` (digits, minus, point, space) as `rows` lines of half blocks.

    All digits are equally wide; the point is as wide as a vertical bar.
    """
    width, bold = (3, 1) if rows <= 3 else (rows + 1, 2)
    out = ["" for _ in range(rows)]
    for index, char in enumerate(text):
        # An odd number of pixel rows gives the middle bar a place of its own.
        cells_wide = bold if char == "." else width
        grid = _pixels(char, cells_wide, 2 * rows - 1, bold)
        if char == ".":
            grid[-1] = [True] * cells_wide
        grid.append([False] * cells_wide)
        for row in range(rows):
            above, below = grid[2 * row], grid[2 * row + 1]
            cells = "".join(" ▀▄█"[a + 2 * b] for a, b in zip(above, below, strict=True))
            out[row] += (" " if index else "") + cells
    return out


def line_digits(text: str) -> list[str]:
    """`text` as three lines of `_` and `|`."""
    out = ["", "", ""]
    for index, char in enumerate(text):
        lit = SEGMENTS[char]
        gap = " " if index else ""
        if char == ".":
            out = [out[0] + gap + " ", out[1] + gap + " ", out[2] + gap + "."]
            continue
        on = {name: name in lit for name in "abcdefg"}
        out[0] += gap + " " + ("_" if on["a"] else " ") + " "
        for row, (left, middle, right) in ((1, "fgb"), (2, "edc")):
            out[row] += (
                gap
                + ("|" if on[left] else " ")
                + ("_" if on[middle] else " ")
                + ("|" if on[right] else " ")
            )
    return out
