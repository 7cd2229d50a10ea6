"""The engines of the account that a command is about, and which of them to ask."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from trailkeeper.cli.account import Account
from trailkeeper.evidence.names import DATABASE, LOG_GROUP, WORK_GROUP, Names
from trailkeeper.search.errors import SearchError
from trailkeeper.search.question import Question
from trailkeeper.search.remote.calling import plainly

if TYPE_CHECKING:
    from trailkeeper.search.choosing import Places, Via
    from trailkeeper.search.progress import Progress
    from trailkeeper.search.remote.athena import AthenaEngine
    from trailkeeper.search.remote.history import HistoryEngine
    from trailkeeper.search.remote.logs import LogsEngine

_MOST_LISTINGS = 40


class Engines:
    """Makes the engines that ask AWS; what they cost is told on standard error."""

    def __init__(self, account: Account, progress: Progress) -> None:
        self._account = account
        self._progress = progress

    def tell(self, line: str) -> None:
        """Say a line beside the answers."""
        self._progress.clear()
        click.echo(line, err=True)

    def of(self, via: str, question: Question) -> HistoryEngine | LogsEngine | AthenaEngine:
        """The engine that was chosen, or with `auto` the one to choose.

        Raises:
            SearchError: it is not there, or the account cannot be asked.
        """
        if via == "auto":
            via = self.choose(question)
        if via == "history":
            return self.history(question)
        return self.logs() if via == "logs" else self.athena()

    def choose(self, question: Question) -> Via:
        """The cheapest engine that covers the span, told with its reason."""
        from trailkeeper.search.choosing import choose

        now = datetime.now(UTC)
        choice = choose(question, self._places(question, now), now)
        self.tell(choice.reason)
        return choice.via

    def history(self, question: Question) -> HistoryEngine:
        from trailkeeper.search.remote.history import HistoryEngine

        return HistoryEngine(
            lambda region: self._account.patient_client("cloudtrail", region),
            self._regions(question),
            tell=self.tell,
            progress=self._counted(),
        )

    def logs(self) -> LogsEngine:
        from trailkeeper.search.remote.logs import LogsEngine

        group = self._log_group()
        if group is None:
            raise SearchError(
                f"There is no log group {LOG_GROUP} in {self._region()}. "
                "Ask --via history, or choose the home region with trailkeeper --region."
            )
        return LogsEngine(
            self._account.patient_client("logs"),
            LOG_GROUP,
            created=_created(group),
            oldest=_kept_since(group, datetime.now(UTC)),
            tell=self.tell,
            sleep=self._waiting("Logs Insights"),
        )

    def athena(self) -> AthenaEngine:
        from trailkeeper.search.remote.athena import AthenaEngine

        if not self._has_work_group():
            raise SearchError(
                f"There is no Athena work group {WORK_GROUP} in {self._region()}: deploy "
                "TrailkeeperSearch, or choose the home region with trailkeeper --region."
            )
        return AthenaEngine(
            self._account.patient_client("athena"),
            work_group=WORK_GROUP,
            database=DATABASE,
            tell=self.tell,
            sleep=self._waiting("Athena"),
        )

    def _counted(self) -> Callable[[int, int], None]:
        """Shows how many calls were made and how many events they brought."""
        calls = events = 0

        def advance(more_calls: int, more_events: int) -> None:
            nonlocal calls, events
            calls, events = calls + more_calls, events + more_events
            self._progress.note(f"event history: {calls:,} calls, {events:,} events")

        return advance

    def _waiting(self, place: str) -> Callable[[float], None]:
        """Waits, and shows for how long AWS has been at work."""
        began = time.monotonic()

        def sleep(seconds: float) -> None:
            time.sleep(seconds)
            self._progress.note(f"{place} is at work: {time.monotonic() - began:.0f} s")

        return sleep

    def _places(self, question: Question, now: datetime) -> Places:
        from trailkeeper.search.choosing import Places

        group = self._log_group()
        oldest = max(_created(group), _kept_since(group, now)) if group else None
        days = max((now - oldest) / timedelta(days=1), 0.05) if oldest else 1.0
        stored = float(group.get("storedBytes", 0)) if group else 0.0
        weight = self._weight(question, now) if self._has_work_group() else None
        return Places(len(self._regions(question)), oldest, stored / days, weight)

    def _region(self) -> str:
        return str(self._account.session.region_name or "no region")

    def _regions(self, question: Question) -> Sequence[str]:
        exact = [each for each in question.regions if "*" not in each and "?" not in each]
        if exact and len(exact) == len(question.regions):
            return exact
        with plainly("The list of regions", "ec2:DescribeRegions"):
            found = self._account.patient_client("ec2").describe_regions()["Regions"]
        return sorted(each["RegionName"] for each in found)

    def _log_group(self) -> dict[str, Any] | None:
        with plainly("CloudWatch Logs", "logs:DescribeLogGroups"):
            logs = self._account.patient_client("logs")
            found = logs.describe_log_groups(logGroupNamePrefix=LOG_GROUP)["logGroups"]
        return next((dict(each) for each in found if each["logGroupName"] == LOG_GROUP), None)

    def _has_work_group(self) -> bool:
        with plainly("Athena", "athena:ListWorkGroups"):
            pages = self._account.patient_client("athena").list_work_groups()
        return any(each["Name"] == WORK_GROUP for each in pages["WorkGroups"])

    def _weight(self, question: Question, now: datetime) -> float:
        """What the log files of the span weigh, from a sample of their folders."""
        with plainly("The log bucket", "s3:ListBucket"):
            identity = self._account.patient_client("sts").get_caller_identity()
            partition = identity["Arn"].split(":")[1]
            names = Names(partition, self._region(), identity["Account"], "")
            bucket = self._account.patient_client("s3")
            folder = f"AWSLogs/{identity['Account']}/CloudTrail/"
            listed = bucket.list_objects_v2(
                Bucket=names.log_bucket, Prefix=folder, Delimiter="/"
            ).get("CommonPrefixes", [])
            regions = [each["Prefix"] for each in listed]
            since = question.since or now - timedelta(days=365)
            days = max(1, ((question.until or now) - since).days + 1)
            places = [
                f"{region}{since + timedelta(days=day):%Y/%m/%d}/"
                for day in range(days)
                for region in regions
            ]
            sample = places[:: max(1, len(places) // _MOST_LISTINGS)]
            weight = 0.0
            for prefix in sample:
                answer = bucket.list_objects_v2(Bucket=names.log_bucket, Prefix=prefix)
                weight += sum(each["Size"] for each in answer.get("Contents", []))
        return weight * len(places) / len(sample) if sample else 0.0


def _created(group: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(group["creationTime"] / 1000, UTC).replace(microsecond=0)


def _kept_since(group: dict[str, Any], now: datetime) -> datetime:
    days = group.get("retentionInDays")
    return now - timedelta(days=days) if days else datetime.fromtimestamp(0, UTC)
