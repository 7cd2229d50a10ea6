"""Guards the rules that call the other side: what they match, that they are on, all their targets.

A second target, or an input that is not the event itself, turns a rule against its function, so
each target is compared with everything it has. So it is with the rules by which a region beyond
home sends its events: each region is read alone, so that one that does not answer hides no other.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from trailkeeper.evidence import roles
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.drift import Drift
from trailkeeper.evidence.names import PREFIX, SENT_HOME
from trailkeeper.evidence.outcome import placed
from trailkeeper.evidence.permission import Permission, everything
from trailkeeper.guards.guard import Clients, Document, Guard
from trailkeeper.guards.guard_roles import must_be_there
from trailkeeper.guards.sides import RuleRecord, SatelliteRecord, SentRecord, Side

NAME = "guard-rules"
# Of CDK's making; another id is another target.
_TARGET_ID = "Target0"
Events = Callable[[Clients], Any]
_Record = RuleRecord | SentRecord


def guard(side: Side) -> Guard:
    """The guard of one side's rules."""

    def rules(baseline: Baseline) -> tuple[str, ...]:
        # One by one they would not fit into the policies of a role.
        ours = baseline.names.arn("events", f"rule/{PREFIX}*")
        beyond = baseline.names.in_region("*").arn("events", f"rule/{PREFIX}*{SENT_HOME}")
        return (ours, *([beyond] if side.satellites else []))

    return Guard(
        name=NAME,
        documents=(
            _document("rules", side.rules, lambda clients: clients.events),
            *(_sent_home(each) for each in side.satellites),
        ),
        resource=rules,
        why="Compare the rules that call the other function with what is deployed; restore them",
        also_needs=(
            Permission(
                ("events:ListRules",),
                everything,
                "Read all rules of ours by one call; AWS knows no resource for it",
            ),
            *([_PASS_SENDER] if side.satellites else []),
        ),
    )


_PASS_SENDER = Permission(
    ("iam:PassRole",),
    roles.every_satellite,
    "Give a rule beyond home its role again, which may put events on the home region's bus alone",
    lambda _: {"StringEquals": {"iam:PassedToService": "events.amazonaws.com"}},
)


def _sent_home(satellite: SatelliteRecord) -> Document:
    region = satellite.region
    name = placed("sent-home", region)
    return _document(name, satellite.rules, lambda clients: clients.events_in(region))


def _document(name: str, rules: Iterable[_Record], events_of: Events) -> Document:
    """The rules of one region."""
    records = {each.name: each for each in rules}

    def read(clients: Clients, _: Baseline) -> Any:
        events = events_of(clients)
        return {
            rule["Name"]: _observed(events, rule)
            for rule in _listed(events)
            if rule["Name"] in records
        }

    def desired(baseline: Baseline) -> Any:
        return {name: _wanted(each, baseline) for name, each in records.items()}

    def write(clients: Clients, baseline: Baseline, drift: Drift) -> None:
        for each in sorted(drift.fields):
            record = records[each]
            if isinstance(record, SentRecord):
                # A stack that is not there would not come to be beside rules of its names.
                must_be_there(clients, baseline, record.sender)
            _restore(events_of(clients), baseline, record)

    return Document(
        name,
        read,
        desired,
        ("events:ListTargetsByRule",),
        write,
        ("events:PutRule", "events:PutTargets", "events:RemoveTargets"),
    )


def _listed(events: Any) -> Any:
    pages = events.get_paginator("list_rules").paginate(NamePrefix=PREFIX)
    return [rule for page in pages for rule in page["Rules"]]


def _observed(events: Any, rule: Mapping[str, Any]) -> Any:
    pages = events.get_paginator("list_targets_by_rule").paginate(Rule=rule["Name"])
    targets = [target for page in pages for target in page["Targets"]]
    return {
        "EventPattern": json.loads(rule.get("EventPattern") or "{}"),
        "ScheduleExpression": rule.get("ScheduleExpression"),
        "State": rule["State"],
        "Targets": [{key: each[key] for key in each if key != "Id"} for each in targets],
    }


def _wanted(record: _Record, baseline: Baseline) -> Any:
    return {
        "EventPattern": record.pattern,
        "ScheduleExpression": None,
        "State": "ENABLED",
        "Targets": [record.target(baseline.names)],
    }


def _restore(events: Any, baseline: Baseline, record: _Record) -> None:
    events.put_rule(Name=record.name, EventPattern=json.dumps(record.pattern), State="ENABLED")
    wanted = {"Id": _TARGET_ID, **record.target(baseline.names)}
    pages = events.get_paginator("list_targets_by_rule").paginate(Rule=record.name)
    there = [target for page in pages for target in page["Targets"]]
    if wanted not in there:
        events.put_targets(Rule=record.name, Targets=[wanted])
    others = [target["Id"] for target in there if target["Id"] != _TARGET_ID]
    if others:
        events.remove_targets(Rule=record.name, Ids=others)
