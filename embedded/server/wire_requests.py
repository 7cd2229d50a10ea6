"""Reads requests to AWS services with their models: json, CBOR, form and REST protocols."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote
from xml.etree import ElementTree

from botocore.model import ListShape, MapShape, OperationModel, ServiceModel, Shape, StructureShape
from botocore.parsers import ResponseParserError, RpcV2CBORParser

from embedded.server import wire_routes
from embedded.server.wire import Call, Parameters, Request, UnreadableError, scalar, service_model
from embedded.server.wire_forms import FormReader

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
_S3_CONTROL_PATH = "/v20180820/"
"""What the calls of S3 Control about an account start with; S3 would read a bucket in it."""


def read_request(request: Request, signing_name: str) -> Call:
    """The call that a request makes.

    Raises UnreadableError when no model of the service has such an operation.
    """
    names = _MODELS_BY_SIGNING_NAME.get(signing_name, (signing_name,))
    if request.path.startswith(_S3_CONTROL_PATH):
        names = names[::-1]
    for name in names:
        model = service_model(name)
        call = _read(request, model) if model else None
        if call:
            return call
    raise UnreadableError(f"no operation of {signing_name} reads {request.method} {request.path}")


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
        reader = FormReader(form, ec2=model.metadata["protocol"] == "ec2")
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
    try:
        body = RpcV2CBORParser().parse_data_item(io.BufferedReader(io.BytesIO(request.body)))
    except (ResponseParserError, ValueError, IndexError) as error:
        raise UnreadableError(f"not CBOR: {error}") from error
    return Call(operation, "smithy-rpc-v2-cbor", _from_json(body, operation.input_shape))


def _read_rest(request: Request, model: ServiceModel) -> Call | None:
    if not model.metadata["protocol"].startswith("rest-"):
        return None
    found = wire_routes.find(request, model.service_name)
    return _read_rest_operation(request, model, *found) if found else None


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
            parameters[name] = scalar(request.query[wire_name], member)
        elif at == "header" and wire_name.lower() in request.headers:
            parameters[name] = scalar(request.headers[wire_name.lower()], member)
    if protocol == "rest-xml":
        return Call(operation, protocol, parameters, _xml(request.body))
    payload = shape.serialization.get("payload")
    if payload is None and request.body:
        parameters |= _from_json(_json(request.body), shape, frozenset(body_members))
    elif payload and isinstance(shape.members[payload], StructureShape):
        parameters[payload] = _from_json(_json(request.body), shape.members[payload])
    return Call(operation, protocol, parameters)


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
