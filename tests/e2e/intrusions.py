"""Plays attacks on the guard on an embedded account with both halves deployed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from embedded.control import RefusedError
from stage import intruder
from stage.account import DeployedAccount
from stage.intruder import Key, Mallory
from stage.ready import Ready
from stage.slack import slack_channel
from tests.e2e import guard_parts
from tests.e2e.stage import Stage
from trailkeeper.environments.alert import AlertEnviron
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.guards.sides import Side, heal_side, watcher_side
from trailkeeper.guards.techniques.technique import Half, Technique, Way

WEBHOOK_PARAMETER = "/trailkeeper/slack"
ALERTS, LAST_RESORT = "security@example.com", "oncall@example.com"
# Both halves on, each way to people with an address of its own, and all that an intruder may turn
# around.
SETTINGS = {
    "alert_emails": [ALERTS],
    "last_resort_emails": [LAST_RESORT],
    "watcher": True,
    "last_resort_region": guard_parts.ELSEWHERE,
    "ec2_regions": [guard_parts.ELSEWHERE],
    "contain": "deny",
    "slack_webhook": f"ssm:{WEBHOOK_PARAMETER}",
    "grouping_seconds": 5,
}


@contextmanager
def attacked(*, slack_too: bool = True, **given: Any) -> Iterator[Intrusions]:
    """An account to attack, with a Slack channel; `given` is for `DeployedAccount`."""
    settings = SETTINGS if slack_too else {**SETTINGS, "slack_webhook": None}
    account = DeployedAccount(settings=settings, retry_delays=(0.5, 0.5), **given)
    with slack_channel() as slack, account as ready:
        slack.be_found(ready.control)
        ready.client("ssm").put_parameter(
            Name=WEBHOOK_PARAMETER, Value=slack.url, Type="SecureString"
        )
        yield Intrusions(ready)


_ADDRESSES: dict[Way, str] = {"alerts": ALERTS, "last resort": LAST_RESORT}
_PATIENCE_SECONDS = 40.0
_POLL_SECONDS = 0.05
# To read all parts is work for the account, too.
_READ_SECONDS = 0.5
# What finds an attack that no event tells of.
_SWEEPS = ("trailkeeper-watch", "trailkeeper-guard", "trailkeeper-sweep")
# As long as CloudWatch looks back for data that is missing.
_ALARM_MINUTES = 45


class WrongEndError(Exception):
    """When an attack did not end as the list says; the message says how it did."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as its reader sees it; the lines of `text` are joined, as mails are wrapped."""

    to: str
    subject: str
    text: str


