"""`trailkeeper fetch`: the log files of a span, from the bucket to disk, and whether they hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trailkeeper.cli.account import Account
from trailkeeper.cli.search import FOUND, NOTHING, PARTLY, SearchFailed, zone_named
from trailkeeper.search.errors import SearchError
from trailkeeper.search.output.untrusted import visible
from trailkeeper.search.progress import Progress
from trailkeeper.search.question import Question
from trailkeeper.search.times import span

if TYPE_CHECKING:
    from trailkeeper.search.fetching.listing import Bucket
    from trailkeeper.search.fetching.verify import Report

_SHOWN = 20


@click.command()
@click.option("--since", required=True, help="From when on: 2h, 7d, 2026-11-26, yesterday.")
@click.option("--until", help="Until when, as --since; by default now.")
@click.option("--zone", default="UTC", show_default=True, help="Of times without one.")
@click.option("--region", "regions", multiple=True, help="Only of a region: eu-central-1, us-*.")
@click.option("--account", "accounts", multiple=True, help="Only of an account: 12 digits.")
@click.option("--bucket", help="The log bucket; by default that of Trailkeeper.")
@click.option("--prefix", default="", help="What stands before AWSLogs/ in the bucket.")
@click.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="The folder for the files; what is there already is not fetched again.",
)
@click.option("--verify", is_flag=True, help="Check them against CloudTrail's signed digests.")
@click.pass_context
def fetch(
    context: click.Context,
    /,
    *,
    since: str,
    until: str | None,
    zone: str,
    regions: Sequence[str],
    accounts: Sequence[str],
    bucket: str | None,
    prefix: str,
    folder: Path,
    verify: bool,
) -> None:
    """Bring the log files of a span to disk, to search them there as often as you like.

    Stopped in the middle it goes on where it was. The exit code is 0 when all is well, 1 when the
    span has no files, 2 after an error, 3 when a file could not be had or does not hold.
    """
    account: Account = context.obj
    progress = Progress()
    try:
        first, end = span(since, until, now=datetime.now(UTC), zone=zone_named(zone))
        question = Question.of(since=first, until=end, regions=regions, accounts=accounts)
        source = _bucket(account, bucket, prefix)
        code = _fetch(source, question, folder, progress)
        if verify and code in (FOUND, PARTLY):
            code = max(code, _verify(account, source, question, folder))
    except SearchError as error:
        progress.clear()
        raise SearchFailed(str(error)) from error
    context.exit(code)


def _bucket(account: Account, name: str | None, prefix: str) -> Bucket:
    from trailkeeper.search.fetching.listing import Bucket

    if name is None:
        from trailkeeper.cli.deployed import DeployedError, deployed

        try:
            functions = deployed(account.client("lambda"))
        except DeployedError as error:
            raise SearchError(f"Which bucket? Say --bucket NAME: {error}.") from error
        name = functions.heal.baseline.names.log_bucket
    return Bucket(account.patient_client("s3"), name, prefix)


def _fetch(source: Bucket, question: Question, folder: Path, progress: Progress) -> int:
    from trailkeeper.search.fetching.download import fetch as download
    from trailkeeper.search.fetching.listing import LOGS

    new = new_bytes = there = lost = 0
    for each in download(source, source.objects(question, LOGS), folder):
        progress.advance(1, each.size)
        if each.problem:
            progress.clear()
            lost += 1
            click.echo(visible(f"{each.key}: {each.problem}"), err=True)
        elif each.new:
            new, new_bytes = new + 1, new_bytes + each.size
        else:
            there += 1
    progress.clear()
    if not new + there + lost:
        click.echo(f"The bucket {source.name} has no log files of this span.", err=True)
        return NOTHING
    click.echo(
        f"{new:,} files ({new_bytes / 1e6:,.1f} MB) fetched, {there:,} were there"
        + (f", {lost:,} could not be had." if lost else ".")
    )
    return PARTLY if lost else FOUND


def _verify(account: Account, source: Bucket, question: Question, folder: Path) -> int:
    from trailkeeper.search.fetching.listing import LOGS
    from trailkeeper.search.fetching.public_keys import PublicKeys
    from trailkeeper.search.fetching.verify import verify

    keys = PublicKeys(lambda region: account.patient_client("cloudtrail", region))
    fetched = [each.key for each in source.objects(question, LOGS)]
    report = verify(source, question, fetched, folder, keys)
    for line in _lines(report):
        click.echo(visible(line))
    return FOUND if report.in_order else PARTLY


def _lines(report: Report) -> list[str]:
    lines = [f"{report.genuine:,} log files are genuine, by {report.digests:,} signed digests."]
    for word, found in (
        ("missing", report.missing),
        ("altered", report.altered),
        ("unverifiable", report.unverifiable),
    ):
        lines.extend(f"{word.upper()} {key}: {why}" for key, why in found[:_SHOWN])
        if len(found) > _SHOWN:
            lines.append(f"... and {len(found) - _SHOWN:,} more {word}.")
    return lines
