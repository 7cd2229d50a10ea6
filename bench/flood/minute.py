"""A minute of made-up stops on the embedded account, while somebody really stops the trail.

How long each real stop stays, and what people get: as many events as two cores bear, since each is
a process of a function with its rights enforced.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import boto3

from bench.measure import BenchError, Spread
from bench.report import Table, goal
from stage.account import DeployedAccount
from stage.ready import Ready
from trailkeeper.evidence.names import LIVE

HINTS = 120
SECONDS = 60.0
# Nobody of them three times, which would be a fight, and whoever fights is contained.
STOPPERS = ("mallory", "trudy", "oscar")
STOPS = 2 * len(STOPPERS)
INNOCENT = tuple(f"innocent-{number}" for number in range(5))
MOST_DARK = 10.0
# Five of calls that changed nothing, five of whom events name for a stop that was healed, three of
# fights, and one of each stop that was healed. Who it was comes later.
MOST_MAILS = 5 + 5 + 3 + STOPS

# In the subject of what was healed, whomever its event names.
_OF_A_HEAL = ("logging again", "started again")
_PATIENCE_SECONDS = 60.0
_QUIET_SECONDS = 300.0
_POLL_SECONDS = 0.02
_SETTINGS: dict[str, Any] = {
    "alert_emails": ["security@example.com"],
    "watcher": True,
    "contain": "deny",
}


@dataclass(frozen=True)
class Flooded:
    """What it came to: seconds without logging of each real stop, and the mails."""

    dark: tuple[float, ...]
    sent: int
    seconds: float
    mails: int
    of_real_stops: int
    contained: int


def measure(progress: Callable[[str], None]) -> Table:
    """One flood on a freshly deployed embedded account.

    Raises:
        BenchError: a real stop was not healed in time or not told, somebody innocent was contained,
            or people got more mails than they can read.
    """
    progress("deploying the stacks on the embedded account")
    with DeployedAccount(settings=_SETTINGS) as ready:
        progress(f"{HINTS:,} made-up stops in {SECONDS:.0f} s")
        found = _flood(ready)
    _check(found)
    return Table(
        "Made-up events: real stops and mails meanwhile",
        ("made up", "in s", "real stops", "dark s", "mails", "of real stops", "contained"),
        (
            (
                f"{found.sent:,}",
                f"{found.seconds:.0f}",
                str(len(found.dark)),
                Spread(found.dark).shown(2),
                str(found.mails),
                str(found.of_real_stops),
                str(found.contained),
            ),
        ),
        (
            f"Goals: dark {goal(max(found.dark), MOST_DARK, unit=' s')}, "
            f"mails {goal(found.mails, MOST_MAILS, digits=0)}, nobody contained.",
            "On the embedded account, whose functions share these processors with it. What is only "
            "counted comes in one mail at the end of the hour, which is not waited for.",
        ),
    )


def _check(found: Flooded) -> None:
    if max(found.dark) > MOST_DARK:
        raise BenchError(f"a real stop was dark for {max(found.dark):.1f} s")
    if found.of_real_stops < len(STOPPERS):  # a fight is one mail of several stops
        raise BenchError("no mail tells of some of the real stops")
    if found.mails > MOST_MAILS:
        raise BenchError(f"people got {found.mails} mails")
    if found.contained:
        raise BenchError("somebody who made no call was contained")


def _flood(ready: Ready) -> Flooded:
    iam = ready.client("iam")
    for each in INNOCENT:
        iam.create_user(UserName=each)
    stoppers = [_trail_of(ready, _user(iam, each)) for each in STOPPERS]
    before = len(_mails(ready))
    dark: list[float] = []
    stopping = threading.Thread(target=_stop_now_and_then, args=(ready, stoppers, dark))
    began = time.monotonic()
    stopping.start()
    functions = ready.client("lambda")
    for number in range(HINTS):
        _wait_until(began + number * SECONDS / HINTS)
        functions.invoke(
            FunctionName=f"{ready.heal_function}:{LIVE}",
            InvocationType="Event",
            Payload=json.dumps(_made_up(ready, number)),
        )
    seconds = time.monotonic() - began
    stopping.join()
    _await("the functions are done with it", lambda: _is_quiet(ready), _QUIET_SECONDS)
    mails = _mails(ready)[before:]
    real = [each for each in mails if any(words in each for words in _OF_A_HEAL)]
    return Flooded(tuple(dark), HINTS, seconds, len(mails), len(real), _contained(ready))


def _stop_now_and_then(ready: Ready, stoppers: Sequence[Any], dark: list[float]) -> None:
    trail = ready.client("cloudtrail")

    def logs() -> bool:
        return bool(trail.get_trail_status(Name=ready.trail_arn)["IsLogging"])

    for number in range(STOPS):
        time.sleep(SECONDS / (STOPS + 1))
        began = time.monotonic()
        stoppers[number % len(stoppers)].stop_logging(Name=ready.trail_arn)
        _await("the trail logs again", logs, _PATIENCE_SECONDS)
        dark.append(time.monotonic() - began)


def _user(iam: Any, name: str) -> Mapping[str, str]:
    """A user who may stop trails: an access key."""
    iam.create_user(UserName=name)
    may = {"Effect": "Allow", "Action": "cloudtrail:StopLogging", "Resource": "*"}
    iam.put_user_policy(
        UserName=name,
        PolicyName="stops",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [may]}),
    )
    key: Mapping[str, str] = iam.create_access_key(UserName=name)["AccessKey"]
    return key


def _trail_of(ready: Ready, key: Mapping[str, str]) -> Any:
    make: Any = boto3.client
    return make(
        "cloudtrail",
        region_name=ready.region,
        endpoint_url=ready.endpoint,
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )


def _made_up(ready: Ready, number: int) -> dict[str, Any]:
    """An event of a call that nobody made, by a user of its own."""
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    who = INNOCENT[number % len(INNOCENT)]
    return {
        "version": "0",
        "id": f"made-up-{number}",
        "detail-type": "AWS API Call via CloudTrail",
        "source": "aws.cloudtrail",
        "account": ready.account,
        "time": at,
        "region": ready.region,
        "resources": [],
        "detail": {
            "eventVersion": "1.09",
            "eventID": f"00000000-0000-4000-8000-{number:012}",
            "eventName": "StopLogging",
            "eventSource": "cloudtrail.amazonaws.com",
            "eventTime": at,
            "awsRegion": ready.region,
            "sourceIPAddress": "192.0.2.1",
            "recipientAccountId": ready.account,
            "requestParameters": {"name": ready.trail_arn},
            "userIdentity": {
                "type": "IAMUser",
                "arn": f"arn:aws:iam::{ready.account}:user/{who}",
                "accountId": ready.account,
                "userName": who,
            },
        },
    }


def _is_quiet(ready: Ready) -> bool:
    """Whether no message waits for a function; what is told in an hour does not count."""
    sqs = ready.client("sqs")
    url = sqs.get_queue_url(QueueName="trailkeeper-alerts")["QueueUrl"]
    wanted = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=wanted)["Attributes"]
    before = len(_mails(ready))
    time.sleep(2)
    return not sum(map(int, found.values())) and len(_mails(ready)) == before


def _contained(ready: Ready) -> int:
    """How many of those who did nothing are denied everything."""
    iam = ready.client("iam")
    found = (iam.list_attached_user_policies(UserName=each) for each in INNOCENT)
    return sum(bool(each["AttachedPolicies"]) for each in found)


def _mails(ready: Ready) -> list[str]:
    files = sorted(Path(ready.mailbox).glob("*.eml"))
    found = [message_from_bytes(each.read_bytes(), policy=policy.default) for each in files]
    return [f"{each['Subject']} {' '.join(each.get_content().split())}" for each in found]


def _wait_until(moment: float) -> None:
    left = moment - time.monotonic()
    if left > 0:
        time.sleep(left)


def _await(what: str, look: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not look():
        if time.monotonic() > deadline:
            raise BenchError(f"{what}: not within {seconds:.0f} s")
        time.sleep(_POLL_SECONDS)
