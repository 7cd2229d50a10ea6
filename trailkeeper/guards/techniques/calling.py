"""Against what calls the functions: rules and schedules."""

from __future__ import annotations

import json
from typing import Any

from trailkeeper.evidence.functions import ALERT
from trailkeeper.guards.techniques.technique import EITHER, Intruder, Technique

_RULES = ("guard-rules.rules",)
_SCHEDULES = ("guard-schedules.schedules",)
_PUT_BACK = "The other half writes the rule and its one target as they were deployed"
_SCHEDULED = "The other half writes the schedule as it was deployed"


def _rules(a: Intruder) -> list[str]:
    return [each.name for each in a.side.rules]


def _first(a: Intruder) -> str:
    return a.side.rules[0].name


def _target(a: Intruder, **changed: Any) -> dict[str, Any]:
    """The target of the first rule, with changes."""
    (found,) = a.events.list_targets_by_rule(Rule=_first(a))["Targets"]
    return {**found, **changed}


def _aim(a: Intruder, **changed: Any) -> None:
    a.events.put_targets(Rule=_first(a), Targets=[_target(a, **changed)])


def _remove(a: Intruder, rule: str) -> None:
    targets = a.events.list_targets_by_rule(Rule=rule)["Targets"]
    a.events.remove_targets(Rule=rule, Ids=[each["Id"] for each in targets])


def _delete(a: Intruder) -> None:
    _remove(a, _first(a))
    a.events.delete_rule(Name=_first(a))


def _disable_all(a: Intruder) -> None:
    for rule in _rules(a):
        a.events.disable_rule(Name=rule)


def _disable_both(a: Intruder) -> None:
    """Before any event of it arrives."""
    a.lose_events()
    for side in (a.other, a.side):
        for rule in side.rules:
            a.events.disable_rule(Name=rule.name)


def _schedule(a: Intruder, number: int = 0, **changed: Any) -> None:
    record = a.side.schedules[number]
    given = record.document(a.names, a.side.schedule_role_arn)
    target = {**given["Target"], **changed.pop("Target", {})}
    a.scheduler.update_schedule(Name=record.name, **{**given, **changed, "Target": target})


def _delete_schedules(a: Intruder) -> None:
    for each in a.side.schedules:
        a.scheduler.delete_schedule(Name=each.name)


def _delete_every_schedule(a: Intruder) -> None:
    for side in (a.other, a.side):
        for each in side.schedules:
            a.scheduler.delete_schedule(Name=each.name)


def _fake_the_heartbeat(a: Intruder) -> None:
    a.cloudwatch.put_metric_data(
        Namespace="Trailkeeper",
        MetricData=[{"MetricName": "LookSucceeded", "Value": 1.0}],
    )
    _delete_schedules(a)


