"""What the parts of a CloudTrail record mean, read the same way by every filter and column.

The names of members: CloudTrail User Guide, "CloudTrail record contents" and "userIdentity
element". Everything in a record is untrusted and may be missing or of another type.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Record = Mapping[str, Any]

# How the members of a request end that name a resource, and those that end so and name none.
_NAMING = ("name", "arn", "id", "identifier")
_OF_NO_RESOURCE = (
    *("accountid", "ownerid", "requestid", "versionid", "uploadid", "externalid"),
    *("sessionname", "policyname", "eventname", "hostname", "keyname"),
)


def text(record: Any, name: str) -> str:
    """A member as text; what is missing, null or not a text is the empty text."""
    value = record.get(name) if isinstance(record, Mapping) else None
    return value if isinstance(value, str) else ""


def identity(record: Record) -> Mapping[str, Any]:
    """Who acted (userIdentity)."""
    return _mapping(record.get("userIdentity"))


def issuer(record: Record) -> Mapping[str, Any]:
    """The role behind a session (sessionIssuer)."""
    return _mapping(_mapping(identity(record).get("sessionContext")).get("sessionIssuer"))


def session(record: Record) -> str:
    """The name of a role session: what follows the colon in `AROA...:name`."""
    return text(identity(record), "principalId").partition(":")[2]


def users(record: Record) -> Iterator[str]:
    """Every name by which the user is known: user, role, role session, `root`."""
    who = identity(record)
    yield text(who, "userName")
    yield text(issuer(record), "userName")
    yield session(record)
    if text(who, "type") == "Root":
        yield "root"


def principals(record: Record) -> Iterator[str]:
    """Every ARN, unique id or service that names who acted: the session and the role behind it."""
    who, behind = identity(record), issuer(record)
    yield text(who, "arn")
    yield text(behind, "arn")
    yield text(who, "principalId")
    yield text(who, "principalId").partition(":")[0]
    yield text(who, "invokedBy")


def account(record: Record) -> str:
    """The account that the record was delivered to; that of the caller when it is not said."""
    return text(record, "recipientAccountId") or text(identity(record), "accountId")


def denied(record: Record) -> bool:
    """Whether AWS refused the call for want of a right; services spell it differently."""
    code = text(record, "errorCode").lower()
    return "accessdenied" in code or "unauthorized" in code or "notauthorized" in code


def resources(record: Record) -> Iterator[str]:
    """Every text that may name a resource: in resources, request, response and service details.

    An ARN is followed by its last part, so that `i-0abc` finds `arn:...:instance/i-0abc`.
    """
    for member in ("resources", "requestParameters", "responseElements", "serviceEventDetails"):
        for value in _texts(record.get(member)):
            yield value
            if value.startswith("arn:"):
                rest = value.split(":", 5)[-1]
                yield rest
                yield rest.rpartition("/")[2]
                yield rest.rpartition(":")[2]


def named_resources(record: Record) -> list[str]:
    """The resources that a call is about: what CloudTrail lists, else what the call itself names.

    Most services list none, so the ids of instances are taken, or else the names, ids and ARNs that
    the request gives, or else those of what the answer says was made.
    """
    listed = record.get("resources")
    found = [
        text(each, "ARN") or text(each, "arn") or text(each, "resourceName")
        for each in (listed if isinstance(listed, list) else [])
    ]
    request, answer = record.get("requestParameters"), record.get("responseElements")
    made = _mapping(answer)
    ways = (
        found,
        _instances(answer),
        _instances(request),
        _names(request),
        _names(answer),
        [name for each in made.values() for name in _names(each)],
    )
    for way in ways:
        if names := [each for each in way if each]:
            return list(dict.fromkeys(names))
    return []


def _instances(given: Any) -> list[str]:
    items = _mapping(_mapping(given).get("instancesSet")).get("items")
    return [text(each, "instanceId") for each in (items if isinstance(items, list) else [])]


def _names(given: Any) -> list[str]:
    return [
        value
        for key, value in _mapping(given).items()
        if isinstance(value, str)
        and key.lower().endswith(_NAMING)
        and not key.lower().endswith(_OF_NO_RESOURCE)
    ]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _texts(value: Any) -> Iterator[str]:
    # A stack and not recursion: what is nested a thousand deep must not end the search.
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, Mapping):
            waiting.extend(each.values())
        elif isinstance(each, list):
            waiting.extend(each)
