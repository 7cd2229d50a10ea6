"""Which of the deployed EventBridge rules, if any, would see an event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from trailkeeper.cli.deployed import Functions
from trailkeeper.detections.catalogue import (
    API_CALL,
    DELETED,
    RULES,
    STATE_CHANGE,
    Rule,
    deletion_rule,
    insight_rule,
    instance_state_rule,
)
from trailkeeper.detections.regions import arrives, iam_sent_from
from trailkeeper.evidence.regions import billing_region


def why_unseen(event: Mapping[str, Any], functions: Functions) -> str:
    """Why no deployed rule would see an event of the bus; "" if one would.

    What comes by no rule (an alarm, a message of our own queue) is always seen.
    """
    if "detail-type" not in event:
        return ""
    region = str(event.get("region"))
    heard = list(_heard(event, functions))
    if region not in heard:
        return (
            f"no rule sees it in {region}: rules for events of {event.get('source')} are in "
            f"{', '.join(heard)} alone"
        )
    states = functions.alert.ec2_states
    detail = event["detail"]
    insights = (insight_rule(),) if functions.heal.baseline.insight_types else ()
    names = functions.heal.baseline.names
    buckets = (names.log_bucket, names.fallback_bucket)
    deletions = (deletion_rule(buckets),) if functions.alert.deletion_alerts else ()
    rules = (*RULES, instance_state_rule(states), *insights, *deletions)
    if not any(_lets_through(rule.pattern, event) for rule in rules):
        return _nobody_asks(event, rules, states)
    source = str(detail.get("eventSource", ""))
    if not arrives(source, region):
        return f"calls of {source} never arrive in {region}; the sweep alone sees what they change"
    return ""


def _heard(event: Mapping[str, Any], functions: Functions) -> Iterator[str]:
    """The regions in which a rule waits for events of this source."""
    heal, home = functions.heal, functions.heal.baseline.region
    yield home
    match event.get("source"):
        case "aws.ec2":
            yield from functions.alert.ec2_regions
        case "aws.iam" if heal.forward_iam_calls and (region := iam_sent_from(home)):
            yield region
        case "aws.monitoring" | "aws.cloudwatch" if heal.billing_alarm_usd is not None:
            yield billing_region(home) or home


def _nobody_asks(event: Mapping[str, Any], rules: Iterable[Rule], states: Iterable[str]) -> str:
    kind, detail = event["detail-type"], event["detail"]
    if kind == STATE_CHANGE and event["source"] == "aws.ec2":
        return f"state {detail.get('state')} is not in ec2_states ({', '.join(states)})"
    if kind == DELETED and any(rule.pattern["detail-type"] == [DELETED] for rule in rules):
        return "no rule sees it: asked for are files of the log bucket that a call deletes"
    if kind not in {API_CALL, STATE_CHANGE}:
        return f'no rule sees it: none asks for events of the kind "{kind}"'
    if not any(event["source"] in rule.pattern["source"] for rule in rules):
        return f"no rule sees it: none asks for events of {event['source']}"
    named = f"{detail.get('eventName')} of {detail.get('eventSource')}"
    return f"no rule sees it: none asks for {named}"


def _lets_through(pattern: Any, event: Any) -> bool:
    """Whether an event matches a pattern of exact values, the only kind that our rules have."""
    if isinstance(pattern, Mapping):
        return isinstance(event, Mapping) and all(
            name in event and _lets_through(wanted, event[name]) for name, wanted in pattern.items()
        )
    return event in pattern
