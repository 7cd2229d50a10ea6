"""Guards the trail's settings: where it delivers, what it records, and that it is ours."""

from __future__ import annotations

from typing import Any

from trailkeeper.evidence import documents
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.drift import Drift
from trailkeeper.evidence.permission import Permission, everything
from trailkeeper.guards import evidence_key
from trailkeeper.guards.guard import (
    AWS_ERRORS,
    Clients,
    Document,
    Guard,
    ResourceGoneError,
    reading,
)

NAME = "trail"
SETTINGS = "settings"

# Whether other documents are custom is their own business.
_DERIVED = {"HasCustomEventSelectors", "HasInsightSelectors", "SnsTopicARN"}
# DescribeTrails and UpdateTrail spell this one differently.
_ARGUMENT = {"LogFileValidationEnabled": "EnableLogFileValidation"}
# Not every partition has the newer parts of CloudTrail; what cannot be set cannot be weakened.
_UNSUPPORTED = frozenset({"UnsupportedOperationException", "UnknownOperationException"})
# A request names each of these groups whole or not at all: the log group is refused without its
# role (CloudTrail API reference, UpdateTrail), and only both halves of "all regions" come back.
_TOGETHER = (
    frozenset({"CloudWatchLogsLogGroupArn", "CloudWatchLogsRoleArn"}),
    frozenset({"IsMultiRegionTrail", "IncludeGlobalServiceEvents"}),
)
_CLEARED = {"S3KeyPrefix", "SnsTopicName", "KmsKeyId"}
_HEALED = frozenset(
    {
        "S3BucketName",
        "S3KeyPrefix",
        "SnsTopicName",
        "IncludeGlobalServiceEvents",
        "IsMultiRegionTrail",
        "LogFileValidationEnabled",
        "CloudWatchLogsLogGroupArn",
        "CloudWatchLogsRoleArn",
        "KmsKeyId",
        "RecursiveLogging",
    }
)


def every_trail(clients: Clients) -> list[dict[str, Any]]:
    """Every trail that is seen in the home region, in one question for all who want to know.

    Raises:
        ClientError, BotoCoreError: AWS did not list the trails, or could not be reached.
    """
    answer = clients.cloudtrail.describe_trails(includeShadowTrails=True)
    found: list[dict[str, Any]] = answer["trailList"]
    return found


def _described(clients: Clients, baseline: Baseline) -> dict[str, Any]:
    arn = baseline.names.trail_arn
    found = next((each for each in every_trail(clients) if each.get("TrailARN") == arn), None)
    if found is None:
        raise ResourceGoneError(arn)
    return found


def _read_settings(clients: Clients, baseline: Baseline) -> Any:
    found = _described(clients, baseline)
    settings = {key: value for key, value in found.items() if key not in _DERIVED}
    return {"RecursiveLogging": True, **settings}


def _write_settings(clients: Clients, baseline: Baseline, drift: Drift) -> None:
    """One UpdateTrail with the fields that differ, and what AWS takes only together with them.

    One, because calls are limited to about one a second.
    """
    wanted = {**documents.trail_settings(baseline), "RecursiveLogging": True}
    arguments = {_ARGUMENT.get(field, field) for field in drift.fields}
    for together in _TOGETHER:
        if arguments & together:
            arguments |= together
    update = {name: wanted[name] for name in arguments if name in wanted}
    update |= {name: "" for name in arguments & _CLEARED if name not in wanted}
    if update:
        clients.cloudtrail.update_trail(Name=baseline.names.trail_arn, **update)


def _read_selectors(clients: Clients, baseline: Baseline) -> Any:
    answer = clients.cloudtrail.get_event_selectors(TrailName=baseline.names.trail_arn)
    return {
        "basic": answer.get("EventSelectors", []),
        "advanced": [
            {"FieldSelectors": each["FieldSelectors"]}
            for each in answer.get("AdvancedEventSelectors", [])
        ],
    }


def _desired_selectors(baseline: Baseline) -> Any:
    """A selector's name is a label that says nothing about what it selects."""
    return {
        "advanced": [
            {"FieldSelectors": each["FieldSelectors"]}
            for each in documents.event_selectors(baseline)
        ]
    }


def _write_selectors(clients: Clients, baseline: Baseline, _: Drift) -> None:
    clients.cloudtrail.put_event_selectors(
        TrailName=baseline.names.trail_arn,
        AdvancedEventSelectors=documents.event_selectors(baseline),
    )


def _read_insights(clients: Clients, baseline: Baseline) -> Any:
    """Which are on; a trail that says of itself that it has none is not asked (API, Trail)."""
    if not _may_have_insights(clients, baseline):
        return []
    answer = reading(
        lambda: clients.cloudtrail.get_insight_selectors(TrailName=baseline.names.trail_arn),
        _UNSUPPORTED | {"InsightNotEnabledException"},
    )
    selectors = answer.get("InsightSelectors", []) if answer else []
    return [{"InsightType": each["InsightType"]} for each in selectors]


