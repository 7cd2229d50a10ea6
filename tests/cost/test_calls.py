"""The calls of the schedules, counted as the functions make them when all is as deployed.

Each is an event of the trail, which somebody looks past, and pays for in a second trail.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from aws_lambda_powertools import Logger
from moto.backends import get_backend

from lambdas.heal.healer import handle
from lambdas.heal.invocation import Invocation
from lambdas.heal.state import State
from lambdas.watcher.folding import Folding
from lambdas.watcher.state import State as WatcherState
from lambdas.watcher.watch import Watch
from tests.cost.counting import Counting
from tests.deployed_evidence import (
    ACCOUNT,
    BASELINE,
    NOW,
    REGION,
    Account,
    deploy,
    deploy_anew,
)
from tests.guarded import Deployment, deployed
from tests.lambdas.heal.bed import Bed
from trailkeeper.alerts.alert import Alert
from trailkeeper.cli.setting_names import DEFAULTS
from trailkeeper.cost.bill import WATCH_CALLS, charged_by
from trailkeeper.environments.schedule import LOOK, SWEEP, WATCH
from trailkeeper.evidence.functions import WATCHER
from trailkeeper.evidence.names import WATCHER_TABLE
from trailkeeper.guards.techniques.technique import Half
from trailkeeper.reconcile.other_half import OtherHalf
from trailkeeper.reconcile.patience import Patience
from trailkeeper.state.store import Store

MAIL = "security@example.com"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/KEY"
HOURS = 730
LOG = Logger(service="test")
OF_THE_GUARD = frozenset(
    {
        *("functions", "events", "events_in", "scheduler", "sqs"),
        *("cloudwatch", "cloudformation", "cloudformation_in"),
    }
)
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
    """The evidence with its key, and one person who gets the alerts; there is no watcher."""
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
    started(NOW - timedelta(days=1))
    topic = account.sns.create_topic(Name="trailkeeper-alerts")["TopicArn"]
    account.sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=MAIL)
    bed.settings = {"alert_emails": (MAIL,)}
    bed.handle(SWEEP)  # which notes what it sees first
    return bed


def started(at: datetime) -> None:
    """Moto's clock is the real one."""
    get_backend("cloudtrail")[ACCOUNT][REGION].trails["trailkeeper"].status.started = at


def calls_of(bed: Bed, event: object) -> int:
    bed.clients = counting = Counting(bed.account)
    bed.handle(event)
    assert bed.alerts == []
    return counting.calls.total()


class BothHalves:
    """The evidence with both halves of the guard in one account; counts what each run asks."""

    def __init__(self, account: Account) -> None:
        self._evidence = account
        self.plan = Deployment(replace(BASELINE, evidence_key_arn=KEY))
        self._guard = deployed(self.plan)
        self.baseline = deploy_anew(account, replace(BASELINE, evidence_key_arn="new"))
        started(NOW - timedelta(days=1))
        self._guard.functions = WithLayers(self._guard.functions)
        name = "/trailkeeper/evidence-key-arn"
        self._guard.ssm.put_parameter(Name=name, Value=KEY, Type="String")
        self.ssm = SimpleNamespace(
            get_parameter=self._guard.ssm.get_parameter,
            get_parameter_history=account.ssm.get_parameter_history,
        )
        self.told: list[Alert] = []

    def __getattr__(self, name: str) -> Any:
        """Both fakes stand before the same account; each has services that the other lacks."""
        return getattr(self._guard if name in OF_THE_GUARD else self._evidence, name)

    def heal(self, event: object) -> int:
        """The calls of a run of the heal function."""
        counting: Any = Counting(self)
        handle(
            Invocation(
                environ=replace(self.plan.heal, baseline=self.baseline),
                clients=counting,
                state=State(self, lambda: NOW),
                alert=self.told.append,
                patience=Patience(time.monotonic() + 60),
                now=lambda: NOW,
                log=LOG,
                watched=self.plan.watched["watcher side"],
            ),
            event,
        )
        return int(counting.calls.total())

    def watch(self, event: object) -> int:
        """The calls of a run of the watcher."""
        counting: Any = Counting(self)
        state, tell = WatcherState(self, lambda: NOW), self.told.append
        Watch(
            clients=counting,
            baseline=self.plan.baseline,
            watched=self.plan.watched["heal side"],
            every=240,
            alive_days=7,
            deployers=(),
            tell=tell,
            folding=Folding(state, self.plan.baseline, tell, lambda: NOW, LOG),
            store=Store(self, lambda: NOW, WATCHER_TABLE),
            patience=Patience(time.monotonic() + 60),
            now=lambda: NOW,
            log=LOG,
        ).handle(event)
        return int(counting.calls.total())


@pytest.fixture
def both(account: Account) -> BothHalves:
    found = BothHalves(account)
    found.heal(SWEEP)  # which notes what it sees first
    return found


