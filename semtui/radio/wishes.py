"""What a person may have the module do beside the link's work, and when there is room for it."""

from __future__ import annotations

from semtui.model import LinkState
from semtui.radio import commands, procedures
from semtui.radio.console import classify
from semtui.radio.link import Link

_SETTLED = (LinkState.READY, LinkState.BACKOFF, LinkState.FAILED)


def can_listen(link: Link) -> bool:
    """Whether a noise scan may begin: the module is set up, and nothing else is under way."""
    waiting = link.state is LinkState.BACKOFF and link.port_open and link.module is not None
    return (link.can_send or waiting) and not link.listening


def listen(link: Link, now: float) -> None:
    """Begin a noise scan, only when `can_listen`; a `NoiseHeard` effect follows."""
    link.runner.start(procedures.listen(link), now)


def can_type(link: Link) -> bool:
    """Whether the module can be given a command that a person typed."""
    settled = link.state in _SETTLED
    return link.port_open and settled and link.runner.is_free and not link.listening


def is_forbidden(link: Link, line: str) -> bool:
    """Whether a typed command would go on the air while the send-time limit holds (EVENT 32)."""
    return link.limit.holds and classify(line).on_air


def type_line(link: Link, line: str, now: float) -> None:
    """Put a typed command line into the slot; only when `can_type`, and not `is_forbidden`.

    One that authenticates in our session is the link's own work: it knows that nothing may be
    sent meanwhile.
    """
    ready = link.state is LinkState.READY
    if ready and line == "SKREJOIN":
        link.renew(now)
    elif ready and line == f"SKJOIN {link.address}":
        link.rejoin(now)
    else:
        link.runner.send(commands.typed(line), now)
