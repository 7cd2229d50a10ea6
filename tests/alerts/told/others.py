"""What people are told of instances, costs, alarms, insights, and their own subscriptions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.deployed_evidence import BASELINE
from tests.insight_events import event
from trailkeeper.alerts import alive_alerts, billing, channel_alerts, control_alerts, subscriptions
from trailkeeper.alerts.alert import Alert
from trailkeeper.alerts.alive_alerts import Counts
from trailkeeper.alerts.channel_alerts import Trouble
from trailkeeper.alerts.control_alerts import Behind, Found
from trailkeeper.alerts.deletion_alerts import Deletions
from trailkeeper.alerts.grouping import Summary
from trailkeeper.alerts.incoming import read
from trailkeeper.alerts.insight_alerts import insight_alert
from trailkeeper.alerts.instance_alerts import Interest, alert_of
from trailkeeper.alerts.metric_alarm import alarm_alert
from trailkeeper.alerts.subscriptions import Subscription
from trailkeeper.events.deletions import Deletion
from trailkeeper.events.event import Actor
from trailkeeper.events.insights import Insight, Share
from trailkeeper.events.instances import Cause, DeniedCall, Details, StateChange
from trailkeeper.evidence.controls import CONTROLS
from trailkeeper.words.text import Text

Built = dict[str, Callable[[], tuple[Alert, ...]]]

ACCOUNT, REGION, AT = "123456789012", "us-east-1", "2026-11-20T09:17:40Z"
NOW = datetime(2026, 11, 20, 9, 17, 40, tzinfo=UTC)
STATES = ("pending", "running", "stopping", "stopped", "shutting-down", "terminated")
INTEREST = Interest(STATES, (REGION,), {}, "Owner", "summary")
CHANGE = StateChange("e1", "i-0123456789abcdef0", "running", ACCOUNT, REGION, AT)
ALICE = Cause(
    "RunInstances",
    "2026-11-20T09:17:00Z",
    "c1",
    Text("actor.role_session", {"name": "Admin", "session": "alice"}),
    short=Text("actor.short", {"name": "alice"}),
    source_ip="203.0.113.7",
    user_agent="aws-cli/2.31.0 os/macos",
)
WEB = Details(
    name="web",
    type="t3.micro",
    zone="us-east-1a",
    launched="2026-11-17T00:00:00+00:00",
    private_address="10.0.0.1",
    public_address="203.0.113.9",
    tags={"Name": "web", "Owner": "platform"},
)
SCALING = {"aws:autoscaling:groupName": "web"}
BY_SCALING = replace(
    ALICE, who=Text("actor.service", {"name": "Auto Scaling"}), short=None, by_autoscaling=True
)
DENIED = DeniedCall(
    "d1",
    "RunInstances",
    ACCOUNT,
    REGION,
    AT,
    Actor(
        kind="AssumedRole",
        arn=f"arn:aws:sts::{ACCOUNT}:assumed-role/Admin/alice",
        name="Admin",
        session="alice",
        access_key_id="ASIAIOSFODNN7EXAMPLE",
    ),
    "Client.UnauthorizedOperation",
    "203.0.113.7",
    "aws-cli/2.31.0 os/macos",
    instance_type="p5.48xlarge",
    image="ami-1",
    instances=tuple(f"i-0123456789abcde{number:02}" for number in range(7)),
)


def changed(**fields: Any) -> tuple[Alert]:
    return (alert_of(replace(CHANGE, **fields), INTEREST),)


def in_state(state: str, **fields: Any) -> Callable[[], tuple[Alert]]:
    return lambda: changed(state=state, **fields)


def said(reason: str) -> Callable[[], tuple[Alert]]:
    return in_state("terminated", details=Details(reason=reason))


REASONS = (
    *("Client.InstanceInitiatedShutdown", "Client.InternalError"),
    *("Client.InvalidSnapshot.NotFound", "Client.VolumeLimitExceeded"),
    *("Server.InsufficientInstanceCapacity", "Server.InternalError", "Server.ScheduledStop"),
    *("Server.SpotInstanceShutdown", "Server.SpotInstanceTermination"),
    "Client.UserInitiatedShutdown",
)

INSTANCES: Built = {
    **{f"{state}-by-alice": in_state(state, cause=ALICE, details=WEB) for state in STATES},
    **{f"{state}-by-nobody": in_state(state) for state in STATES},
    "ended-with-another-state": lambda: changed(state="hibernated", cause=ALICE, details=WEB),
    **{reason: said(reason) for reason in REASONS},
    "by-scaling": lambda: changed(
        cause=BY_SCALING, details=Details(type="t3.micro", tags={**SCALING, "Owner": "platform"})
    ),
    "by-scaling-spot": lambda: changed(
        details=Details(tags=SCALING, lifecycle="spot", type="t3.micro")
    ),
    "fleet": lambda: changed(
        cause=ALICE, details=Details(tags={"aws:ec2:fleet-id": "fleet-1"}, lifecycle="spot")
    ),
    "spot-fleet": lambda: changed(
        details=Details(tags={"aws:ec2spot:fleet-request-id": "sfr-1"}, lifecycle="spot")
    ),
    "scheduled": lambda: changed(details=Details(lifecycle="scheduled")),
    "details-unknown": lambda: changed(details=Details(unknown="AccessDenied")),
    "details-gone": lambda: changed(state="terminated", time="", details=Details(unknown="")),
    "denied": lambda: (alert_of(DENIED, INTEREST),),
    "denied-to-an-odd-name": lambda: (
        alert_of(
            replace(DENIED, time="soon", actor=replace(DENIED.actor, session="x y")), INTEREST
        ),
    ),
    "denied-to-an-odd-name-with-a-key": lambda: (
        alert_of(replace(DENIED, actor=replace(DENIED.actor, session="x y")), INTEREST),
    ),
    "denied-to-an-odd-name-without-a-key": lambda: (
        alert_of(
            replace(DENIED, actor=replace(DENIED.actor, session="x y", access_key_id="")), INTEREST
        ),
    ),
}


def summary(*happenings: StateChange | DeniedCall) -> tuple[Alert]:
    counted = Summary(INTEREST)
    for each in happenings:
        counted.add(each)
    return (counted.alert("key"),)


def number(count: int, **fields: Any) -> list[StateChange]:
    return [
        replace(
            CHANGE,
            instance=f"i-{place:017x}",
            time=f"2026-11-20T09:{place // 60:02}:{place % 60:02}Z",
            **fields,
        )
        for place in range(count)
    ]


def by_many(count: int) -> list[StateChange]:
    return [
        replace(
            each,
            cause=replace(ALICE, who=Text("actor.user", {"name": f"user-{place}"})),
            details=Details(type=f"t3.{place}xlarge", tags={"Owner": f"team-{place % 7}"}),
        )
        for place, each in enumerate(number(count))
    ]


SUMMARIES: Built = {
    "alike": lambda: summary(*number(24, cause=ALICE, details=WEB)),
    "alike-by-nobody": lambda: summary(*number(2)),
    "two-authors": lambda: summary(
        *number(1, cause=ALICE, details=replace(WEB, name="")), *number(3, details=WEB)
    ),
    "more-authors-than-are-counted": lambda: summary(*by_many(27)),
    "more-types-than-are-counted": lambda: summary(*by_many(102)),
    "dear": lambda: summary(
        *number(2, details=Details(type="p5.48xlarge")), *number(1, details=Details(type="t3.nano"))
    ),
    "denied": lambda: summary(DENIED, replace(DENIED, instances=()), *number(1)),
    "of-another-state": lambda: summary(*number(2, state="hibernated")),
    "without-times": lambda: summary(replace(CHANGE, time=""), replace(CHANGE, time="")),
}


def alarm(name: str = "trailkeeper-heal-errors", **fields: Any) -> dict[str, Any]:
    """As CloudWatch publishes it (CloudWatch user guide, "Notify users on alarm changes")."""
    return {
        "AlarmName": name,
        "AlarmDescription": "The heal function fails.",
        "AWSAccountId": ACCOUNT,
        "NewStateValue": "ALARM",
        "NewStateReason": "Threshold Crossed",
        "StateChangeTime": "2026-11-20T09:17:40.123+0000",
        "Region": "US East (N. Virginia)",
        "AlarmArn": f"arn:aws:cloudwatch:us-east-1:{ACCOUNT}:alarm:{name}",
        "OldStateValue": "OK",
        "Trigger": {"MetricName": "Errors", "Namespace": "AWS/Lambda"},
        **fields,
    }


def charges(reason: str, **fields: Any) -> dict[str, Any]:
    return alarm(
        "trailkeeper-billing",
        NewStateReason=reason,
        Trigger={"MetricName": "EstimatedCharges", "Threshold": 200.0},
        **fields,
    )


def built(alert: Alert | None) -> tuple[Alert]:
    assert alert is not None
    return (alert,)


ALARMS: Built = {
    "ours": lambda: built(alarm_alert(alarm())),
    "ours-is-well": lambda: built(alarm_alert(alarm(NewStateValue="OK"))),
    "ours-knows-nothing": lambda: built(alarm_alert(alarm(NewStateValue="INSUFFICIENT_DATA"))),
    "anothers": lambda: built(alarm_alert(alarm("disk"))),
    "with-nothing-but-its-name": lambda: built(
        alarm_alert({"AlarmName": "x", "NewStateValue": "ALARM", "Trigger": {"MetricName": ""}})
    ),
    "of-a-metric-without-a-namespace": lambda: built(
        alarm_alert(alarm("disk", Trigger={"MetricName": "Free"}, AlarmArn=None))
    ),
}


def budget(**lines: str) -> tuple[Alert]:
    """As AWS Budgets publishes it."""
    given = {
        "Budget Name": "Team",
        "Budget Type": "Cost",
        "Budgeted Amount": "$500.00",
        "Alert Type": "ACTUAL",
        "Alert Threshold": "> $500.00",
        "ACTUAL Amount": "$1,510.59",
        **lines,
    }
    shown = "".join(f"{name}: {value}\n" for name, value in given.items())
    return built(
        billing.budget_alert(
            f"AWS Budget Notification September 29, 2022\nAWS Account {ACCOUNT}\n\n{shown}\n"
        )
    )


ABOVE = "Threshold Crossed: 1 datapoint [213.45 (20/11/26 06:00:00)] was greater than (200.0)."
COSTS: Built = {
    "spent": lambda: built(alarm_alert(charges(ABOVE))),
    "spent-on-the-last-day-of-a-year": lambda: built(
        alarm_alert(charges(ABOVE, StateChangeTime="2026-12-31T23:59:59.000+0000"))
    ),
    "spent-some-time": lambda: built(alarm_alert(charges(ABOVE, StateChangeTime=None))),
    "over": lambda: built(alarm_alert(charges("set by hand"))),
    "over-without-anything": lambda: built(
        alarm_alert({"AlarmName": "trailkeeper-billing", "NewStateValue": "ALARM"})
    ),
    "budget-spent": budget,
    "budget-forecast": lambda: budget(
        **{"Alert Type": "FORECASTED", "FORECASTED Amount": "$600.00"}
    ),
    "silent": lambda: (billing.silent_alert(NOW, 200.0, account=ACCOUNT, region=REGION),),
}


def insight(state: str, **fields: Any) -> Insight:
    return replace(Insight.parse(event(state)), **fields)


def deleted(*deletions: Deletion) -> tuple[Alert]:
    counted = Deletions()
    for each in deletions:
        counted.add(each)
    return (counted.alert("deleted-files/w1"),)


GONE = Deletion(
    "e1",
    "2026-11-20T09:17:40+00:00",
    ACCOUNT,
    REGION,
    f"trailkeeper-logs-{ACCOUNT}-{REGION}",
    f"AWSLogs/{ACCOUNT}/CloudTrail/{REGION}/2026/11/20/0.json.gz",
    True,
    ACCOUNT,
    "203.0.113.7",
)
LATER = "2026-11-20T09:18:02+00:00"
HIDDEN = replace(GONE, time=LATER, key=GONE.key.replace("/0.", "/1."), lost=False)
DELETIONS: Built = {
    "one-for-good": lambda: deleted(GONE),
    "one-hidden": lambda: deleted(replace(HIDDEN, source_ip="")),
    "both": lambda: deleted(GONE, HIDDEN),
    "many-of-another-account": lambda: deleted(
        *(
            replace(
                GONE,
                time=f"2026-11-20T09:17:{number:02}+00:00",
                key=GONE.key.replace("/0.", f"/{number:02}."),
                requester="999988887777",
                source_ip=f"198.51.100.{number % 5}",
            )
            for number in reversed(range(40))
        )
    ),
    "of-several": lambda: deleted(GONE, replace(GONE, requester="999988887777", time="")),
    "somewhere-strange": lambda: deleted(
        replace(GONE, account="x", region="nowhere", bucket="a bucket; rm", time="")
    ),
}
SINCE = NOW - timedelta(days=7)


@dataclass
class Deploy:
    """A deploy that was no alarm."""

    at: datetime = SINCE
    stack: str = "TrailkeeperResponse"
    who: str = "role cdk-deploy/ann"


ALIVE: Built = {
    "first": lambda: (alive_alerts.alive(None, 7, BASELINE, NOW),),
    "counted": lambda: (
        alive_alerts.alive(
            Counts(SINCE, 2016, 336, 1, {"sns": 12, "slack": 11, "mallory": 3}), 7, BASELINE, NOW
        ),
    ),
    "uncounted": lambda: (alive_alerts.uncounted(1, BASELINE, NOW),),
    "second-way": lambda: (
        alive_alerts.watcher_alive(
            {"trailkeeper-heal": 2400, "trailkeeper-alert": 1, "trailkeeper-watcher": 756},
            7,
            BASELINE,
            NOW,
        ),
    ),
    "with-deploys": lambda: (alive_alerts.alive(None, 7, BASELINE, NOW, [Deploy()]),),
    "second-way-uncounted": lambda: (alive_alerts.watcher_alive(None, 7, BASELINE, NOW),),
}
INSIGHTS: Built = {
    "over": lambda: (insight_alert(insight("End"), insight("Start")),),
    "goes-on": lambda: (insight_alert(insight("Start")),),
    "end-alone": lambda: (insight_alert(insight("End")),),
    "end-that-does-not-say-how-long": lambda: (
        insight_alert(insight("End", minutes=None), insight("Start", minutes=None)),
    ),
    "end-alone-that-does-not-say-how-long": lambda: (insight_alert(insight("End", minutes=None)),),
    "errors": lambda: (
        insight_alert(
            insight(
                "Start",
                kind="ApiErrorRateInsight",
                error="AccessDenied",
                usual=0.25,
                observed=1234.6,
                identities=(Share("arn:aws:iam::123456789012:user/team/mallory", 12.34),),
                errors=(Share("AccessDenied", 1.0),),
            )
        ),
    ),
    "calls-that-failed": lambda: (
        insight_alert(insight("Start", errors=(Share("Throttled", 0.004),), usual=0.01)),
    ),
    "errors-hardly-usual": lambda: (
        insight_alert(insight("Start", kind="ApiErrorRateInsight", usual=None, identities=())),
    ),
    "nothing-told": lambda: (
        insight_alert(insight("Start", observed=None, usual=None, time="", call="", source="")),
    ),
    "errors-of-an-unknown-rate": lambda: (
        insight_alert(insight("Start", kind="ApiErrorRateInsight", observed=None)),
    ),
}


def trouble(*, lasting: bool = False, **where: str) -> tuple[Alert]:
    why = Text("trouble.status", {"status": "404"})
    found = Trouble(why, "404 no_service", lasting, **where)
    return (channel_alerts.broken("slack", found, NOW, ACCOUNT, REGION),)


class Outage:
    channel = "slack"
    since = NOW - timedelta(minutes=42)
    failures = 3


TOPIC = f"arn:aws:sns:us-east-1:{ACCOUNT}:trailkeeper-alerts"
CHANNELS: Built = {
    "webhook-in-a-parameter": lambda: trouble(kept_at="ssm:/trailkeeper/slack", lasting=True),
    "webhook-in-a-secret": lambda: trouble(kept_at="secretsmanager:slack", lasting=True),
    "topic": lambda: trouble(topic_arn=TOPIC, lasting=True),
    "passing": trouble,
    "lasting": lambda: trouble(lasting=True),
    "works-again": lambda: (channel_alerts.works_again(Outage(), NOW, ACCOUNT, REGION),),
    "subscriptions": lambda: subscriptions.alerts(
        ("fine@example.com", "pending@example.com", "gone@example.com", "filtered@example.com"),
        (
            Subscription("email", "fine@example.com", f"{TOPIC}:1"),
            Subscription("email", "pending@example.com", "PendingConfirmation"),
            Subscription("email-json", "filtered@example.com", f"{TOPIC}:2", '{"a": 1}'),
        ),
        topic_arn=TOPIC,
        account=ACCOUNT,
        region=REGION,
    ),
    "unreadable": lambda: built(_alert(read("not for us, " * 30))),
}


def _alert(content: object) -> Alert | None:
    return content if isinstance(content, Alert) else None


def record(name: str, at: str = "10:03:00", by: str = "mallory", **more: Any) -> dict[str, Any]:
    return {
        "eventID": f"{name}-{at}",
        "eventTime": f"2026-11-26T{at}Z",
        "eventSource": "ec2.amazonaws.com",
        "eventName": name,
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "203.0.113.7",
        "userAgent": "aws-cli/2.31.0",
        "userIdentity": {
            "type": "IAMUser",
            "userName": by,
            "arn": f"arn:aws:iam::{ACCOUNT}:user/{by}",
            "accessKeyId": "AKIAIOSFODNN7EXAMPLE",
        },
        **more,
    }


NOTICE = alarm(
    "trailkeeper-cis-vpc-changes",
    StateChangeTime="2026-11-26T10:05:30.000+0000",
    Trigger={"MetricName": "x", "Period": 600, "EvaluationPeriods": 2},
)


def control(
    *records: dict[str, Any],
    id_: str = "vpc-changes",
    notice: dict[str, Any] = NOTICE,
    complete: bool = True,
    error: str = "",
) -> tuple[Alert]:
    known = CONTROLS[id_]
    (alert,) = built(alarm_alert(notice))
    behind = Behind(tuple(Found.of(each, known) for each in records), complete, error)
    return (control_alerts.control_alert(alert, known, control_alerts.span_of(notice), behind),)


REQUEST = {"requestParameters": {"vpcId": "vpc-1"}}
CONTROLLED: Built = {
    "one": lambda: control(record("DeleteVpc", **REQUEST)),
    "one-that-failed-and-names-nothing": lambda: control(
        record("DeleteVpc", errorCode="Client.DependencyViolation", errorMessage="in use")
    ),
    "sign-in-that-failed": lambda: control(
        record(
            "ConsoleLogin",
            eventSource="signin.amazonaws.com",
            responseElements={"ConsoleLogin": "Failure"},
            errorMessage="Failed authentication",
        ),
        id_="failed-console-logins",
    ),
    "alike": lambda: control(
        record("DeleteVpc", "10:04:00", **REQUEST), record("DeleteVpc", "10:03:00", **REQUEST)
    ),
    "several": lambda: control(
        record("DeleteVpc", "10:04:00", **REQUEST),
        record("DeleteVpc", "10:05:00", "alice", errorCode="Client.X"),
        record("CreateVpc", "10:01:00", "bob"),
        record("CreateVpc", "10:02:00", "bob"),
    ),
    "two-without-arns": lambda: control(
        *(
            record("DeleteVpc", userIdentity={"type": "AWSService", "invokedBy": each})
            for each in ("config.amazonaws.com", "backup.amazonaws.com")
        )
    ),
    "more-than-are-shown-and-not-all": lambda: control(
        *(record("DeleteVpc", f"10:00:{each:02}", f"user-{each}") for each in range(12)),
        complete=False,
    ),
    "none": control,
    "unread": lambda: control(error="AccessDenied"),
    "without-a-time": lambda: control(
        {**record("DeleteVpc"), "eventTime": "", "eventID": ""},
        notice={**NOTICE, "StateChangeTime": None},
    ),
}
