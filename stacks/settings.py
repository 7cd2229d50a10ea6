"""The settings of a deployment: every one is declared, documented and checked here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from functools import cache
from typing import Any, get_args

from aws_cdk.region_info import RegionInfo

from stacks.expected_actors import expected_actors
from stacks.setting_kinds import (
    Fault,
    Kind,
    RefusedError,
    all_or,
    boolean,
    day,
    guess,
    json_or_text,
    list_of,
    money,
    named,
    one_of,
    optional,
    principal,
    record,
    table_of,
    text,
    time_zone,
    whole,
)
from trailkeeper.evidence import defaults
from trailkeeper.evidence.controls import CONTROLS
from trailkeeper.evidence.defaults import (
    AutoScaling,
    Contain,
    Language,
    ObjectLock,
    OtherTrails,
    Profile,
)
from trailkeeper.evidence.expected import ExpectedActor
from trailkeeper.evidence.regions import partition_of, sends_events_to

CONTEXT_KEY = "trailkeeper"
OVERRIDE_PREFIX = f"{CONTEXT_KEY}:"

# PutRetentionPolicy, retentionInDays: the only values that CloudWatch Logs takes.
RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)

_CENTURY = 36_500


class SettingsError(ValueError):
    """When settings cannot be used; the message lists all problems, ready to print."""


@dataclass(frozen=True, slots=True)
class ChatChannel:
    """A Slack channel that Amazon Q Developer in chat applications is connected to."""

    workspace_id: str
    channel_id: str


@cache
def _regions() -> tuple[str, ...]:
    return tuple(each.name for each in RegionInfo.regions)


_region = named(_regions, "an AWS region such as us-east-1, eu-central-1 or ap-northeast-2")
_email = text(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?=.{4,253}\Z)"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}",
    "an e-mail address such as security@example.com",
)
# CreateTrail, Name.
_trail_name = text(
    r"(?!\d+\.\d+\.\d+\.\d+\Z)(?=.{3,128}\Z)[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*",
    "3 to 128 letters, digits, periods, underscores or dashes, beginning and ending with a letter "
    "or digit, no two of the marks in a row, not like an IP address",
)
_tag_key = text(r"(?!(?i:aws):)[\w .:/=+@-]{1,128}", "1 to 128 characters, not beginning with aws:")
_account_name = text(r"[\w .:/=+@-]{0,24}", "a name of at most 24 characters")
_tag_value = text(r"[\w .:/=+@-]{0,256}", "a string of at most 256 characters")
_organization = text(r"o-[a-z0-9]{10,32}", "an organization id such as o-a1b2c3d4e5")
_account = text(r"\d{12}", "an account id of 12 digits")
_secret = text(
    r"ssm:/[\w./-]{1,1010}|secretsmanager:[\w/+=.@:-]{1,512}",
    '"ssm:/name" (a SecureString parameter) or "secretsmanager:name-or-arn"',
)
# S3 user guide, "Bucket naming rules"; those of ours that the trail's deliveries fill are left out.
_bucket = text(
    r"(?!trailkeeper-(?:logs|fallback|access)-)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
    "the name of a bucket, other than Trailkeeper's own for log files and access logs",
)
# Lambda CreateFunction, FunctionName, without its other spellings.
_function = text(r"[A-Za-z0-9_-]{1,64}", "the name of a function")
_stream = text(
    r"arn:aws[a-z-]*:(?:firehose:[a-z0-9-]+:\d{12}:deliverystream|kinesis:[a-z0-9-]+:\d{12}:stream)"
    r"/[\w.-]{1,128}",
    "the ARN of a Firehose delivery stream or of a Kinesis data stream",
)
_chat_channel = record(
    {
        "workspace_id": text(r"T[0-9A-Z]{1,255}", "a Slack workspace id (T...)"),
        "channel_id": text(r"[A-Za-z0-9]{1,256}", "a Slack channel id (C...)"),
    },
    ChatChannel,
)


def setting(kind: Kind, default: Any, meaning: str) -> Any:
    """Declare a setting: what it may hold, its default as cdk.json would spell it, its meaning."""
    return field(
        default_factory=lambda: kind.parse(default),
        metadata={"kind": kind, "default": default, "meaning": meaning},
    )


@dataclass(frozen=True)
class Settings:
    """One deployment's settings, all valid; make it with `from_context`."""

    home_region: str = setting(
        _region,
        defaults.HOME_REGION,
        "Region of the trail, the log bucket and the functions. Cannot be changed later.",
    )
    alert_emails: tuple[str, ...] = setting(
        list_of(_email),
        [],
        "Who gets alerts by e-mail; each address has to confirm its subscription once.",
    )
    trail_name: str = setting(
        _trail_name, defaults.TRAIL_NAME, "Name of the guarded trail. Cannot be changed later."
    )
    profile: Profile = setting(
        one_of(*get_args(Profile)),
        defaults.PROFILE,
        "lean: without keys of its own and without a dashboard (kms, alerts_key and dashboard are "
        "off unless they are given), for new deployments; docs/cost.md says what it saves, and "
        "what happens if you change it later.",
    )
    kms: bool = setting(
        boolean(),
        True,
        "Encrypt the evidence with a key of its own (1 USD a month, and 1 more after each of its "
        "first two yearly rotations). Turned off later, the old key has to stay for the old files; "
        "it cannot be turned on again.",
    )
    log_retention_days: int = setting(
        one_of(*RETENTION_DAYS), 365, "How long the CloudWatch Logs group keeps events, in days."
    )
    archive_after_days: int | None = setting(
        optional(whole(1, _CENTURY, "days")),
        90,
        "When log files of 128 KB and more move to S3 Glacier Instant Retrieval (S3 leaves smaller "
        "ones where they are); null: never.",
    )
    expire_after_days: int | None = setting(
        optional(whole(1, _CENTURY, "days, more than archive_after_days")),
        2557,
        "When log files are deleted (seven years), which hides them; null: never.",
    )
    keep_deleted_days: int = setting(
        whole(1, _CENTURY, "days"),
        defaults.KEEP_DELETED_DAYS,
        "How long a hidden log file, expired, deleted or overwritten, can still be brought back; "
        "then it is gone. Where expire_after_days is null: for ever.",
    )
    object_lock: ObjectLock = setting(
        one_of(*get_args(ObjectLock)),
        defaults.OBJECT_LOCK,
        "S3 Object Lock of the log bucket. With compliance nobody, root included, can delete log "
        "files before object_lock_days are over. S3 cannot turn it off again on a bucket.",
    )
    object_lock_days: int = setting(
        whole(1, _CENTURY, "days"),
        defaults.OBJECT_LOCK_DAYS,
        "How long Object Lock keeps a log file, in days.",
    )
    insight_types: tuple[str, ...] = setting(
        list_of(one_of("ApiCallRateInsight", "ApiErrorRateInsight")),
        [],
        "CloudTrail Insights to run on the trail (charged by the events analysed); what they see "
        "in home_region is told.",
    )
    s3_data_events: tuple[str, ...] = setting(
        all_or(_bucket),
        [],
        "Buckets of which the trail records who reads, writes and deletes objects (charged by the "
        'event); ["*"]: all. The log bucket and its access logs are never among them: each '
        "delivery would make events of its own.",
    )
    lambda_data_events: tuple[str, ...] = setting(
        all_or(_function),
        [],
        "Functions in home_region of which the trail records who invokes them (charged by the "
        'event); ["*"]: all, in every region.',
    )
    own_invocations: bool = setting(
        boolean(),
        defaults.OWN_INVOCATIONS,
        "Record who invokes Trailkeeper's own functions, so that a forged event leaves a trace "
        "(about 0.03 USD a month).",
    )
    data_events_a_month: int | None = setting(
        optional(whole(1, 10**13, "data events")),
        None,
        "How many data events you expect in a month; the synth says what they cost.",
    )
    stream_log_group_to: str | None = setting(
        optional(_stream),
        None,
        "A Firehose stream (which may deliver to OpenSearch, S3 or Splunk) or a Kinesis stream in "
        "home_region that gets every event of the log group; it has to be there already "
        "(docs/operating.md).",
    )
    tags: Mapping[str, str] = setting(
        table_of(_tag_key, _tag_value, at_most=40), {}, "Tags on everything that is deployed."
    )
    reconcile_minutes: int = setting(
        whole(1, 60, "minutes"),
        defaults.RECONCILE_MINUTES,
        "How often the heal function looks whether the trail logs, event or not.",
    )
    sweep_minutes: int = setting(
        whole(1, 720, "minutes"),
        defaults.SWEEP_MINUTES,
        "How often it compares everything with the baseline, event or not; it also does so after "
        "every event about the evidence and after every heal of the trail.",
    )
    drills: bool = setting(
        boolean(),
        True,
        "Whether `trailkeeper drill` may stop the trail on purpose: announced beforehand, told as "
        "a drill, counted by nobody.",
    )
    watcher: bool = setting(
        boolean(),
        True,
        "A second function, in a stack of its own, that watches over the first, starts the trail "
        "by a schedule of its own and tells people by a topic of its own. Both stacks are then "
        "protected from being deleted by one call.",
    )
    reserve_concurrency: bool = setting(
        boolean(),
        True,
        "Whether each half of the guard reserves concurrent executions for the functions of the "
        "other (200 for the heal function, 50 each for the alert function and the watcher), so "
        "that no other function can use up what they need. It is done at run time, and only where "
        "500 stay to all others; otherwise `trailkeeper doctor` says so. It costs nothing.",
    )
    watch_minutes: int = setting(
        whole(5, 1440, "minutes"),
        defaults.WATCH_MINUTES,
        "How often each half of the guard compares the other with what is deployed, event or not, "
        "and looks at who gets the alerts.",
    )
    alive_days: int = setting(
        whole(0, 90, "days"),
        defaults.ALIVE_DAYS,
        "How often a short message says by each way that the guard is alive, and what it did, so "
        "that people notice silence; 0: never.",
    )
    last_resort_emails: tuple[str, ...] | None = setting(
        optional(list_of(_email)),
        None,
        "Who is told by the watcher, by a topic that shares nothing with the alerts; null: those "
        "of alert_emails, who confirm this subscription, too.",
    )
    last_resort_region: str | None = setting(
        optional(_region),
        None,
        "A region beyond home with a topic of its own for last_resort_emails, which the watcher "
        "and refused alerts take first; home's stays for alarms, and for when the other takes "
        "nothing. Both are to be confirmed; the region has to be bootstrapped.",
    )
    ec2_states: tuple[str, ...] = setting(
        list_of(
            one_of("pending", "running", "stopping", "stopped", "shutting-down", "terminated"),
            at_least=1,
        ),
        list(defaults.EC2_STATES),
        "Which EC2 instance states alert.",
    )
    other_trails: OtherTrails = setting(
        one_of(*get_args(OtherTrails)),
        defaults.OTHER_TRAILS,
        "What to do when somebody stops another trail of the account; what else is done to one is "
        "told, unless it is ignore.",
    )
    account_name: str = setting(
        _account_name,
        "",
        "What people call the account; it stands in every alert beside the number.",
    )
    time_zone: str = setting(
        time_zone(), defaults.TIME_ZONE, "Zone that alerts show times in, with UTC beside it."
    )
    alerts_key: bool = setting(
        boolean(),
        True,
        "Encrypt the topics of the alerts with a key of their own (1 USD a month, and 1 more after "
        "each of its first two yearly rotations). They travel over TLS with it and without it.",
    )
    language: Language = setting(
        one_of(*get_args(Language)), defaults.LANGUAGE, "Language of the alerts."
    )
    slack_webhook: str | None = setting(
        optional(_secret),
        None,
        "Where the URL of a Slack incoming webhook is kept; read at run time, never deployed.",
    )
    amazon_q: ChatChannel | None = setting(
        optional(_chat_channel),
        None,
        "Slack channel to reach through Amazon Q Developer in chat applications, whose workspace "
        "was authorised in the console before.",
    )
    grouping_seconds: int = setting(
        whole(0, 900, "seconds"),
        defaults.GROUPING_SECONDS,
        "How long EC2 alerts are collected into one mail; 0: every one by itself.",
    )
    autoscaling: AutoScaling = setting(
        one_of(*get_args(AutoScaling)),
        defaults.AUTOSCALING,
        "How instances that an Auto Scaling group started or ended are told: counted, one by one, "
        "or not at all.",
    )
    ec2_tags: Mapping[str, tuple[str, ...]] = setting(
        table_of(_tag_key, list_of(_tag_value), at_most=10),
        {},
        "Alert only for instances that have all these tags, each with one of its values (an empty "
        "list: any value).",
    )
    ec2_regions: tuple[str, ...] = setting(
        list_of(_region),
        [],
        "Other regions whose EC2 instances alert, as those in home_region always do. EC2 tells of "
        "an instance in its own region alone, so each gets a small stack that sends its events "
        "home; bootstrap it once, and enable it if it is an opt-in region.",
    )
    forward_iam_calls: bool = setting(
        boolean(),
        defaults.FORWARD_IAM_CALLS,
        "Where home_region is not us-east-1: let a small stack there send IAM's calls home, which "
        "arrive nowhere else. Without it, and in China and GovCloud outside of IAM's region, the "
        "schedule alone sees a change of the delivery role.",
    )
    billing_alarm_usd: float | None = setting(
        optional(money(100_000_000)),
        defaults.BILLING_ALARM_USD,
        "Alert when the account has cost more than this in a month; null: no alarm. It stands in "
        "us-east-1, where the metric is (not in China and GovCloud, which have none), and needs "
        "billing alerts to be on: docs/operating.md.",
    )
    monthly_budget_usd: float | None = setting(
        optional(money(100_000_000)),
        None,
        "Make an AWS Budget of this amount a month, and alert when more was spent and when more is "
        "forecast; null: none. It needs no billing alerts; not in China and GovCloud.",
    )
    owner_tag: str = setting(_tag_key, defaults.OWNER_TAG, "Tag that says whose instance it is.")
    deletion_alerts: bool = setting(
        boolean(),
        True,
        "Whether log files that somebody deletes are told, counted, whether they are lost or only "
        "hidden by a delete marker.",
    )
    count_deliveries: bool = setting(
        boolean(),
        False,
        "Read every delivered log file and count its records by service and outcome, as metrics "
        "(0.30 USD a month for each such pair that occurs); an alarm tells when none comes.",
    )
    saved_queries: bool = setting(
        boolean(), True, "Keep the questions in a folder of CloudWatch Logs Insights."
    )
    athena: bool = setting(
        boolean(),
        True,
        "Make the log files searchable with Athena: table, work group, saved questions.",
    )
    athena_scan_limit_mb: int = setting(
        whole(10, 10_000_000, "MB"),
        100_000,
        "What one query may read before Athena cancels it (100000 MB cost about 0.50 USD).",
    )
    athena_results_days: int = setting(
        whole(1, 365, "days"), 7, "How long the results of queries are kept, in days."
    )
    athena_first_day: str = setting(
        day(), "2020-01-01", "The first day whose log files the table shows."
    )
    athena_accounts: tuple[str, ...] = setting(
        list_of(_account),
        [],
        "Other accounts whose log files lie in the log bucket; the own one is always there.",
    )
    organization_id: str | None = setting(
        optional(_organization),
        None,
        "The organization of an organization trail, whose id is part of the log files' names.",
    )
    cis_alarms: bool = setting(
        boolean(),
        False,
        "Monitor all that section 4 of the CIS AWS Foundations Benchmark asks for: 15 metric "
        "filters on the log group, each with an alarm and a mail that says who did what (at most "
        "6 USD a month; docs/monitoring.md). Changes of trails are monitored in any case.",
    )
    cis_alarms_off: tuple[str, ...] = setting(
        list_of(one_of(*CONTROLS)),
        [],
        "The controls of the benchmark that nobody wants an alarm for.",
    )
    dashboard: bool = setting(
        boolean(), True, "Make a CloudWatch dashboard (three are free, then 3 USD a month)."
    )
    groups: bool = setting(
        boolean(),
        True,
        "Make two IAM groups: administrators of CloudTrail, who cannot blind the evidence, and its "
        "readers. Nobody is in them until you add somebody.",
    )
    contain: Contain = setting(
        one_of(*get_args(Contain)),
        defaults.CONTAIN,
        "deny: who keeps stopping the trail gets a policy that denies it everything.",
    )
    break_glass_principals: tuple[str, ...] = setting(
        list_of(principal()),
        [],
        "Users and roles that are never contained, and that `trailkeeper scp` exempts.",
    )

    expected_actors: tuple[ExpectedActor, ...] = setting(
        list_of(expected_actors(), at_most=20),
        [],
        "Whose changes of the evidence are planned, such as a pipeline's: they are put back all "
        "the same, and told as information; who deploys Trailkeeper's stacks without CDK's deploy "
        "role is named here with UpdateStack and the like. Never a call that stops or deletes a "
        "trail or a stack, and never what could not be put right.",
    )

    @classmethod
    def from_context(cls, context: Mapping[str, Any]) -> Settings:
        """Read the settings from CDK context: the "trailkeeper" object, then `-c` overrides.

        Raises:
            SettingsError: any of them cannot be used; the message lists every problem.
        """
        given, problems = _given(context)
        values: dict[str, Any] = {}
        for name, raw in {**_of_profile(given), **given}.items():
            kind: Kind = declared_settings()[name].metadata["kind"]
            try:
                values[name] = kind.parse(raw)
            except RefusedError as error:
                problems += [_refusal(name, fault, kind) for fault in error.faults]
        settings = cls(**values)
        refused = given.keys() - values.keys()
        if refused.isdisjoint({"archive_after_days", "expire_after_days"}):
            problems += settings._contradictions()
        if refused.isdisjoint({"home_region", "stream_log_group_to"}):
            problems += settings._stream_elsewhere()
        if refused.isdisjoint({"home_region", "ec2_regions"}):
            problems += settings._regions_of_no_use()
        if refused.isdisjoint({"home_region", "last_resort_region", "watcher"}):
            problems += settings._no_last_resort()
        if problems:
            lines = "\n".join(f"  - {problem}" for problem in problems)
            message = (
                f'Trailkeeper cannot use its settings ("{CONTEXT_KEY}" in cdk.json, or '
                f"-c {OVERRIDE_PREFIX}<name>=<value>):\n{lines}"
            )
            raise SettingsError(message)
        return settings

    def _contradictions(self) -> list[str]:
        archive, expire = self.archive_after_days, self.expire_after_days
        if archive is None or expire is None or expire > archive:
            return []
        return [
            f"expire_after_days: given {expire}; allowed: null, or more than archive_after_days "
            f"({archive})"
        ]

    def _stream_elsewhere(self) -> list[str]:
        """A subscription filter reaches streams of its own region alone (CloudWatch Logs)."""
        to = self.stream_log_group_to
        if to is None or to.split(":")[3] == self.home_region:
            return []
        return [
            f"stream_log_group_to: given {_show(to)}; allowed: null, or a stream in "
            f"{self.home_region}, the home_region"
        ]

    def _regions_of_no_use(self) -> list[str]:
        home = self.home_region
        if self.ec2_regions and not sends_events_to(home):
            return [
                f"ec2_regions: given {_show(self.ec2_regions)}; allowed: none where home_region is "
                f"{home}: EventBridge takes events of other regions in commercial ones alone"
            ]
        return [
            f"ec2_regions: given {_show(each)}; allowed: {allowed}"
            for each in self.ec2_regions
            if (allowed := self._instead_of(each))
        ]

    def _no_last_resort(self) -> list[str]:
        region, home = self.last_resort_region, self.home_region
        if region is None:
            return []
        allowed = ""
        if not self.watcher:
            allowed = "null where watcher is false, as nobody would tell anything there"
        elif region == home:
            allowed = "null, or a region other than home_region, which has a topic in any case"
        elif partition_of(region) != partition_of(home):
            allowed = f"null, or a region of the partition of {home}"
        return [f"last_resort_region: given {_show(region)}; allowed: {allowed}"] if allowed else []

    def _instead_of(self, region: str) -> str:
        if region == self.home_region:
            return "regions other than home_region, whose instances always alert"
        if partition_of(region) != partition_of(self.home_region):
            return "regions that can send events to home_region, those of its own partition"
        return ""


