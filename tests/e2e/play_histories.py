"""`python -m tests.e2e.play_histories`: random histories of attacks, on the embedded account.

Each begins on the account as it was deployed: attacks on the evidence and on both halves of the
guard, events that get lost, come twice or are made up, calls that AWS refuses for now. After three
rounds of every schedule all must be as deployed, people must have heard of it, and nobody innocent
may be named or contained. A history that ends otherwise is printed as the command that plays it
again, and the exit is 1. `tests/chaos` plays thousands of them in memory.
"""

from __future__ import annotations

import argparse
import json
import random
import shlex
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError

from embedded.control import RefusedError
from stage.account import FAILURES
from stage.attacker import Administrator
from stage.surroundings import Ended, end_on_signals
from tests.chaos.history import TECHNIQUES as OF_EVIDENCE
from tests.e2e import evidence
from tests.e2e.intrusions import Intrusions, WrongEndError, attacked
from tests.e2e.stage import Stage, wait_for
from trailkeeper.guards.techniques import TECHNIQUES
from trailkeeper.guards.techniques.technique import Half, Technique

HISTORIES = 20
INNOCENT = "innocent"
_LONGEST, _SHORTEST = 6, 2
_ROUNDS = 3
_SCHEDULES = (
    *("trailkeeper-watch-look", "trailkeeper-reconcile", "trailkeeper-watch"),
    *("trailkeeper-guard", "trailkeeper-sweep"),
)
# Messages that wait for their time keep an account from settling at all.
_SETTLES_SECONDS = 3.0
# What a mail or two of each step, and what is told with them, come to at most.
_MOST_MAILS = 8
# What AWS refuses for now, of which the guard's repairs are made.
_THROTTLED = (
    *("cloudtrail StartLogging", "cloudtrail UpdateTrail", "s3 PutBucketPolicy"),
    *("kms PutKeyPolicy", "logs PutRetentionPolicy", "events PutRule", "iam PutRolePolicy"),
)
OF_GUARD: Mapping[str, Technique] = {
    each.id: each
    for each in TECHNIQUES
    if each.attack and each.ends == "repaired" and each.seen in ("event", "schedule")
}


def drawn(number: int) -> tuple[str, ...]:
    """The steps of a history: the same for the same number."""
    draw = random.Random(number)
    steps: dict[str, Callable[[], str]] = {
        "attack": lambda: f"attack {draw.choice(sorted(OF_EVIDENCE))}",
        "guard": lambda: _against_the_guard(draw),
        "stop": lambda: "stop",
        "lose": lambda: f"lose {draw.randint(1, 4)}",
        "throttle": lambda: f"throttle {draw.choice(_THROTTLED)}",
        "forge": lambda: "forge",
        "double": lambda: "double",
        "settle": lambda: "settle",
    }
    weights = {"attack": 4, "guard": 4, "stop": 2, "lose": 2, "throttle": 2}
    names = list(steps)
    chosen = draw.choices(
        names, [weights.get(each, 1) for each in names], k=draw.randint(_SHORTEST, _LONGEST)
    )
    # Something has to be done at all.
    return tuple(steps[each]() for each in ("attack", *chosen))


def _against_the_guard(draw: random.Random) -> str:
    technique = OF_GUARD[draw.choice(sorted(OF_GUARD))]
    return f"guard {technique.id} {draw.choice(technique.against)}"


