"""A deployed account in memory: its heal function, its attackers, the events between them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import botocore
from aws_lambda_powertools import Logger
from botocore.exceptions import ClientError

from lambdas.heal.healer import handle
from lambdas.heal.invocation import HealFailedError, Invocation
from lambdas.heal.state import State
from tests.account_answers import EVERYTHING
from tests.chaos.account import ACCOUNT, REGION, THROTTLED, Client, Clock, Crash, Faults
from tests.chaos.buckets import S3
from tests.chaos.keys import Key, Kms
from tests.chaos.log_groups import Logs
from tests.chaos.parameter import Ssm
from tests.chaos.plain import copied
from tests.chaos.roles import Iam
from tests.chaos.table import DynamoDb
from tests.chaos.trails import CloudTrail
from tests.golden import golden
from trailkeeper.alerts import forged_alerts
from trailkeeper.alerts.alert import Alert
from trailkeeper.detections.detection import Detection
from trailkeeper.detections.proof import Technique
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.environments.schedule import SWEEP
from trailkeeper.evidence.defaults import Contain
from trailkeeper.evidence.names import EVIDENCE_STACK, RESPONSE_STACK, WATCHER_STACK
from trailkeeper.guards.watched import Watched
from trailkeeper.reconcile.patience import Patience
from trailkeeper.words.text import Text

BEGINNING = datetime(2026, 11, 20, 3, 4, 5, tzinfo=UTC)
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/EvidenceKey3D536D36"
ROLE = f"trailkeeper-delivery-{REGION}"
TRAIL = f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/trailkeeper"
LOG_BUCKET = f"trailkeeper-logs-{ACCOUNT}-{REGION}"
LOG_GROUP = "/trailkeeper/trail"

PEOPLE = ("mallory", "alice")
INNOCENT = "bob"
TRIES = 3
"""How often Lambda invokes a function for one asynchronous event that fails."""
SECONDS = 60.0
"""How long one invocation may take."""

_SERVICES = ("cloudtrail", "s3", "kms", "logs", "iam", "dynamodb", "ssm", "cloudformation")
FORGED = "made-up-"
# What the heal function writes into the evidence alone, and what of it waits for nothing: that the
# trail is there and logs.
_REPAIRS = ("cloudtrail.", "s3.", "kms.")
_IN_ANY_CASE = ("cloudtrail.start_logging", "cloudtrail.create_trail")
_PUT_RIGHT = ("done.healed", "done.recreated", "done.started", "done.cut_off")
LOG = Logger(service="chaos", level="CRITICAL")


# The order in which `cdk deploy --all` takes our stacks.
_STACKS = (EVIDENCE_STACK, RESPONSE_STACK, WATCHER_STACK)


class CloudFormation:
    """The status of our stacks: a deploy that an administrator makes, one stack after the other."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        first = BEGINNING - timedelta(days=1)
        self._operations = {each: [(first, first)] for each in _STACKS}

    def describe_stacks(self, *, StackName: str) -> Any:
        begun, until = self._operation(StackName)
        status = "UPDATE_IN_PROGRESS" if self._clock() < until else "UPDATE_COMPLETE"
        created = BEGINNING - timedelta(days=100)
        described = {"StackName": StackName, "StackStatus": status, "CreationTime": created}
        return {"Stacks": [{**described, "LastUpdatedTime": begun}]}

    def deploy(self, minutes: int, *stacks: str) -> None:
        """Begin one that takes so long for each stack, unless another is under way.

        `stacks`: those that change, in the order of a deploy; by default all of them.
        """
        begin = self._clock()
        if any(begin < operations[-1][1] for operations in self._operations.values()):
            return
        for each in stacks or _STACKS:
            end = begin + timedelta(minutes=minutes)
            self._operations[each].append((begin, end))
            begin = end

    def is_at(self, *stacks: str) -> bool:
        """Whether a deploy works at one of these stacks now."""
        return any(self._clock() < self._operation(each)[1] for each in stacks)

    def _operation(self, stack: str) -> tuple[datetime, datetime]:
        """The last that has begun: when, and when it ends."""
        now = self._clock()
        return next(each for each in reversed(self._operations[stack]) if each[0] <= now)


@dataclass
class Event:
    """An event on its way to the heal function, and how often it was tried."""

    body: Mapping[str, Any]
    tries: int = 0

    def twin(self) -> Event:
        """The same event once more."""
        return Event(self.body)


