"""SKSENDTO and SKSEND: a header, data by count, and what the radio makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from semtui.emulator.air import Datagram
from semtui.emulator.profiles import Profile
from semtui.emulator.refusal import Refusal, address, exact, number

if TYPE_CHECKING:
    from semtui.emulator.module import Module

LONGEST_PAYLOAD = 0x4D0

_OK = b"OK\r\n"


def data_commands(profile: Profile) -> dict[str, int]:
    """The commands that carry data, with their arguments before it."""
    arguments = {"SKSENDTO": 6 if profile.dual else 5}
    if profile.tcp:
        arguments["SKSEND"] = 2
    return arguments


def data_length(module: Module, words: list[str]) -> int:
    """How much data follows a header; raises `Refusal` (ER06) for a header that is wrong."""
    if words[0] == "SKSEND":
        return read_tcp_header(words[1:])[-1]
    return read_header(module, words[1:])[-1]


def read_tcp_header(arguments: list[str]) -> tuple[int, int]:
    """Handle and length of an SKSEND."""
    return number(arguments[0], 1, 1, 6), number(arguments[1], 4, 1, LONGEST_PAYLOAD)


def read_header(module: Module, arguments: list[str]) -> tuple[int, str, int, int, int]:
    """Handle, destination, port, security and length of an SKSENDTO."""
    if module.profile.dual:
        number(arguments[4], 1, 0, 1)
    return (
        number(arguments[0], 1, 1, 6),
        address(arguments[1]),
        exact(arguments[2], 4),
        number(arguments[3], 1, 0, 2),
        number(arguments[-1], 4, 1, LONGEST_PAYLOAD),
    )


def send_data(module: Module, words: list[str], data: bytes) -> None:
    """Run a command with its data; for SKSENDTO, EVENT 21 and OK follow when the radio is done."""
    if words[0] == "SKSEND":
        _send_tcp(module, read_tcp_header(words[1:])[0], data)
        return
    handle, destination, port, security, _ = read_header(module, words[1:])
    local_port = module.ports[handle - 1]
    latency = module.pick(module.options.shell.latency)
    if not local_port:
        module.after(latency, lambda: module.fail(10))
        return
    ok_first = module.options.shell.ok_before_event
    if ok_first:
        module.after(latency, lambda: module.finish(_OK))

    def done(acknowledged: bool) -> None:
        if module.pana.session is not None and module.faults.take("ends_before_ok"):
            module.pana.drop_session()
            module.print_event("28", destination)
        if not ok_first:
            module.finish(_OK)

    def refused() -> None:
        module.print_event("21", destination, "01")
        done(False)

    key = module.pana.key_for(destination)
    if module.pana.forbids_sending:
        module.forbidden_sends += 1
        module.after(2 * latency, refused)
        return
    if security == 1 and key is None:
        module.after(2 * latency, refused)
        return
    module.transmitter.send(
        Datagram(
            module.address,
            module.mac,
            destination,
            local_port,
            port,
            data,
            key if security else None,
        ),
        done,
        seconds=module.air.path.style.send_time,
    )


def _send_tcp(module: Module, handle: int, data: bytes) -> None:
    """SKSEND: OK at once, ETCP when the data has been acknowledged."""

    def run() -> None:
        try:
            module.tcp.check(handle)
        except Refusal as refusal:
            module.fail(refusal.code)
            return
        module.finish(_OK)
        module.tcp.send(handle, data)

    # No latency of the shell: in the field that is a part of the radio's time.
    module.after(0.0, run)
