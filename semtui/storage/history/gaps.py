"""Which days the history misses, and when the meter is asked for them.

With each session, and every hour of it, the days with a half hour missing are
submitted as a wish, the newest first. What the meter could not tell is asked a
few times and then left for a while, and nothing is asked beyond the end of
the meter's memory, as far as that is known.
"""

from __future__ import annotations

import json
import math
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from semtui.clock import JST, Clock
from semtui.errors import StorageError
from semtui.model import (
    BackfillProgress,
    BackfillState,
    FetchHistory,
    LinkSnapshot,
    LinkState,
    MeterFacts,
    Update,
    Wish,
)

if TYPE_CHECKING:
    from semtui.storage.history.reader import HistoryReader

LOOK_SECONDS = 5.0
"""Between two looks at whether something is to be asked; most of them see at once that not."""
_HOUR = 3600.0
_FARTHEST = 99
"""Days that a meter can be asked back for (E5)."""
_TRIES = 3
"""So often a day that was over is asked for."""
_REST = timedelta(days=7)
"""Until it is asked for again after that: the meter may have been at fault."""
_DEPTH_HOLDS = timedelta(days=30)
"""Until the end of the memory is looked for again."""
_MARK = "backfill"
_GOING_ON = (BackfillState.RUNNING, BackfillState.PAUSED)


