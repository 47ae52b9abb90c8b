"""The whole course of a run: the module is set up, its role played, and the air left clean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from semtui.radio import commands
from semtui.radio.events import ModuleEvent, TcpStatus
from semtui.radio.pingpong import coordinator, device, setup
from semtui.radio.pingpong.plan import Role
from semtui.radio.pingpong.troubles import Part, said_again
from semtui.radio.pingpong.values import BenchStage
from semtui.radio.slot import Wait

if TYPE_CHECKING:
    from semtui.radio.pingpong.board import Board

TRIES = 3
"""So often a module is set up anew without an exchange in between."""
PAUSE = 5.0
"""Seconds before that."""
CLOSING = 2.0
"""Seconds to wait for the other side of a TCP connection that is closed."""


def life(board: Board) -> Part:
    """Do all that the plan says; a module that gets stuck is set up anew."""
    tries = 0
    while True:
        before = board.next_number
        trouble = yield from setup.prepare(board)
        if trouble is None:
            part = coordinator if board.plan.role is Role.COORDINATOR else device
            trouble = yield from part.run(board)
        tries = 0 if board.next_number > before else tries + 1
        if trouble is None or not trouble.again or tries >= TRIES:
            break
        board.forget()
        board.say(said_again(trouble))
        yield Wait(PAUSE)
    if trouble is None or not trouble.again:
        yield from leave(board)
    return trouble


def leave(board: Board) -> Part:
    """Close what is open, and reset the module: it answers no beacon request any more."""
    board.enter(BenchStage.ENDING)
    for handle in list(board.connections.values()):
        answer = yield commands.close(handle)
        if answer.ok and not any(_is_closed(event) for event in answer.events):
            yield Wait(CLOSING, _is_closed)
    board.connections.clear()
    board.echo_is_off = False
    yield commands.reset()
    return None


def _is_closed(event: ModuleEvent) -> bool:
    return isinstance(event, TcpStatus) and event.status == "03"
