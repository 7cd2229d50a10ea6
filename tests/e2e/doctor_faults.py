"""What can be wrong with a deployment, brought about on the embedded account.

Each finding of `trailkeeper doctor` has a fault here; a test demands it. What a user or an attacker
can do is done with AWS's calls, what only AWS itself can do with the account's own control.
"""

from __future__ import annotations

import io
import json
import urllib.request
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from stage.attacker import Administrator
from tests.e2e.command_line import trailkeeper
from tests.e2e.conftest import ALERT_EMAIL, WEBHOOK_PARAMETER
from tests.e2e.guard_parts import ELSEWHERE
from tests.e2e.stage import Stage, wait_for
from trailkeeper.alerts.alert import Alert
from trailkeeper.evidence.names import ALERTS_QUEUE, HEAL_FUNCTION, STATE_TABLE
from trailkeeper.state.heal_items import Ran
from trailkeeper.words.text import Severity, Text

ALARM = "trailkeeper-heal-errors"
DAY = 86_400

Fault = Callable[[Stage], object]
Faults = Mapping[str, tuple[str, Fault, str]]
"""By what people call them: the finding, how to bring it about, and what is said of it."""


def found(stage: Stage, faults: Faults) -> dict[str, list[str]]:
    """What one run of doctor says of all of these faults, by the findings' ids."""
    for _, inject, _ in faults.values():
        inject(stage)
    said: dict[str, list[str]] = {}
    for each in json.loads(trailkeeper(stage.ready, "doctor", "--json", expect=1))["findings"]:
        said.setdefault(each["id"], []).append(each["words"])
    return said


def target_removed(stage: Stage, rule: str) -> None:
    stage.events.remove_targets(Rule=rule, Ids=["Target0"])


def rule_deleted(stage: Stage, rule: str) -> None:
    target_removed(stage, rule)
    stage.events.delete_rule(Name=rule)


def target_rewritten(stage: Stage, rule: str) -> None:
    (target,) = stage.events.list_targets_by_rule(Rule=rule)["Targets"]
    stage.events.put_targets(Rule=rule, Targets=[{**target, "Input": '{"nothing": true}'}])


def schedule_off(stage: Stage, schedule: str) -> None:
    found = stage.scheduler.get_schedule(Name=schedule)
    wanted = ("Name", "ScheduleExpression", "Target", "FlexibleTimeWindow", "Description")
    stage.scheduler.update_schedule(**{name: found[name] for name in wanted}, State="DISABLED")


def mapping(stage: Stage) -> str:
    listed = stage.client_of_lambda.list_event_source_mappings(
        FunctionName=stage.ready.alert_function
    )
    return str(listed["EventSourceMappings"][0]["UUID"])


def alert_off(stage: Stage) -> None:
    stage.client_of_lambda.put_function_concurrency(
        FunctionName=stage.ready.alert_function, ReservedConcurrentExecutions=0
    )


def answer_with_newest(stage: Stage, function: str) -> None:
    """Let the alias run what the function is now, as a deploy does."""
    functions = stage.client_of_lambda
    functions.get_waiter("function_updated_v2").wait(
        FunctionName=function, WaiterConfig={"Delay": 1}
    )
    version = functions.publish_version(FunctionName=function)["Version"]
    functions.update_alias(FunctionName=function, Name="live", FunctionVersion=version)


def heal_broken(stage: Stage) -> None:
    name = stage.ready.heal_function
    stage.client_of_lambda.update_function_configuration(FunctionName=name, Handler="lost.handler")
    answer_with_newest(stage, name)


def another_version(stage: Stage) -> None:
    """The heal function of an earlier release, by its own code with that release's number."""
    name = stage.ready.heal_function
    found = stage.client_of_lambda.get_function(FunctionName=name)["Code"]["Location"]
    with urllib.request.urlopen(found, timeout=10) as answer:
        deployed = zipfile.ZipFile(io.BytesIO(answer.read()))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for each in deployed.infolist():
            if each.filename.startswith("trailkeeper/__pycache__/__init__."):
                continue
            code = deployed.read(each)
            if each.filename == "trailkeeper/__init__.py":
                code = b'__version__ = "0.0.9"\n'
            archive.writestr(each, code)
    stage.client_of_lambda.update_function_code(FunctionName=name, ZipFile=packed.getvalue())
    answer_with_newest(stage, name)


