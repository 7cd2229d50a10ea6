"""A drill leaves the trail logging, whatever fails, and says how it went."""

from __future__ import annotations

import io
import json
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from botocore.stub import Stubber

from trailkeeper.cli.drill import DrillError, Interrupted, Trail, run_drill, run_test
from trailkeeper.cli.timeline import Timeline
from trailkeeper.evidence.names import Names
from trailkeeper.evidence.outcome import Report
from trailkeeper.reconcile.answer import Answer, Did, DrillSeen, Trigger
from trailkeeper.state.alert_items import DrillTold

NAMES = Names("aws", "us-east-1", "111122223333", "trailkeeper")
ME = "arn:aws:iam::111122223333:user/kim"
STOPPED = datetime(2026, 11, 20, 3, 4, 5, tzinfo=UTC)
LONG_AGO = {
    "StartLoggingTime": STOPPED - timedelta(days=9),
    "StopLoggingTime": STOPPED - timedelta(days=9, minutes=1),
}
LIMIT = timedelta(seconds=30)
BOTH = ("sns", "slack")


def denied(operation: str) -> ClientError:
    message = f"User: {ME} is not authorized to perform: cloudtrail:{operation}"
    return ClientError({"Error": {"Code": "AccessDeniedException", "Message": message}}, operation)


@dataclass
class Account:
    """An account whose time passes in steps of `sleep`, and in which anything can fail.

    `heals_after` and `tells_after` are seconds after the stop, None for never; `refuses` are the
    calls that AWS refuses; `stale` is for how long it answers with the status from before the stop;
    `at` is called at each step.
    """

    heals_after: float | None = 2.0
    tells_after: float | None = 3.0
    refuses: set[str] = field(default_factory=set)
    errors: dict[str, str] = field(default_factory=dict)
    logging: bool = True
    silent: bool = False
    stale: float = 0.0
    now: float = 0.0
    stopped: float | None = None
    started: float = 0.0
    at: Callable[[], None] = lambda: None
    calls: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)

    def trail(self) -> Trail:
        return Trail(
            NAMES,
            cloudtrail=self,
            stopping=self,
            functions=self,
            healer=self,
            author=ME,
            mark="0" * 32,
            sleep=self.pass_by,
            clock=lambda: self.now,
        )

    def pass_by(self, seconds: float) -> None:
        self.now += seconds
        self.at()
        healed = self.stopped is not None and self.heals_after is not None
        if healed and not self.logging and self.now - self.stopped >= self.heals_after:  # type: ignore[operator]
            self.start()

    def start(self) -> None:
        self.logging, self.started = True, self.now

    def moment(self, seconds: float) -> datetime:
        return STOPPED + timedelta(seconds=seconds - (self.stopped or 0.0))

    # CloudTrail

    def get_trail_status(self, **_: Any) -> Any:
        self._refuse("GetTrailStatus")
        if self.stopped is None or self.now - self.stopped < self.stale:
            return {"IsLogging": self.logging or self.stopped is not None, **LONG_AGO}
        return {
            "IsLogging": self.logging,
            "StopLoggingTime": STOPPED,
            "StartLoggingTime": self.moment(self.started),
        }

    def start_logging(self, **_: Any) -> None:
        self._refuse("StartLogging")
        self.start()

    def stop_logging(self, **_: Any) -> None:
        self._refuse("StopLogging")
        self.stopped, self.logging = self.now, False

    def _refuse(self, operation: str) -> None:
        self.calls.append(operation)
        if operation in self.refuses:
            raise denied(operation)

    # The heal function

    def invoke(self, *, Payload: bytes, **_: Any) -> Any:
        command = json.loads(Payload)["trailkeeper"]
        self.commands.append(command["command"])
        if self.silent:
            raise EndpointConnectionError(endpoint_url="https://lambda")
        answer = self._answer(command["command"])
        return {"Payload": io.BytesIO(json.dumps(answer.to_json()).encode())}

    def _answer(self, command: str) -> Answer:
        if command == "reconcile":
            self.start()
            return Answer(Did.RECONCILED, Trigger.COMMAND, report=Report())
        if command == "drill-seen":
            return Answer(Did.SHOWED_DRILL, Trigger.COMMAND, drill=self._seen())
        if command == "test-alerts":
            self.stopped = self.now
        did = Did.TESTED_ALERTS if command == "test-alerts" else Did.ANNOUNCED_DRILL
        return Answer(did, Trigger.COMMAND, drill=DrillSeen("d", None, ()))

    def _seen(self) -> DrillSeen:
        if self.stopped is None or self.tells_after is None:
            return DrillSeen("d", None, ())
        passed = self.now - self.stopped
        what = "test" if "test-alerts" in self.commands else "stopped"
        announced = DrillTold("d", "announced", "sns", STOPPED - timedelta(seconds=1))
        told = tuple(
            DrillTold("d", what, each, self.moment(self.now), self.errors.get(each, ""))
            for each in BOTH
        )
        seen = self.moment(self.stopped + 1.0) if passed >= 1.0 else None
        return DrillSeen("d", seen, (announced, *told) if passed >= self.tells_after else ())


