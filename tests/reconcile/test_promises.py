"""For every document and every resource: nothing is called healed that was not seen to be.

The account is one whose answers no write changes; the guards and the engine are real.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.account_answers import (
    EVERYTHING,
    FALLBACK,
    GONE,
    IN_ORDER,
    LOG_BUCKET,
    NOW,
    WEAKENED,
    answering,
)
from tests.deployed_evidence import patience
from tests.recorded import Recorded
from trailkeeper.evidence.drift import ABSENT
from trailkeeper.evidence.outcome import Report, Result
from trailkeeper.guards.evidence import EVIDENCE
from trailkeeper.reconcile.evidence import reconcile_evidence

READS = ("Get", "List", "Describe")


def reconciled(clients: Any, **options: Any) -> Report:
    return reconcile_evidence(clients, EVERYTHING, patience(), lambda: NOW, **options)


def written(clients: Recorded) -> list[str]:
    return [each for each in clients.operations if not each.startswith(READS)]


def test_what_aws_says_of_evidence_in_order_is_in_order_and_read_once() -> None:
    clients = answering()

    report = reconciled(clients)

    assert report.outcomes == ()
    # Account policies are asked for by type, and three types can do harm.
    by_type = ["DescribeAccountPolicies"] * 2
    assert sorted(clients.operations) == sorted([*IN_ORDER, *by_type])


def test_every_document_that_is_written_has_an_answer_that_shows_it_weakened() -> None:
    documents = {
        f"{guard.name}/{each.name}"
        for guard in EVIDENCE
        for each in guard.documents
        if each.write is not None
    }

    assert WEAKENED.keys() == {"logging/status", *documents}
    assert GONE.keys() == {guard.name for guard in EVIDENCE if guard.create is not None}


@pytest.mark.parametrize(
    ("document", "missing"),
    [
        ("public-access-block", "BlockPublicAcls"),
        ("lifecycle", ""),
        ("encryption", "Rules"),
        ("ownership", "Rules"),
    ],
)
def test_what_a_bucket_has_no_more_is_told_by_its_fields(document: str, missing: str) -> None:
    report = reconciled(answering(WEAKENED[f"log-bucket/{document}"]))

    (outcome,) = report.outcomes
    assert {each.before for each in outcome.changes} == {ABSENT}
    assert missing in {each.path for each in outcome.changes}


@pytest.mark.parametrize(
    ("spelled", "differs"),
    [
        ({"Filter": {"Prefix": ""}}, False),
        ({"Filter": {}}, False),
        ({"Prefix": ""}, False),
        ({"Prefix": "", "Filter": {}}, False),
        ({"Filter": {"Prefix": "AWSLogs/"}}, True),
        ({"Prefix": "AWSLogs/"}, True),
    ],
)
def test_all_spellings_of_the_whole_bucket_are_the_same(
    spelled: dict[str, Any], *, differs: bool
) -> None:
    name = "GetBucketLifecycleConfiguration"
    rules = [
        {key: value for key, value in rule.items() if key not in ("Filter", "Prefix")} | spelled
        for rule in IN_ORDER[name]["Rules"]
    ]

    report = reconciled(answering({name: {"Rules": rules}}))

    assert [each.document for each in report.outcomes] == ["lifecycle"] * differs


@pytest.mark.parametrize("name", WEAKENED)
def test_a_repair_that_never_shows_is_never_called_healed(name: str) -> None:
    clients = answering(WEAKENED[name])

    report = reconciled(clients)

    guard, document = name.split("/")
    (outcome,) = (each for each in report.outcomes if each.document == document)
    assert (outcome.guard, outcome.result) == (guard, Result.FAILED)
    assert outcome.reason == "not_seen_after_repair"
    assert not outcome.gone
    assert outcome.changes
    assert written(clients)
    # A key that cannot be healed is given up, and so what uses it is repaired as well.
    allowed = {"evidence-key", "log-bucket", "trail"} if guard == "evidence-key" else {guard}
    assert {each.guard for each in report.outcomes} <= allowed
    assert not [each for each in report.of(guard) if each.result is Result.HEALED]


@pytest.mark.parametrize("guard", GONE)
def test_a_creation_that_never_shows_is_never_called_healed(guard: str) -> None:
    clients = answering(GONE[guard])

    report = reconciled(clients)

    made = {
        "log-bucket": "CreateBucket",
        "log-group": "CreateLogGroup",
        "delivery-role": "CreateRole",
        "trail": "CreateTrail",
    }[guard]
    assert made in clients.operations
    outcomes = report.of(guard)
    assert outcomes
    assert {(each.result, each.reason) for each in outcomes} == {
        (Result.FAILED, "not_seen_after_repair")
    }
    assert all(each.gone for each in outcomes)
    assert Result.HEALED not in {each.result for each in report.outcomes}


def unreadable_once_written(answers: dict[str, Any]) -> Recorded:
    """Clients whose answers show what is weakened, until something is written; then none comes."""
    clients = answering(answers)

    def until_written(operation: str, answer: Any) -> Any:
        def now(_: Any) -> Any:
            return "InternalFailure" if written(clients) else answer

        return now if operation.startswith(READS) else answer

    clients.answers = {name: until_written(name, each) for name, each in clients.answers.items()}
    return clients


@pytest.mark.parametrize("name", WEAKENED)
def test_a_repair_that_cannot_be_read_back_is_never_called_healed(name: str) -> None:
    clients = unreadable_once_written(WEAKENED[name])

    report = reconciled(clients)

    assert written(clients)
    assert Result.HEALED not in {each.result for each in report.outcomes}
    assert report.failed


@pytest.mark.parametrize("guard", GONE)
def test_a_creation_that_cannot_be_read_back_is_never_called_healed(guard: str) -> None:
    clients = unreadable_once_written(GONE[guard])

    report = reconciled(clients)

    assert [each for each in clients.operations if each.startswith("Create")]
    assert Result.HEALED not in {each.result for each in report.outcomes}
    assert report.failed


@pytest.mark.parametrize("name", WEAKENED)
def test_a_dry_run_writes_nothing_whatever_is_weakened(name: str) -> None:
    clients = answering(WEAKENED[name])

    report = reconciled(clients, dry_run=True)

    (outcome,) = report.outcomes
    assert (outcome.guard, outcome.document) == tuple(name.split("/"))
    assert (outcome.result, outcome.reason) == (Result.DEFERRED, "dry_run")
    assert written(clients) == []


@pytest.mark.parametrize("name", [each for each in WEAKENED if each != "logging/status"])
def test_a_repair_that_must_wait_writes_nothing(name: str) -> None:
    clients = answering(WEAKENED[name])

    report = reconciled(clients, wait=lambda: "paused")

    (outcome,) = report.outcomes
    assert (outcome.result, outcome.reason) == (Result.DEFERRED, "paused")
    assert written(clients) == []


@pytest.mark.parametrize("name", WEAKENED)
def test_without_time_to_look_again_nothing_is_called_healed(name: str) -> None:
    clients = answering(WEAKENED[name])

    report = reconcile_evidence(clients, EVERYTHING, patience(0.0), lambda: NOW)

    assert Result.HEALED not in {each.result for each in report.outcomes}


def reads() -> list[str]:
    return [each for each in IN_ORDER if IN_ORDER[each] != "ReplicationConfigurationNotFoundError"]


@pytest.mark.parametrize("operation", reads())
@pytest.mark.parametrize("code", ["AccessDenied", "InternalFailure"])
def test_a_document_that_cannot_be_read_is_unreadable_and_not_written(
    operation: str, code: str
) -> None:
    ours = {"ListBuckets": {"Buckets": [{"Name": LOG_BUCKET}]}}
    clients = answering(ours, {operation: code})

    report = reconciled(clients)

    assert {each.result for each in report.outcomes} == {Result.UNREADABLE}
    assert {each.error.split(":")[0] for each in report.outcomes} == {code}
    # A trail that nobody may look at is started all the same, which changes nothing if it logs.
    assert written(clients) == (["StartLogging"] if operation == "GetTrailStatus" else [])


class TestAStrangersBucket:
    """S3 answers AccessDenied to all that names the account as the owner of somebody else's."""

    REFUSED = dict.fromkeys(GONE["log-bucket"], "AccessDenied")

    def test_nothing_is_delivered_to_it_any_more(self) -> None:
        clients = answering(self.REFUSED, {"ListBuckets": {"Buckets": [{"Name": "another"}]}})

        report = reconciled(clients)

        updates = [each for each in clients.calls if each.operation == "UpdateTrail"]
        assert [each.arguments["S3BucketName"] for each in updates][:1] == [FALLBACK]
        assert "bucket_taken" in {each.reason for each in report.failed}
        assert Result.HEALED not in {each.result for each in report.of("log-bucket")}
        assert LOG_BUCKET not in {
            each.arguments.get("Bucket")
            for each in clients.calls
            if not each.operation.startswith(READS)
        }

    def test_our_own_that_we_may_not_read_is_kept(self) -> None:
        clients = answering(self.REFUSED, {"ListBuckets": {"Buckets": [{"Name": LOG_BUCKET}]}})

        report = reconciled(clients)

        assert {each.result for each in report.outcomes} == {Result.UNREADABLE}
        assert written(clients) == []

    def test_when_nobody_can_say_whose_it_is_it_is_kept(self) -> None:
        clients = answering(self.REFUSED, {"ListBuckets": "AccessDenied"})

        report = reconciled(clients)

        assert ("owner", Result.UNREADABLE) in {(e.document, e.result) for e in report.outcomes}
        assert written(clients) == []

    def test_the_name_that_a_stranger_takes_meanwhile_is_left(self) -> None:
        clients = answering(GONE["log-bucket"], {"CreateBucket": "BucketAlreadyExists"})

        report = reconciled(clients)

        assert "bucket_taken" in {each.reason for each in report.failed}
        made = [each.arguments["Bucket"] for each in clients.calls if "Create" in each.operation]
        assert made == [LOG_BUCKET, FALLBACK]


