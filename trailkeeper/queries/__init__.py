"""Questions to CloudTrail's events as files: one question a file, in two languages.

`insights/NAME.query` and `athena/NAME.sql` ask the same. A file begins with a header of comments:
its title, its purpose, and its parameters (`:name` in the text) with their types and defaults.
Where no default makes sense there is an example: it stands in what is saved in the console, and
whoever asks from here must say the value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Literal, cast

FOLDER = Path(__file__).parent
TABLE = "cloudtrail_logs"
"""What the SQL calls the table."""
PARTITION_KEYS = {"account": "string", "region": "string", "day": "string"}
"""The table's partition keys and their types; a day is written 2026/11/26."""

MOST_ROWS = 10_000
"""The most that `limit` takes in Logs Insights, and so in both languages."""

Type = Literal["text", "number", "time"]
Language = Literal["insights", "athena"]

_HEADER = re.compile(r"(?:#|--) (Title|Purpose|Parameter): (.+)")
_PARAMETER = re.compile(
    r'(\w+) \((text|number|time), (default|example) (?:"([^"]*)"|(\d+))\): (.+)'
)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")

# An item of the list that the SQL selects ends its line with the name of the column.
_COLUMN = re.compile(r"^  (?:\S.*)?\bAS (\w+),?$", re.MULTILINE)

# Texts, names and comments are passed over, so that only a parameter is taken for one.
_IN_SQL = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|(?P<name>:[a-z][a-z0-9_]*)")
_IN_INSIGHTS = re.compile(
    r'"(?:[^"\\]|\\.)*"|`[^`]*`|#[^\n]*|/(?:[^/\\\n]|\\.)+/|(?P<name>:[a-z][a-z0-9_]*)'
)


class QueryError(ValueError):
    """When a query cannot be asked as given; the message is one line for a person."""


@dataclass(frozen=True)
class Parameter:
    """A value that a query is asked with."""

    name: str
    type: Type
    default: str
    meaning: str
    required: bool = False
    """Whether `default` is but an example, with which nothing is found."""

    def checked(self, given: str) -> str:
        """The value as it is put into a query.

        Raises:
            QueryError: it is not of the parameter's type.
        """
        allowed = {
            "text": "a text without control characters, of 1 to 1024 characters",
            "number": f"a whole number from 1 to {MOST_ROWS}",
            "time": "a time such as 2026-11-26T08:30:00Z",
        }[self.type]
        if not self._fits(given):
            raise QueryError(f"{self.name}: given {given!r:.120}; allowed: {allowed}")
        return str(int(given)) if self.type == "number" else given

    def _fits(self, given: str) -> bool:
        if self.type == "text":
            return 1 <= len(given) <= 1024 and not _CONTROL.search(given)
        if self.type == "number":
            return bool(re.fullmatch(r"[0-9]{1,5}", given)) and 1 <= int(given) <= MOST_ROWS
        return bool(_TIME.fullmatch(given)) and _exists(given)


@dataclass(frozen=True)
class Span:
    """From when (included) to when (not included)."""

    since: datetime
    until: datetime


@dataclass(frozen=True)
class Query:
    """A question, and how it is put in each language."""

    name: str
    title: str
    purpose: str
    parameters: tuple[Parameter, ...]
    insights: str
    athena: str

    @property
    def columns(self) -> tuple[str, ...]:
        """What the columns of the answer are called, in order."""
        return tuple(_COLUMN.findall(_body(self.athena).partition("\nFROM ")[0]))

    def values(self, given: Mapping[str, str]) -> dict[str, str]:
        """A value for every parameter: the given ones, else the defaults.

        Raises:
            QueryError: a value cannot be used or is missing, or there is no such parameter.
        """
        known = {each.name: each for each in self.parameters}
        for name in given:
            if name not in known:
                raise QueryError(
                    f"{self.name} has no parameter {name!r:.80}{meant(name, known)} "
                    f"Allowed: {', '.join(known)}"
                )
        for name, each in known.items():
            if each.required and name not in given:
                raise QueryError(
                    f"{self.name} needs --param {name}=VALUE, such as {each.default}: "
                    f"{each.meaning}"
                )
        return self._examples() | {name: known[name].checked(given[name]) for name in given}

    def _examples(self) -> dict[str, str]:
        return {each.name: each.default for each in self.parameters}

    def in_insights(self, given: Mapping[str, str], span: Span | None = None) -> str:
        """The Logs Insights text, with the span as its first command when there is one."""
        written = self._literals(self.values(given), _insights_text)
        text = _filled(_IN_INSIGHTS, _body(self.insights), written)
        if span is None:
            return text
        since, until = (_insights_text(shown(each)) for each in (span.since, span.until))
        return f"filter eventTime >= {since} and eventTime < {until}\n| {text}"

    def in_athena(self, given: Mapping[str, str], span: Span) -> str:
        """The SQL for Athena.

        A log file lies in the folder of the day on which it was delivered, so that the last day of
        the span may be one too early.
        """
        written = self._literals(self.values(given), _sql_text) | {
            ":since": _sql_text(shown(span.since)),
            ":until": _sql_text(shown(span.until)),
            ":first_day": _sql_text(f"{span.since.astimezone(UTC):%Y/%m/%d}"),
            ":last_day": _sql_text(f"{span.until.astimezone(UTC) + timedelta(days=1):%Y/%m/%d}"),
        }
        return _filled(_IN_SQL, _body(self.athena), written)

    def saved(self, language: Language) -> str:
        """The text to keep in the console: with defaults and examples, in SQL over the last day."""
        examples = self._examples()
        if language == "insights":
            return _filled(_IN_INSIGHTS, self.insights, self._literals(examples, _insights_text))
        return _filled(_IN_SQL, self.athena, self._literals(examples, _sql_text) | _LAST_DAY)

    def _literals(self, values: Mapping[str, str], text: Callable[[str], str]) -> dict[str, str]:
        return {
            f":{each.name}": values[each.name] if each.type == "number" else text(values[each.name])
            for each in self.parameters
        }


