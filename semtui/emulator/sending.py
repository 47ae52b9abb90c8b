"""SKSENDTO: a header, data by count, and what the radio makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from semtui.emulator.air import Datagram
from semtui.emulator.profiles import Profile
from semtui.emulator.refusal import address, exact, number

if TYPE_CHECKING:
    from semtui.emulator.module import Module

LONGEST_PAYLOAD = 0x4D0

_OK = b"OK\r\n"
_RESULT_SECONDS = (0.13, 0.35)


def data_commands(profile: Profile) -> dict[str, int]:
    """The commands that carry data, with their arguments before it."""
    return {"SKSENDTO": 6 if profile.dual else 5}


def data_length(module: Module, words: list[str]) -> int:
    """How much data follows a header; raises `Refusal` (ER06) for a header that is wrong."""
    return read_header(module, words[1:])[-1]


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
    """Run SKSENDTO with its data: EVENT 21 and OK follow when the radio is done."""
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
        seconds=_RESULT_SECONDS,
    )
