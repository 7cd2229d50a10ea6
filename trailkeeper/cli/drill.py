"""A drill: stops the trail, watches it being healed and told, and leaves it logging, come what may.

The trail is put back by this command if nobody else does it: after the time that Trailkeeper is
given, on Ctrl-C, on SIGTERM, after any error.
"""

from __future__ import annotations

import secrets
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import FrameType
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from trailkeeper.alerts.drill_alerts import FOUND, STOPPED, TEST
from trailkeeper.cli import times
from trailkeeper.cli.account import Account, explained
from trailkeeper.cli.heal_function import AskError, ask
from trailkeeper.cli.reach import channel_name
from trailkeeper.cli.timeline import Timeline
from trailkeeper.evidence.names import Names
from trailkeeper.evidence.outcome import Result
from trailkeeper.guards import logging
from trailkeeper.reconcile.answer import Did, DrillSeen

MARK = "trailkeeper-drill"

_AWS_ERRORS = (ClientError, BotoCoreError)
_POLL_SECONDS = 0.5
_PUT_BACK_SECONDS = 60.0
# One call that hangs must not keep the trail from being looked at, or started.
_ANSWER_SECONDS = 15
# AWS may still answer with the status from before a stop or a start.
_HEARD_AFTER = 5.0
_MOST_FAILURES = 3
_SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


class DrillError(Exception):
    """When there can be no drill; one line for the user. Nothing was stopped."""


class Interrupted(BaseException):
    """When somebody ends the drill before its time; the trail logs by then."""


@dataclass
class Trail:
    """The trail and its guard, as the drill uses them.

    `stopping` is a CloudTrail client whose calls carry the mark of the drill, which nobody may read
    in the event history before; `cloudtrail` is one for everything else. `functions` is a client of
    Lambda for questions, `healer` one that waits for a repair.
    """

    names: Names
    cloudtrail: Any
    stopping: Any
    functions: Any
    healer: Any
    author: str
    mark: str = field(default_factory=lambda: secrets.token_hex(16))
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic

    @classmethod
    def of(cls, account: Account, names: Names) -> Trail:
        """The deployed trail, with clients of the caller.

        Raises:
            ClientError, BotoCoreError: AWS does not say who calls.
        """
        mark = secrets.token_hex(16)
        author = str(account.client("sts").get_caller_identity()["Arn"])
        carrying = f"{MARK}/{mark}"
        return cls(
            names,
            cloudtrail=account.client("cloudtrail", seconds=_ANSWER_SECONDS),
            stopping=account.client(
                "cloudtrail", user_agent_extra=carrying, seconds=_ANSWER_SECONDS
            ),
            functions=account.client("lambda", seconds=_ANSWER_SECONDS),
            healer=account.client("lambda"),
            author=author,
            mark=mark,
        )

    def status(self) -> Any:
        """What GetTrailStatus says."""
        return self.cloudtrail.get_trail_status(Name=self.names.trail_arn)

    def start(self) -> None:
        """Start logging; of a trail that logs it changes nothing."""
        self.cloudtrail.start_logging(Name=self.names.trail_arn)

    def stop(self) -> None:
        """Stop logging."""
        self.stopping.stop_logging(Name=self.names.trail_arn)

    def ask(self, command: str) -> DrillSeen:
        """Ask the heal function about the drill.

        Raises:
            AskError: it does not answer, or refuses; one line.
        """
        answer = ask(self.functions, command, mark=self.mark, author=self.author)
        if answer.did is Did.REFUSED or answer.drill is None:
            raise AskError(answer.why or "the heal function does not know what a drill is")
        return answer.drill


@dataclass
class _Stop:
    """The stop of the trail: `before` is the time of the last one before it, by the status.

    `refused`: AWS did not carry it out, so there is nothing to put back.
    """

    before: datetime | None = None
    refused: bool = False
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def has_heard(self, status: Any) -> bool:
        """Whether AWS's answer is from after the stop."""
        return status.get("StopLoggingTime") not in (None, self.before)

    def is_over(self, status: Any) -> bool:
        """Whether the trail was started again since: a status from before the stop says nothing."""
        if not status["IsLogging"] or not self.has_heard(status):
            return False
        started = status.get("StartLoggingTime")
        return started is None or started >= status["StopLoggingTime"]


