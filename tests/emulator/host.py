"""A host on the serial line of an emulated module, for the tests: types, waits, reads lines."""

from __future__ import annotations

from semtui.clock import VirtualClock
from semtui.emulator import EmulatedPort, EmulatorOptions, build

SINGLE = ("bp35a1", "wsr35a1", "rl7023-ips")
DUAL = ("bp35c0", "bp35c2", "rs-wsuha", "rl7023-dss")


class Host:
    """Everything happens under a virtual clock, so that no test waits."""

    def __init__(self, options: EmulatorOptions | None = None, *, modules: int = 1) -> None:
        self.clock = VirtualClock()
        self.emulator = build(options or EmulatorOptions(), self.clock, modules=modules)
        self.module = self.emulator.module
        self.meter = self.emulator.meter
        self.port = EmulatedPort(self.emulator)
        self.dual = self.module.profile.dual

    def write(self, data: bytes) -> None:
        self.port.write(data)

    def read(self, seconds: float) -> bytes:
        """All that is printed within `seconds`."""
        end = self.clock.monotonic() + seconds
        output = b""
        while self.clock.monotonic() < end:
            output += self.port.read(end - self.clock.monotonic())
        return output

    def wait(self, mark: bytes, seconds: float = 60.0) -> bytes:
        """All that is printed until a line with `mark` is complete."""
        end = self.clock.monotonic() + seconds
        output = b""
        while self.clock.monotonic() <= end:
            output += self.port.read(max(0.0, end - self.clock.monotonic()))
            found = output.find(mark)
            if found >= 0 and output.find(b"\r", found) >= 0:
                return output
            if self.clock.monotonic() >= end:
                break
        raise AssertionError(f"{mark!r} did not come within {seconds} s, but {output!r}")

    def say(self, command: str, seconds: float = 0.1) -> bytes:
        """What the module prints after a command line, its echo included."""
        self.write(command.encode("latin-1") + b"\r\n")
        return self.read(seconds)

    def ask(self, command: str, seconds: float = 0.1) -> list[str]:
        """The lines of the answer without the echo."""
        text = self.say(command, seconds).decode("latin-1")
        return [line for line in text.replace("\r\n", "\r").split("\r") if line and line != command]

    def credentials(self) -> None:
        options = self.emulator.options
        assert self.ask(f"SKSETPWD {len(options.password):X} {options.password}") == ["OK"]
        assert self.ask(f"SKSETRBID {options.route_b_id}") == ["OK"]

    def scan_command(self, mode: int = 2, duration: str = "6", mask: str = "FFFFFFFF") -> str:
        return f"SKSCAN {mode} {mask} {duration}" + (" 0" if self.dual else "")

    def tune(self) -> None:
        """Set the meter's channel and PAN, as after a scan."""
        assert self.ask(f"SKSREG S2 {self.meter.channel:X}") == ["OK"]
        assert self.ask(f"SKSREG S3 {self.meter.pan_id:X}") == ["OK"]

    def join(self, *, echo: bool = False, settle: bool = True) -> bytes:
        """The way to a session; returns what SKJOIN printed."""
        if not echo:
            assert self.ask("SKSREG SFE 0") == ["OK"]
        self.credentials()
        self.tune()
        self.write(f"SKJOIN {self.meter.address}\r\n".encode())
        printed = self.wait(b"EVENT 25")
        if settle:
            self.read(5)
        return printed

    def send_command(
        self, payload: bytes, *, security: int = 1, handle: str = "1", to: str | None = None
    ) -> bytes:
        side = "0 " if self.dual else ""
        head = f"SKSENDTO {handle} {to or self.meter.address} 0E1A {security} {side}"
        return f"{head}{len(payload):04X} ".encode() + payload

    def send(self, payload: bytes, seconds: float = 2.0) -> bytes:
        """What comes after SKSENDTO within a while."""
        self.write(self.send_command(payload))
        return self.read(seconds)

    def get(self, *codes: int, seconds: float = 2.5, tid: int = 0x5253) -> bytes:
        """The payload that answers a Get."""
        printed = self.send(frame(0x62, *((code, b"") for code in codes), tid=tid), seconds)
        return self.payloads(printed)[-1]

    def value(self, code: int) -> bytes:
        """One property's value from a Get of it alone."""
        answer = self.get(code)
        assert answer[10] == 0x72
        assert answer[12] == code
        return answer[14:]

    def payloads(self, printed: bytes) -> list[bytes]:
        """The payloads of all ERXUDP lines, in either display."""
        found = []
        fields = 6 + (1 if self.dual else 0)
        if self.dual and self.module.registers.number(0xA2):
            fields += 1
        at = printed.find(b"ERXUDP ")
        while at >= 0:
            words = printed[at:].split(b" ", fields + 2)
            length = int(words[fields + 1], 16)
            start = at + sum(len(word) + 1 for word in words[: fields + 2])
            if self.module.flash.binary_display:
                payload, end = printed[start : start + length], start + length
            else:
                end = start + 2 * length
                payload = bytes.fromhex(printed[start:end].decode())
            assert printed[end : end + 2] == b"\r\n"
            found.append(payload)
            at = printed.find(b"ERXUDP ", end)
        return found


def frame(service: int, *properties: tuple[int, bytes], tid: int = 0x5253) -> bytes:
    """An ECHONET Lite frame from the controller to the meter."""
    body = b"".join(bytes((code, len(data))) + data for code, data in properties)
    head = b"\x10\x81" + tid.to_bytes(2, "big") + bytes.fromhex("05FF01028801")
    return head + bytes((service, len(properties))) + body
