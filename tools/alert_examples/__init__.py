"""An example of every alert that people can get; nothing in it happened."""

from __future__ import annotations

from collections.abc import Iterator

from tools.alert_examples import (
    alive,
    channels,
    charges,
    deletions,
    drills,
    fights,
    forgeries,
    instances,
    monitoring,
    other_trails,
    pauses,
    repairs,
    stacks,
)
from trailkeeper.alerts.alert import Alert

_SUBJECTS = (
    repairs,
    other_trails,
    fights,
    pauses,
    forgeries,
    stacks,
    drills,
    deletions,
    instances,
    alive,
    monitoring,
    charges,
    channels,
)


def examples() -> Iterator[tuple[str, Alert]]:
    """A title and an alert for everything that can be told."""
    for subject in _SUBJECTS:
        yield from subject.examples()
