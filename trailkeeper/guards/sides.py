"""The two sides of the guard, each of which watches over the other with the same guards.

One definition: the stacks deploy what these records say, and the guards put it back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from trailkeeper.detections import guard_calls, stack_events
from trailkeeper.detections.catalogue import (
    IAM_CALLS,
    RULES,
    Rule,
    deletion_rule,
    delivery_rule,
    insight_rule,
    instance_state_rule,
)
from trailkeeper.detections.regions import arrives, iam_sent_from
from trailkeeper.detections.satellites import Satellite, satellites, sent_home
from trailkeeper.environments.alert import AlertEnviron
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.environments.schedule import ALIVE, LOOK, SWEEP, WATCH, sent
from trailkeeper.evidence import defaults, queues, roles
from trailkeeper.evidence.alarms import AlarmRecord
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.defaults import Language
from trailkeeper.evidence.functions import ALERT, DELIVERIES, HEAL, WATCHER, FunctionRecord
from trailkeeper.evidence.names import (
    ALARMS_TOPIC,
    ALERTS_DEAD_QUEUE,
    ALERTS_KEY_ALIAS,
    ALERTS_QUEUE,
    ALERTS_TOPIC,
    ALIVE_SCHEDULE,
    BILLING_TOPIC,
    CHAT_TOPIC,
    EVIDENCE_KEY_PARAMETER,
    EVIDENCE_STACK,
    GUARD_RULE,
    GUARD_SCHEDULE,
    GUARD_STACKS_RULE,
    LAST_RESORT_ELSEWHERE_TOPIC,
    LAST_RESORT_TOPIC,
    RESPONSE_STACK,
    SATELLITE_STACK,
    SCHEDULE,
    STATE_TABLE,
    SWEEP_SCHEDULE,
    WATCH_ALIVE_SCHEDULE,
    WATCH_LOOK_SCHEDULE,
    WATCH_SCHEDULE,
    WATCHER_RULE,
    WATCHER_STACK,
    WATCHER_STACKS_RULE,
    WATCHER_TABLE,
    Names,
)
from trailkeeper.evidence.queues import QueueRecord
from trailkeeper.evidence.regions import billing_region, sns_delivering_to
from trailkeeper.evidence.roles import RoleRecord
from trailkeeper.guards import side_alarms, side_documents

Document = dict[str, Any]
# The longest that EventBridge Scheduler tries.
_DAY_SECONDS = 24 * 3600
_DAY_MINUTES = 24 * 60
# Each follows what is done to the stack of the other, which cannot tell of its own end. Of the
# evidence the heal function tells, and of its deletion the watcher by the second way as well.
FOLLOWED_BY_HEAL = (WATCHER_STACK, EVIDENCE_STACK)
FOLLOWED_BY_WATCHER = (RESPONSE_STACK, EVIDENCE_STACK)


@dataclass(frozen=True, slots=True)
class RuleRecord:
    """A rule of the default bus, with its one target: the alias of a function, or a named queue.

    `retries` and `age_seconds` are how long EventBridge tries; `dead_letters` names a queue.
    """

    name: str
    pattern: Mapping[str, Any]
    to: FunctionRecord | str
    dead_letters: str
    retries: int
    age_seconds: int

    @classmethod
    def of(cls, rule: Rule, function: FunctionRecord) -> RuleRecord:
        """The rule as it is deployed.

        An event for a function is a hint that the next scheduled run makes up for, so an hour of
        retries is enough; nothing makes up for one that was to go into the queue.
        """
        if rule.target == "alert":
            return cls(rule.name, rule.pattern, ALERTS_QUEUE, ALERTS_DEAD_QUEUE, 185, _DAY_SECONDS)
        return cls(rule.name, rule.pattern, function, function.dead_letters, 20, 3600)

    def target(self, names: Names) -> Document:
        """The target, with all that it has beside its id."""
        to = self.to
        return {
            "Arn": names.arn("sqs", to) if isinstance(to, str) else to.live_arn(names),
            "DeadLetterConfig": {"Arn": names.arn("sqs", self.dead_letters)},
            "RetryPolicy": {
                "MaximumRetryAttempts": self.retries,
                "MaximumEventAgeInSeconds": self.age_seconds,
            },
        }


@dataclass(frozen=True, slots=True)
class SentRecord:
    """A rule of a region beyond home: it sends to the bus at home, by the role `sender`."""

    name: str
    pattern: Mapping[str, Any]
    sender: RoleRecord

    def target(self, names: Names) -> Document:
        """The target, with all that it has beside its id."""
        return {"Arn": names.bus_arn, "RoleArn": self.sender.arn(names)}


@dataclass(frozen=True, slots=True)
class ScheduleRecord:
    """A schedule that calls a function every `minutes` with `event`, by a role of this name."""

    name: str
    minutes: int
    function: FunctionRecord
    event: Mapping[str, Any]

    def document(self, names: Names, role_arn: str) -> Document:
        """What EventBridge Scheduler is told, beside the name."""
        return {
            "ScheduleExpression": f"rate({self.minutes} minute{'' if self.minutes == 1 else 's'})",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "State": "ENABLED",
            "Target": {
                "Arn": self.function.live_arn(names),
                "RoleArn": role_arn,
                "Input": sent(self.event),
                # The next run is near, so a late one is worth little.
                "RetryPolicy": {
                    "MaximumRetryAttempts": 5,
                    "MaximumEventAgeInSeconds": min(max(60, self.minutes * 60), _DAY_SECONDS),
                },
                "DeadLetterConfig": {"Arn": self.function.dead_letters_arn(names)},
            },
        }


@dataclass(frozen=True, slots=True)
class TopicRecord:
    """One topic; `alarms` and `budgets` may publish to it, `encrypted` by the alerts key.

    `publishers` are the roles that publish to it; `region` is where it stands, if not at home.
    `feeds`: the queue of alerts gets what it carries.
    """

    name: str
    encrypted: bool
    publishers: tuple[RoleRecord, ...] = ()
    alarms: bool = True
    budgets: bool = False
    region: str = ""
    feeds: bool = False

    def arn(self, names: Names) -> str:
        """The topic's ARN, by the names of the home region."""
        there = names.in_region(self.region) if self.region else names
        return there.arn("sns", self.name)


