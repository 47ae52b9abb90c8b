"""An emulated Wi-SUN module: a command shell on one side, an antenna on the other.

It does no I/O and reads no clock: the owner hands it bytes and the time, and
takes the bytes that it has printed.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from semtui.emulator import commands, erxudp, sending
from semtui.emulator.air import PANA_PORT, Air, Beacon, Datagram, link_local
from semtui.emulator.binary import BinaryLine
from semtui.emulator.faults import LineFaults
from semtui.emulator.flash import FACTORY_PORTS, FACTORY_TCP_PORTS, Flash
from semtui.emulator.options import EmulatorOptions
from semtui.emulator.pana_client import PanaClient
from semtui.emulator.profiles import Profile
from semtui.emulator.refusal import Refusal
from semtui.emulator.registers import HanTables, Registers
from semtui.emulator.scanner import Scanner
from semtui.emulator.schedule import Schedule
from semtui.emulator.shell import Input, Shell
from semtui.emulator.tcp import TcpStack
from semtui.emulator.transmitter import Transmitter

START_TIME = 3.0
"""Seconds from the release of RESET until commands are answered."""


class Module:
    """One module on one air. `receive`, `advance` and `take_output` are its serial line."""

    def __init__(
        self, options: EmulatorOptions, profile: Profile, air: Air, schedule: Schedule, index: int
    ) -> None:
        self.options = options
        self.profile = profile
        self.air = air
        self.schedule = schedule
        self.random = random.Random(f"{options.seed}/module/{index}")
        digits = f"{self.random.getrandbits(64):016X}"
        self.mac = profile.mac_prefix + digits[len(profile.mac_prefix) :]
        self.address = link_local(self.mac)
        binary = profile.factory_binary if options.display is None else options.display == "binary"
        self.flash = Flash(binary, profile.uart_flags)
        self.registers = Registers(profile, self.mac)
        self.ports = list(FACTORY_PORTS)
        """The UDP port of each handle, 0 where the handle is unused."""
        self.chosen_ports = list(FACTORY_PORTS)
        """What SKUDPPORT asked for; it counts after SKSAVE and an automatic load."""
        self.han = HanTables()
        self.transmitter = Transmitter(self, options.send_budget, options.send_window)
        self.scanner = Scanner(self)
        self.pana = PanaClient(self)
        self.tcp = TcpStack(self)
        self.shell = Shell(self, sending.data_commands(profile))
        self.binary = BinaryLine()
        """The line of firmware that has no shell."""
        self.busy = False
        self.piece: int | None = None
        """Most bytes that are handed over at once; None for all there are."""
        self.faults = LineFaults()
        self.silent = False
        """It neither hears its host nor prints anything (a hung module)."""
        self.frames_sent = 0
        self.forbidden_sends = 0
        """SKSENDTO commands that came while an authentication was running."""
        self._powered = True
        self._out = bytearray()
        self._waiting = bytearray()
        self._life = 0
        self._power_life = 0
        self._header: list[str] = []
        self._commands = commands.table(profile)
        air.add_board(self)

    # The serial line

    def receive(self, data: bytes, now: float) -> None:
        """Take bytes that the host wrote at `now`."""
        self.schedule.run_until(now)
        if not self._powered or self.silent:
            return
        if not self.profile.ascii_shell:
            self.write(self.binary.feed(data))
            return
        for part in erxudp.interrupted(self, data):
            self._take(part)

    def _take(self, data: bytes) -> None:
        if self.busy:
            if self.options.shell.strict_wait and data.strip(b"\r\n"):
                if self.echo:
                    self.write(data.strip(b"\r\n")[:1])
                self.shell.overrun()
            self._waiting += data
            return
        self._waiting += self.shell.feed(data)

    def advance(self, now: float) -> None:
        """Let everything happen that is due at `now`, on the whole air."""
        self.schedule.run_until(now)

    def take_output(self) -> bytes:
        """Return what was printed since the last call; only the next `piece` of it, where set."""
        size = len(self._out) if self.piece is None else self.piece
        output = bytes(self._out[:size])
        del self._out[:size]
        return output

    def next_event(self) -> float | None:
        """Monotonic stamp of the next thing that happens by itself, if any."""
        return self.schedule.next_stamp()

    # Pins, power, and faults of the line

    def reset_pin(self, low: bool, now: float) -> None:
        """Drive RESET: low switches the module off, high lets it start in three seconds."""
        self.schedule.run_until(now)
        if low:
            self.power_off()
        else:
            self.power_on()

    def wakeup_pin(self, low: bool, now: float) -> None:
        """Drive WKUP: low ends SKDSLEEP."""
        self.schedule.run_until(now)
        if low and self.shell.state is Input.SLEEP:
            self.shell.reset()
            self.write(b"EVENT C0\r\n")

    def power_off(self) -> None:
        """Take the supply away: all but flash is lost."""
        self._powered = False
        self._power_life += 1
        self._reset()
        self.transmitter.limited = False
        self.transmitter.airtime.clear()
        self._out.clear()

    def power_on(self) -> None:
        """Give the supply back; answers come after the start-up time."""
        self._power_life += 1
        self.always_after(START_TIME, self._start)

    def reboot(self) -> None:
        """Restart at once and without a word, as a module does on a dip of its supply."""
        printed = bytes(self._out)
        self.power_off()
        self._out += printed
        self._start()

    def exchange_firmware(self, profile: Profile) -> None:
        """Restart as another kind of module, with the flash as it was."""
        self.power_off()
        self.profile, self.registers = profile, Registers(profile, self.mac)
        self.shell = Shell(self, sending.data_commands(profile))
        self._commands = commands.table(profile)
        self._start()

    def garble(self, noise: bytes) -> None:
        """Put bytes on the line that the module did not mean to send."""
        self._out += noise

    def _start(self) -> None:
        self._powered = True
        saved = self.flash.autoload()
        self.tcp.listen_on(self.flash.tcp_ports if saved else FACTORY_TCP_PORTS)
        if saved:
            self.registers.load(saved)
            self.ports, self.chosen_ports = list(self.flash.ports), list(self.flash.ports)

    def reset_stack(self) -> None:
        """SKRESET: what is not in flash goes back to its default.

        What SKSAVE stored comes back with SKLOAD, or at once where SFF was saved as 1,
        as at power-up. Which ports listen is settled at power-up alone.
        """
        limited, ports = self.transmitter.limited, self.ports
        self._reset()
        self.registers.set_number(0xFB, int(limited))
        self.registers.load(self.flash.autoload())
        self.ports, self.chosen_ports = ports, list(ports)
        self.tcp.listen_on(self.tcp.ports)

    def _reset(self) -> None:
        self._life += 1
        self.busy = False
        self._waiting.clear()
        self.scanner.stop()
        self.pana.forget()
        self.tcp.forget()
        self.transmitter.forget_neighbours()
        self.registers.reset()
        self.transmitter.airtime.total = 0.0
        self.ports = list(FACTORY_PORTS)
        self.chosen_ports = list(FACTORY_PORTS)
        self.han = HanTables()
        self.shell.reset()

    # What the parts of the module use

    @property
    def now(self) -> float:
        """The moment that is being emulated."""
        return self.schedule.now

    @property
    def echo(self) -> bool:
        """Register SFE."""
        return bool(self.registers.number(0xFE))

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        """Run `action` later, unless the module is reset before."""
        life = self._life

        def run() -> None:
            if life == self._life:
                action()

        self.schedule.after(seconds, run)

    def always_after(self, seconds: float, action: Callable[[], None]) -> None:
        """Run `action` later, unless the power goes before; resets do not matter."""
        life = self._power_life

        def run() -> None:
            if life == self._power_life:
                action()

        self.schedule.after(seconds, run)

    def radio_after(self, seconds: float, action: Callable[[], None]) -> None:
        """The same for what takes time on the air, divided by the emulator's speed."""
        self.after(seconds / self.options.speed, action)

    def pick(self, bounds: tuple[float, float]) -> float:
        """A number between two, by the seed."""
        return bounds[0] + (bounds[1] - bounds[0]) * self.random.random()

    def write(self, data: bytes) -> None:
        """Print bytes on the serial line."""
        if self._powered and not self.silent and self.shell.state is not Input.SLEEP:
            self._out += data

    def print_line(self, line: str) -> None:
        """Print a line."""
        self.write(line.encode("latin-1") + b"\r\n")

    def print_event(
        self, number: str, address: str, parameter: str | None = None, side: int = 0
    ) -> None:
        """Print an EVENT line, with the side where the module has one."""
        line = f"EVENT {number} {address}"
        if self.profile.dual:
            line += f" {side}"
        self.print_line(line if parameter is None else f"{line} {parameter}")

    def finish(self, answer: bytes) -> None:
        """Print the answer of the command that runs, and take the input that waited for it."""
        self.write(self.faults.left_of(answer))
        self.busy = False
        if self._waiting:
            waiting, self._waiting = bytes(self._waiting), bytearray()
            self._waiting += self.shell.feed(waiting)

    def fail(self, code: int, command: str = "") -> None:
        """Answer the command that runs with FAIL."""
        short = self.options.shell.short_failure and command in commands.PRODUCT_COMMANDS
        self.finish(b"FAIL ER%02d\r" % code + (b"" if short else b"\n"))

    # The shell's host

    def execute(self, words: list[str]) -> None:
        """Run a command a few milliseconds from now."""
        self.busy = True
        self.after(self.pick(self.options.shell.latency), lambda: self._run(words))

    def _run(self, words: list[str]) -> None:
        command = self._commands.get(words[0])
        try:
            if command is None:
                raise Refusal(4)
            if not command.least <= len(words) - 1 <= command.most:
                raise Refusal(5)
            answer = command.run(self, words[1:])
        except Refusal as refusal:
            self.fail(refusal.code, words[0])
            return
        if answer is not None:
            self.finish(answer)

    def open_data(self, words: list[str]) -> int | None:
        """Check the header of a command with data; None when it was refused."""
        try:
            length = sending.data_length(self, words)
        except Refusal as refusal:
            self.write(b"FAIL ER%02d\r\n" % refusal.code)
            return None
        self._header = words
        return length

    def take_data(self, data: bytes) -> None:
        """Run the command with data."""
        self.busy = True
        if self.echo or self.options.shell.data_newline:
            self.write(b"\r\n")
        sending.send_data(self, self._header, data)

    # The station

    @property
    def channel(self) -> int:
        """Register S02."""
        return self.registers.number(0x02)

    @property
    def pan_id(self) -> int:
        """Register S03."""
        return self.registers.number(0x03)

    @property
    def listening(self) -> bool:
        """It has power and does not sleep."""
        return self._powered and self.shell.state is not Input.SLEEP

    def beacons(self, pairing_id: str | None, duration: int) -> list[Beacon]:
        """Answer beacon requests while register S15 says so."""
        own = self.registers.pairing_id
        if not self.registers.number(0x15) or pairing_id not in (None, own):
            return []
        return [Beacon(self.channel, self.pan_id, self.mac, self.air.path.lqi, own.rstrip(" "))]

    def hear_echo_request(self, source: str) -> bool:
        """Print that somebody pings us; whether it is answered (register SA1)."""
        self.print_event("05", source)
        return bool(self.registers.number(0xA1))

    def hear(self, datagram: Datagram) -> None:
        """Print a datagram that came from the air, if it can be decrypted and a port listens."""
        if datagram.destination_port not in self.ports:
            return
        if datagram.key is not None and datagram.key != self.pana.key_for(datagram.source):
            return
        self.transmitter.add_neighbour(datagram.source, datagram.source_mac)
        erxudp.write(self, datagram)
        if datagram.destination_port == PANA_PORT:
            self.pana.hear(datagram)
