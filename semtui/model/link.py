"""Where the link stands: its state, its steps, its session, and what became of the requests."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, unique


@unique
class LinkState(Enum):
    """Where the link to the meter stands; the one truth about it."""

    CLOSED = "closed"
    """No port is open, and none is wanted."""
    PROBING = "probing"
    """The port is open; the module is asked what it is."""
    CONFIGURING = "configuring"
    """The module is known; echo, password and route-B id are being set."""
    SCANNING = "scanning"
    """The module sweeps the channels for a meter that knows our id."""
    RESOLVING = "resolving"
    """A PAN is chosen; its channel, PAN id and address are being set."""
    JOINING = "joining"
    """PANA authentication is under way."""
    READY = "ready"
    """A PANA session stands; the meter can be asked."""
    REAUTHENTICATING = "reauthenticating"
    """The session is being renewed; nothing may be sent meanwhile."""
    BACKOFF = "backoff"
    """Something failed; the next try waits for its time."""
    TERMINATING = "terminating"
    """The session is being ended before the port is closed."""
    FAILED = "failed"
    """Nothing this program can do alone will help; a person must."""


@unique
class LinkReason(Enum):
    """Why the link is in BACKOFF or FAILED."""

    PORT = "port"
    """The serial port cannot be opened, or has gone."""
    MODULE_SILENT = "module silent"
    """Nothing that looks like SKSTACK-IP answers on the port."""
    MODULE_REFUSED = "module refused"
    """The module answers, but refuses a command that it must know."""
    WRONG_FIRMWARE = "wrong firmware"
    """The module speaks another protocol (BP35C0-J11)."""
    NO_PAN = "no PAN found"
    """Every sweep ended without a beacon from our meter."""
    JOIN_REJECTED = "join rejected"
    """PANA messages were exchanged, and right behind the meter's last the join failed."""
    JOIN_BROKEN_OFF = "join broken off"
    """PANA messages were exchanged, then came a silence, and the module gave up."""
    JOIN_UNANSWERED = "join unanswered"
    """The meter did not answer a single PANA message."""
    SEND_FAILED = "send failed"
    """Joined, but the module cannot put anything on the air."""
    METER_SILENT = "meter silent"
    """Joined, but the meter has stopped answering."""


@unique
class StepKey(Enum):
    """The steps from an open port to the first reading, in their order."""

    PORT = "port"
    MODULE = "module"
    DISPLAY = "display"
    CREDENTIALS = "credentials"
    SCAN = "scan"
    ADDRESS = "address"
    PANA = "pana"
    READING = "reading"


@unique
class StepState(Enum):
    """How far a step has come."""

    PENDING = "pending"
    ACTIVE = "active"
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Step:
    """One step on the way to READY, with the seconds it took."""

    key: StepKey
    state: StepState = StepState.PENDING
    started: float | None = None
    """Monotonic stamp at which it became active; None before."""
    seconds: float | None = None
    """How long it took; None until it is done or failed."""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ModuleFacts:
    """What the Wi-SUN module said about itself (SKVER, SKAPPVER, SKINFO, ROPT)."""

    version: str
    """EVER, for example "1.2.10"."""
    app_version: str | None
    """EAPPVER, for example "rev26e"; None where the command is unknown."""
    dual_stack: bool
    binary_display: bool
    mac: str
    address: str
    port: str
    """The name of the port it was found on."""
    product: str = ""
    """What it most likely is, for example "BP35A1"."""


def rssi_dbm(lqi: int) -> float:
    """Return the received power in dBm for a link quality, by ROHM's curve."""
    return 0.275 * lqi - 104.27


@dataclass(frozen=True, slots=True)
class Pan:
    """A network found by an active scan (EPANDESC), or remembered from one."""

    channel: int
    """33 to 60."""
    pan_id: int
    mac: str
    """16 upper-case hex digits."""
    lqi: int | None
    """Link quality 0 to 255 as the scan measured it; None when unknown."""
    pairing_id: str | None = field(repr=False)
    """Last eight characters of the meter's route-B id; None in a mode-3 scan. Half a secret."""
    seen: int = 1
    """Beacons heard in this sweep."""
    found_at: datetime | None = None
    """When the scan heard it."""

    @property
    def rssi_dbm(self) -> float | None:
        """Received power of its beacon in dBm."""
        return None if self.lqi is None else rssi_dbm(self.lqi)

    @property
    def frequency_mhz(self) -> float:
        """Centre frequency of the channel."""
        return 922.5 + 0.2 * (self.channel - 33)


