"""A reconcile of the evidence in a moto account, and how tests look at what it did."""

from __future__ import annotations

from typing import Any

from tests.deployed_evidence import BASELINE, NOW, Account, deploy, patience
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.outcome import Report
from trailkeeper.reconcile.evidence import reconcile_evidence


def reconcile(account: Any, baseline: Baseline = BASELINE, **options: Any) -> Report:
    options.setdefault("patience", patience())
    options.setdefault("now", lambda: NOW)
    return reconcile_evidence(account, baseline, **options)


def trail(baseline: Baseline) -> str:
    return baseline.names.trail_arn


def bucket(baseline: Baseline) -> dict[str, str]:
    return {"Bucket": baseline.log_bucket}


def assert_in_order(account: Account, baseline: Baseline) -> None:
    account.writes.clear()
    again = reconcile(account, baseline)
    assert again.outcomes == ()
    assert account.writes == []


def stopped(account: Account) -> Baseline:
    baseline = deploy(account)
    account.cloudtrail.stop_logging(Name=trail(baseline))
    return baseline