def no_events(stage: Stage) -> None:
    """Nothing that happens from now on reaches a function."""
    stage.fault(deliver="eventbridge", drop=True)


def rule_of_the_guard_off(stage: Stage) -> None:
    """And nobody who would put it right looks by an event or by the clock."""
    no_events(stage)
    for each in stage.scheduler.list_schedules()["Schedules"]:
        schedule_off(stage, each["Name"])
    stage.events.disable_rule(Name="trailkeeper-trail")


def rule_beyond_home_off(stage: Stage) -> None:
    """In a region that sends its events home."""
    rules = stage.ready.client("events", ELSEWHERE)
    rules.disable_rule(Name="trailkeeper-instance-calls-sent-home")


def trail_stopped(stage: Stage) -> None:
    no_events(stage)
    stage.cloudtrail.stop_logging(Name=stage.trail)


def no_log_files(stage: Stage) -> None:
    """Days in which CloudTrail delivered nothing and AWS published no charges."""
    stage.fault(deliver="s3", drop=True)
    for _ in range(2):
        stage.ready.control.move_clock(DAY)


def delivery_refused(stage: Stage) -> None:
    stage.s3.delete_bucket_policy(Bucket=stage.ready.log_bucket)
    wait_for(
        "CloudTrail to say why it cannot deliver",
        lambda: stage.cloudtrail.get_trail_status(Name=stage.trail).get("LatestDeliveryError"),
    )
    stage.ready.control.move_clock(1200)


def update_half_done(stage: Stage) -> None:
    """An update that fails and is not rolled back: what it wants to make is there already."""
    stack = {"StackName": "TrailkeeperSearch"}
    taken = "/taken-by-another"
    stage.logs.create_log_group(logGroupName=taken)
    template = stage.cloudformation.get_template(**stack)["TemplateBody"]
    template = template if isinstance(template, dict) else json.loads(template)
    template["Resources"]["Taken"] = {
        "Type": "AWS::Logs::LogGroup",
        "Properties": {"LogGroupName": taken},
    }
    (described,) = stage.cloudformation.describe_stacks(**stack)["Stacks"]
    bucket = f"cdk-hnb659fds-assets-{stage.ready.account}-{stage.ready.region}"
    stage.s3.put_object(Bucket=bucket, Key="half-done.json", Body=json.dumps(template))
    stage.cloudformation.update_stack(
        **stack,
        TemplateURL=f"https://s3.{stage.ready.region}.amazonaws.com/{bucket}/half-done.json",
        Parameters=[
            {"ParameterKey": each["ParameterKey"], "UsePreviousValue": True}
            for each in described.get("Parameters", ())
        ],
        Capabilities=["CAPABILITY_NAMED_IAM"],
        DisableRollback=True,
    )

    def is_over() -> bool:
        (found,) = stage.cloudformation.describe_stacks(**stack)["Stacks"]
        return not str(found["StackStatus"]).endswith("_IN_PROGRESS")

    wait_for("the update to end", is_over)


def change_set_waits(stage: Stage, stack: str = "TrailkeeperUnheardOf") -> None:
    """Under the name of a stack that is not there yet."""
    topic = {"Type": "AWS::SNS::Topic", "Properties": {}}
    stage.cloudformation.create_change_set(
        StackName=stack,
        ChangeSetName="foreign",
        ChangeSetType="CREATE",
        TemplateBody=json.dumps({"Resources": {"Topic": topic}}),
    )