@dataclass
class Intrusions:
    """An account that goes back to how it was after every attack."""

    ready: Ready
    key: Key = field(init=False)
    sides: dict[Half, Side] = field(init=False)
    names: Any = field(init=False)
    deployed: dict[str, Any] = field(init=False)
    _before: int = 0

    def __post_init__(self) -> None:
        functions = self.client("lambda")
        config = functions.get_function_configuration(
            FunctionName=self.ready.heal_function, Qualifier="live"
        )
        environment = config["Environment"]["Variables"]
        heal = HealEnviron.from_environ(environment)
        alert = AlertEnviron.from_environ(environment)
        self.names = heal.baseline.names
        self.sides = {"heal side": heal_side(heal, alert), "watcher side": watcher_side(heal)}
        self.key = intruder.settle_in(self.ready)
        Stage(self.ready).remember()
        self.deployed = guard_parts.read(self.client)

    @cached_property
    def client(self) -> Callable[[str], Any]:
        """The administrator's clients, each made once."""
        return cache(self.ready.client)

    def play(self, technique: Technique, half: Half) -> str:
        """Carry one attack out from the start, then stop the trail; say what came of it.

        Raises:
            WrongEndError: it ended otherwise than the list says.
        """
        self.go_back()
        said = self.carry_out(technique, half)
        if not technique.heals:
            return f"{said}; nothing heals until people do"
        return f"{said}; {self._stop(technique)}"

    def go_back(self) -> None:
        """Put the account back to how it was deployed."""
        self.ready.control.reset()

    def carry_out(self, technique: Technique, half: Half) -> str:
        """Carry one attack out on the account as it is, and say by what it was answered.

        Raises:
            WrongEndError: it ended otherwise than the list says.
        """
        assert technique.attack is not None
        self._before = len(self._mails(0))
        technique.attack(self.intruder(technique, half))
        return self._await_end(technique, half)

    def intruder(self, technique: Technique, half: Half) -> Mallory:
        """Who goes for a half of the guard, with the rights that the attack takes."""
        self._intruders[half].may(self.client("iam"), *technique.rights)
        return self._intruders[half]

    @cached_property
    def _intruders(self) -> dict[Half, Mallory]:
        halves: tuple[Half, Half] = ("heal side", "watcher side")
        return {
            half: Mallory(self.ready, self.key, self.names, self.sides[half], self.sides[other])
            for half, other in (halves, halves[::-1])
        }

    def _await_end(self, technique: Technique, half: Half) -> str:
        if technique.seen == "schedule":
            self._tick(*_SWEEPS)
        if technique.seen == "alarm":
            self.ready.control.move_clock(_ALARM_MINUTES * 60)
        if not technique.told_as:
            self._settle()
        told = "no word of it is needed"
        if technique.told_as:
            way = technique.told_by(half)
            self._until(
                lambda: self._told(way, technique.told_as),
                lambda: f"no mail with {technique.told_as!r} by the way of {way}: {self._heard()}",
            )
            told = f"told by the {way}"
        if technique.ends == "told":
            return told
        self._until(
            lambda: not self.differences(),
            lambda: f"not as deployed: {self.differences()}",
            every=_READ_SECONDS,
        )
        return f"as deployed, {told}"

    def _stop(self, technique: Technique) -> str:
        """Stop the trail, which must be found and, where the alert path is whole, told."""
        mails = len(self._mails())
        self.client("cloudtrail").stop_logging(Name=self.ready.trail_arn)
        by = "event"
        try:
            self._until(self._logs, lambda: "the trail is dark", seconds=6.0)
        except WrongEndError:
            by = "schedule"
            for schedule in ("trailkeeper-watch-look", "trailkeeper-reconcile"):
                with suppress(RefusedError):
                    self.ready.control.tick(schedule)
            self._until(self._logs, lambda: "the trail stays dark")
        if technique.ends == "told":
            return f"a stop is healed by {by}"
        self._until(
            lambda: [m for m in self._mails()[mails:] if _is_about_the_stop(m)],
            lambda: f"the stop is not told: {self._heard()}",
        )
        if technique.mails is not None:
            self._settle()
        if technique.mails is not None and len(self._mails()) > technique.mails:
            raise WrongEndError(f"{len(self._mails())} mails: {self._heard()}")
        return f"a stop is healed by {by} and told"

    def _logs(self) -> bool:
        status = self.client("cloudtrail").get_trail_status(Name=self.ready.trail_arn)
        return bool(status["IsLogging"])

    def _tick(self, *schedules: str) -> None:
        for each in schedules:
            self.ready.control.tick(each)

    def _settle(self) -> None:
        with suppress(RefusedError):
            self.ready.control.settle(10)

    def differences(self) -> list[str]:
        """What of the guard is not as deployed, one line each."""
        return guard_parts.differences(guard_parts.read(self.client), self.deployed)

    def _told(self, way: Way, words: str) -> bool:
        return any(each.to == _ADDRESSES[way] for each in self.mails_about(words))

    def mails_about(self, words: str) -> list[Mail]:
        """The mails since the last attack that have these words."""
        return [each for each in self._mails() if words in f"{each.subject} {each.text}"]

    def _heard(self) -> list[str]:
        return [f"{each.to}: {each.subject}" for each in self._mails()]

    def _mails(self, since: int | None = None) -> list[Mail]:
        """The mails since the attack began."""
        files = sorted(Path(self.ready.mailbox).glob("*.eml"))
        return [_mail(each) for each in files[self._before if since is None else since :]]

    def _until(
        self,
        look: Callable[[], object],
        otherwise: Callable[[], str],
        seconds: float = _PATIENCE_SECONDS,
        every: float = _POLL_SECONDS,
    ) -> None:
        deadline = time.monotonic() + seconds
        while not look():
            if time.monotonic() > deadline:
                raise WrongEndError(otherwise())
            time.sleep(every)


def _mail(file: Path) -> Mail:
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    text = " ".join(message.get_content().split())
    return Mail(str(message["To"]), str(message["Subject"]), text)


def _is_about_the_stop(mail: Mail) -> bool:
    """Whether it tells that the trail was stopped, or was found so."""
    return "stopped" in mail.text or "Logging of the trail had changed" in mail.subject
