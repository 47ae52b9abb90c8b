"""What a module keeps without power, and how often that was written."""

from __future__ import annotations

from dataclasses import dataclass

from semtui.emulator.air import ECHONET_PORT, PANA_PORT

FACTORY_PORTS = (ECHONET_PORT, PANA_PORT, 0, 0, 0, 0)
"""The UDP ports of the handles 1 to 6; 0 is unused."""
FACTORY_TCP_PORTS = (ECHONET_PORT, 0, 0, 0)
"""The TCP ports on which connections are taken; 0 is unused."""


@dataclass(slots=True)
class Flash:
    """Product settings, and the registers that SKSAVE stored."""

    binary_display: bool
    uart_flags: int
    registers: dict[int, int] | None = None
    """None until SKSAVE, and after SKERASE."""
    ports: tuple[int, ...] = FACTORY_PORTS
    tcp_ports: tuple[int, ...] = FACTORY_TCP_PORTS
    writes: int = 0
    """A real module bears about 10,000."""

    def set_display(self, binary: bool, registers: dict[int, int]) -> None:
        """WOPT, which stores the savable registers along the way."""
        self.binary_display = binary
        self.registers = registers
        self.writes += 1

    def set_uart(self, flags: int) -> None:
        """WUART."""
        self.uart_flags = flags
        self.writes += 1

    def save(self, registers: dict[int, int], ports: list[int], tcp_ports: list[int]) -> None:
        """SKSAVE."""
        self.registers = registers
        self.ports = tuple(ports)
        self.tcp_ports = tuple(tcp_ports)
        self.writes += 1

    def erase(self) -> None:
        """SKERASE."""
        self.registers = None
        self.ports = FACTORY_PORTS
        self.tcp_ports = FACTORY_TCP_PORTS
        self.writes += 1

    def autoload(self) -> dict[int, int]:
        """The registers to start with, where register SFF was saved as 1."""
        return self.registers if self.registers and self.registers.get(0xFF) else {}