def drilled(account: Account) -> tuple[bool, str]:
    out = io.StringIO()
    return run_drill(account.trail(), Timeline(out), BOTH, LIMIT), out.getvalue()


def test_a_drill_that_goes_well() -> None:
    in_time, said = drilled(Account())

    assert in_time
    assert said.splitlines() == [
        "Drill of the trail trailkeeper (111122223333, us-east-1) by "
        "arn:aws:iam::111122223333:user/kim",
        "Everybody who gets alerts was told that it comes.",
        "    0.0 s  stopped",
        "    1.0 s  seen by the heal function",
        "    2.0 s  logging again: dark for 2.0 s",
        "    3.0 s  e-mail took the alert",
        "    3.0 s  Slack took the alert",
        "Healed and told in time. The trail logs.",
    ]


def test_a_guard_that_does_not_heal_is_said_and_done_for_it() -> None:
    account = Account(heals_after=None)

    in_time, said = drilled(account)

    assert not in_time
    assert account.logging
    assert "The trail logs again: this command started it." in said
    assert "NOT HEALED within 30 s: Trailkeeper did not start the trail." in said


def test_a_healer_that_does_not_answer_once_the_trail_is_stopped() -> None:
    account = Account(heals_after=None)

    def go_silent() -> None:
        account.silent = True

    account.at = go_silent
    in_time, said = drilled(account)

    assert not in_time
    assert account.logging
    assert said.count("the heal function does NOT answer") == 1


def test_a_channel_that_does_not_take_the_alert() -> None:
    account = Account(errors={"slack": "SlackError: answered 404"})

    in_time, said = drilled(account)

    assert not in_time
    assert said.count("Slack did NOT take it: SlackError: answered 404") == 1
    assert "NOT TOLD within 30 s by Slack." in said


def test_a_channel_that_takes_it_when_it_is_sent_again() -> None:
    account = Account(errors={"slack": "SlackError: answered 500"})

    def recover() -> None:
        if account.now >= 10.0:
            account.errors = {}

    account.at = recover
    in_time, said = drilled(account)

    assert in_time
    assert "Slack did NOT take it: SlackError: answered 500" in said
    assert "   10.0 s  Slack took the alert" in said


def test_an_alert_that_never_comes() -> None:
    in_time, said = drilled(Account(tells_after=None))

    assert not in_time
    assert "NOT TOLD within 30 s by e-mail, Slack." in said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_whoever_ends_it_finds_the_trail_logging(number: int) -> None:
    account = Account(heals_after=None)
    before = signal.getsignal(number)

    def interrupt() -> None:
        if account.now == 2.0:
            os.kill(os.getpid(), number)

    account.at = interrupt
    out = io.StringIO()
    with pytest.raises(Interrupted):
        run_drill(account.trail(), Timeline(out), BOTH, LIMIT)

    assert account.logging
    assert "Interrupted.\nThe trail logs again: this command started it." in out.getvalue()
    assert signal.getsignal(number) is before


def test_a_second_ctrl_c_keeps_nobody_from_starting_the_trail() -> None:
    account = Account(heals_after=None)

    def interrupt() -> None:
        if account.now >= 2.0:
            os.kill(os.getpid(), signal.SIGINT)

    account.at = interrupt
    account.refuses = set()
    real = account.start_logging

    def refused_once(**arguments: Any) -> None:
        if account.stopped is not None and account.now < 4.0:
            raise denied("StartLogging")
        real(**arguments)

    account.start_logging = refused_once  # type: ignore[method-assign]
    account.silent = False
    trail = account.trail()
    answer = account._answer
    account._answer = (  # type: ignore[method-assign]
        lambda command: (
            Answer(Did.REFUSED, Trigger.COMMAND, "no")
            if command == "reconcile"
            else answer(command)
        )
    )

    with pytest.raises(Interrupted):
        run_drill(trail, Timeline(io.StringIO()), BOTH, LIMIT)

    assert account.logging
    assert account.now >= 4.0


def test_rights_that_are_lost_meanwhile_leave_it_to_the_heal_function() -> None:
    account = Account(heals_after=None)

    def lose() -> None:
        account.refuses = {"GetTrailStatus", "StartLogging"}

    account.at = lose
    in_time, said = drilled(account)

    assert not in_time
    assert account.logging
    assert account.now < LIMIT.total_seconds()
    assert "This command cannot see the trail any more" in said
    assert "the heal function was asked to start it and saw that it logs" in said


