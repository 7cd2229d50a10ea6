"""The guards over the guard: each kind of attack is seen, put right and read back."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.deployed_evidence import BASELINE
from tests.guarded import NAMES, OWN, POLICIES, SIDE, Guarded, code, deployed
from trailkeeper.evidence.functions import ALERT, HEAL
from trailkeeper.evidence.outcome import Outcome, Result
from trailkeeper.guards import guard_parameter
from trailkeeper.guards.sides import Side
from trailkeeper.guards.watched import guards_of
from trailkeeper.reconcile.engine import Reconcile
from trailkeeper.reconcile.patience import Patience


def run(account: Guarded, side: Side = SIDE) -> tuple[Outcome, ...]:
    patience = Patience(time.monotonic() + 1)
    return Reconcile(account, BASELINE, patience, guards_of(side, OWN, POLICIES)).run()


@pytest.fixture
def account(moto: Callable[[], None]) -> Guarded:
    moto()
    return deployed()


def ended(found: tuple[Outcome, ...]) -> dict[str, Result]:
    return {each.key: each.result for each in found}


def test_what_is_as_deployed_is_left_alone(account: Guarded) -> None:
    found = run(account)
    assert [(each.key, each.changes, each.error) for each in found] == []


HEAL_NAME, ALERT_NAME = HEAL.name, ALERT.name
RULE, SCHEDULE = "trailkeeper-trail", "trailkeeper-reconcile"
EVIL = "arn:aws:lambda:us-east-1:123456789012:function:evil"


def publish(account: Guarded, name: str, **changed: Any) -> str:
    """Another version of a function, with changed code or settings."""
    if changed:
        account.functions.update_function_configuration(FunctionName=name, **changed)
    else:
        account.functions.update_function_code(FunctionName=name, ZipFile=code("theirs"))
    return str(account.functions.publish_version(FunctionName=name)["Version"])


def point(account: Guarded, name: str, **where: Any) -> None:
    account.functions.update_alias(FunctionName=name, Name="live", **where)


def target() -> dict[str, Any]:
    (rule,) = (each for each in SIDE.rules if each.name == RULE)
    return {"Id": "Target0", **rule.target(NAMES)}


def schedule() -> dict[str, Any]:
    (found,) = (each for each in SIDE.schedules if each.name == SCHEDULE)
    return {"Name": SCHEDULE, **found.document(NAMES, SIDE.schedule_role_arn)}


IAM = f"arn:aws:iam::{NAMES.account}"
HEAL_ROLE, ALERT_ROLE = "trailkeeper-heal-us-east-1", "trailkeeper-alert-us-east-1"
SCHEDULE_ROLE = "trailkeeper-schedule-us-east-1"
DENY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}],
}
DENY_PUBLISH = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "sns:Publish",
            "Resource": NAMES.alerts_topic_arn,
        }
    ],
}
DENY_SEND = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "sqs:SendMessage",
            "Resource": NAMES.alerts_queue_arn,
        }
    ],
}
ROOT_ONLY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"{IAM}:root"},
            "Action": "kms:*",
            "Resource": "*",
        }
    ],
}
MALLORYS = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"{IAM}:user/mallory"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def key(account: Guarded) -> str:
    found = account.kms.describe_key(KeyId="alias/trailkeeper-alerts")["KeyMetadata"]
    return str(found["KeyId"])


def attribute(account: Guarded, queue: str, name: str, value: str) -> None:
    account.sqs.set_queue_attributes(QueueUrl=SIDE.queue_url(queue), Attributes={name: value})


def alarm(name: str) -> dict[str, Any]:
    (found,) = (each for each in SIDE.alarms if each.name == name)
    return {"AlarmName": name, **found.document(NAMES)}


Attack = Callable[[Guarded], Any]
REPAIRED: dict[str, tuple[str, Attack]] = {
    "the alias runs other code": (
        "guard-functions.versions",
        lambda a: point(a, HEAL_NAME, FunctionVersion=publish(a, HEAL_NAME)),
    ),
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
    "the alias runs what anybody may change": (
        "guard-functions.versions",
        lambda a: point(a, HEAL_NAME, FunctionVersion="$LATEST"),
    ),
    "half of the calls go to another version": (
        "guard-functions.versions",
        lambda a: point(
            a,
            HEAL_NAME,
            RoutingConfig={"AdditionalVersionWeights": {publish(a, HEAL_NAME): 0.5}},
        ),
    ),
    "no concurrency": (
        "guard-functions.concurrency",
        lambda a: a.functions.put_function_concurrency(
            FunctionName=HEAL_NAME, ReservedConcurrentExecutions=0
        ),
    ),
    "failed calls are forgotten": (
        "guard-functions.failures",
        lambda a: a.functions.delete_function_event_invoke_config(
            FunctionName=HEAL_NAME, Qualifier="live"
        ),
    ),
    "a rule may not call": (
        "guard-functions.callers",
        lambda a: a.functions.remove_permission(
            FunctionName=HEAL_NAME, Qualifier="live", StatementId=f"deployed-rule-{RULE}"
        ),
    ),
    "a stranger may call": (
        "guard-functions.callers",
        lambda a: a.functions.add_permission(
            FunctionName=HEAL_NAME,
            Qualifier="live",
            StatementId="stranger",
            Action="lambda:InvokeFunction",
            Principal="444455556666",
        ),
    ),
    "a URL for everybody": (
        "guard-functions.urls",
        lambda a: a.functions.urls.append(HEAL.live_arn(NAMES)),
    ),
    "a rule is off": ("guard-rules.rules", lambda a: a.events.disable_rule(Name=RULE)),
    "a rule matches nothing": (
        "guard-rules.rules",
        lambda a: a.events.put_rule(Name=RULE, EventPattern='{"source": ["nothing"]}'),
    ),
    "a rule is gone": (
        "guard-rules.rules",
        lambda a: (
            a.events.remove_targets(Rule=RULE, Ids=["Target0"]),
            a.events.delete_rule(Name=RULE),
        ),
    ),
    "a rule says something else": (
        "guard-rules.rules",
        lambda a: a.events.put_targets(Rule=RULE, Targets=[{**target(), "Input": "{}"}]),
    ),
    "a rule calls somebody else": (
        "guard-rules.rules",
        lambda a: a.events.put_targets(Rule=RULE, Targets=[{**target(), "Arn": EVIL}]),
    ),
    "a rule tells somebody else, too": (
        "guard-rules.rules",
        lambda a: a.events.put_targets(Rule=RULE, Targets=[{"Id": "evil", "Arn": EVIL}]),
    ),
    "a rule gives up at once": (
        "guard-rules.rules",
        lambda a: a.events.put_targets(
            Rule=RULE,
            Targets=[
                {
                    **target(),
                    "RetryPolicy": {"MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 60},
                }
            ],
        ),
    ),
    "a schedule is off": (
        "guard-schedules.schedules",
        lambda a: a.scheduler.update_schedule(**{**schedule(), "State": "DISABLED"}),
    ),
    "a schedule comes once a day": (
        "guard-schedules.schedules",
        lambda a: a.scheduler.update_schedule(
            **{**schedule(), "ScheduleExpression": "rate(1 day)"}
        ),
    ),
    "a schedule is gone": (
        "guard-schedules.schedules",
        lambda a: a.scheduler.delete_schedule(Name=SCHEDULE),
    ),
    "the queue is not read": (
        "guard-queue.mapping",
        lambda a: a.functions.update_event_source_mapping(UUID="0", Enabled=False),
    ),
    "the queue is filtered": (
        "guard-queue.mapping",
        lambda a: a.functions.update_event_source_mapping(
            UUID="0", FilterCriteria={"Filters": [{"Pattern": '{"body": ["nothing"]}'}]}
        ),
    ),
    "the queue feeds somebody else": (
        "guard-queue.mapping",
        lambda a: a.functions.update_event_source_mapping(UUID="0", FunctionName=EVIL),
    ),
    "the queue feeds nobody": (
        "guard-queue.mapping",
        lambda a: a.functions.mappings.clear(),
    ),
    "a role may do nothing any more": (
        "guard-roles.policies",
        lambda a: a.iam.delete_role_policy(RoleName=HEAL_ROLE, PolicyName="needs"),
    ),
    "a role is denied everything": (
        "guard-roles.policies",
        lambda a: a.iam.put_role_policy(
            RoleName=ALERT_ROLE, PolicyName="evil", PolicyDocument=json.dumps(DENY)
        ),
    ),
    "a role may not use the key": (
        "guard-roles.policies",
        lambda a: a.iam.delete_role_policy(RoleName=ALERT_ROLE, PolicyName="alerts-key"),
    ),
    "a role has a policy that is not its own": (
        "guard-roles.attached-policies",
        lambda a: a.iam.attach_role_policy(
            RoleName=HEAL_ROLE, PolicyArn=f"{IAM}:policy/trailkeeper-alert-boundary-us-east-1"
        ),
    ),
    "a role has lost its rights over the watcher": (
        "guard-roles.attached-policies",
        lambda a: a.iam.detach_role_policy(
            RoleName=HEAL_ROLE, PolicyArn=f"{IAM}:policy/trailkeeper-heal-watch-us-east-1"
        ),
    ),
    "a role is bounded by another policy": (
        "guard-roles.trust",
        lambda a: a.iam.put_role_permissions_boundary(
            RoleName=HEAL_ROLE, PermissionsBoundary="arn:aws:iam::aws:policy/ReadOnlyAccess"
        ),
    ),
    "a role is bounded by nothing": (
        "guard-roles.trust",
        lambda a: a.iam.delete_role_permissions_boundary(RoleName=HEAL_ROLE),
    ),
    "a role is somebody's": (
        "guard-roles.trust",
        lambda a: a.iam.update_assume_role_policy(
            RoleName=SCHEDULE_ROLE, PolicyDocument=json.dumps(MALLORYS)
        ),
    ),
    "the key is off": ("guard-key.state", lambda a: a.kms.disable_key(KeyId=key(a))),
    "the key is to be deleted": (
        "guard-key.state",
        lambda a: a.kms.schedule_key_deletion(KeyId=key(a), PendingWindowInDays=7),
    ),
    "alarms may not use the key": (
        "guard-key.policy",
        lambda a: a.kms.put_key_policy(
            KeyId=key(a), PolicyName="default", Policy=json.dumps(ROOT_ONLY)
        ),
    ),
    "the key is not rotated": (
        "guard-key.rotation",
        lambda a: a.kms.disable_key_rotation(KeyId=key(a)),
    ),
    "nobody may publish": (
        "guard-topics.topics",
        lambda a: a.sns.set_topic_attributes(
            TopicArn=NAMES.alerts_topic_arn,
            AttributeName="Policy",
            AttributeValue=json.dumps({**DENY_PUBLISH}),
        ),
    ),
    "the topic has somebody else's key": (
        "guard-topics.topics",
        lambda a: a.sns.set_topic_attributes(
            TopicArn=NAMES.alarms_topic_arn,
            AttributeName="KmsMasterKeyId",
            AttributeValue="arn:aws:kms:us-east-1:444455556666:key/mallory",
        ),
    ),
    "nobody may send alerts": (
        "guard-queues.queues",
        lambda a: attribute(a, "trailkeeper-alerts", "Policy", json.dumps(DENY_SEND)),
    ),
    "what fails is not kept": (
        "guard-queues.queues",
        lambda a: attribute(a, "trailkeeper-alerts", "RedrivePolicy", ""),
    ),
    "alerts come a quarter of an hour late": (
        "guard-queues.queues",
        lambda a: attribute(a, "trailkeeper-alerts", "DelaySeconds", "900"),
    ),
    "a queue is gone": (
        "guard-queues.queues",
        lambda a: a.sqs.delete_queue(QueueUrl=SIDE.queue_url("trailkeeper-heal-dead")),
    ),
    "all queues are gone": (
        "guard-queues.queues",
        lambda a: [a.sqs.delete_queue(QueueUrl=SIDE.queue_url(q.name)) for q in SIDE.queues],
    ),
    "the table keeps everything": (
        "guard-table.expiry",
        lambda a: a.dynamodb.update_time_to_live(
            TableName="trailkeeper-state",
            TimeToLiveSpecification={"Enabled": False, "AttributeName": "expires"},
        ),
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
    "the log is kept for a day": (
        "guard-logs.groups",
        lambda a: a.logs.put_retention_policy(
            logGroupName="/aws/lambda/trailkeeper-heal", retentionInDays=1
        ),
    ),
    "the log is gone": (
        "guard-logs.groups",
        lambda a: a.logs.delete_log_group(logGroupName="/aws/lambda/trailkeeper-alert"),
    ),
    "an alarm is gone": (
        "guard-alarms.alarms",
        lambda a: a.cloudwatch.delete_alarms(AlarmNames=["trailkeeper-looks-silent"]),
    ),
    "an alarm is muted": (
        "guard-alarms.alarms",
        lambda a: a.cloudwatch.disable_alarm_actions(AlarmNames=["trailkeeper-alert-errors"]),
    ),
    "an alarm never goes off and tells nobody": (
        "guard-alarms.alarms",
        lambda a: a.cloudwatch.put_metric_alarm(
            **{
                **alarm("trailkeeper-looks-silent"),
                "Threshold": -1.0,
                "AlarmActions": [],
                "Unit": "Bytes",
            }
        ),
    ),
    "the stack may be deleted": (
        "guard-stack.protection",
        lambda a: a.cloudformation.stack.update(EnableTerminationProtection=False),
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


def test_a_stack_that_is_gone_is_said(account: Guarded) -> None:
    account.cloudformation.stack = None

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
