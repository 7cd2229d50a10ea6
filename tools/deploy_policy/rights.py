"""What CloudFormation calls for resources, on which of them."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from tools.deploy_policy.policy import HOME
from tools.deploy_policy.resource_names import NAMES, names_of, resources_of
from tools.deploy_policy.shapes import ResourceNames, Rights, Stacks

# What handlers call for properties that no template of ours has: data of a table, users, protection
# of data, endpoints of other services.
_FOR_OTHERS = re.compile(
    r"dynamodb:(?!(Create|Delete|Describe|Update)Table$|(Describe|Update)TimeToLive|.*Tag"
    r"|(Get|Put|Delete)ResourcePolicy|Describe\w+|UpdateContinuousBackups).*"
    r"|iam:\w*User\w*|iam:CreateServiceLinkedRole"
    r"|glue:\w*Connection\w*"
    r"|logs:(PutBearer\w+|CreateLogDelivery|\w*IndexPolic\w+|\w*ResourcePolic\w+)"
    r"|(logs|sns):PutDataProtectionPolicy"
    r"|lambda:(PassCapacityProvider|\w*(Scaling|CodeSigning)\w*|AssociateRuntimeAlias)"
    r"|s3:(\w*(Analytics|Inventory|Metrics|Cors|CORS|Website|Accelerate|IntelligentTiering"
    r"|Metadata|Abac)\w*)|chatbot:\w*Association\w*|kms:DisableKeyRotation",
    re.IGNORECASE,
)
_HANDLERS = ("create", "read", "update", "delete")


def rights(stacks: Stacks, region: str = HOME) -> Rights:
    """What the handlers of the resources of stacks call, on the resources that they name.

    Raises:
        UnknownResourceError: a resource is of a type that is not known here.
    """
    called = {
        action
        for kind, own, stack in resources_of(stacks)
        for service in {each for each, _, _ in NAMES[kind](own, stack)}
        for action in _calls(kind)
        if action.startswith(f"{service}:") and not _FOR_OTHERS.fullmatch(action)
    }
    return rights_on(called, names_of(stacks), region)


def rights_on(actions: Iterable[str], names: ResourceNames, region: str) -> Rights:
    """Actions by those of the named resources that AWS ties them to; all, if it ties them to none.

    What is tied to others only is left out.
    """
    rights: Rights = defaultdict(set)
    for action in actions:
        service, _, name = action.partition(":")
        known = _reference()[service]["Actions"].get(name.lower())
        if known is None:
            continue
        on = tuple(
            arn
            for resource in map(str.lower, known.get("Resources", ()))
            if resource in names[service]
            for arn in _arns(service, resource, names[service][resource], region)
        )
        if on or not known.get("Resources"):
            rights[tuple(sorted(set(on))) or ("*",)].add(action)
    return rights


@cache
def _calls(kind: str) -> frozenset[str]:
    from cfnlint.schema.manager import (  # type: ignore[import-untyped]
        PROVIDER_SCHEMA_MANAGER,
    )

    handlers = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema["handlers"]
    called = (
        action
        for handler in _HANDLERS
        for action in handlers.get(handler, {}).get("permissions", ())
    )
    # The registry spells some services with capitals.
    return frozenset(
        f"{service.lower()}:{name}" for service, _, name in (each.partition(":") for each in called)
    )


@cache
def _reference() -> Mapping[str, Any]:
    """AWS's service authorization reference: the resources of each action, and their ARNs."""
    text = files("cfnlint").joinpath("data/AdditionalSpecs/Policies.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def _arns(service: str, resource: str, names: Iterable[str], region: str) -> Iterator[str]:
    (form,) = _reference()[service]["Resources"][resource]["ARNFormats"]
    form = form.replace("${Partition}", "aws")
    form = form.replace("${Region}", region).replace("${Account}", "ACCOUNT")
    for name in names:
        if resource == "catalog":
            yield form.removesuffix("/.*")
            continue
        rest = name.removeprefix("alias/") if resource == "alias" else name.removeprefix("/")
        yield form.removesuffix(".*") + (name if resource == "log-group" else rest)
        if resource in ("log-group", "layerversion"):
            yield form.removesuffix(".*") + (name if resource == "log-group" else rest) + ":*"
