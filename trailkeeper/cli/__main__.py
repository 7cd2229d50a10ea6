"""`trailkeeper`: look after the guard of a deployed account, and find out what happened."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

import click

from trailkeeper.cli import terminal
from trailkeeper.cli.account import Account
from trailkeeper.cli.lazy import Lazily, LazyGroup

# Name, where the command is, and the first line of its help: the help of all is shown without
# importing any of them.
COMMANDS = (
    Lazily("status", "guard:status", "Show who can be reached, drift now and the last heals."),
    Lazily("doctor", "doctor.command:doctor", "Find what is wrong, and how to put it right."),
    Lazily("drill", "drill_command:drill", "Stop the trail on purpose, see it healed and told."),
    Lazily("reconcile", "guard:reconcile", "Compare everything with the baseline, and repair it."),
    Lazily("pause", "guard:pause", "Stop repairs other than logging for a planned change."),
    Lazily("resume", "guard:resume", "End a pause now, and repair what differs."),
    Lazily(
        "preview", "preview_command:preview", "Show what would be sent for an event. Sends nothing."
    ),
    Lazily("cost", "cost:cost", "Show what a month costs, item by item."),
    Lazily("scp", "scp:scp", "Print service control policies for an organization."),
    Lazily("dead-letters", "guard:dead_letters", "Show what the heal function had to give up."),
    Lazily("alerts", "guard:alerts", "Look after the alerts themselves."),
    Lazily(
        "versions",
        "versions_command:versions",
        "List the published versions of the functions; go back to one, remove old ones.",
    ),
    Lazily("search", "search:search", "Find out who did what, when, and to which resource."),
    Lazily("query", "query:query", "Ask a question that ships, of any engine."),
    Lazily("queries", "query:list_queries", "List the questions that ship."),
    Lazily("fetch", "fetch:fetch", "Bring the log files of a span to disk, and verify them."),
    Lazily("export", "export:export", "Write what was found in another form (parquet)."),
)


@click.group(cls=LazyGroup, lazily=COMMANDS)
@click.option("--region", help="The home region; by default the one of your AWS profile.")
@click.option("--profile", help="A profile of your AWS configuration.")
@click.version_option(package_name="trailkeeper")
@click.pass_context
def main(context: click.Context, region: str | None, profile: str | None) -> None:
    """Look after Trailkeeper, the guard of your CloudTrail trail."""
    context.obj = Account(region, profile)


def start() -> NoReturn:
    """The command as a process, which ends as soon as all is written.

    To take an interpreter apart costs a short search a tenth of its time, and nobody needs it.
    """
    code = 0
    terminal.forgive()
    try:
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError:
            code = code or 1
    os._exit(code)


if __name__ == "__main__":
    start()
