"""Documents that depend on a setting, as AWS takes them, for each of its values."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.deployed_evidence import BASELINE
from trailkeeper.evidence import documents
from trailkeeper.evidence.defaults import ObjectLock


def locked(mode: str) -> dict[str, Any]:
    retention = {"DefaultRetention": {"Mode": mode, "Days": 30}}
    return {"ObjectLockEnabled": "Enabled", "Rule": retention}


@pytest.mark.parametrize(
    ("setting", "document"),
    [("off", {}), ("governance", locked("GOVERNANCE")), ("compliance", locked("COMPLIANCE"))],
)
def test_log_files_are_locked_as_the_setting_says(
    setting: ObjectLock, document: dict[str, Any]
) -> None:
    baseline = replace(BASELINE, object_lock=setting, object_lock_days=30)

    assert documents.object_lock(baseline) == document