@dataclass(frozen=True)
class Made:
    """A change of the evidence that an attacker really made."""

    technique: str
    author: str
    at: datetime
    documents: tuple[str, ...]


@dataclass
class World:
    """Everything that a history happens to, and the truth about it."""

    contain: Contain = "off"
    clock: Clock = field(default_factory=lambda: Clock(BEGINNING))
    faults: Faults = field(default_factory=Faults)
    events: list[Event] = field(default_factory=list)
    alerts: list[tuple[datetime, Alert]] = field(default_factory=list)
    made: list[Made] = field(default_factory=list)
    forged: int = 0
    denied_by_the_truth: list[str] = field(default_factory=list)
    _owed: set[str] = field(default_factory=set)
    _claims: list[tuple[str, set[str], set[str]]] = field(default_factory=list)
    _held_evidence: bool = False
    _struck_before: int = 0
    _made_by: dict[str, Made] = field(default_factory=dict)
    services: ClassVar[tuple[str, ...]] = _SERVICES

    def __post_init__(self) -> None:
        self._make_services()
        self._deploy()
        self.deployed = self.evidence()
        # A schedule begins with its first run as soon as it is deployed.
        assert self.invoke(SWEEP)

    def _make_services(self) -> None:
        self.cloudtrail = CloudTrail(self.clock)
        self.s3 = S3()
        self.kms = Kms()
        self.logs = Logs()
        self.iam = Iam(json.loads)
        self.ssm = Ssm()
        self.dynamodb = DynamoDb()
        self.cloudformation = CloudFormation(self.clock)

    def clients(self, faults: Faults, note: Callable[[str], None] = lambda _: None) -> Any:
        """The services as a caller sees them whose calls may go wrong."""

        class Clients:
            """What the heal function and attackers are given."""

            cloudtrail: Any
            cloudtrail_in: Any
            sns_in: Any
            sns: Any

        made = Clients()
        for service in self.services:
            setattr(made, service, Client(self.service(service), service, faults, note))
        made.cloudtrail_in = lambda region: made.cloudtrail
        made.sns_in = lambda region: made.sns
        return made

    def service(self, name: str) -> Any:
        """One service, as AWS keeps it."""
        return getattr(self, name)

    def _deploy(self) -> None:
        """Make the calls that a person has read, which leave the evidence as it must be."""
        clients = self.clients(Faults())
        boundary = json.dumps(golden("delivery-boundary"))
        clients.iam.create_policy(
            PolicyName=f"trailkeeper-delivery-boundary-{REGION}", PolicyDocument=boundary
        )
        self.kms.keys[KEY] = Key(json.dumps(golden("evidence-key-policy")), rotation=True)
        for guard, service in (
            ("log-bucket", clients.s3),
            ("log-group", clients.logs),
            ("delivery-role", clients.iam),
            ("trail", clients.cloudtrail),
        ):
            written = golden(guard)["written"]
            for operation, arguments in (
                *written["create"],
                *(call for name, calls in written.items() if name != "create" for call in calls),
            ):
                # The calls were written down for an account where there was something to take away.
                with suppress(ClientError):
                    getattr(service, botocore.xform_name(operation))(**_as_sent(arguments))
        clients.cloudtrail.start_logging(Name=TRAIL)

    def evidence(self) -> dict[str, Any]:
        """All that the guards answer for, without what changes by itself."""
        trail = self.cloudtrail.trails.get(TRAIL)
        group = self.logs.groups.get(LOG_GROUP)
        role = self.iam.roles.get(ROLE)
        parts: dict[str, Any] = {
            "logging.status": trail is not None and trail.logging,
            "trail.settings": trail and trail.settings,
            "trail.event-selectors": trail and (trail.basic, trail.advanced),
            "trail.insight-selectors": trail and trail.insights,
            "trail.event-configuration": trail and trail.events,
            "trail.tags": trail and trail.tags,
            "log-bucket": self.s3.buckets.get(LOG_BUCKET),
            "evidence-key": asdict(self.kms.keys[KEY]),
            "log-group": group and asdict(group),
            "delivery-role": role and asdict(role),
        }
        return copied(parts)

    def differing(self) -> set[str]:
        """The parts of the evidence that are not as deployed."""
        now = self.evidence()
        return {name for name, part in self.deployed.items() if now[name] != part}

    # What an attacker does

    def attack(self, detection: Detection, technique: Technique, example: Any, author: str) -> None:
        """Carry out a technique, unless the state of the account forbids it now."""
        assert technique.attack is not None
        before = self.evidence()
        heard = before["logging.status"]
        attacker: Any = Attacker(self)
        with suppress(ClientError):
            technique.attack(attacker)
        after = self.evidence()
        changed = tuple(sorted(name for name in after if after[name] != before[name]))
        if not changed:
            return
        made = Made(technique.id, author, self.clock(), changed)
        self.made.append(made)
        for name in technique.events:
            call = self._call(detection, name, author, example)
            self._made_by[call["detail"]["eventID"]] = made
            self.cloudtrail.record(call["detail"])
            # Without a trail that logs, EventBridge gets no event of a call.
            if heard:
                self.events.append(Event(call))

    def go_dark(self, author: str, seconds: int) -> None:
        """Somebody stops the trail, whose event is lost, and starts it again: its status tells."""
        trail = self.cloudtrail.trails.get(TRAIL)
        if trail is None or not trail.logging:
            return
        self.made.append(Made("trail-stopped", author, self.clock(), ("logging.status",)))
        self.cloudtrail.stop_logging(Name=TRAIL)
        self.clock.advance(seconds)
        self.cloudtrail.start_logging(Name=TRAIL)
        self._owed.add("logging.status")

    def forge(
        self,
        detection: Detection,
        technique: Technique,
        example: Any,
        author: str,
        years: int,
        made_by: str | None = None,
        seconds: int = 0,
    ) -> None:
        """Send an event of a call that nobody made, or under the id of a call of somebody else."""
        at = self.clock() + timedelta(days=365 * years, seconds=seconds)
        call = self._call(detection, technique.events[0], author, example, at)
        if made_by:
            other = {**call["detail"], "requestParameters": {"name": "another"}}
            self.cloudtrail.record(self._under_made_up_id(other, made_by))
        call["detail"] = self._under_made_up_id(call["detail"], author)
        self.forged += 1
        self.events.append(Event(call))

    def _under_made_up_id(self, detail: Mapping[str, Any], author: str) -> dict[str, Any]:
        return {**detail, "eventID": f"{FORGED}{self.forged}", "userIdentity": identity(author)}

    def _call(
        self,
        detection: Detection,
        name: str,
        author: str,
        example: Any,
        at: datetime | None = None,
    ) -> dict[str, Any]:
        parameters = json.loads(json.dumps(dict(example)).replace("111122223333", ACCOUNT))
        return {
            "detail-type": "AWS API Call via CloudTrail",
            "source": "aws." + detection.event_source.partition(".")[0],
            "account": ACCOUNT,
            "region": REGION,
            "detail": {
                "eventID": f"event-{len(self._made_by)}-{name}",
                "eventTime": f"{at or self.clock():%Y-%m-%dT%H:%M:%SZ}",
                "eventSource": detection.event_source,
                "eventName": name,
                "awsRegion": REGION,
                "recipientAccountId": ACCOUNT,
                "userIdentity": identity(author),
                "requestParameters": parameters,
            },
        }

    # What the guard does

    def deliver(self, event: Event) -> None:
        """Invoke the heal function as Lambda does: what fails is tried again, later."""
        event.tries += 1
        if not self.invoke(event.body) and event.tries < TRIES:
            self.events.append(event)

    def invoke(self, body: Any) -> bool:
        """One invocation; False if it failed."""
        self._owed |= self.differing()
        self._held_evidence, self._struck_before = self.holds_evidence, self.faults.struck
        clients = self.clients(self.faults, self._judge_write)
        invocation = Invocation(
            environ=self.environ(),
            clients=clients,
            state=State(clients),
            alert=self._tell,
            patience=self.patience(),
            now=self.clock,
            log=LOG,
            watched=self.watched(),
        )
        self._claims.clear()
        try:
            handle(invocation, body)
        except Crash:
            return False
        except HealFailedError:
            self._judge_claims()
            return False
        finally:
            self.clock.advance(0.5)
        self._judge_claims()
        return True

    def environ(self) -> HealEnviron:
        """What the heal function is told; the billing alarm is no part of what histories break."""
        return HealEnviron(EVERYTHING, "queue", contain=self.contain, billing_alarm_usd=None)

    def watched(self) -> Watched | None:
        """The other half of the guard, which is not there."""
        return None

    def patience(self) -> Patience:
        """How long an invocation may wait."""
        deadline = self.clock.seconds() + SECONDS
        return Patience(
            deadline, self.clock.seconds, self.clock.advance, lambda least, most: (least + most) / 2
        )

    @property
    def holds_evidence(self) -> bool:
        """Whether a deploy of the evidence, or of what knows how it must be, is under way."""
        return self.cloudformation.is_at(EVIDENCE_STACK, RESPONSE_STACK)

    def _judge_write(self, call: str) -> None:
        """Nobody puts the evidence right while a deploy changes it, except that the trail logs."""
        if not call.startswith(_REPAIRS) or call in _IN_ANY_CASE:
            return
        held = self._held_evidence and self.holds_evidence
        if held and self.faults.struck == self._struck_before:
            self.denied_by_the_truth.append(f"{call} while a deploy of the evidence was at work")

    def deliver_all(self) -> None:
        """Let every event arrive that is on its way."""
        while self.events:
            self.deliver(self.events.pop(0))

    def _tell(self, alert: Alert) -> None:
        self.faults.before_telling()
        alert = Alert.from_json(alert.to_json())
        self.alerts.append((self.clock(), alert))
        told = _parts({each.document for each in alert.differences})
        if alert.what.key == "subject.was_dark" or alert.detection == "trail-fight":
            told.add("logging.status")
        if alert.what.key == "subject.was_gone":
            told |= _parts({"logging.status"})
        right, left = said_of_parts(alert)
        self._claims.append((alert.dedup_key, (right - left) & self.differing(), left))
        made = self._made_by.get(alert.event_id or "")
        if said := _said_to_be_made_up(alert) & set(self._made_by):
            self.denied_by_the_truth.append(f"{alert.dedup_key}: {said} were made")
        self._judge_names(alert)
        self._judge_fight(alert)
        self._judge_callers(alert)
        self._judge_failures(alert)
        self._owed -= told | set(made.documents if made else ())
        self.faults.after_write()

    def _judge_claims(self) -> None:
        """What a run says that it put right is so, unless it says the contrary of another setting.

        A role that was made again is not whole if one of its policies could not be written.
        """
        left = {each for _, _, told in self._claims for each in told}
        for key, wrong, _ in self._claims:
            if wrong - left:
                self.denied_by_the_truth.append(f"{key}: {wrong - left} are not as deployed")

    def _judge_names(self, alert: Alert) -> None:
        """Whoever is innocent is named by what tells of a made-up event alone.

        A fight names others who are said to stop the trail, too; what was made up is told later.
        """
        made_up = (alert.event_id or "").startswith(FORGED)
        may_name = alert.detection in (forged_alerts.DETECTION, "trail-fight", "stop-caller")
        if not made_up and not may_name and INNOCENT in alert.to_json():
            self.denied_by_the_truth.append(f"{alert.dedup_key}: {INNOCENT} did nothing")

    def _judge_fight(self, alert: Alert) -> None:
        """However many events tell of one stop, it is one round of a fight."""
        if alert.detection != "trail-fight":
            return
        rounds = int(str(alert.what.params["count"]))
        since = self.clock() - timedelta(hours=1)
        stops = [e for e in self.made if "logging.status" in e.documents and e.at >= since]
        if rounds > len(stops):
            self.denied_by_the_truth.append(f"{alert.dedup_key}: {len(stops)} stops, no {rounds}")

    def _judge_callers(self, alert: Alert) -> None:
        """Whoever is said to have stopped the trail, as event history has it, did so."""
        stoppers = {each.author for each in self.made if "logging.status" in each.documents}
        for fact in alert.facts:
            if isinstance(fact.value, Text) and fact.value.key == "callers.stop":
                who = fact.value.params["who"]
                name = str(who.params.get("name")) if isinstance(who, Text) else str(who)
                if name not in stoppers:
                    self.denied_by_the_truth.append(f"{alert.dedup_key}: {name} stopped nothing")

    def _judge_failures(self, alert: Alert) -> None:
        """What AWS refuses for now is done a little later, and nobody is told that it failed."""
        done = [each.params["done"] for each in alert.changes if each.key == "change.line"]
        failed = [each for each in done if isinstance(each, Text) and each.key == "done.failed"]
        if any(THROTTLED in str(each.params["why"]) for each in failed):
            self.denied_by_the_truth.append(f"{alert.dedup_key}: it was throttled, no more")

    # What the truth is

    def has_forgotten(self) -> bool:
        """Whether something was not remembered that had to be, which stops no alert."""
        return self.faults.refused > 0

    def untold(self) -> set[str]:
        """Parts that the guard had occasion to see differ, and of which no alert was sent since."""
        return set(self._owed)

    def who_keeps_stopping(self) -> set[str]:
        """Who really stopped or deleted the trail three times or more."""
        stops = Counter(each.author for each in self.made if "logging.status" in each.documents)
        return {author for author, times in stops.items() if times >= 3}

    def unexposed(self) -> set[str]:
        """Made-up events that people were told of as calls, and never as made up."""
        told = {each.event_id for _, each in self.alerts if each.event_id}
        exposed = {event for _, each in self.alerts for event in _said_to_be_made_up(each)}
        left = {each for each in told - exposed if each.startswith(FORGED)}
        # An alert of very many counts the last of them without their ids.
        counted = sum(_counted_only(each) for _, each in self.alerts)
        return left if len(left) > counted else set()

    def distinct_alerts(self) -> int:
        """How many alerts people get: the alert function sends one of a key but once."""
        return len({alert.dedup_key for _, alert in self.alerts})


