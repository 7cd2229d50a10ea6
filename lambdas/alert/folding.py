"""Counts alerts of calls, when one principal or many make a flood of them.

Calls that changed nothing are counted, calls against the guard after which the same was put back,
and losses of one kind that nobody but people can undo. The first of an hour are told one by one,
the others counted and told together when it is over: nothing is lost, and no flood hides what
matters, as each kind of loss is counted by itself.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.alert.state import State
from lambdas.alert.telemetry import logger
from trailkeeper.alerts.alert import Alert
from trailkeeper.alerts.incoming import FoldEnd
from trailkeeper.words.text import Text

# So many an hour are told by themselves: of one principal and one detection, and of all of them,
# as whoever makes up principals is one, too. Tries are told once an hour (their dedup_key).
MOST = {
    **{"attempts": 1, "calls": 5, "fights": 5, "guard": 1, "losses": 5},
    **{"all-calls": 8, "all-fights": 3, "all-guard": 3, "all-losses": 15},
}
# SQS DelaySeconds.
_LONGEST_DELAY = 900
_HOUR = 3600


class Folding:
    """Alerts of a group by the hour of `clock` (Unix seconds), and the message that tells of them.

    `tell` brings an alert to people. Only alerts of calls are folded; what else has a group is
    counted before it is an alert.
    """

    def __init__(
        self,
        state: State,
        tell: Callable[[Alert], None],
        sqs: Any,
        queue_url: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._state = state
        self._tell = tell
        self._sqs = sqs
        self._queue_url = queue_url
        self._clock = clock

    def take(self, alert: Alert) -> None:
        """Tell an alert, or count it.

        Raises:
            DeliveryError: it should have been told now and was not.
        """
        group = alert.group or ""
        if _most(group) is None or not self._is_folded(alert, group):
            self._tell(alert)

    def _is_folded(self, alert: Alert, group: str) -> bool:
        """Whether an alert is told with others; it stays so, however often its message comes."""
        digest = hashlib.sha256(alert.to_json().encode()).hexdigest()
        try:
            folded = self._state.is_folded(digest)
            if folded is None:
                folded = any(self._fold(alert, each) for each in _groups(group))
                self._state.note_folded(digest, folded=folded)
        except (ClientError, BotoCoreError) as error:
            logger.warning("Nothing can be counted; telling it now", error=str(error))
            return False
        return folded

    def end(self, fold: FoldEnd) -> None:
        """Tell how many more there were, once the hour is over.

        Raises:
            DeliveryError, BotoCoreError, ClientError: the queue brings it again.
        """
        if self._left_of(fold.hour) > 0:
            self._later(fold)
            return
        group = fold.alert.group or ""
        known = self._state.fold(group, fold.hour)
        more = known.count - max(known.told, _most(group) or 0)
        if more > 0:
            self._tell(_summary(fold, group, more, known.count))
        self._state.end_fold(group, fold.hour, known.count)

    def _fold(self, alert: Alert, group: str) -> bool:
        """Count an alert; whether it is one too many to be told by itself."""
        hour = int(self._clock() // _HOUR)
        known = self._state.count(group, hour)
        if known.count <= (_most(group) or 0):
            return False
        if not known.ends:
            # First, so that no crash leaves a count that nobody tells.
            self._later(FoldEnd(replace(alert, group=group), hour))
            self._state.begin_fold(group, hour)
        return True

    def _later(self, fold: FoldEnd) -> None:
        delay = min(_LONGEST_DELAY, self._left_of(fold.hour) + 1)
        self._sqs.send_message(
            QueueUrl=self._queue_url, MessageBody=fold.to_json(), DelaySeconds=delay
        )

    def _left_of(self, hour: int) -> int:
        """Seconds until an hour is over, at most one hour: the message may be anybody's."""
        return max(0, min(_HOUR, (hour + 1) * _HOUR - int(self._clock())))


def _most(group: str) -> int | None:
    """How many alerts of a group are told by themselves; None if it is not folded at all."""
    return MOST.get(group.partition("/")[0])


def _groups(group: str) -> tuple[str, ...]:
    """The group of an alert, and that of all principals: losses of different kinds share none.

    Nor do calls against the guard after which something was put back: no noise hides them.
    """
    kind, what, *more = group.split("/")
    if kind == "guard":
        return (group, f"all-guard/{what}") if more[:1] == ["-"] else (group,)
    if kind == "fights":
        return ("all-fights",)  # each is of another principal
    return group, f"all-losses/{what}" if kind == "losses" else "all-calls"


def _summary(fold: FoldEnd, group: str, more: int, count: int) -> Alert:
    """The alert of one of them, with how many more there were."""
    alert = fold.alert
    of_all, losses = group.startswith("all-"), "losses" in group.partition("/")[0]
    kind = f"{'losses' if losses else 'calls'}.{'all' if of_all else 'one'}"
    if group.startswith("guard/"):
        kind = "guard.one"
    if "fights" in group.partition("/")[0]:
        kind = "fights"
    return replace(
        alert,
        what=Text("subject.folded", {"count": more, "what": alert.what}),
        result=alert.result if losses else None,
        who=Text("actor.nobody") if of_all else alert.who,
        story=(Text(f"story.folded.{kind}", {"count": more}), *alert.story),
        dedup_key=f"fold/{group}/{fold.hour}/{count}",
        event_id=None,
    )
