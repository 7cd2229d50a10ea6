"""The services of the guard in memory, as far as guards and attacks on it call them.

What a call answers follows the API references, as in `account.py`; errors have AWS's codes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.account import ACCOUNT, REGION, Key, Kms, Logs, refused
from tests.chaos.plain import copied
from tests.chaos.table import DynamoDb
from tests.chaos.world import CloudFormation
from trailkeeper.evidence.names import RESPONSE_STACK, STATE_TABLE, WATCHER_STACK, WATCHER_TABLE

_MISSING = "ResourceNotFoundException"
_LATEST = "$LATEST"


class Pages:
    """A paginator: one page, of what the call answers."""

    def __init__(self, call: Callable[..., Any]) -> None:
        self._call = call

    def __deepcopy__(self, _: Any) -> Pages:
        return self

    def paginate(self, **arguments: Any) -> list[Any]:
        return [copied(self._call(**arguments))]


class Paged:
    """A service that lists in pages."""

    def get_paginator(self, name: str) -> Pages:
        return Pages(getattr(self, name))


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


@dataclass
class Rule:
    """A rule as EventBridge keeps it."""

    pattern: str
    state: str = "ENABLED"
    targets: dict[str, dict[str, Any]] = field(default_factory=dict)


class Events(Paged):
    """Rules by name."""

    def __init__(self) -> None:
        self.rules: dict[str, Rule] = {}

    def _rule(self, name: str, operation: str) -> Rule:
        if name not in self.rules:
            raise refused(_MISSING, operation)
        return self.rules[name]

    def list_rules(self, *, NamePrefix: str) -> Any:
        found = [
            {"Name": name, "EventPattern": rule.pattern, "State": rule.state}
            for name, rule in self.rules.items()
            if name.startswith(NamePrefix)
        ]
        return {"Rules": found}

    def list_targets_by_rule(self, *, Rule: str) -> Any:
        return {"Targets": list(self._rule(Rule, "ListTargetsByRule").targets.values())}

    def put_rule(self, *, Name: str, EventPattern: str, State: str = "ENABLED") -> None:
        rule = self.rules.setdefault(Name, Rule(EventPattern))
        rule.pattern, rule.state = EventPattern, State

    def put_targets(self, *, Rule: str, Targets: list[dict[str, Any]]) -> Any:
        self._rule(Rule, "PutTargets").targets.update({each["Id"]: each for each in Targets})
        return {"FailedEntryCount": 0}

    def remove_targets(self, *, Rule: str, Ids: list[str]) -> Any:
        for each in Ids:
            self._rule(Rule, "RemoveTargets").targets.pop(each, None)
        return {"FailedEntryCount": 0}

    def disable_rule(self, *, Name: str) -> None:
        self._rule(Name, "DisableRule").state = "DISABLED"

    def delete_rule(self, *, Name: str) -> None:
        if self._rule(Name, "DeleteRule").targets:
            raise refused("ValidationException", "DeleteRule")
        del self.rules[Name]


class Scheduler:
    """Schedules by name."""

    def __init__(self) -> None:
        self.schedules: dict[str, dict[str, Any]] = {}

    def get_schedule(self, *, Name: str) -> Any:
        if Name not in self.schedules:
            raise refused(_MISSING, "GetSchedule")
        return {"Name": Name, **self.schedules[Name]}

    def create_schedule(self, *, Name: str, **given: Any) -> None:
        if Name in self.schedules:
            raise refused("ConflictException", "CreateSchedule")
        self.schedules[Name] = given

    def update_schedule(self, *, Name: str, **given: Any) -> None:
        self.get_schedule(Name=Name)
        self.schedules[Name] = given

    def delete_schedule(self, *, Name: str) -> None:
        self.get_schedule(Name=Name)
        del self.schedules[Name]


@dataclass
class Function:
    """A function as Lambda keeps it; `versions` holds what was published, by its number."""

    latest: dict[str, Any]
    versions: dict[str, dict[str, Any]] = field(default_factory=dict)
    aliases: dict[str, dict[str, Any]] = field(default_factory=dict)
    statements: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    invoke: dict[str, dict[str, Any]] = field(default_factory=dict)
    urls: list[str] = field(default_factory=list)
    concurrency: int | None = None


class Functions(Paged):
    """Functions by name, and what feeds them."""

    def __init__(self) -> None:
        self.functions: dict[str, Function] = {}
        self.mappings: dict[str, dict[str, Any]] = {}

    def _function(self, name: str, operation: str) -> Function:
        if name not in self.functions:
            raise refused(_MISSING, operation)
        return self.functions[name]

    def create_function(
        self, *, FunctionName: str, Code: Mapping[str, Any], Publish: bool, **given: Any
    ) -> None:
        self.functions[FunctionName] = Function({**given, "CodeSha256": "ours"})
        if Publish:
            self.publish_version(FunctionName=FunctionName)

    def publish_version(self, *, FunctionName: str) -> Any:
        function = self._function(FunctionName, "PublishVersion")
        number = str(len(function.versions) + 1)
        function.versions[number] = {**copied(function.latest), "Version": number}
        return {"Version": number}

    def update_function_code(self, *, FunctionName: str, ZipFile: bytes) -> None:
        self._function(FunctionName, "UpdateFunctionCode").latest["CodeSha256"] = "theirs"

    def update_function_configuration(self, *, FunctionName: str, **changed: Any) -> None:
        self._function(FunctionName, "UpdateFunctionConfiguration").latest.update(changed)

    def get_function_configuration(self, *, FunctionName: str, Qualifier: str = _LATEST) -> Any:
        function = self._function(FunctionName, "GetFunctionConfiguration")
        version = function.aliases.get(Qualifier, {}).get("FunctionVersion", Qualifier)
        if version == _LATEST:
            return {**function.latest, "Version": _LATEST}
        if version not in function.versions:
            raise refused(_MISSING, "GetFunctionConfiguration")
        return function.versions[version]

    def list_versions_by_function(self, *, FunctionName: str) -> Any:
        function = self._function(FunctionName, "ListVersionsByFunction")
        latest = {**function.latest, "Version": _LATEST}
        return {"Versions": [latest, *function.versions.values()]}

    def _alias(self, function: str, name: str, operation: str) -> dict[str, Any]:
        aliases = self._function(function, operation).aliases
        if name not in aliases:
            raise refused(_MISSING, operation)
        return aliases[name]

    def get_alias(self, *, FunctionName: str, Name: str) -> Any:
        return self._alias(FunctionName, Name, "GetAlias")

    def create_alias(self, *, FunctionName: str, Name: str, FunctionVersion: str) -> None:
        aliases = self._function(FunctionName, "CreateAlias").aliases
        if Name in aliases:
            raise refused("ResourceConflictException", "CreateAlias")
        aliases[Name] = {"FunctionVersion": FunctionVersion}

    def update_alias(self, *, FunctionName: str, Name: str, **where: Any) -> None:
        self._alias(FunctionName, Name, "UpdateAlias").update(where)

    def delete_alias(self, *, FunctionName: str, Name: str) -> None:
        function = self._function(FunctionName, "DeleteAlias")
        for kept in (function.aliases, function.statements, function.invoke):
            kept.pop(Name, None)
        function.urls = [each for each in function.urls if each != Name]

    def get_function_concurrency(self, *, FunctionName: str) -> Any:
        reserved = self._function(FunctionName, "GetFunctionConcurrency").concurrency
        return {} if reserved is None else {"ReservedConcurrentExecutions": reserved}

    def put_function_concurrency(
        self, *, FunctionName: str, ReservedConcurrentExecutions: int
    ) -> None:
        function = self._function(FunctionName, "PutFunctionConcurrency")
        function.concurrency = ReservedConcurrentExecutions

    def get_account_settings(self) -> Any:
        unreserved = 1000 - sum(each.concurrency or 0 for each in self.functions.values())
        return {"AccountLimit": {"UnreservedConcurrentExecutions": unreserved}}

    def delete_function_concurrency(self, *, FunctionName: str) -> None:
        self._function(FunctionName, "DeleteFunctionConcurrency").concurrency = None

    def get_function_event_invoke_config(self, *, FunctionName: str, Qualifier: str) -> Any:
        invoke = self._function(FunctionName, "GetFunctionEventInvokeConfig").invoke
        if Qualifier not in invoke:
            raise refused(_MISSING, "GetFunctionEventInvokeConfig")
        return invoke[Qualifier]

    def put_function_event_invoke_config(
        self, *, FunctionName: str, Qualifier: str, **given: Any
    ) -> None:
        self._alias(FunctionName, Qualifier, "PutFunctionEventInvokeConfig")
        self._function(FunctionName, "PutFunctionEventInvokeConfig").invoke[Qualifier] = given

    def delete_function_event_invoke_config(self, *, FunctionName: str, Qualifier: str) -> None:
        self.get_function_event_invoke_config(FunctionName=FunctionName, Qualifier=Qualifier)
        del self.functions[FunctionName].invoke[Qualifier]

    def get_policy(self, *, FunctionName: str, Qualifier: str = "") -> Any:
        statements = self._function(FunctionName, "GetPolicy").statements.get(Qualifier)
        if not statements:
            raise refused(_MISSING, "GetPolicy")
        return {"Policy": json.dumps({"Version": "2012-10-17", "Statement": statements})}

    def add_permission(
        self,
        *,
        FunctionName: str,
        StatementId: str,
        Action: str,
        Principal: str,
        Qualifier: str = "",
        SourceArn: str = "",
        FunctionUrlAuthType: str = "",
    ) -> None:
        if Qualifier:
            self._alias(FunctionName, Qualifier, "AddPermission")
        function = self._function(FunctionName, "AddPermission")
        statements = function.statements.setdefault(Qualifier, [])
        if any(each["Sid"] == StatementId for each in statements):
            raise refused("ResourceConflictException", "AddPermission")
        service = Principal.endswith(".amazonaws.com")
        condition = {
            **({"ArnLike": {"AWS:SourceArn": SourceArn}} if SourceArn else {}),
            **(
                {"StringEquals": {"lambda:FunctionUrlAuthType": FunctionUrlAuthType}}
                if FunctionUrlAuthType
                else {}
            ),
        }
        end = f":{Qualifier}" if Qualifier else ""
        statements.append(
            {
                "Sid": StatementId,
                "Effect": "Allow",
                "Principal": {"Service": Principal} if service else Principal,
                "Action": Action,
                "Resource": arn("lambda", f"function:{FunctionName}{end}"),
                **({"Condition": condition} if condition else {}),
            }
        )

    def remove_permission(
        self, *, FunctionName: str, StatementId: str, Qualifier: str = ""
    ) -> None:
        function = self._function(FunctionName, "RemovePermission")
        left = function.statements.get(Qualifier, [])
        function.statements[Qualifier] = [each for each in left if each["Sid"] != StatementId]
        if len(left) == len(function.statements[Qualifier]):
            raise refused(_MISSING, "RemovePermission")

    def create_function_url_config(
        self, *, FunctionName: str, AuthType: str, Qualifier: str = ""
    ) -> None:
        self._function(FunctionName, "CreateFunctionUrlConfig").urls.append(Qualifier)

    def list_function_url_configs(self, *, FunctionName: str) -> Any:
        named = arn("lambda", f"function:{FunctionName}")
        urls = self._function(FunctionName, "ListFunctionUrlConfigs").urls
        listed = [{"FunctionArn": f"{named}:{each}" if each else named} for each in urls]
        return {"FunctionUrlConfigs": listed}

    def delete_function_url_config(self, *, FunctionName: str, Qualifier: str = "") -> None:
        urls = self._function(FunctionName, "DeleteFunctionUrlConfig").urls
        if Qualifier not in urls:
            raise refused(_MISSING, "DeleteFunctionUrlConfig")
        urls.remove(Qualifier)

    def create_event_source_mapping(
        self, *, EventSourceArn: str, FunctionName: str, Enabled: bool = True, **given: Any
    ) -> None:
        self.mappings[f"mapping-{len(self.mappings)}"] = {
            "UUID": f"mapping-{len(self.mappings)}",
            "FunctionArn": FunctionName,
            "State": "Enabled" if Enabled else "Disabled",
            **given,
        }

    def list_event_source_mappings(self, *, EventSourceArn: str) -> Any:
        return {"EventSourceMappings": list(self.mappings.values())}

    def update_event_source_mapping(self, *, UUID: str, **given: Any) -> None:
        if UUID not in self.mappings:
            raise refused(_MISSING, "UpdateEventSourceMapping")
        if "Enabled" in given:
            given["State"] = "Enabled" if given.pop("Enabled") else "Disabled"
        if "FunctionName" in given:
            given["FunctionArn"] = given.pop("FunctionName")
        self.mappings[UUID] |= given

    def delete_event_source_mapping(self, *, UUID: str) -> None:
        if self.mappings.pop(UUID, None) is None:
            raise refused(_MISSING, "DeleteEventSourceMapping")


class Sqs:
    """Queues by URL."""

    def __init__(self) -> None:
        self.queues: dict[str, dict[str, str]] = {}

    def _queue(self, url: str, operation: str) -> dict[str, str]:
        if url not in self.queues:
            raise refused("AWS.SimpleQueueService.NonExistentQueue", operation)
        return self.queues[url]

    def create_queue(self, *, QueueName: str, Attributes: Mapping[str, str]) -> Any:
        url = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{QueueName}"
        self.queues[url] = dict(Attributes)
        return {"QueueUrl": url}

    def get_queue_attributes(self, *, QueueUrl: str, AttributeNames: list[str]) -> Any:
        return {"Attributes": self._queue(QueueUrl, "GetQueueAttributes")}

    def set_queue_attributes(self, *, QueueUrl: str, Attributes: Mapping[str, str]) -> None:
        queue = self._queue(QueueUrl, "SetQueueAttributes")
        for name, value in Attributes.items():
            if value:
                queue[name] = value
            else:
                queue.pop(name, None)

    def delete_queue(self, *, QueueUrl: str) -> None:
        self._queue(QueueUrl, "DeleteQueue")
        del self.queues[QueueUrl]


@dataclass
class Subscription:
    """A subscription as SNS keeps it."""

    protocol: str
    endpoint: str
    attributes: dict[str, str]


@dataclass
class Topic:
    """A topic as SNS keeps it."""

    attributes: dict[str, str]
    subscriptions: list[Subscription] = field(default_factory=list)


class Sns(Paged):
    """Topics by ARN."""

    def __init__(self) -> None:
        self.topics: dict[str, Topic] = {}

    def _topic(self, topic: str, operation: str) -> Topic:
        if topic not in self.topics:
            raise refused("NotFound", operation)
        return self.topics[topic]

    def create_topic(self, *, Name: str, Attributes: Mapping[str, str] | None = None) -> Any:
        self.topics.setdefault(arn("sns", Name), Topic(dict(Attributes or {})))
        return {"TopicArn": arn("sns", Name)}

    def subscribe(
        self,
        *,
        TopicArn: str,
        Protocol: str,
        Endpoint: str,
        Attributes: Mapping[str, str] | None = None,
    ) -> None:
        subscriptions = self._topic(TopicArn, "Subscribe").subscriptions
        made = Subscription(Protocol, Endpoint, dict(Attributes or {}))
        if (Protocol, Endpoint) not in {(each.protocol, each.endpoint) for each in subscriptions}:
            subscriptions.append(made)

    def get_topic_attributes(self, *, TopicArn: str) -> Any:
        return {"Attributes": self._topic(TopicArn, "GetTopicAttributes").attributes}

    def set_topic_attributes(
        self, *, TopicArn: str, AttributeName: str, AttributeValue: str
    ) -> None:
        self._topic(TopicArn, "SetTopicAttributes").attributes[AttributeName] = AttributeValue

    def list_subscriptions_by_topic(self, *, TopicArn: str) -> Any:
        subscriptions = self._topic(TopicArn, "ListSubscriptionsByTopic").subscriptions
        listed = [
            {
                "Protocol": each.protocol,
                "Endpoint": each.endpoint,
                "SubscriptionArn": f"{TopicArn}:{number}",
            }
            for number, each in enumerate(subscriptions)
        ]
        return {"Subscriptions": listed}

    def get_subscription_attributes(self, *, SubscriptionArn: str) -> Any:
        return {"Attributes": self._subscription(SubscriptionArn).attributes}

    def set_subscription_attributes(
        self, *, SubscriptionArn: str, AttributeName: str, AttributeValue: str
    ) -> None:
        self._subscription(SubscriptionArn).attributes[AttributeName] = AttributeValue

    def unsubscribe(self, *, SubscriptionArn: str) -> None:
        topic = self._topic(SubscriptionArn.rpartition(":")[0], "Unsubscribe")
        topic.subscriptions.remove(self._subscription(SubscriptionArn))

    def _subscription(self, subscription: str) -> Subscription:
        topic, _, number = subscription.rpartition(":")
        return self._topic(topic, "Subscription").subscriptions[int(number)]


class Ssm:
    """Parameters by name."""

    def __init__(self) -> None:
        self.parameters: dict[str, str] = {}

    def get_parameter(self, *, Name: str) -> Any:
        if Name not in self.parameters:
            raise refused("ParameterNotFound", "GetParameter")
        return {"Parameter": {"Name": Name, "Value": self.parameters[Name]}}

    def get_parameter_history(self, **_: Any) -> Any:
        """Nobody has asked for a pause."""
        raise refused("ParameterNotFound", "GetParameterHistory")

    def put_parameter(self, *, Name: str, Value: str, Type: str, Overwrite: bool) -> None:
        self.parameters[Name] = Value


class CloudWatch(Paged):
    """Alarms by name."""

    def __init__(self) -> None:
        self.alarms: dict[str, dict[str, Any]] = {}

    def describe_alarms(self, *, AlarmNamePrefix: str) -> Any:
        found = [
            {"AlarmName": name, **alarm}
            for name, alarm in self.alarms.items()
            if name.startswith(AlarmNamePrefix)
        ]
        return {"MetricAlarms": found}

    def put_metric_alarm(self, *, AlarmName: str, **given: Any) -> None:
        self.alarms[AlarmName] = {"ActionsEnabled": True, **given}

    def disable_alarm_actions(self, *, AlarmNames: list[str]) -> None:
        for each in set(AlarmNames) & set(self.alarms):
            self.alarms[each]["ActionsEnabled"] = False

    def delete_alarms(self, *, AlarmNames: list[str]) -> None:
        for each in AlarmNames:
            self.alarms.pop(each, None)

    def put_metric_data(self, **_: Any) -> None:
        """Nobody here believes a metric."""


class NamedKeys(Kms):
    """KMS with aliases."""

    def __init__(self) -> None:
        super().__init__()
        self.aliases: dict[str, str] = {}

    def create_key(self, *, Policy: str = "{}") -> Any:
        made = super().create_key(Policy=Policy)["KeyMetadata"]
        return {"KeyMetadata": {**made, "KeyId": _id(made["Arn"])}}

    def _key(self, key: str, operation: str, *states: str) -> Key:
        known = key if key in self.keys else arn("kms", f"key/{key}")
        return super()._key(known, operation, *states)

    def create_alias(self, *, AliasName: str, TargetKeyId: str) -> None:
        self.aliases[AliasName] = _id(TargetKeyId)

    def update_alias(self, *, AliasName: str, TargetKeyId: str) -> None:
        if AliasName not in self.aliases:
            raise refused("NotFoundException", "UpdateAlias")
        self.aliases[AliasName] = _id(TargetKeyId)

    def delete_alias(self, *, AliasName: str) -> None:
        if self.aliases.pop(AliasName, None) is None:
            raise refused("NotFoundException", "DeleteAlias")

    def describe_key(self, *, KeyId: str) -> Any:
        named = self.aliases.get(KeyId, KeyId)
        found = super().describe_key(KeyId=named)["KeyMetadata"]
        return {"KeyMetadata": {**found, "KeyId": _id(named)}}


def _id(key: str) -> str:
    """The id in the ARN of a key."""
    return key.rpartition("/")[2]


class PagedLogs(Logs, Paged):
    """CloudWatch Logs whose groups come in pages, too."""


class StateTable(DynamoDb):
    """The state table, which may be gone, limited, closed to us, copied, or forget nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.table: dict[str, Any] | None = None
        self.expiry: str | None = None
        self.policy: str | None = None

    def create_table(self, *, TableName: str, **given: Any) -> None:
        if self.table is not None:
            raise refused("ResourceInUseException", "CreateTable")
        self.table, self.expiry, self.policy = given, None, None

    def delete_table(self, *, TableName: str) -> None:
        if self._there("DeleteTable")["DeletionProtectionEnabled"]:
            raise refused("ValidationException", "DeleteTable")
        self.table = self.expiry = self.policy = None
        self.items.clear()

    def describe_table(self, *, TableName: str) -> Any:
        table = self._there("DescribeTable")
        return {"Table": {**table, "BillingModeSummary": {"BillingMode": table["BillingMode"]}}}

    def update_table(self, *, TableName: str, **given: Any) -> None:
        """DynamoDB answers other names than it takes (DynamoDB API reference, DescribeTable)."""
        table = self._there("UpdateTable")
        key = given.pop("SSESpecification", None)
        if key:
            of_somebody = {"Status": "ENABLED", "KMSMasterKeyArn": key.get("KMSMasterKeyId")}
            table["SSEDescription"] = of_somebody if key["Enabled"] else None
        for change in given.pop("GlobalSecondaryIndexUpdates", ()):
            ((kind, index),) = change.items()
            named = {"IndexName": index["IndexName"]}
            rest = [each for each in table.get("GlobalSecondaryIndexes", ()) if each != named]
            table["GlobalSecondaryIndexes"] = [*rest, *([named] if kind == "Create" else [])]
        if given.get("StreamSpecification") == {"StreamEnabled": False}:
            given["StreamSpecification"] = None
        given.pop("AttributeDefinitions", None)
        table.update(given)

    def describe_time_to_live(self, *, TableName: str) -> Any:
        self._there("DescribeTimeToLive")
        on = {"TimeToLiveStatus": "ENABLED", "AttributeName": self.expiry}
        return {"TimeToLiveDescription": on if self.expiry else {"TimeToLiveStatus": "DISABLED"}}

    def update_time_to_live(
        self, *, TableName: str, TimeToLiveSpecification: Mapping[str, Any]
    ) -> None:
        self._there("UpdateTimeToLive")
        on = TimeToLiveSpecification["Enabled"]
        self.expiry = TimeToLiveSpecification["AttributeName"] if on else None

    def put_resource_policy(self, *, ResourceArn: str, Policy: str) -> None:
        self._there("PutResourcePolicy")
        self.policy = Policy

    def get_resource_policy(self, *, ResourceArn: str) -> Any:
        self._there("GetResourcePolicy")
        if self.policy is None:
            raise refused("PolicyNotFoundException", "GetResourcePolicy")
        return {"Policy": self.policy}

    def kept(self) -> dict[str, Any] | None:
        """What is set; a limit of -1 is none (DynamoDB API reference, UpdateTable)."""
        if self.table is None:
            return None
        limits = self.table.get("OnDemandThroughput") or {}
        limited = {name: each for name, each in limits.items() if each != -1}
        settings = {**self.table, "OnDemandThroughput": limited}
        return {name: each for name, each in settings.items() if each}

    def _there(self, operation: str) -> dict[str, Any]:
        if self.table is None:
            raise refused(_MISSING, operation)
        return self.table

    def put_item(self, *, TableName: str = STATE_TABLE, **given: Any) -> None:
        self._there("PutItem")
        super().put_item(TableName=TableName, **given)

    def get_item(self, *, TableName: str = STATE_TABLE, **given: Any) -> Any:
        self._there("GetItem")
        return super().get_item(TableName=TableName, **given)

    def delete_item(self, *, TableName: str = STATE_TABLE, **given: Any) -> None:
        self._there("DeleteItem")
        super().delete_item(TableName=TableName, **given)

    def query(self, *, TableName: str = STATE_TABLE, **given: Any) -> Any:
        self._there("Query")
        return super().query(TableName=TableName, **given)


