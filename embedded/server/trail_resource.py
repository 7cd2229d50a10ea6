"""AWS::CloudTrail::Trail: created, updated and deleted through CloudTrail's own API."""

from __future__ import annotations

from typing import Any

from embedded.adapter import gateway
from embedded.adapter.cloudformation import Created, Properties

_SETTINGS = {
    "CloudWatchLogsLogGroupArn": "CloudWatchLogsLogGroupArn",
    "CloudWatchLogsRoleArn": "CloudWatchLogsRoleArn",
    "EnableLogFileValidation": "EnableLogFileValidation",
    "IncludeGlobalServiceEvents": "IncludeGlobalServiceEvents",
    "IsMultiRegionTrail": "IsMultiRegionTrail",
    "IsOrganizationTrail": "IsOrganizationTrail",
    "KMSKeyId": "KmsKeyId",
    "S3BucketName": "S3BucketName",
    "S3KeyPrefix": "S3KeyPrefix",
    "SnsTopicName": "SnsTopicName",
}
_SWITCHES = frozenset(
    {
        "EnableLogFileValidation",
        "IncludeGlobalServiceEvents",
        "IsMultiRegionTrail",
        "IsOrganizationTrail",
    }
)
_DEFAULT_SELECTORS = [{"ReadWriteType": "All", "IncludeManagementEvents": True}]


class Trail:
    """The resource type; `TrailName` is create-only, everything else is updated in place."""

    def create(self, default_name: str, properties: Properties) -> Created:
        name = properties.get("TrailName") or default_name
        trails = gateway.client("cloudtrail")
        arn = trails.create_trail(
            Name=name, TagsList=properties.get("Tags", []), **_settings(properties)
        )["TrailARN"]
        try:
            _apply(trails, arn, {}, properties)
        except Exception:
            trails.delete_trail(Name=arn)
            raise
        return name, _attributes(trails, arn)

    def update(self, physical_id: str, old: Properties, new: Properties) -> Created:
        if new.get("TrailName", physical_id) != physical_id:
            created = self.create(physical_id, new)
            self.delete(physical_id, old)
            return created
        trails = gateway.client("cloudtrail")
        dropped = {
            _SETTINGS[name]: False if name in _SWITCHES else ""
            for name in old.keys() & _SETTINGS.keys()
            if name not in new
        }
        arn = trails.update_trail(Name=physical_id, **{**dropped, **_settings(new)})["TrailARN"]
        _apply(trails, arn, old, new)
        _tag(trails, arn, old.get("Tags", []), new.get("Tags", []))
        return physical_id, _attributes(trails, arn)

    def delete(self, physical_id: str, properties: Properties) -> None:
        trails = gateway.client("cloudtrail")
        try:
            trails.delete_trail(Name=physical_id)
        except trails.exceptions.TrailNotFoundException:
            return


def _settings(properties: Properties) -> dict[str, Any]:
    return {
        parameter: boolean(properties[name]) if name in _SWITCHES else properties[name]
        for name, parameter in _SETTINGS.items()
        if properties.get(name) not in (None, "")
    }


def _apply(trails: Any, arn: str, old: Properties, new: Properties) -> None:
    if new.get("AdvancedEventSelectors"):
        trails.put_event_selectors(
            TrailName=arn, AdvancedEventSelectors=new["AdvancedEventSelectors"]
        )
    elif new.get("EventSelectors"):
        trails.put_event_selectors(TrailName=arn, EventSelectors=new["EventSelectors"])
    elif old.get("AdvancedEventSelectors") or old.get("EventSelectors"):
        trails.put_event_selectors(TrailName=arn, EventSelectors=_DEFAULT_SELECTORS)
    if new.get("InsightSelectors") or old.get("InsightSelectors"):
        trails.put_insight_selectors(
            TrailName=arn, InsightSelectors=new.get("InsightSelectors", [])
        )
    if new.get("AggregationConfigurations") or old.get("AggregationConfigurations"):
        trails.put_event_configuration(
            TrailName=arn, AggregationConfigurations=new.get("AggregationConfigurations", [])
        )
    if boolean(new["IsLogging"]):
        trails.start_logging(Name=arn)
    else:
        trails.stop_logging(Name=arn)


def _tag(trails: Any, arn: str, old: list[dict[str, str]], new: list[dict[str, str]]) -> None:
    gone = [tag for tag in old if tag["Key"] not in {each["Key"] for each in new}]
    if gone:
        trails.remove_tags(ResourceId=arn, TagsList=gone)
    if new:
        trails.add_tags(ResourceId=arn, TagsList=new)


def _attributes(trails: Any, arn: str) -> dict[str, str]:
    trail = trails.get_trail(Name=arn)["Trail"]
    return {"Arn": arn, "SnsTopicArn": trail.get("SnsTopicARN", "")}


def boolean(value: Any) -> bool:
    """A template's boolean: true, or the string that a parameter makes of it."""
    return value if isinstance(value, bool) else str(value).lower() == "true"
