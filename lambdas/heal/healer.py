"""What the heal function does with one invocation: look, repair, remember, tell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Protocol

from aws_lambda_powertools import Logger

from lambdas.heal import containment, deploys
from lambdas.heal.state import Heal, Pause, State
from trailkeeper.alerts import fight_alerts, heal_alerts, pause_alerts
from trailkeeper.alerts.alert import Alert
from trailkeeper.detections import hints
from trailkeeper.detections.catalogue import API_CALL, Detection, detect
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.events.event import ApiCall, MalformedEventError
from trailkeeper.evidence.outcome import Outcome, Report, Result
from trailkeeper.guards import alert_channels, finishes_deploy, other_trails
from trailkeeper.guards.guard import AWS_ERRORS, Clients, error_code
from trailkeeper.reconcile.evidence import reconcile_evidence
from trailkeeper.reconcile.patience import Patience

# Three rounds without ten quiet minutes between them are a fight.
FIGHT_ROUNDS = 3
FIGHT_PAUSE = timedelta(minutes=10)
FIGHT_MEMORY = timedelta(hours=1)

_STOPS = ("StopLogging", "DeleteTrail")


class HealFailedError(Exception):
    """When something is still not in order: Lambda tries again, then keeps a dead letter."""


class HealClients(Clients, Protocol):
    """What the heal function needs beside the guards' clients."""

    @property
    def cloudformation(self) -> Any: ...


