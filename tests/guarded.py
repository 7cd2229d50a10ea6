"""Both halves of the guard in a moto account, as their records say that they are deployed."""

from __future__ import annotations

import io
import json
import zipfile
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError
from moto.moto_api._internal import moto_api_backend

from tests.deployed_evidence import BASELINE, NOW
from tests.moto_accounts import KeptAccounts, client
from trailkeeper.environments.alert import AlertEnviron
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.evidence import roles
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.functions import ALERT, HEAL, WATCHER
from trailkeeper.evidence.names import EVIDENCE_STACK, RESPONSE_STACK, Names
from trailkeeper.guards.guard_functions import Own
from trailkeeper.guards.guard_roles import Policies
from trailkeeper.guards.sides import RuleRecord, SentRecord, Side, heal_side, watcher_side
from trailkeeper.guards.techniques.technique import Half
from trailkeeper.guards.watched import VARIABLES, Watched
from trailkeeper.rights.roles import policies


@dataclass(frozen=True)
class Deployment:
    """Both halves as they are deployed with a baseline."""

    baseline: Baseline
    last_resort_region: str | None = None
    ec2_regions: tuple[str, ...] = ()

    @cached_property
    def heal(self) -> HealEnviron:
        return HealEnviron(
            baseline=self.baseline,
            alerts_queue_url=(
                f"https://sqs.{self.names.region}.amazonaws.com/{self.names.account}/"
                "trailkeeper-alerts"
            ),
            alert_emails=("security@example.com",),
            watcher=True,
            last_resort_emails=("oncall@example.com",),
            last_resort_region=self.last_resort_region,
        )

    @cached_property
    def alert(self) -> AlertEnviron:
        topic = self.names.alerts_topic_arn
        return AlertEnviron(
            topic_arn=topic, queue_url="queue", table="table", ec2_regions=self.ec2_regions
        )

    @property
    def names(self) -> Names:
        return self.baseline.names

    @cached_property
    def environment(self) -> dict[str, str]:
        return {**self.heal.to_environ(), **self.alert.to_environ()}

    @cached_property
    def sides(self) -> dict[Half, Side]:
        return {
            "heal side": heal_side(self.heal, self.alert),
            "watcher side": watcher_side(self.heal),
        }

    @cached_property
    def policies(self) -> Policies:
        return policies(self.heal, self.alert)

    def own(self, function: str) -> Own:
        """The version of a function that was deployed, as itself knows it."""
        kept = {name: self.environment[name] for name in VARIABLES if name in self.environment}
        return Own(function, "1", kept)

    @cached_property
    def watched(self) -> dict[Half, Watched]:
        """Each half, as the other one watches over it."""
        judges: dict[Half, str] = {"heal side": WATCHER.name, "watcher side": HEAL.name}
        return {
            half: Watched.of(side, self.own(judges[half]), self.policies)
            for half, side in self.sides.items()
        }


DEPLOYED = Deployment(BASELINE, last_resort_region="eu-west-1", ec2_regions=("eu-west-1",))
NAMES = DEPLOYED.names
HEAL_ENVIRON, ALERT_ENVIRON = DEPLOYED.heal, DEPLOYED.alert
SIDE, WATCHER_SIDE = DEPLOYED.sides["heal side"], DEPLOYED.sides["watcher side"]
POLICIES = DEPLOYED.policies
OWN = DEPLOYED.own(WATCHER.name)
GUARDS = {half: watched.guards for half, watched in DEPLOYED.watched.items()}
SERVICES = (
    *("events", "scheduler", "sns", "sqs", "iam", "kms", "dynamodb", "ssm", "logs", "cloudwatch"),
)


class Guarded(SimpleNamespace):
    """The clients of an account with both halves, by the names that guards know them by."""

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

    def sns_in(self, region: str) -> Any:
        """SNS of a region."""
        home = self.sns.meta.region_name
        return self.sns if region == home else client("sns", region)

    def kms_in(self, region: str) -> Any:
        """KMS of a region beyond home."""
        return client("kms", region)

    def cloudformation_in(self, region: str) -> Any:
        """CloudFormation of a region, as far as guards ask."""
        return self.cloudformation

    def events_in(self, region: str) -> Any:
        """EventBridge of a region beyond home."""
        return client("events", region)

    def cloudtrail_in(self, region: str) -> Any:
        """CloudTrail of a region: there is but the one at home."""
        return self.cloudtrail


