"""What one half of the guard tells of the other, though a run of it is cut off in the middle."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.deployed_evidence import BASELINE, NOW, patience, refused
from tests.guarded import DEPLOYED, Guarded, deployed
from trailkeeper.alerts.alert import Alert
from trailkeeper.events.event import ApiCall
from trailkeeper.evidence.names import STATE_TABLE, WATCHER_TABLE
from trailkeeper.guards.techniques.technique import Half
from trailkeeper.reconcile.other_half import OtherHalf
from trailkeeper.rendering import email
from trailkeeper.rendering.wording import Reader
from trailkeeper.state.store import Store

# Where the half that watches keeps its notes.
TABLES: Mapping[Half, str] = {"heal side": WATCHER_TABLE, "watcher side": STATE_TABLE}
HALVES: tuple[Half, ...] = tuple(TABLES)
EVERY = 120


@dataclass
class Bed:
    """A deployed guard, of which one half watches over `half`; a telling that may be cut off."""

    account: Guarded
    half: Half
    now: datetime = NOW
    cut_off: bool = False
    told: list[Alert] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)

    def tell(self, alert: Alert) -> None:
        if self.cut_off:
            raise InterruptedError
        self.told.append(alert)

    @property
    def other(self) -> OtherHalf:
        def now() -> datetime:
            return self.now

        return OtherHalf(
            *(self.account, BASELINE, DEPLOYED.watched[self.half], patience(), now, self.tell),
            *(Store(self.account, now, TABLES[self.half]), self.failures.append),
        )

    @property
    def function(self) -> str:
        return DEPLOYED.sides[self.half].functions[0].name

    def starve(self) -> None:
        self.account.functions.put_function_concurrency(
            FunctionName=self.function, ReservedConcurrentExecutions=0
        )

    def is_starved(self) -> bool:
        found = self.account.functions.get_function_concurrency(FunctionName=self.function)
        return found.get("ReservedConcurrentExecutions") == 0

    def call(self, name: str = "PutFunctionConcurrency20171031") -> ApiCall:
        return ApiCall.parse(
            {
                "detail-type": "AWS API Call via CloudTrail",
                "source": "aws.lambda",
                "account": BASELINE.account,
                "region": BASELINE.region,
                "detail": {
                    "eventID": "1",
                    "eventTime": "2026-11-20T03:04:00Z",
                    "eventSource": "lambda.amazonaws.com",
                    "eventName": name,
                    "awsRegion": BASELINE.region,
                    "recipientAccountId": BASELINE.account,
                    "userIdentity": {
                        "type": "IAMUser",
                        "arn": f"arn:aws:iam::{BASELINE.account}:user/mallory",
                        "userName": "mallory",
                    },
                    "requestParameters": {"functionName": self.function},
                },
            }
        )


@pytest.fixture(params=HALVES)
def bed(request: pytest.FixtureRequest, moto: Callable[[], None]) -> Bed:
    return Bed(deployed(), request.param)


def mail(alert: Alert) -> str:
    return " ".join(email.render(alert, Reader()).body.split())


RUNS: dict[str, Callable[[Bed], Any]] = {
    "sweep": lambda bed: bed.other.sweep(EVERY),
    "call": lambda bed: bed.other.follow(bed.call(), lambda alert, _: bed.tell(alert)),
}


@pytest.mark.parametrize("run", RUNS)
def test_what_a_run_put_right_that_was_cut_off_is_told_once_by_the_next_sweep(
    bed: Bed, run: str
) -> None:
    bed.starve()
    bed.cut_off = True
    with pytest.raises(InterruptedError):
        RUNS[run](bed)
    assert not bed.is_starved()
    bed.cut_off = False
    bed.now += timedelta(hours=2)

    bed.other.sweep(EVERY)
    bed.now += timedelta(hours=2)
    bed.other.sweep(EVERY)

    [alert] = bed.told
    assert "oncurrency of the functions" in mail(alert)
    assert "a run had begun to put it back and was cut off" in mail(alert)
    assert "mallory" not in mail(alert)
    # From before the run that was cut off.
    assert "--since 2026-11-20T01:03:05Z" in mail(alert)


@pytest.mark.parametrize("run", RUNS)
def test_what_was_told_is_not_told_again(bed: Bed, run: str) -> None:
    bed.starve()
    RUNS[run](bed)
    bed.now += timedelta(hours=2)

    bed.other.sweep(EVERY)

    assert len(bed.told) == 1


def test_what_is_reserved_for_the_first_time_is_no_news(bed: Bed) -> None:
    functions = bed.account.functions
    functions.delete_function_concurrency(FunctionName=bed.function)

    assert bed.other.look().outcomes == ()
    bed.other.sweep(EVERY)
    bed.now += timedelta(hours=2)
    bed.other.sweep(EVERY)

    assert bed.told == []
    found = functions.get_function_concurrency(FunctionName=bed.function)
    wanted = {"trailkeeper-heal": 200, "trailkeeper-watcher": 50}[bed.function]
    assert found["ReservedConcurrentExecutions"] == wanted


def test_who_gives_up_what_is_reserved_is_told_and_it_is_reserved_again(bed: Bed) -> None:
    bed.account.functions.delete_function_concurrency(FunctionName=bed.function)
    call = bed.call("DeleteFunctionConcurrency20171031")

    bed.other.follow(call, lambda alert, _: bed.tell(alert))

    (alert,) = bed.told
    assert "mallory" in mail(alert)
    assert "Trailkeeper put it back as deployed and read it back" in mail(alert)
    assert not bed.other.look().outcomes


def test_a_run_that_may_still_be_at_work_is_left_to_tell_by_itself(bed: Bed) -> None:
    bed.starve()
    bed.cut_off = True
    with pytest.raises(InterruptedError):
        bed.other.sweep(EVERY)
    bed.cut_off = False
    bed.now += timedelta(seconds=20)

    bed.other.sweep(EVERY)

    assert bed.told == []


def test_nobody_says_during_a_deploy_what_nobody_compared(bed: Bed) -> None:
    bed.starve()
    bed.cut_off = True
    with pytest.raises(InterruptedError):
        bed.other.sweep(EVERY)
    bed.cut_off = False
    bed.now += timedelta(hours=2)
    stack = bed.account.cloudformation.stack
    stack["StackStatus"], stack["LastUpdatedTime"] = "UPDATE_IN_PROGRESS", bed.now

    bed.other.sweep(EVERY)
    assert bed.told == []
    stack["StackStatus"] = "UPDATE_COMPLETE"
    bed.now += timedelta(hours=2)
    bed.other.sweep(EVERY)

    assert "was cut off" in mail(bed.told[0])


def test_a_table_that_cannot_be_reached_keeps_nobody_from_repairing_and_telling(
    bed: Bed, monkeypatch: pytest.MonkeyPatch
) -> None:
    bed.starve()

    def refuse(**_: Any) -> Any:
        raise refused("ProvisionedThroughputExceededException")

    for each in ("put_item", "query", "delete_item"):
        monkeypatch.setattr(bed.account.dynamodb, each, refuse)

    bed.other.sweep(EVERY)

    assert not bed.is_starved()
    assert len(bed.told) == 1
    # What it is about to restore, what others were, and who has confirmed.
    assert len(bed.failures) == 4
