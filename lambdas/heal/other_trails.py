"""Other trails of the account: starts what somebody stopped, and alerts people of whatever is done.

How AWS listed them is remembered, so that an alert says what was changed, and so that a sweep tells
of what no event told: the event of a call on an organization's trail is in another account.
"""

from __future__ import annotations

from collections.abc import Sequence

from lambdas.heal.invocation import HealFailedError, Invocation
from trailkeeper.alerts import other_trail_alerts
from trailkeeper.detections.detection import Detection
from trailkeeper.events.event import ApiCall
from trailkeeper.evidence.trails import ListedTrail, differences
from trailkeeper.guards import other_trails
from trailkeeper.guards.guard import AWS_ERRORS, Clients
from trailkeeper.reconcile.decide import OtherTrail
from trailkeeper.state.heal_items import KnownTrails
from trailkeeper.words.text import LONGEST_FIELD

_MOST_ALERTS = 10


def follow(
    invocation: Invocation, call: ApiCall, detection: Detection, wanted: OtherTrail
) -> tuple[str, ...]:
    """Do what a call on another trail calls for, and alert people of it.

    The answer is the ARNs of trails that are still stopped, though they were to be started.

    Raises:
        HealFailedError: a stopped trail is to be started, and the trails cannot be listed.
    """
    left = _stopped_trails(invocation, call, wanted) if wanted.stopped else ()
    before, after = _known(invocation), _listed(invocation)
    gone_or_changed = not wanted.stopped or _is_of_organization(wanted.hint, before, after)
    if gone_or_changed:
        invocation.alert(
            other_trail_alerts.called(
                call,
                detection,
                invocation.baseline,
                wanted.hint,
                before=_named(wanted.hint, before.trails if before else ()),
                after=_named(wanted.hint, after or ()),
            )
        )
    _remember_one(invocation, wanted.hint, before, after)
    return left


def compare(invocation: Invocation, asked: Clients) -> None:
    """Alert of every other trail that is not as it was, though no call was heard of.

    `asked` are clients that may have listed the trails before, for the guard of ours.
    """
    if invocation.environ.other_trails == "ignore":
        return
    after = _listed(invocation, asked)
    if after is None:
        return
    before = _known(invocation)
    if before is not None:
        _tell_differences(invocation, before, after)
    _remember(invocation, after)


def note(invocation: Invocation, hint: str) -> None:
    """Take one trail as it is now for known: people are told of what was just done to it."""
    _remember_one(invocation, hint, _known(invocation), _listed(invocation))


def _tell_differences(
    invocation: Invocation, known: KnownTrails, listed: Sequence[ListedTrail]
) -> None:
    old, new = {each.arn: each for each in known.trails}, {each.arn: each for each in listed}
    told = 0
    for arn in dict.fromkeys((*old, *new)):
        before, after = old.get(arn), new.get(arn)
        same = before is not None and after is not None and not differences(before, after)
        if same or told == _MOST_ALERTS:
            continue
        invocation.alert(
            other_trail_alerts.found(
                invocation.baseline, invocation.now(), known.at, before=before, after=after
            )
        )
        told += 1


def _stopped_trails(invocation: Invocation, call: ApiCall, wanted: OtherTrail) -> tuple[str, ...]:
    """Find the trails that a call stopped; start and verify each if wanted, alert of each.

    The answer is the ARNs of those that could not be started.
    """
    try:
        stopped = other_trails.observe(
            invocation.clients, invocation.baseline, wanted.hint, invocation.now()
        )
    except AWS_ERRORS as error:
        invocation.log.error("cannot list the other trails", reason=str(error))
        raise HealFailedError("the account's other trails cannot be listed") from error
    left = []
    for arn in stopped:
        outcome, error_words, verified = "ignored", "", None
        if wanted.restart:
            outcome, error_words, verified = _start(invocation, arn)
        invocation.alert(
            other_trail_alerts.stopped(
                call, invocation.baseline, arn, outcome, error_words, verified=verified
            )
        )
        if verified is False:
            left.append(arn)
    return tuple(left)


def _start(invocation: Invocation, arn: str) -> tuple[str, str, bool]:
    """How it ended (as `stopped` says it), AWS's words if it failed, whether it was seen."""
    try:
        invocation.patience.persist(lambda: other_trails.repair(invocation.clients, arn))
        left = invocation.patience.read_back(
            lambda: None if other_trails.verify(invocation.clients, arn) else True
        )
    except AWS_ERRORS as refused:
        return "failed", str(refused)[:LONGEST_FIELD], False
    return "started_again", "", left is None


def _is_of_organization(
    hint: str, before: KnownTrails | None, after: Sequence[ListedTrail] | None
) -> bool:
    listed = _named(hint, after or ()) or _named(hint, before.trails if before else ())
    return listed is not None and listed.organization


def _named(hint: str, trails: Sequence[ListedTrail]) -> ListedTrail | None:
    return next((each for each in trails if hint in (each.name, each.arn)), None)


def _listed(
    invocation: Invocation, clients: Clients | None = None
) -> tuple[ListedTrail, ...] | None:
    try:
        return other_trails.listed(clients or invocation.clients, invocation.baseline)
    except AWS_ERRORS as error:
        invocation.log.error("cannot list the other trails", reason=str(error))
        return None


def _known(invocation: Invocation) -> KnownTrails | None:
    try:
        return invocation.state.known_trails()
    except AWS_ERRORS as error:
        invocation.log.error("no word of the other trails", reason=str(error))
        return None


def _remember_one(
    invocation: Invocation,
    hint: str,
    known: KnownTrails | None,
    listed: Sequence[ListedTrail] | None,
) -> None:
    """What was done to the others without an event is still to be told, so they stay as known."""
    if listed is None:
        return
    if known is None:
        _remember(invocation, listed)
        return
    others = [each for each in known.trails if hint not in (each.name, each.arn)]
    now = [each for each in listed if hint in (each.name, each.arn)]
    kept = KnownTrails(known.at, (*others, *now))
    invocation.remember(lambda: invocation.state.remember_trails(kept))


def _remember(invocation: Invocation, trails: Sequence[ListedTrail]) -> None:
    known = KnownTrails(invocation.now(), tuple(trails))
    invocation.remember(lambda: invocation.state.remember_trails(known))
