"""Which files a question has to read: by account, region and day in the path, in file order.

CloudTrail's keys are AWSLogs/[o-ID/]ACCOUNT/CloudTrail/REGION/YYYY/MM/DD/
ACCOUNT_CloudTrail_REGION_YYYYMMDDTHHmmZ_UNIQUE.json.gz, with the time of the delivery (CloudTrail
User Guide, "CloudTrail log file names").
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from trailkeeper.search.errors import SearchError
from trailkeeper.search.question import Question
from trailkeeper.search.wildcard import any_of

# Events are delivered within minutes; a file that comes later than this is not looked for.
LATE = timedelta(hours=2)
# The time in a name is rounded down, so that it may lie before that of an event in the file.
EARLY = timedelta(minutes=15)

_ENDINGS = (".json.gz", ".json", ".gz", ".jsonl", ".ndjson", ".log", ".txt")
_STAMP = re.compile(r"_(\d{8}T\d{4})Z_[^/]*$")
# These stand beside CloudTrail/ in the bucket, and hold no records of calls.
_BESIDE = frozenset({"CloudTrail-Digest", "CloudTrail-Insight", "CloudTrail-Aggregated"})


class LogFile(NamedTuple):
    """A file to read, and its size in bytes."""

    path: str
    size: int

    @property
    def delivered(self) -> str:
        """The time in the name, as YYYYMMDDTHHMM; empty in a name without one."""
        return stamp(self.path)


def stamp(path: str) -> str:
    """The time of delivery in the name of a log file, as YYYYMMDDTHHMM; empty without one."""
    found = _STAMP.search(path)
    return found[1] if found else ""


class Walk:
    """The log files under some paths, pruned by what a question wants.

    Files come in the order of their paths, byte by byte, so that the answers come as those of
    `find | LC_ALL=C sort`. `skipped` counts the files and folders that were not needed.
    """

    def __init__(self, paths: Sequence[str], question: Question) -> None:
        self._paths = paths
        self._account = any_of(question.accounts) if question.accounts else None
        self._region = any_of(question.regions) if question.regions else None
        first = question.since - EARLY if question.since else None
        last = question.until + LATE if question.until else None
        self._first = first.astimezone(UTC) if first else None
        self._last = last.astimezone(UTC) if last else None
        self.skipped = 0
        self.unreadable: list[tuple[str, str]] = []

    def files(self, *, backwards: bool = False) -> Iterator[LogFile]:
        """Every file that may hold an answer.

        Raises:
            SearchError: a path does not exist.
        """
        for path in reversed(self._paths) if backwards else self._paths:
            try:
                if Path(path).is_dir():
                    yield from self._folder(path.rstrip("/") or "/", _above(path), backwards)
                else:
                    yield LogFile(path, Path(path).stat().st_size)
            except FileNotFoundError:
                raise SearchError(f"--path {path}: there is no such file or folder.") from None
            except OSError as error:
                raise SearchError(f"--path {path}: {error.strerror or error}.") from error

    def _folder(self, folder: str, above: tuple[str, ...], backwards: bool) -> Iterator[LogFile]:
        """`above` are the names of the folders from CloudTrail/ on, if we are below that."""
        try:
            with os.scandir(folder) as found:
                # Links to folders are not followed, as by `find`: they may lead round in a circle.
                entries = [(each.name, each.is_dir(follow_symlinks=False), each) for each in found]
        except OSError as error:
            self.unreadable.append((folder, error.strerror or str(error)))
            return
        # A folder sorts as its name with the slash, as in a sorted list of whole paths.
        entries.sort(key=lambda each: os.fsencode(each[0] + "/" * each[1]), reverse=backwards)
        for name, is_folder, entry in entries:
            path = f"{folder}/{name}"
            if name.startswith("."):
                continue
            if is_folder:
                below = _below(name, above)
                if name in _BESIDE or not self._wanted_folder(name, folder, below):
                    self.skipped += 1
                else:
                    yield from self._folder(path, below, backwards)
            elif name.endswith(_ENDINGS) and entry.is_file():
                if self._wanted_file(name):
                    try:
                        yield LogFile(path, entry.stat().st_size)
                    except OSError as error:
                        self.unreadable.append((path, error.strerror or str(error)))
                else:
                    self.skipped += 1

    def _wanted_folder(self, name: str, folder: str, below: tuple[str, ...]) -> bool:
        if not below and self._account and len(name) == 12 and name.isdecimal():
            return not _in_logs(folder) or self._account(name)
        match below:
            case ("CloudTrail", region) if self._region:
                return self._region(region)
            case ("CloudTrail", _, year, *rest) if len(year) == 4 and year.isdecimal():
                days = len(rest) < 3 and all(len(each) == 2 and each.isdecimal() for each in rest)
                return self._in_span(year, rest) if days else True
            case _:
                return True

    def _in_span(self, year: str, rest: list[str]) -> bool:
        """Whether a year, month or day holds moments of the span."""
        day = "".join((year, *rest))
        first, last = (
            each.strftime("%Y%m%d")[: len(day)] if each else None
            for each in (self._first, self._last)
        )
        return (first is None or day >= first) and (last is None or day <= last)

    def _wanted_file(self, name: str) -> bool:
        if not (self._first or self._last) or not (when := stamp(name)):
            return True
        first = self._first.strftime("%Y%m%dT%H%M") if self._first else ""
        last = self._last.strftime("%Y%m%dT%H%M") if self._last else "~"
        return first <= when <= last


def _below(name: str, above: tuple[str, ...]) -> tuple[str, ...]:
    return (*above, name) if above or name == "CloudTrail" else ()


def _above(path: str) -> tuple[str, ...]:
    """The names from CloudTrail/ on of a path that was given."""
    names = Path(path).absolute().parts
    return tuple(names[names.index("CloudTrail") :]) if "CloudTrail" in names else ()


def _in_logs(folder: str) -> bool:
    return "AWSLogs" in folder.rsplit("/", 3)[1:]


def moment(stamped: str) -> datetime:
    """The time that a name says."""
    return datetime.strptime(stamped, "%Y%m%dT%H%M").replace(tzinfo=UTC)