def identity(user: str) -> dict[str, str]:
    """Who an event says has called."""
    return {
        "type": "IAMUser",
        "arn": f"arn:aws:iam::{ACCOUNT}:user/{user}",
        "accountId": ACCOUNT,
        "userName": user,
    }


class Attacker:
    """What a technique asks for, on an account in memory; what it owns is nothing but a name."""

    account, region = ACCOUNT, REGION
    trail, log_bucket, evidence_key = TRAIL, LOG_BUCKET, KEY
    log_group, delivery_role = LOG_GROUP, ROLE

    def __init__(self, world: World) -> None:
        clients = world.clients(Faults())
        for service in _SERVICES:
            setattr(self, service, getattr(clients, service))
        self.memory: dict[str, Any] = {}

    def own_bucket(self) -> str:
        return "attackers"

    def own_key(self) -> str:
        return f"arn:aws:kms:{REGION}:{ACCOUNT}:key/attackers"

    def own_role(self, service: str = "cloudtrail.amazonaws.com") -> str:
        return f"arn:aws:iam::{ACCOUNT}:role/attackers"

    def own_group(self) -> str:
        return f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/attackers:*"

    def own_policy(self) -> str:
        return f"arn:aws:iam::{ACCOUNT}:policy/attackers"

    def own_topic(self) -> str:
        return f"arn:aws:sns:{REGION}:{ACCOUNT}:attackers"

    def persist(self, what: str, call: Callable[[], object]) -> None:
        call()

    def outrun(self, service: str, action: str) -> None:
        """Nobody runs while an attack is carried out."""


