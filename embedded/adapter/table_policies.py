"""DynamoDB: the policy of a table is part of every decision about a call on it.

Source: DynamoDB developer guide, "Using resource-based policies for DynamoDB".
"""

from __future__ import annotations

import re

from ministack.core import iam_evaluator
from ministack.services import dynamodb

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.core.iam_evaluator:_RESOURCE_POLICY_LOOKUPS",
    "ministack.core.iam_evaluator:_resource_policy(service, resource_arn)",
    "ministack.services.dynamodb:_resource_policies",
)

_TABLE = re.compile(r"arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:(?P<owner>\d{12}):table/[^/]+")


def install() -> None:
    """Have the emulator look for the policies that its tables keep."""
    iam_evaluator._RESOURCE_POLICY_LOOKUPS["dynamodb"] = ("dynamodb", _policy_for.__name__)
    setattr(dynamodb, _policy_for.__name__, _policy_for)


def _policy_for(arn: str) -> tuple[str, str] | None:
    """The policy of a table, or of the table of an index or stream, and the table's account."""
    table = _TABLE.match(arn)
    stored = dynamodb._resource_policies.get(table[0]) if table else None
    return (stored["Policy"], table["owner"]) if table and stored else None
