"""Guards the trail's log group: that it is there, keeps events long enough and shows them whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from trailkeeper.evidence import documents
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.drift import Drift, canonical
from trailkeeper.evidence.names import LOG_GROUP
from trailkeeper.evidence.permission import Permission, everything
from trailkeeper.guards import account_policies
from trailkeeper.guards.guard import AWS_ERRORS, Clients, Document, Guard, ResourceGoneError

NAME = "log-group"
_GROUP = {"logGroupName": LOG_GROUP}
_MISSING = "ResourceNotFoundException"
# What DescribeLogGroups adds that nobody sets, or that other documents cover.
_NOT_SETTINGS = {
    "creationTime",
    "arn",
    "logGroupArn",
    "storedBytes",
    "metricFilterCount",
    "dataProtectionStatus",
    "logGroupClass",
}
# All that decides what a filter counts, and where.
_FILTER_FIELDS = (
    "filterName",
    "filterPattern",
    "metricTransformations",
    "applyOnTransformedLogs",
    "fieldSelectionCriteria",
)


def _described(clients: Clients) -> dict[str, Any]:
    answer = clients.logs.describe_log_groups(logGroupNamePrefix=LOG_GROUP)
    groups: list[dict[str, Any]] = answer["logGroups"]
    for group in groups:
        if group["logGroupName"] == LOG_GROUP:
            return group
    raise ResourceGoneError(LOG_GROUP)


def _read_group(clients: Clients, _: Baseline) -> Any:
    group = _described(clients)
    return {key: value for key, value in group.items() if key not in _NOT_SETTINGS}


def _write_group(clients: Clients, baseline: Baseline, drift: Drift) -> None:
    if drift.touches("retentionInDays"):
        clients.logs.put_retention_policy(**_GROUP, retentionInDays=baseline.log_retention_days)
    if drift.touches("kmsKeyId"):
        clients.logs.disassociate_kms_key(**_GROUP)
    if drift.touches("deletionProtectionEnabled"):
        clients.logs.put_log_group_deletion_protection(
            logGroupIdentifier=LOG_GROUP, deletionProtectionEnabled=True
        )


def _read_metric_filters(clients: Clients, baseline: Baseline) -> list[dict[str, Any]]:
    """Only ours: people may add filters of their own."""
    ours = {each["filterName"] for each in documents.metric_filters(baseline)}
    return [
        {field: _without_unit_none(each.get(field)) for field in _FILTER_FIELDS}
        for each in _all_metric_filters(clients)
        if each["filterName"] in ours
    ]


def _all_metric_filters(clients: Clients) -> Iterator[dict[str, Any]]:
    """Every filter of the group; DescribeMetricFilters shows 50 at once."""
    request = dict(_GROUP)
    while True:
        answer = clients.logs.describe_metric_filters(**request)
        yield from answer.get("metricFilters", ())
        if not answer.get("nextToken"):
            return
        request["nextToken"] = answer["nextToken"]


def _without_unit_none(value: Any) -> Any:
    """The unit "None", which the console and Terraform write, is none (MetricTransformation)."""
    if not isinstance(value, list):
        return value
    return [{**each, "unit": None} if each.get("unit") == "None" else each for each in value]


def _write_metric_filters(clients: Clients, baseline: Baseline, _: Drift) -> None:
    """Only those that differ: PutMetricFilter takes five calls a second."""
    in_order = [canonical(each) for each in _read_metric_filters(clients, baseline)]
    for each in documents.metric_filters(baseline):
        if canonical(each) not in in_order:
            clients.logs.put_metric_filter(**_GROUP, **each)


def _read_subscriptions(clients: Clients, _: Baseline) -> Any:
    answer = clients.logs.describe_subscription_filters(**_GROUP)
    return [
        {"filterName": each["filterName"], "destinationArn": each["destinationArn"]}
        for each in answer["subscriptionFilters"]
    ]


def _read_account_policies(clients: Clients, _: Baseline) -> Any:
    return account_policies.read(clients, LOG_GROUP)


def _read_mask(clients: Clients, _: Baseline) -> Any:
    """The policy; a group that never had one is not asked."""
    answer: dict[str, Any] = {}
    if _may_have_mask(clients):
        answer = clients.logs.get_data_protection_policy(logGroupIdentifier=LOG_GROUP)
    return {"policyDocument": answer.get("policyDocument")}


def _may_have_mask(clients: Clients) -> bool:
    """By a status that shows "whether this log group has a protection policy, or [...] had one".

    Source: CloudWatch Logs API reference, LogGroup, dataProtectionStatus.
    """
    try:
        return "dataProtectionStatus" in _described(clients)
    except AWS_ERRORS:
        return True


def _delete_mask(clients: Clients, _: Baseline, __: Drift) -> None:
    clients.logs.delete_data_protection_policy(logGroupIdentifier=LOG_GROUP)


def create(clients: Clients, baseline: Baseline) -> None:
    """Make the log group again, protected and tagged; its documents follow, old events are lost."""
    tags = {"tags": dict(baseline.tags)} if baseline.tags else {}
    clients.logs.create_log_group(**_GROUP, deletionProtectionEnabled=True, **tags)


def _group(baseline: Baseline) -> tuple[str, str]:
    """AWS wants the ARN with `:*` for some of these actions and without for others."""
    return baseline.names.log_group_arn, f"{baseline.names.log_group_arn}:*"


GUARD = Guard(
    name=NAME,
    documents=(
        Document(
            "settings",
            _read_group,
            documents.described_log_group,
            (),
            _write_group,
            (
                "logs:PutRetentionPolicy",
                "logs:DisassociateKmsKey",
                "logs:PutLogGroupDeletionProtection",
            ),
            # What a policy of the whole account does to the group is for people to judge: it
            # decides over the group's own retention, which AWS takes and does not use then
            # (CloudWatch Logs API reference, PutRetentionPolicy).
            decided_by={"retentionInDays": "retentionPolicyName"},
            heals=frozenset({"retentionInDays", "kmsKeyId", "deletionProtectionEnabled"}),
            # CloudFormation could not remove a protected group when a first deploy fails.
            not_in_stacks=frozenset({"deletionProtectionEnabled"}),
        ),
        Document(
            "metric-filters",
            _read_metric_filters,
            documents.metric_filters,
            ("logs:DescribeMetricFilters",),
            _write_metric_filters,
            ("logs:PutMetricFilter",),
        ),
        Document(
            "subscription-filters",
            _read_subscriptions,
            documents.subscription_filters,
            ("logs:DescribeSubscriptionFilters",),
        ),
        Document("account-policies", _read_account_policies, lambda _: {}, ()),
        Document(
            "data-protection",
            _read_mask,
            lambda _: {},
            ("logs:GetDataProtectionPolicy",),
            _delete_mask,
            ("logs:DeleteDataProtectionPolicy",),
        ),
    ),
    resource=_group,
    why="Compare the trail's log group with the baseline and restore it",
    gone=frozenset({_MISSING}),
    create=create,
    also_needs=(
        Permission(("logs:CreateLogGroup",), _group, "Make the log group again after a deletion"),
        Permission(
            ("logs:TagResource",),
            lambda baseline: _group(baseline) if baseline.tags else (),
            "Give the log group the tags of the settings when it is made again",
        ),
        Permission(
            ("logs:DescribeAccountPolicies", "logs:DescribeLogGroups"),
            everything,
            "Read what is set for the log group; AWS knows no single group for these actions",
        ),
    ),
)

PERMISSIONS = GUARD.permissions
