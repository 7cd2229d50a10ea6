"""Reads AWS requests and answers as botocore's service models describe them."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, unquote
from xml.etree import ElementTree

from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, OperationModel, ServiceModel, Shape, StructureShape
from botocore.parsers import PROTOCOL_PARSERS, ResponseParserError, create_parser

# A service signs with one name and may have several models, the usual one first.
_MODELS_BY_SIGNING_NAME: Mapping[str, tuple[str, ...]] = {
    "aps": ("amp",),
    "apigateway": ("apigateway", "apigatewayv2"),
    "elasticfilesystem": ("efs",),
    "elasticloadbalancing": ("elbv2", "elb"),
    "elasticmapreduce": ("emr",),
    "email": ("sesv2", "ses"),
    "monitoring": ("cloudwatch",),
    "s3": ("s3", "s3control"),
    "ses": ("sesv2", "ses"),
    "states": ("stepfunctions",),
    "tagging": ("resourcegroupstaggingapi",),
}
_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
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


@dataclass(frozen=True)
class _Route:
    method: str
    path: re.Pattern[str]
    literals: Mapping[str, str | None]
    operation: OperationModel
    weight: tuple[int, int, int] = field(default=(0, 0, 0))


def signature(headers: Mapping[str, str], query: Mapping[str, str]) -> Signature | None:
    """Who signed a request, in its header or in its query; None for an unsigned request."""
    found = _CREDENTIAL.search(headers.get("authorization", ""))
    if found:
        return Signature(found[1], found[2], found[3])
    parts = query.get("X-Amz-Credential", "").split("/")
    return Signature(parts[0], parts[2], parts[3], in_query=True) if len(parts) == 5 else None


def read_request(request: Request, signing_name: str) -> Call:
    """The call that a request makes.

    Raises UnreadableError when no model of the service has such an operation.
    """
    names = _MODELS_BY_SIGNING_NAME.get(signing_name, (signing_name,))
    for name in names:
        model = service_model(name)
        call = _read(request, model) if model else None
        if call:
            return call
    raise UnreadableError(f"no operation of {signing_name} reads {request.method} {request.path}")


def read_output(call: Call, answer: Answer) -> Parameters:
    """What a successful answer says, in the API's own names.

    Raises UnreadableError when it is not what the model describes.
    """
    parsed = _parse(call, answer)
    return {name: value for name, value in parsed.items() if name != "ResponseMetadata"}


def read_failure(call: Call, answer: Answer) -> Failure:
    """What an error answer says; its HTTP status stands in for a code that is missing."""
    try:
        error = _parse(call, answer).get("Error", {})
    except UnreadableError:
        error = {}
    code = str(error.get("Code") or answer.status).rsplit("#", 1)[-1]
    return Failure(code, str(error.get("Message") or ""))


@cache
def service_model(name: str) -> ServiceModel | None:
    """botocore's model of a service; None when it has none."""
    try:
        return ServiceModel(Loader().load_service_model(name, "service-2"), name)
    except UnknownServiceError:
        return None


