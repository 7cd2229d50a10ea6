"""Spells the parameters and the answers of calls as CloudTrail writes them into records."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

from botocore.model import ListShape, MapShape, Shape, StructureShape
from botocore.utils import parse_timestamp

from embedded.server.wire import Call, Request

OMITTED_ABOVE = 100_000
"""Characters of requestParameters or responseElements (CloudTrail user guide, record contents)."""

# EC2 parameters that are lists of plain values: the record's name, and the name of each value.
_EC2_LISTS: Mapping[str, tuple[str, str]] = {
    "InstanceIds": ("instancesSet", "instanceId"),
    "SecurityGroupIds": ("groupSet", "groupId"),
    "SecurityGroups": ("groupSet", "groupName"),
    "GroupIds": ("securityGroupIdSet", "groupId"),
    "ImageIds": ("imagesSet", "imageId"),
    "VpcIds": ("vpcSet", "vpcId"),
    "SubnetIds": ("subnetSet", "subnetId"),
    "Resources": ("resourcesSet", "resourceId"),
}
# Kept out of records although the models do not mark them as sensitive (Lambda and DynamoDB
# developer guides, logging with CloudTrail).
_LEFT_OUT = frozenset(
    {
        ("dynamodb", "ExpressionAttributeValues"),
        ("dynamodb", "Item"),
        ("dynamodb", "RequestItems"),
        ("dynamodb", "TransactItems"),
        ("lambda", "Environment"),
        ("lambda", "ZipFile"),
    }
)
# Shown to be there, but not what they are (SNS, SQS and Systems Manager guides).
_HIDDEN = frozenset({("sns", "Message"), ("sqs", "MessageBody"), ("ssm", "Value")})
_HIDDEN_VALUE = "HIDDEN_DUE_TO_SECURITY_REASONS"
_S3_DOCUMENTS_IN_JSON = {"PutBucketPolicy": "bucketPolicy"}
# Query parameters of a signature or an SDK, which are not the operation's.
_NOT_PARAMETERS = ("X-Amz-", "x-id")


def request_parameters(call: Call, request: Request) -> Any:
    """The record's `requestParameters`; None when the call has none."""
    if call.protocol == "rest-xml":
        spelled = _rest_xml_parameters(call, request)
    elif call.protocol == "ec2":
        spelled = _ec2_parameters(call)
    else:
        spelled = _structure(call.parameters, call.operation.input_shape, call.service)
    return limited("requestParameters", spelled or None)


def response_elements(call: Call, output: Mapping[str, Any], body: bytes) -> Any:
    """The record's `responseElements` of a call that succeeded; None when it has nothing to say."""
    shape = call.operation.output_shape
    if shape is None or call.protocol == "rest-xml":
        return None
    if call.protocol == "ec2":
        return limited("responseElements", _ec2_elements(body, shape) or None)
    return limited("responseElements", _structure(output, shape, call.service) or None)


def limited(field: str, value: Any) -> Any:
    """A field of a record, where what is too large is left out and said to be."""
    size = len(json.dumps(value)) if value is not None else 0
    if size <= OMITTED_ABOVE:
        return value
    return {"reason": f"{field} too large", "omitted": True, "originalSize": size}


def decapitalised(name: str) -> str:
    """A member's name as records spell it: the first letter small, whatever follows."""
    return name[:1].lower() + name[1:]


def _structure(value: Mapping[str, Any], shape: Shape | None, service: str) -> dict[str, Any]:
    spelled: dict[str, Any] = {}
    if not isinstance(shape, StructureShape):
        return spelled
    for name, member in shape.members.items():
        if value.get(name) is None or (service, name) in _LEFT_OUT:
            continue
        if (service, name) in _HIDDEN:
            spelled[decapitalised(name)] = _HIDDEN_VALUE
            continue
        if _is_secret(member):
            continue
        spelled[decapitalised(name)] = _value(value[name], member, service)
    return spelled


def _value(value: Any, shape: Shape, service: str) -> Any:
    if isinstance(shape, StructureShape) and not shape.is_document_type:
        return _structure(value, shape, service) if isinstance(value, Mapping) else value
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [_value(item, shape.member, service) for item in value]
    if isinstance(shape, MapShape) and isinstance(value, Mapping):
        return {key: _value(item, shape.value, service) for key, item in value.items()}
    if shape.type_name == "timestamp" and isinstance(value, int | float | str):
        return _plain(_time(value))
    return _plain(value)


def _time(value: float | str) -> datetime | str:
    if not isinstance(value, str):
        return datetime.fromtimestamp(value, UTC)
    try:
        return parse_timestamp(value).astimezone(UTC)
    except ValueError:
        return value


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{value:%b} {value.day}, {value.year}, {int(value.strftime('%I'))}:{value:%M:%S %p}"
    if isinstance(value, bytes | bytearray):
        return value.decode("latin-1")
    return value


def _is_secret(shape: Shape) -> bool:
    return bool(shape.metadata.get("sensitive")) or shape.type_name == "blob"


