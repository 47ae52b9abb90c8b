"""TCP as firmware of the 1.3.0 command reference has it: SKCONNECT, SKSEND, SKCLOSE, ETCP.

A connection has an end on each of two boards. What one end does travels as a
frame that may get lost; TCP sends it again, so that loss shows as time, and
after some twenty seconds as the end of the connection (`ETCP 03`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum, unique
from typing import TYPE_CHECKING

from semtui.emulator.flash import FACTORY_TCP_PORTS
from semtui.emulator.refusal import Refusal

if TYPE_CHECKING:
    from semtui.emulator.module import Module

OPEN, CLOSED, PORT_IN_USE, SENT = "01", "03", "04", "05"
"""The status of ETCP."""

_HANDLES = range(1, 7)
_CONNECT_PATIENCE = 12.0
_SEND_PATIENCE = (20.0, 28.0)
_FIRST_RETRY = 1.0
"""Seconds until a frame is sent again; each time twice as many."""
_CLOSING = (0.1, 0.4)
_HEADER = 20
"""Bytes of a TCP header more than UDP's."""


@unique
class Phase(Enum):
    """What an end is doing."""

    CONNECTING = "connecting"
    IDLE = "idle"
    SENDING = "sending"
    CLOSING = "closing"


@dataclass(slots=True)
class End:
    """One end of a connection."""

    handle: int
    peer: str
    remote_port: int
    local_port: int
    phase: Phase = Phase.IDLE


