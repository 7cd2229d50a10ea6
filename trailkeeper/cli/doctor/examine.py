"""Looks for every finding at once, and says what could not be looked at, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from botocore.exceptions import BotoCoreError, ClientError

from trailkeeper.cli import show
from trailkeeper.cli.account import explained
from trailkeeper.cli.deployed import DeployedError
from trailkeeper.cli.doctor import rights
from trailkeeper.cli.doctor.deployment import GONE, Deployment, UnreadError, reads
from trailkeeper.cli.doctor.finding import Case, Finding
from trailkeeper.cli.heal_function import AskError
from trailkeeper.evidence.outcome import Outcome
from trailkeeper.guards.guard import error_code

_LOOKERS = 8
_ERRORS = (ClientError, BotoCoreError, DeployedError, AskError, UnreadError)


@dataclass(frozen=True, slots=True)
class Found:
    """Something that is wrong, and what fills its words and its fix."""

    finding: Finding
    case: Case


@dataclass(frozen=True, slots=True)
class Unseen:
    """Something that could not be looked at; `right` is the IAM action that is missing, "" if it is
    something else."""

    what: str
    why: str
    right: str = ""


@dataclass(frozen=True, slots=True)
class Examined:
    """What is wrong, what could not be looked at, and what was looked at and is in order."""

    found: tuple[Found, ...]
    unseen: tuple[Unseen, ...]
    in_order: tuple[Finding, ...]


def examine(deployment: Deployment, findings: Sequence[Finding]) -> Examined:
    """Look for the findings, side by side; one that cannot be looked for hides no other."""
    with ThreadPoolExecutor(_LOOKERS, thread_name_prefix="look") as pool:
        looked = list(pool.map(partial(_look, deployment), findings))
    unseen = (
        each
        for blind in looked
        if blind.blind is not None
        for each in _unseen(blind.finding, blind.blind)
    )
    return Examined(
        tuple(found for each in looked for found in each.found),
        tuple(dict.fromkeys(unseen)),
        tuple(each.finding for each in looked if not each.found and each.blind is None),
    )


@dataclass(frozen=True, slots=True)
class _Looked:
    """What one look came to; `blind` is why it could not be looked at, None if it could."""

    finding: Finding
    found: tuple[Found, ...]
    blind: Exception | None


def _look(deployment: Deployment, finding: Finding) -> _Looked:
    found: list[Found] = []
    try:
        for case in finding.look(deployment):
            found.append(Found(finding, case))
    except _ERRORS as error:
        return _Looked(finding, tuple(found), error)
    return _Looked(finding, tuple(found), None)


def _unseen(finding: Finding, error: Exception) -> Iterator[Unseen]:
    """What could not be looked at; that a function is gone has a finding of its own."""
    if isinstance(error, UnreadError):
        yield from map(_unread, error.outcomes)
        return
    cause = error.__cause__
    asked = cause if isinstance(cause, ClientError) else error
    if isinstance(error, DeployedError) and error_code(asked) in GONE:
        return
    missing = rights.missing(asked, finding.needs)
    if missing is not None:
        yield Unseen(finding.checks, str(missing), " or ".join(missing.actions))
    else:
        yield Unseen(finding.checks, explained(error))


def _unread(outcome: Outcome) -> Unseen:
    document = show.document(outcome.key)
    if not rights.is_denied(outcome.error):
        return Unseen(document, outcome.error)
    missing = rights.in_words(outcome.error, reads(outcome))
    return Unseen(document, str(missing), " or ".join(missing.actions))
