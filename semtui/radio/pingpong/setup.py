"""From an open port to a board on its PAN: the module, its pairing id, the scans."""

from __future__ import annotations

from typing import TYPE_CHECKING

from semtui.radio import commands, procedures
from semtui.radio.commands import Command
from semtui.radio.events import EnergyScan, LinkLocalAddress
from semtui.radio.faults import Fault
from semtui.radio.pingpong import troubles
from semtui.radio.pingpong.troubles import Part, Trouble
from semtui.radio.pingpong.values import BenchStage
from semtui.radio.slot import Answer, Outcome, Wait, is_event

if TYPE_CHECKING:
    from semtui.radio.pingpong.board import Board

SEARCH_DURATIONS = (5, 6, 6, 7)
"""SKSCAN duration factors with which a device looks for its coordinator, one after the other. A
coordinator that was started together with it needs about half a minute until it can be found."""
SURVEY_DURATION = 5
"""The factor with which a coordinator looks for others."""


def prepare(board: Board) -> Part:
    """Find out what is on the port, and give it defaults, no echo, and the pairing id."""
    board.enter(BenchStage.MODULE)
    result = yield from procedures.probe(board)
    if isinstance(result, Fault):
        return troubles.of_module(result)
    answer = yield commands.terminate()
    if answer.ok:
        # The meter's session of an earlier program: the meter is free again.
        yield Wait(procedures.OLD_SESSION_WAIT, is_event("27", "28"))
    for command in (
        commands.reset(),
        commands.write_register("FE", "0"),
        commands.write_register("0A", board.plan.pairing_id.rstrip(" ")),
    ):
        trouble = yield from must(command)
        if trouble is not None:
            return trouble
    board.echo_is_off = True
    board.limit.read((yield commands.read_register("FB")), board.now)
    return None


def tune(board: Board, channel: int, pan_id: int) -> Part:
    """Go to a channel and PAN."""
    for command in (
        commands.write_register("2", f"{channel:02X}"),
        commands.write_register("3", f"{pan_id:04X}"),
    ):
        trouble = yield from must(command)
        if trouble is not None:
            return trouble
    return None


def sweep(
    board: Board, duration: int, *, number: int = 1, sweeps: int = 1, any_id: bool = False
) -> Part:
    """Ask on all channels which coordinators there are; `board.search` keeps the answers."""
    board.search.begin(number, sweeps, duration, board.now)
    board.sweep_changed()
    trouble = yield from must(commands.active_scan(board.dialect, duration, any_id=any_id))
    if trouble is not None:
        return trouble
    seconds = commands.scan_seconds(duration) * procedures.SWEEP_SLACK + procedures.SWEEP_EXTRA
    answer = yield Wait(seconds, is_event("22"))
    if answer.ok and board.search.best() is None:
        yield Wait(procedures.LATE_BEACON)
    board.search.end(board.now)
    board.sweep_changed()
    return None if answer.ok else troubles.stuck("SKSCAN")


def find_coordinator(board: Board, durations: tuple[int, ...] = SEARCH_DURATIONS) -> Part:
    """Look for the coordinator with our pairing id, and go to its PAN."""
    board.enter(BenchStage.SEARCHING)
    for number, duration in enumerate(durations, start=1):
        trouble = yield from sweep(board, duration, number=number, sweeps=len(durations))
        if trouble is not None:
            return trouble
        found = board.found()
        if found:
            break
    else:
        return troubles.no_coordinator(board.plan.pairing_id, len(durations))
    pan = max(found, key=lambda each: each.lqi or 0)
    if len(found) > 1:
        board.say(troubles.said_two_coordinators(board.plan.pairing_id, pan))
    trouble = yield from tune(board, pan.channel, pan.pan_id)
    if trouble is not None:
        return trouble
    command = commands.link_local_address(pan.mac)
    answer = yield command
    address = answer.first(LinkLocalAddress)
    if address is None:
        return _unanswered(command, answer)
    board.tuned(pan.channel, pan.pan_id, address.address)
    return None


def quietest_channel(board: Board) -> Part:
    """Listen on all channels; `board.noise` keeps what was heard."""
    board.enter(BenchStage.LISTENING)
    trouble = yield from must(commands.energy_scan(board.dialect, procedures.NOISE_DURATION))
    if trouble is not None:
        return trouble
    seconds = commands.scan_seconds(procedures.NOISE_DURATION) * procedures.NOISE_SLACK
    answer = yield Wait(
        seconds + procedures.SWEEP_EXTRA, lambda event: isinstance(event, EnergyScan)
    )
    heard = answer.first(EnergyScan)
    if heard is not None:
        board.noise_heard(heard)
    return None if board.noise else troubles.no_noise_heard()


def choose_channel(noise: tuple[tuple[int, int], ...]) -> int:
    """Return the quietest channel; among equals the one with the quieter neighbours."""
    levels = dict(noise)
    loudest = max(levels.values())

    def rank(channel: int) -> tuple[int, int, int]:
        around = sum(levels.get(channel + step, loudest) for step in (-1, 1))
        return levels[channel], around, channel

    return min(levels, key=rank)


def must(command: Command) -> Part:
    """A command that has to succeed."""
    answer = yield command
    return None if answer.ok else _unanswered(command, answer)


def _unanswered(command: Command, answer: Answer) -> Trouble:
    if answer.outcome is Outcome.TIMEOUT:
        return troubles.stuck(command.shown)
    return troubles.refused(command.shown, answer.code or answer.outcome.value)
