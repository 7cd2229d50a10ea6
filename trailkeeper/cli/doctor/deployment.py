"""A deployed account as the findings look at it; what several of them read is read once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any, TypeGuard, TypeVar, cast

from botocore.exceptions import BotoCoreError, ClientError

from trailkeeper.alerts.subscriptions import Subscription
from trailkeeper.cli import reach
from trailkeeper.cli.account import Account
from trailkeeper.cli.deployed import DeployedError, deployed_alert, deployed_heal
from trailkeeper.cli.halves import Halves, compare
from trailkeeper.cli.heal_function import AskError, ask
from trailkeeper.detections.satellites import Satellite
from trailkeeper.environments.alert import AlertEnviron
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import DATABASE, Names
from trailkeeper.evidence.outcome import Outcome
from trailkeeper.evidence.regions import billing_region
from trailkeeper.guards import alert_channels, logging
from trailkeeper.guards.evidence import EVIDENCE, evidence_lost
from trailkeeper.guards.guard import Clients, Guard, error_code
from trailkeeper.guards.logging import Status
from trailkeeper.guards.sides import stacks_beyond
from trailkeeper.queries import TABLE
from trailkeeper.reconcile.answer import Answer
from trailkeeper.reconcile.engine import Reconcile
from trailkeeper.reconcile.patience import Patience

T = TypeVar("T")

STACKS = "Trailkeeper"
"""What the names of our stacks begin with."""
UNDER_REVIEW = "REVIEW_IN_PROGRESS"
"""The status of a stack of which there is no more than the change set that would create it."""

GONE = frozenset(
    {
        "ResourceNotFoundException",
        "ResourceNotFound",
        "NotFound",
        "NotFoundException",
        "EntityNotFoundException",
        "AWS.SimpleQueueService.NonExistentQueue",
        "NoSuchEntity",
        "NoSuchBucket",
        "ParameterNotFound",
        "404",
    }
)
"""By which codes the services say that something is not there."""
_LONGEST_LOOK = 120.0

GUARDED: tuple[Guard, ...] = EVIDENCE
"""All that a function of ours watches over; a guard in one of its lists is looked at here."""
GUARDS_READ = tuple(
    sorted(
        {
            action
            for guard in GUARDED
            for permission in guard.permissions
            for action in permission.actions
            if action.partition(":")[2].startswith(("Get", "List", "Describe"))
        }
    )
)
"""The IAM actions that looking at it calls for."""


class UnreadError(Exception):
    """When part of what is guarded could not be read; `outcomes` say which part, and why."""

    def __init__(self, outcomes: Sequence[Outcome]) -> None:
        super().__init__(", ".join(each.key for each in outcomes))
        self.outcomes = outcomes


def reads(outcome: Outcome) -> tuple[str, ...]:
    """The IAM actions that reading a guarded document calls for."""
    named = (each for each in GUARDED if each.name == outcome.guard)
    return next((each.document(outcome.document).reads for each in named), ())


@dataclass(frozen=True, slots=True)
class Resource:
    """Something that a stack of ours deployed; `id` is CloudFormation's physical id."""

    stack: str
    region: str
    id: str