def compared(
    half: Half, *ec2_regions: str, home: str = REGION, last_resort: str | None = None
) -> Counting:
    """Every call of one comparison of a half, in the account in which it is deployed."""
    key = KEY.replace(REGION, home)
    baseline = replace(BASELINE, region=home, evidence_key_arn=key)
    plan = Deployment(baseline, last_resort_region=last_resort, ec2_regions=ec2_regions)
    account = deployed(plan)
    account.functions = WithLayers(account.functions)
    account.ssm.put_parameter(Name="/trailkeeper/evidence-key-arn", Value=key, Type="String")
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


def test_alone_a_look_is_one_call_and_a_sweep_is_what_the_bill_says(bed: Bed) -> None:
    assert calls_of(bed, LOOK) == 1
    assert calls_of(bed, SWEEP) == charged_by({**DEFAULTS, "watcher": False}).sweep_calls == 34


def test_what_is_there_to_be_asked_for_is_asked_for(bed: Bed) -> None:
    """A trail with insights, and a log group that had a mask once, are asked for them."""
    bed.account.cloudtrail.put_insight_selectors(
        TrailName="trailkeeper", InsightSelectors=[{"InsightType": "ApiCallRateInsight"}]
    )
    bed.account.logs.put_data_protection_policy(
        logGroupIdentifier="/trailkeeper/trail", policyDocument="{}"
    )
    bed.handle(SWEEP)
    bed.alerts.clear()
    assert bed.account.logs.masks == {"/trailkeeper/trail": ""}  # until it was repaired

    assert calls_of(bed, SWEEP) == 34 + 1


def test_every_run_of_the_schedules_is_what_the_bill_says(both: BothHalves) -> None:
    """What only people can put right is asked for when the halves compare each other."""
    charged = charged_by(DEFAULTS)

    assert both.heal(LOOK) == 1
    assert both.heal(SWEEP) == charged.sweep_calls == 30
    assert both.heal(WATCH) == 40 + 4
    assert both.watch(LOOK) == 1
    assert both.watch(WATCH) == 77 + 1
    assert WATCH_CALLS + charged.seldom_calls == 40 + 4 + 77 + 1
    assert both.told == []


def test_a_comparison_asks_nothing_twice(moto: Callable[[], None]) -> None:
    moto()
    of_heal_side = compared("heal side").calls
    moto()
    of_watcher = compared("watcher side").calls

    for both in (of_heal_side, of_watcher):
        assert both["events list_rules"] == 1
        assert both["cloudwatch describe_alarms"] == 1
        assert both["logs describe_log_groups"] == 1
    assert of_heal_side["kms describe_key"] == 1


def test_each_region_that_sends_its_events_home_takes_eleven_calls_more(
    moto: Callable[[], None],
) -> None:
    """Its list of rules, the targets of three, six about the role by which it sends, its stack."""
    moto()
    after = compared("heal side", "eu-west-1", "ap-northeast-2").calls

    assert after.total() == 77 + 22
    assert (after["events_in list_rules"], after["events_in list_targets_by_rule"]) == (2, 6)
    assert after["cloudformation_in describe_stacks"] == 2
    here = charged_by({**DEFAULTS, "ec2_regions": ["eu-west-1", "ap-northeast-2"]})
    assert here.own_calls - charged_by(DEFAULTS).own_calls == 182 * 22


def test_with_home_elsewhere_what_stands_in_us_east_1_is_compared_too(
    moto: Callable[[], None],
) -> None:
    """The rules for IAM's calls, about the alarm, and on these; stack; the alarm's topic, key."""
    moto()
    assert compared("heal side", home="eu-central-1").calls.total() == 77 + 11 + 7
    moto()
    assert compared("watcher side", home="eu-central-1").calls.total() == 40
    elsewhere = charged_by({**DEFAULTS, "home_region": "eu-central-1"})

    assert elsewhere.own_calls == 55_796 + 182 * 18 == 59_072


def test_a_last_resort_beyond_home_is_a_topic_and_a_stack_more(moto: Callable[[], None]) -> None:
    moto()
    topic = compared("watcher side", last_resort="eu-west-1").calls.total()
    moto()
    stack = compared("heal side", last_resort="eu-west-1").calls.total()
    there = charged_by({**DEFAULTS, "last_resort_region": "eu-west-1"})

    assert (topic, stack) == (40 + 3, 77 + 1)
    assert there.own_calls - charged_by(DEFAULTS).own_calls == 182 * 4


def test_all_schedules_together_stay_well_under_sixty_thousand_calls_a_month() -> None:
    """With every default: both halves look, sweep, compare each other, and say that they live."""
    charged = charged_by(DEFAULTS)

    looks, looks_of_watcher = 12 * HOURS, 4 * HOURS
    assert charged.watcher
    assert charged.own_calls == (
        looks + looks_of_watcher + HOURS * 30 + HOURS * 60 // 240 * (118 + 4) + 4 * 3
    )
    assert charged.own_calls == 55_796