class TcpStack:
    """The connections of one module. Commands raise `Refusal` (ER10) for what cannot be now."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._ends: dict[int, End] = {}
        self.ports = list(FACTORY_TCP_PORTS)
        self.chosen_ports = list(FACTORY_TCP_PORTS)
        """What SKTCPPORT asked for; it counts after SKSAVE and an automatic load."""

    def listen_on(self, ports: Iterable[int]) -> None:
        """Take connections on these ports from now on."""
        self.ports = list(ports)
        self.chosen_ports = list(self.ports)

    def forget(self) -> None:
        """Lose all connections without a word (reset, power)."""
        self._ends.clear()

    def rows(self) -> list[str]:
        """The lines of SKTABLE F."""
        unused = End(0, ":".join(["0000"] * 8), 0, 0)
        ends = ((handle, self._ends.get(handle, unused)) for handle in _HANDLES)
        return [
            f"{handle} {end.peer} {end.remote_port:04X} {end.local_port:04X}"
            for handle, end in ends
        ]

    def connect(self, peer: str, remote_port: int, local_port: int) -> bytes:
        """SKCONNECT; ETCP follows."""
        ends = self._ends.values()
        if any(end.phase is Phase.CONNECTING for end in ends):
            raise Refusal(10)
        if self._find(peer, remote_port, local_port) is not None:
            raise Refusal(10)
        taken = any(end.local_port == local_port for end in ends)
        end = self._take_handle(peer, remote_port, local_port)
        if end is None:
            raise Refusal(10)
        if taken:
            del self._ends[end.handle]
            self._module.after(0.001, lambda: self._print(PORT_IN_USE, end.handle))
            return b"OK\r\n"
        end.phase = Phase.CONNECTING

        def accepted(board: Module) -> bool:
            return board.tcp.accept(self._module.address, local_port, remote_port)

        def refused() -> None:
            if self._lives(end):
                del self._ends[end.handle]
                self._print(CLOSED, 0)

        def opened() -> None:
            end.phase = Phase.IDLE
            self._announce(end)

        self._deliver(end, 0, _CONNECT_PATIENCE, accepted, opened, refused)
        return b"OK\r\n"

    def accept(self, peer: str, remote_port: int, local_port: int) -> bool:
        """Take a connection that `peer` begins; False where no port listens."""
        old = self._find(peer, remote_port, local_port)
        if old is not None:
            # The peer has been reset and begins anew.
            self._drop(old)
        if local_port not in self.ports:
            return False
        end = self._take_handle(peer, remote_port, local_port)
        if end is None:
            return False
        self._announce(end)
        return True

    def check(self, handle: int) -> None:
        """Raise `Refusal` (ER10) where nothing can be sent on `handle` now."""
        end = self._ends.get(handle)
        if end is None or end.phase is not Phase.IDLE:
            raise Refusal(10)

    def send(self, handle: int, data: bytes) -> None:
        """SKSEND, which `check` has let through; ETCP follows."""
        end = self._ends[handle]
        end.phase = Phase.SENDING

        def taken(board: Module) -> bool:
            return board.tcp.take(self._module.address, end, data)

        def sent() -> None:
            end.phase = Phase.IDLE
            self._print(SENT, handle)

        patience = self._module.pick(_SEND_PATIENCE)
        self._deliver(end, len(data), patience, taken, sent, lambda: self._drop(end))

    def take(self, peer: str, theirs: End, data: bytes) -> bool:
        """Print data that came over a connection; False where there is none like it."""
        own = self._find(peer, theirs.local_port, theirs.remote_port)
        if own is None:
            return False
        head = f"ERXTCP {peer} {own.remote_port:04X} {own.local_port:04X} {len(data):04X} ".encode()
        binary = self._module.flash.binary_display
        line = head + (data if binary else data.hex().upper().encode()) + b"\r\n"
        # Behind the sender's ETCP 05: the data is acknowledged before it is printed.
        self._module.after(0.0, lambda: self._module.write(line))
        return True

    def close(self, handle: int) -> bytes:
        """SKCLOSE; ETCP follows on both ends."""
        end = self._ends.get(handle)
        if end is None or end.phase is Phase.CLOSING:
            raise Refusal(10)
        end.phase = Phase.CLOSING
        module = self._module

        def closed() -> None:
            board = module.air.board(module, end.peer)
            if board is not None:
                board.tcp.end_by_peer(module.address, end)
            self._drop(end)

        module.radio_after(module.pick(_CLOSING), closed)
        return b"OK\r\n"

    def end_by_peer(self, peer: str, theirs: End) -> None:
        """The other end has closed the connection."""
        own = self._find(peer, theirs.local_port, theirs.remote_port)
        if own is not None:
            self._drop(own)

    # Frames

    def _deliver(
        self,
        end: End,
        size: int,
        patience: float,
        arrive: Callable[[Module], bool],
        done: Callable[[], None],
        failed: Callable[[], None],
        retry: float = _FIRST_RETRY,
    ) -> None:
        """Put a segment on the air until it arrives; after `patience` seconds it has failed."""
        module = self._module
        path = module.air.path

        def attempt() -> None:
            if not self._lives(end):
                return
            module.transmitter.count(size + _HEADER)
            board = module.air.board(module, end.peer)
            if board is not None and not module.transmitter.limited and path.arrives():
                module.radio_after(path.delay(), lambda: land(board))
            elif patience > retry:
                module.radio_after(retry, again)
            else:
                module.radio_after(patience, fail)

        def land(board: Module) -> None:
            if not self._lives(end):
                return
            if arrive(board):
                done()
            else:
                failed()

        def again() -> None:
            left = patience - retry
            self._deliver(end, size, left, arrive, done, failed, 2 * retry)

        def fail() -> None:
            if self._lives(end):
                failed()

        module.radio_after(module.pick(path.style.send_time), attempt)

    # Ends

    def _lives(self, end: End) -> bool:
        return self._ends.get(end.handle) is end

    def _find(self, peer: str, remote_port: int, local_port: int) -> End | None:
        for end in self._ends.values():
            if (end.peer, end.remote_port, end.local_port) == (peer, remote_port, local_port):
                return end
        return None

    def _take_handle(self, peer: str, remote_port: int, local_port: int) -> End | None:
        for handle in _HANDLES:
            if handle not in self._ends:
                end = self._ends[handle] = End(handle, peer, remote_port, local_port)
                return end
        return None

    def _drop(self, end: End) -> None:
        if self._lives(end):
            del self._ends[end.handle]
            self._print(CLOSED, end.handle)

    def _announce(self, end: End) -> None:
        ports = f"{end.remote_port:04X} {end.local_port:04X}"
        self._module.print_line(f"ETCP {OPEN} {end.handle:02X} {end.peer} {ports}")

    def _print(self, status: str, handle: int) -> None:
        self._module.print_line(f"ETCP {status} {handle:02X}")
