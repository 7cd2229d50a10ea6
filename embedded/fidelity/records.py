"""Trails, logs and alarms, read back."""

from __future__ import annotations

from collections.abc import Mapping

from embedded.fidelity.clients import (
    Clients,
    Document,
    Reader,
    capitalised,
    or_nothing_of,
    tag_list,
)


def _trail(clients: Clients, name: str, declared: Document) -> Document:
    trails = clients("cloudtrail")
    trail = trails.get_trail(Name=name)["Trail"]
    arn = trail["TrailARN"]
    insights = or_nothing_of(
        trails.get_insight_selectors, "InsightNotEnabledException", TrailName=arn
    )
    tags = trails.list_tags(ResourceIdList=[arn])["ResourceTagList"][0]["TagsList"]
    return {
        **trail,
        **trails.get_event_selectors(TrailName=arn),
        "TrailName": trail["Name"],
        "EnableLogFileValidation": trail["LogFileValidationEnabled"],
        "InsightSelectors": insights.get("InsightSelectors"),
        "IsLogging": trails.get_trail_status(Name=arn)["IsLogging"],
        "KMSKeyId": trail.get("KmsKeyId"),
        "Tags": tags,
    }


def _log_group(clients: Clients, name: str, declared: Document) -> Document:
    groups = clients("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    group = next(each for each in groups if each["logGroupName"] == name)
    tags = clients("logs").list_tags_for_resource(resourceArn=group["arn"].removesuffix(":*"))
    return {**capitalised(group), "Tags": tag_list(tags["tags"])}


def _metric_filter(clients: Clients, name: str, declared: Document) -> Document:
    known = clients("logs").describe_metric_filters(logGroupName=declared["LogGroupName"])
    wanted = declared.get("FilterName", name)
    found: Document = next(each for each in known["metricFilters"] if each["filterName"] == wanted)
    transformations = [
        {**capitalised(each), "Dimensions": tag_list(each.get("dimensions", {}))}
        for each in found["metricTransformations"]
    ]
    return {**capitalised(found), "MetricTransformations": transformations}


def _alarm(clients: Clients, name: str, declared: Document) -> Document:
    alarms = clients("cloudwatch")
    alarm: Document = alarms.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]
    tags = alarms.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"]
    return {**alarm, "Tags": tags}


READERS: Mapping[str, Reader] = {
    "AWS::CloudTrail::Trail": _trail,
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::Logs::LogGroup": _log_group,
    "AWS::Logs::MetricFilter": _metric_filter,
}
