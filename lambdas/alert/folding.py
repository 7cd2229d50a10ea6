"""Counts alerts of calls, when one principal or many make a flood of them.

Calls that changed nothing are counted, calls against the guard after which the same was put back,
what nothing but an event says, and losses of one kind that nobody but people can undo. The first of
an hour are told one by one, the others together when it is over, with how many principals there
were: nothing is lost, and no flood hides what matters.

Whoever sends made-up events makes up principals and kinds of calls as he likes. So it is bounded
what one principal, all principals of one kind, and all kinds together are told by; and of each
family of kinds there is one alert an hour that counts. What a guard saw and put right is in none.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.alert.state import State
from lambdas.alert.telemetry import logger
from trailkeeper.alerts import folded_alerts
from trailkeeper.alerts.alert import Alert
from trailkeeper.alerts.incoming import FoldEnd

# SQS DelaySeconds.
_LONGEST_DELAY = 900
_HOUR = 3600
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Share:
    """How many alerts of a kind an hour are told one by one; None: as many as come.

    `one` are those of one principal of which the same is said, `alike` those of all principals,
    `all` those of the whole family, whatever is said. Tries have the hour in their dedup_key, too.
    What is more than that is counted as `beyond` says, if that is another kind.
    """

    family: str
    one: int | None = None
    alike: int | None = None
    all: int | None = None
    beyond: str = ""


SHARES = {
    "attempts": Share("calls", 1, 3, 5),
    "calls": Share("calls", 2, 3, 5),
    "claims": Share("claims", 2, 3, 5),
    # Of a stop that the trail's status shows and that was told as healed: whom else events name.
    "stops": Share("stops", 1, 2, 5),
    # That it was started again: of each stop once, however many runs saw it at the same time. Whom
    # the events of the others name is one more of those whom events name.
    "heals": Share("stops", alike=1, beyond="stops"),
    "fights": Share("fights", all=3),
    "guard": Share("guard", 1, 3, 5),
    # Something was put back each time, which nobody can make up.
    "put-back": Share("put-back", 1),
    # Of each kind apart, as a guard saw it: no noise about one hides another.
    "losses": Share("losses", 5, 15),
}
_APART = "losses"
# Stands for the principal where events name several for one fight.
_DISPUTED = "disputed"


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
        group = _Group.of(alert.group or "")
        if group is None or not self._is_folded(alert, group):
            self._tell(alert)

    def _is_folded(self, alert: Alert, group: _Group) -> bool:
        """Whether an alert is told with others; it stays so, however often its message comes."""
        digest = hashlib.sha256(alert.to_json().encode()).hexdigest()
        try:
            folded = self._state.is_folded(digest)
            if folded is None:
                hour = int(self._clock() // _HOUR)
                folded = self._is_too_many(group, hour)
                if folded and (beyond := group.beyond) is not None:
                    group = beyond
                    folded = self._is_too_many(group, hour)
                if folded:
                    self._fold(alert, group, hour)
                self._state.note_folded(digest, folded=folded)
        except (ClientError, BotoCoreError) as error:
            logger.warning("Nothing can be counted; telling it now", error=str(error))
            return False
        return folded

    def _is_too_many(self, group: _Group, hour: int) -> bool:
        """Whether one more of a group is too many of an hour."""
        return any(self._state.count(name, hour).count > most for name, most in group.counted)

    def end(self, fold: FoldEnd) -> None:
        """Tell how many more there were, once the hour is over.

        Raises:
            DeliveryError, BotoCoreError, ClientError: the queue brings it again.
        """
        if self._left_of(fold.hour) > 0:
            self._later(fold)
            return
        family = fold.alert.group or ""
        known = self._state.fold(family, fold.hour)
        if known.more > known.told:
            more = folded_alerts.More(
                family=family.partition("/")[0],
                count=known.more - known.told,
                principals=known.principals,
                kinds=len(known.kinds),
            )
            self._tell(folded_alerts.more(fold.alert, more, f"{family}/{fold.hour}/{known.more}"))
        self._state.end_fold(family, fold.hour, known.more)

    def _fold(self, alert: Alert, group: _Group, hour: int) -> None:
        """Count an alert that is told with others."""
        known = self._state.fold_one(group.folded_in, hour, group.principal, group.alike)
        if not known.ends:
            # First, so that no crash leaves a count that nobody tells.
            self._later(FoldEnd(replace(alert, group=group.folded_in), hour))
            self._state.begin_fold(group.folded_in, hour)

    def _later(self, fold: FoldEnd) -> None:
        delay = min(_LONGEST_DELAY, self._left_of(fold.hour) + 1)
        self._sqs.send_message(
            QueueUrl=self._queue_url, MessageBody=fold.to_json(), DelaySeconds=delay
        )

    def _left_of(self, hour: int) -> int:
        """Seconds until an hour is over, at most one hour: the message may be anybody's."""
        return max(0, min(_HOUR, (hour + 1) * _HOUR - int(self._clock())))


@dataclass(frozen=True, slots=True)
class _Group:
    """A group by its parts: its kind, what is said, and of whom."""

    share: Share
    kind: str
    what: str
    who: str

    @classmethod
    def of(cls, group: str) -> _Group | None:
        """A group that is folded; None for any other."""
        kind, _, rest = group.partition("/")
        what, _, who = rest.partition("/")
        if kind == "guard":
            documents, _, who = who.partition("/")
            kind = "guard" if documents == "-" else "put-back"
            what = what if documents == "-" else f"{what}:{documents}"
        share = SHARES.get(kind)
        return cls(share, kind, what, who) if share else None

    @property
    def beyond(self) -> _Group | None:
        """What it is counted as where its own share is used up; None if as itself."""
        kind = self.share.beyond
        return replace(self, share=SHARES[kind], kind=kind) if kind else None

    @property
    def alike(self) -> str:
        return f"{self.kind}/{self.what}"

    @property
    def folded_in(self) -> str:
        """Under which name those are counted that are told together."""
        family = self.share.family
        return f"{family}/{self.what}" if family == _APART else f"{family}/all"

    @property
    def principal(self) -> str:
        """Whoever it was by the end of his ARN, which says what he is and how he is called."""
        named = self.who.removesuffix("/planned").rpartition(":")[2]
        return folded_alerts.NOBODY if named in {"", _DISPUTED} else named[:_LONGEST_NAME]

    @property
    def counted(self) -> Iterator[tuple[str, int]]:
        """Under which names an alert is counted, and how many of each are told one by one."""
        for name, most in (
            (f"one/{self.alike}/{self.who}", self.share.one),
            (f"alike/{self.alike}", self.share.alike),
            (f"all/{self.share.family}", self.share.all),
        ):
            if most is not None:
                yield name, most
