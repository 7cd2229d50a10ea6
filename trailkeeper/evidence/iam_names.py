"""Users and roles by their ARNs, as IAM spells them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from trailkeeper.evidence.baseline import Baseline

_FORM = re.compile(
    r"arn:[a-z-]+:iam::(?P<account>\d{12}):(?P<kind>user|role)(?P<path>/(?:[\w+=,.@-]+/)*)"
    r"(?P<name>[\w+=,.@-]{1,64})"
)


@dataclass(frozen=True, slots=True)
class IamName:
    """The parts of a user's or role's ARN; `path` begins and ends with a slash."""

    account: str
    kind: Literal["user", "role"]
    path: str
    name: str

    @classmethod
    def parse(cls, arn: str) -> IamName | None:
        """Read an ARN; None if it is not a user's or a role's."""
        found = _FORM.fullmatch(arn)
        if found is None:
            return None
        kind: Literal["user", "role"] = "user" if found["kind"] == "user" else "role"
        return cls(found["account"], kind, found["path"], found["name"])


def everybody(baseline: Baseline) -> tuple[str, str]:
    """The ARNs of all users and all roles of the account, for a policy."""
    account = f"arn:{baseline.partition}:iam::{baseline.account}"
    return f"{account}:user/*", f"{account}:role/*"


def deny_all(partition: str) -> str:
    """The ARN of AWS's managed policy AWSDenyAll."""
    return f"arn:{partition}:iam::aws:policy/AWSDenyAll"
