"""Server-Sent Events: each reading, link change and notice, once, in its order.

An id is `RUN-NUMBER`. A browser that comes back tells the last id it has seen
and is sent what it has missed; where that is no longer kept, or the program
was restarted meanwhile, it is told to fetch the page's data anew (`reset`).
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Callable

from semtui.web.live import Event, Live

QUIET_SECONDS = 15.0
"""After so long without an event a comment goes out, so that both ends know the line is alive."""
RETRY_MS = 2000


class Feed:
    """Hands the events of `Live` to any number of clients; lives in the server's loop."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._run = secrets.token_hex(4)
        self.clients = 0
        """How many listen now."""
        self._ending = False
        self._waiting: set[asyncio.Event] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._unhook: Callable[[], None] = lambda: None

    def open(self) -> None:
        """Begin to listen; call it in the server's loop."""
        self._loop = asyncio.get_running_loop()
        self._unhook = self._live.call_on_event(self._wake_soon)

    def end_soon(self) -> None:
        """End every stream; call it in any thread."""
        self._unhook()
        self._ending = True
        self._wake_soon()

    async def stream(self, last_id: str) -> AsyncIterator[str]:
        """Yield the text of one client's stream, from behind `last_id` on, until it leaves."""
        self.clients += 1
        woken = asyncio.Event()
        self._waiting.add(woken)
        try:
            number = self._number_of(last_id)
            yield f"retry: {RETRY_MS}\n\n"
            if number is None:
                number = self._live.number
                yield self._text(Event(number, "reset" if last_id else "hello", "{}"))
            while not self._ending:
                woken.clear()
                events, whole = self._live.since(number)
                if not whole:
                    number = self._live.number
                    yield self._text(Event(number, "reset", "{}"))
                    continue
                for event in events:
                    number = event.number
                    yield self._text(event)
                if not events:
                    yield await self._quiet(woken)
        finally:
            self.clients -= 1
            self._waiting.discard(woken)

    async def _quiet(self, woken: asyncio.Event) -> str:
        """Wait for the next event; returns a comment when none has come for long."""
        try:
            await asyncio.wait_for(woken.wait(), QUIET_SECONDS)
        except TimeoutError:
            return ": quiet\n\n"
        return ""

    def _text(self, event: Event) -> str:
        return f"id: {self._run}-{event.number}\nevent: {event.kind}\ndata: {event.data}\n\n"

    def _number_of(self, last_id: str) -> int | None:
        """The number in an id of this run; None for any other."""
        run, _dash, number = last_id.partition("-")
        known = run == self._run and number.isascii() and number.isdigit() and len(number) < 16
        return int(number) if known else None

    def _wake_soon(self) -> None:
        """Wake the streams; called in the radio's thread, which must not hear of a loop's end."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # The loop is closed, perhaps just now.
                self._loop.call_soon_threadsafe(self._wake_all)

    def _wake_all(self) -> None:
        for woken in self._waiting:
            woken.set()
