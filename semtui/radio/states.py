"""The link's transition table: which signal leads from which state to which.

A state is what the link is doing; a signal is how that ended, or what came
from outside meanwhile. A signal that the table does not name for the present
state changes nothing. What may be sent is not in here: the send permit
(EVENT 32 and 33) and the single command slot stand beside the state.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto, unique

from semtui.model import LinkState


@unique
class Signal(Enum):
    """What moves the link from one state to the next."""

    OPENED = auto()
    """The port is open."""
    LOST = auto()
    """The port has gone, or could not be opened."""
    DONE = auto()
    """The state's own work is done."""
    PAN_KNOWN = auto()
    """The module is set up, and an earlier run left the meter's PAN in the cache."""
    CACHE_FAILED = auto()
    """The join with the cached PAN failed."""
    FAULT = auto()
    """The state's own work failed; a later try may succeed."""
    HOPELESS = auto()
    """The state's own work failed, and will until a person does something."""
    JOINED = auto()
    """EVENT 25: a session stands, or was renewed."""
    LIFETIME = auto()
    """EVENT 29: the module has begun to renew the session."""
    ENDED = auto()
    """The session is over: EVENT 24, 26, 27, 28, or a renewal that never ended."""
    RENEW = auto()
    """Joined, but the meter has stopped answering: have the session renewed."""
    DEAF = auto()
    """The same, and a renewal has not helped."""
    RESTARTED = auto()
    """The module has lost its settings: it echoes although it was told not to."""
    STUCK = auto()
    """The module did not answer a command."""
    RETRY_PROBE = auto()
    RETRY_RESET = auto()
    RETRY_SCAN = auto()
    RETRY_JOIN = auto()
    RESCAN = auto()
    """Somebody asked for a new search."""
    REJOIN = auto()
    """Somebody asked for a new join."""
    STOP = auto()
    """Somebody asked for the end."""


SIGNALS_OF_A_NEW_SEARCH = (Signal.RESCAN, Signal.RETRY_SCAN, Signal.CACHE_FAILED)
"""After these the PAN of before is forgotten."""

SESSION_STATES = (LinkState.READY, LinkState.REAUTHENTICATING)
"""The states in which a session stands."""

_LIVE: Mapping[Signal, LinkState] = {
    Signal.LOST: LinkState.BACKOFF,
    Signal.FAULT: LinkState.BACKOFF,
    Signal.STOP: LinkState.TERMINATING,
}
"""What holds in every state with an open port."""

_SET_UP: Mapping[Signal, LinkState] = {
    **_LIVE,
    Signal.RESTARTED: LinkState.PROBING,
}
"""What holds once the module is set up."""

_SESSION: Mapping[Signal, LinkState] = {
    **_SET_UP,
    Signal.ENDED: LinkState.JOINING,
    Signal.DEAF: LinkState.BACKOFF,
    Signal.STUCK: LinkState.PROBING,
}
"""What holds while a session stands."""

TRANSITIONS: Mapping[LinkState, Mapping[Signal, LinkState]] = {
    LinkState.CLOSED: {
        Signal.OPENED: LinkState.PROBING,
        Signal.LOST: LinkState.BACKOFF,
        Signal.STOP: LinkState.TERMINATING,
    },
    LinkState.PROBING: {
        **_LIVE,
        Signal.DONE: LinkState.CONFIGURING,
        Signal.HOPELESS: LinkState.FAILED,
    },
    LinkState.CONFIGURING: {
        **_LIVE,
        Signal.PAN_KNOWN: LinkState.JOINING,
        Signal.DONE: LinkState.SCANNING,
    },
    LinkState.SCANNING: {
        **_SET_UP,
        Signal.DONE: LinkState.RESOLVING,
    },
    LinkState.RESOLVING: {
        **_SET_UP,
        Signal.DONE: LinkState.JOINING,
    },
    LinkState.JOINING: {
        **_SET_UP,
        Signal.JOINED: LinkState.READY,
        Signal.CACHE_FAILED: LinkState.SCANNING,
    },
    LinkState.READY: {
        **_SESSION,
        Signal.LIFETIME: LinkState.REAUTHENTICATING,
        Signal.RENEW: LinkState.REAUTHENTICATING,
        Signal.RESCAN: LinkState.SCANNING,
        Signal.REJOIN: LinkState.JOINING,
    },
    LinkState.REAUTHENTICATING: {
        **_SESSION,
        Signal.JOINED: LinkState.READY,
    },
    LinkState.BACKOFF: {
        Signal.OPENED: LinkState.PROBING,
        Signal.LOST: LinkState.BACKOFF,
        Signal.RETRY_PROBE: LinkState.PROBING,
        Signal.RETRY_RESET: LinkState.CONFIGURING,
        Signal.RETRY_SCAN: LinkState.SCANNING,
        Signal.RETRY_JOIN: LinkState.JOINING,
        Signal.STOP: LinkState.TERMINATING,
    },
    LinkState.FAILED: {
        Signal.LOST: LinkState.BACKOFF,
        Signal.RETRY_PROBE: LinkState.PROBING,
        Signal.STOP: LinkState.TERMINATING,
    },
    LinkState.TERMINATING: {
        Signal.LOST: LinkState.CLOSED,
        Signal.DONE: LinkState.CLOSED,
        Signal.FAULT: LinkState.CLOSED,
    },
}
"""State and signal to the next state."""
