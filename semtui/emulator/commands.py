"""The commands of SKSTACK-IP and the product commands, one function each.

After the ROHM BP35A1 command reference: SK commands and product commands.

Each takes the module and the arguments (whose number is right) and returns
the answer, or None when the answer comes later by `module.finish`; it raises
`Refusal` for FAIL.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from semtui.emulator import scanner, sending
from semtui.emulator.air import link_local
from semtui.emulator.profiles import Profile
from semtui.emulator.refusal import (
    Refusal,
    address,
    characters,
    exact,
    is_hex,
    mac,
    number,
)
from semtui.emulator.shell import Input

if TYPE_CHECKING:
    from semtui.emulator.module import Module

OK = b"OK\r\n"
PRODUCT_COMMANDS = ("ROPT", "WOPT", "RUART", "WUART")

_DEVICES = 16
_KEYS = 4
_ECHO_PAYLOAD = 8


@dataclass(frozen=True, slots=True)
class Command:
    """A command with the least and the most arguments it takes."""

    run: Callable[[Module, list[str]], bytes | None]
    least: int = 0
    most: int = 0


def lines(*text: str) -> bytes:
    """An answer of lines, and OK."""
    return "".join(f"{line}\r\n" for line in text).encode("latin-1") + OK


def _version(module: Module, arguments: list[str]) -> bytes:
    return lines(f"EVER {module.profile.version}")


def _app_version(module: Module, arguments: list[str]) -> bytes:
    return lines(f"EAPPVER {module.profile.app_version}")


def _info(module: Module, arguments: list[str]) -> bytes:
    registers = module.registers
    side = f"{registers.number(0xF0)}" if module.profile.dual else "FFFE"
    space = " " if module.profile.info_space or module.options.shell.trailing_space else ""
    return lines(
        f"EINFO {module.address} {module.mac} {module.channel:02X} "
        f"{module.pan_id:04X} {side}{space}"
    )


def _reset(module: Module, arguments: list[str]) -> bytes:
    module.reset_stack()
    return OK


def _register(module: Module, arguments: list[str]) -> bytes:
    if len(arguments) == 1:
        return lines(f"ESREG {module.registers.read(arguments[0])}")
    if module.registers.write(*arguments) == 0xFD:
        module.transmitter.airtime.total = 0.0
    return OK


def _password(module: Module, arguments: list[str]) -> bytes:
    length = number(arguments[0], 2, 1, 0x20)
    module.pana.password = characters(arguments[1], length).ljust(length, "\xff")
    return OK


def _route_b_id(module: Module, arguments: list[str]) -> bytes:
    if len(arguments[0]) > 32 or not is_hex(arguments[0]):
        raise Refusal(6)
    identity = arguments[0].upper().ljust(32, "?")
    module.pana.route_b_id = identity
    module.registers.set_pairing_id(identity[-8:])
    return OK


def _shared_key(module: Module, arguments: list[str]) -> bytes:
    number(arguments[0], 2, 0x10, 0x10)
    exact(arguments[1], 32)
    return OK


def _scan(module: Module, arguments: list[str]) -> bytes:
    mode = number(arguments[0], 1, 0, 3)
    if mode not in (scanner.ENERGY, scanner.ACTIVE, scanner.ACTIVE_PLAIN):
        raise Refusal(6)
    mask = number(arguments[1], 8, 0, 0xFFFFFFFF)
    duration = number(arguments[2], 1, 0, module.profile.longest_scan)
    side = number(arguments[3], 1, 0, 1) if module.profile.dual else scanner.ROUTE_B
    module.scanner.start(mode, mask, duration, side)
    return OK


def _link_local(module: Module, arguments: list[str]) -> bytes:
    return f"{link_local(mac(arguments[0]))}\r\n".encode()


def _neighbour(module: Module, arguments: list[str]) -> bytes:
    module.transmitter.add_neighbour(address(arguments[0]), mac(arguments[1]))
    return OK


def _join(module: Module, arguments: list[str]) -> bytes:
    module.pana.join(address(arguments[0]))
    return OK


def _rejoin(module: Module, arguments: list[str]) -> bytes:
    module.pana.rejoin()
    return OK


def _terminate(module: Module, arguments: list[str]) -> None:
    module.pana.terminate()


def _start(module: Module, arguments: list[str]) -> bytes:
    module.registers.set_number(0x15, 1)
    module.pana.drop_session()
    return OK


def _ping(module: Module, arguments: list[str]) -> bytes:
    if len(arguments) == 2:
        number(arguments[0], 1, 0, 1)
    target = address(arguments[-1])
    if module.pana.forbids_sending:
        raise Refusal(10)

    def pong() -> None:
        module.transmitter.count(_ECHO_PAYLOAD)
        if module.transmitter.limited or not module.air.reachable(module, target):
            return
        board = module.air.board(module, target)
        if board is not None:
            path = module.air.path
            module.air.boards_talk()
            if not (path.arrives() and board.hear_echo_request(module.address)):
                return
            board.transmitter.count(_ECHO_PAYLOAD)
            if not path.arrives():
                return
            module.radio_after(path.delay(), lambda: module.print_line(f"EPONG {target}"))
            return
        losses = module.air.losses
        if losses.arrives() and losses.arrives():
            module.print_line(f"EPONG {target}")

    module.radio_after(module.pick((0.1, 0.4)), pong)
    return OK


def _connect(module: Module, arguments: list[str]) -> bytes:
    return module.tcp.connect(
        address(arguments[0]), _tcp_port(arguments[1]), _tcp_port(arguments[2])
    )


def _close(module: Module, arguments: list[str]) -> bytes:
    return module.tcp.close(number(arguments[0], 1, 1, 6))


def _listen(module: Module, arguments: list[str]) -> bytes:
    index = number(arguments[0], 1, 1, 4)
    port = exact(arguments[1], 4)
    if port == 0xFFFF:
        raise Refusal(6)
    module.tcp.chosen_ports[index - 1] = port
    return OK


def _tcp_port(text: str) -> int:
    port = exact(text, 4)
    if not 0 < port < 0xFFFF:
        raise Refusal(6)
    return port


def _table(module: Module, arguments: list[str]) -> bytes:
    which = arguments[0].upper()
    if which == "1":
        space = " " if module.options.shell.trailing_space else ""
        return lines("EADDR", f"{module.address}{space}")
    if which == "2":
        return lines(
            "ENEIGHBOR", *(f"{ip} {mac16} FFFF" for ip, mac16 in module.transmitter.neighbours)
        )
    if which == "E":
        tcp = [str(port) for port in module.tcp.ports] if module.profile.tcp else []
        return lines("EPORT", *(str(port) for port in module.ports), "", *tcp)
    if which == "F" and module.profile.tcp:
        return lines("EHANDLE", *module.tcp.rows())
    raise Refusal(6)


def _udp_port(module: Module, arguments: list[str]) -> bytes:
    handle = number(arguments[0], 1, 1, 6)
    port = exact(arguments[1], 4)
    if port == 0xFFFF:
        raise Refusal(6)
    module.chosen_ports[handle - 1] = port
    return OK


def _add_device(module: Module, arguments: list[str]) -> bytes:
    device = address(arguments[0])
    if device not in module.han.devices:
        if len(module.han.devices) >= _DEVICES:
            raise Refusal(10)
        module.han.devices.append(device)
    return OK


def _remove_device(module: Module, arguments: list[str]) -> bytes:
    device = address(arguments[0])
    if device not in module.han.devices:
        raise Refusal(10)
    module.han.devices.remove(device)
    return OK


def _set_key(module: Module, arguments: list[str]) -> bytes:
    index = number(arguments[0], 2, 0, 0xFF)
    number(arguments[1], 32, 0, (1 << 128) - 1)
    keys = module.han.keys
    if index not in keys and len(keys) >= _KEYS:
        raise Refusal(10)
    keys[index] = arguments[1]
    return OK


def _remove_key(module: Module, arguments: list[str]) -> bytes:
    if module.han.keys.pop(number(arguments[0], 2, 0, 0xFF), None) is None:
        raise Refusal(10)
    return OK


def _secure(module: Module, arguments: list[str]) -> bytes:
    number(arguments[0], 1, 0, 1)
    device = address(arguments[1])
    mac(arguments[2])
    if device not in module.han.devices:
        raise Refusal(10)
    return OK


def _save(module: Module, arguments: list[str]) -> bytes:
    module.flash.save(module.registers.savable(), module.chosen_ports, module.tcp.chosen_ports)
    return OK


def _load(module: Module, arguments: list[str]) -> bytes:
    if module.flash.registers is None:
        raise Refusal(10)
    module.registers.load(module.flash.registers)
    return OK


def _erase(module: Module, arguments: list[str]) -> bytes:
    module.flash.erase()
    return OK


def _sleep(module: Module, arguments: list[str]) -> None:
    module.write(OK)
    # Before the command ends: the input that has waited for its end is slept over too.
    module.shell.state = Input.SLEEP
    module.finish(b"")


def _oscillator(module: Module, arguments: list[str]) -> bytes:
    number(arguments[0], 2, 0, 1)
    return OK


def _read_option(module: Module, arguments: list[str]) -> bytes:
    return b"OK 00\r" if module.flash.binary_display else b"OK 01\r"


def _write_option(module: Module, arguments: list[str]) -> bytes:
    module.flash.set_display(not number(arguments[0], 2, 0, 1), module.registers.savable())
    return b"OK\r"


def _read_uart(module: Module, arguments: list[str]) -> bytes:
    return b"OK %02X\r" % module.flash.uart_flags


def _write_uart(module: Module, arguments: list[str]) -> bytes:
    flags = number(arguments[0], 2, 0, 0xFF)
    if flags & 0x07 > 6 or flags >> 4 & 0x07 > 5 or flags & 0x08:
        raise Refusal(6)
    module.flash.set_uart(flags)
    return b"OK\r"


def _data_missing(module: Module, arguments: list[str]) -> None:
    """SKSENDTO that was ended before its data began."""
    if len(arguments) == sending.data_commands(module.profile)["SKSENDTO"]:
        sending.read_header(module, arguments)
    raise Refusal(5)


def _tcp_data_missing(module: Module, arguments: list[str]) -> None:
    if len(arguments) == sending.data_commands(module.profile)["SKSEND"]:
        sending.read_tcp_header(arguments)
    raise Refusal(5)


def table(profile: Profile) -> dict[str, Command]:
    """The commands that a module of this kind knows."""
    scan_arguments = 4 if profile.dual else 3
    commands = {
        "SKVER": Command(_version),
        "SKINFO": Command(_info),
        "SKRESET": Command(_reset),
        "SKSREG": Command(_register, 1, 2),
        "SKSETPWD": Command(_password, 2, 2),
        "SKSETRBID": Command(_route_b_id, 1, 1),
        "SKSETPSK": Command(_shared_key, 2, 2),
        "SKSCAN": Command(_scan, scan_arguments, scan_arguments),
        "SKLL64": Command(_link_local, 1, 1),
        "SKADDNBR": Command(_neighbour, 2, 2),
        "SKJOIN": Command(_join, 1, 1),
        "SKREJOIN": Command(_rejoin),
        "SKTERM": Command(_terminate),
        "SKSTART": Command(_start),
        "SKSENDTO": Command(_data_missing, 0, 16),
        "SKPING": Command(_ping, 1, 2 if profile.dual else 1),
        "SKTABLE": Command(_table, 1, 1),
        "SKUDPPORT": Command(_udp_port, 2, 2),
        "SKREGDEV": Command(_add_device, 1, 1),
        "SKRMDEV": Command(_remove_device, 1, 1),
        "SKSETKEY": Command(_set_key, 2, 2),
        "SKRMKEY": Command(_remove_key, 1, 1),
        "SKSECENABLE": Command(_secure, 3, 3),
        "SKSAVE": Command(_save),
        "SKLOAD": Command(_load),
        "SKERASE": Command(_erase),
        "SKDSLEEP": Command(_sleep),
        "SKRFLO": Command(_oscillator, 1, 1),
    }
    if profile.tcp:
        commands["SKCONNECT"] = Command(_connect, 3, 3)
        commands["SKSEND"] = Command(_tcp_data_missing, 0, 16)
        commands["SKCLOSE"] = Command(_close, 1, 1)
        commands["SKTCPPORT"] = Command(_listen, 2, 2)
    if profile.app_version is not None:
        commands["SKAPPVER"] = Command(_app_version)
    if profile.product_commands:
        commands["ROPT"] = Command(_read_option)
        commands["WOPT"] = Command(_write_option, 1, 1)
        commands["RUART"] = Command(_read_uart)
        commands["WUART"] = Command(_write_uart, 1, 1)
    return commands