@dataclass
class _Watch:
    """What was seen of a drill so far; times are seconds after the stop."""

    trail: Trail
    timeline: Timeline
    channels: Sequence[str]
    whats: tuple[str, ...]
    stop: _Stop
    healed: bool = False
    seen: bool = False
    silent: str = ""
    failures: int = 0
    told: dict[str, str] = field(default_factory=dict)

    @property
    def done(self) -> bool:
        """Whether all is healed and told; what a channel did not take is sent again for a while."""
        return self.healed and not self.missing

    @property
    def missing(self) -> list[str]:
        """The channels that have not taken the alert, by their names for people."""
        return [channel_name(each) for each in self.channels if self.told.get(each) != ""]

    @property
    def is_blind(self) -> bool:
        return self.failures >= _MOST_FAILURES

    def since(self, moment: datetime) -> float:
        return (moment - self.stop.at).total_seconds()

    def look_at_trail(self) -> None:
        """See whether it logs; what cannot be asked a few times is given up."""
        if self.healed:
            return
        try:
            status = self.trail.status()
        except _AWS_ERRORS as error:
            self.failures += 1
            if self.failures == _MOST_FAILURES:
                self.timeline.say(f"This command cannot see the trail any more: {explained(error)}")
            return
        self.failures = 0
        if self.stop.is_over(status):
            self.healed = True
            started = status.get("StartLoggingTime") or datetime.now(UTC)
            dark = self.since(started)
            self.timeline.at(dark, f"logging again: dark for {max(0.0, dark):.1f} s")

    def look_at_function(self) -> None:
        """What the functions noted; one that does not answer is told once, and asked again."""
        try:
            known = self.trail.ask("drill-seen")
        except AskError as error:
            if not self.silent:
                self.timeline.say(f"           the heal function does NOT answer: {error}")
            self.silent = str(error)
            return
        self.silent = ""
        if known.seen is not None and not self.seen:
            self.seen = True
            self.timeline.at(self.since(known.seen), "seen by the heal function")
        for each in sorted(known.told, key=lambda told: told.at):
            if each.what not in self.whats or self.told.get(each.channel) == each.error:
                continue
            self.told[each.channel] = each.error
            name = channel_name(each.channel)
            how = f"did NOT take it: {each.error}" if each.error else "took the alert"
            self.timeline.at(self.since(each.at), f"{name} {how}")

    @property
    def waits_for(self) -> str:
        if not self.healed and self.whats != (TEST,):
            return "waiting for Trailkeeper to start the trail again"
        return f"waiting for the alert by {', '.join(self.missing)}"


def run_drill(trail: Trail, timeline: Timeline, channels: Sequence[str], limit: timedelta) -> bool:
    """Stop the trail and watch; whether it was healed and told in time.

    Raises:
        DrillError: nothing was stopped, as it could not be put back, announced or stopped.
        Interrupted: somebody ended it; the trail was put back as well as could be.
    """
    stop = _prepare(trail)
    names = trail.names
    timeline.say(
        f"Drill of the trail {names.trail} ({names.account}, {names.region}) by {trail.author}"
    )
    timeline.say("Everybody who gets alerts was told that it comes.")
    logs = True
    with _interruptible() as quiet:
        try:
            watch = _stop(trail, timeline, channels, stop)
            _wait(watch, limit)
        except DrillError:
            stop.refused = True
            raise
        except Interrupted:
            timeline.say("Interrupted.")
            raise
        finally:
            quiet()
            if not stop.refused:
                logs = _put_back(trail, timeline, stop)
    return _judged(watch, timeline, limit, logs=logs)


def run_test(trail: Trail, timeline: Timeline, channels: Sequence[str], limit: timedelta) -> bool:
    """Send a test alert through every channel; whether all took it in time.

    Raises:
        DrillError: the heal function did not send it.
    """
    try:
        trail.ask("test-alerts")
    except AskError as error:
        raise DrillError(str(error)) from error
    timeline.say("A test alert was sent; the trail goes on.")
    watch = _Watch(trail, timeline, channels, (TEST,), _Stop(), healed=True)
    _wait(watch, limit)
    return _judged(watch, timeline, limit, logs=True)


def _prepare(trail: Trail) -> _Stop:
    """See that the trail logs and that it could be put back, then announce the drill."""
    try:
        status = trail.status()
        if not status["IsLogging"]:
            raise DrillError(
                f"the trail {trail.names.trail} does not log, so there is nothing to stop: "
                "run trailkeeper doctor"
            )
        trail.start()
    except _AWS_ERRORS as error:
        raise DrillError(
            f"nothing is stopped that cannot be started again: {explained(error)}"
        ) from error
    try:
        trail.ask("drill")
    except AskError as error:
        raise DrillError(f"nothing was stopped: {error}") from error
    return _Stop(status.get("StopLoggingTime"))


