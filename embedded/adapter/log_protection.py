"""Deletion protection of CloudWatch log groups, which the emulator does not have."""

from __future__ import annotations

import json
from typing import Any

from ministack.core import iam_actions
from ministack.core.responses import error_response_json, json_response
from ministack.services import cloudwatch_logs
from ministack.services.cloudformation import provisioners

from embedded.adapter import gateway

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.core.iam_actions:extract_resource_arn"
    "(service, method, path, headers, body, query_params, region, account_id)",
    "ministack.core.responses:error_response_json",
    "ministack.core.responses:json_response",
    "ministack.services.cloudformation.provisioners:_RESOURCE_HANDLERS",
    "ministack.services.cloudwatch_logs:_delete_log_group(data)",
    "ministack.services.cloudwatch_logs:_describe_log_groups(data)",
    "ministack.services.cloudwatch_logs:_log_groups",
    "ministack.services.cloudwatch_logs:handle_request(method, path, headers, body, query_params)",
)

_ACTION = "Logs_20140328.PutLogGroupDeletionProtection"
_FIELD = "deletionProtectionEnabled"


def install() -> None:
    """Take the new action, show the state, and refuse to delete what is protected."""
    _install_action()
    _install_description()
    _install_refusals()
    _install_resource()


def _install_action() -> None:
    handle = cloudwatch_logs.handle_request

    async def handle_request(
        method: str, path: str, headers: dict[str, str], body: bytes, query_params: Any
    ) -> Any:
        if headers.get("x-amz-target") != _ACTION:
            return await handle(method, path, headers, body, query_params)
        given = json.loads(body)
        group = cloudwatch_logs._log_groups.get(_name(given.get("logGroupIdentifier", "")))
        if group is None:
            return _refusal("ResourceNotFoundException", "The specified log group does not exist.")
        if not isinstance(given.get(_FIELD), bool):
            return _refusal("InvalidParameterException", f"{_FIELD} is missing or not a boolean.")
        group[_FIELD] = given[_FIELD]
        return json_response({})

    cloudwatch_logs.handle_request = handle_request


def _install_description() -> None:
    describe = cloudwatch_logs._describe_log_groups

    def described(data: dict[str, Any]) -> Any:
        status, headers, body = describe(data)
        if status >= 400:
            return status, headers, body
        answer = json.loads(body)
        for shown in answer.get("logGroups", []):
            group = cloudwatch_logs._log_groups[shown["logGroupName"]]
            shown[_FIELD] = group.get(_FIELD, False)
        return status, headers, json.dumps(answer).encode()

    cloudwatch_logs._describe_log_groups = described


def _install_refusals() -> None:
    delete = cloudwatch_logs._delete_log_group

    def deleted(data: dict[str, Any]) -> Any:
        if _is_protected(data.get("logGroupName", "")):
            return _refusal("ValidationException", "The log group has deletion protection enabled.")
        return delete(data)

    cloudwatch_logs._delete_log_group = deleted
    handlers = provisioners._RESOURCE_HANDLERS["AWS::Logs::LogGroup"]
    delete_resource = handlers["delete"]

    def resource_deleted(physical_id: str, properties: dict[str, Any]) -> None:
        if _is_protected(physical_id):
            raise ValueError(f"The log group {physical_id} has deletion protection enabled.")
        delete_resource(physical_id, properties)

    handlers["delete"] = resource_deleted


def _install_resource() -> None:
    """Name the resource of the action, so that a policy can: the emulator would not."""
    extract = iam_actions.extract_resource_arn

    def extracted(  # noqa: PLR0917 - the emulator calls it so
        service: str,
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        query_params: Any,
        region: str,
        account_id: str,
    ) -> Any:
        if service == "logs" and headers.get("x-amz-target") == _ACTION:
            name = _name(json.loads(body or b"{}").get("logGroupIdentifier", ""))
            return f"arn:aws:logs:{region}:{account_id}:log-group:{name}"
        return extract(service, method, path, headers, body, query_params, region, account_id)

    iam_actions.extract_resource_arn = extracted


def _name(identifier: str) -> str:
    """A log group's name, from its name or ARN."""
    prefix = f"arn:aws:logs:{gateway.region()}:{gateway.account()}:log-group:"
    return identifier.removeprefix(prefix).removesuffix(":*")


def _is_protected(name: str) -> bool:
    return bool((cloudwatch_logs._log_groups.get(name) or {}).get(_FIELD))


def _refusal(code: str, message: str) -> Any:
    return error_response_json(code, message, 400)