def _may_have_insights(clients: Clients, baseline: Baseline) -> bool:
    try:
        return _described(clients, baseline).get("HasInsightSelectors") is not False
    except AWS_ERRORS:
        return True


def _write_insights(clients: Clients, baseline: Baseline, _: Drift) -> None:
    clients.cloudtrail.put_insight_selectors(
        TrailName=baseline.names.trail_arn,
        InsightSelectors=documents.insight_selectors(baseline),
    )


def _read_event_configuration(clients: Clients, baseline: Baseline) -> Any:
    answer = (
        reading(
            lambda: clients.cloudtrail.get_event_configuration(TrailName=baseline.names.trail_arn),
            _UNSUPPORTED,
        )
        or {}
    )
    return {
        "AggregationConfigurations": answer.get("AggregationConfigurations", []),
        "ContextKeySelectors": answer.get("ContextKeySelectors", []),
        "MaxEventSize": answer.get("MaxEventSize", "Standard"),
    }


def _write_event_configuration(clients: Clients, baseline: Baseline, drift: Drift) -> None:
    configuration: dict[str, Any] = {"AggregationConfigurations": []}
    if drift.touches("ContextKeySelectors"):
        configuration["ContextKeySelectors"] = []
    if drift.touches("MaxEventSize"):
        configuration["MaxEventSize"] = "Standard"
    clients.cloudtrail.put_event_configuration(TrailName=baseline.names.trail_arn, **configuration)


def _read_tags(clients: Clients, baseline: Baseline) -> Any:
    """Only the tags the settings ask for; others are nobody's harm."""
    answer = clients.cloudtrail.list_tags(ResourceIdList=[baseline.names.trail_arn])
    ours = {key for key, _ in baseline.tags}
    tags = [tag for each in answer["ResourceTagList"] for tag in each["TagsList"]]
    return [tag for tag in tags if tag["Key"] in ours]


def _write_tags(clients: Clients, baseline: Baseline, _: Drift) -> None:
    clients.cloudtrail.add_tags(
        ResourceId=baseline.names.trail_arn, TagsList=documents.tags(baseline)
    )


def create(clients: Clients, baseline: Baseline) -> None:
    """Make the trail again with every setting that CreateTrail takes; its selectors follow.

    CreateTrail does not start logging (CloudTrail user guide, "Creating a trail with the CLI").
    """
    tags = documents.tags(baseline)
    # Logs that nobody but a stranger can read are worse than logs without a key.
    wanted = baseline if evidence_key.is_ours(baseline) else baseline.without_key()
    clients.cloudtrail.create_trail(
        Name=baseline.trail_name,
        **documents.trail_settings(wanted),
        **({"TagsList": tags} if tags else {}),
    )


GUARD = Guard(
    name=NAME,
    documents=(
        Document(
            SETTINGS,
            _read_settings,
            documents.described_trail,
            (),
            _write_settings,
            ("cloudtrail:UpdateTrail",),
            # Only the management account may change IsOrganizationTrail, and a setting that this
            # version does not know is for people to judge.
            heals=_HEALED,
        ),
        Document(
            "event-selectors",
            _read_selectors,
            _desired_selectors,
            ("cloudtrail:GetEventSelectors",),
            _write_selectors,
            ("cloudtrail:PutEventSelectors",),
        ),
        Document(
            "insight-selectors",
            _read_insights,
            documents.insight_selectors,
            ("cloudtrail:GetInsightSelectors",),
            _write_insights,
            ("cloudtrail:PutInsightSelectors",),
        ),
        Document(
            "event-configuration",
            _read_event_configuration,
            lambda _: {"MaxEventSize": "Standard"},
            ("cloudtrail:GetEventConfiguration",),
            _write_event_configuration,
            ("cloudtrail:PutEventConfiguration",),
        ),
        Document(
            "tags",
            _read_tags,
            documents.tags,
            ("cloudtrail:ListTags",),
            _write_tags,
            ("cloudtrail:AddTags",),
            applies=lambda baseline: bool(baseline.tags),
        ),
    ),
    resource=lambda baseline: baseline.names.trail_arn,
    why="Compare the trail with the baseline and restore it",
    gone=frozenset({"TrailNotFoundException"}),
    create=create,
    also_needs=(
        Permission(
            ("cloudtrail:CreateTrail",),
            lambda baseline: baseline.names.trail_arn,
            "Make the trail again after a deletion",
        ),
        Permission(
            ("cloudtrail:DescribeTrails",),
            everything,
            "Read the settings of all trails in one call; AWS knows no resource for this action",
        ),
    ),
)

PERMISSIONS = GUARD.permissions
