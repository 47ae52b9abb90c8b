"""The grid of cells, its difference to another one, wrapping, frames and big digits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from semtui.clock import VirtualClock
from semtui.config import Settings
from semtui.screens.widgets.canvas import Canvas, Span, fit, wrap
from semtui.screens.widgets.digits import block_digits, line_digits
from semtui.screens.widgets.frame import Area, Box, draw_boxes
from semtui.screens.widgets.glyphs import ASCII, UNICODE, Glyphs
from semtui.screens.widgets.scene import Scene
from semtui.view import View

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=30)


@given(TEXT, st.integers(-3, 12), st.integers(-1, 3), st.booleans())
def test_rows_keep_their_width_whatever_is_written(text: str, x: int, y: int, ascii: bool) -> None:
    canvas = Canvas(10, 2, ascii)
    canvas.write(max(0, x), y, text, "good")
    assert {cell_len(row) for row in canvas.text()} == {10}
    assert {sum(cell_len(run) for run, _style in canvas.row(r)) for r in range(2)} == {10}
    assert not ascii or all(row.isascii() for row in canvas.text())


@given(st.lists(st.tuples(TEXT, st.integers(0, 30), st.integers(0, 2)), max_size=4), TEXT)
def test_copying_the_changes_makes_the_canvases_equal(
    writes: list[tuple[str, int, int]], text: str
) -> None:
    before, after = Canvas(40, 3), Canvas(40, 3)
    before.write(2, 1, text)
    after.write(2, 1, text)
    for words, x, y in writes:
        after.write(x, y, words, "warn")
    for span in after.changes(before):
        assert after.chars[span.y][span.x] != ""
        for x in range(span.x, span.x + span.width):
            before.chars[span.y][x] = after.chars[span.y][x]
            before.styles[span.y][x] = after.styles[span.y][x]
    assert before.chars == after.chars
    assert before.styles == after.styles


def test_equal_canvases_have_no_changes() -> None:
    assert Canvas(9, 2).changes(Canvas(9, 2)) == []


def test_near_changes_make_one_span_and_far_ones_two() -> None:
    before, after = Canvas(60, 1), Canvas(60, 1)
    for x in (3, 6, 50):
        after.write(x, 0, "x")
    assert after.changes(before) == [Span(3, 0, 4), Span(50, 0, 1)]


def test_a_wide_character_is_never_cut() -> None:
    before, after = Canvas(6, 1), Canvas(6, 1)
    before.write(1, 0, "電力")
    after.write(2, 0, "電")
    assert after.changes(before) == [Span(1, 0, 4)]
    assert fit("電力計", 5) == "電力"
    assert fit("電力計", 5, "…") == "電力…"


def test_an_escape_never_reaches_the_screen() -> None:
    canvas = Canvas(8, 1)
    canvas.write(0, 0, "a\x1b[2Jb\x07\x9b")
    assert "\x1b" not in canvas.text()[0]
    assert canvas.text()[0].isprintable()


@given(TEXT, st.integers(2, 30))
def test_wrapped_lines_fit_and_lose_no_letter(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def scene(glyphs: Glyphs) -> Scene:
    return Scene(View(Settings()), 0.0, VirtualClock().now(), glyphs)


def nothing(_canvas: Canvas, _area: Area, _scene: Scene) -> None:
    """Paint an empty box."""


def test_boxes_that_touch_are_joined() -> None:
    canvas = Canvas(20, 5)
    boxes = [
        Box(0, 0, 11, 3, "", nothing),
        Box(10, 0, 10, 3, "", nothing),
        Box(0, 2, 20, 3, "", nothing),
    ]
    draw_boxes(canvas, boxes, scene(UNICODE))
    rows = canvas.text()
    assert rows[0] == "╭─  ──────┬─  ─────╮"
    assert rows[1] == "│         │        │"
    assert rows[2][0] + rows[2][10] + rows[2][-1] == "├┴┤"
    assert rows[4] == "╰──────────────────╯"


def test_ascii_boxes() -> None:
    canvas = Canvas(12, 3)
    draw_boxes(canvas, [Box(0, 0, 12, 3, "Now", nothing)], scene(ASCII))
    assert canvas.text() == ["+- Now ----+", "|          |", "+----------+"]


@pytest.mark.parametrize("rows", [3, 5])
def test_block_digits_are_even_and_all_different(rows: int) -> None:
    drawn = {char: tuple(block_digits(char, rows)) for char in "0123456789- "}
    assert len(set(drawn.values())) == 12
    assert all(len(lines) == rows for lines in drawn.values())
    assert len({len(line) for lines in drawn.values() for line in lines}) == 1


def test_line_digits_are_all_different_and_ascii() -> None:
    drawn = {char: tuple(line_digits(char)) for char in "0123456789- "}
    assert len(set(drawn.values())) == 12
    assert all(line.isascii() and len(line) == 3 for lines in drawn.values() for line in lines)


def test_ascii_glyphs_are_one_cell_and_ascii() -> None:
    for glyphs in (UNICODE, ASCII):
        for name in ("bar_full", "done", "active", "failed", "axis", "tick", "arrow", "ellipsis"):
            assert cell_len(getattr(glyphs, name)) == 1
        assert len(glyphs.lines) == 16
    assert ASCII.lines.isascii()
    assert ASCII.chart("".join(map(chr, range(0x2800, 0x2900)))).isascii()
    assert ASCII.chart("⠀⡀⣿") == " .:"


@given(
    st.lists(st.tuples(st.integers(0, 9), st.sampled_from(("電", "a", "電力", "ab"))), max_size=6)
)
def test_writing_over_half_a_wide_sign_leaves_the_row_its_width(
    writes: list[tuple[int, str]],
) -> None:
    canvas = Canvas(10, 1)
    for x, text in writes:
        canvas.write(x, 0, text)
        assert cell_len(canvas.text()[0]) == 10