@dataclass(frozen=True, slots=True)
class TableRecord:
    """One table of what functions remember; `protected`: from deletion."""

    name: str
    protected: bool

    def arn(self, names: Names) -> str:
        """The table's ARN."""
        return names.arn("dynamodb", f"table/{self.name}")


@dataclass(frozen=True, slots=True)
class SatelliteRecord:
    """A region beyond home that sends events there: by these rules, and by this one role."""

    region: str
    rules: tuple[SentRecord, ...]
    role: RoleRecord


@dataclass(frozen=True, slots=True)
class Side:
    """What one of the functions needs to work, for the other to watch over.

    `queue_to` is the function that the queue of alerts feeds, None on the side that has no such
    queue. `subscribers` are the protocol and endpoint of the people who should get what a topic
    carries, by its name. `queues_url` is what the URLs of its queues begin with. `for_deploys`: the
    parameter that a deploy reads belongs to it. `reserves`: concurrent executions are reserved for
    its functions. `secrets` are the names of what it reads and people keep for it. `satellites`
    send it events from beyond home; `beyond` are the regions with a stack of ours, whatever for.
    """

    stack: str
    functions: tuple[FunctionRecord, ...]
    rules: tuple[RuleRecord, ...]
    schedules: tuple[ScheduleRecord, ...]
    schedule_role_arn: str
    roles: tuple[RoleRecord, ...]
    queues: tuple[QueueRecord, ...]
    topics: tuple[TopicRecord, ...]
    alarms: tuple[AlarmRecord, ...]
    table: TableRecord
    queues_url: str
    reserves: bool
    queue_to: FunctionRecord | None = None
    subscribers: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    for_deploys: bool = False
    secrets: tuple[str, ...] = ()
    satellites: tuple[SatelliteRecord, ...] = ()
    beyond: tuple[str, ...] = ()

    def names(self, names: Names) -> frozenset[str]:
        """What a call about this side names."""
        return frozenset(
            {
                self.stack,
                self.table.name,
                *self.secrets,
                *(name for each in self.functions for name in (each.name, each.log_group)),
                *(each.name for each in self.rules),
                *(each.name for each in self.schedules),
                *(each.name for each in self.queues),
                *(each.name for each in self.topics),
                *(each.name for each in self.alarms),
                *(f"{SATELLITE_STACK}{each}" for each in self.beyond),
                *(rule.name for each in self.satellites for rule in each.rules),
                *(
                    name
                    for each in (*self.roles, *(one.role for one in self.satellites))
                    for name in (each.name(names), each.boundary(names))
                ),
                *([EVIDENCE_KEY_PARAMETER] if self.for_deploys else []),
                *([ALERTS_KEY_ALIAS] if self.has_key else []),
            }
        )

    @property
    def unnamed(self) -> Mapping[str, str]:
        """The services whose calls name parts of it by ids; parts of the names of those calls."""
        mapping = {"lambda": "EventSourceMapping"} if self.queue_to else {}
        return {**mapping, **({"kms": "Key"} if self.has_key else {})}

    @property
    def has_key(self) -> bool:
        """Whether its topics are encrypted by a key of ours."""
        return any(each.encrypted for each in self.topics)

    @property
    def key_regions(self) -> tuple[str, ...]:
        """Where its topics have a key of ours, "" for home, which comes first."""
        return tuple(sorted({each.region for each in self.topics if each.encrypted}))

    def key_policy(self, baseline: Baseline, region: str) -> Document:
        """Who may use the key of its topics of a region, "" for home."""
        budgets = any(each.budgets and each.region == region for each in self.topics)
        return side_documents.key_policy(_in(region, baseline), budgets=budgets)

    @property
    def feeding(self) -> tuple[TopicRecord, ...]:
        """The topics that the queue of alerts is subscribed to."""
        return tuple(each for each in self.topics if each.feeds)

    def queue_url(self, queue: str) -> str:
        """The URL of one of its queues."""
        return f"{self.queues_url}/{queue}"

    def table_policy(self, baseline: Baseline) -> Document:
        """Who may write into its table: its functions."""
        writers = (each.role_arn(baseline.names) for each in self.functions)
        return side_documents.table_policy(baseline, self.table.name, writers)

    def queue_policy(self, baseline: Baseline, queue: str) -> Document:
        """Who may send to one of its queues, and how."""
        names = baseline.names
        (record,) = (each for each in self.queues if each.name == queue)
        return side_documents.queue_policy(
            baseline,
            queue,
            writers=[each.arn(names) for each in record.writers if each in self.roles],
            reader=roles.ALERT.arn(names),
            feeds=tuple(each.name for each in self.rules if each.to == queue),
            failing=tuple(each.name for each in self.rules if each.dead_letters == queue),
            topics=tuple(self._topics_sending(names, queue)),
        )

    def _topics_sending(self, names: Names, queue: str) -> Iterator[tuple[str, str, str]]:
        """The ids of statements, services of SNS and ARNs of topics that send to a queue."""
        for each in self.feeding:
            if queue == ALERTS_QUEUE and each.region:
                yield "ChargesOfUsEast1", sns_delivering_to(names.region), each.arn(names)
            elif queue == ALERTS_QUEUE:
                yield "AlarmsTopicSends", "sns.amazonaws.com", each.arn(names)
            elif queue == ALERTS_DEAD_QUEUE and not each.region:
                yield "AlarmsTopicLeavesWhatFailed", "sns.amazonaws.com", each.arn(names)

    def topic_policy(self, baseline: Baseline, topic: str) -> Document:
        """Who may publish to one of its topics, and how."""
        (record,) = (each for each in self.topics if each.name == topic)
        return side_documents.topic_policy(
            _in(record.region, baseline),
            record.arn(baseline.names),
            publishers=[each.arn(baseline.names) for each in record.publishers],
            alarms=record.alarms,
            budgets=record.budgets,
        )


