"""What somebody put over the guard's logs is taken off."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError

from tests.deployed_evidence import BASELINE
from tests.guarded import SIDE
from tests.guards.fields.compared import THEIR_KEY, seen
from trailkeeper.evidence.outcome import Result
from trailkeeper.guards import guard_logs
from trailkeeper.reconcile.engine import Reconcile
from trailkeeper.reconcile.patience import Patience


class Groups:
    """The log groups of the heal side; the first one's log was encrypted and masked by somebody."""

    def __init__(self) -> None:
        self.groups: dict[str, dict[str, Any]] = {
            each.log_group: {"logGroupName": each.log_group, "retentionInDays": 365}
            for each in SIDE.functions
        }
        first = next(iter(self.groups.values()))
        first |= {"kmsKeyId": THEIR_KEY, "dataProtectionStatus": "ACTIVATED"}

    def get_paginator(self, _: str) -> Any:
        return SimpleNamespace(paginate=lambda **_: [{"logGroups": list(self.groups.values())}])

    def create_log_group(self, *, logGroupName: str) -> None:
        raise ClientError({"Error": {"Code": "ResourceAlreadyExistsException"}}, "CreateLogGroup")

    def put_retention_policy(self, *, logGroupName: str, retentionInDays: int) -> None:
        self.groups[logGroupName]["retentionInDays"] = retentionInDays

    def disassociate_kms_key(self, *, logGroupName: str) -> None:
        del self.groups[logGroupName]["kmsKeyId"]

    def delete_data_protection_policy(self, *, logGroupIdentifier: str) -> None:
        # As CloudWatch Logs says it from then on.
        self.groups[logGroupIdentifier]["dataProtectionStatus"] = "DELETED"


def test_a_log_is_taken_from_the_key_and_the_mask_of_somebody() -> None:
    logs = Groups()
    patience = Patience(time.monotonic() + 60, sleep=lambda _: None, jitter=lambda low, _: low)
    clients: Any = SimpleNamespace(logs=logs)
    assert sorted(path for path, _ in seen(clients, "guard-logs.groups")) == [
        "/aws/lambda/trailkeeper-heal.dataProtectionStatus",
        "/aws/lambda/trailkeeper-heal.kmsKeyId",
    ]

    (found,) = Reconcile(clients, BASELINE, patience, (guard_logs.guard(SIDE),)).run()

    assert found.result is Result.HEALED
    assert seen(clients, "guard-logs.groups") == []
    assert logs.groups["/aws/lambda/trailkeeper-heal"]["retentionInDays"] == 365
    assert "kmsKeyId" not in logs.groups["/aws/lambda/trailkeeper-heal"]
