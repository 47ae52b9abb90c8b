"""Where people's wishes are taken, and wait until there is room for them between the requests."""

from __future__ import annotations

from collections import deque

from semtui.echonet.meter import Meter
from semtui.i18n import _
from semtui.model import FetchHistory, Intent, Level, ReadProperties, SendCommand, Wish
from semtui.narrator import Narrator
from semtui.radio import wishes
from semtui.radio.console import classify
from semtui.radio.link import Link

TYPED = 16
"""Most commands from the console that wait for their turn."""
PATIENCE = 70.0
"""Seconds that a noise scan or a typed command waits for the link; an answer of the meter may
take sixty."""


class Desk:
    """Belongs to the worker thread, like the link and the meter that it asks."""

    def __init__(self, link: Link, meter: Meter, narrator: Narrator) -> None:
        self._link = link
        self._meter = meter
        self._narrator = narrator
        self._noise_wanted: float | None = None
        """Monotonic stamp at which a noise scan was asked for; None when none is."""
        self._typed: deque[tuple[str, float]] = deque()
        """Commands from the console, and when they were typed."""

    @property
    def holds_requests(self) -> bool:
        """Whether no request may begin: an answer to it would not be heard in a noise scan."""
        return self._noise_wanted is not None

    def take(self, wish: Wish, now: float) -> None:
        """Do what is asked for, or keep it until `serve` finds room for it."""
        match wish:
            case Intent.RESCAN:
                self._link.rescan(now)
            case Intent.REJOIN:
                self._link.rejoin(now)
            case Intent.RETRY:
                self._link.retry_now(now)
            case Intent.NOISE_SCAN:
                self._noise_wanted = now
            case Intent.PLACEMENT_ON | Intent.PLACEMENT_OFF:
                self._meter.place(now, on=wish is Intent.PLACEMENT_ON)
            case FetchHistory():
                self._meter.fetch_history(wish.days)
            case SendCommand():
                self._take_typed(wish.text, now)
            case ReadProperties():
                self._meter.read(wish.epcs)

    def serve(self, now: float) -> None:
        """Begin the noise scan, or send the command, that somebody asked for, once it fits in."""
        if self._noise_wanted is not None:
            if wishes.can_listen(self._link) and not self._meter.is_waiting:
                self._noise_wanted = None
                wishes.listen(self._link, now)
            elif now > self._noise_wanted + PATIENCE:
                self._noise_wanted = None
                self._not_now(_("The noise scan could not begin."))
        if self._typed:
            line, since = self._typed[0]
            if wishes.is_forbidden(self._link, line):
                self._typed.popleft()
                self._limited(line)
            elif wishes.can_type(self._link):
                self._typed.popleft()
                wishes.type_line(self._link, line, now)
            elif now > since + PATIENCE:
                self._typed.popleft()
                self._not_now(_("The command could not be sent."))

    def _take_typed(self, text: str, now: float) -> None:
        """Keep a command from the console for its turn; one that may not be sent is refused."""
        verdict = classify(text)
        if not verdict.may_be_sent:
            self._narrator.notice(
                Level.WARNING, _("The command was not sent."), verdict.explanation
            )
        elif len(self._typed) == TYPED:
            self._not_now(_("The command was not sent: too many others wait."))
        else:
            self._typed.append((verdict.command, now))

    def _limited(self, line: str) -> None:
        self._narrator.notice(
            Level.WARNING,
            _("{command} was not sent.").format(command=line.partition(" ")[0]),
            _(
                "It goes on the air, and the module has used up its send time (EVENT 32): radio "
                "rules allow 360 seconds an hour."
            ),
            _("Try again when the limit is lifted (EVENT 33), within an hour; it will be told."),
        )

    def _not_now(self, title: str) -> None:
        detail = _("The link was busy all the time: {state}.").format(state=self._link.state.value)
        hint = _("Try again when the meter is joined, or while a wait counts down.")
        self._narrator.notice(Level.WARNING, title, detail, hint)
