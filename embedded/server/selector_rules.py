"""What PutEventSelectors, PutInsightSelectors and PutEventConfiguration accept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from embedded.server.api_error import ApiError
from embedded.server.selectors import Selectors

_DATA_RESOURCE_TYPES = frozenset(
    {"AWS::S3::Object", "AWS::Lambda::Function", "AWS::DynamoDB::Table"}
)
_EXCLUDABLE_SOURCES = frozenset({"kms.amazonaws.com", "rdsdata.amazonaws.com"})
_READ_WRITE_TYPES = frozenset({"All", "ReadOnly", "WriteOnly"})
_CATEGORIES = frozenset({"Management", "Data", "NetworkActivity"})
_OPERATORS = (
    "Equals",
    "StartsWith",
    "EndsWith",
    "NotEquals",
    "NotStartsWith",
    "NotEndsWith",
)
_MANAGEMENT_FIELDS = frozenset(
    {
        "eventCategory",
        "eventSource",
        "eventName",
        "eventType",
        "readOnly",
        "sessionCredentialFromConsole",
        "userIdentity.arn",
    }
)
_DATA_FIELDS = _MANAGEMENT_FIELDS | {"resources.type", "resources.ARN"}
_NETWORK_FIELDS = frozenset(
    {"eventCategory", "eventSource", "eventName", "errorCode", "vpcEndpointId"}
)
_FIELDS: Mapping[str, frozenset[str]] = {
    "Management": _MANAGEMENT_FIELDS,
    "Data": _DATA_FIELDS,
    "NetworkActivity": _NETWORK_FIELDS,
}
_EQUALS_ONLY = frozenset({"eventCategory", "readOnly", "resources.type"})
_VALUES_ALLOWED = 500
_INSIGHT_TYPES = frozenset({"ApiCallRateInsight", "ApiErrorRateInsight"})
_AGGREGATION_TEMPLATES = frozenset({"API_ACTIVITY", "RESOURCE_ACCESS", "USER_ACTIONS"})


def event_selectors(request: Mapping[str, Any]) -> Selectors:
    """The selectors of a PutEventSelectors request, with what it leaves out filled in.

    Raises ApiError when the API would refuse them.
    """
    basic = request.get("EventSelectors")
    advanced = request.get("AdvancedEventSelectors")
    if bool(basic) == bool(advanced):
        raise _refused(
            "Give either EventSelectors or AdvancedEventSelectors, one of them and not both."
        )
    if advanced:
        values = _count_values(advanced)
        if values > _VALUES_ALLOWED:
            raise _refused(
                f"The selectors have {values} values; at most {_VALUES_ALLOWED} are allowed."
            )
        return {"AdvancedEventSelectors": [_checked_advanced(each) for each in advanced]}
    assert basic is not None
    if len(basic) > 5:
        raise _refused(f"{len(basic)} event selectors were given; at most 5 are allowed.")
    return {"EventSelectors": [_checked_basic(each) for each in basic]}


def insight_selectors(request: Mapping[str, Any], selectors: Selectors) -> list[dict[str, Any]]:
    """The selectors of a PutInsightSelectors request to a trail that has these event selectors."""
    given = request.get("InsightSelectors")
    if given is None:
        raise ApiError("InvalidInsightSelectorsException", "InsightSelectors is required.")
    types = [each.get("InsightType") for each in given]
    if len(set(types)) < len(types) or not set(types) <= _INSIGHT_TYPES:
        raise ApiError(
            "InvalidInsightSelectorsException",
            f"{types} are not different ones of {sorted(_INSIGHT_TYPES)}.",
        )
    if given and not _selects_management(selectors):
        raise ApiError(
            "InvalidInsightSelectorsException", "The trail does not log management events."
        )
    return [dict(each) for each in given]


def event_configuration(request: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration of a PutEventConfiguration request to a trail."""
    if request.get("EventDataStore"):
        raise ApiError("EventDataStoreNotFoundException", "The event data store does not exist.")
    if request.get("ContextKeySelectors") or request.get("MaxEventSize"):
        raise ApiError(
            "InvalidParameterCombinationException",
            "MaxEventSize and ContextKeySelectors are for event data stores, not for trails.",
        )
    configurations = request.get("AggregationConfigurations") or []
    for each in configurations:
        templates = set(each.get("Templates") or ())
        if (
            each.get("EventCategory") != "Data"
            or not templates
            or not templates <= _AGGREGATION_TEMPLATES
        ):
            raise ApiError(
                "InvalidParameterException",
                "An aggregation has the event category Data and templates out of "
                f"{sorted(_AGGREGATION_TEMPLATES)}.",
            )
    if len(configurations) > 1:
        raise ApiError("InvalidParameterException", "At most one aggregation is allowed.")
    return {"AggregationConfigurations": configurations} if configurations else {}