class Intruder:
    """Who attacks one half of the guard in it, with every right; what is his is but a name."""

    def __init__(self, account: Any, half: Half, plan: Deployment = DEPLOYED) -> None:
        self._account = account
        self.names = plan.names
        self.me = f"arn:aws:iam::{self.names.account}:user/mallory"
        self.own_function = self.names.arn("lambda", "function:attackers")
        self.own_queue = self.names.arn("sqs", "attackers")
        self.own_topic = self.names.arn("sns", "attackers")
        # moto has none of AWS's own policies.
        self.own_policy = roles.ALERT.boundary_arn(self.names)
        other: Half = "heal side" if half == "watcher side" else "watcher side"
        self.side, self.other = plan.sides[half], plan.sides[other]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._account, name)

    @cached_property
    def own_key(self) -> str:
        return str(self._account.kms.create_key(Policy="{}")["KeyMetadata"]["Arn"])

    def code(self, source: str) -> bytes:
        return code(source)

    def lose_events(self) -> None:
        """None arrives here anyway."""


class Functions:
    """Lambda, with the URLs and the quota that moto does not know, and mappings with aliases."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.urls: list[str] = []
        self.mappings: dict[str, dict[str, Any]] = {}
        self.quota = 1000

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

    def delete_event_source_mapping(self, *, UUID: str) -> None:
        del self.mappings[UUID]

    def get_account_settings(self) -> dict[str, Any]:
        reserved = sum(
            self._client.get_function_concurrency(FunctionName=each.name).get(
                "ReservedConcurrentExecutions", 0
            )
            for each in (HEAL, ALERT, WATCHER)
        )
        unreserved = {"UnreservedConcurrentExecutions": self.quota - reserved}
        return {"AccountLimit": {"ConcurrentExecutions": self.quota, **unreserved}}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def create_function_url_config(
        self, *, FunctionName: str, AuthType: str, Qualifier: str = ""
    ) -> None:
        arn = NAMES.arn("lambda", f"function:{FunctionName}")
        self.urls.append(f"{arn}:{Qualifier}" if Qualifier else arn)

    def list_function_url_configs(self, *, FunctionName: str) -> dict[str, Any]:
        of_it = [each for each in self.urls if each.split(":")[6] == FunctionName]
        return {"FunctionUrlConfigs": [{"FunctionArn": each} for each in of_it]}

    def delete_function_url_config(self, *, FunctionName: str, Qualifier: str = "") -> None:
        end = f":{FunctionName}:{Qualifier}" if Qualifier else f":{FunctionName}"
        self.urls = [each for each in self.urls if not each.endswith(end)]


class Queues:
    """SQS, with which queues may leave dead letters in one: moto does not know that."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.allowed: dict[str, str] = {}

    def create_queue(self, *, QueueName: str, Attributes: dict[str, str]) -> Any:
        made = self._client.create_queue(QueueName=QueueName, Attributes=Attributes)
        self._allow(made["QueueUrl"], Attributes)
        return made

    def set_queue_attributes(self, *, QueueUrl: str, Attributes: dict[str, str]) -> None:
        self._client.set_queue_attributes(QueueUrl=QueueUrl, Attributes=Attributes)
        self._allow(QueueUrl, Attributes)

    def get_queue_attributes(self, *, QueueUrl: str, AttributeNames: list[str]) -> Any:
        known = self._client.get_queue_attributes(QueueUrl=QueueUrl, AttributeNames=AttributeNames)
        if QueueUrl in self.allowed:
            known["Attributes"]["RedriveAllowPolicy"] = self.allowed[QueueUrl]
        return known

    def _allow(self, url: str, attributes: dict[str, str]) -> None:
        if "RedriveAllowPolicy" in attributes:
            self.allowed[url] = attributes["RedriveAllowPolicy"]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)


class Stacks:
    """CloudFormation with our stacks, as far as guards ask; that of moto is not installed."""

    def __init__(self, plan: Deployment = DEPLOYED) -> None:
        beyond = plan.sides["heal side"].beyond
        names = (
            *(SIDE.stack, WATCHER_SIDE.stack, EVIDENCE_STACK),
            *(f"TrailkeeperSatellite-{each}" for each in beyond),
        )
        self.stacks: dict[str, dict[str, Any]] = {
            name: {
                "StackId": plan.names.arn("cloudformation", f"stack/{name}/{number}"),
                "StackStatus": "CREATE_COMPLETE",
                "CreationTime": NOW - timedelta(days=9),
                "EnableTerminationProtection": True,
            }
            for number, name in enumerate(names)
        }
        self.keys: dict[str, str] = {}

    @property
    def stack(self) -> dict[str, Any]:
        """The stack of the heal side."""
        return self.stacks[SIDE.stack]

    def describe_stack_resource(self, *, StackName: str, LogicalResourceId: str) -> dict[str, Any]:
        """The key of alert topics, by the stack that made it: all that guards ask for."""
        return {"StackResourceDetail": {"PhysicalResourceId": self.keys[StackName]}}

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:
        if StackName not in self.stacks:
            answer = {"Code": "ValidationError", "Message": "Stack does not exist"}
            raise ClientError({"Error": answer}, "DescribeStacks")
        return {"Stacks": [self.stacks[StackName]]}

    def update_termination_protection(
        self, *, StackName: str, EnableTerminationProtection: bool
    ) -> None:
        self.stacks[StackName]["EnableTerminationProtection"] = EnableTerminationProtection


