"""The commands that look after the guard of a deployed account."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import click
from botocore.exceptions import BotoCoreError, ClientError

from trailkeeper.alerts.dead_letters import QUEUES
from trailkeeper.cli import halves, show, times
from trailkeeper.cli.account import Account, explained
from trailkeeper.cli.dead_letters import dead_letters as read_dead_letters
from trailkeeper.cli.heal_function import AskError, ask
from trailkeeper.cli.progress import Told
from trailkeeper.cli.reach import look
from trailkeeper.cli.redrive import redrive as redrive_alerts
from trailkeeper.cli.redrive import words as redriven
from trailkeeper.cli.sections import section
from trailkeeper.cli.status import show_status
from trailkeeper.evidence.names import PAUSE_PARAMETER
from trailkeeper.reconcile.answer import Answer, Did
from trailkeeper.rendering.untrusted import clean
from trailkeeper.state.heal_items import (
    DEFAULT_PAUSE_MINUTES,
    LONGEST_PAUSE_MINUTES,
    LONGEST_REASON,
)

# Beside 1 for an error and 2 for an option that cannot be.
NOT_CALM = 3


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@click.option(
    "--exit-code",
    is_flag=True,
    help=f"End with {NOT_CALM} when there is something for people to see to: what is in capitals, "
    "or drift.",
)
@click.pass_context
def status(context: click.Context, as_json: bool, exit_code: bool) -> None:
    """Show who can be reached, what is guarded, drift now, the last heals, the guard, its stacks.

    Ends with 1 when the guard itself is not as deployed.
    """
    # Late, as the other commands here do without it.
    from trailkeeper.cli.stack_section import look as look_at_stacks

    account: Account = context.obj
    functions = account.client("lambda")
    try:
        answer = ask(functions, "status")
    except AskError as error:
        both = halves.compare(functions, None, str(error))
        for line in section("Guard", both.lines()) if both.seen else ():
            click.echo(line, err=as_json)
        raise click.ClickException(str(error)) from error
    both = halves.compare(functions, answer)
    reach = look(functions, lambda: account.client("sqs"))
    now = datetime.now(UTC)
    shown = show_status(answer, reach, now)
    stacks = look_at_stacks(account, answer.status.trail, now) if answer.status else None
    if as_json:
        told = halves.told(answer, both).to_json()
        click.echo(
            json.dumps({**told, **({"stacks": stacks.to_json()} if stacks else {})}, indent=2)
        )
    else:
        of_stacks = stacks.lines() if stacks else ()
        for line in (*shown.lines, *section("Guard", both.lines()), *of_stacks):
            click.echo(line)
    if not both.in_order:
        context.exit(1)
    if exit_code and not (shown.calm and (stacks is None or stacks.in_order)):
        context.exit(NOT_CALM)


@click.command()
@click.option("--dry-run", is_flag=True, help="Only look; repair and tell nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@click.pass_obj
def reconcile(account: Account, dry_run: bool, as_json: bool) -> None:
    """Compare everything with the baseline now, and repair it."""
    answer = _ask(account, "reconcile", dry_run=dry_run)
    _print(answer, _report(answer), as_json=as_json)
    if answer.report and answer.report.failed:
        raise click.ClickException("something is still not in order")


@click.command()
@click.option(
    "--minutes",
    type=click.IntRange(1, LONGEST_PAUSE_MINUTES),
    default=DEFAULT_PAUSE_MINUTES,
    show_default=True,
    help="How long; it ends by itself.",
)
@click.option(
    "--reason",
    required=True,
    callback=lambda context, parameter, reason: _a_reason(reason),
    help="Why; everybody who gets alerts reads it.",
)
@click.pass_obj
def pause(account: Account, minutes: int, reason: str) -> None:
    """Stop repairs other than logging for a planned change."""
    _want_pause(account, minutes, reason)
    answer = _ask(account, "pause")
    if answer.pause:
        click.echo(f"Repairs other than logging wait until {times.at(answer.pause.end, UTC)}.")


@click.command()
@click.pass_obj
def resume(account: Account) -> None:
    """End a pause now, and repair what differs."""
    _want_pause(account, 0, "")
    answer = _ask(account, "resume")
    if (ended := answer.pause) is not None:
        lasted = times.span(ended.end - ended.started)
        author, reason = clean(ended.author, 200) or "somebody", clean(ended.reason, 200)
        click.echo(f"Repairs are on. They were paused for {lasted} by {author}: {reason}")
    else:
        click.echo("Repairs were not paused.")
    for line in _report(answer):
        click.echo(line)
    if answer.report and answer.report.failed:
        raise click.ClickException("something is still not in order")


@click.group()
def alerts() -> None:
    """Look after the alerts themselves."""


@alerts.command()
@click.pass_obj
def redrive(account: Account) -> None:
    """Have the alert function tell what its dead-letter queue holds, in order, once each."""
    told = Told()
    try:
        done = redrive_alerts(account.client("lambda"), progress=told)
    except AskError as error:
        raise click.ClickException(told.until(str(error))) from error
    click.echo(redriven(done))
    if done.kept or done.more:
        raise click.ClickException("something is still not told")


@click.command("dead-letters")
@click.option("--drain", is_flag=True, help="Remove each once it is shown.")
@click.option(
    "--of",
    "function",
    type=click.Choice(tuple(QUEUES)),
    default="heal",
    show_default=True,
    help="Whose; deliveries are there with count_deliveries, the watcher's with watcher.",
)
@click.pass_obj
def dead_letters(account: Account, drain: bool, function: str) -> None:
    """Show what a function had to give up; the heal function's next run makes up for its own."""
    try:
        for line in read_dead_letters(account.client("lambda"), of=function, drain=drain):
            click.echo(line)
    except AskError as error:
        raise click.ClickException(str(error)) from error


def _ask(account: Account, command: str, **arguments: Any) -> Answer:
    try:
        answer = ask(account.client("lambda"), command, **arguments)
    except AskError as error:
        raise click.ClickException(str(error)) from error
    if answer.did is Did.REFUSED:
        raise click.ClickException(answer.why)
    return answer


def _a_reason(given: str) -> str:
    """Refuse here what the function would refuse."""
    reason = given.strip()
    if not reason:
        raise click.BadParameter("it is empty; everybody who gets alerts reads it")
    if len(reason) > LONGEST_REASON:
        raise click.BadParameter(f"at most {LONGEST_REASON} characters, given: {len(reason)}")
    return reason


def _want_pause(account: Account, minutes: int, reason: str) -> None:
    """Write for how long repairs are to wait where AWS notes who it was; 0 minutes end a pause."""
    try:
        account.client("ssm").put_parameter(
            Name=PAUSE_PARAMETER,
            Description="Trailkeeper: for how many minutes repairs wait, and why",
            Value=json.dumps({"minutes": minutes, "reason": reason}),
            Type="String",
            Overwrite=True,
        )
    except (ClientError, BotoCoreError) as error:
        why = explained(error, account.profile)
        raise click.ClickException(f"{PAUSE_PARAMETER} cannot be written: {why}") from error


def _report(answer: Answer) -> Iterable[str]:
    return show.report(answer.report) if answer.report else ()


def _print(answer: Answer, lines: Iterable[str], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(answer.to_json(), indent=2))
        return
    for line in lines:
        click.echo(line)
