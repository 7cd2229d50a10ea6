"""`trailkeeper versions`: list what the functions have published, go back, and clean up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC

import click
from botocore.exceptions import BotoCoreError, ClientError

from trailkeeper.cli import times
from trailkeeper.cli.account import Account, explained
from trailkeeper.cli.versions import FUNCTIONS, VersionsError, all_published, prune, roll_back

# Enough to go back over a bad week of deploys.
_KEPT = 5
_SHOWN_OF_A_HASH = 12

_function = click.argument("function", type=click.Choice(FUNCTIONS))


@click.group(invoke_without_command=True)
@click.pass_context
def versions(context: click.Context) -> None:
    """List the published versions of the functions; go back to one, remove old ones."""
    if context.invoked_subcommand is not None:
        return
    account: Account = context.obj
    with _in_one_line(account):
        found = list(all_published(account.client("lambda")))
    for known in found:
        click.echo(known.function)
        for each in known.versions:
            runs = "  runs" if each.number == known.live else ""
            at = times.at(each.published, UTC)
            click.echo(f"  {each.number:>4}  {at}  code {each.code[:_SHOWN_OF_A_HASH]}{runs}")


@versions.command()
@_function
@click.option("--to", type=click.IntRange(1), help="Which version; by default the one before.")
@click.pass_obj
def rollback(account: Account, function: str, to: int | None) -> None:
    """Let an older version of a function run, until the next deploy."""
    functions = account.client("lambda")
    with _in_one_line(account):
        before, after = roll_back(functions, function, to)
    click.echo(f"{function} runs version {after}; it was {before}.")
    click.echo("The next deploy that changes code or settings lets a new version run.")


@versions.command("prune")
@click.option(
    "--keep",
    type=click.IntRange(1),
    default=_KEPT,
    show_default=True,
    help="How many of each function stay; the one that runs always does.",
)
@click.pass_obj
def prune_old(account: Account, keep: int) -> None:
    """Remove old versions of the functions."""
    functions = account.client("lambda")
    with _in_one_line(account):
        for known in all_published(functions):
            gone = prune(functions, known, keep)
            click.echo(f"{known.function}: {gone} removed, {len(known.versions) - gone} left.")


@contextmanager
def _in_one_line(account: Account) -> Iterator[None]:
    try:
        yield
    except VersionsError as error:
        raise click.ClickException(str(error)) from error
    except (ClientError, BotoCoreError) as error:
        raise click.ClickException(explained(error, account.profile)) from error
