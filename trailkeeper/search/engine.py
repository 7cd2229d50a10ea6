"""What every engine is: a question in, events of one shape out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from trailkeeper.search.event import Event
from trailkeeper.search.question import Question


class Engine(Protocol):
    """Answers questions from one place that knows.

    `problems` counts what could not be read; each was told when it was met.
    """

    problems: int

    def search(self, question: Question) -> Iterator[Event]:
        """The answers, as soon as they are there.

        Every event fulfils `question.matches(event.record)`: what a place cannot filter itself is
        filtered here. With a limit the newest so many come, newest first.

        Raises:
            SearchError: the question cannot be answered here; one line says why.
        """
        ...
