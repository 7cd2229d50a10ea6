"""What a guard is: the documents of one resource, and how to observe, repair and verify them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.drift import (
    ABSENT,
    Canonical,
    Change,
    Drift,
    as_aws_says,
    canonical,
    changes,
    fields_of,
)
from trailkeeper.evidence.outcome import Outcome, place_of
from trailkeeper.evidence.permission import Permission, Resource


class Clients(Protocol):
    """The service clients a guard is given; each is made once, when it is first asked for."""

    @property
    def cloudtrail(self) -> Any: ...
    @property
    def s3(self) -> Any: ...
    @property
    def kms(self) -> Any: ...

    def kms_in(self, region: str) -> Any:
        """KMS of a region, which knows the keys and aliases of its own alone."""

    @property
    def logs(self) -> Any: ...
    @property
    def iam(self) -> Any: ...
    @property
    def sns(self) -> Any: ...

    def sns_in(self, region: str) -> Any:
        """SNS of a region, which knows the topics of its own alone."""

    @property
    def billing(self) -> Any:
        """CloudWatch in the region where the charges are."""

    @property
    def functions(self) -> Any:
        """Lambda, whose name is a word of Python."""

    @property
    def events(self) -> Any: ...

    def events_in(self, region: str) -> Any:
        """EventBridge of a region, which has a bus and rules of its own."""

    @property
    def scheduler(self) -> Any: ...
    @property
    def sqs(self) -> Any: ...
    @property
    def dynamodb(self) -> Any: ...
    @property
    def cloudwatch(self) -> Any: ...
    @property
    def ssm(self) -> Any: ...
    @property
    def cloudformation(self) -> Any: ...

    def cloudformation_in(self, region: str) -> Any:
        """CloudFormation of a region, which knows the stacks of its own alone."""


Read = Callable[[Clients, Baseline], Any]
Write = Callable[[Clients, Baseline, Drift], None]
Create = Callable[[Clients, Baseline], None]

AWS_ERRORS = (ClientError, BotoCoreError)
# As the services of the guards spell it: most, EC2 and IAM, Lambda, S3.
THROTTLED = frozenset(
    {
        *("Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled"),
        *("RequestThrottledException", "RequestLimitExceeded", "TooManyRequestsException"),
        "SlowDown",
    }
)


class ResourceGoneError(Exception):
    """When a read that answers with a list has nothing of that name."""


def error_code(error: Exception) -> str:
    """AWS's code of an error, or the exception's name for errors that never reached AWS."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", ""))
    return type(error).__name__


def error_words(error: Exception) -> str:
    """An error for people: its code first, then what was called and what AWS said."""
    if not isinstance(error, ClientError):
        return f"{error_code(error)}: {error}"
    said = error.response.get("Error", {}).get("Message", "")
    return f"{error_code(error)}: {error.operation_name}: {said}"