@dataclass(frozen=True, slots=True)
class ScanProgress:
    """One sweep of an active scan, published at its start, at each beacon and at its end."""

    sweep: int
    """1 for the first sweep of this search."""
    sweeps: int
    """How many sweeps there are at the most."""
    duration: int
    """The SKSCAN duration factor (not seconds)."""
    started: float
    """Monotonic stamp of SKSCAN."""
    expected: float
    """Seconds the sweep takes by the formula."""
    pans: tuple[Pan, ...] = ()
    finished: float | None = None
    """Monotonic stamp of EVENT 22; None while sweeping."""


PROMPT_NO = 3.0
"""A join that fails within so many seconds of the meter's last message fails by that message; one
that fails later fails by the silence behind it."""


@dataclass(frozen=True, slots=True)
class PanaProgress:
    """The join as seen from outside: sizes and times of messages, never their content.

    A message that the meter repeats, because its answer got lost, counts once.
    """

    started: float
    """Monotonic stamp of SKJOIN, or of EVENT 29 for a re-authentication."""
    messages: tuple[int, ...] = ()
    """Lengths in bytes of the PANA messages that came from the meter."""
    renewal: bool = False
    heard: float | None = None
    """Monotonic stamp of the last of them."""
    refused: bool = False
    """Whether the last of them ends the authentication with another result than success."""
    finished: float | None = None
    """Monotonic stamp of its success, or of its failure."""

    @property
    def fell_silent(self) -> bool:
        """Whether it failed by a silence of the meter's, and not by what the meter said."""
        if self.refused or self.heard is None or self.finished is None:
            return False
        return self.finished - self.heard > PROMPT_NO


@dataclass(frozen=True, slots=True)
class LinkCounts:
    """What became of the requests since the start."""

    sent: int = 0
    answered: int = 0
    lost: int = 0
    """No answer within the answer time."""
    not_sent: int = 0
    """The module could not put it on the air (EVENT 21 with 01)."""
    joins: int = 0
    scans: int = 0
    retries: int = 0
    """Requests that were made because the one before had brought nothing."""
    late: int = 0
    """Answers that came after their request had been given up."""
    acknowledged: int = 0
    """EVENT 21 with 00: sent, and acknowledged by the next node."""
    failed: int = 0
    """EVENT 21 with 01: busy channel, send-time limit, or no acknowledgement."""
    solicited: int = 0
    """EVENT 21 with 02: a neighbour solicitation went out first."""
    air_seconds: float = 0.0
    """Estimated seconds on the air within the last hour, of the 360 that the rules allow."""


@dataclass(frozen=True, slots=True)
class LinkSnapshot:
    """The whole truth about the link at one moment; published at every change of it."""

    state: LinkState
    since: float
    """Monotonic stamp at which this state was entered."""
    at: datetime
    reason: LinkReason | None = None
    title: str = ""
    """What happened, when `reason` is set."""
    detail: str = ""
    hint: str = ""
    attempt: int = 0
    """Failures in a row, for BACKOFF."""
    retry_at: float | None = None
    """Monotonic stamp of the next try, for BACKOFF."""
    retry_with: str = ""
    """What the next try begins with, in words: "open the port", "scan" and the like."""
    steps: tuple[Step, ...] = ()
    module: ModuleFacts | None = None
    pan: Pan | None = None
    from_cache: bool = False
    """Whether `pan` comes from the cache and not from a scan of this run."""
    meter_address: str | None = None
    pana: PanaProgress | None = None
    session_since: float | None = None
    lifetime: float | None = None
    """Seconds the meter granted to the session; None when not heard."""
    reauth_at: float | None = None
    """Monotonic stamp at which re-authentication is due (80 % of the lifetime)."""
    arib_limited: bool = False
    """EVENT 32 was seen and EVENT 33 not yet: nothing goes on the air."""
    session_held: bool = False
    """Whether the meter may hold a session of ours, as it does until it was told otherwise."""
    live_lqi: int | None = None
    """LQI of the last frame, from modules that report it (dual stack, SA2)."""

    @property
    def retry_wait(self) -> float | None:
        """Seconds from the begin of this state to the next try; None where none is due."""
        return None if self.retry_at is None else max(0.0, self.retry_at - self.since)


@dataclass(frozen=True, slots=True)
class NoiseScan:
    """An ED scan (SKSCAN 0): what was heard on each channel while nobody was asked to send."""

    at: datetime
    stamp: float
    levels: tuple[tuple[int, int], ...]
    """Channel (33 to 60) and LQI (0 to 255) each; `rssi_dbm` turns an LQI into dBm."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """The route-B id and password from the utility's letter. Secret: never printed."""

    route_b_id: str = field(repr=False)
    """32 upper-case hex digits."""
    password: str = field(repr=False)
    """12 characters."""
