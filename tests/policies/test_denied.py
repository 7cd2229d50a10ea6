"""What is detected or guarded is denied, now and when it is added."""

from __future__ import annotations

from typing import Any

import pytest

from tests.policies.evaluation import REFERENCE, denies, is_for
from trailkeeper.detections import DETECTIONS, resources
from trailkeeper.detections.detection import Detection
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.permission import Permission
from trailkeeper.guards.evidence import EVIDENCE
from trailkeeper.guards.guard import Document, Guard
from trailkeeper.policies import administrators, organization, readers
from trailkeeper.policies.actions import action_of
from trailkeeper.policies.denied import HARMLESS, account_wide, denials
from trailkeeper.words.text import Severity

BASELINE = Baseline(
    partition="aws",
    region="eu-central-1",
    account="111122223333",
    trail_name="trailkeeper",
    evidence_key_arn=None,
    log_retention_days=365,
    archive_after_days=None,
    expire_after_days=None,
)
BUCKET = "arn:aws:s3:::trailkeeper-logs-111122223333-eu-central-1"
OBJECT_LAMBDA = "arn:aws:s3-object-lambda:eu-central-1:111122223333:accesspoint/reads"
ROLE = "arn:aws:iam::111122223333:role"
FUNCTION = "arn:aws:lambda:eu-central-1:111122223333:function:trailkeeper-heal"
GROUP = "arn:aws:logs:eu-central-1:111122223333:log-group:/trailkeeper/trail"
TRAIL = "arn:aws:cloudtrail:eu-central-1:111122223333:trail/trailkeeper"
LATER = Detection(
    id="log-bucket-tagged",
    category="log-bucket",
    severity=Severity.WARNING,
    event_source="s3.amazonaws.com",
    events=("DeleteBucketTagging",),
    resource_fields=("bucketName",),
    ours=resources.log_bucket,
    touches=(),
    subject={},
    did={},
)


def _later_guard(name: str, action: str, resource: str) -> Guard:
    document = Document(
        "rules", lambda *_: {}, lambda _: {}, ("s3:GetBucketCORS",), None, (action,)
    )
    return Guard(name=name, documents=(document,), resource=lambda _: resource, why="later")


def statements(denied: tuple[Permission, ...]) -> list[dict[str, Any]]:
    return [each.statement(BASELINE) for each in denied if each.resources(BASELINE)]


EVERYTHING = statements((*denials(), *account_wide()))
CALLS = sorted(
    {action_of(each.event_source, event) for each in DETECTIONS for event in each.events}
)


@pytest.mark.parametrize("action", CALLS)
def test_every_call_that_is_detected_is_denied_or_does_no_harm(action: str) -> None:
    denied = {each for statement in EVERYTHING for each in statement["Action"]}

    assert (action in denied) != (action in HARMLESS)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("cloudtrail:StopLogging", TRAIL),
        ("cloudtrail:DeleteTrail", TRAIL),
        ("s3:PutLifecycleConfiguration", BUCKET),
        ("s3:DeleteObjectVersion", f"{BUCKET}/AWSLogs/x.json.gz"),
        ("s3:DeleteBucket", "arn:aws:s3:::trailkeeper-access-111122223333-eu-central-1"),
        (
            "logs:DeleteLogGroup",
            f"{GROUP}:*",
        ),
        ("iam:DeleteRolePolicy", f"{ROLE}/trailkeeper-heal-eu-central-1"),
        (
            "iam:UpdateAssumeRolePolicy",
            f"{ROLE}/TrailkeeperResponse-Schedule-A1",
        ),
        ("events:DisableRule", "arn:aws:events:us-east-1:111122223333:rule/trailkeeper-trail"),
        (
            "lambda:UpdateFunctionCode",
            "arn:aws:lambda:eu-central-1:111122223333:function:trailkeeper-heal",
        ),
        (
            "lambda:UpdateAlias",
            f"{FUNCTION}:live",
        ),
    ],
)
def test_what_weakens_evidence_or_guard_is_denied(action: str, resource: str) -> None:
    assert denies(EVERYTHING, action, resource)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("cloudtrail:StopLogging", "arn:aws:cloudtrail:eu-central-1:111122223333:trail/other"),
        ("cloudtrail:StartLogging", TRAIL),
        ("s3:PutBucketPolicy", "arn:aws:s3:::trailkeeper-results-111122223333-eu-central-1"),
        ("s3:GetObject", f"{BUCKET}/AWSLogs/x.json.gz"),
        ("sqs:ReceiveMessage", "arn:aws:sqs:eu-central-1:111122223333:trailkeeper-heal-dead"),
        ("iam:PutRolePolicy", f"{ROLE}/somebody-elses"),
    ],
)
def test_what_others_need_is_not(action: str, resource: str) -> None:
    assert not denies(EVERYTHING, action, resource)


def test_a_detection_that_is_added_is_denied_everywhere() -> None:
    detections = (*DETECTIONS, LATER)

    assert not denies(EVERYTHING, "s3:PutBucketTagging", BUCKET)
    assert denies(statements(denials(detections)), "s3:PutBucketTagging", BUCKET)
    for name, policy in administrators.policies(BASELINE, detections).items():
        if name.endswith("-1"):
            assert denies(statements(policy), "s3:PutBucketTagging", BUCKET), name
    assert "s3:PutBucketTagging" in "".join(organization.policies(BASELINE, (), detections))


def test_a_guard_that_is_added_is_denied_on_what_it_guards() -> None:
    """A bucket that is guarded with the others, and a resource of a service that is new."""
    another = "arn:aws:s3:::trailkeeper-second-111122223333"
    guards = (
        *EVIDENCE,
        _later_guard("second-bucket", "s3:PutBucketCORS", another),
        _later_guard("reads", "s3-object-lambda:DeleteAccessPointForObjectLambda", OBJECT_LAMBDA),
    )
    found = statements(denials(guards=guards))

    assert denies(found, "s3:PutBucketCORS", another)
    assert denies(found, "s3:PutBucketCORS", BUCKET)
    assert denies(found, "s3:PutLifecycleConfiguration", another)
    assert denies(found, "s3-object-lambda:DeleteAccessPointForObjectLambda", OBJECT_LAMBDA)
    assert not denies(found, "s3:GetBucketCORS", another)


def _ours() -> list[dict[str, Any]]:
    allowed = readers.policies(BASELINE, kms=True, athena=True, dashboard=True).values()
    denied = administrators.policies(BASELINE).values()
    return [each.statement(BASELINE) for policy in (*allowed, *denied) for each in policy]


def test_every_action_is_one_that_iam_knows() -> None:
    """A new one is looked up in the Service Authorization Reference and added to the file."""
    named = {action for each in _ours() for action in each["Action"]}

    assert named | set(HARMLESS) == set(REFERENCE)


def test_every_action_stands_with_a_resource_that_it_is_for() -> None:
    # An event source mapping is known by a condition, a query by nothing; older answers of the
    # reference had no resource for them, and `*` holds for both.
    by_condition = ("lambda:DeleteEvent", "lambda:UpdateEvent", "iam:Tag", "iam:Untag")
    either = ("logs:GetQueryResults", "cloudwatch:DescribeAlarms")
    wrong = {
        action
        for each in _ours()
        for action in each["Action"]
        if not any(is_for(action, resource) for resource in each["Resource"])
        and not action.startswith((*by_condition, *either))
    }

    assert wrong == set()
