"""No call may touch a bucket that somebody else owns: moto and a stranger would let it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.guards.test_writes import EVERYTHING, drift
from tests.recorded import Recorded
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.outcome import Outcome, Result
from trailkeeper.guards import log_bucket
from trailkeeper.guards.guard import Unreadable

# S3 takes no owner for these: one makes a bucket of ours, the other lists our own.
WITHOUT_OWNER = {"CreateBucket", "ListBuckets"}


def every_s3_call(baseline: Baseline) -> list[Any]:
    clients = Recorded()
    guard = log_bucket.GUARD
    guard.observe(clients, baseline)
    for document in guard.documents:
        guard.repair(clients, baseline, drift(guard.name, document.name, ("any",)))
    log_bucket.create(clients, baseline)
    log_bucket.owned(Recorded({"ListBuckets": {"Buckets": []}}, clients.calls), baseline)
    return [each for each in clients.calls if "Bucket" in each.arguments]


@pytest.mark.parametrize(
    "baseline", [EVERYTHING, EVERYTHING.on_fallback()], ids=["own", "fallback"]
)
def test_every_call_of_s3_says_who_must_own_the_bucket(baseline: Baseline) -> None:
    calls = [each for each in every_s3_call(baseline) if each.operation not in WITHOUT_OWNER]

    assert len({each.operation for each in calls}) == 21
    for each in calls:
        assert each.arguments["ExpectedBucketOwner"] == "123456789012", each.operation


def test_the_reads_of_a_strangers_bucket_are_all_unreadable_and_nothing_is_written() -> None:
    """S3 answers AccessDenied to a call whose ExpectedBucketOwner is not the owner."""
    reads = (
        *("GetBucketPolicy", "GetPublicAccessBlock", "GetBucketLifecycleConfiguration"),
        *("GetBucketVersioning", "GetBucketEncryption", "GetBucketOwnershipControls"),
        *("GetBucketLogging", "GetObjectLockConfiguration", "GetBucketReplication"),
        *("GetBucketNotificationConfiguration", "GetBucketRequestPayment"),
    )
    clients = Recorded(dict.fromkeys(reads, "AccessDenied"))

    findings = log_bucket.GUARD.observe(clients, EVERYTHING)

    assert sorted(clients.operations) == sorted(reads)
    assert len(findings) == len(reads)
    assert all(isinstance(each, Unreadable) for each in findings)


@pytest.mark.parametrize(
    ("listed", "ours"),
    [
        (["trailkeeper-logs-123456789012-us-east-1"], True),
        (["trailkeeper-logs-123456789012-us-east-1-old"], False),
        ([], False),
    ],
)
def test_a_bucket_is_ours_when_it_is_listed_under_its_whole_name(
    listed: list[str], ours: bool
) -> None:
    clients = Recorded({"ListBuckets": {"Buckets": [{"Name": each} for each in listed]}})

    assert log_bucket.owned(clients, EVERYTHING) is ours


REFUSED = Outcome("log-bucket", "policy", Result.UNREADABLE, error="AccessDenied: GetBucketPolicy")
HEALED = Outcome("log-bucket", "lifecycle", Result.HEALED)
TAKEN = Outcome("log-bucket", "create", Result.FAILED, error="BucketAlreadyExists: CreateBucket")


@pytest.mark.parametrize(
    ("ended", "listed", "asked", "told"),
    [
        ((), [], False, None),
        ((HEALED,), [], False, None),
        # One call that is refused is no stranger's bucket: another one was answered.
        ((REFUSED, HEALED), [], False, None),
        ((REFUSED,), ["trailkeeper-logs-123456789012-us-east-1"], True, None),
        ((REFUSED, REFUSED), [], True, "bucket_taken"),
        ((TAKEN,), [], False, "bucket_taken"),
        ((HEALED, TAKEN), ["trailkeeper-logs-123456789012-us-east-1"], False, "bucket_taken"),
    ],
)
def test_a_bucket_is_lost_to_a_stranger_where_aws_says_so(
    ended: tuple[Outcome, ...], listed: list[str], *, asked: bool, told: str | None
) -> None:
    clients = Recorded({"ListBuckets": {"Buckets": [{"Name": each} for each in listed]}})

    loss = log_bucket.loss(clients, EVERYTHING, ended)

    assert ("ListBuckets" in clients.operations) is asked
    if told is None:
        assert loss is None
    else:
        assert loss is not None
        (said,) = loss.outcomes
        assert (said.key, said.result, said.reason) == ("log-bucket.owner", Result.FAILED, told)
        assert loss.wanted.log_bucket == "trailkeeper-fallback-123456789012-us-east-1"


def test_a_bucket_whose_owner_nobody_can_tell_is_kept_and_that_is_said() -> None:
    loss = log_bucket.loss(Recorded({"ListBuckets": "AccessDenied"}), EVERYTHING, (REFUSED,))

    assert loss is not None
    (said,) = loss.outcomes
    assert (said.key, said.result) == ("log-bucket.owner", Result.UNREADABLE)
    assert said.error == "AccessDenied: ListBuckets: of the test"
    assert loss.wanted == EVERYTHING