TECHNIQUES = (
    Technique(
        id="rules-disabled",
        words="Turn off every rule that calls the function",
        rights=("events:DisableRule",),
        against=EITHER,
        documents=_RULES,
        how="The other half has rules of its own for the calls, and turns the rules on again",
        mails=6,
        attack=_disable_all,
    ),
    Technique(
        id="rules-of-both-disabled",
        words="Turn off every rule of both halves at once, before the event of any call arrives",
        rights=("events:DisableRule",),
        documents=_RULES,
        how="Each half compares the other by a schedule, which no rule is needed for",
        mail="rules",
        seen="schedule",
        attack=_disable_both,
    ),
    Technique(
        id="rule-without-target",
        words="Take away what a rule calls",
        rights=("events:RemoveTargets",),
        against=EITHER,
        documents=_RULES,
        how=_PUT_BACK,
        attack=lambda a: _remove(a, _first(a)),
    ),
    Technique(
        id="rule-deleted",
        words="Delete a rule",
        rights=("events:DeleteRule", "events:RemoveTargets"),
        against=EITHER,
        documents=_RULES,
        how="The other half makes the rule again, with its one target",
        attack=_delete,
    ),
    Technique(
        id="rule-says-something-else",
        words="Let a rule call with a constant command in place of the event",
        rights=("events:PutTargets",),
        against=EITHER,
        documents=_RULES,
        how="A target is compared with all that it has: an input is not ours",
        attack=lambda a: _aim(a, Input='{"trailkeeper": {"command": "status"}}'),
    ),
    Technique(
        id="rule-calls-somebody-else",
        words="Let a rule call a function of the attacker",
        rights=("events:PutTargets",),
        against=EITHER,
        documents=_RULES,
        how=_PUT_BACK,
        attack=lambda a: _aim(a, Arn=a.own_function),
    ),
    Technique(
        id="rule-tells-somebody-else-too",
        words="Let a rule send its events to a queue of the attacker as well",
        rights=("events:PutTargets",),
        against=EITHER,
        documents=_RULES,
        how="The whole set of targets is compared; others are taken off",
        attack=lambda a: a.events.put_targets(
            Rule=_first(a), Targets=[{"Id": "more", "Arn": a.own_queue}]
        ),
    ),
    Technique(
        id="rule-matches-nothing",
        words="Give a rule a pattern that matches nothing",
        rights=("events:PutRule",),
        against=EITHER,
        documents=_RULES,
        how=_PUT_BACK,
        attack=lambda a: a.events.put_rule(Name=_first(a), EventPattern='{"source": ["nothing"]}'),
    ),
    Technique(
        id="rule-gives-up",
        words="Let a rule give up at once, and forget what it could not deliver",
        rights=("events:PutTargets",),
        against=EITHER,
        documents=_RULES,
        how=_PUT_BACK,
        attack=lambda a: a.events.put_targets(
            Rule=_first(a),
            Targets=[
                {
                    **{k: v for k, v in _target(a).items() if k in {"Id", "Arn"}},
                    "RetryPolicy": {"MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 60},
                }
            ],
        ),
    ),
    Technique(
        id="schedule-disabled",
        words="Turn off the schedule that looks",
        rights=("scheduler:UpdateSchedule", "iam:PassRole"),
        against=EITHER,
        documents=_SCHEDULES,
        how=_SCHEDULED,
        attack=lambda a: _schedule(a, State="DISABLED"),
    ),
    Technique(
        id="schedules-deleted",
        words="Delete every schedule",
        rights=("scheduler:DeleteSchedule",),
        against=EITHER,
        documents=_SCHEDULES,
        how="The other half makes the schedules again, each with its role",
        attack=_delete_schedules,
    ),
    Technique(
        id="schedules-of-both-deleted",
        words="Delete every schedule of both halves",
        rights=("scheduler:DeleteSchedule",),
        documents=_SCHEDULES,
        how="The event of each call reaches the other half by its rules",
        attack=_delete_every_schedule,
    ),
    Technique(
        id="schedule-once-a-day",
        words="Let the schedule come once a day",
        rights=("scheduler:UpdateSchedule", "iam:PassRole"),
        against=EITHER,
        documents=_SCHEDULES,
        how=_SCHEDULED,
        attack=lambda a: _schedule(a, ScheduleExpression="rate(1 day)"),
    ),
    Technique(
        id="schedule-calls-another",
        words="Let the schedule call the alert function",
        rights=("scheduler:UpdateSchedule", "iam:PassRole"),
        against=EITHER,
        documents=_SCHEDULES,
        how=_SCHEDULED,
        attack=lambda a: _schedule(a, Target={"Arn": ALERT.live_arn(a.names)}),
    ),
    Technique(
        id="schedule-says-something-else",
        words="Let the schedule ask for the status alone",
        rights=("scheduler:UpdateSchedule", "iam:PassRole"),
        against=EITHER,
        documents=_SCHEDULES,
        how="What a schedule says is compared, too",
        attack=lambda a: _schedule(
            a, Target={"Input": json.dumps({"trailkeeper": {"command": "status"}})}
        ),
    ),
    Technique(
        id="heartbeat-faked",
        words="Delete the schedules, and report the metric that their alarms look at",
        rights=("scheduler:DeleteSchedule", "cloudwatch:PutMetricData"),
        documents=_SCHEDULES,
        how="The watcher reads what is there, and believes no metric",
        attack=_fake_the_heartbeat,
    ),
)
