"""The guards over the guard: each kind of attack is seen, put right and read back."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

import boto3
import pytest

from tests.deployed_evidence import BASELINE
from tests.guarded import GUARDS, NAMES, SIDE, Deployment, Guarded, Intruder, code, deployed
from trailkeeper.evidence.functions import ALERT, HEAL
from trailkeeper.evidence.outcome import Outcome, Result
from trailkeeper.guards import guard_parameter
from trailkeeper.guards.techniques import TECHNIQUES
from trailkeeper.guards.techniques.technique import Half, Technique
from trailkeeper.reconcile.engine import Reconcile
from trailkeeper.reconcile.patience import Patience


def run(
    account: Guarded, half: Half = "heal side", only: Collection[str] = ()
) -> tuple[Outcome, ...]:
    patience = Patience(time.monotonic() + 60)
    guards = tuple(each for each in GUARDS[half] if not only or each.name in only)
    return Reconcile(account, BASELINE, patience, guards).run()


def both(account: Guarded) -> tuple[Outcome, ...]:
    """What each half finds of the other."""
    return (*run(account, "heal side"), *run(account, "watcher side"))


@pytest.fixture
def account(moto: Callable[[], None]) -> Guarded:
    return deployed()


def ended(found: tuple[Outcome, ...]) -> dict[str, Result]:
    return {each.key: each.result for each in found}


def test_what_is_as_deployed_is_left_alone(account: Guarded) -> None:
    found = both(account)
    assert [(each.key, each.changes, each.error) for each in found] == []


HEAL_NAME, ALERT_NAME = HEAL.name, ALERT.name


def publish(account: Guarded, name: str, **changed: Any) -> str:
    """Another version of a function, with changed code or settings."""
    if changed:
        account.functions.update_function_configuration(FunctionName=name, **changed)
    else:
        account.functions.update_function_code(FunctionName=name, ZipFile=code("theirs"))
    return str(account.functions.publish_version(FunctionName=name)["Version"])


def point(account: Guarded, name: str, **where: Any) -> None:
    account.functions.update_alias(FunctionName=name, Name="live", **where)


IAM = f"arn:aws:iam::{NAMES.account}"
HEAL_ROLE, ALERT_ROLE = "trailkeeper-heal-us-east-1", "trailkeeper-alert-us-east-1"
# moto has no limits of requests, no keys of tables and log groups and no masks, and there is no
# evidence key here; other tests have them.
NOT_HERE = {
    *("table-throttled", "table-encrypted", "log-encrypted", "log-masked"),
    "deploy-parameter-swapped",
}
PLAYED = [
    pytest.param(technique, half, id=f"{technique.id}-{half.partition(' ')[0]}")
    for technique in TECHNIQUES
    for half in technique.against
    if technique.attack and technique.documents and technique.id not in NOT_HERE
]


@pytest.mark.parametrize(("technique", "half"), PLAYED)
def test_what_the_list_says_is_repaired_is_put_right_and_read_back(
    account: Guarded, technique: Technique, half: Half
) -> None:
    assert technique.attack is not None
    technique.attack(Intruder(account, half))

    first = run(account, half)

    left = [each.replace("REGION", "eu-west-1") for each in technique.documents]
    assert ended(first) == dict.fromkeys(left, Result.HEALED), first
    named = {each.partition(".")[0] for each in left}
    assert run(account, half, named) == ()


Attack = Callable[[Guarded], Any]
# What the list of techniques does not have as one of its own.
REPAIRED: dict[str, tuple[str, Attack]] = {
    "the alias runs with another environment": (
        "guard-functions.versions",
        lambda a: point(
            a,
            ALERT_NAME,
            FunctionVersion=publish(a, ALERT_NAME, Environment={"Variables": {"TOPIC": "evil"}}),
        ),
    ),
    "the alias runs with a time-out of a second": (
        "guard-functions.versions",
        lambda a: point(a, HEAL_NAME, FunctionVersion=publish(a, HEAL_NAME, Timeout=1)),
    ),
    "a role may not use the key": (
        "guard-roles.policies",
        lambda a: a.iam.delete_role_policy(RoleName=ALERT_ROLE, PolicyName="alerts-key"),
    ),
    "a role has lost its rights over the watcher": (
        "guard-roles.attached-policies",
        lambda a: a.iam.detach_role_policy(
            RoleName=HEAL_ROLE, PolicyArn=f"{IAM}:policy/trailkeeper-heal-watch-us-east-1"
        ),
    ),
    "the topic of alarms has somebody else's key": (
        "guard-topics.topics",
        lambda a: a.sns.set_topic_attributes(
            TopicArn=NAMES.alarms_topic_arn,
            AttributeName="KmsMasterKeyId",
            AttributeValue="arn:aws:kms:us-east-1:444455556666:key/mallory",
        ),
    ),
    "all queues are gone": (
        "guard-queues.queues",
        lambda a: [a.sqs.delete_queue(QueueUrl=SIDE.queue_url(q.name)) for q in SIDE.queues],
    ),
    "the table is gone": (
        "guard-table.table",
        lambda a: [
            a.dynamodb.update_table(TableName="trailkeeper-state", DeletionProtectionEnabled=False),
            a.dynamodb.delete_table(TableName="trailkeeper-state"),
        ],
    ),
    "anybody may delete the table": (
        "guard-table.table",
        lambda a: a.dynamodb.update_table(
            TableName="trailkeeper-state", DeletionProtectionEnabled=False
        ),
    ),
    "anybody may write into the table": (
        "guard-table.policy",
        lambda a: a.dynamodb.delete_resource_policy(ResourceArn=NAMES.state_table_arn),
    ),
    "somebody else may write into the table": (
        "guard-table.policy",
        lambda a: a.dynamodb.put_resource_policy(
            ResourceArn=NAMES.state_table_arn,
            Policy=json.dumps(SIDE.table_policy(BASELINE)).replace(
                f"{NAMES.account}:role/trailkeeper-alert", f"{NAMES.account}:role/mallory"
            ),
        ),
    ),
}


@pytest.mark.parametrize("name", REPAIRED)
def test_it_is_put_right_and_read_back(account: Guarded, name: str) -> None:
    document, attack = REPAIRED[name]
    attack(account)

    first = run(account)

    assert ended(first) == {document: Result.HEALED}, first
    assert run(account) == ()


def test_an_alias_that_is_gone_comes_back_with_those_who_may_call_it(account: Guarded) -> None:
    account.functions.delete_alias(FunctionName=HEAL_NAME, Name="live")

    assert ended(run(account)) == {
        "guard-functions.versions": Result.HEALED,
        "guard-functions.callers": Result.HEALED,
    }
    assert run(account) == ()


def test_a_function_that_is_gone_is_said(account: Guarded) -> None:
    account.functions.delete_function(FunctionName=HEAL_NAME)

    (found,) = [each for each in run(account) if each.guard == "guard-functions"]

    assert (found.gone, found.result) == (True, Result.FAILED)
    assert "ResourceNotFoundException" in found.error


def test_what_no_version_has_cannot_be_put_back_and_is_said(account: Guarded) -> None:
    """Whoever deletes the version that was deployed leaves nothing to point to."""
    point(account, HEAL_NAME, FunctionVersion=publish(account, HEAL_NAME))
    account.functions.delete_function(FunctionName=HEAL_NAME, Qualifier="1")

    (found,) = run(account)

    assert (found.key, found.result) == ("guard-functions.versions", Result.FAILED)
    assert "no published version of trailkeeper-heal is as deployed" in found.error


def test_who_is_told_is_for_people_to_judge(account: Guarded) -> None:
    topic = NAMES.alerts_topic_arn
    for each in account.sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]:
        account.sns.unsubscribe(SubscriptionArn=each["SubscriptionArn"])
    account.sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="stranger@example.net")

    (found,) = run(account)

    assert (found.key, found.result) == ("guard-people.subscribers", Result.TOLD)
    said = {(each.path.rpartition(" ")[2], each.before) for each in found.changes}
    assert said == {
        ("security@example.com", "-"),
        ("stranger@example.net", "gets all, is not of the settings"),
    }


def test_a_topic_that_is_gone_is_told(account: Guarded) -> None:
    account.sns.delete_topic(TopicArn=NAMES.alerts_topic_arn)

    assert ended(run(account)) == {
        "guard-topics.topics": Result.HEALED,
        "guard-people.subscribers": Result.TOLD,
    }


def test_a_topic_of_last_resort_elsewhere_is_put_right_where_it_stands(
    moto: Callable[[], None],
) -> None:
    plan = Deployment(BASELINE, last_resort_region="eu-west-1")
    account = deployed(plan)
    guards = plan.watched["watcher side"].guards
    away = boto3.client("sns", region_name="eu-west-1")
    (topic,) = away.list_topics()["Topics"]
    everybody = {"Effect": "Allow", "Principal": "*", "Action": "sns:*", "Resource": "*"}
    opened = json.dumps({"Version": "2012-10-17", "Statement": [everybody]})
    away.set_topic_attributes(
        TopicArn=topic["TopicArn"], AttributeName="Policy", AttributeValue=opened
    )

    found = Reconcile(account, BASELINE, Patience(time.monotonic() + 60), guards).run()

    assert topic["TopicArn"].endswith(":trailkeeper-last-resort-elsewhere")
    assert ended(found) == {"guard-topics.topics": Result.HEALED}
    policy = away.get_topic_attributes(TopicArn=topic["TopicArn"])["Attributes"]["Policy"]
    assert "OnlyTheFunctionsPublish" in policy


FRANKFURT = replace(BASELINE, region="eu-central-1")
CHARGES_ELSEWHERE = Deployment(FRANKFURT)
ON_CHARGES: dict[str, tuple[str, Callable[[Any, str], Any]]] = {
    "charges-unheard": (
        "guard-feeds.subscriptions",
        lambda sns, topic: sns.unsubscribe(SubscriptionArn=queue_of(sns, topic)),
    ),
    "a filter on charges": (
        "guard-feeds.subscriptions",
        lambda sns, topic: sns.set_subscription_attributes(
            SubscriptionArn=queue_of(sns, topic),
            AttributeName="FilterPolicy",
            AttributeValue='{"nothing": ["nobody"]}',
        ),
    ),
    "charges-unpublished": (
        "guard-topics.topics",
        lambda sns, topic: sns.set_topic_attributes(
            TopicArn=topic, AttributeName="Policy", AttributeValue=CLOSED
        ),
    ),
    "charges-key-swapped": (
        "guard-topics.topics",
        lambda sns, topic: sns.set_topic_attributes(
            TopicArn=topic, AttributeName="KmsMasterKeyId", AttributeValue="alias/mallorys"
        ),
    ),
}
CLOSED = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "sns:*", "Resource": "*"}],
    }
)


def queue_of(sns: Any, topic: str) -> str:
    (found,) = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert found["Endpoint"] == f"arn:aws:sqs:eu-central-1:{NAMES.account}:trailkeeper-alerts"
    return str(found["SubscriptionArn"])


@pytest.fixture
def frankfurt(moto: Callable[[], None]) -> Guarded:
    """An account whose home has no charges."""
    return deployed(CHARGES_ELSEWHERE)


def compared(account: Guarded) -> tuple[Outcome, ...]:
    guards = CHARGES_ELSEWHERE.watched["heal side"].guards
    return Reconcile(account, FRANKFURT, Patience(time.monotonic() + 60), guards).run()


@pytest.mark.parametrize("name", ON_CHARGES)
def test_the_topic_of_charges_is_put_right_in_us_east_1(frankfurt: Guarded, name: str) -> None:
    document, attack = ON_CHARGES[name]
    sns = boto3.client("sns", region_name="us-east-1")
    (topic,) = (each["TopicArn"] for each in sns.list_topics()["Topics"])
    before = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    attack(sns, topic)

    assert topic.endswith(":trailkeeper-billing")
    assert ended(compared(frankfurt)) == {document: Result.HEALED}
    assert compared(frankfurt) == ()
    attributes = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    assert {key: attributes[key] for key in ("Policy", "KmsMasterKeyId")} == {
        key: before[key] for key in ("Policy", "KmsMasterKeyId")
    }
    assert before["KmsMasterKeyId"].startswith("arn:aws:kms:us-east-1:")
    queue_of(sns, topic)


ON_KEY_OF_CHARGES: dict[str, tuple[str, Callable[[Any, str], Any]]] = {
    "charges-key-disabled": ("state", lambda kms, key: kms.disable_key(KeyId=key)),
    "charges-key-to-be-deleted": (
        "state",
        lambda kms, key: kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7),
    ),
    "charges-may-not-use-key": (
        "policy",
        lambda kms, key: kms.put_key_policy(
            KeyId=key, PolicyName="default", Policy=json.dumps({"Statement": []})
        ),
    ),
    "charges-key-not-rotated": (
        "rotation",
        lambda kms, key: kms.disable_key_rotation(KeyId=key),
    ),
    "charges-key-alias-deleted": (
        "alias",
        lambda kms, _: kms.delete_alias(AliasName="alias/trailkeeper-alerts"),
    ),
}


@pytest.mark.parametrize("name", ON_KEY_OF_CHARGES)
def test_the_key_of_charges_is_put_right_in_us_east_1(frankfurt: Guarded, name: str) -> None:
    document, attack = ON_KEY_OF_CHARGES[name]
    kms = boto3.client("kms", region_name="us-east-1")
    key = kms.describe_key(KeyId="alias/trailkeeper-alerts")["KeyMetadata"]["KeyId"]
    attack(kms, key)

    assert ended(compared(frankfurt)) == {f"guard-key.{document}@us-east-1": Result.HEALED}
    assert compared(frankfurt) == ()
    named = kms.describe_key(KeyId="alias/trailkeeper-alerts")["KeyMetadata"]
    assert (named["KeyId"], named["KeyState"]) == (key, "Enabled")
    assert kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"]
    policy = json.loads(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"])
    (alarms,) = (each for each in policy["Statement"] if each.get("Sid") == "AlarmsPublish")
    assert alarms["Condition"]["ArnLikeIfExists"] == {
        "aws:SourceArn": f"arn:aws:cloudwatch:us-east-1:{NAMES.account}:alarm:trailkeeper-*"
    }


def test_a_key_that_is_gone_at_home_hides_nothing_of_the_one_in_us_east_1(
    frankfurt: Guarded,
) -> None:
    frankfurt.cloudformation.keys["TrailkeeperResponse"] = "11111111-2222-3333-4444-555555555555"
    kms = boto3.client("kms", region_name="us-east-1")
    key = kms.describe_key(KeyId="alias/trailkeeper-alerts")["KeyMetadata"]["KeyId"]
    kms.disable_key(KeyId=key)

    ends = ended(compared(frankfurt))

    assert ends["guard-key.state@us-east-1"] is Result.HEALED
    assert any(key.startswith("guard-key.") and "@" not in key for key in ends)


def test_alarms_that_nobody_gets_are_heard_again_and_who_else_hears_them_is_told(
    account: Guarded,
) -> None:
    topic = NAMES.alarms_topic_arn
    (ours,) = account.sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    account.sns.unsubscribe(SubscriptionArn=ours["SubscriptionArn"])
    account.sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="stranger@example.net")

    found = run(account)

    assert {(each.key, each.result) for each in found} == {
        ("guard-feeds.subscriptions", Result.HEALED),
        ("guard-feeds.subscriptions", Result.TOLD),
    }
    (told,) = (each for each in found if each.result is Result.TOLD)
    assert [(c.path, c.before) for c in told.changes] == [
        ("others on trailkeeper-alarms", "email stranger@example.net")
    ]
    listed = account.sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    (again,) = (each["SubscriptionArn"] for each in listed if each["Protocol"] == "sqs")
    attributes = account.sns.get_subscription_attributes(SubscriptionArn=again)["Attributes"]
    assert attributes["Endpoint"] == f"arn:aws:sqs:us-east-1:{NAMES.account}:trailkeeper-alerts"
    assert attributes["RawMessageDelivery"] == "false"
    assert json.loads(attributes["RedrivePolicy"]) == {
        "deadLetterTargetArn": f"arn:aws:sqs:us-east-1:{NAMES.account}:trailkeeper-alerts-dead"
    }


def test_a_stack_that_is_gone_is_said(account: Guarded) -> None:
    del account.cloudformation.stacks[SIDE.stack]

    (found,) = run(account)

    assert (found.key, found.result) == ("guard-stack.protection", Result.TOLD)
    assert ("Stack", "gone", "there") in {(c.path, c.before, c.after) for c in found.changes}


def test_a_role_that_is_gone_is_said_and_the_others_are_put_right(account: Guarded) -> None:
    for policy in ("needs", "alerts-key"):
        account.iam.delete_role_policy(RoleName=ALERT_ROLE, PolicyName=policy)
    account.iam.delete_role(RoleName=ALERT_ROLE)
    account.iam.delete_role_permissions_boundary(RoleName=HEAL_ROLE)

    (found,) = run(account)

    assert (found.key, found.result) == ("guard-roles.trust", Result.FAILED)
    assert "the role trailkeeper-alert-us-east-1 is gone; deploy the stacks again" in found.error
    role = account.iam.get_role(RoleName=HEAL_ROLE)["Role"]
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"].endswith("heal-boundary-us-east-1")


def test_a_boundary_that_was_widened_is_for_people_to_judge(account: Guarded) -> None:
    """Whoever may write a boundary may widen it, so no machine may."""
    arn = f"{IAM}:policy/trailkeeper-heal-boundary-us-east-1"
    account.iam.create_policy_version(
        PolicyArn=arn,
        PolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
            }
        ),
        SetAsDefault=True,
    )

    (found,) = run(account)

    assert (found.key, found.result) == ("guard-roles.managed-policies", Result.TOLD)


def test_the_next_deploy_takes_the_key_that_was_deployed(account: Guarded) -> None:
    ours = f"arn:aws:kms:us-east-1:{NAMES.account}:key/ours"
    with_key = replace(BASELINE, evidence_key_arn=ours)
    name = "/trailkeeper/evidence-key-arn"
    account.ssm.put_parameter(Name=name, Value="arn:aws:kms:::key/mallorys", Type="String")
    patience = Patience(time.monotonic() + 1)

    (found,) = Reconcile(account, with_key, patience, (guard_parameter.guard(),)).run()

    assert (found.key, found.result) == ("guard-parameter.key", Result.HEALED)
    assert account.ssm.get_parameter(Name=name)["Parameter"]["Value"] == ours