@dataclass(frozen=True)
class Healer:
    """One invocation's collaborators; nothing here survives from one event to the next."""

    environ: HealEnviron
    clients: HealClients
    state: State
    tell: Callable[[Alert], None]
    patience: Patience
    now: Callable[[], datetime]
    log: Logger

    def handle(self, event: Any) -> dict[str, Any]:
        """Reconcile because of an event, whatever it is: an event is only a hint to look now.

        Raises:
            HealFailedError: something is still not in order.
        """
        if isinstance(event, dict) and event.get("detail-type") == API_CALL:
            try:
                return self._follow(ApiCall.parse(event))
            except MalformedEventError as error:
                self.log.error("unreadable event", reason=str(error))
        return self.reconcile()

    def reconcile(self, *, dry_run: bool = False) -> dict[str, Any]:
        """Compare everything with the baseline, repair it unless `dry_run`, and tell people.

        Raises:
            HealFailedError: something is still not in order.
        """
        report = self._run(None, dry_run=dry_run)
        if dry_run:
            return summary(report)
        alert = heal_alerts.told(report, self.environ.baseline, self.now())
        if alert is not None and not report.resumed:
            self.tell(alert)
        if _relit(report):
            self._remember(lambda: self.state.remember_heal(Heal(self.now(), "")))
        self._check_channels()
        return self._finish(report)

    def _check_channels(self) -> None:
        """Tell whoever still hears us about those who don't (any more)."""
        try:
            troubles = alert_channels.troubles(
                self.clients, self.environ.baseline, self.environ.alert_emails
            )
        except AWS_ERRORS as error:
            self.log.error("cannot see who gets alerts", reason=str(error))
            return
        for trouble in troubles:
            self.tell(trouble)

    def _follow(self, call: ApiCall) -> dict[str, Any]:
        detection = detect(call)
        if detection is None or not hints.concerns(call, self.environ.baseline):
            return {"ignored": f"{call.source}: {call.name}"[:200]}
        if not call.succeeded:
            self.tell(heal_alerts.attempted(call, detection, self.environ.baseline))
            return {"attempt": call.error_code[:200]}
        report = self._run(call)
        self._tell_of(report, call, detection)
        if call.name == "StopLogging" and self.environ.other_trails != "ignore":
            self._tend_other_trails(call)
        return self._finish(report, retry=not self._is_echo(call))

    def _run(self, call: ApiCall | None, *, dry_run: bool = False) -> Report:
        stopped = _time_of(call) if call and call.name in _STOPS else None
        ours = call is None or hints.names_our_trail(call, self.environ.baseline)
        pause = cache(self._pause)  # asked for late: nothing may come before logging
        report = reconcile_evidence(
            self.clients,
            self.environ.baseline,
            self.patience,
            self.now,
            wait=lambda: self._wait(pause()),
            dry_run=dry_run,
            stopped_at=stopped if ours else None,
        )
        report = self._without_finished_deploy(report)
        paused = pause()
        if paused is None or dry_run:
            return report
        if self.now() < paused.end:
            return replace(report, paused_until=paused.end)
        self._end_pause(paused, report)
        return replace(report, resumed=True)

    def _without_finished_deploy(self, report: Report) -> Report:
        """Leave out what a deploy of ours left to this run, which is no news to anybody."""
        left: list[Outcome] = []
        done: list[Outcome] = []
        for each in report.outcomes:
            finished = each.result is Result.HEALED and finishes_deploy(each)
            (done if finished else left).append(each)
        if not done or not deploys.changed_evidence(self.clients.cloudformation, self.now()):
            return report
        self.log.info("finished a deploy", done=[_plain(each) for each in done])
        return replace(report, outcomes=tuple(left))

    def _wait(self, pause: Pause | None) -> str:
        if pause is not None and self.now() < pause.end:
            return "paused"
        return "deploying" if deploys.in_progress(self.clients.cloudformation, self.now()) else ""

    def _pause(self) -> Pause | None:
        try:
            return self.state.pause()
        except (*AWS_ERRORS, KeyError, ValueError) as error:
            self.log.error("no word of a pause, so repairs go on", reason=str(error))
            return None

    def _end_pause(self, pause: Pause, report: Report) -> None:
        self.tell(pause_alerts.ended(pause.end, report, self.environ.baseline, self.now()))
        self._remember(self.state.close_pause)

    def _tell_of(self, report: Report, call: ApiCall, detection: Detection) -> None:
        baseline = self.environ.baseline
        if report.in_order and self._is_no_news(call):
            return
        if self._fought(report, call):
            return
        about_ours = detection.event_source != "cloudtrail.amazonaws.com" or (
            call.name == "CreateTrail" or hints.names_our_trail(call, baseline)
        )
        alert = (
            heal_alerts.told(report, baseline, self.now(), call, detection)
            if about_ours and not self._is_echo(call)
            else heal_alerts.told(report, baseline, self.now())
        )
        if alert is not None:
            self.tell(alert)

    def _is_no_news(self, call: ApiCall) -> bool:
        """Our own repairs, and the deploys of our own stacks, while all is in order."""
        if self._is_echo(call):
            return True
        by_deploy = call.actor.invoked_by == "cloudformation.amazonaws.com"
        return by_deploy and deploys.in_progress(self.clients.cloudformation, self.now())

    def _is_echo(self, call: ApiCall) -> bool:
        """A call such as our repairs make, so that what differs now is somebody else's doing."""
        ours = self.environ.baseline.names.heal_role_arn
        return call.actor.principal_arn == ours and call.name not in _STOPS

    def _fought(self, report: Report, call: ApiCall) -> bool:
        """Whether this belongs to a fight, which is told once and not every second.

        A round is a call that stops the trail, whichever run healed it; only its author fights.
        """
        stops = call.name in _STOPS and hints.names_our_trail(call, self.environ.baseline)
        if not stops and not _relit(report):
            return False
        now = self.now()
        author = (call.actor.principal_arn or call.actor.display) if stops else ""
        try:
            when = (_time_of(call) if stops else None) or now
            self.state.remember_heal(Heal(when, author, call.event_id[:100]))
            rounds = [each for each in self.state.heals_since(now - FIGHT_MEMORY) if each.author]
        except (*AWS_ERRORS, KeyError, ValueError) as error:
            self.log.error("cannot count the heals", reason=str(error))
            return False
        lately = [each for each in rounds if now - each.at <= FIGHT_PAUSE]
        if len(lately) < FIGHT_ROUNDS or report.failed:
            return False
        if stops:
            self._tell_of_fight(call, rounds)
        # Whatever else was changed under the cover of the fight is told all the same.
        return all(each.guard == "logging" for each in report.outcomes)

    def _tell_of_fight(self, call: ApiCall, rounds: Sequence[Heal]) -> None:
        contained, reason = self._contain(call)
        fight = _last_fight(rounds)
        alert = fight_alerts.fighting(
            call,
            self.environ.baseline,
            len(fight),
            fight[0].at,
            now=self.now(),
            contained=contained,
            reason=reason,
        )
        self.tell(alert)

    def _contain(self, call: ApiCall) -> tuple[containment.Principal | None, str]:
        if self.environ.contain != "deny":
            return None, "setting_off"
        who = containment.principal(call.actor, self.environ.baseline, self.environ.break_glass)
        if who is None:
            return None, "protected"
        try:
            containment.contain(self.clients.iam, who)
        except AWS_ERRORS as error:
            self.log.error("cannot contain", reason=str(error))
            return None, error_code(error)
        return who, ""

    def _tend_other_trails(self, call: ApiCall) -> None:
        baseline = self.environ.baseline
        if hints.names_our_trail(call, baseline) and not call.parameters_omitted:
            return
        try:
            stopped = other_trails.observe(self.clients, baseline, hints.resource(call), self.now())
        except AWS_ERRORS as error:
            self.log.error("cannot list the other trails", reason=str(error))
            raise HealFailedError("the account's other trails cannot be listed") from error
        for trail in stopped:
            self._restart(call, trail)

    def _restart(self, call: ApiCall, trail: other_trails.OtherTrail) -> None:
        outcome, error, verified = "outcome.ignored", "", None
        if self.environ.other_trails == "restart":
            try:
                self.patience.persist(lambda: other_trails.repair(self.clients, trail))
                left = self.patience.read_back(
                    lambda: None if other_trails.verify(self.clients, trail) else True
                )
                outcome, verified = "outcome.started_again", left is None
            except AWS_ERRORS as refused:
                outcome, error, verified = "outcome.failed", str(refused)[:500], False
        alert = heal_alerts.other_trail(
            call, self.environ.baseline, trail.arn, outcome, error, verified=verified
        )
        self.tell(alert)

    def _finish(self, report: Report, *, retry: bool = True) -> dict[str, Any]:
        """Remember the end; a failure is raised, unless the run that we echo is retried anyway."""
        done = summary(report)
        self._remember(lambda: self.state.remember_reconcile(self.now(), done))
        self.log.info("reconciled", **done)
        if report.failed and retry:
            names = ", ".join(f"{each.guard} {each.document}" for each in report.failed)
            raise HealFailedError(f"still not in order: {names}")
        return done

    def _remember(self, write: Callable[[], None]) -> None:
        try:
            write()
        except AWS_ERRORS as error:
            self.log.error("the state table cannot be written", reason=str(error))