class Tables:
    """The state tables of both halves, by their names."""

    def __init__(self) -> None:
        self.tables = {name: StateTable() for name in (STATE_TABLE, WATCHER_TABLE)}

    def __getattr__(self, operation: str) -> Any:
        def call(**given: Any) -> Any:
            name = given.get("TableName") or given["ResourceArn"].rpartition("/")[2]
            return getattr(self.tables[name], operation)(**given)

        return call


class ProtectedStacks(CloudFormation):
    """Our stacks, which may be protected from deletion or not."""

    def __init__(self, clock: Any) -> None:
        super().__init__(clock)
        self.unprotected: set[str] = set()
        # The key of the alert topics.
        self.key = ""

    def describe_stack_resource(self, *, StackName: str, LogicalResourceId: str) -> Any:
        return {"StackResourceDetail": {"PhysicalResourceId": self.key}}

    def describe_stacks(self, *, StackName: str) -> Any:
        (stack,) = super().describe_stacks(StackName=StackName)["Stacks"]
        guarded = StackName in {RESPONSE_STACK, WATCHER_STACK}
        protected = guarded and StackName not in self.unprotected
        return {"Stacks": [{**stack, "EnableTerminationProtection": protected}]}

    def update_termination_protection(
        self, *, StackName: str, EnableTerminationProtection: bool
    ) -> None:
        if EnableTerminationProtection:
            self.unprotected.discard(StackName)
        else:
            self.unprotected.add(StackName)