def heal_side(heal: HealEnviron, alert: AlertEnviron) -> Side:
    """The functions that heal and alert, and all that calls them."""
    names = heal.baseline.names
    counts = heal.count_deliveries
    rules = (
        *(each for each in heal_rules(heal) if each.target == "heal"),
        *alert_rules(heal.baseline, alert),
        *([delivery_rule(names.log_bucket, names.account)] if counts else []),
    )
    return Side(
        stack=RESPONSE_STACK,
        functions=(HEAL, ALERT, *([DELIVERIES] if counts else [])),
        rules=tuple(
            RuleRecord.of(each, DELIVERIES if each.target == "deliveries" else HEAL)
            for each in rules
            if can_fire(each, heal)
        ),
        schedules=heal_schedules(heal),
        schedule_role_arn=names.schedule_role_arn,
        roles=(
            *(roles.HEAL, roles.ALERT, roles.SCHEDULE),
            *([roles.DELIVERIES] if counts else []),
        ),
        # A queue cannot be made before the one of its dead letters.
        queues=(
            *(queues.ALERTS_DEAD, queues.ALERTS, queues.HEAL_DEAD),
            *([queues.DELIVERIES_DEAD] if counts else []),
        ),
        topics=_topics(heal, alert),
        alarms=(*side_alarms.of_response(heal, alert), *side_alarms.of_controls(heal)),
        table=TableRecord(STATE_TABLE, protected=heal.watcher),
        queues_url=_queues_url(heal),
        for_deploys=True,
        reserves=heal.reserve_concurrency,
        secrets=_secrets(alert.slack_webhook),
        satellites=beyond_home(heal, alert),
        beyond=tuple(each.region for each in stacks_beyond(heal, alert)),
        queue_to=ALERT,
        subscribers={ALERTS_TOPIC: _mail(heal.alert_emails)},
    )


