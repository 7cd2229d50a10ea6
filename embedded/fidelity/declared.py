"""What deployed templates declare, their intrinsics resolved as far as can be from outside."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Declaration:
    """One resource of a deployed template: its resolved properties and its physical id."""

    stack: str
    logical_id: str
    type: str
    physical_id: str
    properties: dict[str, Any]


def regions(assembly: Path, home: str) -> Mapping[str, tuple[str, ...]]:
    """The stacks of a cloud assembly by region; one that names no region is deployed at `home`."""
    manifest = json.loads((assembly / "manifest.json").read_text(encoding="utf-8"))
    found: dict[str, tuple[str, ...]] = {}
    for name, artifact in sorted(manifest["artifacts"].items()):
        if artifact["type"] == "aws:cloudformation:stack":
            said = artifact["environment"].rpartition("/")[2]
            region = home if said == "unknown-region" else said
            found[region] = (*found.get(region, ()), name)
    return found


def declarations(assembly: Path, names: Iterable[str], stacks: Any) -> Iterator[Declaration]:
    """Every resource of these stacks of an assembly; `stacks` is CloudFormation of their region.

    A string that contains an attribute of another resource becomes a pattern: what an attribute is,
    only CloudFormation knows.
    """
    for name in names:
        template = json.loads((assembly / f"{name}.template.json").read_text(encoding="utf-8"))
        description = stacks.describe_stacks(StackName=name)["Stacks"][0]
        deployed = stacks.describe_stack_resources(StackName=name)["StackResources"]
        physical = {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in deployed}
        references = _references(description) | physical
        for logical_id, resource in template["Resources"].items():
            if logical_id in physical:
                yield Declaration(
                    stack=name,
                    logical_id=logical_id,
                    type=resource["Type"],
                    physical_id=physical[logical_id],
                    properties=_resolved(resource.get("Properties", {}), references),
                )


def _references(description: Mapping[str, Any]) -> dict[str, str]:
    _, _, _, region, account, _ = description["StackId"].split(":", 5)
    parameters = {
        each["ParameterKey"]: each.get("ResolvedValue", each.get("ParameterValue", ""))
        for each in description.get("Parameters", [])
    }
    return parameters | {
        "AWS::AccountId": account,
        "AWS::Partition": "aws",
        "AWS::Region": region,
        "AWS::StackId": description["StackId"],
        "AWS::StackName": description["StackName"],
        "AWS::URLSuffix": "amazonaws.com",
    }


def _resolved(value: Any, references: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_resolved(each, references) for each in value]
    if not isinstance(value, dict):
        return value
    name, argument = next(iter(value.items()), ("", None))
    if len(value) == 1 and (name == "Ref" or name.startswith("Fn::")):
        return _intrinsic(name, argument, references)
    return {name: _resolved(each, references) for name, each in value.items()}


def _intrinsic(name: str, argument: Any, references: Mapping[str, str]) -> Any:
    if name == "Ref":
        return references[argument]
    if name == "Fn::Join":
        separator, parts = argument
        return _joined([_resolved(part, references) for part in parts], separator)
    if name == "Fn::Sub" and isinstance(argument, str):
        return _substituted(argument, references)
    return _anything()


def _joined(parts: list[Any], separator: str) -> Any:
    if all(isinstance(part, str) for part in parts):
        return separator.join(parts)
    patterns = [p.pattern if isinstance(p, re.Pattern) else re.escape(str(p)) for p in parts]
    return re.compile(re.escape(separator).join(patterns), re.DOTALL)


def _substituted(text: str, references: Mapping[str, str]) -> Any:
    pieces = re.split(r"\$\{([^}]*)\}", text)
    return _joined(
        [
            references.get(piece, _anything()) if index % 2 else piece
            for index, piece in enumerate(pieces)
        ],
        "",
    )


def _anything() -> re.Pattern[str]:
    return re.compile(".+", re.DOTALL)
