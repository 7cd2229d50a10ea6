"""What a reconcile looks at beside the evidence; the checks need nothing of each other.

They run side by side, as on AWS a look is nearly all waiting. Each alerts and remembers by itself,
and what it cannot see keeps no other from looking.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from lambdas.heal import baselines, pauses
from lambdas.heal.invocation import Invocation
from lambdas.heal.state import OF_A_TIME
from trailkeeper.alerts import billing
from trailkeeper.evidence.regions import billing_region
from trailkeeper.guards import alert_channels, billing_alarm
from trailkeeper.guards.guard import AWS_ERRORS
from trailkeeper.state.heal_items import Silence

Check = Callable[[Invocation], None]
AT_ONCE = 16


def run(invocation: Invocation, also: Sequence[Check] = ()) -> None:
    """Run them all, and others that the caller knows of; returns when the last is done."""
    _side_by_side(invocation, (*CHECKS, *also))


def run_seldom(invocation: Invocation) -> None:
    """Run those that are not part of a sweep where there is a watcher.

    A pause that holds nothing off is one of them: what would be held off asks for it at once.
    """
    _side_by_side(invocation, (*OF_PEOPLE, pauses.tell))


def _side_by_side(invocation: Invocation, checks: Sequence[Check]) -> None:
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="check") as pool:
        for done in [pool.submit(check, invocation) for check in checks]:
            done.result()


def _channels(invocation: Invocation) -> None:
    """Alert whoever still hears us about those who don't (any more)."""
    try:
        troubles = alert_channels.troubles(
            invocation.clients, invocation.baseline, invocation.environ.alert_emails
        )
    except AWS_ERRORS as error:
        invocation.log.error("cannot see who gets alerts", reason=str(error))
        return
    for trouble in troubles:
        invocation.alert(trouble)


def _billing_alarm(invocation: Invocation) -> None:
    """Tell once of each time that the billing alarm has had no data for two days."""
    limit, home = invocation.environ.billing_alarm_usd, invocation.baseline.region
    region = billing_region(home)
    if limit is None or region is None:
        return
    try:
        since = billing_alarm.silent_since(invocation.clients, invocation.now())
        told = invocation.state.silence() if since else None
    except AWS_ERRORS as error:
        invocation.log.error("cannot see whether the billing alarm works", reason=str(error))
        return
    if since is None or (told and told.since == since):
        return
    account = invocation.baseline.account
    invocation.alert(billing.silent_alert(since, limit, account=account, region=region))
    invocation.remember(lambda: invocation.state.remember_silence(Silence(since)))


def _ahead(invocation: Invocation, kind: str) -> None:
    invocation.remember(lambda: invocation.state.look_ahead(kind))


CHECKS: tuple[Check, ...] = (
    baselines.compare,
    *(partial(_ahead, kind=kind) for kind in OF_A_TIME),
)
OF_PEOPLE: tuple[Check, ...] = (_channels, _billing_alarm)
"""Of what only people can put right, in hours rather than minutes.

Where there is a watcher they come with the comparison of it, as calls about them are told by it at
once. Without one they are part of every sweep.
"""
