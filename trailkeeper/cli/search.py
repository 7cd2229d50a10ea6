"""`trailkeeper search`: one question, answered by whatever holds the answer."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from trailkeeper.cli import terminal
from trailkeeper.search.errors import SearchError
from trailkeeper.search.output.writers import FORMS, terminal_width, writer
from trailkeeper.search.progress import Progress
from trailkeeper.search.question import Question
from trailkeeper.search.times import span

if TYPE_CHECKING:
    from datetime import tzinfo

    from trailkeeper.cli.account import Account
    from trailkeeper.search.engine import Engine
    from trailkeeper.search.files.engine import FilesEngine

FOUND, NOTHING, ERROR, PARTLY = 0, 1, 2, 3
_STOPPED = 130
_VIA = ("auto", "history", "logs", "athena", "files")


class SearchFailed(click.ClickException):
    """When a question cannot be answered; nothing found is not that."""

    exit_code = ERROR


@click.command()
@click.option("--event", "events", multiple=True, help="Names of calls: RunInstances,Stop*.")
@click.option("--user", "users", multiple=True, help="A user, a role, a session, or root.")
@click.option("--principal", "principals", multiple=True, help="An ARN, a unique id or a service.")
@click.option("--access-key", "access_keys", multiple=True, help="An access key id.")
@click.option("--resource", "resources", multiple=True, help="A name, id or ARN in the call.")
@click.option("--source", "sources", multiple=True, help="A service: ec2, s3.amazonaws.com.")
@click.option("--ip", "ips", multiple=True, help="An address, a network or a service.")
@click.option("--region", "regions", multiple=True, help="A region: eu-central-1, us-*.")
@click.option("--account", "accounts", multiple=True, help="An account: 12 digits.")
@click.option("--errors", is_flag=True, help="Only calls that failed.")
@click.option("--denied", is_flag=True, help="Only calls refused for want of a right.")
@click.option("--since", help="From when on: 2h, 7d, 2026-11-26, 2026-11-26T08:30Z, yesterday.")
@click.option("--until", help="Until when, as --since; a day is meant with all its hours.")
@click.option("--around", help="A time; the span is --window before and after it.")
@click.option("--window", help="With --around: 30m (the default), 2h.")
@click.option("--zone", default="UTC", show_default=True, help="Of times without one.")
@click.option("--limit", type=int, help="Only the newest so many, newest first.")
@click.option("--count-by", help="Count by columns instead: event or source,event,error.")
@click.option("--via", type=click.Choice(_VIA), default="auto", show_default=True)
@click.option("--path", "paths", multiple=True, help="Log files, or a folder of them.")
@click.option("--output", type=click.Choice(FORMS), default="table", show_default=True)
@click.pass_context
def search(
    context: click.Context,
    /,
    *,
    since: str | None,
    until: str | None,
    around: str | None,
    window: str | None,
    zone: str,
    count_by: str | None,
    via: str,
    paths: Sequence[str],
    output: str,
    **filters: Any,
) -> None:
    """Find out who did what, when, and to which resource.

    A filter that is given more than once wants any of its values; different filters must all
    hold. Texts may have * and ?. The exit code is 0 when something was found, 1 when nothing was,
    2 after an error, 3 when part of the input could not be read.
    """
    progress = Progress()
    try:
        first, end = span(
            since, until, around, window, now=datetime.now(UTC), zone=zone_named(zone)
        )
        question = Question.of(since=first, until=end, **filters)
        engine = _engine(context.obj, via, paths, question, progress)
        if count_by is not None:
            found = _count(engine, question, count_by, output)
        else:
            found = _write(engine.search(question), output, progress)
    except SearchError as error:
        progress.clear()
        raise SearchFailed(str(error)) from error
    except BrokenPipeError:
        # Whoever read has read enough (head); nothing of it is an error.
        sys.stdout = None
        context.exit(FOUND)
    except OSError as error:
        progress.clear()
        sys.stdout = None
        raise SearchFailed(f"The answers cannot be written: {error.strerror or error}.") from error
    except click.ClickException as error:
        # What is wrong with the account, such as no region: an error, too, and not "nothing found".
        progress.clear()
        raise SearchFailed(error.message) from error
    except KeyboardInterrupt:
        progress.clear()
        click.echo("Stopped.", err=True)
        context.exit(_STOPPED)
    progress.clear()
    if not found:
        say_nothing_found(output)
    context.exit(PARTLY if engine.problems else FOUND if found else NOTHING)


def say_nothing_found(form: str) -> None:
    """Tell a person that the answer is empty; a program has the exit code."""
    if form == "table":
        click.echo("Nothing found.", err=True)


def _write(events: Iterator[Any], form: str, progress: Progress) -> bool:
    out = terminal.output(form)
    to = writer(form, out, terminal=terminal_width(sys.stdout))
    live = out.isatty()
    found = False
    for event in events:
        if not found or live:
            progress.clear()
        to.write(event)
        if not found or live:
            out.flush()  # the first answer at once, also into a pipe
        found = True
    to.end()
    out.flush()
    return found


def _count(engine: Any, question: Question, count_by: str, form: str) -> bool:
    from dataclasses import replace

    from trailkeeper.search.files.counting import checked
    from trailkeeper.search.output.counts import write_counts

    columns = checked([each.strip() for each in count_by.split(",") if each.strip()])
    everything = replace(question, limit=None)
    if hasattr(engine, "count"):
        counted = engine.count(everything, columns)
    else:
        rows = (event.row() for event in engine.search(everything))
        counted = Counter(tuple(row[each] for each in columns) for row in rows)
    ranked = sorted(counted.items(), key=lambda each: (-each[1], each[0]))[: question.limit]
    out = terminal.output(form)
    write_counts(ranked, columns, form, out)
    out.flush()
    return bool(ranked)


def _engine(
    account: Account, via: str, paths: Sequence[str], question: Question, progress: Progress
) -> Engine:
    if asks_files(via, paths):
        return engine_of_paths(paths, progress)
    from trailkeeper.cli.engines import Engines

    return Engines(account, progress).of(via, question)


def asks_files(via: str, paths: Sequence[str]) -> bool:
    """Whether files are asked and not AWS.

    Raises:
        SearchError: files were named for an engine that reads none, or none for the one that does.
    """
    if paths and via not in ("auto", "files"):
        raise SearchError(f"--path is for log files: leave it out, or --via {via}.")
    if via == "files" and not paths:
        raise SearchError("--via files needs --path: a folder of log files, or a file.")
    return bool(paths)


def engine_of_paths(paths: Sequence[str], progress: Progress) -> Engine:
    """The engine for what the paths name: log files, or an export of them."""
    if any(each.endswith(".parquet") for each in paths):
        from trailkeeper.search.parquet import ParquetEngine

        return ParquetEngine(paths)
    return files_engine(paths, progress)


def files_engine(paths: Sequence[str], progress: Progress) -> FilesEngine:
    """The engine for log files; what cannot be read is told on standard error at once."""
    from trailkeeper.search.files import inflate
    from trailkeeper.search.files.engine import FilesEngine

    if not inflate.FAST:
        hint = "Reading with the standard library: pip install 'trailkeeper[fast]' halves the time."
        click.echo(hint, err=True)

    def problem(path: str, what: str) -> None:
        from trailkeeper.search.output.untrusted import visible

        progress.clear()
        click.echo(visible(f"{path}: {what}"), err=True)

    return FilesEngine(paths, problem=problem, progress=progress.advance)


def zone_named(name: str) -> tzinfo:
    """The time zone of a name that a person typed."""
    if name == "UTC":
        return UTC
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SearchError(
            f"--zone {name!r} is no time zone. Allowed: UTC, Europe/Berlin, Asia/Seoul and so on."
        ) from error