class Histories:
    """An account on which one history after the other is played."""

    def __init__(self, intrusions: Intrusions) -> None:
        self._intrusions, self._ready = intrusions, intrusions.ready
        self._stage = Stage(self._ready)
        intrusions.go_back()
        wait_for("the first run", lambda: evidence.is_protected(self._stage))
        self._deployed = evidence.read(self._stage)
        self._before = 0
        self._do: Mapping[str, Callable[..., object]] = {
            "attack": self._attack,
            "guard": self._attack_guard,
            "stop": self._stage.stop_logging,
            "lose": self._lose,
            "throttle": self._throttle,
            "forge": self._forge,
            "double": self._double,
            "settle": self._settle,
        }

    def play(self, steps: Sequence[str]) -> str:
        """Play one history on the account as it was deployed; what people got.

        Raises:
            WrongEndError: it did not end as every history must.
        """
        self._stage.go_back()
        self._stage.iam.create_user(UserName=INNOCENT)
        self._before = len(self._stage.mails())
        for each in steps:
            what, *given = each.split(maxsplit=2)
            # What an earlier step took away cannot be attacked any more.
            with suppress(ClientError, AssertionError, IndexError):
                self._do[what](*given)
        self._ready.control.no_faults()
        for _ in range(_ROUNDS):
            self._settle()
            for each in _SCHEDULES:
                with suppress(RefusedError):
                    self._ready.control.tick(each)
        self._settle()
        self._await("all is as deployed", lambda: not self._differences(), self._differences)
        return self._judge(steps)

    def _judge(self, steps: Sequence[str]) -> str:
        mails = self._stage.mails()[self._before :]
        subjects = [each.subject for each in mails]
        if not mails:
            raise WrongEndError("nobody was told of anything")
        if len(mails) > _MOST_MAILS * len(steps):
            raise WrongEndError(f"{len(mails)} mails of {len(steps)} steps: {subjects}")
        named = [each.subject for each in mails if INNOCENT in each.text]
        if named and "forge" not in steps:
            raise WrongEndError(f"somebody who did nothing is named: {named}")
        attached = self._stage.iam.list_attached_user_policies(UserName=INNOCENT)
        if attached["AttachedPolicies"]:
            raise WrongEndError("somebody who did nothing was contained")
        return f"{len(mails)} mails"

    def _differences(self) -> list[str]:
        of_evidence = evidence.differences(evidence.read(self._stage), self._deployed)
        return [
            *self._intrusions.differences(),
            *(f"{name}: {now!r} was {was!r}" for name, (now, was) in of_evidence.items()),
        ]

    def _attack(self, technique: str) -> None:
        _, known, _ = OF_EVIDENCE[technique]
        assert known.attack is not None
        known.attack(Administrator(self._ready))

    def _attack_guard(self, technique: str, half: Half) -> None:
        known = OF_GUARD[technique]
        assert known.attack is not None
        known.attack(self._intrusions.intruder(known, half))

    def _lose(self, times: str) -> None:
        self._ready.control.fault(deliver="eventbridge", drop=True, times=int(times))

    def _throttle(self, service: str, action: str) -> None:
        self._ready.control.fault(
            service=service, action=action, error="ThrottlingException", times=2
        )

    def _forge(self) -> None:
        """An event of a stop that nobody made."""
        made_up = {
            **self._stage.calls("StartLogging")[0],
            "eventName": "StopLogging",
            "eventID": f"made-up-{time.monotonic_ns()}",
            "eventTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "userIdentity": {
                "type": "IAMUser",
                "arn": f"arn:aws:iam::{self._ready.account}:user/{INNOCENT}",
                "accountId": self._ready.account,
                "userName": INNOCENT,
            },
        }
        self._send(made_up)

    def _double(self) -> None:
        """The event of the latest stop once more."""
        self._send(self._stage.calls("StopLogging")[0])

    def _send(self, record: Any) -> None:
        self._stage.client_of_lambda.invoke(
            FunctionName=self._ready.heal_function,
            Qualifier="live",
            InvocationType="Event",
            Payload=json.dumps(self._stage.event(record)),
        )

    def _settle(self) -> None:
        with suppress(RefusedError):
            self._ready.control.settle(_SETTLES_SECONDS)

    def _await(self, what: str, look: Callable[[], bool], said: Callable[[], object]) -> None:
        try:
            wait_for(what, look, 20.0)
        except AssertionError:
            raise WrongEndError(f"{what}: {said()}") from None


def main(arguments: list[str] | None = None) -> int:
    """Play some; 1 if one ended otherwise than it must."""
    parser = argparse.ArgumentParser(description="Play histories on the embedded account.")
    parser.add_argument("--histories", type=int, default=HISTORIES, metavar="N")
    parser.add_argument("--first", type=int, default=0, metavar="N", help="of these, from this on")
    parser.add_argument("--play", nargs="+", metavar="STEP", help="one history of these steps")
    given = parser.parse_args(arguments)
    for step in filter(_is_unknown, given.play or ()):
        parser.error(f"no step {step!r}; steps are {', '.join(_STEPS)}")
    chosen = (
        [tuple(given.play)]
        if given.play
        else [drawn(number) for number in range(given.first, given.first + given.histories)]
    )
    end_on_signals()
    try:
        with attacked() as intrusions:
            return _play(Histories(intrusions), chosen)
    except Ended:
        return 1
    except FAILURES as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


_STEPS = (
    *("attack TECHNIQUE", "guard TECHNIQUE HALF", "lose COUNT", "throttle SERVICE ACTION"),
    *("stop", "forge", "double", "settle"),
)


def _is_unknown(step: str) -> bool:
    match step.split(maxsplit=2):
        case ["attack", technique]:
            return technique not in OF_EVIDENCE
        case ["guard", technique, half]:
            return technique not in OF_GUARD or half not in OF_GUARD[technique].against
        case ["lose", count]:
            return not count.isdecimal()
        case ["throttle", _, _]:
            return False
        case _:
            return step not in _STEPS


def _play(histories: Histories, chosen: Sequence[Sequence[str]]) -> int:
    began, wrong = time.monotonic(), 0
    for number, steps in enumerate(chosen):
        try:
            said = histories.play(steps)
        except WrongEndError as error:
            wrong += 1
            again = shlex.join(["python", "-m", "tests.e2e.play_histories", "--play", *steps])
            print(f"WRONG {number}: {error}\n{again}", flush=True)
        else:
            print(f"ok    {number}: {'; '.join(steps)}: as deployed, {said}", flush=True)
    seconds = time.monotonic() - began
    print(f"{len(chosen)} histories played in {seconds:.0f} s, {wrong} ended otherwise")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
