"""Two thousand made-up events in a minute, in the function itself, while somebody stops the trail.

The embedded account cannot take so many: each invocation is a process there. Here the heal function
runs in one process, on the account in memory that the histories of tests/chaos are played on, whose
calls are answered at once; its pauses are real. What it tells goes through the folding of the alert
function, whose table is moto's.
"""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from moto import mock_aws

from bench.measure import BenchError, Spread
from bench.report import Table, goal
from lambdas.alert.folding import Folding
from lambdas.alert.state import State as AlertState
from lambdas.heal.healer import handle
from lambdas.heal.invocation import HealFailedError, Invocation
from lambdas.heal.state import State
from tests.chaos.account import ACCOUNT, REGION, Clock, Faults
from tests.chaos.world import TRAIL, World, identity
from trailkeeper.alerts import caller_alerts
from trailkeeper.alerts.alert import Alert
from trailkeeper.alerts.incoming import FoldEnd
from trailkeeper.environments.schedule import LOOK
from trailkeeper.reconcile.patience import Patience
from trailkeeper.state.table import PARTITION_KEY, SORT_KEY
from trailkeeper.words.text import Text

EVENTS = 2_000
SECONDS = 60.0
# Nobody of them three times, which would be a fight.
STOPPERS = ("mallory", "trudy", "oscar")
STOPS = 2 * len(STOPPERS)
AT_ONCE = 100
MOST_DARK = 10.0
# In the hour: five of calls that changed nothing, five of whom else events name for stops, two of
# calls that nobody made, and one each that counts the rest of the first two.
MOST_NOISE = 5 + 5 + 2 + 2
_TABLE = "folds"


class _Clock(Clock):
    """The time of the machine, until it is moved on."""

    def __call__(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.passed)

    def advance(self, seconds: float) -> None:
        self.passed += seconds


@dataclass(frozen=True)
class Flooded:
    """What it came to: seconds without logging of each real stop, the alerts, and what people got.

    `seconds` is how long the function was at it, `named` who is said to have stopped the trail.
    """

    seconds: float
    dark: tuple[float, ...]
    most_at_once: int
    alerts: int
    healed: int
    said: int
    noise: int
    named: frozenset[str]


def measure() -> Table:
    """One flood.

    Raises:
        BenchError: a real stop was not healed in time or not told, somebody is said to have stopped
            the trail who did not, or people got too many mails.
    """
    found = Flood().run()
    if max(found.dark) > MOST_DARK:
        raise BenchError(f"a real stop was dark for {max(found.dark):.1f} s")
    if found.healed < STOPS:
        raise BenchError(f"of {STOPS} real stops {found.healed} were told as healed")
    if not found.named or not found.named <= set(STOPPERS):
        raise BenchError(f"said to have stopped the trail: {sorted(found.named)}")
    if found.noise > MOST_NOISE:
        raise BenchError(f"people got {found.noise} mails beside those of real stops")
    return Table(
        "Made-up events: two thousand in the function itself",
        (
            *("made up", "in s", "at once", "real stops", "dark s"),
            *("alerts", "mails: healed", "who it was", "other"),
        ),
        (
            (
                f"{EVENTS:,}",
                f"{found.seconds:.0f}",
                str(found.most_at_once),
                str(STOPS),
                Spread(found.dark).shown(2),
                f"{found.alerts:,}",
                str(found.healed),
                str(found.said),
                str(found.noise),
            ),
        ),
        (
            f"Goals: dark {goal(max(found.dark), MOST_DARK, unit=' s')}, other mails "
            f"{goal(found.noise, MOST_NOISE, digits=0)}, who it was: nobody else.",
            f"In memory and in one process, at most {AT_ONCE} at once; the mails are those of the "
            "hour that follows, with a look every five minutes, and those that count at its end.",
        ),
    )


