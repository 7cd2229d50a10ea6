"""The calls of the schedules, counted as the functions make them when all is as deployed.

Each is an event of the trail, which somebody looks past, and pays for in a second trail.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from moto.backends import get_backend

from tests.cost.counting import Counting
from tests.deployed_evidence import ACCOUNT, BASELINE, NOW, REGION, Account, deploy
from tests.guarded import Deployment, deployed
from tests.lambdas.heal.bed import Bed
from trailkeeper.alerts.alert import Alert
from trailkeeper.cli.setting_names import DEFAULTS
from trailkeeper.cost.bill import WATCH_CALLS, charged_by
from trailkeeper.environments.schedule import LOOK, SWEEP
from trailkeeper.evidence.functions import WATCHER
from trailkeeper.guards.techniques.technique import Half
from trailkeeper.reconcile.other_half import OtherHalf
from trailkeeper.reconcile.patience import Patience
from trailkeeper.state.store import Store

MAIL = "security@example.com"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/KEY"
HOURS = 730
LAYER = f"arn:aws:lambda:{REGION}:{ACCOUNT}:layer:trailkeeper-dependencies"


class WithLayers:
    """Lambda with the layer of each stack, of the same content; moto's functions have none."""

    def __init__(self, functions: Any) -> None:
        self._functions = functions

    def __getattr__(self, name: str) -> Any:
        return getattr(self._functions, name)

    def get_function_configuration(self, *, FunctionName: str, Qualifier: str) -> dict[str, Any]:
        config = self._functions.get_function_configuration(
            FunctionName=FunctionName, Qualifier=Qualifier
        )
        number = 2 if FunctionName == WATCHER.name else 1
        return {**config, "Layers": [{"Arn": f"{LAYER}:{number}"}]}

    def get_layer_version_by_arn(self, *, Arn: str) -> dict[str, Any]:
        assert Arn.rpartition(":")[0] == LAYER
        return {"Content": {"CodeSha256": "of both layers"}}


@pytest.fixture
def bed(account: Account) -> Bed:
    """The evidence with its key, and one person who gets the alerts."""
    account.dynamodb.create_table(
        TableName="trailkeeper-state",
        KeySchema=[
            {"AttributeName": "id", "KeyType": "HASH"},
            {"AttributeName": "at", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": each, "AttributeType": "S"} for each in ("id", "at")
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    bed = Bed(account, deploy(account, replace(BASELINE, evidence_key_arn="new")))
    status = get_backend("cloudtrail")[ACCOUNT][REGION].trails["trailkeeper"].status
    status.started = NOW - timedelta(days=1)
    topic = account.sns.create_topic(Name="trailkeeper-alerts")["TopicArn"]
    account.sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=MAIL)
    bed.settings = {"alert_emails": (MAIL,)}
    bed.handle(SWEEP)  # which notes what it sees first
    return bed


def calls_of(bed: Bed, event: object) -> int:
    bed.clients = counting = Counting(bed.account)
    bed.handle(event)
    assert bed.alerts == []
    return counting.calls.total()


def compared(half: Half, *ec2_regions: str) -> Counting:
    """Every call of one comparison of a half, in the account in which it is deployed."""
    plan = Deployment(replace(BASELINE, evidence_key_arn=KEY), ec2_regions=ec2_regions)
    account = deployed(plan)
    account.functions = WithLayers(account.functions)
    account.ssm.put_parameter(Name="/trailkeeper/evidence-key-arn", Value=KEY, Type="String")
    counting = Counting(account)
    told: list[Alert] = []
    failures: list[Exception] = []
    other = OtherHalf(
        counting,
        plan.baseline,
        plan.watched[half],
        Patience(time.monotonic() + 60),
        lambda: NOW,
        told.append,
        # Our own memory, which is no call about anything that is guarded.
        Store(account, lambda: NOW),
        failures.append,
    )
    assert [each.key for each in other.sweep(120).outcomes] == []
    assert (told, failures) == ([], [])
    return counting


def test_a_look_is_one_call_and_a_sweep_is_what_the_bill_says(bed: Bed) -> None:
    assert calls_of(bed, LOOK) == 1
    assert calls_of(bed, SWEEP) == charged_by(DEFAULTS).sweep_calls == 37


def test_a_comparison_of_both_halves_is_what_the_bill_says(moto: Callable[[], None]) -> None:
    moto()
    of_heal_side = compared("heal side").calls
    moto()
    of_watcher = compared("watcher side").calls

    assert of_heal_side.total() + of_watcher.total() == WATCH_CALLS
    # What one call answers for many things is asked once.
    for both in (of_heal_side, of_watcher):
        assert both["events list_rules"] == 1
        assert both["cloudwatch describe_alarms"] == 1
        assert both["logs describe_log_groups"] == 1
    assert of_heal_side["kms describe_key"] == 1


def test_each_region_that_sends_its_events_home_takes_ten_calls_more(
    moto: Callable[[], None],
) -> None:
    """Its list of rules, the targets of three, and six calls about the role by which it sends."""
    moto()
    before = compared("heal side").calls
    moto()
    after = compared("heal side", "eu-west-1", "ap-northeast-2").calls

    assert after.total() - before.total() == 20
    assert (after["events_in list_rules"], after["events_in list_targets_by_rule"]) == (2, 6)
    here = charged_by({**DEFAULTS, "ec2_regions": ["eu-west-1", "ap-northeast-2"]})
    assert here.own_calls - charged_by(DEFAULTS).own_calls == 182 * 20


def test_with_home_elsewhere_what_is_sent_from_us_east_1_is_compared_too() -> None:
    """By its rules for IAM's calls, for those about the alarm there, and for those on its rules."""
    elsewhere = charged_by({**DEFAULTS, "home_region": "eu-central-1"})

    assert elsewhere.own_calls - charged_by(DEFAULTS).own_calls == 182 * 10
    assert elsewhere.own_calls < 62_000


def test_all_schedules_together_stay_under_sixty_thousand_calls_a_month() -> None:
    """With every default: both halves look, sweep, and compare each other."""
    charged = charged_by(DEFAULTS)

    looks, looks_of_watcher = 12 * HOURS, 4 * HOURS
    assert charged.watcher
    assert charged.own_calls == (
        looks + looks_of_watcher + HOURS * 37 + HOURS * 60 // 240 * WATCH_CALLS
    )
    assert charged.own_calls < 60_000
