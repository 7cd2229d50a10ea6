"""The engine for log files on disk: a question in, events out, in the order of the files."""

from __future__ import annotations

import heapq
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any

from trailkeeper.search.errors import SearchError
from trailkeeper.search.event import Event
from trailkeeper.search.files.read_one import Reader
from trailkeeper.search.files.walk import LATE, LogFile, Walk
from trailkeeper.search.question import Question

# Below this many compressed bytes one process is done before others have begun.
ALONE = 4 << 20
_FEW = 256
_MOST_PROCESSES = 8
_PROBLEM, _ANSWER = 0, 1

Problem = Callable[[str, str], None]
Progress = Callable[[int, int], None]


def _nothing(*_: object) -> None:
    pass


class FilesEngine:
    """Searches the log files under some paths.

    `problem` is told the path and what could not be read there, at once; the rest is searched.
    `progress` is told how many files and bytes more are done. `processes` says how many work;
    by default as many as there are cores when there is much to read.
    """

    def __init__(
        self,
        paths: Sequence[str],
        *,
        problem: Problem = _nothing,
        progress: Progress = _nothing,
        processes: int | None = None,
    ) -> None:
        self._paths = [os.fspath(each) for each in paths]
        self._tell = problem
        self._progress = progress
        self._processes = processes
        self.problems = 0

    def search(self, question: Question) -> Iterator[Event]:
        """Every answer in the order of the files; with a limit the newest, newest first.

        Raises:
            SearchError: a path does not exist, or no log file is there for this span and place.
        """
        walk = Walk(self._paths, question)
        if question.limit is None:
            files = self._covered(walk, walk.files())
            yield from (Event(raw, record) for raw, record in self._read(question, files))
        else:
            yield from self._newest(question, walk, question.limit)

    def count(self, question: Question, columns: Sequence[str]) -> Counter[tuple[str, ...]]:
        """How many answers have the same texts in these columns of the row.

        Raises:
            SearchError: as `search`.
        """
        from trailkeeper.search.files.counting import count_file

        walk = Walk(self._paths, question)
        files = self._covered(walk, walk.files())
        total: Counter[tuple[str, ...]] = Counter()
        reader = Reader(question, self._problem)

        def alone(path: str) -> Iterator[tuple[int, Any, Any]]:
            yield _ANSWER, tuple(count_file(path, question, columns, reader).items()), 0

        for _, counted, _ in self._spread(files, alone, reader):
            for key, number in counted:
                total[key] += number
        return total

    def lines(self, question: Question) -> Iterator[bytes]:
        """Every answer as a line of JSON: the row, and the record as one text in it.

        Raises:
            SearchError: as `search`.
        """
        from trailkeeper.search.files.rows import lines

        walk = Walk(self._paths, question)
        reader = Reader(question, self._problem)

        def alone(path: str) -> Iterator[tuple[int, Any, Any]]:
            yield from ((_ANSWER, line, None) for line in lines(reader, path))

        for _, line, _ in self._spread(self._covered(walk, walk.files()), alone, reader):
            yield line

    def _newest(self, question: Question, walk: Walk, limit: int) -> Iterator[Event]:
        heap: list[tuple[tuple[str, str], int, Event]] = []

        def needed() -> Iterator[LogFile]:
            for file in walk.files(backwards=True):
                # What was delivered before the oldest of enough events cannot hold newer ones.
                full = len(heap) == limit
                if full and file.delivered and _before(file.delivered, heap[0][0][0]):
                    self._progress(1, file.size)
                else:
                    yield file

        for number, (raw, record) in enumerate(self._read(question, self._covered(walk, needed()))):
            event = Event(raw, record)
            # The number settles events of the same time and id, for events do not compare.
            entry = (event.order, -number, event)
            if len(heap) < limit:
                heapq.heappush(heap, entry)
            else:
                heapq.heappushpop(heap, entry)
        yield from (event for _, _, event in sorted(heap, reverse=True, key=lambda e: e[:2]))

    def _covered(self, walk: Walk, files: Iterator[LogFile]) -> Iterator[LogFile]:
        """The files, and an error when there are none at all."""
        first = next(files, None)
        for path, what in walk.unreadable:
            self._problem(path, f"it cannot be read ({what})")
        walk.unreadable.clear()
        if first is None:
            raise SearchError(_no_files(self._paths, walk.skipped))
        yield first
        for file in files:
            yield file
            while walk.unreadable:
                path, what = walk.unreadable.pop()
                self._problem(path, f"it cannot be read ({what})")

    def _read(
        self, question: Question, files: Iterator[LogFile]
    ) -> Iterator[tuple[bytes, dict[str, Any] | None]]:
        reader = Reader(question, self._problem)

        def alone(path: str) -> Iterator[tuple[int, Any, Any]]:
            for raw, record in reader.answers(path):
                yield _ANSWER, raw, record

        for _, raw, record in self._spread(files, alone, reader):
            yield raw, record

    def _spread(
        self,
        files: Iterator[LogFile],
        alone: Callable[[str], Iterator[tuple[int, Any, Any]]],
        reader: Reader,
    ) -> Iterator[tuple[int, Any, Any]]:
        """Here, or in several processes when there is enough to do."""
        first: list[LogFile] = []
        size = 0
        for file in files:
            first.append(file)
            size += file.size
            if size > ALONE or len(first) > _FEW:
                break
        files = chain(first, files)
        workers = 1
        if self._processes or size > ALONE or len(first) > _FEW:
            # Late: most questions are about a few files, and are answered before this is loaded.
            from trailkeeper.search.files.processes import can_fork, in_order, usable_cores

            wanted = self._processes or min(usable_cores(), _MOST_PROCESSES)
            workers = wanted if can_fork() else 1
        if workers == 1:
            for file in files:
                yield from alone(file.path)
                self._progress(1, file.size)
            return

        problems: list[tuple[str, str]] = []

        def work(paths: list[str]) -> Iterator[tuple[Any, int]]:
            reader.problem = lambda path, what: problems.append((path, what))
            for path in paths:
                for _, found, _ in alone(path):
                    yield (_ANSWER, found), len(found)
                yield from (((_PROBLEM, each), 0) for each in problems)
                problems.clear()

        for kind, found in in_order(work, files, workers, self._progress):
            if kind == _PROBLEM:
                self._problem(*found)
            else:
                yield _ANSWER, found, None

    def _problem(self, path: str, what: str) -> None:
        self.problems += 1
        self._tell(path, what)


def _before(delivered: str, when: str) -> bool:
    """Whether a file was delivered clearly before an event, by their texts."""
    from datetime import datetime, timedelta

    from trailkeeper.search.files.walk import EARLY, moment

    try:
        event = datetime.fromisoformat(when)
        return moment(delivered) + EARLY + timedelta(minutes=1) < event
    except (ValueError, TypeError):
        return False


def _no_files(paths: Sequence[str], skipped: int) -> str:
    where = ", ".join(paths)
    if skipped:
        return (
            f"No log file under {where} covers the span, the regions and the accounts asked for "
            f"(files delivered up to {LATE.seconds // 3600} hours later are read, too)."
        )
    return f"There are no log files under {where}: expected names such as *.json.gz or *.json."
