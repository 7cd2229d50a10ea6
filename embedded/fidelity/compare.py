"""Reads every declared property of the deployed stacks back and lists what vanished."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3

from embedded.fidelity import charges, functions, messages, queries, records, rights, storage
from embedded.fidelity.clients import Clients, Reader
from embedded.fidelity.declared import Declaration, declarations, regions

READERS: Mapping[str, Reader] = {
    **charges.READERS,
    **functions.READERS,
    **messages.READERS,
    **queries.READERS,
    **records.READERS,
    **rights.READERS,
    **storage.READERS,
}

UNREADABLE: Mapping[tuple[str, str], str] = {
    (
        "AWS::Athena::WorkGroup",
        "RecursiveDeleteOption",
    ): "used when CloudFormation deletes the work group",
    ("AWS::KMS::Key", "PendingWindowInDays"): "used when CloudFormation deletes the key",
    (
        "AWS::Lambda::Function",
        "Code",
    ): "GetFunction answers a link to the code, not where it was from",
    ("AWS::Lambda::LayerVersion", "Content"): "the API answers a link to the content",
    ("AWS::SNS::Subscription", "Region"): "part of the topic's ARN",
}
"""Properties that no API call answers, with the reason."""

_UNDEPLOYED = frozenset({"AWS::CDK::Metadata"})


def vanished(assembly: Path, session: boto3.Session, endpoint: str) -> list[str]:
    """One line for each declared property that the account does not have as it was declared.

    Each stack is read in its own region.
    """
    lines: list[str] = []
    for region, stacks in regions(assembly, str(session.region_name)).items():
        clients = Clients(session, endpoint, region)
        for declaration in declarations(assembly, stacks, clients("cloudformation")):
            if declaration.type not in _UNDEPLOYED:
                lines.extend(_vanished(declaration, clients))
    return lines


def _vanished(declaration: Declaration, clients: Clients) -> list[str]:
    where = f"{declaration.stack}/{declaration.logical_id} ({declaration.type})"
    reader = READERS.get(declaration.type)
    if reader is None:
        return [f"{where}: nobody has said how to read this type back"]
    found = reader(clients, declaration.physical_id, declaration.properties)
    lines = []
    for name, value in declaration.properties.items():
        if (declaration.type, name) not in UNREADABLE:
            lines += [f"{where}: {line}" for line in differences(name, value, found.get(name))]
    return lines


def differences(path: str, declared_value: Any, found: Any) -> list[str]:
    """What of a declared value is not in what was found; found may have more.

    The order of lists does not count, nor does a list of one against its only element, nor a number
    or a boolean against its text.
    """
    if isinstance(declared_value, dict):
        return _object_differences(path, declared_value, found)
    if isinstance(declared_value, list):
        others = found if isinstance(found, list) else [found]
        missing = [
            value
            for value in declared_value
            if not any(not differences(path, value, other) for other in others)
        ]
        if len(missing) == len(declared_value) == len(others) == 1:
            return differences(f"{path}[0]", missing[0], others[0])
        return [f"{path} lacks {_shown(value)}, it has {_shown(found)}" for value in missing]
    if isinstance(found, list) and len(found) == 1:
        found = found[0]
    if isinstance(declared_value, re.Pattern):
        same = isinstance(found, str) and declared_value.fullmatch(found) is not None
    else:
        same = found is not None and _text(declared_value) == _text(found)
    return [] if same else [f"{path} is {_shown(found)}, declared was {_shown(declared_value)}"]


def _object_differences(path: str, declared_value: dict[str, Any], found: Any) -> list[str]:
    if isinstance(found, str) and found.startswith("{"):
        found = json.loads(found)
    if not isinstance(found, dict):
        return [f"{path} is {_shown(found)}, declared was {_shown(declared_value)}"]
    lines = []
    for name, value in declared_value.items():
        lines += differences(f"{path}.{name}", value, found.get(name))
    return lines


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _shown(value: Any) -> str:
    return json.dumps(value, default=lambda each: f"<{getattr(each, 'pattern', each)}>")
