"""What both sides of the guard must have is what a person has read: tests/golden/sides."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.golden import golden
from tests.guarded import (
    ALERT_ENVIRON,
    BASELINE,
    HEAL_ENVIRON,
    OWN,
    POLICIES,
    SIDE,
    WATCHER_SIDE,
)
from tests.guards.told_sides import SIDES
from trailkeeper.evidence.outcome import place_of
from trailkeeper.guards.guard import Guard
from trailkeeper.guards.sides import Side, heal_side, watcher_side
from trailkeeper.guards.watched import guards_of
from trailkeeper.rights.roles import policies
from trailkeeper.words import TEXTS

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "sides"


@pytest.mark.parametrize("side", SIDES)
def test_a_side_is_the_one_that_a_person_has_read(side: str) -> None:
    said = json.loads(json.dumps(SIDES[side]()))

    assert said == json.loads((GOLDEN / f"{side}.json").read_text(encoding="utf-8"))


def test_every_golden_side_is_compared() -> None:
    assert {each.stem for each in GOLDEN.glob("*.json")} == SIDES.keys()


@pytest.mark.parametrize("side", [SIDE, watcher_side(HEAL_ENVIRON)], ids=lambda each: each.stack)
def test_every_document_of_a_side_has_a_name_for_people(side: Side) -> None:
    keys = [
        f"document.{guard.name}.{place_of(document.name)[0]}"
        for guard in guards_of(side, OWN, POLICIES)
        for document in guard.documents
    ]

    assert keys
    assert {key: set(TEXTS.get(key, {})) for key in keys} == {key: {"en", "ko"} for key in keys}


@pytest.mark.parametrize(
    ("reference", "named"),
    [
        (None, set()),
        ("ssm:/slack/webhook", {"/slack/webhook"}),
        ("secretsmanager:slack/webhook", {"slack/webhook"}),
        # AWS adds a dash and six characters to the name of a secret.
        (
            "secretsmanager:arn:aws:secretsmanager:us-east-1:123456789012:secret:slack-hook-AbCdEf",
            {
                "arn:aws:secretsmanager:us-east-1:123456789012:secret:slack-hook-AbCdEf",
                "slack-hook-AbCdEf",
                "slack-hook",
            },
        ),
    ],
)
def test_a_call_about_the_webhook_is_one_about_the_side(
    reference: str | None, named: set[str]
) -> None:
    names = HEAL_ENVIRON.baseline.names
    without = heal_side(HEAL_ENVIRON, replace(ALERT_ENVIRON, slack_webhook=None))
    side = heal_side(HEAL_ENVIRON, replace(ALERT_ENVIRON, slack_webhook=reference))

    assert side.names(names) - without.names(names) == named
    assert without.names(names) <= side.names(names)


def test_deleted_files_are_told_of_the_log_bucket_and_of_the_one_in_its_place() -> None:
    on, off = (
        {each.name: each for each in heal_side(HEAL_ENVIRON, alert).rules}
        for alert in (ALERT_ENVIRON, replace(ALERT_ENVIRON, deletion_alerts=False))
    )

    assert on["trailkeeper-log-files-deleted"].pattern["detail"]["bucket"] == {
        "name": [
            "trailkeeper-logs-123456789012-us-east-1",
            "trailkeeper-fallback-123456789012-us-east-1",
        ]
    }
    assert on.keys() - off.keys() == {"trailkeeper-log-files-deleted"}


@pytest.mark.parametrize(
    ("side", "name", "stacks"),
    [
        (SIDE, "trailkeeper-guard-stacks", ["TrailkeeperWatcher", "TrailkeeperEvidence"]),
        (
            WATCHER_SIDE,
            "trailkeeper-watcher-stacks",
            ["TrailkeeperResponse", "TrailkeeperEvidence"],
        ),
    ],
    ids=["heal", "watcher"],
)
def test_each_function_hears_what_becomes_of_the_others_stack_and_of_the_evidence(
    side: Side, name: str, stacks: list[str]
) -> None:
    (rule,) = (each for each in side.rules if each.name == name)

    assert rule.pattern["detail"]["stack-id"] == [
        {"prefix": f"arn:aws:cloudformation:us-east-1:123456789012:stack/{each}/"}
        for each in stacks
    ]


@pytest.mark.parametrize(
    ("alarm", "budget", "sends"),
    [
        (
            200.0,
            None,
            {"trailkeeper-alarm-changes-sent-home", "trailkeeper-satellite-calls-sent-home"},
        ),
        (
            200.0,
            500.0,
            {"trailkeeper-alarm-changes-sent-home", "trailkeeper-satellite-calls-sent-home"},
        ),
        # What is told of a budget comes by a topic.
        (None, 500.0, set()),
        (None, None, set()),
    ],
)
def test_calls_about_the_billing_alarm_are_sent_home_where_there_is_one(
    alarm: float | None, budget: float | None, sends: set[str]
) -> None:
    heal = replace(
        HEAL_ENVIRON,
        baseline=replace(BASELINE, region="eu-central-1"),
        billing_alarm_usd=alarm,
        monthly_budget_usd=budget,
        forward_iam_calls=False,
        last_resort_region=None,
    )
    side = heal_side(heal, replace(ALERT_ENVIRON, ec2_regions=()))

    assert {rule.name for each in side.satellites for rule in each.rules} == sends
    assert {each.region for each in side.satellites} == ({"us-east-1"} if sends else set())


SENDS_TAKES_PUBLISHES = {"sqs:SendMessage", "sqs:ReceiveMessage", "sns:Publish"}
Who = dict[tuple[str, str], set[str]]


def guard(side: Side, name: str) -> Guard:
    (found,) = (each for each in guards_of(side, OWN, POLICIES) if each.name == name)
    return found


def test_only_the_functions_change_the_items_of_a_table() -> None:
    read = golden("state-table")["ResourcePolicy"]["PolicyDocument"]
    desired = {each.name: each.desired(BASELINE) for each in guard(SIDE, "guard-table").documents}

    assert desired["policy"] == read
    assert desired["expiry"] == {"AttributeName": "expires"}
    assert desired["table"] == {
        "KeySchema": [
            {"AttributeName": "id", "KeyType": "HASH"},
            {"AttributeName": "at", "KeyType": "RANGE"},
        ],
        "BillingMode": "PAY_PER_REQUEST",
        "OnDemandThroughput": {},
        "DeletionProtectionEnabled": True,
    }


# The fields that a machine may restore; a change of any other one is for people to judge.
RESTORED = {
    "guard-table.table": {
        *("BillingMode", "DeletionProtectionEnabled", "GlobalSecondaryIndexes"),
        *("OnDemandThroughput", "SSEDescription", "StreamSpecification"),
    },
    "guard-feeds.subscriptions": {"trailkeeper-alarms"},
    "guard-stack.protection": {"EnableTerminationProtection"},
    "guard-stack.protection@eu-west-1": {"EnableTerminationProtection"},
}
# Where another field decides over the first, which a machine must not change.
DECIDED = {
    "guard-table.table": {"StreamSpecification": "Replicas"},
    "guard-stack.protection": {"EnableTerminationProtection": "Stack"},
    "guard-stack.protection@eu-west-1": {"EnableTerminationProtection": "Stack"},
}


@pytest.mark.parametrize("side", [SIDE, WATCHER_SIDE], ids=lambda each: each.stack)
def test_a_machine_restores_whole_documents_but_of_these(side: Side) -> None:
    documents = {
        f"{guard.name}.{document.name}": document
        for guard in guards_of(side, OWN, POLICIES)
        for document in guard.documents
    }

    partly = {name: set(each.heals) for name, each in documents.items() if each.heals is not None}
    assert partly == {name: RESTORED[name] for name in documents if name in RESTORED}
    decided = {name: dict(each.decided_by) for name, each in documents.items() if each.decided_by}
    assert decided == {name: DECIDED[name] for name in documents if name in DECIDED}


# As each service spells it: the resource is not there; a change before this one is still at work.
GONE = {
    "guard-functions": {"ResourceNotFoundException"},
    "guard-key": {"NotFoundException"},
    "guard-table": {"ResourceNotFoundException"},
}
STILL_BUSY = {
    "guard-key.state": {"KMSInvalidStateException"},
    "guard-table.table": {"ResourceInUseException"},
    "guard-table.policy": {
        *("LimitExceededException", "PolicyNotFoundException"),
        *("ResourceInUseException", "ResourceNotFoundException"),
    },
    "guard-table.expiry": {"ResourceInUseException", "ResourceNotFoundException"},
}


@pytest.mark.parametrize("side", [SIDE, WATCHER_SIDE], ids=lambda each: each.stack)
def test_a_guard_knows_how_its_service_says_that_something_is_gone_or_busy(side: Side) -> None:
    guards = guards_of(side, OWN, POLICIES)
    gone = {each.name: set(each.gone) for each in guards if each.gone}
    busy = {
        f"{guard.name}.{document.name}": set(document.not_yet)
        for guard in guards
        for document in guard.documents
        if document.not_yet
    }

    assert gone == {each.name: GONE[each.name] for each in guards if each.name in GONE}
    names = {each.name for each in guards}
    assert busy == {key: codes for key, codes in STILL_BUSY.items() if key.split(".")[0] in names}


@pytest.mark.parametrize("counts", [True, False])
@pytest.mark.parametrize("address", ["oncall@example.com", ""])
@pytest.mark.parametrize("elsewhere", ["eu-west-1", None])
def test_queues_and_topics_name_just_the_roles_that_have_the_rights(
    counts: bool, address: str, elsewhere: str | None
) -> None:
    """A role that is left out could not do its work; one too many could speak to people."""
    emails = (address,) if address else ()
    heal = replace(
        HEAL_ENVIRON,
        count_deliveries=counts,
        last_resort_emails=emails,
        last_resort_region=elsewhere,
    )
    second_way = heal.last_resort_topics if address else ()
    alert = replace(ALERT_ENVIRON, chat_topic_arn="x", last_resort_topics=second_way, language="en")
    sides = (heal_side(heal, alert), watcher_side(heal))
    deployed = {role.name(BASELINE.names) for side in sides for role in side.roles}

    having: Who = defaultdict(set)
    for name, documents in policies(heal, alert)(BASELINE).items():
        for document in documents.values() if name in deployed else ():
            _add(having, document, {name})
    named: Who = defaultdict(set)
    for side in sides:
        for queue in side.queues:
            _add(named, side.queue_policy(BASELINE, queue.name))
        for topic in side.topics:
            _add(named, side.topic_policy(BASELINE, topic.name))

    said = {key: roles for key, roles in named.items() if roles}
    assert said == {key: roles for key, roles in having.items() if key in named}
    assert len(said) >= 10


def _add(who: Who, document: Any, roles: set[str] | None = None) -> None:
    """Note the roles of a statement: those with the right, or else those that it does not deny."""
    for each in document["Statement"]:
        let = each["Condition"].get("ArnNotEquals", {}) if roles is None else {}
        spared = {role.rpartition("/")[2] for role in let.get("aws:PrincipalArn", ())}
        for action in _listed(each["Action"]) & SENDS_TAKES_PUBLISHES:
            for resource in _listed(each["Resource"]):
                who[action, resource] |= roles or spared


def _listed(value: Any) -> set[str]:
    return {value} if isinstance(value, str) else set(value)
