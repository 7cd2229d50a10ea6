"""The guards of the evidence see whatever weakens it, and take no other spelling for that."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.account_answers import EVERYTHING, KEY, answering
from tests.golden import golden
from trailkeeper.evidence.drift import Drift
from trailkeeper.guards.evidence import EVIDENCE

DOCUMENTS = {
    f"{guard.name}/{document.name}": (guard, document)
    for guard in EVIDENCE
    for document in guard.documents
}
THEIRS = "arn:aws:kms:us-east-1:999999999999:key/theirs"
Said = tuple[str, str, str]


def seen(name: str, answers: dict[str, Any]) -> list[Said]:
    """Where a document differs when AWS answers so, what is there, and what is wanted."""
    guard, document = DOCUMENTS[name]
    found = guard.compare(document, answering(answers), EVERYTHING)
    assert found is None or isinstance(found, Drift), found
    return [(each.path, each.before, each.after) for each in found.changes] if found else []


def encrypted(**changed: Any) -> dict[str, Any]:
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY}
    rule = {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": True, **changed}
    return {"GetBucketEncryption": {"ServerSideEncryptionConfiguration": {"Rules": [rule]}}}


def lifecycle(**changed: Any) -> dict[str, Any]:
    (rule,) = golden("log-bucket")["written"]["lifecycle"][0][1]["LifecycleConfiguration"]["Rules"]
    kept = {key: value for key, value in {**rule, **changed}.items() if value is not None}
    return {"GetBucketLifecycleConfiguration": {"Rules": [kept]}}


def configured(**said: Any) -> dict[str, Any]:
    return {"GetEventConfiguration": said}


SMALLER = {"Templates": ["API_ACTIVITY"], "EventCategory": "Data"}
CONTEXT = {"Type": "TagContext", "Equals": ["team"]}
WEAKENED: dict[str, tuple[str, dict[str, Any], list[Said]]] = {
    "somebody may use the key by a grant": (
        "evidence-key/grants",
        {
            "ListGrants": {
                "Grants": [
                    {
                        "GrantId": "1",
                        "GranteePrincipal": "arn:aws:iam::999999999999:root",
                        "Operations": ["Decrypt"],
                    }
                ]
            }
        },
        [
            (
                "",
                '[{"GranteePrincipal": "arn:aws:iam::999999999999:root", '
                '"Operations": ["Decrypt"]}]',
                "-",
            )
        ],
    ),
    "log files are encrypted by another key": (
        "log-bucket/encryption",
        encrypted(
            ApplyServerSideEncryptionByDefault={
                "SSEAlgorithm": "aws:kms",
                "KMSMasterKeyID": THEIRS,
            }
        ),
        [("Rules[].ApplyServerSideEncryptionByDefault.KMSMasterKeyID", THEIRS, KEY)],
    ),
    "each log file is a call of KMS": (
        "log-bucket/encryption",
        encrypted(BucketKeyEnabled=False),
        [("Rules[].BucketKeyEnabled", "-", "true")],
    ),
    "log files expire tomorrow": (
        "log-bucket/lifecycle",
        lifecycle(Expiration={"Days": 1}),
        [("[].Expiration.Days", "1", "2557")],
    ),
    "only some log files are kept as long": (
        "log-bucket/lifecycle",
        lifecycle(Filter={"Prefix": "AWSLogs/"}),
        [("[].Filter", '{"Prefix": "AWSLogs/"}', "-")],
    ),
    "events are aggregated": (
        "trail/event-configuration",
        configured(MaxEventSize="Standard", AggregationConfigurations=[SMALLER]),
        [("AggregationConfigurations", json.dumps([dict(sorted(SMALLER.items()))]), "-")],
    ),
    "events are enriched": (
        "trail/event-configuration",
        configured(MaxEventSize="Standard", ContextKeySelectors=[CONTEXT]),
        [("ContextKeySelectors", json.dumps([dict(sorted(CONTEXT.items()))]), "-")],
    ),
    "events are larger": (
        "trail/event-configuration",
        configured(MaxEventSize="Large"),
        [("MaxEventSize", "Large", "Standard")],
    ),
}


@pytest.mark.parametrize("how", WEAKENED)
def test_what_weakens_the_evidence_is_seen_where_it_is(how: str) -> None:
    document, answers, said = WEAKENED[how]

    assert seen(document, answers) == said


IN_ORDER: dict[str, tuple[str, dict[str, Any]]] = {
    "a rule for the whole bucket without a filter": (
        "log-bucket/lifecycle",
        lifecycle(Filter=None, Prefix=""),
    ),
    "a rule with an empty filter": ("log-bucket/lifecycle", lifecycle(Filter={})),
    "a configuration of events that is not set": ("trail/event-configuration", configured()),
    "a trail of a partition without a configuration of events": (
        "trail/event-configuration",
        {"GetEventConfiguration": "UnsupportedOperationException"},
    ),
    "a trail of a partition that does not know the call": (
        "trail/event-configuration",
        {"GetEventConfiguration": "UnknownOperationException"},
    ),
}


@pytest.mark.parametrize("how", IN_ORDER)
def test_another_spelling_of_the_same_is_in_order(how: str) -> None:
    assert seen(*IN_ORDER[how]) == []