_LAST_DAY = {
    ":since": "date_format(current_timestamp - INTERVAL '1' DAY, '%Y-%m-%dT%H:%i:%sZ')",
    ":until": "date_format(current_timestamp, '%Y-%m-%dT%H:%i:%sZ')",
    ":first_day": "date_format(current_date - INTERVAL '1' DAY, '%Y/%m/%d')",
    ":last_day": "date_format(current_date + INTERVAL '1' DAY, '%Y/%m/%d')",
}


@cache
def library() -> Mapping[str, Query]:
    """All queries by name, in the order of their titles."""
    found = [_read(path.stem) for path in (FOLDER / "insights").glob("*.query")]
    return {each.name: each for each in sorted(found, key=lambda query: query.title)}


def find(name: str) -> Query:
    """The query of that name.

    Raises:
        QueryError: there is none; the message says which may be meant.
    """
    known = library()
    if name in known:
        return known[name]
    raise QueryError(
        f"There is no query {name!r:.80}{meant(name, known)} All of them: trailkeeper queries"
    )


def meant(given: str, known: Mapping[str, object]) -> str:
    """The end of a sentence: `; did you mean ...?`, or a full stop when nothing is alike."""
    near = get_close_matches(given.lower(), known, n=2, cutoff=0.5)
    near = near or [each for each in known if given and given.lower() in each][:2]
    return f"; did you mean {' or '.join(near)}?" if near else "."


def columns() -> dict[str, str]:
    """The table's columns as CloudTrail names them, with their types in Hive, in order.

    Source: CloudTrail's table in the Athena user guide, "Create the table for CloudTrail logs".
    """
    listed = json.loads((FOLDER / "athena" / f"{TABLE}.json").read_text(encoding="utf-8"))
    return {name: kind for name, kind in listed}  # noqa: C416, pairs of a JSON list


def shown(moment: datetime) -> str:
    """As CloudTrail writes times."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _read(name: str) -> Query:
    insights = (FOLDER / "insights" / f"{name}.query").read_text(encoding="utf-8")
    athena = (FOLDER / "athena" / f"{name}.sql").read_text(encoding="utf-8")
    said = [each for each in map(_HEADER.fullmatch, insights.splitlines()) if each]
    one = {each[1]: each[2] for each in said}
    parameters = tuple(_parameter(name, each[2]) for each in said if each[1] == "Parameter")
    return Query(name, one["Title"], one["Purpose"], parameters, insights, athena)


def _parameter(query: str, text: str) -> Parameter:
    found = _PARAMETER.fullmatch(text)
    if not found:
        raise QueryError(f"{query}: this header is not understood: {text}")
    name, kind, stands, value, number, meaning = found.groups()
    return Parameter(name, cast(Type, kind), number or value, meaning, stands == "example")


def _body(text: str) -> str:
    return text.partition("\n\n")[2].strip()


def _filled(pattern: re.Pattern[str], text: str, written: Mapping[str, str]) -> str:
    return pattern.sub(lambda found: written[found[0]] if found["name"] else found[0], text)


def _sql_text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _insights_text(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _exists(time: str) -> bool:
    try:
        datetime.fromisoformat(time)
    except ValueError:
        return False
    return True