@dataclass(slots=True)
class Knowledge:
    """What is known of the meter's memory, kept in the history from run to run."""

    meter: str = ""
    """Stands for the meter's serial number."""
    depth: int | None = None
    """Days back at which its memory ended on the day `depth_on` (ISO)."""
    depth_on: str = ""
    asked: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Days (ISO) that were over when they were settled: how often, and on which day last."""

    def reach(self, today: date) -> int:
        """How many days back it is worth asking."""
        if self.depth is None:
            return _FARTHEST
        age = today - date.fromisoformat(self.depth_on)
        if not timedelta(0) <= age <= _DEPTH_HOLDS:
            return _FARTHEST
        # What it remembered then it may still remember, if it had only just begun.
        return min(self.depth + age.days, _FARTHEST)

    def is_worthwhile(self, day: date, today: date) -> bool:
        """Whether the meter may tell more of `day` than it has told already."""
        count, last = self.asked.get(day.isoformat(), (0, ""))
        return count < _TRIES or abs(today - date.fromisoformat(last)) >= _REST

    def note_settled(self, day: date, today: date) -> None:
        """The meter has told what it tells of `day`."""
        if day >= today:
            return
        count, _last = self.asked.get(day.isoformat(), (0, ""))
        self.asked[day.isoformat()] = (count + 1, today.isoformat())
        oldest = (today - timedelta(days=_FARTHEST)).isoformat()
        self.asked = {key: value for key, value in self.asked.items() if key >= oldest}

    def to_text(self) -> str:
        """As it is kept."""
        return json.dumps(asdict(self))


def read_knowledge(text: str | None) -> Knowledge:
    """Read what `Knowledge.to_text` wrote; what is none of it counts as nothing known."""
    try:
        data = json.loads(text or "{}")
        known = Knowledge(**data)
        known.asked = {
            date.fromisoformat(day).isoformat(): (int(count), date.fromisoformat(last).isoformat())
            for day, (count, last) in known.asked.items()
        }
        if known.depth is not None:
            known.depth = int(known.depth)
            date.fromisoformat(known.depth_on)
    except (ValueError, TypeError, AttributeError, OverflowError):
        return Knowledge()
    return known


class GapPlanner:
    """Listens to a run, looks into its history, and wishes for what is missing there."""

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        submit: Callable[[Wish], None],
        remember: Callable[[str, str], None],
        commit: Callable[[], None],
    ) -> None:
        """`folder`: of the history; `remember` keeps a text under a key in it.

        `commit` puts in what still waits: what came a moment ago is not to be asked for again.
        """
        self._folder = folder
        self._clock = clock
        self._submit = submit
        self._remember = remember
        self._commit = commit
        # The radio's thread puts in at one end, the storage thread takes from the other.
        self._heard: deque[Update] = deque(maxlen=1000)
        # The storage thread alone.
        self._reader: HistoryReader | None = None
        self._known: Knowledge | None = None
        self._kept = ""
        self._due = math.inf
        self._ready = self._going_on = False
        self._offset: timedelta | None = None
        """The meter's clock minus ours; None while it is not known."""
        self._serial: str | None = None
        self._done = 0
        self._ended = False

    def handle(self, update: Update) -> None:
        """Note what matters to the plan; for the hub."""
        if isinstance(update, (LinkSnapshot, MeterFacts, BackfillProgress)):
            self._heard.append(update)

    def end(self) -> None:
        """Wish for nothing any more."""
        self._ended = True

    def look(self) -> None:
        """Wish for what is missing, if it is time to. For the storage thread; never raises."""
        try:
            self._look()
        except StorageError:
            # The store itself tells what is wrong with the file; there is another hour.
            self._due = self._clock.monotonic() + _HOUR
        if self._ended and self._reader is not None:
            self._reader.close()

    def _look(self) -> None:
        if self._known is None and (self._heard or self._due < math.inf):
            self._known = read_knowledge(self._history().mark(_MARK))
            self._kept = self._known.to_text()
        if self._heard:
            self._listen()
        known, today, now = self._known, self._today(), self._clock.monotonic()
        if known is None or today is None or now < self._due:
            return
        if self._ended or self._going_on or not self._ready:
            return
        self._due = now + _HOUR
        self._commit()
        missing = self._history().missing_days(today, known.reach(today))
        days = tuple(day for day in missing if known.is_worthwhile(day, today))
        if days:
            self._submit(FetchHistory(days))

    def _listen(self) -> None:
        """Take what was heard, and have it kept if that changes what is known."""
        while self._heard:
            self._take(self._heard.popleft())
        if self._known is not None and (text := self._known.to_text()) != self._kept:
            self._kept = text
            self._remember(_MARK, text)

    def _take(self, update: Update) -> None:
        match update:
            case LinkSnapshot():
                ready = update.state is LinkState.READY
                if ready and not self._ready:
                    self._due = -math.inf
                    # An engine that was started anew knows of no wish; one that goes on says so.
                    self._going_on = False
                self._ready = ready
            case MeterFacts():
                if update.clock_offset is not None:
                    self._offset = timedelta(seconds=update.clock_offset)
                if update.serial is not None:
                    self._recognise(update.serial)
            case BackfillProgress():
                self._follow(update)

    def _recognise(self, serial: str) -> None:
        """What is known of another meter says nothing of this one."""
        from semtui.storage.history.meters import digest_of

        digest = digest_of(serial)
        if self._known is not None and self._known.meter != digest:
            self._known = Knowledge(meter=digest)

    def _follow(self, progress: BackfillProgress) -> None:
        known, today = self._known, self._today()
        if known is not None and today is not None:
            if progress.day is not None and progress.done != self._done:
                known.note_settled(progress.day, today)
            if progress.depth is not None:
                known.depth, known.depth_on = progress.depth, today.isoformat()
        self._done = progress.done
        self._going_on = progress.state in _GOING_ON
        if progress.state is BackfillState.REFUSED:
            # It will be the same in an hour; the next session may be another matter.
            self._due = math.inf

    def _today(self) -> date | None:
        """By the meter's calendar."""
        if self._offset is None:
            return None
        return (self._clock.now().astimezone(JST) + self._offset).date()

    def _history(self) -> HistoryReader:
        if self._reader is None:
            # SQLite takes a while to import on a small machine.
            from semtui.storage.history.reader import HistoryReader
            from semtui.storage.history.values import FILE_NAME

            self._reader = HistoryReader(self._folder / FILE_NAME)
        return self._reader