def _parse(call: Call, answer: Answer) -> Parameters:
    if answer.body is None:
        raise UnreadableError("the answer's body was not kept")
    response = {
        "body": answer.body,
        "headers": dict(answer.headers),
        "status_code": answer.status,
        "context": {"operation_name": call.name},
    }
    try:
        parsed = create_parser(call.protocol).parse(response, call.operation.output_shape)
    except (ResponseParserError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableError(str(error)) from error
    return dict(parsed)


def _read(request: Request, model: ServiceModel) -> Call | None:
    target = request.headers.get("x-amz-target", "")
    if target:
        return _read_json(request, model, target.rsplit(".", 1)[-1])
    if "/operation/" in request.path and "rpc-v2-cbor" in request.headers.get(
        "smithy-protocol", ""
    ):
        return _read_cbor(request, model, request.path.rsplit("/", 1)[-1])
    form = dict(request.query)
    if "x-www-form-urlencoded" in request.headers.get("content-type", ""):
        form |= dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
    if "Action" in form and form["Action"] in model.operation_names:
        operation = model.operation_model(form["Action"])
        reader = _FormReader(form, ec2=model.metadata["protocol"] == "ec2")
        protocol = "ec2" if reader.ec2 else "query"
        shape = operation.input_shape
        return Call(operation, protocol, reader.structure("", shape) if shape else {})
    return _read_rest(request, model)


def _read_json(request: Request, model: ServiceModel, name: str) -> Call | None:
    if name not in model.operation_names:
        return None
    operation = model.operation_model(name)
    return Call(operation, "json", _from_json(_json(request.body), operation.input_shape))


def _read_cbor(request: Request, model: ServiceModel, name: str) -> Call | None:
    if name not in model.operation_names:
        return None
    operation = model.operation_model(name)
    parser = PROTOCOL_PARSERS["smithy-rpc-v2-cbor"]()
    try:
        body = parser.parse_data_item(io.BufferedReader(io.BytesIO(request.body)))
    except (ResponseParserError, ValueError, IndexError) as error:
        raise UnreadableError(f"not CBOR: {error}") from error
    return Call(operation, "smithy-rpc-v2-cbor", _from_json(body, operation.input_shape))


def _read_rest(request: Request, model: ServiceModel) -> Call | None:
    if not model.metadata["protocol"].startswith("rest-"):
        return None
    for route in _routes(model.service_name):
        found = route.path.fullmatch(request.path) if route.method == request.method else None
        if found is None or not _literals_match(route.literals, request.query):
            continue
        if not _copies(route.operation, request):
            continue
        return _read_rest_operation(request, model, route.operation, found.groupdict())
    return None


def _read_rest_operation(
    request: Request, model: ServiceModel, operation: OperationModel, labels: Mapping[str, str]
) -> Call:
    protocol = str(model.metadata["protocol"])
    shape = operation.input_shape
    if shape is None:
        return Call(operation, protocol, {})
    parameters: Parameters = {}
    body_members = {}
    for name, member in shape.members.items():
        at = member.serialization.get("location")
        wire_name = member.serialization.get("name", name)
        if at is None:
            body_members[name] = member
        elif at == "uri" and wire_name in labels:
            parameters[name] = unquote(labels[wire_name])
        elif at == "querystring" and wire_name in request.query:
            parameters[name] = _scalar(request.query[wire_name], member)
        elif at == "header" and wire_name.lower() in request.headers:
            parameters[name] = _scalar(request.headers[wire_name.lower()], member)
    if protocol == "rest-xml":
        return Call(operation, protocol, parameters, _xml(request.body))
    payload = shape.serialization.get("payload")
    if payload is None and request.body:
        parameters |= _from_json(_json(request.body), shape, frozenset(body_members))
    elif payload and isinstance(shape.members[payload], StructureShape):
        parameters[payload] = _from_json(_json(request.body), shape.members[payload])
    return Call(operation, protocol, parameters)


def _literals_match(literals: Mapping[str, str | None], query: Mapping[str, str]) -> bool:
    return all(
        name in query and (value is None or query[name] == value)
        for name, value in literals.items()
    )


def _copies(operation: OperationModel, request: Request) -> bool:
    """Whether an operation agrees with the header that alone tells a copy from a write."""
    copies = operation.name in ("CopyObject", "UploadPartCopy")
    if copies or operation.name in ("PutObject", "UploadPart"):
        return copies == ("x-amz-copy-source" in request.headers)
    return True


@cache
def _routes(service: str) -> tuple[_Route, ...]:
    model = service_model(service)
    assert model is not None
    routes = [
        _route(model.operation_model(name))
        for name in model.operation_names
        if not (service == "s3" and name in _SUPERSEDED)
    ]
    return tuple(sorted(routes, key=lambda route: route.weight, reverse=True))


def _route(operation: OperationModel) -> _Route:
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
    return _Route(str(operation.http["method"]), re.compile(pattern), literals, operation, weight)


def _json(body: bytes) -> Any:
    if not body:
        return {}
    try:
        return json.loads(body)
    except ValueError as error:
        raise UnreadableError(f"not JSON: {error}") from error


def _xml(body: bytes) -> ElementTree.Element | None:
    text = body.strip()
    if not text.startswith(b"<"):
        return None
    try:
        return ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise UnreadableError(f"not XML: {error}") from error


def _from_json(value: Any, shape: Shape | None, only: frozenset[str] | None = None) -> Parameters:
    """The members of a structure that a JSON object has; what the model does not know stays out."""
    if not isinstance(shape, StructureShape) or not isinstance(value, dict):
        return {}
    members: Parameters = {}
    for name, member in shape.members.items():
        wire_name = member.serialization.get("name", name)
        if (only is None or name in only) and wire_name in value:
            members[name] = _json_value(value[wire_name], member)
    return members


def _json_value(value: Any, shape: Shape) -> Any:
    if isinstance(shape, StructureShape) and not shape.is_document_type:
        return _from_json(value, shape)
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [_json_value(item, shape.member) for item in value]
    if isinstance(shape, MapShape) and isinstance(value, dict):
        return {key: _json_value(item, shape.value) for key, item in value.items()}
    return value


def _scalar(text: str, shape: Shape) -> Any:
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


@dataclass(frozen=True)
class _FormReader:
    """Reads the flattened parameters of the query and ec2 protocols back into a structure."""

    form: Mapping[str, str]
    ec2: bool

    def structure(self, prefix: str, shape: StructureShape) -> Parameters:
        members: Parameters = {}
        for name, member in shape.members.items():
            key = f"{prefix}.{self._name(member, name)}" if prefix else self._name(member, name)
            value = self._value(key, member)
            if value is not None:
                members[name] = value
        return members

    def _value(self, key: str, shape: Shape) -> Any:
        if isinstance(shape, StructureShape):
            return self.structure(key, shape) if self._has(key) else None
        if isinstance(shape, ListShape):
            return self._list(key, shape) if self._has_list(key, shape) else None
        if isinstance(shape, MapShape):
            return self._map(key, shape) if self._has(key) else None
        return _scalar(self.form[key], shape) if key in self.form else None

    def _list(self, key: str, shape: ListShape) -> list[Any]:
        prefix = self._list_prefix(key, shape)
        return [self._value(f"{prefix}.{number}", shape.member) for number in self._numbers(prefix)]

    def _map(self, key: str, shape: MapShape) -> dict[str, Any]:
        prefix = key if shape.serialization.get("flattened") else f"{key}.entry"
        key_name = shape.key.serialization.get("name", "key")
        value_name = shape.value.serialization.get("name", "value")
        return {
            self.form.get(f"{prefix}.{number}.{key_name}", ""): self._value(
                f"{prefix}.{number}.{value_name}", shape.value
            )
            for number in self._numbers(prefix)
        }

    def _list_prefix(self, key: str, shape: ListShape) -> str:
        if self.ec2:
            return key
        if shape.serialization.get("flattened"):
            name = shape.member.serialization.get("name")
            return ".".join([*key.split(".")[:-1], name]) if name else key
        return f"{key}.{shape.member.serialization.get('name', 'member')}"

    def _has_list(self, key: str, shape: ListShape) -> bool:
        return self._has(self._list_prefix(key, shape))

    def _has(self, key: str) -> bool:
        return any(name.startswith(f"{key}.") for name in self.form)

    def _numbers(self, prefix: str) -> Iterator[int]:
        starts = len(prefix) + 1
        numbers = {
            name[starts:].split(".", 1)[0] for name in self.form if name.startswith(f"{prefix}.")
        }
        return iter(sorted(int(number) for number in numbers if number.isdigit()))

    def _name(self, member: Shape, default: str) -> str:
        if not self.ec2:
            return str(member.serialization.get("name", default))
        if "queryName" in member.serialization:
            return str(member.serialization["queryName"])
        name = str(member.serialization.get("name", default))
        return name[0].upper() + name[1:]


def query_of(text: str) -> dict[str, str]:
    """The parameters of a query string; of one given twice the last counts."""
    return dict(parse_qsl(text, keep_blank_values=True))
