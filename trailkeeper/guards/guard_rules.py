"""Guards the rules that call the other side: what they match, that they are on, all their targets.

A second target, or an input that is not the event itself, turns a rule against its function, so
each target is compared with everything it has.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.drift import Drift
from trailkeeper.evidence.names import PREFIX
from trailkeeper.evidence.permission import Permission, everything
from trailkeeper.guards.guard import Clients, Document, Guard
from trailkeeper.guards.sides import RuleRecord, Side

NAME = "guard-rules"
# Of CDK's making; another id is another target.
_TARGET_ID = "Target0"


def guard(side: Side) -> Guard:
    """The guard of one side's rules."""
    records = {each.name: each for each in side.rules}

    def read(clients: Clients, _: Baseline) -> Any:
        return {
            rule["Name"]: _observed(clients, rule)
            for rule in _listed(clients)
            if rule["Name"] in records
        }

    def desired(baseline: Baseline) -> Any:
        return {name: _wanted(each, baseline) for name, each in records.items()}

    def write(clients: Clients, baseline: Baseline, drift: Drift) -> None:
        for name in sorted(drift.fields):
            _restore(clients, baseline, records[name])

    return Guard(
        name=NAME,
        documents=(
            Document(
                "rules",
                read,
                desired,
                ("events:ListTargetsByRule",),
                write,
                ("events:PutRule", "events:PutTargets", "events:RemoveTargets"),
            ),
        ),
        # One by one they would not fit into the policies of a role.
        resource=lambda baseline: baseline.names.arn("events", f"rule/{PREFIX}*"),
        why="Compare the rules that call the other function with what is deployed; restore them",
        also_needs=(
            Permission(
                ("events:ListRules",),
                everything,
                "Read all rules of ours by one call; AWS knows no resource for it",
            ),
        ),
    )


def _listed(clients: Clients) -> Any:
    pages = clients.events.get_paginator("list_rules").paginate(NamePrefix=PREFIX)
    return [rule for page in pages for rule in page["Rules"]]


def _observed(clients: Clients, rule: Mapping[str, Any]) -> Any:
    pages = clients.events.get_paginator("list_targets_by_rule").paginate(Rule=rule["Name"])
    targets = [target for page in pages for target in page["Targets"]]
    return {
        "EventPattern": json.loads(rule.get("EventPattern") or "{}"),
        "ScheduleExpression": rule.get("ScheduleExpression"),
        "State": rule["State"],
        "Targets": [{key: each[key] for key in each if key != "Id"} for each in targets],
    }


def _wanted(record: RuleRecord, baseline: Baseline) -> Any:
    return {
        "EventPattern": record.pattern,
        "ScheduleExpression": None,
        "State": "ENABLED",
        "Targets": [record.target(baseline.names)],
    }


def _restore(clients: Clients, baseline: Baseline, record: RuleRecord) -> None:
    events = clients.events
    events.put_rule(Name=record.name, EventPattern=json.dumps(record.pattern), State="ENABLED")
    wanted = {"Id": _TARGET_ID, **record.target(baseline.names)}
    pages = events.get_paginator("list_targets_by_rule").paginate(Rule=record.name)
    there = [target for page in pages for target in page["Targets"]]
    if wanted not in there:
        events.put_targets(Rule=record.name, Targets=[wanted])
    others = [target["Id"] for target in there if target["Id"] != _TARGET_ID]
    if others:
        events.remove_targets(Rule=record.name, Ids=others)