def _stop(trail: Trail, timeline: Timeline, channels: Sequence[str], stop: _Stop) -> _Watch:
    try:
        trail.stop()
    except ClientError as error:
        raise DrillError(f"the trail was not stopped: {explained(error)}") from error
    stop.at = _stopped_at(trail, stop)
    timeline.at(0.0, "stopped")
    return _Watch(trail, timeline, channels, (STOPPED, FOUND), stop)


def _stopped_at(trail: Trail, stop: _Stop) -> datetime:
    """When it was stopped, by AWS's clock if it says so, as all that follows is."""
    now = datetime.now(UTC)
    with suppress(*_AWS_ERRORS):
        status = trail.status()
        if stop.has_heard(status):
            at: datetime = status["StopLoggingTime"]
            return at
    return now


def _wait(watch: _Watch, limit: timedelta) -> None:
    trail = watch.trail
    began = trail.clock()
    while (passed := trail.clock() - began) < limit.total_seconds():
        watch.look_at_trail()
        watch.look_at_function()
        if watch.done or watch.is_blind:
            return
        watch.timeline.waiting(passed, watch.waits_for)
        trail.sleep(_POLL_SECONDS)


def _put_back(trail: Trail, timeline: Timeline, stop: _Stop) -> bool:
    """Have the trail log, by this command or else by the heal function; whether it was seen to."""
    began = trail.clock()
    problem, started = "", None
    while True:
        try:
            status = trail.status()
            if _is_logging(status, stop, None if started is None else trail.clock() - started):
                if started is not None:
                    timeline.say("The trail logs again: this command started it.")
                return True
        except _AWS_ERRORS as error:
            problem = explained(error)
        try:
            if started is None:
                trail.start()
                started = trail.clock()
        except _AWS_ERRORS as error:
            problem = explained(error)
            if _healer_starts(trail):
                timeline.say(
                    "The trail logs again: the heal function was asked to start it and saw that "
                    f"it logs. This command may not: {problem}"
                )
                return True
        if trail.clock() - began >= _PUT_BACK_SECONDS:
            break
        trail.sleep(_POLL_SECONDS)
    names = trail.names
    timeline.say(f"NOBODY SAW THE TRAIL LOG ({problem}). Whoever may, has to run now:")
    timeline.say(f"aws cloudtrail start-logging --region {names.region} --name {names.trail_arn}")
    return False


def _is_logging(status: Any, stop: _Stop, started_ago: float | None) -> bool:
    """Whether a status shows that the trail logs now.

    One that does not know of the stop is believed only when this command has started the trail and
    AWS has had the time to hear of both.
    """
    if stop.is_over(status):
        return True
    waited = started_ago is not None and started_ago >= _HEARD_AFTER
    return bool(status["IsLogging"]) and waited


def _healer_starts(trail: Trail) -> bool:
    """Ask the heal function to compare everything; whether it saw the trail log."""
    try:
        report = ask(trail.healer, "reconcile").report
    except AskError:
        return False
    return report is not None and not any(
        each.result is not Result.HEALED for each in report.of(logging.NAME)
    )


def _judged(watch: _Watch, timeline: Timeline, limit: timedelta, *, logs: bool) -> bool:
    """Say how it ended."""
    span = times.span(limit)
    if not watch.healed:
        timeline.say(f"NOT HEALED within {span}: Trailkeeper did not start the trail.")
    if watch.missing:
        timeline.say(f"NOT TOLD within {span} by {', '.join(watch.missing)}.")
    in_time = watch.done and logs
    if in_time and watch.whats == (TEST,):
        timeline.say("Every channel took the alert.")
    elif in_time:
        timeline.say("Healed and told in time. The trail logs.")
    else:
        timeline.say("trailkeeper doctor says what is wrong.")
    return in_time


@contextmanager
def _interruptible() -> Iterator[Callable[[], None]]:
    """Turns the first signal to end into Interrupted; yields what makes all later ones nothing.

    Nobody who presses Ctrl-C twice may keep the trail from being started.
    """
    over = False

    def interrupt(number: int, frame: FrameType | None) -> None:
        nonlocal over
        if not over:
            over = True
            raise Interrupted

    def quiet() -> None:
        nonlocal over
        over = True

    before = {each: signal.signal(each, interrupt) for each in _SIGNALS}
    try:
        yield quiet
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
