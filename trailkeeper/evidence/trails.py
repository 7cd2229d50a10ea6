"""Other trails than the guarded one: what is told of them, and compared with how they were seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from trailkeeper.evidence.drift import ABSENT


@dataclass(frozen=True, slots=True)
class ListedTrail:
    """A trail as DescribeTrails lists it.

    `settings` are those that decide what it records and where it writes, as AWS spells them; what
    is not set is not in it. `logging` is None where nobody asked or AWS did not say.
    """

    name: str
    arn: str
    home_region: str
    organization: bool
    everywhere: bool
    settings: Mapping[str, str]
    logging: bool | None = None

    @property
    def owner(self) -> str:
        """The account that the trail is of: for an organization's, the management account."""
        return account_of(self.arn)


@dataclass(frozen=True, slots=True)
class Differs:
    """A setting of a trail that is not as it was; `-` stands for what is not set."""

    setting: str
    before: str
    after: str


def account_of(arn: str) -> str:
    """The account in an ARN, "" when it is none."""
    parts = arn.split(":")
    return parts[4] if len(parts) > 5 else ""


def differences(before: ListedTrail, after: ListedTrail) -> tuple[Differs, ...]:
    """What of a trail is not as it was; that it logs again is no difference worth telling."""
    return tuple(_differing(before, after))


def _differing(before: ListedTrail, after: ListedTrail) -> Iterable[Differs]:
    for name in sorted({*before.settings, *after.settings}):
        old, new = before.settings.get(name, ABSENT), after.settings.get(name, ABSENT)
        if old != new:
            yield Differs(name, old, new)
    if before.logging and after.logging is False:
        yield Differs("IsLogging", "true", "false")
