"""Lambda in memory: versions, the alias that runs, who may call, and what feeds it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.account import refused
from tests.chaos.guard_services import MISSING, Paged, arn
from tests.chaos.plain import copied

_LATEST = "$LATEST"


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
            raise refused(MISSING, operation)
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
            raise refused(MISSING, "GetFunctionConfiguration")
        return function.versions[version]

    def list_versions_by_function(self, *, FunctionName: str) -> Any:
        function = self._function(FunctionName, "ListVersionsByFunction")
        latest = {**function.latest, "Version": _LATEST}
        return {"Versions": [latest, *function.versions.values()]}

    def _alias(self, function: str, name: str, operation: str) -> dict[str, Any]:
        aliases = self._function(function, operation).aliases
        if name not in aliases:
            raise refused(MISSING, operation)
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
            raise refused(MISSING, "GetFunctionEventInvokeConfig")
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
            raise refused(MISSING, "GetPolicy")
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
            raise refused(MISSING, "RemovePermission")

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
            raise refused(MISSING, "DeleteFunctionUrlConfig")
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
            raise refused(MISSING, "UpdateEventSourceMapping")
        if "Enabled" in given:
            given["State"] = "Enabled" if given.pop("Enabled") else "Disabled"
        if "FunctionName" in given:
            given["FunctionArn"] = given.pop("FunctionName")
        self.mappings[UUID] |= given

    def delete_event_source_mapping(self, *, UUID: str) -> None:
        if self.mappings.pop(UUID, None) is None:
            raise refused(MISSING, "DeleteEventSourceMapping")
