"""What the engine tells of the link: snapshots, counts, and the notices a person should see."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from semtui.clock import Clock
from semtui.errors import SemtuiError
from semtui.i18n import _
from semtui.model import Level, LinkCounts, LinkSnapshot, LinkState, Notice, Update


class Narrator:
    """Publishes what is news, and says what it means where that matters."""

    def __init__(self, publish: Callable[[Update], None], clock: Clock) -> None:
        self._publish = publish
        self._clock = clock
        self._state = LinkState.CLOSED
        self._since = 0.0
        self._last_fault = ""
        self._counts = LinkCounts()

    def say(self, updates: Sequence[Update]) -> None:
        """Publish updates in their order."""
        for update in updates:
            self._publish(update)

    def link(self, snapshot: LinkSnapshot) -> None:
        """Publish how the link stands, behind a notice of what a person should know of it."""
        if (snapshot.state, snapshot.since) != (self._state, self._since):
            self._turn(snapshot)
            self._state, self._since = snapshot.state, snapshot.since
        self._publish(snapshot)

    def counts(self, counts: LinkCounts) -> None:
        """Publish the counts where they have changed."""
        if counts != self._counts:
            self._counts = counts
            self._publish(counts)

    def notice(self, level: Level, title: str, detail: str = "", hint: str = "") -> None:
        """Publish a notice."""
        self._publish(Notice(self._clock.now(), level, title, detail, hint))

    def fault(self, level: Level, error: SemtuiError) -> None:
        """Publish an error as a notice."""
        self.notice(level, error.title, error.detail, error.hint)

    def _turn(self, snapshot: LinkSnapshot) -> None:
        """Tell that a session stands, and why it does not; the same reason only once."""
        match snapshot.state:
            case LinkState.READY:
                self._last_fault = ""
                self.notice(Level.INFO, self._joined(snapshot))
            case LinkState.BACKOFF | LinkState.FAILED if snapshot.title != self._last_fault:
                self._last_fault = snapshot.title
                failed = snapshot.state is LinkState.FAILED
                level = Level.ERROR if failed else Level.WARNING
                self.notice(level, snapshot.title, snapshot.detail, snapshot.hint)

    def _joined(self, snapshot: LinkSnapshot) -> str:
        pan = snapshot.pan
        seconds = snapshot.since - self._since
        name = "?" if pan is None else f"{pan.pan_id:04X}"
        channel = "?" if pan is None else str(pan.channel)
        if self._state is LinkState.REAUTHENTICATING:
            return _("Session with {name} renewed in {seconds:.1f} s.").format(
                name=name, seconds=seconds
            )
        text = (
            _("Joined {name} on channel {channel} in {seconds:.1f} s with the remembered PAN.")
            if snapshot.from_cache
            else _("Joined {name} on channel {channel} in {seconds:.1f} s.")
        )
        return text.format(name=name, channel=channel, seconds=seconds)
