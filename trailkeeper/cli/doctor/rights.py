"""Which right was missing when AWS refused a call, and what took it away."""

from __future__ import annotations

import re
from dataclasses import dataclass

from trailkeeper.guards.guard import error_code

DENIED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",
        "AuthorizationErrorException",
        "UnauthorizedOperation",
        "KMS.AccessDeniedException",
        "403",
    }
)

# Source: IAM user guide, "Access denied error messages".
_ACTION = re.compile(r"not authorized to perform:? ([a-z0-9-]+:\w+)", re.I)
_BY = re.compile(
    r"(?:with an explicit deny in an? |because no |due to an? (?:explicit deny in an? )?)"
    r"(service control|resource control|permissions boundary|session|VPC endpoint|identity-based"
    r"|resource-based)(?: policy)?",
    re.I,
)
_WHO = {
    "service control": "a service control policy of your organization",
    "resource control": "a resource control policy of your organization",
    "permissions boundary": "the permissions boundary of whoever asks",
    "session": "the policy of the session",
    "vpc endpoint": "the policy of the VPC endpoint",
    "resource-based": "the policy of the resource",
}


@dataclass(frozen=True, slots=True)
class Missing:
    """The IAM actions that were refused, and by what; `by` is "" where it is just not granted."""

    actions: tuple[str, ...]
    by: str

    def __str__(self) -> str:
        wanted = " or ".join(self.actions)
        if self.by:
            return f"{self.by} denies {wanted}"
        return f"the right {wanted} is missing"


def missing(error: Exception, needs: tuple[str, ...] = ()) -> Missing | None:
    """What was refused, None if the error is about something else.

    `needs` are the actions that may be meant where AWS does not say which.
    """
    return in_words(str(error), needs) if error_code(error) in DENIED else None


def in_words(said: str, needs: tuple[str, ...] = ()) -> Missing:
    """The same of what AWS said in a refusal."""
    action, by = _ACTION.search(said), _BY.search(said)
    actions = (action[1],) if action else needs or ("that the call needs",)
    return Missing(actions, _WHO.get(by[1].lower(), "") if by else "")


def is_denied(said: str) -> bool:
    """Whether an error in words, which begins with its code, is a refusal."""
    return said.partition(":")[0] in DENIED
