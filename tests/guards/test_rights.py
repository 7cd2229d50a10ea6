"""What the functions ask for is what a person has read: the statements of tests/golden's roles."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from tests.account_answers import KEY
from tests.deployed_evidence import BASELINE
from tests.golden import golden
from trailkeeper.environments.alert import AlertEnviron
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.evidence.expected import ExpectedActor
from trailkeeper.evidence.functions import HEAL as HEAL_FUNCTION
from trailkeeper.evidence.permission import Permission
from trailkeeper.rights.roles import (
    alert_rights,
    heal_rights,
    heal_watch_rights,
    schedule_rights,
)

WITH_KEY = replace(BASELINE, evidence_key_arn=KEY)
HEAL = HealEnviron(WITH_KEY, alerts_queue_url="queue")
ALERT = AlertEnviron(topic_arn="topic", queue_url="queue", table="table")


def asked(*permissions: Permission) -> list[Any]:
    stated = [each.statement(WITH_KEY) for each in permissions if each.resources(WITH_KEY)]
    return in_one_spelling(stated)


def in_one_spelling(statements: list[Any]) -> list[Any]:
    """Lists where IAM also takes one string, in an order that says nothing."""
    spelled = [
        {
            **each,
            **{
                field: sorted([each[field]] if isinstance(each[field], str) else each[field])
                for field in ("Action", "Resource")
            },
        }
        for each in statements
    ]
    return sorted(spelled, key=lambda each: json.dumps(each, sort_keys=True))


def read(role: str, policy: str = "needs") -> list[Any]:
    return in_one_spelling(golden(role)["policies"][policy]["Statement"])


def test_the_heal_function_may_do_what_a_person_has_read() -> None:
    assert asked(*heal_rights(HEAL)) == read("heal-role")


def test_containing_tags_and_planned_changes_take_what_a_person_has_read() -> None:
    tagged = replace(HEAL.baseline, tags=(("team", "security"),))
    planned = (ExpectedActor(("PutBucketPolicy",), tags={"pipeline": "evidence"}),)
    rights = heal_rights(replace(HEAL, contain="deny", expected_actors=planned, baseline=tagged))
    asked_for = in_one_spelling(
        [each.statement(tagged) for each in rights if each.resources(tagged)]
    )

    added = in_one_spelling(golden("heal-role-by-settings")["added"])
    assert [each for each in asked_for if each not in read("heal-role")] == added


def test_the_alert_function_may_do_what_a_person_has_read() -> None:
    assert asked(*alert_rights(ALERT)) == read("alert-role")


def test_the_ways_to_people_take_what_a_person_has_read() -> None:
    environ = replace(
        ALERT,
        chat_topic_arn="chat",
        last_resort_topics=replace(HEAL, last_resort_region="eu-west-1").last_resort_topics,
        slack_webhook="secretsmanager:slack/webhook",
    )

    added = in_one_spelling(golden("alert-role-by-settings")["added"])
    found = asked(*alert_rights(environ))
    assert [each for each in found if each not in read("alert-role")] == added


def test_the_schedule_may_do_what_a_person_has_read() -> None:
    assert asked(*schedule_rights(HEAL_FUNCTION)) == read("schedule-role")


def test_the_heal_function_may_do_to_the_watcher_what_a_person_has_read() -> None:
    watched = replace(
        HEAL,
        watcher=True,
        last_resort_emails=("night@example.com",),
        last_resort_region="eu-west-1",
    )

    assert asked(*heal_watch_rights(watched)) == in_one_spelling(golden("heal-watch"))


def test_a_parameter_is_decrypted_by_way_of_its_own_service_for_it_alone() -> None:
    environ = replace(ALERT, slack_webhook="ssm:/slack/webhook")

    added = [each for each in asked(*alert_rights(environ)) if each not in read("alert-role")]
    parameter = "arn:aws:ssm:us-east-1:123456789012:parameter/slack/webhook"
    assert added == in_one_spelling(
        [
            {"Effect": "Allow", "Action": "ssm:GetParameter", "Resource": parameter},
            {
                "Effect": "Allow",
                "Action": "kms:Decrypt",
                "Resource": "arn:aws:kms:us-east-1:123456789012:key/*",
                "Condition": {
                    "StringEquals": {"kms:ViaService": "ssm.us-east-1.amazonaws.com"},
                    "StringLike": {"kms:EncryptionContext:PARAMETER_ARN": parameter},
                },
            },
        ]
    )


def test_without_a_key_no_right_over_any_key_is_asked_for() -> None:
    stated = asked_without_key()

    assert not [each for each in stated if any("kms" in action for action in each["Action"])]


def asked_without_key() -> list[Any]:
    permissions = heal_rights(replace(HEAL, baseline=BASELINE))
    return in_one_spelling(
        [each.statement(BASELINE) for each in permissions if each.resources(BASELINE)]
    )
