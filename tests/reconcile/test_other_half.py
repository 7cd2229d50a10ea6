"""What one half of the guard tells of the other, though a run of it is cut off in the middle."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.deployed_evidence import BASELINE, NOW, patience, refused
from tests.guarded import DEPLOYED, Guarded, deployed
from trailkeeper.alerts.alert import Alert
from trailkeeper.events.event import ApiCall
from trailkeeper.evidence.names import STATE_TABLE, WATCHER_TABLE
from trailkeeper.guards.techniques.technique import Half
from trailkeeper.reconcile.other_half import Followed, OtherHalf
from trailkeeper.reconcile.stack_operations import Claim
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

    def call(
        self, name: str = "PutFunctionConcurrency20171031", source: str = "lambda", **detail: Any
    ) -> ApiCall:
        return ApiCall.parse(
            {
                "detail-type": "AWS API Call via CloudTrail",
                "source": f"aws.{source}",
                "account": BASELINE.account,
                "region": BASELINE.region,
                "detail": {
                    "eventID": "1",
                    "eventTime": "2026-11-20T03:04:00Z",
                    "eventSource": f"{source}.amazonaws.com",
                    "eventName": name,
                    "awsRegion": BASELINE.region,
                    "recipientAccountId": BASELINE.account,
                    "userIdentity": {
                        "type": "IAMUser",
                        "arn": f"arn:aws:iam::{BASELINE.account}:user/mallory",
                        "userName": "mallory",
                    },
                    "requestParameters": {"functionName": self.function},
                    **detail,
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


def role(name: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "AssumedRole",
        "arn": f"arn:aws:sts::{BASELINE.account}:assumed-role/{name}/x",
        "sessionContext": {
            "sessionIssuer": {"arn": f"arn:aws:iam::{BASELINE.account}:role/{name}"}
        },
        **more,
    }


def followed(bed: Bed, call: ApiCall, operations: Any = None) -> Followed | None:
    """What comes of a call, by a half that knows no operations on stacks but these."""
    other = replace(bed.other, operations=operations)
    return other.follow(call, lambda alert, _: bed.tell(alert))


def test_a_repair_of_our_own_is_told_to_nobody(bed: Bed) -> None:
    bed.starve()
    ours = bed.call(userIdentity=role("trailkeeper-heal-us-east-1"))

    assert followed(bed, ours) == Followed("a repair of our own")
    assert (bed.told, bed.is_starved()) == ([], True)


@pytest.mark.parametrize(
    ("deployer", "is_told"),
    [
        (f"cdk-hnb659fds-deploy-role-{BASELINE.account}-us-east-1", False),
        ("cdk-hnb659fds-deploy-role-999999999999-us-east-1", True),
        ("administrator", True),
    ],
)
def test_a_deploy_by_the_role_that_cdk_made_for_it_is_told_to_nobody(
    bed: Bed, deployer: str, is_told: bool
) -> None:
    stack = {"heal side": "TrailkeeperResponse", "watcher side": "TrailkeeperWatcher"}[bed.half]
    call = bed.call(
        "UpdateStack",
        "cloudformation",
        userIdentity=role(deployer),
        requestParameters={"stackName": stack},
    )

    found = followed(bed, call)

    assert found is not None
    assert found.why == ("" if is_told else "a deploy of our own stacks")
    assert len(bed.told) == is_told


@pytest.mark.parametrize("tells", [True, False])
def test_what_the_stack_itself_told_of_is_not_told_by_its_call_again(bed: Bed, tells: bool) -> None:
    stack = {"heal side": "TrailkeeperResponse", "watcher side": "TrailkeeperWatcher"}[bed.half]
    call = bed.call("UpdateStack", "cloudformation", requestParameters={"stackName": stack})
    heard: list[Claim] = []
    operations = SimpleNamespace(
        planned=lambda _: False, claim=lambda _: Claim(tells=tells), told=heard.append
    )

    found = followed(bed, call, operations)

    assert found is not None
    assert found.why == ("" if tells else "what is done to the stack was told before")
    assert len(bed.told) == len(heard) == tells


def test_what_a_run_reserved_for_the_first_time_after_a_call_of_others_is_no_news(
    bed: Bed,
) -> None:
    bed.account.functions.delete_function_concurrency(FunctionName=bed.function)
    of_others = bed.call(
        "UpdateEventSourceMapping20150331", requestParameters={"uUID": "somebody-elses"}
    )

    assert followed(bed, of_others) is None
    bed.now += timedelta(hours=2)
    bed.other.sweep(EVERY)

    assert bed.told == []
