"""Takes in what happened to instances: filters, joins callers, asks EC2, hands it on by group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lambdas.alert.clients import Clients
from lambdas.alert.delivery import DeliveryError
from lambdas.alert.enrich import describe
from lambdas.alert.holding import Holding
from lambdas.alert.state import UNREACHABLE, State
from lambdas.alert.telemetry import count, logger
from trailkeeper.alerts.instance_alerts import Happening, Interest, group_of
from trailkeeper.events.event import ApiCall
from trailkeeper.events.instances import CAUSES, Cause, DeniedCall, StateChange, caused
from trailkeeper.evidence.metrics import ALERT_TROUBLED


class Callers:
    """Who made the calls behind state changes, as far as the state table knows."""

    def __init__(self, state: State) -> None:
        self._state = state

    def remember(self, calls: Sequence[ApiCall]) -> None:
        """Keep the callers of successful calls for the state changes that they lead to."""
        causes = [each for call in calls for each in caused(call)]
        if not causes:
            return
        try:
            self._state.remember(causes)
        except UNREACHABLE as error:
            count(ALERT_TROUBLED)
            logger.warning("A caller cannot be remembered", error=str(error))

    def complete(self, happenings: Sequence[Happening]) -> list[Happening]:
        """The happenings, each with its caller when one is known by now."""
        wanted = [
            (each.instance, call)
            for each in happenings
            if isinstance(each, StateChange) and not each.cause
            for call in CAUSES.get(each.state, ())
        ]
        if not wanted:
            return list(happenings)
        try:
            known = self._state.causes(wanted)
        except UNREACHABLE as error:
            count(ALERT_TROUBLED)
            logger.warning("Callers cannot be looked up", error=str(error))
            return list(happenings)
        return [_joined(each, known) for each in happenings]


class InstanceEvents:
    """One invocation's state changes and calls, handled together."""

    def __init__(
        self,
        *,
        clients: Clients,
        state: State,
        callers: Callers,
        holding: Holding,
        interest: Interest,
    ) -> None:
        self._clients = clients
        self._state = state
        self._callers = callers
        self._holding = holding
        self._interest = interest

    def take(self, contents: Sequence[tuple[str, StateChange | ApiCall]]) -> set[str]:
        """Handle changes and calls, each with its message id; the ids to bring again come back."""
        calls = [each for _, each in contents if isinstance(each, ApiCall)]
        self._callers.remember(calls)
        happenings = self._new(_interesting(contents, self._interest))
        groups: dict[str, list[tuple[str, Happening]]] = {}
        for message_id, happening in self._described(happenings):
            groups.setdefault(group_of(happening), []).append((message_id, happening))
        failed: set[str] = set()
        for group, members in groups.items():
            try:
                self._holding.take(group, [happening for _, happening in members])
            except DeliveryError:
                failed |= {message_id for message_id, _ in members}
        return failed

    def _new(self, happenings: dict[str, tuple[str, Happening]]) -> list[tuple[str, Happening]]:
        try:
            seen = self._state.seen(happenings)
        except UNREACHABLE as error:
            count(ALERT_TROUBLED)
            logger.warning("Duplicates cannot be recognised", error=str(error))
            seen = set()
        return [each for event_id, each in happenings.items() if event_id not in seen]

    def _described(
        self, happenings: Sequence[tuple[str, Happening]]
    ) -> list[tuple[str, Happening]]:
        """With details and callers, without those that people do not want to hear of."""
        regions: dict[str, list[str]] = {}
        for _, each in happenings:
            if isinstance(each, StateChange):
                regions.setdefault(each.region, []).append(each.instance)
        details = {
            (region, instance): found
            for region, instances in regions.items()
            for instance, found in describe(self._clients, region, instances).items()
        }
        completed = self._callers.complete(
            [
                replace(each, details=details.get((each.region, each.instance), each.details))
                if isinstance(each, StateChange)
                else each
                for _, each in happenings
            ]
        )
        wanted = []
        for (message_id, _), each in zip(happenings, completed, strict=True):
            reason = self._interest.why_not(each) if isinstance(each, StateChange) else None
            if reason is None:
                wanted.append((message_id, each))
            else:
                logger.debug("Of no interest", reason=reason, event_id=each.event_id)
        return wanted


def _interesting(
    contents: Sequence[tuple[str, StateChange | ApiCall]], interest: Interest
) -> dict[str, tuple[str, Happening]]:
    """By event id, so that a batch which holds an event twice tells it once."""
    found: dict[str, tuple[str, Happening]] = {}
    for message_id, each in contents:
        if isinstance(each, StateChange):
            if interest.why_not_before_details(each) is None:
                found[each.event_id] = (message_id, each)
        elif (denied := DeniedCall.parse(each)) and not interest.why_not_region(denied.region):
            found[denied.event_id] = (message_id, denied)
    return found


def _joined(happening: Happening, known: dict[str, list[Cause]]) -> Happening:
    if not isinstance(happening, StateChange) or happening.cause:
        return happening
    causes = [each for each in known.get(happening.instance, []) if each.explains(happening)]
    if not causes:
        return happening
    return replace(happening, cause=max(causes, key=lambda cause: cause.time))
