"""A deployed account in memory with both halves of the guard, which attackers go for as well."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from lambdas.watcher.folding import Folding
from lambdas.watcher.state import State
from lambdas.watcher.watch import Watch
from tests.account_answers import EVERYTHING
from tests.chaos.account import ACCOUNT, REGION, Crash, Faults, Key, LogGroup, Role
from tests.chaos.guard_services import (
    CloudWatch,
    Events,
    Function,
    Functions,
    NamedKeys,
    PagedLogs,
    ProtectedStacks,
    Scheduler,
    Sns,
    Sqs,
    Ssm,
    Tables,
)
from tests.chaos.world import LOG, TRIES, Event, World
from tests.guarded import Deployment, Intruder, deploy
from trailkeeper.alerts.alert import Alert
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.environments.schedule import LOOK, SWEEP, WATCH
from trailkeeper.evidence.functions import FunctionRecord
from trailkeeper.evidence.names import ALERTS_KEY_ALIAS, EVIDENCE_KEY_PARAMETER, LIVE
from trailkeeper.evidence.roles import RoleRecord
from trailkeeper.guards.sides import Side
from trailkeeper.guards.techniques.technique import Half, Technique
from trailkeeper.guards.watched import Watched

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
_SOURCES = {"functions": "lambda", "cloudwatch": "monitoring"}
_RIGHTS = ("guard-roles.trust", "guard-roles.policies", "guard-roles.attached-policies")
Parts = dict[str, Any]


@dataclass
class GuardEvent(Event):
    """An event of a call, on its way to whichever half has not had it."""

    to: tuple[Half, ...] = HALVES


@dataclass
class GuardWorld(World):
    """Everything that a history happens to, with both halves of the guard."""

    guard_calls: int = 0
    _owed_guard: set[tuple[Half, str]] = field(default_factory=set)
    _guard_calls: dict[str, tuple[tuple[Half, str], ...]] = field(default_factory=dict)
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
        return {name: copy.deepcopy(read()) for name, read in self._readers[half].items()}

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
                e.log_group: _retention(self.logs.groups.get(e.log_group)) for e in functions
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
            "guard-key.rotation": lambda: key().rotation,
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
            rule.function == function
            and self._as_deployed(half, "guard-rules.rules", rule.name)
            and f"rule/{rule.name}" in callers
            and _matches(rule.pattern, detail)
            for rule in side.rules
        )

    # What an attacker does

    def attack_guard(self, technique: Technique, half: Half, author: str) -> None:
        """Go for one half, while the other is whole enough to answer by its schedule."""
        assert technique.attack is not None
        watch = {"heal side": "trailkeeper-watch", "watcher side": "trailkeeper-guard"}[half]
        if not self.is_scheduled(OTHER[half], watch):
            return
        before = {each: self.guard(each) for each in HALVES}
        calls: list[tuple[str, dict[str, Any]]] = []
        intruder: Any = Intruder(self.recording(calls), half, PLAN)
        with suppress(ClientError, ValueError):
            technique.attack(intruder)
        changed = tuple(
            (each, name)
            for each in HALVES
            for name, part in self.guard(each).items()
            if before[each][name] != part
        )
        if not changed:
            return
        for service, arguments in calls:
            event = self._guard_call(service, arguments, author)
            self._guard_calls[event["detail"]["eventID"]] = changed
            self.cloudtrail.record(event["detail"])
            self.events.append(GuardEvent(event))

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
                "userIdentity": {
                    "type": "IAMUser",
                    "arn": f"arn:aws:iam::{ACCOUNT}:user/{author}",
                    "accountId": ACCOUNT,
                    "userName": author,
                },
                "requestParameters": json.loads(json.dumps(said, default=str)),
            },
        }

    # What the guard does

    def deliver(self, event: Event) -> None:
        """A call reaches the halves that have a rule for it; what is forged, the heal function."""
        to = event.to if isinstance(event, GuardEvent) else ("heal side",)
        event.tries += 1
        failed = tuple(half for half in to if not self._deliver_to(half, event))
        if failed and event.tries < TRIES:
            self.events.append(GuardEvent(event.body, event.tries, failed))

    def _deliver_to(self, half: Half, event: Event) -> bool:
        is_call = isinstance(event.body, Mapping) and "detail" in event.body
        heard = self.hears(half, event.body) if is_call else self.is_able(half)
        if not heard:
            return True
        if half == "heal side":
            of_guard = isinstance(event, GuardEvent)
            self._owe_guard("watcher side" if of_guard else None)
            return self.invoke(event.body)
        self._owe_guard("heal side")
        return self.watch(event.body)

    def run(self, half: Half, schedule: str) -> None:
        """Let a schedule come, if it can."""
        if not self.is_scheduled(half, schedule):
            return
        body = SCHEDULES[half][schedule]
        self._owe_guard(OTHER[half] if body == WATCH else None)
        if half == "heal side":
            self.invoke(body)
        else:
            self._owed |= self.differing() & {"logging.status"}
            self.watch(body)

    def watch(self, body: Any) -> bool:
        """One invocation of the watcher; False if it failed."""
        watch = Watch(
            clients=self.clients(self.faults),
            baseline=EVERYTHING,
            watched=PLAN.watched["heal side"],
            every=120,
            alive_days=0,
            tell=self._tell,
            folding=Folding(
                State(self.clients(self.faults), self.clock),
                EVERYTHING,
                self._tell,
                self.clock,
                LOG,
            ),
            patience=self.patience(),
            now=self.clock,
            log=LOG,
        )
        try:
            watch.handle(body)
        except (Crash, ClientError):
            return False
        finally:
            self.clock.advance(0.5)
        return True

    def _owe_guard(self, half: Half | None) -> None:
        if half is not None:
            self._owed_guard |= {(half, name) for name in self.guard_differing(half)}

    def _tell(self, alert: Alert) -> None:
        super()._tell(alert)
        told = {each.document for each in alert.differences}
        # What is told together names the documents alone.
        told |= set(re.findall(r'"document\.([\w.-]+)"', alert.to_json()))
        self._owed_guard = {each for each in self._owed_guard if each[1] not in told}
        self._owed_guard -= set(self._guard_calls.get(alert.event_id or "", ()))

    def guard_untold(self) -> set[tuple[Half, str]]:
        """Documents that the other half had occasion to see differ, of which no alert was sent."""
        return set(self._owed_guard)


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


def _retention(group: LogGroup | None) -> Any:
    return None if group is None else group.settings.get("retentionInDays")
