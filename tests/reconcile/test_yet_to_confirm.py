"""Who was just asked to confirm is no news; who had confirmed and has to do so again is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.deployed_evidence import BASELINE, NOW, patience
from tests.guarded import DEPLOYED, Guarded, deployed
from trailkeeper.alerts.alert import Alert
from trailkeeper.evidence.names import STATE_TABLE, WATCHER_TABLE
from trailkeeper.guards.techniques.technique import Half
from trailkeeper.reconcile.other_half import OtherHalf
from trailkeeper.rendering import email
from trailkeeper.rendering.wording import Reader
from trailkeeper.state.store import Store
from trailkeeper.words.text import Severity

DAY = timedelta(days=1)
# A check of this hour tells what only people can put right.
MORNING = NOW.replace(hour=8)
WHO: dict[Half, str] = {"heal side": "security@example.com", "watcher side": "oncall@example.com"}
STACKS: dict[Half, str] = {"heal side": "TrailkeeperResponse", "watcher side": "TrailkeeperWatcher"}


class Topics:
    """SNS, in which the addresses of `pending` did not confirm and those of `gone` are not."""

    def __init__(self, client: Any, bed: Bed) -> None:
        self._client, self._bed = client, bed

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def get_paginator(self, operation: str) -> Any:
        pages, bed = self._client.get_paginator(operation), self._bed

        class Pages:
            def paginate(self, **given: Any) -> Iterator[Any]:
                for page in pages.paginate(**given):
                    listed = [bed.shown(each) for each in page["Subscriptions"]]
                    yield {**page, "Subscriptions": [each for each in listed if each]}

        return Pages()


class Bed:
    """One half that watches over the other, day by day."""

    def __init__(self, account: Guarded, half: Half) -> None:
        self.account, self.half = account, half
        self.now = MORNING
        self.pending: set[str] = set()
        self.gone: set[str] = set()
        self.told: list[Alert] = []
        self.failures: list[Exception] = []
        sns_in = account.sns_in
        account.sns_in = lambda region: Topics(sns_in(region), self)  # type: ignore[method-assign]

    @property
    def who(self) -> str:
        return WHO[self.half]

    def shown(self, subscription: dict[str, str]) -> dict[str, str] | None:
        if subscription["Endpoint"] in self.gone:
            return None
        pending = subscription["Endpoint"] in self.pending
        return {**subscription, **({"SubscriptionArn": "PendingConfirmation"} if pending else {})}

    def deployed(self, at: datetime, *, created: datetime | None = None) -> None:
        stack = self.account.cloudformation.stacks[STACKS[self.half]]
        stack["CreationTime"] = created or at
        stack["LastUpdatedTime"] = at

    def sweep(self) -> list[Alert]:
        table = WATCHER_TABLE if self.half == "heal side" else STATE_TABLE
        self.told.clear()
        OtherHalf(
            *(self.account, BASELINE, DEPLOYED.watched[self.half], patience(), lambda: self.now),
            *(self.told.append, Store(self.account, lambda: self.now, table)),
            self.failures.append,
        ).sweep(240)
        return list(self.told)


@pytest.fixture(params=WHO)
def bed(request: pytest.FixtureRequest, moto: Callable[[], None]) -> Bed:
    moto()
    return Bed(deployed(), request.param)


def test_who_was_asked_by_a_deploy_of_today_is_no_news(bed: Bed) -> None:
    bed.deployed(MORNING - timedelta(hours=3))
    bed.pending = {bed.who}

    assert bed.sweep() == []


def test_who_does_not_confirm_for_a_day_is_told_as_what_it_is(bed: Bed) -> None:
    bed.deployed(MORNING - timedelta(hours=3))
    bed.pending = {bed.who}
    bed.sweep()
    bed.now += DAY

    (alert,) = bed.sweep()

    assert alert.severity is Severity.WARNING
    mail = email.render(alert, Reader())
    assert mail.subject.startswith("[Warning] 1 person gets no alerts yet, never confirmed")
    assert bed.who in mail.body
    assert "changed" not in mail.body.replace("rule guard-changed", "")


@pytest.mark.parametrize("how", ["pending", "gone"])
def test_who_had_confirmed_and_does_not_get_alerts_any_more_is_told(bed: Bed, how: str) -> None:
    bed.deployed(MORNING - timedelta(hours=3))
    assert bed.sweep() == []  # sees him confirmed
    setattr(bed, how, {bed.who})
    bed.now += timedelta(minutes=30)

    (alert,) = bed.sweep()

    assert alert.severity is Severity.CRITICAL
    assert email.render(alert, Reader()).subject.startswith(
        "[Critical] Who gets alerts had changed"
    )


def test_who_is_gone_is_told_though_nobody_saw_him_confirm(bed: Bed) -> None:
    bed.deployed(MORNING - timedelta(hours=3))
    bed.gone = {bed.who}

    (alert,) = bed.sweep()

    assert alert.severity is Severity.CRITICAL


def test_an_update_lets_new_people_be_asked_and_not_old_ones_forgotten(bed: Bed) -> None:
    bed.deployed(MORNING - 9 * DAY)
    bed.sweep()
    bed.deployed(MORNING, created=MORNING - 9 * DAY)
    bed.now += timedelta(hours=1)
    bed.pending = {bed.who}

    assert [each.severity for each in bed.sweep()] == [Severity.CRITICAL]


def test_a_stack_that_was_made_again_asks_everybody_again(bed: Bed) -> None:
    bed.deployed(MORNING - 9 * DAY)
    bed.sweep()
    bed.now += timedelta(hours=1)
    bed.deployed(bed.now)
    bed.now += timedelta(minutes=30)
    bed.pending = {bed.who}

    assert bed.sweep() == []


def test_a_stranger_is_told_beside_who_is_yet_to_confirm(bed: Bed) -> None:
    bed.deployed(MORNING - timedelta(hours=3))
    bed.pending = {bed.who}
    topic = {"heal side": "alerts", "watcher side": "last-resort"}[bed.half]
    arn = BASELINE.names.arn("sns", f"trailkeeper-{topic}")
    bed.account.sns.subscribe(TopicArn=arn, Protocol="email", Endpoint="stranger@example.net")

    (alert,) = bed.sweep()

    body = email.render(alert, Reader()).body
    assert alert.severity is Severity.CRITICAL
    assert "stranger@example.net" in body
    assert bed.who not in body


def test_without_a_table_nobody_is_hidden_for_longer_than_a_day(bed: Bed) -> None:
    bed.deployed(MORNING - 2 * DAY)
    bed.pending = {bed.who}
    table = WATCHER_TABLE if bed.half == "heal side" else STATE_TABLE
    bed.account.dynamodb.update_table(TableName=table, DeletionProtectionEnabled=False)
    bed.account.dynamodb.delete_table(TableName=table)

    assert any(bed.who in email.render(each, Reader()).body for each in bed.sweep())
    assert bed.failures
