"""What an API call means for the evidence, as a value: the heal function carries it out, and
`trailkeeper preview` shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from trailkeeper.alerts import heal_alerts
from trailkeeper.alerts.alert import Alert
from trailkeeper.alerts.heal_alerts import Open
from trailkeeper.detections import hints
from trailkeeper.detections.catalogue import Detection, detect
from trailkeeper.events.event import ApiCall
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.defaults import OtherTrails
from trailkeeper.evidence.expected import STOPS, ExpectedActor
from trailkeeper.evidence.outcome import Report
from trailkeeper.guards.evidence import PERMISSIONS
from trailkeeper.reconcile.stop import stop_by

CREATES = "CreateTrail"
DELETES = "DeleteTrail"
_CLOUDTRAIL = "cloudtrail.amazonaws.com"
# What our repairs may call, as IAM names it, and where CloudTrail names it otherwise.
_REPAIRS = frozenset(
    action.partition(":")[2] for permission in PERMISSIONS for action in permission.actions
)
_ACTIONS = {
    "PutBucketLifecycle": "PutLifecycleConfiguration",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketReplication": "PutReplicationConfiguration",
    "DeleteBucketReplication": "PutReplicationConfiguration",
}
_BY_DEPLOY = "cloudformation.amazonaws.com"
_OF_NO_OTHER_TRAIL = ("trail-created", "trail-tags-changed")


class Action(StrEnum):
    """What to do about a call."""

    IGNORE = "ignore"
    ALERT_ATTEMPT = "alert-attempt"
    RECONCILE = "reconcile"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a decision needs beside the call; all of it is known without asking AWS."""

    baseline: Baseline
    other_trails: OtherTrails


@dataclass(frozen=True, slots=True)
class OtherTrail:
    """Another trail that was stopped, or (`stopped` False) changed or deleted.

    `hint` is its name or ARN as the event has it, untrusted; "" when nobody knows which one it was.
    `restart` False: people are told, and the trail stays as it is.
    """

    hint: str
    restart: bool
    stopped: bool = True


@dataclass(frozen=True, slots=True)
class Decision:
    """What a call means.

    The fields after `detection` are about a reconcile. `names_author`: what is found is said to be
    the caller's doing; otherwise it is told as found, and nothing is told if nothing is found.
    `by_deploy`: CloudFormation called, at `called_at` if the event says, so a deploy of our own
    stacks that left all in order, or what waits for its next step, is no news. `stops_trail`: the
    call stopped or deleted the guarded trail, at `stopped_at` if the event says when. `retry`: what
    fails is tried again by Lambda.
    """

    action: Action
    why: str
    detection: Detection | None = None
    names_author: bool = False
    by_deploy: bool = False
    called_at: datetime | None = None
    stops_trail: bool = False
    stopped_at: datetime | None = None
    other_trail: OtherTrail | None = None
    retry: bool = True


def decide(call: ApiCall, facts: Facts) -> Decision:
    """What to do about a call, whatever it says: an event is only a hint to look now."""
    detection = detect(call)
    if detection is None:
        service = call.source or "an unknown service"
        return Decision(Action.IGNORE, f"no detection is about {call.name} of {service}")
    baseline = facts.baseline
    if not hints.concerns(call, baseline):
        named = hints.resource(call) or "what it names"
        why = f"{detection.id}: {named} is not part of the evidence"
        return Decision(Action.IGNORE, why, detection)
    if not call.succeeded and _is_repair(call, baseline):
        why = f"{detection.id}: our own repair failed with {call.error_code}; its run tells of that"
        return Decision(Action.IGNORE, why, detection)
    if not call.succeeded:
        why = f"{detection.id}: the call failed with {call.error_code}, so nothing is healed"
        return Decision(Action.ALERT_ATTEMPT, why, detection)
    is_echo = _is_echo(call, baseline)
    is_ours = _is_about_ours(call, detection, baseline)
    by_deploy = call.actor.invoked_by == _BY_DEPLOY
    stop = stop_by(call, baseline)
    return Decision(
        Action.RECONCILE,
        _why(detection, is_echo=is_echo, is_ours=is_ours),
        detection,
        names_author=is_ours and not is_echo,
        by_deploy=by_deploy,
        called_at=call.at if by_deploy else None,
        stops_trail=stop is not None,
        stopped_at=stop.at if stop else None,
        other_trail=_other_trail(call, detection, facts),
        retry=not is_echo,
    )


def alerts_of(
    decision: Decision,
    call: ApiCall,
    report: Report,
    baseline: Baseline,
    now: datetime,
    *,
    deploying: bool,
    last_good: datetime | None = None,
    still_open: tuple[Open, ...] = (),
    planned: ExpectedActor | None = None,
) -> tuple[Alert, ...]:
    """What people are told of the reconcile that a call led to; nothing if nothing is worth it.

    `deploying`: one of our own stacks was being deployed at the call. `last_good`: when all was
    last in order. `still_open`: what people were told of before. `planned`: the entry of the
    settings that has the call as planned.
    """
    if not decision.names_author:
        return heal_alerts.of_report(report.unplanned, baseline, now, last_good=last_good)
    if report.unplanned.found_nothing and decision.by_deploy and deploying:
        return ()
    return heal_alerts.of_report(
        report,
        baseline,
        now,
        call,
        decision.detection,
        last_good=last_good,
        still_open=still_open,
        planned=planned,
    )


def _is_echo(call: ApiCall, baseline: Baseline) -> bool:
    """A call such as our repairs make, so that what differs now is somebody else's doing.

    Our repairs never stop the trail: who does that with our role has stolen it.
    """
    return call.actor.principal_arn == baseline.names.heal_role_arn and call.name not in STOPS


def _is_repair(call: ApiCall, baseline: Baseline) -> bool:
    """A call that our repairs make, by our role; whatever else that role tries is somebody else."""
    action = _ACTIONS.get(call.name, call.name)
    return _is_echo(call, baseline) and action in _REPAIRS


def _is_about_ours(call: ApiCall, detection: Detection, baseline: Baseline) -> bool:
    """A call on another trail says nothing about the guarded one; a new trail may be meant to."""
    return (
        detection.event_source != _CLOUDTRAIL
        or call.name == CREATES
        or hints.names_our_trail(call, baseline)
    )


def _other_trail(call: ApiCall, detection: Detection, facts: Facts) -> OtherTrail | None:
    if detection.event_source != _CLOUDTRAIL or facts.other_trails == "ignore":
        return None
    if _is_echo(call, facts.baseline):
        return None
    ours, hint = hints.names_our_trail(call, facts.baseline), hints.resource(call)
    if call.name == "StopLogging":
        if ours and not call.parameters_omitted:
            return None
        return OtherTrail(hint, restart=facts.other_trails == "restart")
    # A new trail is told by its own detection, and tags decide nothing about what is recorded.
    if ours or detection.id in _OF_NO_OTHER_TRAIL:
        return None
    return OtherTrail(hint, restart=False, stopped=False)


def _why(detection: Detection, *, is_echo: bool, is_ours: bool) -> str:
    if is_echo:
        return f"{detection.id}: our own repair; the evidence is compared, the caller not accused"
    if not is_ours:
        return f"{detection.id}: another trail; the evidence is compared all the same"
    return f"{detection.id}: the heal function compares the evidence with the baseline"
