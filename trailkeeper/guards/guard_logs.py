"""Guards the log groups of the other side's functions: their metrics come out of them, too.

A group that is encrypted by a key of somebody else's is unreadable, and takes nothing more, as soon
as that key is disabled; a data protection policy masks what is in it.
"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.drift import Drift
from trailkeeper.evidence.functions import LOG_RETENTION_DAYS
from trailkeeper.evidence.names import PREFIX
from trailkeeper.evidence.permission import Permission, everything
from trailkeeper.guards.each import differing
from trailkeeper.guards.guard import Clients, Document, Guard, error_code
from trailkeeper.guards.sides import Side

NAME = "guard-logs"
_THERE_ALREADY = "ResourceAlreadyExistsException"
# Of the four that DescribeLogGroups knows, the only one in which a policy has an effect.
_MASKED = "ACTIVATED"


def guard(side: Side) -> Guard:
    """The guard of one side's log groups."""
    names = tuple(each.log_group for each in side.functions)

    def read(clients: Clients, _: Baseline) -> Any:
        pages = clients.logs.get_paginator("describe_log_groups").paginate(
            logGroupNamePrefix=f"/aws/lambda/{PREFIX}"
        )
        found = {group["logGroupName"]: group for page in pages for group in page["logGroups"]}
        return {name: _compared(found[name]) if name in found else None for name in names}

    def write(clients: Clients, _: Baseline, drift: Drift) -> None:
        for name in sorted(drift.fields):
            try:
                clients.logs.create_log_group(logGroupName=name)
            except ClientError as error:
                if error_code(error) != _THERE_ALREADY:
                    raise
            clients.logs.put_retention_policy(logGroupName=name, retentionInDays=LOG_RETENTION_DAYS)
            fields = differing(drift, name)
            if "kmsKeyId" in fields:
                clients.logs.disassociate_kms_key(logGroupName=name)
            if "dataProtectionStatus" in fields:
                clients.logs.delete_data_protection_policy(logGroupIdentifier=name)

    return Guard(
        name=NAME,
        documents=(
            Document(
                "groups",
                read,
                lambda _: {name: {"retentionInDays": LOG_RETENTION_DAYS} for name in names},
                (),
                write,
                (
                    *("logs:CreateLogGroup", "logs:DeleteDataProtectionPolicy"),
                    *("logs:DisassociateKmsKey", "logs:PutRetentionPolicy"),
                ),
            ),
        ),
        # AWS documents the ARN with `:*` behind it and without.
        resource=lambda baseline: tuple(
            baseline.names.arn("logs", f"log-group:{name}*") for name in names
        ),
        why="Compare the log groups of the other side with what is deployed; restore them",
        also_needs=(
            Permission(
                ("logs:DescribeLogGroups",),
                everything,
                "Read all log groups of ours by one call, for which AWS wants a right to all",
            ),
        ),
    )


def _compared(group: dict[str, Any]) -> dict[str, Any]:
    found = {"retentionInDays": group.get("retentionInDays")}
    if group.get("kmsKeyId"):
        found["kmsKeyId"] = group["kmsKeyId"]
    if group.get("dataProtectionStatus") == _MASKED:
        found["dataProtectionStatus"] = _MASKED
    return found
