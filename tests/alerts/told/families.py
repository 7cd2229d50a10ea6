"""All the golden alerts: by the name of their document, the cases in it."""

from __future__ import annotations

from collections.abc import Callable

from tests.alerts.told import evidence, folded, guard, others, outside, stacks
from trailkeeper.alerts.alert import Alert

FAMILIES: dict[str, dict[str, Callable[[], tuple[Alert, ...]]]] = {
    "repairs": evidence.HEAL,
    "calls": evidence.CALLS,
    "other-trails": outside.OTHER_TRAILS,
    "believing": outside.BELIEVING,
    "guard": guard.GUARD,
    "stacks": stacks.STACKS,
    "folded": folded.FOLDED,
    "authors": evidence.AUTHORS,
    "fights": evidence.FIGHTS,
    "pauses": evidence.PAUSES,
    "drills": evidence.DRILLS,
    "gaps": evidence.OTHERS,
    "instances": others.INSTANCES,
    "summaries": others.SUMMARIES,
    "alarms": others.ALARMS,
    "costs": others.COSTS,
    "insights": others.INSIGHTS,
    "deletions": others.DELETIONS,
    "alive": others.ALIVE,
    "channels": others.CHANNELS,
    "controls": others.CONTROLLED,
}
