"""A side of the guard in a moto account, as its records say that it is deployed."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import boto3
from botocore.exceptions import ClientError

from tests.deployed_evidence import BASELINE, NOW
from trailkeeper.environments.alert import AlertEnviron
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.evidence import roles
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.functions import ALERT, HEAL, WATCHER
from trailkeeper.guards import side_documents
from trailkeeper.guards.guard_functions import Own
from trailkeeper.guards.sides import Side, heal_side
from trailkeeper.guards.watched import VARIABLES
from trailkeeper.rights.roles import policies

NAMES = BASELINE.names
HEAL_ENVIRON = HealEnviron(
    baseline=BASELINE,
    alerts_queue_url=f"https://sqs.{NAMES.region}.amazonaws.com/{NAMES.account}/trailkeeper-alerts",
    alert_emails=("security@example.com",),
    watcher=True,
)
ALERT_ENVIRON = AlertEnviron(topic_arn=NAMES.alerts_topic_arn, queue_url="queue", table="table")
ENVIRONMENT = {**HEAL_ENVIRON.to_environ(), **ALERT_ENVIRON.to_environ()}
SIDE = heal_side(HEAL_ENVIRON, ALERT_ENVIRON)
POLICIES = policies(HEAL_ENVIRON, ALERT_ENVIRON)
OWN = Own(WATCHER.name, "1", {name: ENVIRONMENT[name] for name in VARIABLES if name in ENVIRONMENT})
SERVICES = (
    *("events", "scheduler", "sns", "sqs", "iam", "kms", "dynamodb", "ssm", "logs", "cloudwatch"),
)


class Guarded(SimpleNamespace):
    """The clients of a deployed side, by the names that guards know them by."""

    functions: Any
    events: Any
    scheduler: Any
    cloudformation: Any
    sns: Any
    sqs: Any
    iam: Any
    kms: Any
    dynamodb: Any
    ssm: Any
    logs: Any
    cloudwatch: Any


class Functions:
    """Lambda, with the list of URLs that moto does not know, and mappings that keep the alias."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.urls: list[str] = []
        self.mappings: dict[str, dict[str, Any]] = {}

    def create_event_source_mapping(self, *, FunctionName: str, **given: Any) -> None:
        number = str(len(self.mappings))
        given.pop("Enabled", None)
        self.mappings[number] = {
            **given,
            "UUID": number,
            "FunctionArn": FunctionName,
            "State": "Enabled",
        }

    def list_event_source_mappings(self, *, EventSourceArn: str) -> dict[str, Any]:
        return {"EventSourceMappings": list(self.mappings.values())}

    def update_event_source_mapping(self, *, UUID: str, **given: Any) -> None:
        enabled = given.pop("Enabled", None)
        if enabled is not None:
            given["State"] = "Enabled" if enabled else "Disabled"
        if "FunctionName" in given:
            given["FunctionArn"] = given.pop("FunctionName")
        self.mappings[UUID] |= given

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def list_function_url_configs(self, *, FunctionName: str) -> dict[str, Any]:
        of_it = [each for each in self.urls if each.split(":")[6] == FunctionName]
        return {"FunctionUrlConfigs": [{"FunctionArn": each} for each in of_it]}

    def delete_function_url_config(self, *, FunctionName: str, Qualifier: str = "") -> None:
        end = f":{FunctionName}:{Qualifier}" if Qualifier else f":{FunctionName}"
        self.urls = [each for each in self.urls if not each.endswith(end)]


