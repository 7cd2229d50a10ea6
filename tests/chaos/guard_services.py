"""The services of the guard in memory, as far as guards and attacks on it call them.

What a call answers follows the API references, as in `account.py`; errors have AWS's codes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.chaos.account import ACCOUNT, REGION, refused
from tests.chaos.keys import Key, Kms
from tests.chaos.log_groups import Logs
from tests.chaos.plain import copied
from tests.chaos.world import CloudFormation
from trailkeeper.evidence.names import RESPONSE_STACK, WATCHER_STACK

MISSING = "ResourceNotFoundException"


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
