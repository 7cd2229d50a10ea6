"""`trailkeeper drill`: stop the real trail on purpose, and see it healed and told."""

from __future__ import annotations

import sys
from datetime import timedelta

import click
from botocore.exceptions import BotoCoreError, ClientError

from trailkeeper.cli import times
from trailkeeper.cli.account import Account, explained
from trailkeeper.cli.deployed import DeployedError, Functions, deployed
from trailkeeper.cli.drill import DrillError, Interrupted, Trail, run_drill, run_test
from trailkeeper.cli.reach import channels_of
from trailkeeper.cli.timeline import Timeline

IN_TIME, NOT_IN_TIME, COULD_NOT_RUN = 0, 1, 2
# Beside the next look: the time that CloudTrail's event, the repair and the mail may take.
_MARGIN = timedelta(minutes=2)


class CannotRunError(click.ClickException):
    """When there was no drill; one line for the user."""

    exit_code = COULD_NOT_RUN


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask; without a terminal there is no other way.")
@click.option("--dry", is_flag=True, help="Stop nothing: send a test alert through every channel.")
@click.option(
    "--wait",
    type=click.IntRange(1, 3600),
    help="How many seconds it may take until all is healed and told; by default, until the next "
    "look of the schedule and two minutes more.",
)
@click.pass_context
def drill(context: click.Context, yes: bool, dry: bool, wait: int | None) -> None:
    """Stop the real trail on purpose, and measure until it is healed and everybody is told.

    Everybody who gets alerts is told beforehand. Whatever happens, the trail logs when this ends.
    Ends with 0 if it was healed and told in time, 1 if not, 2 if there could be no drill.
    """
    account: Account = context.obj
    timeline = Timeline(sys.stdout)
    try:
        functions = deployed(account.patient_client("lambda"))
        trail = Trail.of(account, functions.heal.baseline.names)
        limit = timedelta(seconds=wait) if wait else _limit(functions)
        channels = channels_of(functions.alert)
        if dry:
            in_time = run_test(trail, timeline, channels, limit)
        else:
            _ask(trail, limit, yes=yes)
            in_time = run_drill(trail, timeline, channels, limit)
    except (ClientError, BotoCoreError) as error:
        raise CannotRunError(explained(error, account.profile)) from error
    except (DrillError, DeployedError) as error:
        raise CannotRunError(str(error)) from error
    except Interrupted:
        in_time = False
    context.exit(IN_TIME if in_time else NOT_IN_TIME)


def _limit(functions: Functions) -> timedelta:
    return timedelta(minutes=functions.heal.reconcile_minutes) + _MARGIN


def _is_terminal() -> bool:
    return sys.stdin.isatty()


def _ask(trail: Trail, limit: timedelta, *, yes: bool) -> None:
    if yes:
        return
    if not _is_terminal():
        raise CannotRunError(
            "a drill stops the real trail, and there is no terminal to ask you on: give --yes"
        )
    names = trail.names
    question = (
        f"This stops the trail {names.trail} of account {names.account} on purpose: for seconds if "
        f"all is well, and for {times.span(limit)} at most. Calls made meanwhile are not recorded. "
        "Go on?"
    )
    try:
        agreed = click.confirm(question)
    except click.Abort:
        agreed = False
    if not agreed:
        raise CannotRunError("nothing was stopped")
