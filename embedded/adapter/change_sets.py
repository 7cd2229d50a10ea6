"""Change sets as CloudFormation answers about them, and stacks in a status that only AWS brings on.

Source: CloudFormation API reference, "Stack" (ChangeSetId) and "ListChangeSets".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from ministack.services import cloudformation
from ministack.services.cloudformation import changesets, handlers, helpers

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.services.cloudformation:_stacks",
    "ministack.services.cloudformation.changesets:_find_change_set(cs_name, stack_name)",
    "ministack.services.cloudformation.handlers:_ACTION_HANDLERS",
    "ministack.services.cloudformation.handlers:_resolve_stack(stack_name)",
    "ministack.services.cloudformation.helpers:_error",
    "ministack.services.cloudformation.helpers:_p",
)

_OK = 200
_STACK_ID = re.compile(r"<StackId>([^<]+)</StackId>")

Answer = tuple[int, Any, Any]
Handler = Callable[[Mapping[str, Any]], Answer]


def install() -> None:
    """Say of a stack which change set changed it last, and refuse to list those of no stack."""
    actions = handlers._ACTION_HANDLERS
    execute, describe, listed = (
        actions[each] for each in ("ExecuteChangeSet", "DescribeStacks", "ListChangeSets")
    )

    def executed(params: Mapping[str, Any]) -> Answer:
        named = helpers._p(params, "ChangeSetName"), helpers._p(params, "StackName")
        id_, change_set = changesets._find_change_set(*named)
        answer: Answer = execute(params)
        if answer[0] == _OK:
            handlers._resolve_stack(change_set["StackId"])["ChangeSetId"] = id_
        return answer

    def described(params: Mapping[str, Any]) -> Answer:
        status, headers, body = describe(params)
        if status != _OK:
            return status, headers, body
        text = body.decode() if isinstance(body, bytes) else body
        return status, headers, _STACK_ID.sub(_with_change_set, text).encode()

    def of_a_stack(params: Mapping[str, Any]) -> Answer:
        name = helpers._p(params, "StackName")
        stack = handlers._resolve_stack(name)
        if name and (stack is None or stack["StackStatus"] == "DELETE_COMPLETE"):
            refused: Answer = helpers._error("ValidationError", f"Stack [{name}] does not exist")
            return refused
        found: Answer = listed({**params, "StackName": [stack["StackName"]]} if stack else params)
        return found

    actions.update(ExecuteChangeSet=executed, DescribeStacks=described, ListChangeSets=of_a_stack)


def rest(stack: str, status: str, reason: str) -> bool:
    """Let a stack be in a status; whether there is such a stack."""
    found = cloudformation._stacks.get(stack)
    if found is None:
        return False
    found.update(StackStatus=status, StackStatusReason=reason)
    return True


def _with_change_set(found: re.Match[str]) -> str:
    stack = handlers._resolve_stack(found[1]) or {}
    last = stack.get("ChangeSetId")
    return f"{found[0]}<ChangeSetId>{last}</ChangeSetId>" if last else found[0]
