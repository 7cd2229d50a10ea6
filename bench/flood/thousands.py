"""Two thousand made-up events in a minute, in the functions themselves, while the trail is stopped.

The embedded account cannot take so many: each invocation is a process there. Here the heal function
runs in one process, as many invocations at once as the bound on load allows, against an account in
memory that answers at once; pauses and times are real. What it tells goes through the folding of
the alert function.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from aws_lambda_powertools import Logger

from bench.measure import BenchError, Spread
from bench.report import Table, goal
from lambdas.alert.folding import Folding
from lambdas.heal.healer import handle
from lambdas.heal.invocation import HealFailedError, Invocation
from lambdas.heal.state import State
from tests.account_answers import EVERYTHING
from tests.chaos.account import Clock, Faults
from tests.chaos.world import ACCOUNT, REGION, TRAIL, World, identity
from tests.lambdas.alert.test_floods import Table as Folds
from trailkeeper.alerts.alert import Alert
from trailkeeper.alerts.incoming import FoldEnd
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.environments.schedule import LOOK
from trailkeeper.evidence.functions import HEAL
from trailkeeper.reconcile.patience import Patience

EVENTS = 2_000
SECONDS = 60.0
STOPS = 6
AT_ONCE = 100
MOST_DARK = 10.0
MOST_NOISE = 8
_HOUR = 3600


class RealClock(Clock):
    """The time of the machine."""

    def __call__(self) -> datetime:
        return datetime.now(UTC)

    def seconds(self) -> float:
        return time.monotonic()

    def advance(self, seconds: float) -> None:
        """Nothing has to pass here by itself."""


@dataclass(frozen=True)
class Flooded:
    """What it came to."""

    seconds: float
    dark: tuple[float, ...]
    most_at_once: int
    told: int
    mails: Counter[str]


def measure() -> Table:
    """One flood.

    Raises:
        BenchError: a real stop was not healed in time or not told, or people got too many mails.
    """
    found = Flood().run()
    healed, noise = found.mails["healed"], found.mails["other"]
    if max(found.dark) > MOST_DARK:
        raise BenchError(f"a real stop was dark for {max(found.dark):.1f} s")
    if healed < STOPS:
        raise BenchError(f"of {STOPS} real stops {healed} were told")
    if noise > MOST_NOISE:
        raise BenchError(f"people got {noise} mails beside those of real stops")
    return Table(
        "Made-up events: two thousand in the function itself",
        ("made up", "in s", "at once", "real stops", "dark s", "alerts", "mails", "of real stops"),
        (
            (
                f"{EVENTS:,}",
                f"{found.seconds:.0f}",
                str(found.most_at_once),
                str(STOPS),
                Spread(found.dark).shown(2),
                f"{found.told:,}",
                str(sum(found.mails.values())),
                str(healed),
            ),
        ),
        (
            f"Goals: dark {goal(max(found.dark), MOST_DARK, unit=' s')}, mails beside those of "
            f"real stops {goal(noise, MOST_NOISE, digits=0)}, with those that count.",
            f"In memory, by {AT_ONCE} invocations at once at most (the function reserves "
            f"{HEAL.reserved}); the mails are those of the hour and of its end.",
        ),
    )


class Flood:
    """An account in memory, its heal function by the dozen, and what people get."""

    def __init__(self) -> None:
        self.world = World(clock=RealClock(datetime.now(UTC)))
        self.queue: list[Alert] = []
        self._lock = threading.Lock()
        self._running = self._most = 0

    def run(self) -> Flooded:
        dark: list[float] = []
        began = time.monotonic()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            stopping = pool.submit(self._stop_now_and_then, pool, dark)
            for number, event in enumerate(itertools.islice(_made_up(), EVENTS)):
                wait = began + number * SECONDS / EVENTS - time.monotonic()
                if wait > 0:
                    time.sleep(wait)
                pool.submit(self.invoke, event)
            sent = time.monotonic() - began
            stopping.result()
        self.invoke(dict(LOOK))
        return Flooded(sent, tuple(dark), self._most, len(self.queue), self._mails())

    def invoke(self, event: Any) -> None:
        with self._lock:
            self._running += 1
            self._most = max(self._most, self._running)
        clients = self.world.clients(Faults())
        invocation = Invocation(
            environ=HealEnviron(EVERYTHING, "queue", billing_alarm_usd=None),
            clients=clients,
            state=State(clients, _now),
            alert=self.queue.append,
            patience=Patience(time.monotonic() + 60),
            now=_now,
            log=Logger(service="bench", level="CRITICAL"),
        )
        try:
            handle(invocation, event)
        except HealFailedError:
            pass  # Lambda would try again
        finally:
            with self._lock:
                self._running -= 1

    def _stop_now_and_then(self, pool: ThreadPoolExecutor, dark: list[float]) -> None:
        trail = self.world.clients(Faults()).cloudtrail
        for number in range(STOPS):
            time.sleep(SECONDS / (STOPS + 1))
            event = _call(f"real-{number}", f"mallory-{number % 3}", "StopLogging")
            began = time.monotonic()
            trail.stop_logging(Name=TRAIL)
            pool.submit(self.invoke, event)
            while not trail.get_trail_status(Name=TRAIL)["IsLogging"]:
                time.sleep(0.005)
            dark.append(time.monotonic() - began)

    def _mails(self) -> Counter[str]:
        """What people get within the hour and at its end."""
        now = [1_795_167_460.0]
        mails: list[Alert] = []
        sent: list[str] = []
        queue = SimpleNamespace(send_message=lambda **given: sent.append(given["MessageBody"]))
        state: Any = Folds()
        folding = Folding(state, mails.append, queue, "queue", lambda: now[0])
        known: set[str] = set()
        for each in self.queue:
            if each.dedup_key not in known:
                known.add(each.dedup_key)
                folding.take(each)
        now[0] += _HOUR
        for message in list(sent):
            folding.end(_fold_end(message))
        return Counter("healed" if each.verified else "other" for each in mails)


def _fold_end(message: str) -> FoldEnd:
    import json

    found = FoldEnd.parse(json.loads(message)["fold"])
    assert found is not None
    return found


def _now() -> datetime:
    return datetime.now(UTC)


def _made_up() -> Iterator[dict[str, Any]]:
    """All kinds in turn, each by a principal of its own."""
    for number in itertools.count():
        yield _KINDS[number % len(_KINDS)](number)


def _stop(number: int) -> dict[str, Any]:
    return _call(f"forged-{number}", f"innocent-{number}", "StopLogging")


def _denied(number: int) -> dict[str, Any]:
    return _call(f"forged-{number}", f"innocent-{number}", "StopLogging", errorCode="AccessDenied")


def _harmless(number: int) -> dict[str, Any]:
    return _call(f"forged-{number}", f"innocent-{number}", "UpdateTrail")


def _of_others(number: int) -> dict[str, Any]:
    return _call(
        f"forged-{number}",
        f"innocent-{number}",
        "PutBucketPolicy",
        "s3",
        {"bucketName": "somebody-elses"},
    )


_KINDS: tuple[Callable[[int], dict[str, Any]], ...] = (_stop, _denied, _harmless, _of_others)


def _call(
    event_id: str,
    who: str,
    name: str,
    source: str = "cloudtrail",
    parameters: Any = None,
    **detail: Any,
) -> dict[str, Any]:
    return {
        "detail-type": "AWS API Call via CloudTrail",
        "source": f"aws.{source}",
        "account": ACCOUNT,
        "region": REGION,
        "detail": {
            "eventID": event_id,
            "eventTime": f"{_now():%Y-%m-%dT%H:%M:%SZ}",
            "eventSource": f"{source}.amazonaws.com",
            "eventName": name,
            "awsRegion": REGION,
            "recipientAccountId": ACCOUNT,
            "userIdentity": identity(who),
            "requestParameters": parameters or {"name": "trailkeeper"},
            **detail,
        },
    }
