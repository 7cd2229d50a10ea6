"""The records of both sides of the guard, cut into the documents of tests/golden/sides.

`python -m tests.guards.told_sides NAME` prints what the records say now, for a person to read;
nothing writes a golden document by itself.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.deployed_evidence import BASELINE
from tests.guarded import ALERT_ENVIRON, HEAL_ENVIRON
from trailkeeper.environments.alert import AlertEnviron
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.guards.sides import Side, heal_side, watcher_side
from trailkeeper.guards.watched import guards_of, judging

FRANKFURT = replace(BASELINE, region="eu-central-1", controls=("root-use", "vpc-changes"))


def _said(side: Side, heal: HealEnviron) -> dict[str, Any]:
    """All that the stacks deploy and the guards put back; patterns of rules are read elsewhere."""
    baseline, names = heal.baseline, heal.baseline.names
    return {
        "stack": side.stack,
        "table": [side.table.name, side.table.protected],
        "names": sorted(side.names(names)),
        "unnamed": dict(side.unnamed),
        "has": [side.for_deploys, side.has_key],
        "fed": [side.queue_to and side.queue_to.name, *(each.name for each in side.feeding)],
        "subscribers": {name: [list(each) for each in to] for name, to in side.subscribers.items()},
        "functions": [each.name for each in side.functions],
        "roles": [each.short for each in side.roles],
        "rules": {
            each.name: [None if isinstance(each.to, str) else each.to.name, each.target(names)]
            for each in side.rules
        },
        "satellites": {
            f"TrailkeeperSatellite-{each.region}": [
                each.role.name(names),
                each.role.boundary(names),
                {rule.name: rule.target(names) for rule in each.rules},
            ]
            for each in side.satellites
        },
        "beyond": list(side.beyond),
        "schedules": {
            each.name: each.document(names, side.schedule_role_arn) for each in side.schedules
        },
        "queues": {each.name: side.queue_policy(baseline, each.name) for each in side.queues},
        "queue urls": [side.queue_url(each.name) for each in side.queues],
        "topics": {each.name: side.topic_policy(baseline, each.name) for each in side.topics},
        "encrypted": [each.name for each in side.topics if each.encrypted],
        "keys": {each or "home": side.key_policy(baseline, each) for each in side.key_regions},
        "alarms": {each.name: each.document(names) for each in side.alarms},
        "rights": [
            [each.why, each.statement(baseline)]
            for guard in guards_of(side, judging("trailkeeper-other"))
            for each in guard.permissions
        ],
        "schedules of alarms": {each.name: each.schedule for each in side.alarms if each.schedule},
    }


def _heal(alert: AlertEnviron = ALERT_ENVIRON, **settings: Any) -> dict[str, Any]:
    heal = replace(HEAL_ENVIRON, **{"last_resort_emails": (), **settings})
    return _said(heal_side(heal, alert), heal)


def _everything() -> dict[str, Any]:
    chat = "arn:aws:sns:eu-central-1:123456789012:trailkeeper-chat"
    return _heal(
        replace(
            ALERT_ENVIRON,
            chat_topic_arn=chat,
            language="ko",
            ec2_regions=("ap-northeast-2", "us-east-1"),
        ),
        baseline=replace(FRANKFURT, insight_types=("ApiCallRateInsight",)),
        count_deliveries=True,
        last_resort_emails=("boss@example.com",),
        reconcile_minutes=1,
        sweep_minutes=60,
        monthly_budget_usd=500.0,
    )


def _watcher() -> dict[str, Any]:
    heal = replace(HEAL_ENVIRON, last_resort_emails=("boss@example.com",), reconcile_minutes=10)
    return _said(watcher_side(heal), heal)


SIDES: dict[str, Callable[[], dict[str, Any]]] = {
    "heal": _heal,
    "heal-without-a-watcher": lambda: _heal(
        watcher=False,
        last_resort_emails=("boss@example.com",),
        alerts_key=False,
        billing_alarm_usd=None,
        monthly_budget_usd=500.0,
        forward_iam_calls=False,
    ),
    "heal-elsewhere-without-charges": lambda: _heal(
        baseline=FRANKFURT,
        billing_alarm_usd=None,
        forward_iam_calls=False,
    ),
    "heal-with-everything": _everything,
    "watcher": _watcher,
}


def printed(document: dict[str, Any]) -> str:
    """JSON with a line for each member of a member."""
    members = [f"{json.dumps(name)}: {_member(value)}" for name, value in document.items()]
    return "{\n" + ",\n".join(members) + "\n}"


def _member(value: Any) -> str:
    if isinstance(value, dict):
        lines = [f"  {json.dumps(name)}: {_line(each)}" for name, each in value.items()]
    elif isinstance(value, list):
        lines = [f"  {_line(each)}" for each in value]
    else:
        return _line(value)
    opening, closing = ("{", "}") if isinstance(value, dict) else ("[", "]")
    return f"{opening}\n" + ",\n".join(lines) + f"{closing}" if lines else opening + closing


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    for each in sys.argv[1:] or SIDES:
        print(printed(SIDES[each]()))