def code(words: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("index.py"), words)
    return packed.getvalue()


def deploy(account: Any, plan: Deployment = DEPLOYED) -> dict[str, str]:
    """What the stacks deploy, as far as the guards look; the keys of topics by their region."""
    keys = {
        region: deploy_key(account, plan, region) for region in plan.sides["heal side"].key_regions
    }
    deploy_roles(account, plan, keys[""])
    for record in (HEAL, ALERT, WATCHER):
        account.functions.create_function(
            FunctionName=record.name,
            Runtime="python3.13",
            Handler=record.handler,
            Role=record.role_arn(plan.names),
            Timeout=record.seconds,
            MemorySize=512,
            Environment={"Variables": plan.environment},
            Code={"ZipFile": code("ours")},
            Publish=True,
        )
        account.functions.create_alias(FunctionName=record.name, Name="live", FunctionVersion="1")
        account.functions.put_function_concurrency(
            FunctionName=record.name, ReservedConcurrentExecutions=record.reserved
        )
        account.functions.put_function_event_invoke_config(
            FunctionName=record.name,
            Qualifier="live",
            MaximumRetryAttempts=2,
            MaximumEventAgeInSeconds=21600,
            DestinationConfig={"OnFailure": {"Destination": record.dead_letters_arn(plan.names)}},
        )
    for side in plan.sides.values():
        deploy_calls(account, plan, side)
        deploy_ways(account, plan, side, keys)
    account.functions.create_event_source_mapping(
        EventSourceArn=plan.names.alerts_queue_arn,
        FunctionName=ALERT.live_arn(plan.names),
        BatchSize=1000,
        MaximumBatchingWindowInSeconds=1,
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )
    for side in plan.sides.values():
        deploy_table(account, plan, side)
    return keys


