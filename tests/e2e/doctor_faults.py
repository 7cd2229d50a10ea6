"""What can be wrong with a deployment, brought about on the embedded account."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from stage.attacker import Administrator
from tests.e2e.conftest import ALERT_EMAIL
from tests.e2e.stage import Stage
from trailkeeper.evidence.names import STATE_TABLE
from trailkeeper.state.heal_items import Ran

ALARM = "trailkeeper-heal-errors"

Fault = Callable[[Stage], object]


def target_removed(stage: Stage, rule: str) -> None:
    stage.events.remove_targets(Rule=rule, Ids=["Target0"])


def rule_deleted(stage: Stage, rule: str) -> None:
    target_removed(stage, rule)
    stage.events.delete_rule(Name=rule)


def target_rewritten(stage: Stage, rule: str) -> None:
    (target,) = stage.events.list_targets_by_rule(Rule=rule)["Targets"]
    stage.events.put_targets(Rule=rule, Targets=[{**target, "Input": '{"nothing": true}'}])


def schedule_off(stage: Stage) -> None:
    found = stage.scheduler.get_schedule(Name="trailkeeper-sweep")
    wanted = ("Name", "ScheduleExpression", "Target", "FlexibleTimeWindow", "Description")
    stage.scheduler.update_schedule(**{name: found[name] for name in wanted}, State="DISABLED")


def mapping(stage: Stage) -> str:
    listed = stage.client_of_lambda.list_event_source_mappings(
        FunctionName=stage.ready.alert_function
    )
    return str(listed["EventSourceMappings"][0]["UUID"])


def heal_off(stage: Stage) -> None:
    stage.client_of_lambda.put_function_concurrency(
        FunctionName=stage.ready.heal_function, ReservedConcurrentExecutions=0
    )


def letter(stage: Stage, queue: str) -> None:
    url = stage.sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    stage.sqs.send_message(QueueUrl=url, MessageBody="{}")


def topic_closed(stage: Stage) -> None:
    arn = stage.ready.topic_arn.replace("-alerts", "-alarms")
    attributes = stage.sns.get_topic_attributes(TopicArn=arn)["Attributes"]
    policy = json.loads(attributes["Policy"])
    policy["Statement"] = [each for each in policy["Statement"] if each["Effect"] == "Deny"]
    stage.sns.set_topic_attributes(
        TopicArn=arn, AttributeName="Policy", AttributeValue=json.dumps(policy)
    )


def queue_closed(stage: Stage) -> None:
    url = stage.sqs.get_queue_url(QueueName="trailkeeper-heal-dead")["QueueUrl"]
    denied = {"Effect": "Deny", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [denied]})
    stage.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})


def key_of_alerts(stage: Stage) -> str:
    return str(stage.kms.describe_key(KeyId="alias/trailkeeper-alerts")["KeyMetadata"]["KeyId"])


def filtered(stage: Stage) -> None:
    listed = stage.sns.list_subscriptions_by_topic(TopicArn=stage.ready.topic_arn)
    stage.sns.set_subscription_attributes(
        SubscriptionArn=listed["Subscriptions"][0]["SubscriptionArn"],
        AttributeName="FilterPolicy",
        AttributeValue='{"severity": ["none"]}',
    )


def unsubscribed(stage: Stage) -> None:
    listed = stage.sns.list_subscriptions_by_topic(TopicArn=stage.ready.topic_arn)
    stage.sns.unsubscribe(SubscriptionArn=listed["Subscriptions"][0]["SubscriptionArn"])


def not_confirmed(stage: Stage) -> None:
    unsubscribed(stage)
    stage.sns.subscribe(TopicArn=stage.ready.topic_arn, Protocol="email", Endpoint=ALERT_EMAIL)


def alarms_unheard(stage: Stage) -> None:
    topic = stage.ready.topic_arn.replace("-alerts", "-alarms")
    (function,) = stage.sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    stage.sns.unsubscribe(SubscriptionArn=function["SubscriptionArn"])


def alarm_without_action(stage: Stage) -> None:
    (alarm,) = stage.cloudwatch.describe_alarms(AlarmNames=[ALARM])["MetricAlarms"]
    kept = ("AlarmName", "MetricName", "Namespace", "Statistic", "Dimensions", "Period")
    judged = ("EvaluationPeriods", "Threshold", "ComparisonOperator", "TreatMissingData")
    stage.cloudwatch.put_metric_alarm(**{name: alarm[name] for name in (*kept, *judged)})


def another_trail(stage: Stage) -> None:
    bucket = Administrator(stage.ready).own_bucket()
    stage.cloudtrail.create_trail(Name="audit", S3BucketName=bucket, IsMultiRegionTrail=True)


def file_of_another_account(stage: Stage) -> None:
    day = f"{datetime.now(UTC):%Y/%m/%d}"
    key = f"AWSLogs/444455556666/CloudTrail/us-east-1/{day}/x.json.gz"
    stage.s3.put_object(Bucket=stage.ready.log_bucket, Key=key, Body=b"x")


def key_closed(stage: Stage) -> None:
    """Services may not use it any more; the account's own rights stay."""
    key = {"KeyId": key_of_alerts(stage), "PolicyName": "default"}
    policy = json.loads(stage.kms.get_key_policy(**key)["Policy"])
    policy["Statement"] = [
        each for each in policy["Statement"] if "Service" not in each["Principal"]
    ]
    stage.kms.put_key_policy(**key, Policy=json.dumps(policy))