def test_when_nobody_can_start_it_the_command_for_others_is_said() -> None:
    account = Account(heals_after=None)

    def lose() -> None:
        account.refuses, account.silent = {"GetTrailStatus", "StartLogging"}, True

    account.at = lose
    in_time, said = drilled(account)

    assert not in_time
    assert "NOBODY SAW THE TRAIL LOG" in said
    assert (
        "aws cloudtrail start-logging --region us-east-1 --name "
        "arn:aws:cloudtrail:us-east-1:111122223333:trail/trailkeeper\n"
    ) in said


@pytest.mark.parametrize(
    ("account", "why"),
    [
        (Account(logging=False), "does not log, so there is nothing to stop"),
        (Account(refuses={"StartLogging"}), "nothing is stopped that cannot be started again"),
        (Account(refuses={"GetTrailStatus"}), "nothing is stopped that cannot be started again"),
        (Account(silent=True), "nothing was stopped: trailkeeper-heal cannot be reached"),
        (Account(refuses={"StopLogging"}), "the trail was not stopped"),
    ],
)
def test_nothing_is_stopped_that_could_not_be_put_back(account: Account, why: str) -> None:
    with pytest.raises(DrillError, match=why):
        drilled(account)

    assert account.stopped is None
    assert account.calls.count("StartLogging") <= 1
    assert "drill" not in account.commands or "StopLogging" in account.refuses or account.silent


def test_a_stop_of_which_nobody_knows_whether_it_came_is_put_back() -> None:
    account = Account(heals_after=None)

    def lost(**_: Any) -> None:
        account.stopped, account.logging = account.now, False
        raise EndpointConnectionError(endpoint_url="https://cloudtrail")

    account.stop_logging = lost  # type: ignore[method-assign]
    with pytest.raises(EndpointConnectionError):
        drilled(account)

    assert account.logging


def test_a_reader_that_went_away_keeps_nobody_from_starting_the_trail() -> None:
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    account = Account(heals_after=None)

    assert not run_drill(account.trail(), Timeline(Closed()), BOTH, LIMIT)
    assert account.logging


def test_a_terminal_shows_what_is_waited_for() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    out = Terminal()
    run_drill(Account().trail(), Timeline(out), BOTH, LIMIT)

    assert "waiting for Trailkeeper to start the trail again ..." in out.getvalue()
    assert "waiting for the alert by e-mail, Slack ..." in out.getvalue()


def test_a_test_of_the_alerts_stops_nothing() -> None:
    account, out = Account(), io.StringIO()

    in_time = run_test(account.trail(), Timeline(out), BOTH, LIMIT)

    assert in_time
    assert account.calls == []
    assert "Every channel took the alert." in out.getvalue()


def test_a_status_from_before_the_stop_is_not_taken_for_a_heal() -> None:
    account = Account(stale=1.5, heals_after=4.0)

    in_time, said = drilled(account)

    assert in_time
    assert "logging again: dark for" in said
    assert account.started >= 4.0


def test_a_status_from_before_the_stop_keeps_nobody_from_starting_the_trail() -> None:
    account = Account(stale=3.0, heals_after=None)

    def interrupt() -> None:
        if account.now == 0.5:
            os.kill(os.getpid(), signal.SIGINT)

    account.at = interrupt
    with pytest.raises(Interrupted):
        run_drill(account.trail(), Timeline(io.StringIO()), BOTH, LIMIT)

    assert account.logging
    assert account.started >= 0.5


def test_what_only_reads_does_not_carry_the_mark() -> None:
    agents: dict[str, str | None] = {}

    class Clients:
        def client(self, service: str, **options: Any) -> Any:
            client = boto3.client("sts", region_name="us-east-1")
            extra = options.get("user_agent_extra")
            agents.setdefault(f"{service} {len(agents)}", extra)
            if service == "sts":
                stub = Stubber(client)
                stub.add_response("get_caller_identity", {"Arn": ME})
                stub.activate()
            return client

    trail = Trail.of(cast(Any, Clients()), NAMES)

    marked = [each for each in agents.values() if each]
    assert marked == [f"trailkeeper-drill/{trail.mark}"]
    assert trail.author == ME


def test_ctrl_c_while_the_trail_is_put_back_ends_nothing() -> None:
    account = Account(heals_after=None)
    start = account.start_logging

    def refused_for_a_while(**arguments: Any) -> None:
        if account.stopped is not None and account.now < 36.0:
            raise denied("StartLogging")
        start(**arguments)

    def interrupt() -> None:
        if account.now == 35.0:
            os.kill(os.getpid(), signal.SIGINT)

    account.at = interrupt
    account.start_logging = refused_for_a_while  # type: ignore[method-assign]
    account.tells_after = None
    trail = account.trail()
    trail.healer = Unreachable()
    out = io.StringIO()
    in_time = run_drill(trail, Timeline(out), BOTH, LIMIT)

    assert not in_time
    assert account.logging
    assert "The trail logs again: this command started it." in out.getvalue()


class Unreachable:
    def invoke(self, **_: Any) -> Any:
        raise EndpointConnectionError(endpoint_url="https://lambda")
