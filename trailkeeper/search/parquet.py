"""Answers kept in one Parquet file, for questions that are asked again and again.

The columns are those of the row, all of them text, and `record`: the whole record as it was found.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from trailkeeper.search.errors import SearchError
from trailkeeper.search.event import COLUMNS, Event
from trailkeeper.search.question import Question
from trailkeeper.search.times import shown
from trailkeeper.search.wildcard import has_wildcard

ENDING = ".parquet"
_LONGEST = 16 << 20
# So many rows of 1.3 KB are held at a time; larger groups are hardly smaller on disk.
_ROWS = 20_480
_MEMORY = "512MB"
_PART = 64 << 20
_BATCH = 1000
# A filter that is one column of the row can be answered by the file's own index.
_EXACT = {"events": "event", "sources": "source", "regions": "region", "accounts": "account"}


def export(lines: Iterable[bytes], target: Path) -> int:
    """Write lines of JSON (row and record) into a Parquet file, and say how many they were.

    The file appears when it is whole; another one of this name is replaced then. On the way there
    are parts beside it, so that memory does not grow with what is written.

    Raises:
        SearchError: DuckDB is not installed, or the file cannot be written.
    """
    # One thread writes the rows as they come, in their order; more would keep them in memory.
    connection = _connection(threads=1)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".export-", dir=target.parent) as folder:
            parts = _Parts(connection, Path(folder))
            count = 0
            for line in lines:
                parts.add(line)
                count += 1
            parts.join(target)
        return count
    except OSError as error:
        raise SearchError(f"{target} cannot be written: {error.strerror or error}.") from error


class _Parts:
    """Parquet files of some megabytes each, made from lines of JSON and put together at the end."""

    def __init__(self, connection: Any, folder: Path) -> None:
        self._connection = connection
        self._folder = folder
        self._lines = folder / "lines.json"
        self._out = self._lines.open("wb", buffering=1 << 20)
        self._size = 0
        self._number = 0

    def add(self, line: bytes) -> None:
        self._out.write(line)
        self._size += len(line)
        if self._size >= _PART:
            self._close()
            self._out = self._lines.open("wb", buffering=1 << 20)
            self._size = 0

    def join(self, target: Path) -> None:
        """Put the parts together under the name that they are for."""
        self._close()
        written = self._folder / "whole.parquet"
        parts = f"read_parquet('{_quoted(self._folder / 'part-*.parquet')}')"
        self._copy(f"select * from {parts}", written)
        written.replace(target)

    def _close(self) -> None:
        self._out.close()
        columns = ", ".join(f"'{name}': 'VARCHAR'" for name in (*COLUMNS, "record"))
        lines = (
            f"read_json('{_quoted(self._lines)}', format='newline_delimited', "
            f"columns={{{columns}}}, maximum_object_size={_LONGEST})"
        )
        self._copy(f"select * from {lines}", self._folder / f"part-{self._number:06}.parquet")
        self._number += 1

    def _copy(self, query: str, to: Path) -> None:
        import duckdb

        form = f"(format parquet, compression zstd, row_group_size {_ROWS})"
        try:
            self._connection.execute(f"copy ({query}) to '{_quoted(to)}' {form}")
        except duckdb.Error as error:
            why = str(error).splitlines()[0]
            raise SearchError(f"DuckDB could not write Parquet: {why}") from error


class ParquetEngine:
    """Answers questions from files that `trailkeeper export parquet` wrote."""

    def __init__(self, paths: Sequence[str]) -> None:
        self._paths = [str(each) for each in paths]
        self.problems = 0

    def search(self, question: Question) -> Iterator[Event]:
        """Every answer in the order of the file; with a limit the newest, newest first.

        Raises:
            SearchError: DuckDB is not installed, or a file is not there or none of ours.
        """
        where, values = _where(question)
        newest = " order by time desc, id desc" if question.limit else ""
        matches, left = question.matcher(), question.limit
        rows = self._rows(f"select record from {{}} where {where}{newest}", values)
        for (record,) in rows:
            event = Event(record.encode())
            if matches(event.record):
                yield event
                if left is not None and (left := left - 1) == 0:
                    return

    def count(self, question: Question, columns: Sequence[str]) -> Counter[tuple[str, ...]]:
        """How many answers have the same texts in these columns of the row.

        Raises:
            SearchError: as `search`.
        """
        total: Counter[tuple[str, ...]] = Counter()
        where, values = _where(question)
        names = ", ".join(f'"{each}"' for each in columns)
        if _answers_alone(question):
            query = f"select {names}, count(*) from {{}} where {where} group by {names}"
            for *key, number in self._rows(query, values):
                total[tuple(key)] += number
            return total
        for event in self.search(question):
            row = event.row()
            total[tuple(row[each] for each in columns)] += 1
        return total

    def _rows(self, query: str, values: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
        connection = _connection()
        for path in self._paths:
            if not Path(path).is_file():
                raise SearchError(f"--path {path}: there is no such file.")
        import duckdb

        try:
            source = "read_parquet($paths)"
            found = connection.execute(query.format(source), {**values, "paths": self._paths})
            while batch := found.fetchmany(_BATCH):
                yield from batch
        except duckdb.Error as error:
            line = str(error).splitlines()[0]
            raise SearchError(f"{', '.join(self._paths)} cannot be read: {line}") from error


def _where(question: Question) -> tuple[str, dict[str, Any]]:
    """A condition that no answer misses; what else the question wants is looked at afterwards."""
    conditions = ["true"]
    values: dict[str, Any] = {}
    for name, column in _EXACT.items():
        wanted = getattr(question, name)
        if wanted and not any(has_wildcard(each) for each in wanted):
            conditions.append(f"list_contains(${name}, {column})")
            values[name] = list(wanted)
    if question.errors or question.denied:
        conditions.append("error <> ''")
    # Times that CloudTrail writes sort as texts; others are looked at by the question itself.
    if question.since:
        conditions.append("(time >= $since or length(time) <> 20)")
        values["since"] = shown(question.since)
    if question.until:
        conditions.append("(time < $until or length(time) <> 20)")
        values["until"] = shown(question.until)
    return " and ".join(conditions), values


def _answers_alone(question: Question) -> bool:
    """Whether the condition of `_where` is the whole question."""
    exact = all(not any(has_wildcard(each) for each in getattr(question, name)) for name in _EXACT)
    others = (question.users, question.principals, question.access_keys, question.resources)
    return exact and not (
        any(others) or question.ips or question.denied or question.since or question.until
    )


def _connection(**settings: Any) -> Any:
    try:
        import duckdb
    except ImportError as error:
        raise SearchError(
            "Parquet files need DuckDB: pip install 'trailkeeper[parquet]'."
        ) from error
    return duckdb.connect(config={"memory_limit": _MEMORY, **settings})


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