def rests(stack: str, status: str) -> Fault:
    """A stack that only CloudFormation itself brings into that status."""

    def inject(stage: Stage) -> None:
        change_set_waits(stage, stack)
        stage.ready.control.rest(stack, status, f"as {status} is")

    return inject


def evidence_stack_gone(stage: Stage) -> None:
    """The stack alone: what it deployed is retained."""
    stack = {"StackName": "TrailkeeperEvidence"}
    stage.cloudformation.update_termination_protection(**stack, EnableTerminationProtection=False)
    stage.cloudformation.delete_stack(**stack)

    def is_gone() -> bool:
        try:
            (found,) = stage.cloudformation.describe_stacks(**stack)["Stacks"]
        except stage.cloudformation.exceptions.ClientError:
            return True
        return bool(found["StackStatus"] == "DELETE_COMPLETE")

    wait_for("the stack to be gone", is_gone)


def role_of_schedule_deleted(stage: Stage) -> None:
    target = stage.scheduler.get_schedule(Name="trailkeeper-sweep")["Target"]
    role = {"RoleName": target["RoleArn"].rsplit("/", 1)[-1]}
    for name in stage.iam.list_role_policies(**role)["PolicyNames"]:
        stage.iam.delete_role_policy(**role, PolicyName=name)
    for each in stage.iam.list_attached_role_policies(**role)["AttachedPolicies"]:
        stage.iam.detach_role_policy(**role, PolicyArn=each["PolicyArn"])
    stage.iam.delete_role(**role)


def muted(stage: Stage) -> None:
    begin = datetime.now(UTC) - timedelta(minutes=1)
    stage.cloudwatch.put_alarm_mute_rule(
        Name="night",
        Rule={"Schedule": {"Expression": f"at({begin:%Y-%m-%dT%H:%M})", "Duration": "P15D"}},
        MuteTargets={"AlarmNames": [ALARM]},
    )


def key_granted(stage: Stage) -> None:
    stranger = stage.iam.create_user(UserName="stranger")["User"]["Arn"]
    stage.kms.create_grant(
        KeyId=stage.ready.evidence_key_arn, GranteePrincipal=stranger, Operations=["Decrypt"]
    )


def webhook_wrong(stage: Stage) -> None:
    """Somebody stored what is no webhook, and an alert came."""
    stage.ssm.put_parameter(
        Name=WEBHOOK_PARAMETER, Value="xoxb-a-token", Type="SecureString", Overwrite=True
    )
    alert = Alert(
        detection="trail-stopped",
        category="trail",
        severity=Severity.CRITICAL,
        what=Text("actor.user", {"name": "mallory"}),
        dedup_key="to a wrong webhook",
    )
    stage.send(ALERTS_QUEUE, alert.to_json())

    def refused() -> bool:
        return any(json.loads(each["body"]["S"])["error"] for each in stage.items("told", "slack"))

    wait_for("Slack not to take the alert", refused)


def everybody_unsubscribed(stage: Stage, name: str) -> None:
    topic = stage.ready.topic_arn.replace("trailkeeper-alerts", name)
    for each in stage.sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]:
        if each["SubscriptionArn"].startswith("arn:"):
            stage.sns.unsubscribe(SubscriptionArn=each["SubscriptionArn"])


def without_addresses(stage: Stage) -> None:
    """The heal function as settings without an address deploy it, and nobody subscribed."""
    everybody_unsubscribed(stage, "trailkeeper-alerts")
    name = stage.ready.heal_function
    found = stage.client_of_lambda.get_function_configuration(FunctionName=name)
    variables: dict[str, Any] = found["Environment"]["Variables"]
    told = json.loads(variables["TRAILKEEPER_HEAL"]) | {"alert_emails": []}
    variables = {**variables, "TRAILKEEPER_HEAL": json.dumps(told)}
    stage.client_of_lambda.update_function_configuration(
        FunctionName=name, Environment={"Variables": variables}
    )
    answer_with_newest(stage, name)


