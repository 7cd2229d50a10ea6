"""CloudFormation's resource handlers: new types, and more for the types that are there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from ministack.services.cloudformation import provisioners

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.services.cloudformation.provisioners:_RESOURCE_HANDLERS",
    "ministack.services.cloudformation.provisioners:_physical_name",
)

Properties = dict[str, Any]
Created = tuple[str, dict[str, Any]]
"""A physical id, and what Fn::GetAtt can read."""


class ResourceType(Protocol):
    """A resource type that the emulator does not have.

    `update` may answer another physical id: it has replaced the resource and removed the old one.
    """

    def create(self, default_name: str, properties: Properties) -> Created: ...

    def update(self, physical_id: str, old: Properties, new: Properties) -> Created: ...

    def delete(self, physical_id: str, properties: Properties) -> None: ...


def register(type_name: str, resource: ResourceType) -> None:
    """Make CloudFormation know a resource type."""

    def create(logical_id: str, properties: Properties, stack_name: str) -> Created:
        return resource.create(
            provisioners._physical_name(stack_name, logical_id, max_len=128), properties
        )

    def update(physical_id: str, old: Properties, new: Properties, stack_name: str) -> Created:
        return resource.update(physical_id, old, new)

    provisioners._RESOURCE_HANDLERS[type_name] = {
        "create": create,
        "update": update,
        "delete": resource.delete,
    }


def complete(type_name: str, finish: Callable[[str, Properties, Properties], None]) -> None:
    """Call `finish(physical id, old properties, new properties)` after each create and update.

    The old properties of a create are empty.
    """
    handlers = provisioners._RESOURCE_HANDLERS[type_name]
    create, update = handlers["create"], handlers["update"]

    def completed_create(*arguments: Any) -> Created:
        created: Created = create(*arguments)
        finish(created[0], {}, arguments[1])
        return created

    def completed_update(*arguments: Any) -> Created:
        updated: Created = update(*arguments)
        replaced = updated[0] != arguments[0]
        finish(updated[0], {} if replaced else arguments[1], arguments[2])
        return updated

    handlers.update(create=completed_create, update=completed_update)


def before_delete(type_name: str, check: Callable[[str, Properties], None]) -> None:
    """Call `check(physical id, properties)` before each delete; an error keeps the resource."""
    handlers = provisioners._RESOURCE_HANDLERS[type_name]
    delete = handlers["delete"]

    def checked_delete(physical_id: str, properties: Properties) -> None:
        check(physical_id, properties)
        delete(physical_id, properties)

    handlers.update(delete=checked_delete)
