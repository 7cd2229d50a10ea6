"""A deployed account in memory with both halves of the guard, which attackers go for as well."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from lambdas.watcher.folding import Folding
from lambdas.watcher.state import State
from lambdas.watcher.watch import Watch
from tests.account_answers import EVERYTHING
from tests.chaos.account import ACCOUNT, REGION, Crash, Faults
from tests.chaos.guard_functions import Function, Functions
from tests.chaos.guard_rules import Events, Scheduler
from tests.chaos.guard_services import CloudWatch, NamedKeys, PagedLogs, ProtectedStacks, Ssm
from tests.chaos.guard_tables import Tables
from tests.chaos.guard_topics import Sns, Sqs
from tests.chaos.keys import Key
from tests.chaos.log_groups import LogGroup
from tests.chaos.plain import copied
from tests.chaos.roles import Role
from tests.chaos.world import (
    FORGED,
    LOG,
    TRAIL,
    TRIES,
    Event,
    World,
    identity,
    said_of_parts,
)
from tests.guarded import Deployment, Intruder, deploy
from trailkeeper.alerts.alert import Alert
from trailkeeper.detections.catalogue import API_CALL
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.environments.schedule import LOOK, SWEEP, WATCH
from trailkeeper.evidence.functions import FunctionRecord
from trailkeeper.evidence.names import (
    ALERTS_KEY_ALIAS,
    EVIDENCE_KEY_PARAMETER,
    LIVE,
    RESPONSE_STACK,
    STATE_TABLE,
    WATCHER_STACK,
    WATCHER_TABLE,
)
from trailkeeper.evidence.roles import RoleRecord
from trailkeeper.guards.sides import Side
from trailkeeper.guards.techniques.technique import Half, Technique
from trailkeeper.guards.watched import Watched
from trailkeeper.state.heal_items import Begun
from trailkeeper.state.store import Store
from trailkeeper.state.watcher_items import Held
from trailkeeper.words.text import Text

PLAN = Deployment(EVERYTHING)
HALVES: tuple[Half, ...] = ("heal side", "watcher side")
OTHER: Mapping[Half, Half] = {"heal side": "watcher side", "watcher side": "heal side"}
# What each half does by which of its schedules.
SCHEDULES: Mapping[Half, Mapping[str, Any]] = {
    "heal side": {
        "trailkeeper-reconcile": LOOK,
        "trailkeeper-sweep": SWEEP,
        "trailkeeper-guard": WATCH,
    },
    "watcher side": {"trailkeeper-watch": WATCH, "trailkeeper-watch-look": LOOK},
}
# By which each half watches over the other.
_WATCHES: Mapping[Half, str] = {
    "heal side": "trailkeeper-guard",
    "watcher side": "trailkeeper-watch",
}
# Where each half keeps what it remembers.
_TABLES: Mapping[Half, str] = {"heal side": STATE_TABLE, "watcher side": WATCHER_TABLE}
_SOURCES = {"functions": "lambda", "cloudwatch": "monitoring"}
_RIGHTS = ("guard-roles.trust", "guard-roles.policies", "guard-roles.attached-policies")
Parts = dict[str, Any]


# Whatever of these a half of the guard writes, it writes into the other one.
_WRITES = ("events.", "scheduler.", "functions.", "sqs.", "sns.", "cloudwatch.put_metric_alarm")
# Calls against a half that somebody may make up, with their arguments.
_FORGED_CALLS: Mapping[str, Callable[[Side], dict[str, Any]]] = {
    "functions.put_function_concurrency": lambda side: {
        "FunctionName": side.functions[0].name,
        "ReservedConcurrentExecutions": 0,
    },
    "events.disable_rule": lambda side: {"Name": side.rules[0].name},
    "scheduler.delete_schedule": lambda side: {"Name": side.schedules[0].name},
    "iam.delete_role_policy": lambda side: {
        "RoleName": side.roles[0].name(PLAN.names),
        "PolicyName": "rights",
    },
}
FORGED_CALLS = sorted(_FORGED_CALLS)


@dataclass
class GuardEvent(Event):
    """An event of a call, on its way to whichever half has not had it.

    `by_hand`: somebody invokes the function with it, past every rule.
    """

    to: tuple[Half, ...] = HALVES
    by_hand: bool = False

    def twin(self) -> GuardEvent:
        return GuardEvent(self.body, 0, self.to, self.by_hand)


@dataclass
class GuardWorld(World):
    """Everything that a history happens to, with both halves of the guard."""

    guard_calls: int = 0
    failed_runs: int = 0
    changed: Counter[tuple[Half, str]] = field(default_factory=Counter)
    told: Counter[tuple[Half, str]] = field(default_factory=Counter)
    _under_way: str = ""
    _struck: int = 0
    _held: bool = False
    _told_now: set[tuple[Half, str]] = field(default_factory=set)
    _owed_guard: set[tuple[Half, str]] = field(default_factory=set)
    _guard_calls: dict[str, tuple[tuple[Half, str], ...]] = field(default_factory=dict)
    _authors: dict[str, str] = field(default_factory=dict)
    services: ClassVar[tuple[str, ...]] = (
        *World.services,
        *("events", "scheduler", "functions", "sqs", "sns", "ssm", "cloudwatch"),
    )

    def _make_services(self) -> None:
        super()._make_services()
        self.kms = NamedKeys()
        self.logs = PagedLogs()
        self.dynamodb = Tables()
        self.cloudformation = ProtectedStacks(self.clock)
        self.events_service = Events()
        self.scheduler = Scheduler()
        self.functions = Functions()
        self.sqs, self.sns, self.ssm = Sqs(), Sns(), Ssm()
        self.cloudwatch = CloudWatch()

    def service(self, name: str) -> Any:
        return self.events_service if name == "events" else getattr(self, name)

    def _deploy(self) -> None:
        super()._deploy()
        deploy(self.clients(Faults()), PLAN)
        self.ssm.parameters[EVIDENCE_KEY_PARAMETER] = str(EVERYTHING.evidence_key_arn)
        self.cloudformation.key = self.kms.aliases[ALERTS_KEY_ALIAS]
        self.guard_deployed = {half: self.guard(half) for half in HALVES}

    def environ(self) -> HealEnviron:
        return replace(PLAN.heal, contain=self.contain, billing_alarm_usd=None)

    def watched(self) -> Watched:
        return PLAN.watched["watcher side"]

    # The guard as it is

    def guard(self, half: Half) -> Parts:
        """What the other half answers for, by the documents of its guards, as it is now."""
        return {name: copied(read()) for name, read in self._readers[half].items()}

    def guard_differing(self, half: Half) -> set[str]:
        """The documents of one half that are not as deployed."""
        deployed = self.guard_deployed[half]
        return {name for name, read in self._readers[half].items() if read() != deployed[name]}

    def _as_deployed(self, half: Half, document: str, part: str) -> bool:
        """Whether one part of a document is as deployed."""
        found = self._readers[half][document]()[part]
        return bool(found == self.guard_deployed[half][document][part])

    @cached_property
    def _readers(self) -> Mapping[Half, Mapping[str, Callable[[], Any]]]:
        return {
            half: {**self._of(side), **(self._of_heal_side if half == "heal side" else {})}
            for half, side in PLAN.sides.items()
        }

    def _of(self, side: Side) -> Mapping[str, Callable[[], Any]]:
        """The documents that both halves have."""
        functions, names = side.functions, PLAN.names
        queues = {each.name: side.queue_url(each.name) for each in side.queues}
        topics = {each.name: names.arn("sns", each.name) for each in side.topics}
        table = self.dynamodb.tables[side.table.name]

        def role(each: RoleRecord) -> Role:
            return self.iam.roles[each.name(names)]

        def function(each: FunctionRecord) -> Function:
            return self.functions.functions[each.name]

        return {
            "guard-rules.rules": lambda: {e.name: self._rule(e.name) for e in side.rules},
            "guard-schedules.schedules": lambda: {
                each.name: self.scheduler.schedules.get(each.name) for each in side.schedules
            },
            "guard-functions.versions": lambda: {e.name: self._runs(e.name) for e in functions},
            "guard-functions.concurrency": lambda: {
                each.name: function(each).concurrency for each in functions
            },
            "guard-functions.failures": lambda: {
                each.name: function(each).invoke.get(LIVE) for each in functions
            },
            "guard-functions.callers": lambda: {e.name: self._callers(e.name) for e in functions},
            "guard-functions.urls": lambda: {e.name: function(e).urls for e in functions},
            "guard-roles.trust": lambda: {
                each.short: (role(each).trust, role(each).boundary) for each in side.roles
            },
            "guard-roles.policies": lambda: {e.short: role(e).inline for e in side.roles},
            "guard-roles.attached-policies": lambda: {
                each.short: sorted(role(each).attached) for each in side.roles
            },
            "guard-queues.queues": lambda: {
                name: _documents(self.sqs.queues.get(url)) for name, url in queues.items()
            },
            "guard-topics.topics": lambda: {
                name: _documents(self.sns.topics[arn].attributes) for name, arn in topics.items()
            },
            "guard-table.table": table.kept,
            "guard-table.policy": lambda: table.policy,
            "guard-table.expiry": lambda: table.expiry,
            "guard-logs.groups": lambda: {
                e.log_group: _kept_log(self.logs.groups.get(e.log_group)) for e in functions
            },
            "guard-alarms.alarms": lambda: {
                each.name: self.cloudwatch.alarms.get(each.name) for each in side.alarms
            },
            "guard-stack.protection": lambda: side.stack not in self.cloudformation.unprotected,
        }

    @property
    def _of_heal_side(self) -> Mapping[str, Callable[[], Any]]:
        """The documents of what only the heal side has."""

        def key() -> Key:
            return self.kms.keys[PLAN.names.arn("kms", f"key/{self.cloudformation.key}")]

        return {
            "guard-queue.mapping": lambda: [
                {name: value for name, value in each.items() if name != "UUID" and value}
                for each in self.functions.mappings.values()
            ],
            "guard-key.alias": lambda: self.kms.aliases.get(ALERTS_KEY_ALIAS),
            "guard-key.state": lambda: key().state,
            "guard-key.policy": lambda: json.loads(key().policy),
            # As AWS says of a key that is to be deleted.
            "guard-key.rotation": lambda: key().rotation and key().state != "PendingDeletion",
            "guard-parameter.key": lambda: self.ssm.parameters.get(EVIDENCE_KEY_PARAMETER),
        }

    def _rule(self, name: str) -> Any:
        rule = self.events_service.rules.get(name)
        if rule is None:
            return None
        targets = [{k: v for k, v in each.items() if k != "Id"} for each in rule.targets.values()]
        return json.loads(rule.pattern), rule.state, targets

    def _runs(self, name: str) -> Any:
        """What the alias runs, without its number."""
        alias = self.functions.functions[name].aliases.get(LIVE)
        if alias is None:
            return None
        runs = self.functions.get_function_configuration(FunctionName=name, Qualifier=LIVE)
        weights = (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights")
        published = alias["FunctionVersion"] != "$LATEST"
        return {k: v for k, v in runs.items() if k != "Version"}, weights, published

    def _callers(self, name: str) -> Any:
        statements = self.functions.functions[name].statements
        said = [
            json.dumps({key: value for key, value in each.items() if key != "Sid"}, sort_keys=True)
            for qualifier in statements
            for each in statements[qualifier]
        ]
        return sorted(said)

    # Whether a half runs

    def is_able(self, half: Half) -> bool:
        """Whether the function of a half can run, with all its rights."""
        side = PLAN.sides[half]
        runs = ("guard-functions.versions", "guard-functions.concurrency")
        return all(self._as_deployed(half, each, side.functions[0].name) for each in runs) and all(
            self._as_deployed(half, each, side.roles[0].short) for each in _RIGHTS
        )

    def is_scheduled(self, half: Half, name: str) -> bool:
        """Whether a schedule comes, and calls a function that can run."""
        role = next(r.short for r in PLAN.sides[half].roles if "scheduler" in r.service)
        return (
            self._as_deployed(half, "guard-schedules.schedules", name)
            and all(self._as_deployed(half, each, role) for each in _RIGHTS)
            and self.is_able(half)
        )

    def hears(self, half: Half, call: Mapping[str, Any]) -> bool:
        """Whether a rule of a half carries a call to a function that can run."""
        if not self.is_able(half):
            return False
        side, detail = PLAN.sides[half], call["detail"]
        function = side.functions[0]
        callers = " ".join(self._callers(function.name))
        return any(
            rule.to == function
            and self._as_deployed(half, "guard-rules.rules", rule.name)
            and f"rule/{rule.name}" in callers
            and _matches(rule.pattern, detail)
            for rule in side.rules
        )

    # What an attacker does

    def attack_guard(self, attacks: Iterable[tuple[Technique, Half]], author: str) -> None:
        """Go for one half or the other, one attack after the other before anybody answers.

        An attack is left out while the other half is not whole enough to answer by its schedule.
        """
        before = self._guards()
        for technique, half in attacks:
            if not self.is_scheduled(OTHER[half], _WATCHES[OTHER[half]]):
                continue
            heard = self.is_logging
            calls: list[tuple[str, dict[str, Any]]] = []
            intruder: Any = Intruder(self.recording(calls), half, PLAN)
            assert technique.attack is not None
            with suppress(ClientError, ValueError):
                technique.attack(intruder)
            after = self._guards()
            changed = tuple(name for name in after if after[name] != before[name])
            before = after
            if changed:
                self._note_attack(changed, calls, author, heard=heard)
                # What an attack undoes by chance is put right by nobody.
                self._owed_guard -= {
                    each for each in changed if after[each] == self.guard_deployed[each[0]][each[1]]
                }

    def _guards(self) -> Mapping[tuple[Half, str], Any]:
        """The documents of both halves."""
        return {(half, name): part for half in HALVES for name, part in self.guard(half).items()}

    def _note_attack(
        self,
        changed: tuple[tuple[Half, str], ...],
        calls: list[tuple[str, dict[str, Any]]],
        author: str,
        *,
        heard: bool,
    ) -> None:
        self.changed.update(changed)
        for half in HALVES:
            if self.dynamodb.tables[_TABLES[half]].table is None:
                self._forget_notes(half)
        for service, arguments in calls:
            event = self._guard_call(service, arguments, author)
            self._guard_calls[event["detail"]["eventID"]] = changed
            self._authors[event["detail"]["eventID"]] = author
            self.cloudtrail.record(event["detail"])
            if heard:
                self.events.append(GuardEvent(event))

    def _forget_notes(self, half: Half) -> None:
        """With its table a half loses the notes of what a run put back that was cut off."""
        differing = {(OTHER[half], each) for each in self.guard_differing(OTHER[half])}
        self._owed_guard = {
            each for each in self._owed_guard if each[0] == half or each in differing
        }
        if half == "heal side":
            self._owed &= self.differing()

    def forge_guard(self, operation: str, author: str) -> None:
        """Invoke the heal function with an event of a call against the watcher that nobody made."""
        call = self._guard_call(
            operation, _FORGED_CALLS[operation](PLAN.sides["watcher side"]), author
        )
        call["detail"]["eventID"] = f"{FORGED}{self.forged}"
        self.forged += 1
        self.events.append(GuardEvent(call, to=("heal side",), by_hand=True))

    @property
    def is_logging(self) -> bool:
        """Whether the trail is there and logs."""
        trail = self.cloudtrail.trails.get(TRAIL)
        return trail is not None and trail.logging

    def recording(self, calls: list[tuple[str, dict[str, Any]]]) -> Any:
        """The services as an attacker sees them, whose writes are noted with their arguments."""
        made = self.clients(Faults())

        class Recording:
            """One service."""

            def __init__(self, name: str) -> None:
                self._name, self._client = name, getattr(made, name)

            def __getattr__(self, operation: str) -> Any:
                call = getattr(self._client, operation)
                if operation.startswith(("get_", "list_", "describe_")):
                    return call

                def noted(**arguments: Any) -> Any:
                    answer = call(**arguments)
                    calls.append((f"{self._name}.{operation}", arguments))
                    return answer

                return noted

        class All:
            """Every service."""

        found = All()
        for name in self.services:
            setattr(found, name, Recording(name))
        return found

    def _guard_call(
        self, operation: str, arguments: Mapping[str, Any], author: str
    ) -> dict[str, Any]:
        self.guard_calls += 1
        service, _, name = operation.partition(".")
        source = _SOURCES.get(service, service)
        said = {key[0].lower() + key[1:]: value for key, value in arguments.items()}
        return {
            "detail-type": "AWS API Call via CloudTrail",
            "source": f"aws.{source}",
            "account": ACCOUNT,
            "region": REGION,
            "detail": {
                "eventID": f"guard-event-{self.guard_calls}",
                "eventTime": f"{self.clock():%Y-%m-%dT%H:%M:%SZ}",
                "eventSource": f"{source}.amazonaws.com",
                "eventName": "".join(part.capitalize() for part in name.split("_")),
                "awsRegion": REGION,
                "recipientAccountId": ACCOUNT,
                "userIdentity": identity(author),
                "requestParameters": json.loads(json.dumps(said, default=str)),
            },
        }

    # What the guard does

    def deliver(self, event: Event) -> None:
        """A call reaches the halves that have a rule for it; what is forged, the heal function."""
        to = event.to if isinstance(event, GuardEvent) else ("heal side",)
        by_hand = isinstance(event, GuardEvent) and event.by_hand
        event.tries += 1
        failed = tuple(half for half in to if not self._deliver_to(half, event, by_hand))
        if failed and event.tries < TRIES:
            self.events.append(GuardEvent(event.body, event.tries, failed, by_hand))

    def _deliver_to(self, half: Half, event: Event, by_hand: bool) -> bool:
        rules_decide = _is_call(event.body) and not by_hand
        heard = self.hears(half, event.body) if rules_decide else self.is_able(half)
        return self._answer(half, event.body) if heard else True

    def run(self, half: Half, schedule: str) -> None:
        """Let a schedule come, if it can."""
        if self.is_scheduled(half, schedule):
            body = SCHEDULES[half][schedule]
            self.deliver(GuardEvent(body, to=(half,), by_hand=True))

    def _answer(self, half: Half, body: Any) -> bool:
        """One invocation, and what must be true as soon as it has ended; False if it failed."""
        other, struck, held = OTHER[half], self.faults.struck, self.holds_guard
        before = self.guard_differing(other)
        compares = body == WATCH or (body == LOOK and not self.is_logging)
        if compares or _is_call(body):
            self._owed_guard |= {(other, name) for name in before}
        self._told_now, self._under_way = set(), ""
        self._struck, self._held = struck, held
        done = self.invoke(body) if half == "heal side" else self.watch(body)
        self.failed_runs += not done
        if not done or self.faults.struck > struck:
            return done
        after = self.guard_differing(other)
        told = self._told_now | self._kept_to_be_told() | self._noted(half)
        for name in before - after:
            if (other, name) not in told:
                self.denied_by_the_truth.append(f"{half} put {name} right and told nobody")
        if compares and after and not (held or self.holds_guard):
            self.denied_by_the_truth.append(f"{half} left {sorted(after)} as they were")
        if (
            not _is_call(body)
            and not self.is_logging
            and not (body == WATCH and half == "heal side")
        ):
            self.denied_by_the_truth.append(f"{half} left the trail stopped")
        return done

    def _kept_to_be_told(self) -> set[tuple[Half, str]]:
        """The documents of the heal side that the watcher will tell of with others."""
        items = self.dynamodb.tables[WATCHER_TABLE].items.values()
        kept = (Held.parse(each) for each in items if each["id"]["S"] == Held.PARTITION)
        documents = (each for held in kept for each in held.documents)
        return {
            ("heal side", each)
            for each in _with_what_was_made_again(documents, self.guard_deployed["heal side"])
        }

    def _noted(self, half: Half) -> set[tuple[Half, str]]:
        """The documents of the other half that a run which was cut off left to be told of."""
        other = OTHER[half]
        partition = Begun.partition(PLAN.sides[other].stack)
        items = self.dynamodb.tables[_TABLES[half]].items.values()
        notes = (Begun.parse(each) for each in items if each["id"]["S"] == partition)
        documents = (drift.key for each in notes for drift in each.drifts)
        return {
            (other, each)
            for each in _with_what_was_made_again(documents, self.guard_deployed[other])
        }

    def watch(self, body: Any) -> bool:
        """One invocation of the watcher; False if it failed."""
        if not _is_call(body):
            self._owed |= self.differing() & {"logging.status"}
        self._held_evidence = False  # which this half does not put right
        watch = Watch(
            clients=self.clients(self.faults, self._judge_write),
            baseline=EVERYTHING,
            watched=PLAN.watched["heal side"],
            every=120,
            alive_days=0,
            deployers=(),
            store=Store(self.clients(self.faults), self.clock, WATCHER_TABLE),
            tell=self._tell_by_second_way,
            folding=Folding(
                State(self.clients(self.faults), self.clock),
                EVERYTHING,
                self._tell_by_second_way,
                self.clock,
                LOG,
            ),
            patience=self.patience(),
            now=self.clock,
            log=LOG,
        )
        self._claims.clear()
        try:
            watch.handle(body)
        except (Crash, ClientError):
            return False
        finally:
            self.clock.advance(0.5)
        self._judge_claims()
        return True

    @property
    def holds_guard(self) -> bool:
        """Whether a deploy of the guard is under way."""
        return self.cloudformation.is_at(RESPONSE_STACK, WATCHER_STACK)

    def _judge_write(self, call: str) -> None:
        """Nobody puts the guard right while a deploy changes it; what was begun, one may end."""
        super()._judge_write(call)
        if not call.startswith(_WRITES):
            return
        service = call.partition(".")[0]
        begun_before = not (self._under_way or self._held)
        if not self.holds_guard or begun_before:
            self._under_way = service
        elif service != self._under_way and self.faults.struck == self._struck:
            self.denied_by_the_truth.append(f"{call} while a deploy was at work")

    def _tell(self, alert: Alert) -> None:
        self.faults.before_telling()
        self._tell_of_half("watcher side", alert)
        super()._tell(alert)

    def _tell_by_second_way(self, alert: Alert) -> None:
        self.faults.before_telling()
        self._tell_of_half("heal side", alert)
        super()._tell(alert)

    def _tell_of_half(self, half: Half, alert: Alert) -> None:
        """Note what people hear of one half, and hold it against the truth."""
        guard = guard_documents(alert, self.guard_deployed[half])
        # What a new table still lacks when a deploy begins is told when that is put right.
        guard -= self.guard_differing(half) - _named(alert)
        told = {
            (half, each) for each in _with_what_was_made_again(guard, self.guard_deployed[half])
        }
        right, others = said_of_parts(alert)
        if left := (right - others) & guard & self.guard_differing(half):
            self.denied_by_the_truth.append(f"{alert.dedup_key}: {left} are not as deployed")
        author = self._authors.get(alert.event_id or "")
        if author and author not in json.dumps([alert.who, *alert.story], default=str):
            self.denied_by_the_truth.append(f"{alert.dedup_key}: {author} made the call")
        self.told.update((half, each) for each in guard)
        self._told_now |= told
        called = self._guard_calls.get(alert.event_id or "", ())
        self._owed_guard -= told | {each for each in called if each[0] == half}

    def has_forgotten(self) -> bool:
        return super().has_forgotten() or any(
            self.changed[half, "guard-table.table"] for half in HALVES
        )

    def guard_untold(self) -> set[tuple[Half, str]]:
        """Documents that the other half had occasion to see differ, of which no alert was sent."""
        return set(self._owed_guard)

    def told_too_often(self) -> dict[tuple[Half, str], int]:
        """How often people heard of a document, where that is oftener than it was changed."""
        mishaps = self.failed_runs + self.faults.struck
        return {
            each: times
            for each, times in self.told.items()
            if times > self.changed[each] + mishaps
            # What nobody ever changed, people hear of only when it could not be read.
            or (not self.changed[each] and not self.faults.refused)
        }


def guard_documents(alert: Alert, documents: Iterable[str]) -> set[str]:
    """The documents of a half that an alert says were found to differ."""
    named = _named(alert)
    return {each for each in documents if each in named or each.partition(".")[0] in named}


def _named(alert: Alert) -> set[str]:
    """The documents that an alert names, and of what was gone the guard."""
    lines = [each.params["document"] for each in alert.changes if each.key == "change.line"]
    named = {each.key.partition(".")[2] for each in lines if isinstance(each, Text)}
    named |= {each.document for each in alert.differences}
    return named | set(re.findall(r'"document\.([\w.-]+)"', alert.to_json()))


def _with_what_was_made_again(named: Iterable[str], documents: Iterable[str]) -> set[str]:
    """Those of the documents that are named, and what comes back with them.

    A table that was made again is told of as a whole; a key that is not to be deleted any more
    rotates as it did before.
    """
    found = set(named)
    if "guard-table.table" in found:
        found.add("guard-table")
    if "guard-key.state" in found:
        found.add("guard-key.rotation")
    return {each for each in documents if each in found or each.partition(".")[0] in found}


def _is_call(body: Any) -> bool:
    return isinstance(body, Mapping) and body.get("detail-type") == API_CALL


def _matches(pattern: Mapping[str, Any], detail: Mapping[str, Any]) -> bool:
    """Whether a pattern has the call, as EventBridge compares source and name."""
    wanted = pattern.get("detail", {})
    return detail["eventSource"] in wanted.get("eventSource", ()) and any(
        detail["eventName"].startswith(each["prefix"])
        if isinstance(each, Mapping)
        else detail["eventName"] == each
        for each in wanted.get("eventName", ())
    )


def _documents(attributes: Mapping[str, str] | None) -> Any:
    """Attributes with the JSON in them read; what is empty is as good as not there."""
    if attributes is None:
        return None
    return {
        key: json.loads(value) if value.startswith("{") else value
        for key, value in attributes.items()
        if value
    }


def _kept_log(group: LogGroup | None) -> Any:
    if group is None:
        return None
    return {**group.settings, "mask": group.mask}