def stacks_beyond(heal: HealEnviron, alert: AlertEnviron) -> tuple[Satellite, ...]:
    """The regions beyond home in which there is a stack of ours."""
    return satellites(
        heal.baseline.region,
        ec2_regions=alert.ec2_regions,
        forward_iam_calls=heal.forward_iam_calls,
        charges=heal.billing_alarm_usd is not None or heal.monthly_budget_usd is not None,
        last_resort_region=heal.last_resort_region,
    )


def beyond_home(heal: HealEnviron, alert: AlertEnviron) -> tuple[SatelliteRecord, ...]:
    """The regions beyond home that send events there; a budget tells by a topic, not by events."""
    alarm = heal.billing_alarm_usd is not None
    sent = (
        (each, sent_home(each, states=alert.ec2_states, alarm=alarm, watcher=heal.watcher))
        for each in stacks_beyond(heal, alert)
    )
    return tuple(_satellite(each.region, rules) for each, rules in sent if rules)


def _satellite(region: str, rules: tuple[Rule, ...]) -> SatelliteRecord:
    role = roles.satellite(region)
    sending = tuple(SentRecord(each.name, each.pattern, role) for each in rules)
    return SatelliteRecord(region, sending, role)


def heal_rules(heal: HealEnviron) -> tuple[Rule, ...]:
    """The rules of the catalogue, and those that carry what is done to the watcher's side."""
    if not heal.watcher:
        return RULES
    stacks = stack_events.rule(GUARD_STACKS_RULE, FOLLOWED_BY_HEAL, heal.baseline.names)
    return (*RULES, *guard_calls.rules(GUARD_RULE, RULES), stacks)


def watcher_rules(heal: HealEnviron) -> tuple[Rule, ...]:
    """The rules that carry what is done to the heal function's side."""
    stacks = stack_events.rule(WATCHER_STACKS_RULE, FOLLOWED_BY_WATCHER, heal.baseline.names)
    return (*guard_calls.rules(WATCHER_RULE), stacks)


def alert_rules(baseline: Baseline, alert: AlertEnviron) -> tuple[Rule, ...]:
    """The rules that fill the queue of alerts."""
    log_buckets = (baseline.names.log_bucket, baseline.names.fallback_bucket)
    return (
        *(each for each in RULES if each.target == "alert"),
        *([insight_rule()] if baseline.insight_types else []),
        *([deletion_rule(log_buckets)] if alert.deletion_alerts else []),
        instance_state_rule(alert.ec2_states),
    )


def heal_schedules(heal: HealEnviron) -> tuple[ScheduleRecord, ...]:
    """The look, the sweep, the comparison of the watcher, and the sign of life."""
    alive = [ScheduleRecord(ALIVE_SCHEDULE, heal.alive_days * _DAY_MINUTES, HEAL, ALIVE)]
    watched = [ScheduleRecord(GUARD_SCHEDULE, heal.watch_minutes, HEAL, WATCH)]
    return (
        ScheduleRecord(SCHEDULE, heal.reconcile_minutes, HEAL, LOOK),
        ScheduleRecord(SWEEP_SCHEDULE, heal.sweep_minutes, HEAL, SWEEP),
        *(watched if heal.watcher else ()),
        *(alive if heal.alive_days else ()),
    )


def watch_schedules(heal: HealEnviron) -> tuple[ScheduleRecord, ...]:
    """The comparison of the other side, the watcher's own look at the trail, its sign of life."""
    minutes = heal.alive_days * _DAY_MINUTES
    alive = [ScheduleRecord(WATCH_ALIVE_SCHEDULE, minutes, WATCHER, ALIVE)]
    return (
        ScheduleRecord(WATCH_SCHEDULE, heal.watch_minutes, WATCHER, WATCH),
        ScheduleRecord(WATCH_LOOK_SCHEDULE, defaults.WATCH_LOOK_MINUTES, WATCHER, LOOK),
        *(alive if heal.alive_days and heal.last_resort_emails else ()),
    )


