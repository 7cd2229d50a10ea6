"""CloudWatch's Query protocol, which older SDKs speak: alarms with all of their fields.

The emulator names a few of them only; its other protocols have them all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any
from xml.etree import ElementTree

from botocore.loaders import Loader
from botocore.model import ListShape, ServiceModel, Shape, StructureShape
from ministack.services import cloudwatch

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.services.cloudwatch:_alarms",
    "ministack.services.cloudwatch:_describe_alarms(params, cbor_data, is_cbor, is_json)",
    "ministack.services.cloudwatch:_describe_alarms_for_metric"
    "(params, cbor_data, is_cbor, is_json)",
)

_NAMESPACE = "http://monitoring.amazonaws.com/doc/2010-08-01/"
_XML = {"": _NAMESPACE}


def install() -> None:
    """Show each alarm in an XML answer as it is stored."""
    cloudwatch._describe_alarms = _whole(cloudwatch._describe_alarms)
    cloudwatch._describe_alarms_for_metric = _whole(cloudwatch._describe_alarms_for_metric)


def _whole(describe: Callable[..., Any]) -> Callable[..., Any]:
    def described(
        params: dict[str, Any], data: dict[str, Any], is_cbor: bool, is_json: bool = False
    ) -> Any:
        answer = describe(params, data, is_cbor, is_json)
        if is_cbor or is_json or answer[0] != 200:
            return answer
        status, headers, body = answer
        root = ElementTree.fromstring(body)
        for member in root.iterfind(".//MetricAlarms/member", _XML):
            alarm = cloudwatch._alarms[member.findtext("AlarmName", "", _XML)]
            member.clear()
            _fill(member, alarm, _alarm_shape())
        return status, headers, ElementTree.tostring(root, "utf-8", xml_declaration=True)

    return described


@cache
def _alarm_shape() -> StructureShape:
    model = ServiceModel(Loader().load_service_model("cloudwatch", "service-2"), "cloudwatch")
    shape = model.shape_for("MetricAlarm")
    assert isinstance(shape, StructureShape)
    return shape


def _fill(parent: ElementTree.Element, value: Any, shape: Shape) -> None:
    if isinstance(shape, StructureShape):
        known: Mapping[str, Any] = value
        for name, member in shape.members.items():
            if known.get(name) is not None:
                _fill(_within(parent, name), known[name], member)
    elif isinstance(shape, ListShape):
        for each in value:
            _fill(_within(parent, "member"), each, shape.member)
    elif shape.type_name == "timestamp":
        parent.text = datetime.fromtimestamp(value, UTC).isoformat()
    else:
        parent.text = str(value).lower() if isinstance(value, bool) else str(value)


def _within(parent: ElementTree.Element, name: str) -> ElementTree.Element:
    return ElementTree.SubElement(parent, f"{{{_NAMESPACE}}}{name}")
