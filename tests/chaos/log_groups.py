"""CloudWatch Logs in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.account import refused


@dataclass
class LogGroup:
    """A log group as CloudWatch Logs keeps it."""

    settings: dict[str, Any]
    filters: dict[str, Any] = field(default_factory=dict)
    subscriptions: dict[str, Any] = field(default_factory=dict)
    mask: str = ""


class Logs:
    """Log groups by name."""

    def __init__(self) -> None:
        self.groups: dict[str, LogGroup] = {}

    def _group(self, name: str, operation: str) -> LogGroup:
        if name not in self.groups:
            raise refused("ResourceNotFoundException", operation)
        return self.groups[name]

    def create_log_group(
        self,
        *,
        logGroupName: str,
        deletionProtectionEnabled: bool = False,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        if logGroupName in self.groups:
            raise refused("ResourceAlreadyExistsException", "CreateLogGroup")
        self.groups[logGroupName] = LogGroup(
            {"logGroupName": logGroupName, "deletionProtectionEnabled": deletionProtectionEnabled}
        )

    def delete_log_group(self, *, logGroupName: str) -> None:
        if self._group(logGroupName, "DeleteLogGroup").settings["deletionProtectionEnabled"]:
            raise refused("ValidationException", "DeleteLogGroup")
        del self.groups[logGroupName]

    def describe_log_groups(self, *, logGroupNamePrefix: str) -> Any:
        found = [
            {
                **each.settings,
                "metricFilterCount": len(each.filters),
                "storedBytes": 0,
                **({"dataProtectionStatus": "ACTIVATED"} if each.mask else {}),
            }
            for name, each in self.groups.items()
            if name.startswith(logGroupNamePrefix)
        ]
        return {"logGroups": found}

    def put_retention_policy(self, *, logGroupName: str, retentionInDays: int) -> None:
        settings = self._group(logGroupName, "PutRetentionPolicy").settings
        settings["retentionInDays"] = retentionInDays

    def delete_retention_policy(self, *, logGroupName: str) -> None:
        self._group(logGroupName, "DeleteRetentionPolicy").settings.pop("retentionInDays", None)

    def associate_kms_key(self, *, logGroupName: str, kmsKeyId: str) -> None:
        self._group(logGroupName, "AssociateKmsKey").settings["kmsKeyId"] = kmsKeyId

    def disassociate_kms_key(self, *, logGroupName: str) -> None:
        self._group(logGroupName, "DisassociateKmsKey").settings.pop("kmsKeyId", None)

    def put_log_group_deletion_protection(
        self, *, logGroupIdentifier: str, deletionProtectionEnabled: bool
    ) -> None:
        settings = self._group(logGroupIdentifier, "PutLogGroupDeletionProtection").settings
        settings["deletionProtectionEnabled"] = deletionProtectionEnabled

    def describe_metric_filters(self, *, logGroupName: str) -> Any:
        filters = self._group(logGroupName, "DescribeMetricFilters").filters
        return {"metricFilters": list(filters.values())}

    def put_metric_filter(self, *, logGroupName: str, **described: Any) -> None:
        filters = self._group(logGroupName, "PutMetricFilter").filters
        filters[described["filterName"]] = described

    def delete_metric_filter(self, *, logGroupName: str, filterName: str) -> None:
        self._group(logGroupName, "DeleteMetricFilter").filters.pop(filterName, None)

    def describe_subscription_filters(self, *, logGroupName: str) -> Any:
        subscriptions = self._group(logGroupName, "DescribeSubscriptionFilters").subscriptions
        return {"subscriptionFilters": list(subscriptions.values())}

    def describe_account_policies(self, *, policyType: str) -> Any:
        return {"accountPolicies": []}

    def get_data_protection_policy(self, *, logGroupIdentifier: str) -> Any:
        mask = self._group(logGroupIdentifier, "GetDataProtectionPolicy").mask
        return {"policyDocument": mask} if mask else {}

    def put_data_protection_policy(self, *, logGroupIdentifier: str, policyDocument: str) -> None:
        self._group(logGroupIdentifier, "PutDataProtectionPolicy").mask = policyDocument

    def delete_data_protection_policy(self, *, logGroupIdentifier: str) -> None:
        self._group(logGroupIdentifier, "DeleteDataProtectionPolicy").mask = ""
