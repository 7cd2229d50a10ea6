"""Answers to the findings of cdk-nag, each on one resource."""

from __future__ import annotations

from typing import Any

from aws_cdk import Acknowledgment, Stack, Validations
from constructs import IConstruct


def acknowledge(resource: IConstruct, rule: str, reason: str) -> None:
    """Say why a finding of cdk-nag is right as it is on this resource."""
    reported = _spelled(Stack.of(resource).resolve(rule))
    Validations.of(resource).acknowledge(Acknowledgment(id=reported, reason=reason))


def _spelled(resolved: Any) -> str:
    """A resolved string as cdk-nag prints it, with `<LogicalId.Attribute>` for a token."""
    match resolved:
        case {"Fn::Join": ["", [*parts]]}:
            return "".join(_spelled(part) for part in parts)
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case _:
            return str(resolved)
