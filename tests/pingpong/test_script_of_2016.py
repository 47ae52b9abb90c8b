"""A board with y3PingPong.py of 2016 as the partner: the same commands, the same texts.

Played from what that script does on the wire (yawatajunk/Wi-SUN_EnergyMeter): it
reads hex display, answers whatever has come, and looks at no more than the text.
"""

from __future__ import annotations

from dataclasses import replace

from semtui.emulator import EmulatorOptions
from semtui.radio.pingpong.plan import BenchPlan, Role
from semtui.radio.pingpong.values import BenchStage
from tests.pingpong.boards import TwoBoards


class Script:
    """The partner on the second module."""

    def __init__(self, boards: TwoBoards) -> None:
        self._boards = boards
        self.module = boards.emulator.modules[1]
        self._line = ""
        self.heard: list[tuple[str, str]] = []
        """Sender and text of each datagram."""

    def tell(self, command: bytes) -> None:
        self.module.receive(command, self._boards.clock.monotonic())

    def set_up(self, channel: int, pan_id: int, *, beacons: bool) -> None:
        commands = ["SFE 0", "S0A PingPong", f"S02 {channel:02X}", f"S03 {pan_id:04X}"]
        for command in commands + (["S15 1"] if beacons else []):
            self.tell(f"SKSREG {command}\r\n".encode())
            self._boards.run(lambda: not self.module.busy)
        self.module.take_output()

    def send(self, address: str, text: str) -> None:
        head = f"SKSENDTO 1 {address} 0E1A 0 {len(text):04X} "
        self.tell(head.encode() + text.encode())

    def read(self) -> None:
        """Look at each line that has come."""
        self._line += self.module.take_output().decode()
        *lines, self._line = self._line.split("\r\n")
        for line in lines:
            words = line.split()
            if words[:1] == ["ERXUDP"]:
                self.heard.append((words[1], bytes.fromhex(words[-1]).decode()))


def test_our_device_is_answered_by_a_coordinator_of_2016() -> None:
    boards = TwoBoards(EmulatorOptions(display="hex"))
    script = Script(boards)
    script.set_up(44, 0x1234, beacons=True)
    device = boards.start(BenchPlan(count=20), 0)

    def ended() -> bool:
        before = len(script.heard)
        script.read()
        for sender, text in script.heard[before:]:
            script.send(sender, text.replace("Ping", "Pong"))
        return device.session.ended

    boards.run(ended)
    assert [text for _sender, text in script.heard] == [f"Ping...({n:04d}) " for n in range(20)]
    assert (device.tally.answered, device.tally.lost) == (20, 0)


def test_our_coordinator_answers_a_device_of_2016() -> None:
    boards = TwoBoards(EmulatorOptions(display="hex"))
    script = Script(boards)
    host = boards.start(replace(BenchPlan(), role=Role.COORDINATOR, count=5), 0)
    boards.run(lambda: host.state.stage is BenchStage.WAITING)
    state = host.state
    assert state.channel is not None
    assert state.pan_id is not None
    script.set_up(state.channel, state.pan_id, beacons=False)
    for number in range(5):
        script.send(boards.emulator.modules[0].address, f"Ping...({number:04d}) ")
        begun = boards.clock.monotonic()

        def answered(count: int = number + 1) -> bool:
            script.read()
            return len(script.heard) == count

        boards.run(answered, 3.0)
        assert script.heard[-1][1] == f"Pong...({number:04d}) "
        assert boards.clock.monotonic() - begun < 3.0
    boards.finish(host)
    assert (host.tally.answered, host.tally.lost) == (5, 0)
