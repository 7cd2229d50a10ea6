"""`trailkeeper preview`: what would be sent for the events of a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, BinaryIO

import click

from trailkeeper.cli.account import Account, explained
from trailkeeper.cli.deployed import (
    EXAMPLE_ACCOUNT,
    DeployedError,
    Functions,
    as_declared,
    deployed,
)
from trailkeeper.cli.event_file import Event, EventFileError, events_in, read_json
from trailkeeper.cli.instance_file import Instance, instance_of, instances_in
from trailkeeper.cli.plans import TagsOf, nobodys
from trailkeeper.cli.preview import Preview
from trailkeeper.cli.preview import preview as preview_event
from trailkeeper.reconcile import principal_tags
from trailkeeper.rendering.untrusted import clean

_LONGEST_NAME = 100


@click.command()
@click.option(
    "--event",
    "event_file",
    type=click.File("rb"),
    required=True,
    help="A JSON file: an event as EventBridge delivers it, a CloudTrail record, a log file of "
    "CloudTrail (Records), the output of lookup-events or filter-log-events, or a CloudWatch "
    "alarm; - reads it from standard input.",
)
@click.option(
    "--instance",
    "instance_file",
    type=click.File("rb"),
    help="A JSON file: the output of aws ec2 describe-instances.",
)
@click.option(
    "--settings",
    "settings_file",
    type=click.File("rb"),
    help="A cdk.json to take the settings from, instead of the deployed ones.",
)
@click.pass_obj
def preview(
    account: Account,
    event_file: BinaryIO,
    instance_file: BinaryIO | None,
    settings_file: BinaryIO | None,
) -> None:
    """Show what would be sent for an event, where, and why or why not. Sends nothing."""
    events = _parsed(event_file, events_in)
    instances = _parsed(instance_file, instances_in) if instance_file else ()
    try:
        functions = _functions(account, settings_file, events[0])
    except DeployedError as error:
        raise click.ClickException(str(error)) from error
    _must_belong(instances, events)
    tags_of = nobodys if settings_file else _tags_of(account, functions)
    shown = [
        preview_event(each, functions, _of(instances, each), tags_of=tags_of) for each in events
    ]
    for line in _lines(events, shown):
        click.echo(line)


def _parsed(file: BinaryIO, read: Any) -> Any:
    try:
        return read(read_json(file.read()))
    except EventFileError as error:
        raise click.ClickException(f"{file.name}: {error}") from error


def _functions(account: Account, settings_file: BinaryIO | None, event: Event) -> Functions:
    if settings_file is None:
        return deployed(account.client("lambda"))
    settings = _parsed(settings_file, lambda document: document)
    if not isinstance(settings, Mapping):
        raise click.ClickException(f"{settings_file.name} must hold a JSON object")
    return as_declared(settings, str(event.get("account") or EXAMPLE_ACCOUNT))


def _tags_of(account: Account, functions: Functions) -> TagsOf:
    """The tags of callers as IAM has them, each asked for once, and only if an entry needs them."""

    @cache
    def read(arn: str) -> Mapping[str, str] | None:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return principal_tags.read(account.client("iam"), arn, functions.heal.baseline)
        except (ClientError, BotoCoreError) as error:
            click.echo(f"The tags of {clean(arn, 200)} are not known: {explained(error)}", err=True)
            return None

    return read


def _instance_id(event: Event) -> str:
    detail = event.get("detail")
    return str(detail.get("instance-id", "")) if isinstance(detail, Mapping) else ""


def _of(instances: Sequence[Instance], event: Event) -> Instance | None:
    wanted = _instance_id(event)
    return instance_of(tuple(instances), wanted) if wanted and instances else None


def _must_belong(instances: Sequence[Instance], events: Sequence[Event]) -> None:
    """Refuse a file of instances that none of the events is about."""
    wanted = dict.fromkeys(filter(None, map(_instance_id, events)))
    if not instances or not wanted or any(_of(instances, each) for each in events):
        return
    known = ", ".join(str(each.get("InstanceId")) for each in instances[:5])
    raise click.ClickException(
        f"--instance has no {clean(next(iter(wanted)), _LONGEST_NAME)}, which the event is about; "
        f"it has {clean(known, _LONGEST_NAME)}"
    )


def _lines(events: Sequence[Event], shown: Sequence[Preview]) -> Iterator[str]:
    """One event whole; of many those that are told, and the others counted by the reason."""
    if len(events) == 1:
        yield str(shown[0])
        return
    told = [pair for pair in zip(events, shown, strict=True) if pair[1].alert]
    silent = Counter(
        f"{each.verdict}: {clean('; '.join(each.reasons), 300)}" for each in shown if not each.alert
    )
    yield f"{len(events)} events, {len(told)} of them would be told."
    for reason, count in silent.most_common():
        yield f"  {count} x {reason}"
    for event, preview_ in told:
        yield f"\n--- {_name(event)} ---"
        yield str(preview_)


def _name(event: Event) -> str:
    detail = event.get("detail")
    inside = detail if isinstance(detail, Mapping) else {}
    what = inside.get("eventName") or inside.get("instance-id") or event.get("AlarmName") or "alert"
    return clean(f"{what} {event.get('time', '')}".strip(), _LONGEST_NAME)