def _rest_xml_parameters(call: Call, request: Request) -> dict[str, Any]:
    if call.service != "s3":
        spelled = _structure(call.parameters, call.operation.input_shape, call.service)
        if call.document is not None:
            spelled[_local_name(call.document.tag)] = xml_value(call.document)
        return spelled
    spelled = {"bucketName": call.parameters["Bucket"]} if "Bucket" in call.parameters else {}
    spelled["Host"] = request.headers.get("host", "")
    if "Key" in call.parameters:
        spelled["key"] = call.parameters["Key"]
    for name, value in request.query.items():
        if not name.startswith(_NOT_PARAMETERS):
            spelled[name] = value
    for name, value in request.headers.items():
        if name in ("x-amz-acl", "x-amz-server-side-encryption", "x-amz-copy-source"):
            spelled[name] = value
    if call.name in _S3_DOCUMENTS_IN_JSON:
        spelled[_S3_DOCUMENTS_IN_JSON[call.name]] = _json_or_text(request.body)
    elif call.document is not None and "Key" not in call.parameters:
        spelled[_local_name(call.document.tag)] = xml_value(call.document)
    return spelled


def _json_or_text(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")


def xml_value(element: ElementTree.Element) -> Any:
    """An XML element as JSON: one child an object, several of a name a list, text by its looks."""
    namespace = element.tag[1:].partition("}")[0] if element.tag.startswith("{") else ""
    return _xml_value(element, namespace)


def _xml_value(element: ElementTree.Element, namespace: str = "") -> Any:
    value: dict[str, Any] = {"xmlns": namespace} if namespace else {}
    for child in element:
        name, item = _local_name(child.tag), _xml_value(child)
        if name not in value:
            value[name] = item
        elif isinstance(value[name], list):
            value[name].append(item)
        else:
            value[name] = [value[name], item]
    return value or _by_its_looks((element.text or "").strip())


def _by_its_looks(text: str) -> Any:
    if text in ("true", "false"):
        return text == "true"
    digits = text.removeprefix("-")
    is_number = digits.isascii() and digits.isdigit() and (digits == "0" or digits[0] != "0")
    return int(text) if is_number and len(digits) < 16 else text


def _local_name(tag: str) -> str:
    return tag.rpartition("}")[2]


def _ec2_parameters(call: Call) -> dict[str, Any]:
    shape = call.operation.input_shape
    assert shape is not None
    spelled = _ec2_structure(call.parameters, shape)
    if call.name == "RunInstances":
        counted = {
            name: spelled.pop(name)
            for name in ("imageId", "minCount", "maxCount")
            if name in spelled
        }
        spelled["instancesSet"] = {"items": [counted]}
    return spelled


def _ec2_structure(value: Mapping[str, Any], shape: StructureShape) -> dict[str, Any]:
    spelled: dict[str, Any] = {}
    for name, member in shape.members.items():
        if name not in value or _is_secret(member):
            continue
        if isinstance(member, ListShape):
            set_name, items = _ec2_list(name, value[name], member)
            spelled[set_name] = {"items": items}
        elif isinstance(member, StructureShape):
            spelled[decapitalised(name)] = _ec2_structure(value[name], member)
        else:
            spelled[decapitalised(name)] = _plain(value[name])
    return spelled


def _ec2_list(name: str, values: list[Any], shape: ListShape) -> tuple[str, list[Any]]:
    singular = name.removesuffix("s")
    set_name, item_name = _EC2_LISTS.get(
        name, (decapitalised(singular) + "Set", decapitalised(singular))
    )
    if isinstance(shape.member, StructureShape):
        return set_name, [_ec2_structure(item, shape.member) for item in values]
    return set_name, [{item_name: _plain(item)} for item in values]


def _ec2_elements(body: bytes, shape: Shape) -> dict[str, Any]:
    root = ElementTree.fromstring(body)
    children = _children(root)
    spelled = {"requestId": children["requestId"].text} if "requestId" in children else {}
    elements: dict[str, Any] = _ec2_element(root, shape)
    return spelled | elements


def _ec2_element(element: ElementTree.Element, shape: Shape) -> Any:
    if isinstance(shape, StructureShape):
        children = _children(element)
        return {
            wire_name: _ec2_element(children[wire_name], member)
            for name, member in shape.members.items()
            if (wire_name := member.serialization.get("name", name)) in children
            and not _is_secret(member)
        }
    if isinstance(shape, ListShape):
        items = [_ec2_element(item, shape.member) for item in element]
        return {"items": items} if items else {}
    text = (element.text or "").strip()
    if shape.type_name == "timestamp":
        return _epoch_milliseconds(text)
    if shape.type_name == "boolean":
        return text == "true"
    if shape.type_name in ("integer", "long"):
        return int(text) if text else None
    return text


def _children(element: ElementTree.Element) -> dict[str, ElementTree.Element]:
    return {_local_name(child.tag): child for child in element}


def _epoch_milliseconds(text: str) -> Any:
    try:
        return int(datetime.fromisoformat(text).timestamp() * 1000)
    except ValueError:
        return text
