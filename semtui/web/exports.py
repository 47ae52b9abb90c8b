"""The history as CSV over HTTP: the tables of `semtui export`, a piece at a time.

A piece is read when the client has taken the one before, so that years cost
no more memory than a day, and reading ends when the client goes.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from semtui.errors import ConfigError, StorageError
from semtui.i18n import _
from semtui.storage.export.query import Every, Query, query_of
from semtui.storage.export.tables import HEADERS, Piece, pieces
from semtui.storage.history.reader import HistoryReader
from semtui.web.past import moment_of, unescaped_plus
from semtui.web.problems import Problem

MOST_AT_ONCE = 4
"""Exports; a fifth is asked to come again."""


class Exports:
    """Begins exports from the store at `path`."""

    def __init__(self, path: Path | None, now: Callable[[], datetime]) -> None:
        """`path` is None where no history is kept."""
        self._path = path
        self._now = now
        self.running = 0
        """Exports that have begun and have not been closed."""
        # One thread reads for all exports: the page's own questions find the disk free.
        self._turn = asyncio.Semaphore(1)

    async def begin(self, parameters: Mapping[str, str]) -> Export:
        """Return an export that has its first rows, and must be closed; raises Problem.

        A history that cannot be read is thus said with a status, not by a file that ends early.
        """
        query = self.query(parameters)
        if self._path is None:
            raise Problem(404, "no_history", _("No history is kept: storage.history is off."))
        if self.running >= MOST_AT_ONCE:
            raise Problem(
                503, "busy", _("Other exports are under way; try again when one has ended.")
            )
        with ExitStack() as undo:
            self.running += 1
            undo.callback(self._end)
            export = Export(HistoryReader(self._path), query, self._turn)
            undo.callback(export.reader.close)
            try:
                await export.advance()
            except StorageError as error:
                raise Problem(503, "history", str(error)) from None
            export.at_end = undo.pop_all()
        return export

    def query(self, parameters: Mapping[str, str]) -> Query:
        """Return what the parameters ask for; raises Problem."""
        try:
            every = Every(parameters.get("every", "") or "raw")
        except ValueError:
            raise Problem(400, "every", _("every must be raw, 1m, 30m or 1d.")) from None
        start, end = (self._time(parameters.get(name, "")) for name in ("from", "to"))
        try:
            return query_of(every, start, end, self._now())
        except ConfigError as error:
            raise Problem(400, "range", f"{error.title} {error.detail}") from None

    def _time(self, text: str) -> str | None:
        """A time as `semtui export` takes it, or epoch seconds turned into one; raises Problem."""
        text = unescaped_plus(text.strip())
        if re.match(r"-?\d+(\.|$)|\d{4}-", text) is None:
            return text or None  # "today", "-7d"; or nonsense, of which the export says so
        # Years are bounded as elsewhere; a day stays a day, as its end depends on the table.
        moment = moment_of(text, self._now())
        is_number = "-" not in text[1:]
        return moment.isoformat() if is_number and moment is not None else text

    def _end(self) -> None:
        self.running -= 1


class Export:
    """One table on its way to a client."""

    def __init__(self, reader: HistoryReader, query: Query, turn: asyncio.Semaphore) -> None:
        self.reader = reader
        name = f"semtui-{query.every.value}.csv"
        self.headers = {"content-disposition": f'attachment; filename="{name}"'}
        self.at_end = ExitStack()
        self._header = HEADERS[query.every]
        self._rows = pieces(reader, query)
        self._turn = turn
        self._ahead: Piece | None = None

    async def advance(self) -> None:
        """Read the next piece, in a thread that is not the server's; raises StorageError."""
        async with self._turn:
            self._ahead = await run_in_threadpool(next, self._rows, None)

    async def texts(self) -> AsyncIterator[str]:
        """Yield the header and the rows; raises StorageError where the history breaks off."""
        yield self._header
        while self._ahead is not None:
            yield self._ahead.text
            await self.advance()

    def close(self) -> None:
        """Give the history back; nothing is read after it."""
        self.at_end.close()


class ExportResponse(StreamingResponse):
    """Sends an export, and closes it whether it is taken to its end or not."""

    def __init__(self, export: Export) -> None:
        super().__init__(export.texts(), 200, export.headers, "text/csv")
        self._export = export

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._export.close()
