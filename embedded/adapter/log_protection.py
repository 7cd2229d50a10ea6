"""CloudWatch log groups that nobody may take away: deletion protection, which the emulator does not
have, and stacks, which it lets make a group anew that is there already, with all that is in it."""

from __future__ import annotations

from typing import Any

from ministack.services import cloudwatch_logs
from ministack.services.cloudformation import provisioners

from embedded.adapter.log_actions import Data, Response, done, refused, show

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.services.cloudformation.provisioners:_RESOURCE_HANDLERS",
    "ministack.services.cloudwatch_logs:_delete_log_group(data)",
    "ministack.services.cloudwatch_logs:_log_groups",
)

FIELD = "deletionProtectionEnabled"


def install() -> None:
    """Show the state, and refuse to delete what is protected and to make what is there."""
    show(_complete)
    _install_refusals()


def put(group: Data, data: Data) -> Response:
    """PutLogGroupDeletionProtection."""
    if not isinstance(data.get(FIELD), bool):
        return refused("InvalidParameterException", f"{FIELD} is missing or not a boolean.")
    group[FIELD] = data[FIELD]
    return done({})


def _complete(shown: Data, kept: Data) -> None:
    shown[FIELD] = kept.get(FIELD, False)


def _install_refusals() -> None:
    delete = cloudwatch_logs._delete_log_group

    def deleted(data: dict[str, Any]) -> Any:
        if _is_protected(data.get("logGroupName", "")):
            return refused("ValidationException", "The log group has deletion protection enabled.")
        return delete(data)

    cloudwatch_logs._delete_log_group = deleted
    handlers = provisioners._RESOURCE_HANDLERS["AWS::Logs::LogGroup"]
    create_resource, delete_resource = handlers["create"], handlers["delete"]

    def resource_created(logical_id: str, properties: dict[str, Any], stack_name: str) -> Any:
        name = properties.get("LogGroupName")
        if name in cloudwatch_logs._log_groups:
            raise ValueError(
                f"Resource of type 'AWS::Logs::LogGroup' with identifier '{name}' already exists."
            )
        return create_resource(logical_id, properties, stack_name)

    def resource_deleted(physical_id: str, properties: dict[str, Any]) -> None:
        if _is_protected(physical_id):
            raise ValueError(f"The log group {physical_id} has deletion protection enabled.")
        delete_resource(physical_id, properties)

    handlers["create"], handlers["delete"] = resource_created, resource_deleted


def _is_protected(name: str) -> bool:
    return bool((cloudwatch_logs._log_groups.get(name) or {}).get(FIELD))
