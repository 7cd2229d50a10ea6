"""Signed AWS requests and their answers as they stand on the wire."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl
from xml.etree import ElementTree

from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel, Shape

_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")

Parameters = dict[str, Any]


class UnreadableError(ValueError):
    """When a request or an answer is not what the service's model describes."""


@dataclass(frozen=True)
class Signature:
    """Whose key signed a request, for which service and region."""

    access_key_id: str
    region: str
    service: str
    in_query: bool = False


@dataclass(frozen=True)
class Request:
    """One HTTP request; `path` is still percent-encoded, header names are lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    source_address: str


@dataclass(frozen=True)
class Answer:
    """One HTTP answer; header names are lower case, `body` is None when it was not kept."""

    status: int
    headers: Mapping[str, str]
    body: bytes | None


@dataclass(frozen=True)
class Call:
    """A request read with its model: which operation, and its parameters in the API's own names.

    `document` is the XML body of a rest-xml request as (root name, element).
    """

    operation: OperationModel
    protocol: str
    parameters: Parameters
    document: ElementTree.Element | None = None

    @property
    def service(self) -> str:
        """The name of the service's model, such as `cloudwatch` or `s3control`."""
        return str(self.operation.service_model.service_name)

    @property
    def name(self) -> str:
        """The operation's name in the API."""
        return str(self.operation.name)


@dataclass(frozen=True)
class Failure:
    """An error as the service's answer spells it."""

    code: str
    message: str


def signature(headers: Mapping[str, str], query: Mapping[str, str]) -> Signature | None:
    """Who signed a request, in its header or in its query; None for an unsigned request."""
    found = _CREDENTIAL.search(headers.get("authorization", ""))
    if found:
        return Signature(found[1], found[2], found[3])
    parts = query.get("X-Amz-Credential", "").split("/")
    return Signature(parts[0], parts[2], parts[3], in_query=True) if len(parts) == 5 else None


def query_of(text: str) -> dict[str, str]:
    """The parameters of a query string; of one given twice the last counts."""
    return dict(parse_qsl(text, keep_blank_values=True))


@cache
def service_model(name: str) -> ServiceModel | None:
    """botocore's model of a service; None when it has none."""
    try:
        return ServiceModel(Loader().load_service_model(name, "service-2"), name)
    except UnknownServiceError:
        return None


def scalar(text: str, shape: Shape) -> Any:
    """A text as the scalar type that a shape has; what is not of that type stays text."""
    if shape.type_name == "boolean":
        return text.lower() == "true"
    if shape.type_name in ("integer", "long"):
        return int(text) if text.lstrip("-").isdigit() else text
    if shape.type_name in ("float", "double"):
        try:
            return float(text)
        except ValueError:
            return text
    return text
