"""`trailkeeper doctor`: find what is wrong with a deployed account, and say how to put it right."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import click
from botocore.exceptions import BotoCoreError, ClientError

from trailkeeper.cli.account import Account, explained
from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.examine import Examined, examine
from trailkeeper.cli.doctor.findings import FINDINGS
from trailkeeper.cli.doctor.place import BlindError, find
from trailkeeper.cli.doctor.report import Whom, lines, to_json

HEALTHY, FOUND, BLIND = 0, 1, 2


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> None:
    """Check a deployed account, and print each finding with its fix.

    Changes nothing. Ends with 0 if all is well, 1 if something has to be put right, 2 if it could
    not look at everything.
    """
    account: Account = context.obj
    try:
        deployment = Deployment(account, find(account), datetime.now(UTC))
        examined = examine(deployment, FINDINGS)
    except (ClientError, BotoCoreError) as error:
        raise BlindError(explained(error, account.profile)) from error
    whom = Whom(account.region, account.profile)
    if as_json:
        click.echo(json.dumps(to_json(examined, deployment, whom), indent=2))
    else:
        for line in lines(examined, deployment, whom):
            click.echo(line)
    context.exit(code(examined))


def code(examined: Examined) -> int:
    """The exit code."""
    if examined.found:
        return FOUND
    return BLIND if examined.unseen else HEALTHY
