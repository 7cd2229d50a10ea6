"""Whether one of our own stacks is being deployed: a deploy and a repair must not fight.

A change of a setting comes in two steps: the evidence stack first, and then the response stack,
which brings the new baseline. Between them the evidence differs from the old one on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from trailkeeper.evidence.names import EVIDENCE_STACK, RESPONSE_STACK, WATCHER_STACK
from trailkeeper.evidence.outcome import DEPLOYING, RESPONSE_FAILED, RESPONSE_TO_COME

# Of one operation on a stack, from its beginning: whoever holds a stack in progress for longer must
# not hold off the repairs with it, and one update of the evidence holds them off once.
_LONGEST_HOLD = timedelta(minutes=15)
# In which the calls of a deploy are its own, and what it left to the heal function is finished.
_LONGEST_DEPLOY = timedelta(hours=1)
# In which people still remember the deploy that failed.
_RECENT = timedelta(days=1)
# The clocks of CloudFormation and of the service that it called.
_SKEW = timedelta(minutes=1)
# CloudFormation user guide, "Stack status codes". Not those of a review, an import or a deletion:
# they change no template that is deployed, or leave nothing to repair for.
_AT_WORK = frozenset(
    {
        "CREATE_IN_PROGRESS",
        "ROLLBACK_IN_PROGRESS",
        "UPDATE_IN_PROGRESS",
        "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_ROLLBACK_IN_PROGRESS",
        "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
    }
)
_GOES = "DELETE_IN_PROGRESS"


@dataclass(frozen=True, slots=True)
class _Stack:
    """A stack's status, and when its last operation began."""

    status: str
    since: datetime

    @property
    def in_progress(self) -> bool:
        return self.status in _AT_WORK

    @property
    def failed(self) -> bool:
        """Whether it is as it was before its last operation, or nobody knows how."""
        return "ROLLBACK" in self.status or self.status.endswith("_FAILED")

    def within(self, longest: timedelta, now: datetime) -> bool:
        """Whether the operation began lately; a beginning that is still to come is none."""
        return -_SKEW <= now - self.since <= longest


def why_wait(cloudformation: Any, now: datetime) -> str:
    """Why repairs wait for a deploy, a key of the text catalogue; "" if they do not.

    They do not when CloudFormation cannot be asked.
    """
    evidence = _stack(cloudformation, EVIDENCE_STACK)
    response = _stack(cloudformation, RESPONSE_STACK)
    if any(
        each.in_progress and each.within(_LONGEST_HOLD, now)
        for each in (evidence, response)
        if each
    ):
        return DEPLOYING
    if evidence is None or response is None or evidence.failed or evidence.in_progress:
        return ""
    if not evidence.within(_LONGEST_HOLD, now):
        return ""
    if evidence.since > response.since:
        return RESPONSE_TO_COME
    return RESPONSE_FAILED if response.failed else ""


def response_failed(cloudformation: Any, now: datetime) -> bool:
    """Whether the evidence is of a newer deploy than the baseline, as the second step failed.

    False when CloudFormation cannot be asked.
    """
    evidence = _stack(cloudformation, EVIDENCE_STACK)
    response = _stack(cloudformation, RESPONSE_STACK)
    if evidence is None or response is None or evidence.failed:
        return False
    return response.failed and response.since >= evidence.since and evidence.within(_RECENT, now)


def of_the_guard(cloudformation: Any, now: datetime) -> str:
    """Why repairs of the guard wait, a key of the text catalogue; "" if they do not.

    A deploy brings new functions to one stack and then to the other; between the two, each side
    would take the other for changed.
    """
    response = _stack(cloudformation, RESPONSE_STACK)
    watcher = _stack(cloudformation, WATCHER_STACK)
    for each in (response, watcher):
        if each is not None and each.in_progress and each.within(_LONGEST_HOLD, now):
            return DEPLOYING
    # The watcher's is the last to be deployed: when it is the newer, the deploy is over.
    if response is None or not response.within(_LONGEST_HOLD, now):
        return ""
    return "" if watcher is not None and watcher.since >= response.since else DEPLOYING


def of_a_satellite(home: Any, there: Any, stack: str, now: datetime) -> str:
    """Why repairs of what a stack beyond home deploys wait; "" if they do not.

    `home` and `there` are CloudFormation of the two regions. Such stacks come after that of the
    response, one after the other, and some come as they were. What is made for one that is still to
    come would keep it from coming, and what is made for one that goes would be left behind.
    """
    found, response = _stack(there, stack), _stack(home, RESPONSE_STACK)
    if found is not None and found.status == _GOES:
        return DEPLOYING
    if found is not None and found.in_progress and found.within(_LONGEST_HOLD, now):
        return DEPLOYING
    if response is None or not response.within(_LONGEST_DEPLOY, now):
        return ""
    return "" if found is not None and found.since >= response.since else DEPLOYING


def under_way(cloudformation: Any, when: datetime) -> bool:
    """Whether a deploy of one of our stacks can have been at work at a time.

    False when CloudFormation cannot be asked. It tells when a deploy began, and not when it ended.
    """
    return any(
        stack.since - _SKEW <= when <= stack.since + _LONGEST_DEPLOY
        for name in (EVIDENCE_STACK, RESPONSE_STACK)
        if (stack := _stack(cloudformation, name))
    )


def changed_evidence(cloudformation: Any, now: datetime) -> bool:
    """Whether the evidence stack was deployed within the hour; False when it cannot be asked."""
    evidence = _stack(cloudformation, EVIDENCE_STACK)
    return evidence is not None and evidence.within(_LONGEST_DEPLOY, now)


def _stack(cloudformation: Any, name: str) -> _Stack | None:
    try:
        stacks = cloudformation.describe_stacks(StackName=name)["Stacks"]
    except (ClientError, BotoCoreError):
        return None
    if not stacks:
        return None
    described = stacks[0]
    return _Stack(
        described["StackStatus"], described.get("LastUpdatedTime") or described["CreationTime"]
    )
