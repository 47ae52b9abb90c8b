"""A serial-to-network bridge in front of an emulated module: raw TCP, or RFC 2217."""

from __future__ import annotations

import select
import socket
import threading
from typing import Self

import serial
import serial.rfc2217

from semtui.clock import SystemClock
from semtui.emulator.bench import build
from semtui.emulator.options import EmulatorOptions

_STEP = 0.02
SPEED = 20.0


class Bridge:
    """Serves one client at a time, and can die and come back, or fall silent, at a word."""

    def __init__(self, *, rfc2217: bool = False) -> None:
        self._clock = SystemClock()
        self._emulator = build(EmulatorOptions(watts=668, speed=SPEED), self._clock)
        self._module = self._emulator.modules[0]
        self._rfc2217 = rfc2217
        self._line = serial.serial_for_url("loop://", timeout=0)
        self._manager: serial.rfc2217.PortManager | None = None
        self._server: socket.socket | None = self._listen(0)
        self.number: int = self._server.getsockname()[1]
        self._client: socket.socket | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self.die_in_payload = threading.Event()
        """The next datagram is cut off in its middle, and the bridge is gone."""
        self.die = threading.Event()
        """The bridge goes at once, between two lines."""
        self.dead = threading.Event()
        self.back = threading.Event()
        """It listens again on the same port."""
        self.fall_silent = threading.Event()
        """The next request is lost, and everything behind it, without a word."""
        self.silent = threading.Event()

    @property
    def url(self) -> str:
        return f"{'rfc2217' if self._rfc2217 else 'socket'}://127.0.0.1:{self.number}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._thread.join()
        self._line.close()
        self._die()

    def write(self, data: bytes) -> None:
        """What pyserial's RFC 2217 server answers to its client's negotiation."""
        if self._client is not None:
            self._client.sendall(data)

    def _listen(self, number: int) -> socket.socket:
        return socket.create_server(("127.0.0.1", number))

    def _die(self) -> None:
        for each in (self._client, self._server):
            if each is not None:
                each.close()
        self._client = self._server = self._manager = None
        self.dead.set()

    def _serve(self) -> None:
        while not self._stop.is_set():
            if self.die.is_set():
                self.die.clear()
                self._die()
            if self.back.is_set() and self._server is None:
                self.back.clear()
                self._server = self._listen(self.number)
            self._emulator.schedule.run_until(self._clock.monotonic())
            sockets = [each for each in (self._client, self._server) if each is not None]
            if self.silent.is_set():
                sockets = []
            ready, _writable, _broken = select.select(sockets, [], [], _STEP)
            if self._server in ready:
                self._accept(self._server)
            elif self._client is not None and self._client in ready:
                self._take_input(self._client)
            self._print_output()

    def _accept(self, server: socket.socket) -> None:
        if self._client is not None:
            self._client.close()
        self._client, _address = server.accept()
        if self._rfc2217:
            self._manager = serial.rfc2217.PortManager(self._line, self)  # type: ignore[arg-type]

    def _take_input(self, client: socket.socket) -> None:
        try:
            data = client.recv(4096)
        except ConnectionError:
            data = b""
        if not data:
            client.close()
            self._client = None
            return
        if self._manager is not None:
            data = b"".join(self._manager.filter(data))
        if self.fall_silent.is_set() and b"SKSENDTO" in data:
            self.fall_silent.clear()
            self.silent.set()
            return
        self._module.receive(data, self._clock.monotonic())

    def _print_output(self) -> None:
        output = self._module.take_output()
        if not output or self._client is None or self.silent.is_set():
            return
        cut = output.find(b"ERXUDP ") if self.die_in_payload.is_set() else -1
        if cut >= 0:
            output = output[: cut + 150]
        if self._manager is not None:
            output = b"".join(self._manager.escape(output))
        self._client.sendall(output)
        if cut >= 0:
            self.die_in_payload.clear()
            self._die()
