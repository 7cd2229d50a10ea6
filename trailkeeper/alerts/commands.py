"""The commands that an alert may show: a closed list, written here and nowhere else.

An alert carries a verb and parameters, which may come from anywhere; what is shown is made here
from parameters that have the form of what they name. One that has not is no command at all.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from trailkeeper.alerts.alert import Command
from trailkeeper.evidence.controls import CONTROLS
from trailkeeper.evidence.names import (
    ACCESS_LOG_PREFIX,
    LOG_GROUP,
    RESPONSE_STACK,
    SATELLITE_STACK,
)

# IAM's and STS's own alphabets for names, ARNs and sessions.
_NAME = re.compile(r"[\w+=,.@-]{1,128}", re.ASCII)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_FORMS: Mapping[str, re.Pattern[str]] = {
    "user": _NAME,
    "role": _NAME,
    "rule": _NAME,
    "bucket": re.compile(r"trailkeeper-[a-z0-9-]{1,50}", re.ASCII),
    "key": re.compile(r"[AB-Z][A-Z0-9]{15,31}"),
    "region": re.compile(r"[a-z]{2,4}(?:-[a-z]+){1,3}-\d{1,2}"),
    "resource": re.compile(r"[\w+=,.@:/*-]{1,512}", re.ASCII),
    "events": re.compile(r"[A-Za-z0-9]{3,60}(?:,[A-Za-z0-9]{3,60}){0,20}"),
    "source": re.compile(r"[a-z0-9-]{2,40}\.amazonaws\.com"),
    "control": re.compile("|".join(map(re.escape, CONTROLS))),
    "since": _TIME,
    "until": _TIME,
    "day": re.compile(r"\d{4}-\d\d-\d\d"),
    "first": re.compile(r"\d{4}-\d\d-01"),
    "next": re.compile(r"\d{4}-\d\d-01"),
    "instance": re.compile(r"i-[0-9a-f]{8,17}"),
    "alarms": re.compile(r"trailkeeper-[\w-]{1,100}(?: trailkeeper-[\w-]{1,100}){0,19}", re.ASCII),
    "topic": re.compile(r"arn:[\w-]+:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}", re.ASCII),
    "address": re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}", re.ASCII),
    "parameter": re.compile(r"/[\w./-]{1,1010}", re.ASCII),
    "secret": re.compile(r"[\w/+=.@:-]{1,512}", re.ASCII),
    # Only what Trailkeeper itself attaches may ever be taken off.
    "policy": re.compile(r"arn:aws[a-z-]{0,20}:iam::aws:policy/AWSDenyAll"),
}
# Words beside each other, which have a form that no shell reads anything into.
_SEVERAL = frozenset({"alarms"})
_COLUMNS = "[EventTime,EventSource,EventName]"
_COLUMNS_WITH_USER = "[EventTime,EventName,Username]"

Build = Callable[[Mapping[str, str]], tuple[str, ...]]


def lines(command: Command | None) -> tuple[str, ...]:
    """The command as lines to paste, each a command by itself; none if it is not one of ours."""
    if command is None:
        return ()
    found = VERBS.get(command.verb)
    if found is None:
        return ()
    required, build = found
    given = command.params
    fits = set(given) == set(required) and all(
        _FORMS[name].fullmatch(given[name]) for name in required
    )
    return build(given) if fits else ()


def shown(*wanted: Command) -> Command | None:
    """The first of the commands that can be shown; a name of a strange form rules some out."""
    return next((each for each in wanted if lines(each)), None)


def window(around: str, before: timedelta, after: timedelta) -> dict[str, str]:
    """`since` and `until` around a time, in the form that commands take; {} when it is no time."""
    try:
        middle = datetime.fromisoformat(around)
        middle = middle.astimezone(UTC) if middle.tzinfo else middle
        since, until = middle - before, middle + after
    except (ValueError, OverflowError):
        return {}
    return {"since": f"{since:%Y-%m-%dT%H:%M:%S}Z", "until": f"{until:%Y-%m-%dT%H:%M:%S}Z"}


def span(first: str, last: str, before: timedelta, after: timedelta) -> dict[str, str]:
    """From `before` one time until `after` another; {} when one of them is no time."""
    since, until = window(first, before, timedelta()), window(last, timedelta(), after)
    return {**until, "since": since["since"]} if since and until else {}


def window_until(end: str, before: timedelta = timedelta(hours=1)) -> dict[str, str]:
    """The hour, or `before`, until a time, and a minute more: it may be in whole seconds."""
    return window(end, before, timedelta(minutes=1))


def _history(filters: str, lookup: str, columns: str, *, several: bool = False) -> Build:
    """Two ways to ask the same: Trailkeeper's own search, and the plain command line of AWS.

    `several`: the calls have one of the names of `events`, for which AWS has no lookup.
    """

    def build(given: Mapping[str, str]) -> tuple[str, ...]:
        quoted = {name: shlex.quote(value) for name, value in given.items()}
        query = f"Events[{_named(given['events']) if several else ''}].{columns}"
        times = "--since {since} --until {until}".format(**quoted)
        search = f"trailkeeper search --region {quoted['region']} {times}"
        aws = (
            f"aws cloudtrail lookup-events --region {quoted['region']}"
            f" --start-time {quoted['since']} --end-time {quoted['until']}"
            f" --lookup-attributes {lookup.format(**quoted)}"
            f' --query "{query}" --output table'
        )
        return (f"{search} {filters.format(**quoted)}".rstrip(), aws)

    return build


def _named(events: str) -> str:
    listed = ",".join(f"'{each}'" for each in events.split(","))
    return f"?contains([{listed}], EventName)"


def _attribute(key: str, value: str) -> str:
    return f"AttributeKey={key},AttributeValue={value}"


def _one(template: str) -> Build:
    def build(given: Mapping[str, str]) -> tuple[str, ...]:
        quoted = {
            name: value if name in _SEVERAL else shlex.quote(value) for name, value in given.items()
        }
        return (template.format(**quoted),)

    return build


def _control(given: Mapping[str, str]) -> tuple[str, ...]:
    """The calls that a control counts: by Trailkeeper's search, and by the control's filter."""
    control = CONTROLS[given["control"]]
    since, until = (int(datetime.fromisoformat(given[each]).timestamp()) for each in _TIMES)
    return (
        f"trailkeeper {control.search} --since {given['since']} --until {given['until']}",
        f"aws logs filter-log-events --region {given['region']} --log-group-name {LOG_GROUP}"
        f" --start-time {since}000 --end-time {until}000"
        f" --filter-pattern {shlex.quote(control.pattern)}"
        ' --query "events[].message" --output text',
    )


_TIMES = ("since", "until")
_SPAN = ("region", *_TIMES)
_REVOKE = (
    '{{"Version":"2012-10-17","Statement":[{{"Effect":"Deny","Action":"*","Resource":"*",'
    '"Condition":{{"DateLessThan":{{"aws:TokenIssueTime":"{until}"}}}}}}]}}'
)

VERBS: Mapping[str, tuple[tuple[str, ...], Build]] = {
    # Evidence: which calls were made
    "calls-of-user": (
        ("user", *_SPAN),
        _history("--user={user}", _attribute("Username", "{user}"), _COLUMNS),
    ),
    "calls-of-key": (
        ("key", *_SPAN),
        _history("--access-key={key}", _attribute("AccessKeyId", "{key}"), _COLUMNS),
    ),
    "calls-about": (
        ("resource", *_SPAN),
        _history(
            "--resource={resource}", _attribute("ResourceName", "{resource}"), _COLUMNS_WITH_USER
        ),
    ),
    "calls-named": (
        ("events", *_SPAN),
        _history(
            "--event={events}",
            _attribute("ReadOnly", "false"),
            _COLUMNS_WITH_USER,
            several=True,
        ),
    ),
    "calls-to": (
        ("source", *_SPAN),
        _history("--source={source}", _attribute("EventSource", "{source}"), _COLUMNS_WITH_USER),
    ),
    "control": (("control", *_SPAN), _control),
    "calls-of-api": (
        ("events", "source", *_SPAN),
        _history(
            "--event={events} --source={source}",
            _attribute("EventName", "{events}"),
            _COLUMNS_WITH_USER,
        ),
    ),
    # Its files are named by their time (S3 user guide, "Logging requests with server access
    # logging", "Log object key format").
    "access-log": (
        ("bucket", "region", "day"),
        _one(
            "aws s3api list-objects-v2 --region {region} --bucket {bucket} "
            f'--prefix {ACCESS_LOG_PREFIX}{{day}}- --query "Contents[].Key" --output text'
        ),
    ),
    "writes": (_SPAN, _history("", _attribute("ReadOnly", "false"), _COLUMNS_WITH_USER)),
    # Cost Explorer takes no region, and the end as the first day that is not asked for
    "costs-by-service": (
        ("first", "next"),
        _one(
            "aws ce get-cost-and-usage --time-period Start={first},End={next} --granularity MONTHLY"
            " --metrics UnblendedCost --group-by Type=DIMENSION,Key=SERVICE --output table"
        ),
    ),
    # Do now: take away what a principal can do
    "deactivate-key": (
        ("user", "key"),
        _one(
            "aws iam update-access-key --user-name {user} --access-key-id {key} --status Inactive"
        ),
    ),
    "list-keys": (("user",), _one("aws iam list-access-keys --user-name {user}")),
    "revoke-sessions": (
        ("role", "until"),
        _one(
            "aws iam put-role-policy --role-name {role} --policy-name AWSRevokeOlderSessions "
            f"--policy-document '{_REVOKE}'"
        ),
    ),
    "stop-instance": (
        ("instance", "region"),
        _one("aws ec2 stop-instances --region {region} --instance-ids {instance}"),
    ),
    # Repair: put right what Trailkeeper did not
    "start-instance": (
        ("instance", "region"),
        _one("aws ec2 start-instances --region {region} --instance-ids {instance}"),
    ),
    "left-volumes": (
        ("region",),
        _one(
            "aws ec2 describe-volumes --region {region} --filters Name=status,Values=available "
            '--query "Volumes[].[VolumeId,Size,CreateTime]" --output table'
        ),
    ),
    "revert-drift": ((), _one(f"npx cdk deploy {RESPONSE_STACK} --revert-drift")),
    "revert-satellite": (
        ("region",),
        _one(f"npx cdk deploy {SATELLITE_STACK}{{region}} --revert-drift"),
    ),
    "enable-alarms": (
        ("alarms", "region"),
        _one("aws cloudwatch enable-alarm-actions --region {region} --alarm-names {alarms}"),
    ),
    "end-copying": (
        ("bucket",),
        _one("aws s3api delete-bucket-replication --bucket {bucket}"),
    ),
    "delete-markers": (
        ("bucket", "region"),
        _one(
            "aws s3api list-object-versions --region {region} --bucket {bucket} "
            '--query "DeleteMarkers[?IsLatest].[Key,VersionId]" --output text'
        ),
    ),
    "delete-mute-rule": (
        ("rule", "region"),
        _one(
            "aws cloudwatch delete-alarm-mute-rule --region {region} --alarm-mute-rule-name {rule}"
        ),
    ),
    "subscribe": (
        ("topic", "address", "region"),
        _one(
            "aws sns subscribe --region {region} --topic-arn {topic} --protocol email "
            "--notification-endpoint {address}"
        ),
    ),
    # The URL is read from a file, so that it is in nobody's shell history.
    "put-parameter": (
        ("parameter", "region"),
        _one(
            "aws ssm put-parameter --region {region} --type SecureString --overwrite "
            '--name {parameter} --value "$(cat webhook-url.txt)"'
        ),
    ),
    "put-secret": (
        ("secret", "region"),
        _one(
            "aws secretsmanager put-secret-value --region {region} --secret-id {secret} "
            '--secret-string "$(cat webhook-url.txt)"'
        ),
    ),
    "redrive": ((), _one("trailkeeper alerts redrive")),
    "status": ((), _one("trailkeeper status")),
    "resume": ((), _one("trailkeeper resume")),
    # Undo: take back what Trailkeeper did to somebody
    "release-user": (
        ("user", "policy"),
        _one("aws iam detach-user-policy --user-name {user} --policy-arn {policy}"),
    ),
    "release-role": (
        ("role", "policy"),
        _one("aws iam detach-role-policy --role-name {role} --policy-arn {policy}"),
    ),
}
