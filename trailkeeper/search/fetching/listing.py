"""Which objects of a log bucket a span needs, with few requests: pruned by the key alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from trailkeeper.search.errors import SearchError
from trailkeeper.search.files.walk import EARLY, LATE, stamp
from trailkeeper.search.question import Question
from trailkeeper.search.wildcard import any_of

LOGS, DIGESTS = "CloudTrail", "CloudTrail-Digest"
_RIGHTS = {
    "ListObjectsV2": "s3:ListBucket on the bucket",
    "GetObject": "s3:GetObject on its objects (and kms:Decrypt on its key)",
    "ListPublicKeys": "cloudtrail:ListPublicKeys",
}


@dataclass(frozen=True, slots=True)
class Stored:
    """An object in the bucket: its key and its size in bytes."""

    key: str
    size: int


class Bucket:
    """A log bucket, through an S3 client; `prefix` is what the trail puts before AWSLogs/."""

    def __init__(self, client: Any, name: str, prefix: str = "") -> None:
        self.client = client
        self.name = name
        self._root = f"{prefix.strip('/')}/AWSLogs/" if prefix.strip("/") else "AWSLogs/"

    def objects(self, question: Question, kind: str) -> Iterator[Stored]:
        """The log files (LOGS) or digest files (DIGESTS) that a question needs, day by day.

        Raises:
            SearchError: the bucket is not there, or a right is missing.
        """
        account = any_of(question.accounts) if question.accounts else None
        region = any_of(question.regions) if question.regions else None
        for folder in self._accounts():
            name = folder.rstrip("/").rpartition("/")[2]
            if account is None or account(name):
                for place in self._folders(f"{folder}{kind}/"):
                    if region is None or region(place.rstrip("/").rpartition("/")[2]):
                        yield from self._of_region(place, question, kind)

    def wants(self, key: str, question: Question) -> bool:
        """Whether a key is that of a log file that a question needs, wherever it was heard of."""
        parts = key.removeprefix(self._root).split("/")
        if not key.startswith(self._root) or LOGS not in parts[:-1]:
            return False
        place = parts.index(LOGS)
        account, region = parts[place - 1], parts[place + 1]
        return (
            (not question.accounts or any_of(question.accounts)(account))
            and (not question.regions or any_of(question.regions)(region))
            and _in_span(key, *_edges(question, LOGS))
        )

    def _accounts(self) -> Iterator[str]:
        for folder in self._folders(self._root):
            if folder.rstrip("/").rpartition("/")[2].startswith("o-"):
                yield from self._folders(folder)  # of an organization
            else:
                yield folder

    def _of_region(self, place: str, question: Question, kind: str) -> Iterator[Stored]:
        first, last = _edges(question, kind)
        # Keys sort by day, so a listing can begin at the first day and stop behind the last.
        after = f"{place}{first:%Y/%m/%d}" if first else place
        end = f"{place}{last:%Y/%m/%d}/~" if last else "~"
        for each in self._pages(Prefix=place, StartAfter=after):
            for found in each.get("Contents", ()):
                if found["Key"] > end:
                    return
                if _in_span(found["Key"], first, last):
                    yield Stored(found["Key"], found["Size"])

    def _folders(self, prefix: str) -> Iterator[str]:
        for page in self._pages(Prefix=prefix, Delimiter="/"):
            yield from (each["Prefix"] for each in page.get("CommonPrefixes", ()))

    def _pages(self, **request: str) -> Iterator[dict[str, Any]]:
        pages = self.client.get_paginator("list_objects_v2")
        with refused(f"the bucket {self.name}"):
            yield from pages.paginate(Bucket=self.name, **request)


def _edges(question: Question, kind: str) -> tuple[datetime | None, datetime | None]:
    """Between which times files were delivered that a question needs."""
    # A digest file comes up to an hour after the log files that it lists.
    late = LATE if kind == LOGS else LATE + timedelta(hours=1)
    return (
        question.since - EARLY if question.since else None,
        question.until + late if question.until else None,
    )


def _in_span(key: str, first: datetime | None, last: datetime | None) -> bool:
    when = stamp(key) or delivered_digest(key)[:13]
    if not when:
        return False
    return (first is None or when >= f"{first.astimezone(UTC):%Y%m%dT%H%M}") and (
        last is None or when <= f"{last.astimezone(UTC):%Y%m%dT%H%M}"
    )


def delivered_digest(key: str) -> str:
    """The time in the name of a digest file, as YYYYMMDDTHHMMSSZ; empty in another name."""
    name = key.rpartition("/")[2]
    when = name.removesuffix(".json.gz").rpartition("_")[2]
    return when if "_CloudTrail-Digest_" in name and len(when) == 16 else ""


@contextmanager
def refused(what: str) -> Iterator[None]:
    """Say in one line which right is missing, or what is not there, when AWS refuses to read.

    Raises:
        SearchError: in place of every error of AWS.
    """
    # Late: everything of AWS is slow to import.
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in ("AccessDenied", "AccessDeniedException", "403"):
            right = _RIGHTS.get(error.operation_name, error.operation_name)
            raise SearchError(f"You may not read {what}: that needs {right}.") from error
        if code in ("NoSuchBucket", "NoSuchKey", "404"):
            raise SearchError(f"It is not there: {what}.") from error
        if code == "InvalidObjectState":
            raise SearchError(f"{what} is archived: restore it first.") from error
        raise SearchError(f"AWS refused to read {what}: {error}") from error
    except BotoCoreError as error:
        raise SearchError(f"AWS cannot be asked for {what}: {error}") from error