@dataclass(frozen=True, slots=True)
class Document:
    """One settable part of a resource, read, compared and restored as a whole.

    `write` None, or changes outside of the fields that it `heals` (None: all), mean that people are
    told and nothing is written. `reads` and `writes` are the IAM actions that the calls need.
    `not_in_stacks` are fields that no template sets, so the heal function alone writes them.
    `not_yet` are the error codes by which AWS refuses a later call of `write` because it has not
    heard yet of an earlier one. `decided_by` names, for a field, another one whose presence means
    that something decides over the first that a machine must not change.
    """

    name: str
    read: Read
    desired: Callable[[Baseline], Any]
    reads: tuple[str, ...]
    write: Write | None = None
    writes: tuple[str, ...] = ()
    heals: frozenset[str] | None = None
    not_in_stacks: frozenset[str] = frozenset()
    applies: Callable[[Baseline], bool] = lambda _: True
    canonical: Canonical = canonical
    not_yet: frozenset[str] = frozenset()
    decided_by: Mapping[str, str] = field(default_factory=dict)

    def compare(self, observed: Any, baseline: Baseline) -> tuple[Change, ...]:
        """How the observed document differs from the baseline's."""
        desired = self.desired(baseline)
        if observed == desired:  # as nearly all are at nearly every look
            return ()
        found = changes(self.canonical(observed), self.canonical(desired))
        return as_aws_says(found, observed, desired)

    def finishes_deploy(self, fields: frozenset[str]) -> bool:
        """Whether restoring these fields only adds what a deploy of ours cannot set."""
        return bool(fields) and fields <= self.not_in_stacks

    def parted(self, drift: Drift) -> tuple[Drift | None, Drift | None]:
        """What of a drift a machine may restore, and what is for people; None for nothing."""
        if self.write is None:
            return None, drift
        if drift.gone or (self.heals is None and not self.decided_by):
            return drift, None
        ours = tuple(each for each in drift.changes if self._may_heal(each, drift))
        theirs = tuple(each for each in drift.changes if each not in ours)
        return (
            replace(drift, changes=ours) if ours else None,
            replace(drift, changes=theirs) if theirs else None,
        )

    def _may_heal(self, change: Change, drift: Drift) -> bool:
        (name,) = fields_of((change,))
        decided_by = self.decided_by.get(name)
        decided = decided_by is not None and drift.touches(decided_by)
        return not decided and (self.heals is None or name in self.heals)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A document that could not be read, so nobody knows whether it is in order."""

    guard: str
    document: str
    error: Exception


Finding = Drift | Unreadable


@dataclass(frozen=True, slots=True)
class Guard:
    """Watches and repairs one kind of resource.

    `create` makes the resource again when a read answers one of the `gone` error codes, or raises
    ResourceGoneError. `also_needs` are permissions beyond the documents' own.
    """

    name: str
    documents: tuple[Document, ...]
    resource: Resource
    why: str
    gone: frozenset[str] = frozenset()
    create: Create | None = None
    applies: Callable[[Baseline], bool] = lambda _: True
    also_needs: tuple[Permission, ...] = ()

    @property
    def permissions(self) -> tuple[Permission, ...]:
        """Exactly the IAM actions that observing and repairing need."""
        actions = {each for document in self.documents for each in document.reads + document.writes}
        own = (Permission(tuple(sorted(actions)), self.resource, self.why),) if actions else ()
        return (*own, *self.also_needs)

    def observe(self, clients: Clients, baseline: Baseline) -> tuple[Finding, ...]:
        """Read every document once, each on its own, and say what is not in order."""
        if not self.applies(baseline):
            return ()
        return until_gone(
            self.compare(document, clients, baseline)
            for document in self.documents
            if document.applies(baseline)
        )

    def compare(self, document: Document, clients: Clients, baseline: Baseline) -> Finding | None:
        """Read one document; None means that it is in order."""
        try:
            observed = document.read(clients, baseline)
        except ResourceGoneError:
            return self._gone(document, baseline)
        except AWS_ERRORS as error:
            if error_code(error) in self.gone:
                return self._gone(document, baseline)
            return Unreadable(self.name, document.name, error)
        found = document.compare(observed, baseline)
        return Drift(self.name, document.name, found) if found else None

    def _gone(self, document: Document, baseline: Baseline) -> Drift:
        lost = Change("", ABSENT, _one_line(self.resource(baseline)))
        return Drift(self.name, document.name, (lost,), gone=True)

    def repair(self, clients: Clients, baseline: Baseline, drift: Drift) -> None:
        """Write the baseline's document.

        Raises:
            ClientError, BotoCoreError: AWS refused a call, or could not be reached.
        """
        write = self.document(drift.document).write
        if write is not None:
            write(clients, baseline, drift)

    def verify(self, clients: Clients, baseline: Baseline, drift: Drift) -> Finding | None:
        """Read the repaired document back; None means that it is in order now."""
        return self.compare(self.document(drift.document), clients, baseline)

    def document(self, name: str) -> Document:
        """The document of that name."""
        return next(each for each in self.documents if each.name == name)


@dataclass(frozen=True, slots=True)
class Loss:
    """A resource that cannot be had for now: what to say of it, and what is wanted without it.

    When `wanted` differs from the baseline before, the guard looks again with it; the guards that
    follow go by it, too.
    """

    wanted: Baseline
    outcomes: tuple[Outcome, ...] = ()


# From what was not in order with a guard's resource to what its loss means, None if it is not lost.
Consequence = Callable[[Clients, Baseline, Sequence[Outcome]], Loss | None]


def _one_line(resource: str | tuple[str, ...]) -> str:
    return resource if isinstance(resource, str) else ", ".join(resource)


def until_gone(findings: Iterable[Finding | None]) -> tuple[Finding, ...]:
    """What is not in order, in order; of one place nothing after a resource that is not there."""
    found: list[Finding] = []
    gone: set[str] = set()
    for finding in findings:
        if finding is None:
            continue
        _, place = place_of(finding.document)
        if place in gone:
            continue
        found.append(finding)
        if isinstance(finding, Drift) and finding.gone:
            gone.add(place)
    return tuple(found)


def reading(call: Callable[[], Any], absent: frozenset[str]) -> Any:
    """The answer of a read call, or None for the error codes that mean "not set"."""
    try:
        return call()
    except ClientError as error:
        if error_code(error) in absent:
            return None
        raise