def _secrets(reference: str | None) -> tuple[str, ...]:
    """What calls name a secret by that settings refer to as `ssm:NAME` or `secretsmanager:NAME`.

    The ARN of a secret ends in a dash and six characters that AWS adds to its name (Secrets Manager
    user guide, "What's in a Secrets Manager secret?").
    """
    kept = (reference or "").partition(":")[2]
    name = kept.partition(":secret:")[2]
    return tuple(filter(None, (kept, name, name[:-7])))


def _topics(heal: HealEnviron, alert: AlertEnviron) -> tuple[TopicRecord, ...]:
    key = heal.alerts_key
    # Budgets are told where the charges are.
    at_home = billing_region(heal.baseline.region) == heal.baseline.region
    budgets = at_home and heal.monthly_budget_usd is not None
    by_function = (roles.ALERT,)
    chat = TopicRecord(CHAT_TOPIC, key, by_function, alarms=False)
    return (
        TopicRecord(ALERTS_TOPIC, key, by_function),
        TopicRecord(ALARMS_TOPIC, key, budgets=budgets, feeds=True),
        *_charges_topic(heal),
        *([chat] if alert.chat_topic_arn else []),
    )


def _queues_url(heal: HealEnviron) -> str:
    return heal.alerts_queue_url.rpartition("/")[0]


def _charges_topic(heal: HealEnviron) -> tuple[TopicRecord, ...]:
    """The topic of the region that has the charges, if that is not home and they are watched."""
    region = billing_region(heal.baseline.region)
    budgets = heal.monthly_budget_usd is not None
    watched = heal.billing_alarm_usd is not None or budgets
    if not watched or region is None or region == heal.baseline.region:
        return ()
    key = heal.alerts_key
    return (TopicRecord(BILLING_TOPIC, key, budgets=budgets, region=region, feeds=True),)


def watcher_side(heal: HealEnviron, language: Language = defaults.LANGUAGE) -> Side:
    """The function that watches over the guard, and all that calls it."""
    return Side(
        stack=WATCHER_STACK,
        functions=(WATCHER,),
        rules=tuple(RuleRecord.of(each, WATCHER) for each in watcher_rules(heal)),
        schedules=watch_schedules(heal),
        schedule_role_arn=heal.baseline.names.watch_schedule_role_arn,
        roles=(roles.WATCHER, roles.WATCH_SCHEDULE),
        queues=(queues.WATCHER_DEAD,),
        topics=_last_resort(heal),
        alarms=side_alarms.of_watcher(heal, language),
        table=TableRecord(WATCHER_TABLE, protected=False),
        queues_url=_queues_url(heal),
        reserves=heal.reserve_concurrency,
        subscribers={each.name: _mail(heal.last_resort_emails) for each in _last_resort(heal)},
    )


def _last_resort(heal: HealEnviron) -> tuple[TopicRecord, ...]:
    """An alarm calls topics of its own region alone, so there is one at home in any case."""
    # The alert function has a second way only where it leads to somebody.
    by_functions = (roles.WATCHER, *([roles.ALERT] if heal.last_resort_emails else []))
    at_home = TopicRecord(LAST_RESORT_TOPIC, False, by_functions)
    if heal.last_resort_region is None:
        return (at_home,)
    elsewhere = replace(
        at_home,
        name=LAST_RESORT_ELSEWHERE_TOPIC,
        alarms=False,
        region=heal.last_resort_region,
    )
    return at_home, elsewhere


def can_fire(rule: Rule, heal: HealEnviron) -> bool:
    """Whether the rule can ever see an event in the home region."""
    region = heal.baseline.region
    if rule == IAM_CALLS and heal.forward_iam_calls and iam_sent_from(region):
        return True
    sources = rule.pattern.get("detail", {}).get("eventSource", ())
    return not sources or any(arrives(each, region) for each in sources)


def _in(region: str, baseline: Baseline) -> Baseline:
    """The baseline of what stands in a region, "" for home: its names and ARNs are of there."""
    return replace(baseline, region=region) if region else baseline


def _mail(addresses: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple(("email", each) for each in addresses)