class Stacks:
    """CloudFormation with our stack, as far as its guard asks; that of moto is not installed."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.stack: dict[str, Any] | None = {
            "StackStatus": "CREATE_COMPLETE",
            "CreationTime": NOW - timedelta(days=9),
            "EnableTerminationProtection": True,
        }

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:
        if self.stack is None or StackName != self._name:
            answer = {"Code": "ValidationError", "Message": "Stack does not exist"}
            raise ClientError({"Error": answer}, "DescribeStacks")
        return {"Stacks": [self.stack]}

    def update_termination_protection(
        self, *, StackName: str, EnableTerminationProtection: bool
    ) -> None:
        assert self.stack is not None
        assert StackName == self._name
        self.stack["EnableTerminationProtection"] = EnableTerminationProtection


def code(words: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("index.py"), words)
    return packed.getvalue()


def deploy(account: Guarded, side: Side, baseline: Baseline) -> None:
    """What the stacks deploy, as far as the guards look."""
    key = deploy_key(account, baseline)
    deploy_roles(account, key, baseline)
    for record in (HEAL, ALERT, WATCHER):
        account.functions.create_function(
            FunctionName=record.name,
            Runtime="python3.13",
            Handler=record.handler,
            Role=record.role_arn(NAMES),
            Timeout=record.seconds,
            MemorySize=512,
            Environment={"Variables": ENVIRONMENT},
            Code={"ZipFile": code("ours")},
            Publish=True,
        )
        account.functions.create_alias(FunctionName=record.name, Name="live", FunctionVersion="1")
        account.functions.put_function_event_invoke_config(
            FunctionName=record.name,
            Qualifier="live",
            MaximumRetryAttempts=2,
            MaximumEventAgeInSeconds=21600,
            DestinationConfig={"OnFailure": {"Destination": record.dead_letters_arn(NAMES)}},
        )
    for rule in side.rules:
        account.events.put_rule(Name=rule.name, EventPattern=json.dumps(dict(rule.pattern)))
        account.events.put_targets(
            Rule=rule.name, Targets=[{"Id": "Target0", **rule.target(NAMES)}]
        )
    for schedule in side.schedules:
        account.scheduler.create_schedule(
            Name=schedule.name, **schedule.document(NAMES, side.schedule_role_arn)
        )
    for rule in side.rules:
        if rule.function:
            permit(account, rule.function.name, "events", NAMES.arn("events", f"rule/{rule.name}"))
    if side.topic_to:
        permit(account, side.topic_to.name, "sns", NAMES.alarms_topic_arn)
    for queue in side.queues:
        policy = json.dumps(side.queue_policy(baseline, queue.name))
        attributes = {
            key: json.dumps(value) if isinstance(value, dict) else str(value)
            for key, value in queue.attributes(NAMES).items()
        }
        account.sqs.create_queue(QueueName=queue.name, Attributes={**attributes, "Policy": policy})
    if side.queue_to:
        account.functions.create_event_source_mapping(
            EventSourceArn=NAMES.alerts_queue_arn,
            FunctionName=side.queue_to.live_arn(NAMES),
            BatchSize=1000,
            MaximumBatchingWindowInSeconds=1,
            FunctionResponseTypes=["ReportBatchItemFailures"],
        )
    for topic in side.topics:
        policy = side_documents.topic_policy(
            baseline, topic.name, alarms=topic.alarms, budgets=topic.budgets
        )
        encrypted = {"KmsMasterKeyId": key} if topic.encrypted else {}
        attributes = {"Policy": json.dumps(policy), **encrypted}
        arn = account.sns.create_topic(Name=topic.name, Attributes=attributes)["TopicArn"]
        for protocol, endpoint in side.subscribers.get(topic.name, ()):
            account.sns.subscribe(TopicArn=arn, Protocol=protocol, Endpoint=endpoint)
    if side.has_state:
        account.dynamodb.create_table(
            TableName="trailkeeper-state",
            KeySchema=[
                {"AttributeName": "id", "KeyType": "HASH"},
                {"AttributeName": "at", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": each, "AttributeType": "S"} for each in ("id", "at")
            ],
            BillingMode="PAY_PER_REQUEST",
            DeletionProtectionEnabled=True,
        )
        account.dynamodb.put_resource_policy(
            ResourceArn=NAMES.state_table_arn, Policy=json.dumps(side.table_policy(baseline))
        )
        account.dynamodb.update_time_to_live(
            TableName="trailkeeper-state",
            TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"},
        )
    for name in (each.log_group for each in side.functions):
        account.logs.create_log_group(logGroupName=name)
        account.logs.put_retention_policy(logGroupName=name, retentionInDays=365)
    for alarm in side.alarms:
        account.cloudwatch.put_metric_alarm(AlarmName=alarm.name, **alarm.document(NAMES))


def deploy_key(account: Guarded, baseline: Baseline) -> str:
    policy = side_documents.key_policy(baseline, budgets=False)
    made = account.kms.create_key(Policy=json.dumps(policy))["KeyMetadata"]
    account.kms.enable_key_rotation(KeyId=made["KeyId"])
    account.kms.create_alias(AliasName="alias/trailkeeper-alerts", TargetKeyId=made["KeyId"])
    return str(made["Arn"])


def deploy_roles(account: Guarded, key: str, baseline: Baseline) -> None:
    documents = POLICIES(baseline)
    for record in (roles.HEAL, roles.ALERT, roles.WATCHER, roles.SCHEDULE, roles.WATCH_SCHEDULE):
        for name in (record.boundary(NAMES), *record.attached(NAMES)):
            account.iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(documents[name]))
        account.iam.create_role(
            RoleName=record.name(NAMES),
            AssumeRolePolicyDocument=json.dumps(record.trust(baseline)),
            PermissionsBoundary=record.boundary_arn(NAMES),
        )
        for name, policy in documents[record.name(NAMES)].items():
            said = json.dumps(policy).replace("ALERTS-KEY", key)
            account.iam.put_role_policy(
                RoleName=record.name(NAMES), PolicyName=name, PolicyDocument=said
            )
        for arn in record.attached_arns(NAMES):
            account.iam.attach_role_policy(RoleName=record.name(NAMES), PolicyArn=arn)


def permit(account: Guarded, function: str, service: str, source: str) -> None:
    account.functions.add_permission(
        FunctionName=function,
        Qualifier="live",
        StatementId=f"deployed-{source.rpartition(':')[2].replace('/', '-')}",
        Action="lambda:InvokeFunction",
        Principal=f"{service}.amazonaws.com",
        SourceArn=source,
    )


def deployed(side: Side = SIDE, baseline: Baseline = BASELINE) -> Guarded:
    """The account, with all of the side in it."""
    clients: dict[str, Any] = {
        name: boto3.client(name, region_name=NAMES.region) for name in SERVICES
    }
    functions = boto3.client("lambda", region_name=NAMES.region)
    made = Guarded(functions=Functions(functions), cloudformation=Stacks(side.stack), **clients)
    deploy(made, side, baseline)
    return made
