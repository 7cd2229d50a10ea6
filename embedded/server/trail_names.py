"""The names and ARNs that calls give for trails."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from embedded.server.api_error import ApiError

_ARN = re.compile(
    r"arn:aws[\w-]*:cloudtrail:(?P<region>[\w-]+):(?P<account>\d{12}):trail/(?P<name>[^/]+)"
)
_CHARACTERS = re.compile(r"[A-Za-z0-9._-]*")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


@dataclass(frozen=True)
class TrailReference:
    """A trail as a call names it; `region` and `account_id` are "" when only its name is given."""

    name: str
    region: str = ""
    account_id: str = ""


def reference(text: str) -> TrailReference:
    """What a name or an ARN refers to.

    Raises ApiError when it is neither.
    """
    if not text:
        raise ApiError("InvalidTrailNameException", "Trail name cannot be blank!")
    if not text.startswith("arn:"):
        check_name(text)
        return TrailReference(text)
    found = _ARN.fullmatch(text)
    if found is None:
        raise ApiError("CloudTrailARNInvalidException", f"{text} is not the ARN of a trail.")
    return TrailReference(found["name"], found["region"], found["account"])


def check_name(name: str) -> None:
    """Refuse what cannot be a trail's name (CloudTrail API reference, CreateTrail, Name)."""
    problem = _problem(name)
    if problem:
        raise ApiError("InvalidTrailNameException", problem)


def check_bucket_name(name: str) -> None:
    """Refuse what cannot be a bucket's name."""
    if not _BUCKET.fullmatch(name):
        raise ApiError("InvalidS3BucketNameException", f"{name!r} is not a valid bucket name.")


def check_prefix(prefix: str) -> None:
    """Refuse a key prefix that is too long (CloudTrail API reference, CreateTrail, S3KeyPrefix)."""
    if len(prefix) > 200:
        raise ApiError(
            "InvalidS3PrefixException",
            f"The prefix has {len(prefix)} characters; at most 200 are allowed.",
        )


def _problem(name: str) -> str:
    characters = f"{name!r} has {len(name)} characters"
    rules = (
        (bool(name), "Trail name cannot be blank!"),
        (len(name) >= 3, f"Trail name too short: {characters}, at least 3 are needed."),
        (len(name) <= 128, f"Trail name too long: {characters}, at most 128 are allowed."),
        (
            bool(_CHARACTERS.fullmatch(name)),
            "Trail name can only contain letters, numbers, periods (.), hyphens (-), "
            "and underscores (_).",
        ),
        (name[:1].isalnum(), "Trail name must start with a letter or number."),
        (name[-1:].isalnum(), "Trail name must end with a letter or number."),
        (
            not re.search(r"[._-]{2}", name),
            "Trail name cannot have adjacent periods, underscores or hyphens.",
        ),
        (not _is_ip_address(name), "Trail name cannot be in IP address format."),
    )
    return next((message for holds, message in rules if not holds), "")


def _is_ip_address(name: str) -> bool:
    try:
        ipaddress.IPv4Address(name)
    except ValueError:
        return False
    return True
