"""Whether a trail's event selectors select an event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Record = Mapping[str, Any]
Selectors = Mapping[str, Sequence[Mapping[str, Any]]]
"""{"EventSelectors": [...]} or {"AdvancedEventSelectors": [...]}, as GetEventSelectors answers."""

DEFAULT_SELECTORS: Selectors = {
    "EventSelectors": [
        {
            "ReadWriteType": "All",
            "IncludeManagementEvents": True,
            "DataResources": [],
            "ExcludeManagementEventSources": [],
        }
    ]
}

_WHOLE_SERVICE: Mapping[str, str] = {
    "AWS::S3::Object": "arn:aws:s3",
    "AWS::Lambda::Function": "arn:aws:lambda",
    "AWS::DynamoDB::Table": "arn:aws:dynamodb",
}


def select(selectors: Selectors, record: Record) -> bool:
    """Whether any of a trail's selectors selects the event."""
    if "AdvancedEventSelectors" in selectors:
        return any(_advanced(selector, record) for selector in selectors["AdvancedEventSelectors"])
    return any(_basic(selector, record) for selector in selectors["EventSelectors"])


def _basic(selector: Mapping[str, Any], record: Record) -> bool:
    wanted = selector.get("ReadWriteType", "All")
    if wanted != "All" and (wanted == "ReadOnly") != record["readOnly"]:
        return False
    if record["managementEvent"]:
        excluded = selector.get("ExcludeManagementEventSources") or ()
        included = selector.get("IncludeManagementEvents", True)
        return bool(included) and record["eventSource"] not in excluded
    return any(_data_resource(each, record) for each in selector.get("DataResources") or ())


def _data_resource(selected: Mapping[str, Any], record: Record) -> bool:
    kind = selected.get("Type", "")
    arns = [each["ARN"] for each in record.get("resources", ()) if each["type"] == kind]
    for value in selected.get("Values") or ():
        if value == _WHOLE_SERVICE.get(kind) and arns:
            return True
        # Only an object is selected by a prefix; `arn:aws:s3:::` selects those of every bucket.
        is_prefix = kind == "AWS::S3::Object"
        if any(arn == value or (is_prefix and arn.startswith(value)) for arn in arns):
            return True
    return False


def _advanced(selector: Mapping[str, Any], record: Record) -> bool:
    return all(
        _field(condition, values)
        for condition in selector["FieldSelectors"]
        for values in [_values(condition["Field"], record)]
    )


def _values(field: str, record: Record) -> list[str]:
    if field == "readOnly":
        return ["true" if record["readOnly"] else "false"]
    if field == "resources.type":
        return [each["type"] for each in record.get("resources", ())]
    if field == "resources.ARN":
        return [each["ARN"] for each in record.get("resources", ())]
    value: Any = record
    for part in field.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return [str(value)] if value is not None else []


def _field(condition: Mapping[str, Any], values: Sequence[str]) -> bool:
    """One field: some positive operator matches, if there is one, and no negative operator does."""
    positive = [
        (condition.get("Equals"), str.__eq__),
        (condition.get("StartsWith"), str.startswith),
        (condition.get("EndsWith"), str.endswith),
    ]
    negative = [
        (condition.get("NotEquals"), str.__eq__),
        (condition.get("NotStartsWith"), str.startswith),
        (condition.get("NotEndsWith"), str.endswith),
    ]
    wants = [(operands, matches) for operands, matches in positive if operands]
    if wants and not any(_matches(values, operands, matches) for operands, matches in wants):
        return False
    return not any(_matches(values, operands or (), matches) for operands, matches in negative)


def _matches(values: Iterable[str], operands: Iterable[str], matches: Any) -> bool:
    return any(matches(value, operand) for value in values for operand in operands)
