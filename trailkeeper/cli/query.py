"""`trailkeeper query` and `trailkeeper queries`: the questions that ship, asked of any engine."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

import click

from trailkeeper import queries
from trailkeeper.cli import terminal
from trailkeeper.cli.search import (
    FOUND,
    NOTHING,
    PARTLY,
    SearchFailed,
    asks_files,
    engine_of_paths,
    say_nothing_found,
    zone_named,
)
from trailkeeper.queries import Query, QueryError, Span
from trailkeeper.search.errors import SearchError
from trailkeeper.search.output.rows import FORMS, write_rows
from trailkeeper.search.output.writers import terminal_width
from trailkeeper.search.progress import Progress
from trailkeeper.search.question import Question
from trailkeeper.search.times import shown, since, span

if TYPE_CHECKING:
    from trailkeeper.cli.account import Account

VIA = ("auto", "history", "logs", "athena", "files")
LANGUAGES = ("sql", "insights")
_STOPPED = 130
_A_DAY = timedelta(days=1)
_EVER = datetime(1970, 1, 1, tzinfo=UTC)

Rows = Sequence[dict[str, str]]


@click.command(name="queries")
@click.option("--output", type=click.Choice(FORMS), default="table", show_default=True)
def list_queries(output: str) -> None:
    """List the questions that ship, with their parameters."""
    rows = [
        {
            "name": name,
            "asks": query.title,
            "parameters": ", ".join(
                f"{each.name} (must be given)" if each.required else f"{each.name}={each.default}"
                for each in query.parameters
            ),
        }
        for name, query in queries.library().items()
    ]
    columns = ("name", "asks", "parameters")
    _print(rows, columns, output)


@click.command()
@click.argument("name")
@click.option("--param", "given", multiple=True, help="A parameter: bucket=my-bucket, limit=20.")
@click.option("--since", help="From when on; without it a day back, from files everything.")
@click.option("--until", help="Until when, as --since; a day is meant with all its hours.")
@click.option("--around", help="A time; the span is --window before and after it.")
@click.option("--window", help="With --around: 30m (the default), 2h.")
@click.option("--zone", default="UTC", show_default=True, help="Of times without one.")
@click.option("--via", type=click.Choice(VIA), default="auto", show_default=True)
@click.option("--path", "paths", multiple=True, help="Log files, or a folder of them.")
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default="sql",
    show_default=True,
    help="Which twin is run here, over files and history.",
)
@click.option("--output", type=click.Choice(FORMS), default="table", show_default=True)
@click.pass_context
def query(
    context: click.Context,
    /,
    *,
    name: str,
    given: Sequence[str],
    since: str | None,
    until: str | None,
    around: str | None,
    window: str | None,
    zone: str,
    via: str,
    paths: Sequence[str],
    language: str,
    output: str,
) -> None:
    """Ask a question that ships: trailkeeper queries lists them.

    The exit code is 0 when something was found, 1 when nothing was, 2 after an error, 3 when part
    of the input could not be read.
    """
    progress = Progress()
    try:
        asked = queries.find(name)
        here = zone_named(zone)
        now = datetime.now(UTC)
        times = span(since, until, around, window, now=now, zone=here)
        values = _values(asked, given, now, here)
        asked.values(values)
        asking = _Asking(asked, values, times, now, language)
        rows, problems = (
            asking.of_files(paths, progress)
            if asks_files(via, paths)
            else asking.of_account(context.obj, via, progress)
        )
    except (SearchError, QueryError) as error:
        progress.clear()
        raise SearchFailed(str(error)) from error
    except click.ClickException as error:
        # What is wrong with the account, such as no region: an error, too, and not "nothing found".
        progress.clear()
        raise SearchFailed(error.message) from error
    except KeyboardInterrupt:
        progress.clear()
        click.echo("Stopped.", err=True)
        context.exit(_STOPPED)
    progress.clear()
    _print(rows, asked.columns, output)
    if not rows:
        say_nothing_found(output)
    context.exit(PARTLY if problems else FOUND if rows else NOTHING)


def _print(rows: Rows, columns: Sequence[str], form: str) -> None:
    out = terminal.output(form)
    try:
        write_rows(rows, columns, form, out, terminal=terminal_width(sys.stdout))
        out.flush()
    except BrokenPipeError:
        # Whoever reads has read enough (head); nothing of it is an error.
        sys.stdout = None
    except OSError as error:
        sys.stdout = None
        raise SearchFailed(f"The answers cannot be written: {error.strerror or error}.") from error


@dataclass(frozen=True)
class _Asking:
    """A query with its values and its span."""

    query: Query
    values: dict[str, str]
    times: tuple[datetime | None, datetime | None]
    now: datetime
    language: str

    def of_files(self, paths: Sequence[str], progress: Progress) -> tuple[Rows, int]:
        first, end = self.times
        # Until tomorrow: clocks differ, and a file has no event from later on.
        whole = Span(first or _EVER, end or self.now + _A_DAY)
        return self._here(engine_of_paths(paths, progress), whole)

    def of_account(self, account: Account, via: str, progress: Progress) -> tuple[Rows, int]:
        from trailkeeper.cli.engines import Engines

        first, end = self.times
        until = end or self.now + timedelta(seconds=1)
        asked = Span(first or until - _A_DAY, until)
        engines = Engines(account, progress)
        if first is None:
            engines.tell(f"Asking about a day, from {shown(asked.since)} on; --since says more.")
        question = Question(since=asked.since, until=asked.until)
        chosen = engines.choose(question) if via == "auto" else via
        if chosen == "history":
            return self._here(engines.history(question), asked)
        if chosen == "logs":
            logs = engines.logs()
            logs.span(asked.since, asked.until)
            text = self.query.in_insights(self.values, asked)
            return logs.rows(text, asked.since, asked.until), 0
        return list(engines.athena().rows(self.query.in_athena(self.values, asked))), 0

    def _here(self, engine: Any, asked: Span) -> tuple[Rows, int]:
        from trailkeeper.search.named import rows_in_athena, rows_in_insights

        events = engine.search(Question(since=asked.since, until=asked.until))
        run = rows_in_insights if self.language == "insights" else rows_in_athena
        return run(self.query, self.values, asked, events), engine.problems


def _values(asked: Query, given: Sequence[str], now: datetime, zone: tzinfo) -> dict[str, str]:
    """The values given, times as the query takes them."""
    times = {each.name for each in asked.parameters if each.type == "time"}
    values = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals:
            raise SearchError(f"--param {each!r:.120} has no value. Allowed: name=value.")
        name = name.strip().replace("-", "_")
        values[name] = shown(since(value, now, zone)) if name in times else value
    return values
