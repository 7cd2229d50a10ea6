"""The resources of every template, with every setting that adds one."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tools.deploy_policy.policy import EVERYWHERE, HOME
from tools.deploy_policy.shapes import Stacks
from trailkeeper.evidence.names import (
    ACCOUNT_STACK,
    EVIDENCE_STACK,
    RESPONSE_STACK,
    SATELLITE_STACK,
    SEARCH_STACK,
    WATCHER_STACK,
)

BOOTSTRAP = (
    Path(__file__).resolve().parents[2]
    / "node_modules/aws-cdk/lib/api/bootstrap/bootstrap-template.yaml"
)
QUALIFIER = "hnb659fds"
TOOLKIT = "CDKToolkit"
# Every option that adds a resource is on; IAM's calls and the charges are beyond this home.
_SETTINGS: Mapping[str, Any] = {
    "home_region": "eu-central-1",
    "ec2_regions": ["eu-west-1"],
    "billing_alarm_usd": 100,
    "monthly_budget_usd": 100,
    "cis_alarms": True,
    "count_deliveries": True,
    "watcher": True,
    "last_resort_region": "eu-west-1",
    "stream_log_group_to": "arn:aws:kinesis:eu-central-1:111122223333:stream/audit",
    "alert_emails": ["security@example.com"],
    "object_lock": "governance",
    "insight_types": ["ApiErrorRateInsight"],
    "tags": {"team": "security"},
    "slack_webhook": "ssm:/trailkeeper/slack",
    "amazon_q": {"workspace_id": "T0123", "channel_id": "C0123"},
    "contain": "deny",
}
STACKS = (EVIDENCE_STACK, RESPONSE_STACK, SEARCH_STACK, ACCOUNT_STACK, WATCHER_STACK)
# Regions have no part in what they are called by: one stack stands for all of them.
_BEYOND = f"{SATELLITE_STACK}*"


@cache
def templates() -> tuple[Stacks, Stacks]:
    """The resources of the stacks at home, and of those of the regions beyond, as one."""
    from aws_cdk import App, Environment

    from stacks.account_stack import AccountStack
    from stacks.context import feature_flags
    from stacks.evidence_stack import EvidenceStack
    from stacks.response_stack import ResponseStack
    from stacks.satellite_stack import SatelliteStack
    from stacks.satellites import satellites
    from stacks.search_stack import SearchStack
    from stacks.settings import Settings
    from stacks.watcher_stack import WatcherStack

    context = {"trailkeeper": dict(_SETTINGS)}
    settings = Settings.from_context(context)
    with tempfile.TemporaryDirectory() as folder:
        flags = {**feature_flags(), **context, "aws:cdk:bundling-stacks": []}
        app = App(context=flags, outdir=folder)
        home = Environment(region=settings.home_region)
        EvidenceStack(app, EVIDENCE_STACK, settings=settings, env=home)
        ResponseStack(app, RESPONSE_STACK, settings=settings, env=home)
        SearchStack(app, SEARCH_STACK, settings=settings, env=home)
        AccountStack(app, ACCOUNT_STACK, settings=settings, env=home)
        WatcherStack(app, WATCHER_STACK, settings=settings, env=home)
        beyond = satellites(settings)
        for each in beyond:
            SatelliteStack(
                app,
                each.stack,
                settings=settings,
                satellite=each,
                env=Environment(region=each.region),
            )
        app.synth()
        at_home = {each: _read(folder, each, settings.home_region) for each in STACKS}
        elsewhere = {
            f"{each.region} {name}": resource
            for each in beyond
            for name, resource in _read(folder, each.stack, each.region, EVERYWHERE).items()
        }
        return at_home, {_BEYOND: elsewhere}


def _read(folder: str, stack: str, region: str, written: str = HOME) -> dict[str, Any]:
    text = Path(folder, f"{stack}.template.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text.replace(region, written))["Resources"]
    return found


def bootstrap() -> Mapping[str, Any]:
    """The resources that `cdk bootstrap` makes with no options."""
    from cfnlint.decode import cfn_yaml  # type: ignore[import-untyped]

    template = cfn_yaml.load(str(BOOTSTRAP))
    without = ("CreateNewKey", "ShouldCreatePermissionsBoundary")
    return {
        name: each
        for name, each in template["Resources"].items()
        if each.get("Condition") not in without
    }


_FILLED_IN = {
    "AWS::AccountId": "ACCOUNT",
    "AWS::Region": "*",
    "AWS::Partition": "aws",
    "Qualifier": QUALIFIER,
}


def plain(value: Any) -> Any:
    """The properties with what CloudFormation fills in as ACCOUNT and REGION."""
    match value:
        case {"Ref": str(name)} if name in _FILLED_IN:
            return _FILLED_IN[name]
        case {"Fn::If": [_, _, otherwise]}:
            return plain(otherwise)
        case {"Fn::Sub": str(text)}:
            return re.sub(r"\$\{([\w:]+)\}", lambda found: _FILLED_IN.get(found[1], "*"), text)
        case {"Fn::Join": [between, [*parts]]}:
            return str(between).join(str(plain(part)) for part in parts)
        case Mapping():
            return {key: plain(each) for key, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else value