def summary(report: Report) -> dict[str, Any]:
    """A report as plain data, for the log, the state table and the command line."""
    return {
        "in_order": report.in_order,
        "dry_run": report.dry_run,
        "paused_until": report.paused_until.isoformat() if report.paused_until else None,
        "dark_seconds": report.gap.seconds if report.gap else None,
        "outcomes": [_plain(each) for each in report.outcomes],
    }


def _plain(outcome: Outcome) -> dict[str, Any]:
    return {
        "guard": outcome.guard,
        "document": outcome.document,
        "result": outcome.result.value,
        "reason": outcome.reason,
        "error": outcome.error[:500],
        "gone": outcome.gone,
        "changes": [[each.path, each.before, each.after] for each in outcome.changes[:20]],
    }


def _relit(report: Report) -> bool:
    """Whether this run started the trail's logging again."""
    return any(each.result is Result.HEALED for each in report.of("logging"))


def _last_fight(rounds: Sequence[Heal]) -> Sequence[Heal]:
    """The rounds, oldest first, since the last time that it was quiet for long enough."""
    for number in range(len(rounds) - 1, 0, -1):
        if rounds[number].at - rounds[number - 1].at > FIGHT_PAUSE:
            return rounds[number:]
    return rounds


def _time_of(call: ApiCall) -> datetime | None:
    try:
        when = datetime.fromisoformat(call.time)
    except ValueError:
        return None
    return when if when.tzinfo else None