def _parts(documents: set[str]) -> set[str]:
    """The parts of `World.evidence` that documents of guards belong to."""
    parts = documents | {each.partition(".")[0] for each in documents}
    # A trail that is made again has all its settings from the start.
    gone = {"trail.settings", "trail.event-configuration", "trail.tags"}
    return parts | (gone if "logging.status" in documents else set())


def _said_to_be_made_up(alert: Alert) -> set[str]:
    """The events of which the alert says that nobody, or somebody else, made their call."""
    return {str(each.params["event"]) for each in _made_up(alert) if each.key == "forged.event"}


def _counted_only(alert: Alert) -> int:
    """How many more the alert counts after those that it names."""
    return sum(int(str(each.params["count"])) for each in _made_up(alert) if "count" in each.params)


def _made_up(alert: Alert) -> list[Text]:
    found = [each.value for each in alert.facts if alert.detection == forged_alerts.DETECTION]
    return [each for each in found if isinstance(each, Text)]


def said_of_parts(alert: Alert) -> tuple[set[str], set[str]]:
    """The parts of which a line of the alert says that they were put right, and the contrary."""
    right: set[str] = set()
    left: set[str] = set()
    for line in (each.params for each in alert.changes if each.key == "change.line"):
        document, done = line["document"], line["done"]
        assert isinstance(document, Text)
        assert isinstance(done, Text)
        name = document.key.partition(".")[2]
        (right if done.key in _PUT_RIGHT else left).update((name, name.partition(".")[0]))
    return right, left


def _as_sent(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Policies are documents in the golden files and text in a call."""
    policies = {name for name in arguments if name.endswith(("Policy", "PolicyDocument"))}
    return {
        name: json.dumps(value) if name in policies and isinstance(value, dict) else value
        for name, value in arguments.items()
    }
