"""Which operation of a REST service a method and a path mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from botocore.model import OperationModel

from embedded.server.wire import Request, service_model

_LABEL = re.compile(r"\{(\w+)(\+?)\}")
# Two models of one URI: the older operation is never the one to read with.
_SUPERSEDED = frozenset(
    {
        "GetBucketLifecycle",
        "GetBucketNotification",
        "PutBucketLifecycle",
        "PutBucketNotification",
        "InvokeAsync",
    }
)


@dataclass(frozen=True)
class Route:
    """One operation's method, path and query; the heaviest that fits is the one meant."""

    method: str
    path: re.Pattern[str]
    literals: Mapping[str, str | None]
    operation: OperationModel
    weight: tuple[int, int, int]


def find(request: Request, service: str) -> tuple[OperationModel, Mapping[str, str]] | None:
    """The operation and the labels of its path, still percent-encoded; None when there is none."""
    for route in _routes(service):
        found = route.path.fullmatch(request.path) if route.method == request.method else None
        if found is None or not _literals_match(route.literals, request.query):
            continue
        if _agrees_on_copying(route.operation, request):
            return route.operation, found.groupdict()
    return None


def _literals_match(literals: Mapping[str, str | None], query: Mapping[str, str]) -> bool:
    return all(
        name in query and (value is None or query[name] == value)
        for name, value in literals.items()
    )


def _agrees_on_copying(operation: OperationModel, request: Request) -> bool:
    """Whether an operation agrees with the header that alone tells a copy from a write."""
    copies = operation.name in ("CopyObject", "UploadPartCopy")
    if copies or operation.name in ("PutObject", "UploadPart"):
        return copies == ("x-amz-copy-source" in request.headers)
    return True


@cache
def _routes(service: str) -> tuple[Route, ...]:
    model = service_model(service)
    assert model is not None
    routes = [
        _route(model.operation_model(name))
        for name in model.operation_names
        if not (service == "s3" and name in _SUPERSEDED)
    ]
    return tuple(sorted(routes, key=lambda route: route.weight, reverse=True))


def _route(operation: OperationModel) -> Route:
    path, _, query = str(operation.http["requestUri"]).partition("?")
    literals: dict[str, str | None] = {}
    for part in filter(None, query.split("&")):
        name, equals, value = part.partition("=")
        literals[name] = value if equals else None
    # A required query member without a value in the URI tells, say, UploadPart from PutObject.
    shape = operation.input_shape
    if shape:
        for name in shape.required_members:
            member = shape.members[name]
            if member.serialization.get("location") == "querystring":
                literals.setdefault(member.serialization.get("name", name), None)
    pattern, fixed = "", 0
    at = 0
    for label in _LABEL.finditer(path):
        text = path[at : label.start()]
        greedy = label[2] == "+"
        pattern += re.escape(text) + f"(?P<{label[1]}>{'.+' if greedy else '[^/]+'})"
        fixed += len(text)
        at = label.end()
    rest = path[at:].rstrip("/")
    pattern += re.escape(rest) + "/?"
    weight = (len(literals), fixed + len(rest), -len(_LABEL.findall(path)))
    return Route(str(operation.http["method"]), re.compile(pattern), literals, operation, weight)