def _of_profile(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the profile says of the settings; one that is none is refused with the others."""
    profile = given.get("profile", defaults.PROFILE)
    return defaults.PROFILES.get(profile, {}) if isinstance(profile, str) else {}


def declared_settings() -> dict[str, Field[Any]]:
    """Every setting by name, in the order of the documentation."""
    return {each.name: each for each in fields(Settings)}


def _given(context: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The raw values by the name of their setting, and what was wrong with the names."""
    problems = []
    written = context.get(CONTEXT_KEY, {})
    if isinstance(written, str):
        written = json_or_text(written)
    if not isinstance(written, Mapping):
        problems.append(f"{CONTEXT_KEY}: given {_show(written)}; allowed: an object of settings")
        written = {}
    overrides = {
        key.removeprefix(OVERRIDE_PREFIX): value
        for key, value in context.items()
        if key.startswith(OVERRIDE_PREFIX)
    }
    known = declared_settings()
    problems += [_unknown(name) for name in {**written, **overrides} if name not in known]
    given = {name: value for name, value in written.items() if name in known}
    for name, value in overrides.items():
        if name in known:
            read = known[name].metadata["kind"].read
            given[name] = read(value) if isinstance(value, str) else value
    return given, problems


def _unknown(name: str) -> str:
    known = declared_settings()
    hint = guess(name, known)
    words = f"{name}: there is no such setting; allowed: {', '.join(known)}"
    return f"{words}; {hint}" if hint else words


def _refusal(name: str, fault: Fault, kind: Kind) -> str:
    allowed = fault.allowed or kind.allowed
    words = f"{name}{fault.path}: given {_show(fault.given)}; allowed: {allowed}"
    return f"{words}; {fault.hint}" if fault.hint else words


def _show(value: object) -> str:
    shown = json.dumps(value, ensure_ascii=False, default=repr)
    return shown if len(shown) <= 200 else shown[:200] + "..."
