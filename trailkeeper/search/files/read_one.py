"""What one file answers to a question: the work that a process does again and again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from trailkeeper.search.files.contents import Contents
from trailkeeper.search.files.cut import Found
from trailkeeper.search.files.inflate import keep_memory
from trailkeeper.search.files.needles import needles
from trailkeeper.search.question import Question

Problem = Callable[[str, str], None]


class Reader:
    """Reads files for one question; `problem` is told the path and what could not be read."""

    def __init__(self, question: Question, problem: Problem) -> None:
        keep_memory()
        self._contents = Contents(needles(question))
        self._matches = question.matcher()
        self.problem = problem

    def answers(self, path: str) -> Iterator[Found]:
        """The records in a file that answer the question, in its order."""
        told: set[str] = set()

        def tell(what: str) -> None:
            if what not in told:
                told.add(what)
                self.problem(path, what)

        try:
            for raw, record in self._contents.records(path, tell):
                if self._matches(record):
                    yield raw, record
        except OSError as error:
            tell(f"it cannot be read ({error.strerror or error})")

    def count(self, path: str, key: Callable[[Any], tuple[str, ...]], into: Counter[Any]) -> None:
        """Count the answers in a file by a key."""
        into.update(key(record) for _, record in self.answers(path))