def sweep_long_ago(stage: Stage) -> None:
    ran = Ran("sweep", datetime.now(UTC) - timedelta(hours=3))
    stage.dynamodb.put_item(TableName=STATE_TABLE, Item=ran.item())


def table_narrowed(stage: Stage) -> None:
    found = stage.glue.get_table(DatabaseName="trailkeeper", Name="cloudtrail_logs")["Table"]
    location = "s3://elsewhere/AWSLogs/${account}/CloudTrail/${region}/${day}"
    parameters = {**found["Parameters"], "storage.location.template": location}
    kept = ("Name", "StorageDescriptor", "PartitionKeys", "TableType")
    table = {name: found[name] for name in kept} | {"Parameters": parameters}
    stage.glue.update_table(DatabaseName="trailkeeper", TableInput=table)


def question_deleted(stage: Stage) -> None:
    found = stage.logs.describe_query_definitions(queryDefinitionNamePrefix="Trailkeeper/")
    first = found["queryDefinitions"][0]["queryDefinitionId"]
    stage.logs.delete_query_definition(queryDefinitionId=first)


def blinded(stage: Stage) -> None:
    denied = {"Effect": "Deny", "Action": "s3:GetBucketPolicy", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [denied]})
    stage.iam.put_role_policy(RoleName=stage.heal_role, PolicyName="deny", PolicyDocument=document)