def letter(stage: Stage, function: str) -> None:
    """Something that a function gave up."""
    queue = "alerts" if function == "alert" else function
    stage.send(f"trailkeeper-{queue}-dead", "{}", function=f"trailkeeper-{function}")


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


def quota_reserved(stage: Stage) -> None:
    """By a function that is none of ours, so that 500 do not stay to others any more."""
    functions = stage.ready.client("lambda")
    functions.put_function_concurrency(FunctionName="attackers", ReservedConcurrentExecutions=450)
    functions.delete_function_concurrency(FunctionName="trailkeeper-heal")


def alarms_unheard(stage: Stage) -> None:
    topic = stage.ready.topic_arn.replace("-alerts", "-alarms")
    (queue,) = stage.sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    stage.sns.unsubscribe(SubscriptionArn=queue["SubscriptionArn"])


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
    table = stage.client_of(HEAL_FUNCTION, "dynamodb")
    table.put_item(TableName=STATE_TABLE, Item=ran.item())


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


# What can be wrong while the heal function goes on.
WHILE_HEALED: Faults = {
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
    "schedule off": (
        "schedule-off",
        lambda stage: schedule_off(stage, "trailkeeper-sweep"),
        "the schedule trailkeeper-sweep is OFF",
    ),
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
        lambda stage: letter(stage, "alert"),
        "1 alert was NOT DELIVERED",
    ),
    "runs given up": (
        "dead-runs",
        lambda stage: letter(stage, "heal"),
        "1 run of the heal function NOT DONE",
    ),
    "files given up": (
        "dead-files",
        lambda stage: letter(stage, "deliveries"),
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
    "alarm muted": (
        "alarm-muted",
        muted,
        f"the mute rule night KEEPS ALARMS QUIET: {ALARM}",
    ),
    "a stranger's grant": (
        "evidence-for-people",
        key_granted,
        "log encryption key grants is NOT as the baseline says",
    ),
    "another version": (
        "version-differs",
        another_version,
        "the version that is deployed (0.0.9) is NOT that of this command",
    ),
    "schedule without a role": (
        "schedule-leads-nowhere",
        role_of_schedule_deleted,
        "the schedule trailkeeper-sweep CALLS NOBODY: arn:aws:iam::",
    ),
    "update given up": (
        "function-unusable",
        lambda stage: stage.ready.control.fail_update(
            "trailkeeper-deliveries", "the layer cannot be read"
        ),
        "trailkeeper-deliveries still runs what it ran, as its last update FAILED: the layer "
        "cannot be read",
    ),
    "update half done": (
        "stack-half-updated",
        update_half_done,
        "the last deploy of TrailkeeperSearch did NOT go through and was NOT taken back (UPDATE_",
    ),
    "change set waits": (
        "change-set-waiting",
        change_set_waits,
        "the change set foreign of TrailkeeperUnheardOf CAN BE EXECUTED, made",
    ),
    "stack under review": (
        "stack-under-review",
        lambda stage: None,  # as such a change set waits
        "TrailkeeperUnheardOf is NOT there: a change set that would create it waits",
    ),
    "stack never made": (
        "stack-never-made",
        rests("TrailkeeperNever", "ROLLBACK_COMPLETE"),
        "TrailkeeperNever was NEVER made whole (ROLLBACK_COMPLETE: as ROLLBACK_COMPLETE is)",
    ),
    "stack half deleted": (
        "stack-half-deleted",
        rests("TrailkeeperHalf", "DELETE_FAILED"),
        "somebody began to delete TrailkeeperHalf, and that did NOT end (DELETE_FAILED: ",
    ),
    "stack half rolled back": (
        "stack-half-rolled-back",
        rests("TrailkeeperStuck", "UPDATE_ROLLBACK_FAILED"),
        "the last deploy of TrailkeeperStuck did NOT go through, and could NOT be taken back",
    ),
    "import failed": (
        "stack-failed",
        rests("TrailkeeperImported", "IMPORT_ROLLBACK_FAILED"),
        "the last operation on TrailkeeperImported did NOT go through (IMPORT_ROLLBACK_FAILED: ",
    ),
    "stack going": (
        "stack-busy",
        rests("TrailkeeperGoing", "DELETE_IN_PROGRESS"),
        "what is done to TrailkeeperGoing is NOT over after",
    ),
    "nothing delivered": (
        "delivery-broken",
        no_log_files,
        "the log bucket has had no log file for an hour (the last came 2 d ago)",
    ),
    "no charges": (
        "billing-data-missing",
        lambda stage: None,  # time has passed already
        "the alarm trailkeeper-billing has NO DATA",
    ),
    "mail filtered": ("address-filtered", filtered, "a FILTER KEEPS ALERTS AWAY from security@"),
    "table elsewhere": ("athena-blind", table_narrowed, "it looks in s3://elsewhere/"),
    "question gone": ("resource-gone", question_deleted, "GONE: a saved question"),
}