class TestAKeyThatWaitsForItsDeletion:
    """KMS refuses to enable or rotate it before its deletion is cancelled (KMS developer guide)."""

    def test_it_is_cancelled_enabled_and_seen_to_be(self) -> None:
        state = {"now": "PendingDeletion"}

        def cancelled(_: Any) -> Any:
            state["now"] = "Disabled"
            return {}

        def enabled(_: Any) -> Any:
            if state["now"] == "PendingDeletion":
                return "KMSInvalidStateException"
            state["now"] = "Enabled"
            return {}

        clients = answering(
            {
                "DescribeKey": lambda _: {"KeyMetadata": {"KeyState": state["now"]}},
                "CancelKeyDeletion": cancelled,
                "EnableKey": enabled,
            }
        )

        report = reconciled(clients)

        (outcome,) = report.outcomes
        assert (outcome.document, outcome.result) == ("state", Result.HEALED)
        assert outcome.changes[0].before == "PendingDeletion"

    def test_kms_may_take_seconds_to_hear_that_it_was_cancelled(self) -> None:
        state, refusals = {"now": "PendingDeletion"}, [3]

        def cancelled(_: Any) -> Any:
            if state["now"] != "PendingDeletion":
                return "KMSInvalidStateException"
            state["now"] = "Disabled"
            return {}

        def enabled(_: Any) -> Any:
            refusals[0] -= 1
            if refusals[0] >= 0:
                return "KMSInvalidStateException"
            state["now"] = "Enabled"
            return {}

        clients = answering(
            {
                "DescribeKey": lambda _: {"KeyMetadata": {"KeyState": state["now"]}},
                "CancelKeyDeletion": cancelled,
                "EnableKey": enabled,
            }
        )

        (outcome,) = reconciled(clients).outcomes

        assert (outcome.document, outcome.result) == ("state", Result.HEALED)

    @pytest.mark.parametrize(
        "answers",
        [
            {"DescribeKey": "NotFoundException"},
            {**WEAKENED["evidence-key/state"], "EnableKey": "KMSInvalidStateException"},
            WEAKENED["evidence-key/state"],
            {**WEAKENED["evidence-key/policy"], "PutKeyPolicy": "AccessDeniedException"},
        ],
    )
    def test_one_that_two_runs_saw_lost_is_given_up(self, answers: dict[str, Any]) -> None:
        clients = answering(answers)
        once = reconciled(clients)
        assert "UpdateTrail" not in clients.operations

        report = reconciled(clients, before=lambda: once)

        assert ("use", Result.TOLD, "key_given_up") in {
            (each.document, each.result, each.reason) for each in report.outcomes
        }
        update = next(each for each in clients.calls if each.operation == "UpdateTrail")
        assert update.arguments["KmsKeyId"] == ""

    def test_one_that_only_this_run_saw_lost_is_kept(self) -> None:
        clients = answering({"DescribeKey": "NotFoundException"})
        in_order = reconciled(answering())
        another = reconciled(answering(WEAKENED["log-bucket/policy"]))

        for before in (in_order, another):
            reconciled(clients, before=lambda before=before: before)

        assert "UpdateTrail" not in clients.operations

    @pytest.mark.parametrize(
        ("operation", "error"),
        [
            ("DescribeKey", "AccessDeniedException"),
            ("DescribeKey", "KMSInvalidStateException"),
            ("GetKeyPolicy", "KMSInvalidStateException"),
            ("GetKeyRotationStatus", "KMSInvalidStateException"),
            ("ListGrants", "NotFoundException"),
        ],
    )
    def test_one_that_nobody_could_read_is_kept(self, operation: str, error: str) -> None:
        clients = answering({operation: error})
        once = reconciled(clients)

        reconciled(clients, before=lambda: once)

        assert "UpdateTrail" not in clients.operations

    def test_one_that_was_seen_lost_and_then_could_not_be_read_is_kept(self) -> None:
        once = reconciled(answering(WEAKENED["evidence-key/state"]))
        clients = answering({"DescribeKey": "AccessDeniedException"})

        reconciled(clients, before=lambda: once)

        assert "UpdateTrail" not in clients.operations


def test_a_status_older_than_the_stop_is_not_believed() -> None:
    clients = answering()

    reconciled(clients, stopped_at=datetime(2026, 11, 20, 3, 4, 0, tzinfo=UTC))

    assert clients.operations.count("GetTrailStatus") > 1
