"""Whose changes of the evidence are planned: they are healed all the same, and told quietly."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

# The calls that stop or delete a trail. Nobody can have them as planned.
STOPS = ("StopLogging", "DeleteTrail")

Tags = Callable[[], Mapping[str, str]]
"""Reads the tags of the principal that called; empty if nobody can say."""


@dataclass(frozen=True, slots=True)
class ExpectedActor:
    """One entry of the setting `expected_actors`.

    `principal` is the ARN of a user or role; where it is "", `tags` are those that the principal
    has, all of them. `calls` are CloudTrail's names of calls, or ids of detections. `until` is the
    last day (UTC) on which it holds, "" for ever.
    """

    calls: tuple[str, ...]
    principal: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    until: str = ""
    reason: str = ""

    def covers(self, call: str, detection: str) -> bool:
        """Whether a call is of a planned kind, whoever makes it."""
        return call not in STOPS and (call in self.calls or detection in self.calls)

    def is_over(self, now: datetime) -> bool:
        """Whether its last day has passed."""
        return bool(self.until) and now.astimezone(UTC).date() > date.fromisoformat(self.until)

    def means(self, arn: str, tags: Tags) -> bool:
        """Whether it names the user or role of an ARN; the tags are read only if it goes by them.

        An entry that names nobody means nobody.
        """
        if self.principal:
            return self.principal == arn
        if not self.tags or not arn:
            return False
        found = tags()
        return all(found.get(key) == value for key, value in self.tags.items())


def applying(
    entries: Iterable[ExpectedActor],
    *,
    call: str,
    detection: str,
    arn: str,
    now: datetime,
    tags: Tags,
) -> ExpectedActor | None:
    """The first entry that plans this call of this user or role; None when nobody planned it."""
    for each in entries:
        if each.covers(call, detection) and not each.is_over(now) and each.means(arn, tags):
            return each
    return None