# What hides, or is hidden by, one of those; no event reaches a function.
APART: Faults = {
    "wrong webhook": ("channel-failing", webhook_wrong, "Slack did NOT take the last alert"),
    "trail stopped": ("trail-stopped", trail_stopped, "the trail trailkeeper does NOT log"),
    "clock ahead": (
        "clock-wrong",
        lambda stage: stage.fault(service="sts", action="GetCallerIdentity", dated_seconds=-130),
        "this machine's clock is 2 min ahead",
    ),
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

# What would be put right if the heal function ran.
UNHEALED: Faults = {
    "function broken": (
        "heal-silent",
        heal_broken,
        "the heal function does NOT answer, so nothing is healed: trailkeeper-heal failed with",
    ),
    "function off": ("function-switched-off", alert_off, "trailkeeper-alert is SWITCHED OFF"),
    "evidence changed": (
        "evidence-drifted",
        delivery_refused,
        "log bucket policy is NOT as the baseline says",
    ),
    "delivery refused": (
        "delivery-broken",
        lambda stage: None,  # as the bucket has lost its policy
        "the log bucket gets no log files (AccessDenied)",
    ),
    "function gone": (
        "resource-gone",
        lambda stage: stage.client_of_lambda.delete_function(FunctionName="trailkeeper-deliveries"),
        "GONE: the function trailkeeper-deliveries",
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

# What there is only with a watcher, and what nobody can tell any more; no event reaches a function.
TWO_HALVES: Faults = {
    "rule of the guard off": (
        "guard-drifted",
        rule_of_the_guard_off,
        "the rules that call the functions: NOT as deployed (trailkeeper-trail.State: DISABLED",
    ),
    "rule beyond home off": (
        "guard-drifted",
        rule_beyond_home_off,
        f"the rules that send events home ({ELSEWHERE}): NOT as deployed "
        "(trailkeeper-instance-calls-sent-home.State: DISABLED",
    ),
    "second way unheard": (
        "second-way-unheard",
        lambda stage: everybody_unsubscribed(stage, "trailkeeper-last-resort"),
        "NOBODY hears what comes by the second way",
    ),
    "stranger subscribed": (
        "guard-for-people",
        lambda stage: stage.sns.subscribe(
            TopicArn=stage.ready.topic_arn, Protocol="email", Endpoint="eve@example.net"
        ),
        "who gets alerts: NOT as deployed",
    ),
    "quota reserved": (
        "concurrency-shared",
        quota_reserved,
        "other functions CAN USE UP what trailkeeper-heal",
    ),
    "nobody to be told": ("nobody-hears", without_addresses, "NOBODY gets alerts"),
    "stack gone": (
        "stack-gone",
        evidence_stack_gone,
        "the stack TrailkeeperEvidence is not there: the evidence is not deployed by a stack",
    ),
    "trail gone": (
        "trail-gone",
        lambda stage: stage.cloudtrail.delete_trail(Name=stage.trail),
        "the trail trailkeeper is GONE",
    ),
}

ALL = (WHILE_HEALED, APART, UNHEALED, TWO_HALVES)
