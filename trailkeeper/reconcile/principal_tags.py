"""The tags of the user or role behind a call, as IAM has them: an event does not carry them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.iam_names import IamName, everybody
from trailkeeper.evidence.permission import Permission

_CALLS = {"user": ("list_user_tags", "UserName"), "role": ("list_role_tags", "RoleName")}

PERMISSIONS = (
    Permission(
        ("iam:ListRoleTags", "iam:ListUserTags"),
        everybody,
        "See whether a caller has the tags of expected_actors; nobody knows in advance who calls",
    ),
)


def read(iam: Any, arn: str, baseline: Baseline) -> Mapping[str, str]:
    """The tags of a user or role of this account; nobody else's can be read.

    Raises:
        ClientError, BotoCoreError: IAM refused, does not know the principal, or cannot be reached.
    """
    who = IamName.parse(arn)
    if who is None or who.account != baseline.account:
        return {}
    call, parameter = _CALLS[who.kind]
    pages = iam.get_paginator(call).paginate(**{parameter: who.name})
    return {each["Key"]: each["Value"] for page in pages for each in page["Tags"]}
