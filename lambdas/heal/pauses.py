"""A pause of the repairs for a planned change; logging never waits."""

from __future__ import annotations

from lambdas.heal.invocation import Invocation
from trailkeeper.alerts import pause_alerts
from trailkeeper.evidence.outcome import Report
from trailkeeper.guards.guard import AWS_ERRORS
from trailkeeper.reconcile import deploys
from trailkeeper.state.heal_items import Deed, Pause

_MOST_CALLS = 10


def read(invocation: Invocation) -> Pause | None:
    """The pause that was begun last and not ended yet, even if its time is over."""
    try:
        return invocation.state.pause()
    except AWS_ERRORS as error:
        invocation.log.error("no word of a pause, so repairs go on", reason=str(error))
        return None


def why_wait(invocation: Invocation, pause: Pause | None) -> str:
    """Why repairs wait now, a key of the text catalogue; "" if they do not."""
    if pause is not None and invocation.now() < pause.end:
        return "paused"
    return deploys.why_wait(invocation.clients.cloudformation, invocation.now())


def begin(invocation: Invocation, pause: Pause) -> None:
    """Alert, then begin: a pause that nobody hears of must not begin.

    Raises:
        ClientError, BotoCoreError: the alert or the pause could not be written.
    """
    invocation.alert(
        pause_alerts.begun(
            pause.author, pause.reason, pause.end, invocation.baseline, invocation.now()
        )
    )
    invocation.state.begin_pause(pause)


def end(invocation: Invocation, pause: Pause, report: Report, resumed_by: str = "") -> None:
    """Alert that repairs go on, with what the first run afterwards found, and forget the pause.

    `resumed_by`: who ended it before its time.
    """
    meanwhile = tuple(
        pause_alerts.Meanwhile(each.call, each.author, each.at)
        for each in _deeds(invocation, pause)
    )
    invocation.alert(
        pause_alerts.ended(
            pause,
            report,
            invocation.baseline,
            invocation.now(),
            resumed_by=resumed_by,
            meanwhile=meanwhile,
        )
    )
    invocation.remember(invocation.state.close_pause)


def _deeds(invocation: Invocation, pause: Pause) -> tuple[Deed, ...]:
    """The calls whose effects were left to wait, oldest first."""
    try:
        found = invocation.state.deeds("waits", pause.started, _MOST_CALLS)
    except AWS_ERRORS as error:
        invocation.log.error("no word of what was changed meanwhile", reason=str(error))
        return ()
    return tuple(each for each in reversed(found) if each.call)
