"""Every synth of the stack tests, each once a session; bundling is off, so without network."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

# jsii reads this once, when it starts.
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")

from aws_cdk import App, Environment, Validations
from cdk_nag import AwsSolutionsChecks

from stacks.account_stack import AccountStack
from stacks.context import feature_flags
from stacks.deployment import baseline_of
from stacks.evidence_stack import EvidenceStack
from stacks.response_stack import ResponseStack
from stacks.satellite_stack import SatelliteStack
from stacks.satellites import satellites
from stacks.search_stack import SearchStack
from stacks.settings import Settings
from stacks.watcher_stack import WatcherStack
from tests.stacks.deployed import ACCOUNT, EVIDENCE_KEY_ARN, REGION, Deployed
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import (
    ACCOUNT_STACK,
    EVIDENCE_STACK,
    RESPONSE_STACK,
    SEARCH_STACK,
    WATCHER_STACK,
)

ROOT = Path(__file__).resolve().parents[2]
NOBODY: dict[str, Any] = {}
# Every setting but the trail's name and region, none as it is by default.
EVERYTHING: dict[str, Any] = {
    "alert_emails": ["security@example.com", "on-call@example.com"],
    "object_lock": "governance",
    "insight_types": ["ApiErrorRateInsight", "ApiCallRateInsight"],
    "tags": {"team": "security"},
    "reconcile_minutes": 1,
    "sweep_minutes": 45,
    "drills": False,
    "watcher": True,
    "watch_minutes": 90,
    "last_resort_emails": ["night@example.com"],
    "last_resort_region": "eu-west-1",
    "slack_webhook": "secretsmanager:slack/webhook",
    "amazon_q": {"workspace_id": "T0123", "channel_id": "C0123"},
    "contain": "deny",
    "break_glass_principals": [f"arn:aws:iam::{ACCOUNT}:role/break-glass"],
    "log_retention_days": 731,
    "archive_after_days": 30,
    "expire_after_days": 400,
    "keep_deleted_days": 60,
    "object_lock_days": 90,
    "other_trails": "alert",
    "language": "ko",
    "time_zone": "Asia/Seoul",
    "grouping_seconds": 120,
    "autoscaling": "each",
    "ec2_states": ["running", "stopped"],
    "ec2_tags": {"env": ["prod"]},
    "ec2_regions": ["eu-west-1"],
    "forward_iam_calls": False,
    "billing_alarm_usd": 49.5,
    "monthly_budget_usd": 500,
    "owner_tag": "Team",
    "organization_id": "o-a1b2c3d4e5",
    "athena_accounts": ["444455556666"],
    "athena_scan_limit_mb": 50,
    "athena_results_days": 3,
    "athena_first_day": "2024-01-01",
    "account_name": "prod",
    "stream_log_group_to": f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/siem",
    "count_deliveries": True,
    "deletion_alerts": False,
    "alive_days": 30,
    "s3_data_events": ["*"],
    "lambda_data_events": ["billing", "signup"],
    "own_invocations": False,
    "data_events_a_month": 2_000_000,
    "cis_alarms": True,
    "cis_alarms_off": ["unauthorized-calls", "trail-changes"],
    "expected_actors": [
        {
            "tags": {"pipeline": "evidence"},
            "calls": ["PutBucketPolicy", "log-group-changed"],
            "until": "2099-12-31",
            "reason": "deploys",
        }
    ],
}
MINIMUM: dict[str, Any] = {
    "kms": False,
    "archive_after_days": None,
    "expire_after_days": None,
    "ec2_states": ["terminated"],
    "saved_queries": False,
    "dashboard": False,
    "groups": False,
    "deletion_alerts": False,
    "alive_days": 0,
    "billing_alarm_usd": None,
    "watcher": False,
}
# Home is where neither IAM's calls nor the charges are.
ELSEWHERE: dict[str, Any] = {
    "home_region": "eu-central-1",
    "ec2_regions": ["ap-northeast-2"],
    "monthly_budget_usd": 500,
    "tags": {"team": "security"},
}

Synth = Callable[..., Path]


def context(settings: dict[str, Any]) -> dict[str, Any]:
    """The feature flags with other settings, and without bundling."""
    return {**feature_flags(), "trailkeeper": settings, "aws:cdk:bundling-stacks": []}


def synthesize(settings: dict[str, Any], folder: Path, *, nag: bool = False) -> None:
    """Synthesize the stacks into a folder, with cdk-nag if asked."""
    app = App(context=context(settings), outdir=str(folder))
    typed = Settings.from_context({"trailkeeper": settings})
    home = Environment(region=typed.home_region)
    EvidenceStack(app, EVIDENCE_STACK, settings=typed, env=home)
    ResponseStack(app, RESPONSE_STACK, settings=typed, env=home)
    if typed.watcher:
        WatcherStack(app, WATCHER_STACK, settings=typed, env=home)
    SearchStack(app, SEARCH_STACK, settings=typed, env=home)
    AccountStack(app, ACCOUNT_STACK, settings=typed, env=home)
    for each in satellites(typed):
        there = Environment(region=each.region)
        SatelliteStack(app, each.stack, settings=typed, satellite=each, env=there)
    if nag:
        Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    app.synth()


@pytest.fixture(scope="session")
def synth(tmp_path_factory: pytest.TempPathFactory) -> Synth:
    """Synthesizes both stacks into a new folder."""

    def made(settings: dict[str, Any], *, nag: bool = False) -> Path:
        folder = tmp_path_factory.mktemp("assembly")
        synthesize(settings, folder, nag=nag)
        return folder

    return made


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Callable[[str], Path]:
    """The assemblies by the name of their settings, each made once for all processes."""
    settings = {
        "nobody": NOBODY,
        "everything": EVERYTHING,
        "minimum": MINIMUM,
        "elsewhere": ELSEWHERE,
    }
    own = tmp_path_factory.getbasetemp()
    shared = own if worker_id == "master" else own.parent

    def made(name: str) -> Path:
        folder = shared / f"assembly-{name}"
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.exists():
                synthesize(settings[name], own / name)
                (own / name).rename(folder)
        return folder

    return cache(made)


def baseline(settings: dict[str, Any], **changes: Any) -> Baseline:
    """The baseline of a deployment in the account of the tests."""

    class Home:
        partition, region, account = "aws", REGION, ACCOUNT

    typed = Settings.from_context({"trailkeeper": settings})
    arn = EVIDENCE_KEY_ARN if typed.kms else None
    return baseline_of(Home(), typed, evidence_key_arn=changes.get("evidence_key_arn", arn))


@pytest.fixture(scope="session")
def evidence(assembly: Callable[[str], Path]) -> Deployed:
    return Deployed(assembly("nobody"), EVIDENCE_STACK)


@pytest.fixture(scope="session")
def full_evidence(assembly: Callable[[str], Path]) -> Deployed:
    return Deployed(assembly("everything"), EVIDENCE_STACK)


@pytest.fixture(scope="session")
def minimal_evidence(assembly: Callable[[str], Path]) -> Deployed:
    return Deployed(assembly("minimum"), EVIDENCE_STACK)


@pytest.fixture(scope="session")
def response(assembly: Callable[[str], Path]) -> Deployed:
    return Deployed(assembly("nobody"), RESPONSE_STACK)


@pytest.fixture(scope="session")
def full_response(assembly: Callable[[str], Path]) -> Deployed:
    return Deployed(assembly("everything"), RESPONSE_STACK)


@pytest.fixture(scope="session")
def minimal_response(assembly: Callable[[str], Path]) -> Deployed:
    return Deployed(assembly("minimum"), RESPONSE_STACK)


@pytest.fixture(scope="session")
def search(assembly: Callable[[str], Path]) -> Deployed:
    return Deployed(assembly("nobody"), SEARCH_STACK)


@pytest.fixture(scope="session")
def full_search(assembly: Callable[[str], Path]) -> Deployed:
    return Deployed(assembly("everything"), SEARCH_STACK)


@pytest.fixture(scope="session")
def minimal_search(assembly: Callable[[str], Path]) -> Deployed:
    return Deployed(assembly("minimum"), SEARCH_STACK)


@pytest.fixture(scope="session")
def account(assembly: Callable[[str], Path]) -> Deployed:
    return Deployed(assembly("nobody"), ACCOUNT_STACK)


@pytest.fixture(scope="session")
def charges(assembly: Callable[[str], Path]) -> Deployed:
    """What stands in us-east-1 when home is elsewhere."""
    return Deployed(assembly("elsewhere"), "TrailkeeperSatellite-us-east-1")