# What can be wrong while the heal function goes on: the finding, how to bring it about, and what is
# said of it.
WHILE_HEALED: dict[str, tuple[str, Fault, str]] = {
    "rule off": (
        "rule-disabled",
        lambda stage: stage.events.disable_rule(Name="trailkeeper-alarm-changes"),
        "the rule trailkeeper-alarm-changes is DISABLED",
    ),
    "rule without a target": (
        "rule-leads-nowhere",
        lambda stage: target_removed(stage, "trailkeeper-log-group"),
        "the rule trailkeeper-log-group LEADS NOWHERE: it has no target",
    ),
    "rule with a text of its own": (
        "rule-rewritten",
        lambda stage: target_rewritten(stage, "trailkeeper-log-bucket"),
        "set Input on its target",
    ),
    "rule gone": (
        "resource-gone",
        lambda stage: rule_deleted(stage, "trailkeeper-evidence-key"),
        "GONE: the rule trailkeeper-evidence-key",
    ),
    "schedule off": ("schedule-off", schedule_off, "the schedule trailkeeper-sweep is OFF"),
    "function without a right": (
        "heal-cannot-see",
        blinded,
        "CANNOT check log bucket policy: the right s3:GetBucketPolicy is missing",
    ),
    "queue off": (
        "mapping-off",
        lambda stage: stage.client_of_lambda.update_event_source_mapping(
            UUID=mapping(stage), Enabled=False
        ),
        "the queue trailkeeper-alerts is DISCONNECTED",
    ),
    "queue filtered": (
        "mapping-filtered",
        lambda stage: stage.client_of_lambda.update_event_source_mapping(
            UUID=mapping(stage), FilterCriteria={"Filters": [{"Pattern": '{"body": ["no"]}'}]}
        ),
        "a FILTER THROWS ALERTS AWAY",
    ),
    "alerts given up": (
        "dead-alerts",
        lambda stage: letter(stage, "trailkeeper-alerts-dead"),
        "1 alert was NOT DELIVERED",
    ),
    "runs given up": (
        "dead-runs",
        lambda stage: letter(stage, "trailkeeper-heal-dead"),
        "1 run of the heal function NOT DONE",
    ),
    "files given up": (
        "dead-files",
        lambda stage: letter(stage, "trailkeeper-deliveries-dead"),
        "1 log file NOT COUNTED",
    ),
    "alarm off": (
        "alarm-disarmed",
        lambda stage: stage.cloudwatch.disable_alarm_actions(AlarmNames=[ALARM]),
        f"the alarm {ALARM} TELLS NOBODY",
    ),
    "alarm gone": (
        "resource-gone",
        lambda stage: stage.cloudwatch.delete_alarms(AlarmNames=["trailkeeper-alert-errors"]),
        "GONE: the alarm trailkeeper-alert-errors",
    ),
    "topic closed": (
        "message-refused",
        topic_closed,
        "the policy of the topic trailkeeper-alarms does not let CloudWatch in",
    ),
    "queue closed": (
        "message-refused",
        queue_closed,
        "the policy of the queue trailkeeper-heal-dead does not let EventBridge in",
    ),
    "key off": (
        "key-disabled",
        lambda stage: stage.kms.disable_key(KeyId=key_of_alerts(stage)),
        "NO ALERT AND NO ALARM IS SENT",
    ),
    "mail filtered": ("address-filtered", filtered, "a FILTER KEEPS ALERTS AWAY from security@"),
    "table elsewhere": ("athena-blind", table_narrowed, "it looks in s3://elsewhere/"),
    "question gone": ("resource-gone", question_deleted, "GONE: a saved question"),
}

# What hides, or is hidden by, one of those.
APART: dict[str, tuple[str, Fault, str]] = {
    "mail not confirmed": (
        "address-pending",
        not_confirmed,
        f"{ALERT_EMAIL} has NOT CONFIRMED",
    ),
    "alarms unheard": (
        "alarms-unheard",
        alarms_unheard,
        "the alert function does NOT hear of alarms",
    ),
    "alarm without an action": (
        "alarm-without-action",
        alarm_without_action,
        f"the alarm {ALARM} TELLS NOBODY: it has no action",
    ),
    "key closed": (
        "message-refused",
        key_closed,
        "the policy of the key of the topic trailkeeper-alarms does not let CloudWatch in",
    ),
    "another trail": (
        "other-trail",
        another_trail,
        "the trail audit of all regions (home us-east-1) records the same: a second copy of "
        "management events costs 2 USD per 100,000",
    ),
    "another account": (
        "athena-unknown-partition",
        file_of_another_account,
        "Athena DOES NOT FIND the log files of the account 444455556666",
    ),
    "no sweep": (
        "look-overdue",
        sweep_long_ago,
        "the last look at everything is OVERDUE: 3 h ago",
    ),
}

# What would be put right, or is only wrong, when the heal function does not run.
UNHEALED: dict[str, tuple[str, Fault, str]] = {
    "function off": ("function-switched-off", heal_off, "trailkeeper-heal is SWITCHED OFF"),
    "trail stopped": (
        "trail-stopped",
        lambda stage: stage.cloudtrail.stop_logging(Name=stage.trail),
        "the trail trailkeeper does NOT log",
    ),
    "evidence changed": (
        "evidence-drifted",
        lambda stage: stage.s3.delete_bucket_policy(Bucket=stage.ready.log_bucket),
        "log bucket policy is NOT as the baseline says",
    ),
    "function gone": (
        "resource-gone",
        lambda stage: stage.client_of_lambda.delete_function(FunctionName="trailkeeper-alert"),
        "GONE: the function trailkeeper-alert",
    ),
    "key to be deleted": (
        "key-pending-deletion",
        lambda stage: stage.kms.schedule_key_deletion(
            KeyId=key_of_alerts(stage), PendingWindowInDays=7
        ),
        "is to be deleted on 20",
    ),
    "mail unsubscribed": (
        "address-missing",
        unsubscribed,
        f"{ALERT_EMAIL} is NOT SUBSCRIBED",
    ),
}