def _checked_basic(selector: Mapping[str, Any]) -> dict[str, Any]:
    kind = selector.get("ReadWriteType", "All")
    if kind not in _READ_WRITE_TYPES:
        raise _refused(f"ReadWriteType is {kind!r}; it is one of {sorted(_READ_WRITE_TYPES)}.")
    resources = selector.get("DataResources") or []
    for resource in resources:
        if resource.get("Type") not in _DATA_RESOURCE_TYPES:
            raise _refused(
                f"{resource.get('Type')!r} is not one of {sorted(_DATA_RESOURCE_TYPES)}."
            )
    excluded = selector.get("ExcludeManagementEventSources") or []
    if not set(excluded) <= _EXCLUDABLE_SOURCES:
        raise _refused(f"Of {excluded} only {sorted(_EXCLUDABLE_SOURCES)} can be excluded.")
    includes = selector.get("IncludeManagementEvents", True)
    if not includes and not resources:
        raise _refused("A selector selects management events or names data resources.")
    return {
        "ReadWriteType": kind,
        "IncludeManagementEvents": includes,
        "DataResources": list(resources),
        "ExcludeManagementEventSources": list(excluded),
    }


def _checked_advanced(selector: Mapping[str, Any]) -> dict[str, Any]:
    conditions: Sequence[Mapping[str, Any]] = selector.get("FieldSelectors") or ()
    by_field = {str(each.get("Field")): each for each in conditions}
    if len(by_field) < len(conditions):
        raise _refused("A selector names each field once.")
    category = by_field.get("eventCategory", {}).get("Equals") or []
    if len(category) != 1 or category[0] not in _CATEGORIES:
        raise _refused(f"A selector has eventCategory Equals one of {sorted(_CATEGORIES)}.")
    allowed = _FIELDS[category[0]]
    for name, condition in by_field.items():
        operators = [operator for operator in _OPERATORS if condition.get(operator)]
        if name not in allowed:
            raise _refused(f"{name} is not a field of {category[0]} events: {sorted(allowed)}.")
        if not operators or (name in _EQUALS_ONLY and operators != ["Equals"]):
            raise _refused(f"{name} does not take the operators {operators}.")
    if category[0] == "Data" and not by_field.get("resources.type", {}).get("Equals"):
        raise _refused("A selector of data events has resources.type Equals a type.")
    if by_field.get("readOnly", {}).get("Equals", ["true"]) not in (["true"], ["false"]):
        raise _refused('readOnly equals "true" or "false".')
    return dict(selector)


def _count_values(selectors: Sequence[Mapping[str, Any]]) -> int:
    return sum(
        len(condition.get(operator) or ())
        for selector in selectors
        for condition in selector.get("FieldSelectors") or ()
        for operator in _OPERATORS
    )


def _selects_management(selectors: Selectors) -> bool:
    if "AdvancedEventSelectors" in selectors:
        return any(
            condition["Field"] == "eventCategory" and "Management" in condition["Equals"]
            for selector in selectors["AdvancedEventSelectors"]
            for condition in selector["FieldSelectors"]
            if condition.get("Equals")
        )
    return any(each["IncludeManagementEvents"] for each in selectors["EventSelectors"])


def _refused(message: str) -> ApiError:
    return ApiError("InvalidEventSelectorsException", message)