class Deployment:
    """One account and home region. Every read may raise ClientError or BotoCoreError.

    `names.trail` is the trail's name as deployed.
    """

    def __init__(self, account: Account, names: Names, now: datetime) -> None:
        self._account = account
        self._known: dict[str, Future[Any]] = {}
        self._lock = threading.Lock()
        self.names = names
        self.now = now

    @property
    def region(self) -> str:
        return self.names.region

    def names_in(self, region: str) -> Names:
        """The names as they are in another region."""
        return replace(self.names, region=region)

    @property
    def clients(self) -> Clients:
        """The clients that the guards are given."""
        return cast(Clients, _ByName(self.client))

    def client(self, service: str, region: str | None = None) -> Any:
        """A client for calls that change nothing, made once."""
        where = region or self.region
        return self._once(
            f"client {service} {where}", lambda: self._account.patient_client(service, where)
        )

    # What is deployed

    @property
    def stacks(self) -> Mapping[str, Mapping[str, Any]]:
        """Our stacks in the home region as CloudFormation describes them, by name.

        Of one that waits for the change set that would create it, there is nothing yet.
        """
        return self.stacks_in(self.region)

    def stacks_in(self, region: str) -> Mapping[str, Mapping[str, Any]]:
        """The same in another region."""
        known = self._stacks_in(region)
        return {name: each for name, each in known.items() if each["StackStatus"] != UNDER_REVIEW}

    def known_stacks(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Every stack of ours with its region, and those that there are only in name.

        A region that cannot be asked keeps back none of the others; its error is raised at the end.
        """
        failed: Exception | None = None
        for region in (self.region, *self.other_regions):
            try:
                known = self._stacks_in(region)
            except (ClientError, BotoCoreError) as error:
                failed = failed or error
                continue
            for each in known.values():
                yield region, each
        if failed is not None:
            raise failed

    def failed_resources(self, region: str, stack: str) -> Sequence[str]:
        """The logical ids of what the last operation on a stack failed at."""
        return self._once(f"failed {region} {stack}", lambda: self._failed(region, stack))

    def change_sets(self, region: str, stack: str) -> Sequence[Mapping[str, Any]]:
        """The change sets of a stack as CloudFormation lists them."""
        client = self.client("cloudformation", region)
        return self._once(
            f"change sets {region} {stack}",
            lambda: list(items(client, "list_change_sets", "Summaries", StackName=stack)),
        )

    def cloudtrail_in(self, region: str) -> Any:
        """CloudTrail of a region, for its event history."""
        return self.client("cloudtrail", region)

    def resources(self, kind: str) -> Sequence[Resource]:
        """What our stacks deployed of a CloudFormation type, in every region that can be asked."""
        found = list(self._once("resources", lambda: self._resources(self.region)).get(kind, []))
        for region in self.other_regions:
            with suppress(ClientError, BotoCoreError):  # `see_other_regions` tells
                found += self._elsewhere(region).get(kind, [])
        return found

    @property
    def other_regions(self) -> Sequence[str]:
        """The regions beside home in which there may be stacks of ours."""
        charges = billing_region(self.region)
        return sorted(filter(None, {*self.satellites, charges} - {self.region}))

    @property
    def satellites(self) -> Mapping[str, Satellite]:
        """By the region, what stands beyond home by the settings; nothing if nobody says them."""
        return self._once("satellites", self._satellites)

    def _satellites(self) -> Mapping[str, Satellite]:
        try:
            heal, alert = self.heal, self.alert
        except (DeployedError, ClientError, BotoCoreError):  # findings of their own tell
            return {}
        return {each.region: each for each in stacks_beyond(heal, alert)}

    def see_other_regions(self) -> None:
        """Raises what keeps the other regions from being looked at, if anything does."""
        for region in self.other_regions:
            self._elsewhere(region)

    def _elsewhere(self, region: str) -> Mapping[str, Sequence[Resource]]:
        return self._once(f"resources {region}", lambda: self._resources(region))

    @property
    def heal(self) -> HealEnviron:
        """What the heal function is told by its environment.

        Raises:
            DeployedError: it is not there, or of another version.
        """
        return self._once("heal", lambda: deployed_heal(self.client("lambda")))

    @property
    def alert(self) -> AlertEnviron:
        """What the alert function is told by its environment.

        Raises:
            DeployedError: it is not there, or of another version.
        """
        return self._once("alert", lambda: deployed_alert(self.client("lambda")))

    # What is seen

    def seen(self, what: str, read: Callable[[], T]) -> T | None:
        """What a read gives, None if AWS says that it is not there; read once for each `what`."""
        return self._once(f"seen {what}", partial(_unless_gone, read))

    @property
    def answer(self) -> Answer:
        """What the heal function says of itself.

        Raises:
            AskError: it does not answer.
        """
        return self._once("answer", lambda: ask(self._account.client("lambda"), "status"))

    @property
    def halves(self) -> Halves:
        """Each half of the guard as the other one sees it, by the guards that it is given."""
        return self._once("halves", self._halves)

    def _halves(self) -> Halves:
        with suppress(DeployedError):
            if not self.heal.watcher:
                return Halves()
        functions = self._account.client("lambda")
        try:
            answer = self.answer
        except AskError as error:
            return compare(functions, None, str(error))
        return compare(functions, answer)

    @property
    def trail(self) -> Status:
        """The status of the trail, as seen from here and not by the function."""
        return self._once("trail", lambda: logging.observe(self.clients, self._by_names()))

    @property
    def drift(self) -> tuple[Outcome, ...]:
        """How what is guarded differs from the baseline, as seen from here."""
        return self._once("drift", self._drift)

    @property
    def subscriptions(self) -> tuple[Subscription, ...]:
        """Who is subscribed to alerts."""
        return self._once(
            "subscriptions", lambda: alert_channels.observe(self.clients, self._by_names())
        )

    @property
    def rules(self) -> Sequence[Mapping[str, Any]]:
        """Our rules that are there, with their targets as `Targets`, and the stack as `Stack`."""
        found = [self.rule(each) for each in self.resources("AWS::Events::Rule")]
        return [each for each in found if each is not None]

    @property
    def schedules(self) -> Sequence[Mapping[str, Any]]:
        """Our schedules that are there."""
        found = [self.schedule(each) for each in self.resources("AWS::Scheduler::Schedule")]
        return [each for each in found if each is not None]

    @property
    def alarms(self) -> Sequence[Mapping[str, Any]]:
        """Our alarms that are there, with the stack that deployed each as `Stack`."""
        found = [self.alarm(each) for each in self.resources("AWS::CloudWatch::Alarm")]
        return [each for each in found if each is not None]

    def rule(self, resource: Resource) -> Mapping[str, Any] | None:
        """A rule with its targets, None if it is gone."""
        client = self.client("events", resource.region)

        def read() -> Mapping[str, Any]:
            rule = client.describe_rule(Name=resource.id)
            targets = client.list_targets_by_rule(Rule=resource.id)["Targets"]
            return {**rule, "Targets": targets, "Stack": resource.stack}

        return self.seen(f"rule {resource}", read)

    def schedule(self, resource: Resource) -> Mapping[str, Any] | None:
        """A schedule, None if it is gone."""
        client = self.client("scheduler", resource.region)
        return self.seen(f"schedule {resource}", lambda: client.get_schedule(Name=resource.id))

    def alarm(self, resource: Resource) -> Mapping[str, Any] | None:
        """An alarm, None if it is gone."""
        known = self._once(f"alarms {resource.region}", lambda: self._alarms(resource.region))
        found = known.get(resource.id)
        return None if found is None else {**found, "Stack": resource.stack}

    def function(self, resource: Resource) -> Mapping[str, Any] | None:
        """A function as GetFunction gives it, None if it is gone."""
        client = self.client("lambda", resource.region)
        return self.seen(
            f"function {resource.id} {resource.region}",
            lambda: client.get_function(FunctionName=resource.id),
        )

    def cannot_answer(self, function: str) -> bool:
        """Whether a function is gone, or not allowed to run."""
        found = self.function(Resource("", self.region, function))
        concurrency = (found or {}).get("Concurrency", {})
        return found is None or concurrency.get("ReservedConcurrentExecutions") == 0

    def mapping(self, resource: Resource) -> Mapping[str, Any] | None:
        """What feeds a function from a queue, None if it is gone."""
        client = self.client("lambda", resource.region)
        return self.seen(
            f"mapping {resource}", lambda: client.get_event_source_mapping(UUID=resource.id)
        )

    def subscriptions_of(self, topic: str) -> Sequence[Mapping[str, Any]] | None:
        """The subscriptions of a topic as SNS lists them, None if it is gone."""
        client = self.client("sns", topic.split(":")[3])
        return self.seen(
            f"subscriptions of {topic}",
            lambda: list(
                items(client, "list_subscriptions_by_topic", "Subscriptions", TopicArn=topic)
            ),
        )

    def topic(self, arn: str) -> Mapping[str, str] | None:
        """A topic's attributes, None if it is gone."""
        client = self.client("sns", arn.split(":")[3])
        return self.seen(
            f"topic {arn}", lambda: client.get_topic_attributes(TopicArn=arn)["Attributes"]
        )

    def queue(self, arn: str) -> Mapping[str, str] | None:
        """A queue's attributes, None if it is gone."""
        _, _, _, region, _, name = arn.split(":")
        client = self.client("sqs", region)

        def read() -> Mapping[str, str]:
            url = client.get_queue_url(QueueName=name)["QueueUrl"]
            answer = client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
            attributes: Mapping[str, str] = answer["Attributes"]
            return attributes

        return self.seen(f"queue {arn}", read)

    def function_policy(self, arn: str) -> str | None:
        """The policy of a function or alias, None if it has none or is gone."""
        client = self.client("lambda", arn.split(":")[3])
        return self.seen(
            f"policy {arn}", lambda: str(client.get_policy(FunctionName=arn)["Policy"])
        )

    def has_function(self, arn: str) -> bool:
        """Whether the function is there, and the version or alias that its ARN may name."""
        client = self.client("lambda", arn.split(":")[3])
        return self.seen(arn, lambda: client.get_function(FunctionName=arn)) is not None

    def key(self, key: str) -> Mapping[str, Any] | None:
        """What KMS says of a key, by its ARN, None if it is gone."""
        client = self.client("kms", self._region_of(key))
        return self.seen(f"key {key}", lambda: client.describe_key(KeyId=key)["KeyMetadata"])

    def _region_of(self, key: str) -> str:
        """The region of an ARN; a bare id or alias is of home."""
        return key.split(":")[3] if key.startswith("arn:") else self.region

    def key_policy(self, key: str) -> str | None:
        """The policy of a key, None if it is gone."""
        client, found = self.client("kms", self._region_of(key)), self.key(key)
        if found is None:
            return None
        return self.seen(
            f"key policy {key}",
            lambda: str(client.get_key_policy(KeyId=found["Arn"], PolicyName="default")["Policy"]),
        )

    @property
    def topic_keys(self) -> Sequence[Mapping[str, Any]]:
        """The keys of our topics, each once."""
        topics = [self.topic(each.id) for each in self.resources("AWS::SNS::Topic")]
        named = dict.fromkeys(each["KmsMasterKeyId"] for each in topics if _has_key(each))
        found = [self.key(each) for each in named]
        return [each for each in found if each is not None]

    def is_gone(self, arn: str) -> bool:
        """Whether what an ARN names is not there; of what is not ours nobody knows."""
        parts = arn.split(":")
        service = parts[2] if len(parts) > 5 and parts[4] == self.names.account else ""
        if service == "lambda":
            return not self.has_function(arn)
        if service == "sqs":
            return self.queue(arn) is None
        if service == "sns":
            return self.topic(arn) is None
        if service == "iam" and ":role/" in arn:
            return self.role(arn.rsplit("/", 1)[-1]) is None
        return False

    def role(self, name: str) -> Mapping[str, Any] | None:
        """A role, None if it is gone."""
        client = self.client("iam")
        return self.seen(f"role {name}", lambda: client.get_role(RoleName=name)["Role"])

    def letters(self, queue: str) -> int:
        """How many messages a dead-letter queue holds, 0 if it is gone."""
        found = self.queue(self.names.arn("sqs", queue))
        return reach.messages(found) if found else 0

    @property
    def trail_table(self) -> Mapping[str, Any] | None:
        """Athena's table of the log files, None if it is gone or was never deployed."""
        client = self.client("glue")
        return self.seen(
            "table of Athena",
            lambda: client.get_table(DatabaseName=DATABASE, Name=TABLE)["Table"],
        )

    @property
    def log_bucket(self) -> str:
        """Where the trail delivers to."""
        return self.heal.baseline.log_bucket

    @property
    def clock_ahead(self) -> timedelta:
        """How far this machine's clock is ahead of AWS's."""
        return self._once("clock", self._clock_ahead)

    # How it is read

    def _once(self, what: str, make: Callable[[], T]) -> T:
        """What `make` gives or raises, made once however many threads ask."""
        with self._lock:
            future = self._known.get(what)
            ours = future is None
            if future is None:
                future = self._known[what] = Future()
        if ours:
            try:
                future.set_result(make())
            except Exception as error:  # whoever asked gets it from the future
                future.set_exception(error)
        found: T = future.result()
        return found

    def _stacks_in(self, region: str) -> Mapping[str, Mapping[str, Any]]:
        return self._once(f"stacks {region}", lambda: self._stacks(region))

    def _failed(self, region: str, stack: str) -> Sequence[str]:
        client = self.client("cloudformation", region)
        listed = items(client, "list_stack_resources", "StackResourceSummaries", StackName=stack)
        return [
            each["LogicalResourceId"]
            for each in listed
            if each["ResourceStatus"].endswith("_FAILED")
        ]

    def _stacks(self, region: str) -> Mapping[str, Mapping[str, Any]]:
        pages = self.client("cloudformation", region).get_paginator("describe_stacks").paginate()
        return {
            each["StackName"]: each
            for page in pages
            for each in page["Stacks"]
            if each["StackName"].startswith(STACKS)
        }

    def _resources(self, region: str) -> Mapping[str, Sequence[Resource]]:
        found: dict[str, list[Resource]] = {}
        pages = self.client("cloudformation", region).get_paginator("list_stack_resources")
        for name in self.stacks_in(region):
            for page in pages.paginate(StackName=name):
                for each in page["StackResourceSummaries"]:
                    resource = Resource(name, region, each.get("PhysicalResourceId", ""))
                    found.setdefault(each["ResourceType"], []).append(resource)
        return found

    def _alarms(self, region: str) -> Mapping[str, Mapping[str, Any]]:
        pages = self.client("cloudwatch", region).get_paginator("describe_alarms").paginate()
        return {
            each["AlarmName"]: each
            for page in pages
            for each in (*page.get("MetricAlarms", ()), *page.get("CompositeAlarms", ()))
        }

    def _clock_ahead(self) -> timedelta:
        answer = self.client("sts").get_caller_identity()
        here = datetime.now(UTC)
        return here - clock_of(answer)

    def _by_names(self) -> Baseline:
        """A baseline of which only the names are true, for what goes by them alone."""
        names = self.names
        return Baseline(
            names.partition, names.region, names.account, names.trail, None, 0, None, None
        )

    def _drift(self) -> tuple[Outcome, ...]:
        patience = Patience(time.monotonic() + _LONGEST_LOOK)
        run = Reconcile(
            self.clients,
            self.heal.baseline,
            patience,
            GUARDED,
            evidence_lost(lambda: None),
            dry_run=True,
        )
        return run.run()


class _ByName:
    """Clients as attributes; `lambda_` is that of Lambda."""

    def __init__(self, client: Callable[[str], Any]) -> None:
        self._client = client

    def __getattr__(self, service: str) -> Any:
        if service.startswith("_"):
            raise AttributeError(service)
        return self._client(service.rstrip("_").replace("_", "-"))


def _unless_gone(read: Callable[[], T]) -> T | None:
    try:
        return read()
    except ClientError as error:
        if error_code(error) in GONE:
            return None
        raise


def items(client: Any, operation: str, key: str, **arguments: Any) -> Iterator[Any]:
    """Every item of a call that answers in pages."""
    for page in client.get_paginator(operation).paginate(**arguments):
        yield from page.get(key, ())


def clock_of(answer: Mapping[str, Any]) -> datetime:
    """What AWS's clock said when it gave an answer or an error."""
    said = answer["ResponseMetadata"]["HTTPHeaders"]["date"]
    return parsedate_to_datetime(said)


def _has_key(topic: Mapping[str, str] | None) -> TypeGuard[Mapping[str, str]]:
    return topic is not None and bool(topic.get("KmsMasterKeyId"))