def deploy_table(account: Any, plan: Deployment, side: Side) -> None:
    account.dynamodb.create_table(
        TableName=side.table.name,
        KeySchema=[
            {"AttributeName": "id", "KeyType": "HASH"},
            {"AttributeName": "at", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": each, "AttributeType": "S"} for each in ("id", "at")
        ],
        BillingMode="PAY_PER_REQUEST",
        DeletionProtectionEnabled=side.table.protected,
    )
    account.dynamodb.put_resource_policy(
        ResourceArn=side.table.arn(plan.names),
        Policy=json.dumps(side.table_policy(plan.baseline)),
    )
    account.dynamodb.update_time_to_live(
        TableName=side.table.name,
        TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"},
    )


def deploy_calls(account: Any, plan: Deployment, side: Side) -> None:
    for satellite in side.satellites:
        for rule in satellite.rules:
            deploy_rule(account.events_in(satellite.region), plan, rule)
    for rule in side.rules:
        deploy_rule(account.events, plan, rule)
        if not isinstance(rule.to, str):
            permit(
                account,
                plan,
                rule.to.name,
                "events",
                plan.names.arn("events", f"rule/{rule.name}"),
            )
    for schedule in side.schedules:
        account.scheduler.create_schedule(
            Name=schedule.name, **schedule.document(plan.names, side.schedule_role_arn)
        )


def deploy_rule(events: Any, plan: Deployment, rule: RuleRecord | SentRecord) -> None:
    events.put_rule(Name=rule.name, EventPattern=json.dumps(dict(rule.pattern)))
    events.put_targets(Rule=rule.name, Targets=[{"Id": "Target0", **rule.target(plan.names)}])


def deploy_ways(account: Any, plan: Deployment, side: Side, keys: dict[str, str]) -> None:
    for queue in side.queues:
        policy = json.dumps(side.queue_policy(plan.baseline, queue.name))
        attributes = {
            key: json.dumps(value) if isinstance(value, dict) else str(value)
            for key, value in queue.attributes(plan.names).items()
        }
        account.sqs.create_queue(QueueName=queue.name, Attributes={**attributes, "Policy": policy})
    for topic in side.topics:
        policy = json.dumps(side.topic_policy(plan.baseline, topic.name))
        key = {"KmsMasterKeyId": keys[topic.region]} if topic.encrypted else {}
        attributes = {"Policy": policy, **key}
        sns = account.sns_in(topic.region or plan.names.region)
        arn = sns.create_topic(Name=topic.name, Attributes=attributes)["TopicArn"]
        for protocol, endpoint in side.subscribers.get(topic.name, ()):
            sns.subscribe(TopicArn=arn, Protocol=protocol, Endpoint=endpoint)
        if topic.feeds:
            dead = {"deadLetterTargetArn": plan.names.alerts_dead_queue_arn}
            sns.subscribe(
                TopicArn=arn,
                Protocol="sqs",
                Endpoint=plan.names.alerts_queue_arn,
                Attributes={} if topic.region else {"RedrivePolicy": json.dumps(dead)},
            )
    for function in side.functions:
        account.logs.create_log_group(logGroupName=function.log_group)
        account.logs.put_retention_policy(logGroupName=function.log_group, retentionInDays=365)
    for alarm in side.alarms:
        account.cloudwatch.put_metric_alarm(AlarmName=alarm.name, **alarm.document(plan.names))


def deploy_key(account: Any, plan: Deployment, region: str) -> str:
    kms = account.kms_in(region) if region else account.kms
    policy = plan.sides["heal side"].key_policy(plan.baseline, region)
    made = kms.create_key(Policy=json.dumps(policy))["KeyMetadata"]
    kms.enable_key_rotation(KeyId=made["KeyId"])
    kms.create_alias(AliasName="alias/trailkeeper-alerts", TargetKeyId=made["KeyId"])
    return str(made["Arn"])


def deploy_roles(account: Any, plan: Deployment, key: str) -> None:
    documents = plan.policies(plan.baseline)
    sending = (each.role for side in plan.sides.values() for each in side.satellites)
    ours = (roles.HEAL, roles.ALERT, roles.WATCHER, roles.SCHEDULE, roles.WATCH_SCHEDULE)
    for record in (*ours, *sending):
        for name in (record.boundary(plan.names), *record.attached(plan.names)):
            account.iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(documents[name]))
        account.iam.create_role(
            RoleName=record.name(plan.names),
            AssumeRolePolicyDocument=json.dumps(record.trust(plan.baseline)),
            PermissionsBoundary=record.boundary_arn(plan.names),
        )
        for name, policy in documents[record.name(plan.names)].items():
            said = json.dumps(policy).replace("ALERTS-KEY", key)
            account.iam.put_role_policy(
                RoleName=record.name(plan.names), PolicyName=name, PolicyDocument=said
            )
        for arn in record.attached_arns(plan.names):
            account.iam.attach_role_policy(RoleName=record.name(plan.names), PolicyArn=arn)


def permit(account: Any, plan: Deployment, function: str, service: str, source: str) -> None:
    account.functions.add_permission(
        FunctionName=function,
        Qualifier="live",
        StatementId=f"deployed-{source.rpartition(':')[2].replace('/', '-')}",
        Action="lambda:InvokeFunction",
        Principal=f"{service}.amazonaws.com",
        SourceArn=source,
    )


def deployed(plan: Deployment = DEPLOYED) -> Guarded:
    """Both halves in accounts that hold nothing else."""
    made = Guarded(
        functions=Functions(client("lambda", plan.names.region)),
        cloudformation=Stacks(plan),
        **{name: client(name, plan.names.region) for name in SERVICES},
    )
    made.sqs = Queues(made.sqs)
    beside_moto = (made.functions.mappings, made.sqs.allowed, made.cloudformation.keys)
    if plan not in _KEPT:
        moto_api_backend.reset()
        for region, key in deploy(made, plan).items():
            stack = f"TrailkeeperSatellite-{region}" if region else RESPONSE_STACK
            made.cloudformation.keys[stack] = key.rpartition("/")[2]
        _KEPT[plan] = KeptAccounts(), deepcopy(beside_moto)
    accounts, beside = _KEPT[plan]
    accounts.put_back()
    for mine, kept in zip(beside_moto, deepcopy(beside), strict=True):
        mine.update(kept)
    return made


_KEPT: dict[Deployment, tuple[KeptAccounts, tuple[dict[str, Any], ...]]] = {}
