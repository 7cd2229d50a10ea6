"""A pause of the repairs for a planned change; logging never waits.

Whoever wants one writes a parameter, so that AWS says who it was and since when. The state table
only remembers of which pause people were told: nothing in it holds off a repair.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from typing import Any

from botocore.exceptions import ClientError

from lambdas.heal.invocation import Invocation
from trailkeeper.alerts import pause_alerts
from trailkeeper.evidence.names import PAUSE_PARAMETER
from trailkeeper.evidence.outcome import Report
from trailkeeper.guards.guard import AWS_ERRORS, error_code
from trailkeeper.reconcile import deploys
from trailkeeper.state.heal_items import LONGEST_REASON, Deed, Pause
from trailkeeper.wire.typed import MalformedError, load

_MOST_CALLS = 10
# Parameter Store keeps 100 versions of a parameter, 50 on a page.
_MOST_PAGES = 2


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the parameter holds: for how many minutes repairs are to wait, and why; 0 ends it."""

    minutes: int
    reason: str


@dataclass(frozen=True, slots=True)
class Known:
    """The pause that is `running`, or else the one that people were told of and that is `over`.

    `resumed_by` ended it before its time. `why` says why a pause that somebody wants does not run.
    """

    running: Pause | None = None
    over: Pause | None = None
    resumed_by: str = ""
    why: str = ""


NONE = Known()


def told(invocation: Invocation) -> Pause | None:
    """The pause that people were told of and whose end they were not, even if its time is over."""
    try:
        return invocation.state.pause()
    except AWS_ERRORS as error:
        invocation.log.error("no word of a pause that was told", reason=str(error))
        return None


def look_up(invocation: Invocation, *, announce: bool = True) -> Known:
    """What there is of a pause now; one that people do not know of is told, unless not `announce`.

    A pause that nobody can be told of does not begin.
    """
    wanted, why = _wanted(invocation, announce=announce)
    before = told(invocation)
    now = invocation.now()
    if wanted is not None and now < wanted.end:
        if announce and (before is None or before.started != wanted.started):
            why = _begin(invocation, wanted)
        return Known(why=why) if why else Known(running=wanted)
    if before is None:
        return Known(why=why)
    ends_it = wanted is not None and before.started <= wanted.started == wanted.until
    end = wanted.started if wanted is not None and ends_it else before.end
    return Known(
        over=replace(before, until=min(end, before.end, now)),
        resumed_by=wanted.author if wanted is not None and ends_it else "",
        why=why,
    )


def tell(invocation: Invocation) -> None:
    """Tell people of a pause that somebody wants and that they do not know of."""
    look_up(invocation)


def why_wait(invocation: Invocation, pause: Pause | None) -> str:
    """Why repairs wait now, a key of the text catalogue; "" if they do not."""
    if pause is not None:
        return "paused"
    return deploys.why_wait(invocation.clients.cloudformation, invocation.now())


def end(invocation: Invocation, known: Known, report: Report) -> None:
    """Alert that repairs go on, with what the first run afterwards found, and forget the pause."""
    if known.over is None:
        return
    meanwhile = tuple(
        pause_alerts.Meanwhile(each.call, each.author, each.at)
        for each in _deeds(invocation, known.over)
    )
    invocation.alert(
        pause_alerts.ended(
            known.over,
            report,
            invocation.baseline,
            invocation.now(),
            resumed_by=known.resumed_by,
            meanwhile=meanwhile,
        )
    )
    invocation.remember(invocation.state.close_pause)


def _wanted(invocation: Invocation, *, announce: bool) -> tuple[Pause | None, str]:
    """The pause by the parameter's latest version, or why there is none."""
    try:
        versions = list(_versions(invocation))
    except AWS_ERRORS as error:
        if isinstance(error, ClientError) and error_code(error) == "ParameterNotFound":
            return None, f"nobody has asked for one by the parameter {PAUSE_PARAMETER}"
        invocation.log.error("no word of a pause, so repairs go on", reason=str(error))
        return None, f"the parameter {PAUSE_PARAMETER} cannot be read: {error}"
    latest = max(versions, key=lambda each: int(each["Version"]), default=None)
    if latest is None:
        return None, f"the parameter {PAUSE_PARAMETER} has no version"
    try:
        pause = _pause_of(latest)
        doubt = pause.doubt(invocation.now())
    except (MalformedError, ValueError, OverflowError, RecursionError) as error:
        doubt = str(error)
    if doubt:
        if announce:
            _tell_of_junk(invocation, latest, doubt)
        return None, f"what the parameter {PAUSE_PARAMETER} holds is no pause: {doubt}"
    return pause, ""


def _versions(invocation: Invocation) -> Iterator[dict[str, Any]]:
    request: dict[str, Any] = {"Name": PAUSE_PARAMETER, "MaxResults": 50}
    for _ in range(_MOST_PAGES):
        page = invocation.clients.ssm.get_parameter_history(**request)
        yield from page["Parameters"]
        if not page.get("NextToken"):
            return
        request["NextToken"] = page["NextToken"]


def _pause_of(version: dict[str, Any]) -> Pause:
    """A version as the pause that it asks for, by whom AWS says and from when.

    Raises:
        MalformedError, ValueError, OverflowError, RecursionError: it asks for none.
    """
    wanted = load(Wanted, json.loads(str(version["Value"])))
    if len(wanted.reason) > LONGEST_REASON or (wanted.minutes and not wanted.reason.strip()):
        raise MalformedError(f"reason: allowed: 1 to {LONGEST_REASON} characters")
    started = version["LastModifiedDate"].astimezone(UTC)
    until = started + timedelta(minutes=max(-1, min(wanted.minutes, 24 * 60)))
    return Pause(started, until, wanted.reason.strip(), str(version.get("LastModifiedUser", "")))


def _tell_of_junk(invocation: Invocation, version: dict[str, Any], doubt: str) -> None:
    """Alert of a version that asks for no pause; people hear of each once a day."""
    author, number = str(version.get("LastModifiedUser", "")), int(version["Version"])
    alert = pause_alerts.no_pause(
        author, number, doubt, invocation.baseline, invocation.now(), parameter=PAUSE_PARAMETER
    )
    invocation.alert(alert)


def _begin(invocation: Invocation, pause: Pause) -> str:
    """Alert, then note it; why it cannot begin, "" if it does."""
    alert = pause_alerts.begun(
        pause.author, pause.reason, pause.end, invocation.baseline, invocation.now()
    )
    try:
        invocation.alert(alert)
        invocation.state.begin_pause(pause)
    except AWS_ERRORS as error:
        invocation.log.error("a pause did not begin, as nobody hears of it", reason=str(error))
        return f"the pause could not be begun: {error}"
    return ""


def _deeds(invocation: Invocation, pause: Pause) -> tuple[Deed, ...]:
    """The calls whose effects were left to wait, oldest first."""
    try:
        found = invocation.state.deeds("waits", pause.started, _MOST_CALLS)
    except AWS_ERRORS as error:
        invocation.log.error("no word of what was changed meanwhile", reason=str(error))
        return ()
    return tuple(each for each in reversed(found) if each.call)
