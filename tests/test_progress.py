"""The line that says how far a long command has come."""

from __future__ import annotations

import io

from semtui.progress import ProgressLine


class Screen(io.StringIO):
    """A terminal, or something that is none."""

    def __init__(self, terminal: bool = True) -> None:
        super().__init__()
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


def line_on(screen: io.StringIO, *times: float) -> ProgressLine:
    return ProgressLine(screen, clock=iter(times).__next__)


def test_rows_share_and_time_left() -> None:
    screen = Screen()
    line = line_on(screen, 0.0, 30.0)
    line.show(1_234_567, 0.25)
    assert screen.getvalue() == (
        "\r[#####...............]   25%  1 234 567 rows  1 min 30 s left\x1b[K"
    )
    line.clear()
    assert screen.getvalue().endswith("\r\x1b[K")


def test_it_is_painted_five_times_a_second_at_the_most() -> None:
    screen = Screen()
    line = line_on(screen, 0.0, 0.0, 0.1, 0.3)
    for _ in range(3):
        line.show(1, 0.5)
    assert screen.getvalue().count("\r") == 2


def test_nothing_is_said_where_nobody_looks() -> None:
    screen = Screen(terminal=False)
    line = line_on(screen, 0.0, 1.0, 2.0)
    line.show(1, 0.5)
    line.clear()
    assert screen.getvalue() == ""


def test_a_terminal_that_goes_does_not_end_the_work() -> None:
    class Gone(Screen):
        def write(self, _text: str) -> int:
            raise OSError(5, "gone")

    line = line_on(Gone(), 0.0, 1.0, 2.0)
    line.show(1, 0.5)
    line.show(2, 0.6)
    line.clear()


def test_a_stream_that_is_closed_is_no_terminal() -> None:
    stream = io.StringIO()
    stream.close()
    line = ProgressLine(stream)
    line.show(1, 1.0)
    line.clear()