class Flood:
    """An account in memory, its heal function by the dozen, and what people get.

    So many made-up events come in so many seconds.
    """

    def __init__(self, events: int = EVENTS, seconds: float = SECONDS) -> None:
        self._events, self._seconds = events, seconds
        self._clock = _Clock(datetime.now(UTC))
        self._world = World(clock=self._clock)
        self._told: list[Alert] = []
        self._lock = threading.Lock()
        self._running = self._most = 0

    def run(self) -> Flooded:
        """Send the events, and let an hour pass."""
        dark: list[float] = []
        began = time.monotonic()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            stopping = threading.Thread(target=self._stop_now_and_then, args=(pool, dark))
            stopping.start()
            for number, event in enumerate(itertools.islice(self._made_up(), self._events)):
                wait = began + number * self._seconds / self._events - time.monotonic()
                if wait > 0:
                    time.sleep(wait)
                pool.submit(self._invoke, event)
            stopping.join()
        seconds = time.monotonic() - began
        for _ in range(12):
            self._clock.advance(300)
            self._invoke(dict(LOOK))
        return self._found(seconds, dark)

    def _found(self, seconds: float, dark: Sequence[float]) -> Flooded:
        mails = _mails(self._told)
        healed = [each for each in mails if each.verified]
        said = [each for each in mails if each.detection == caller_alerts.DETECTION]
        return Flooded(
            seconds,
            tuple(dark),
            self._most,
            len(self._told),
            len(healed),
            len(said),
            len(mails) - len(healed) - len(said),
            frozenset(_named(said)),
        )

    def _invoke(self, event: Any) -> None:
        with self._lock:
            self._running += 1
            self._most = max(self._most, self._running)
        clients = self._world.clients(Faults())
        invocation = Invocation(
            environ=self._world.environ(),
            clients=clients,
            state=State(clients, self._clock),
            alert=self._told.append,
            patience=Patience(time.monotonic() + 60),
            now=self._clock,
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
        trail = self._world.clients(Faults()).cloudtrail
        for number in range(STOPS):
            time.sleep(self._seconds / (STOPS + 1))
            event = self._call(f"real-{number}", STOPPERS[number % len(STOPPERS)], "StopLogging")
            began = time.monotonic()
            trail.stop_logging(Name=TRAIL)
            self._world.cloudtrail.record(event["detail"])
            pool.submit(self._invoke, event)
            while not trail.get_trail_status(Name=TRAIL)["IsLogging"]:
                time.sleep(0.005)
            dark.append(time.monotonic() - began)

    def _made_up(self) -> Iterator[dict[str, Any]]:
        """All kinds in turn, each by a principal of its own."""
        for number in itertools.count():
            yield _KINDS[number % len(_KINDS)](self._call, f"innocent-{number}")

    def _call(
        self,
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
                "eventTime": f"{self._clock():%Y-%m-%dT%H:%M:%SZ}",
                "eventSource": f"{source}.amazonaws.com",
                "eventName": name,
                "awsRegion": REGION,
                "recipientAccountId": ACCOUNT,
                "userIdentity": identity(who),
                "requestParameters": parameters or {"name": "trailkeeper"},
                **detail,
            },
        }


_Call = Callable[..., dict[str, Any]]
_KINDS: tuple[Callable[[_Call, str], dict[str, Any]], ...] = (
    lambda call, who: call(f"of-{who}", who, "StopLogging"),
    lambda call, who: call(f"of-{who}", who, "StopLogging", errorCode="AccessDenied"),
    lambda call, who: call(f"of-{who}", who, "UpdateTrail"),
    lambda call, who: call(
        f"of-{who}", who, "PutBucketPolicy", "s3", {"bucketName": "somebody-elses"}
    ),
)


def _named(said: Sequence[Alert]) -> Iterator[str]:
    """Who stopped the trail, as these alerts say of the first stops."""
    for value in (fact.value for each in said for fact in each.facts):
        if isinstance(value, Text) and value.key == "callers.stop":
            who = value.params["who"]
            yield str(who.params.get("name") if isinstance(who, Text) else who)


def _mails(told: Sequence[Alert]) -> list[Alert]:
    """What people get of these alerts within an hour and at its end."""
    now = [float(datetime(2026, 11, 20, 3, tzinfo=UTC).timestamp())]
    mails: list[Alert] = []
    waiting: list[str] = []
    queue = SimpleNamespace(send_message=lambda **given: waiting.append(given["MessageBody"]))
    with _table() as dynamodb:
        state = AlertState(dynamodb, _TABLE, lambda: now[0])
        folding = Folding(state, mails.append, queue, "queue", lambda: now[0])
        # The alert function tells but one of a key.
        for alert in {each.dedup_key: each for each in told}.values():
            folding.take(alert)
        now[0] += 3600
        for message in tuple(waiting):
            end = FoldEnd.parse(json.loads(message)["fold"])
            if end is None:
                raise BenchError(f"no message of ours: {message}")
            folding.end(end)
    return mails


@contextmanager
def _table() -> Iterator[Any]:
    keys = {PARTITION_KEY: "HASH", SORT_KEY: "RANGE"}
    with mock_aws():
        make: Any = boto3.client
        dynamodb = make(
            "dynamodb", REGION, aws_access_key_id="testing", aws_secret_access_key="testing"
        )
        dynamodb.create_table(
            TableName=_TABLE,
            KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys.items()],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in keys],
            BillingMode="PAY_PER_REQUEST",
        )
        yield dynamodb
