"""SQL that puts a CloudTrail record together again from the columns of the table.

Athena keeps names in lower case and has the objects of a record as text; the names and the shape
come back here. A member that the table has no column for is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from trailkeeper.queries import columns

# CloudTrail writes JSON into these; the table has it as text.
_JSON = frozenset(
    {
        *("requestParameters", "responseElements", "additionalEventData", "readOnly"),
        *("serviceEventDetails", "edgeDeviceDetails"),
    }
)
_STRUCT = re.compile(r"struct<(.*)>", re.DOTALL)
_ARRAY = re.compile(r"array<(.*)>", re.DOTALL)


def record_sql() -> str:
    """An expression whose value is the record as JSON, without the members that are null."""
    members = {}
    for name, kind in columns().items():
        column = name.lower()
        if name in _JSON:
            members[name] = f"coalesce(TRY(json_parse({column})), CAST({column} AS JSON))"
        else:
            members[name] = _json(column, kind)
    # A record of a version with categories says it twice; the table has one column for it.
    members["managementEvent"] = "CAST(eventcategory = 'Management' AS JSON)"
    return f"json_format({_object(members)})"


def _json(value: str, kind: str) -> str:
    if struct := _STRUCT.fullmatch(kind):
        parts = {
            name: _json(f"{value}.{name.lower()}", inner) for name, inner in _fields(struct[1])
        }
        return f"IF({value} IS NULL, NULL, {_object(parts)})"
    if array := _ARRAY.fullmatch(kind):
        return f"CAST(transform({value}, item -> {_json('item', array[1])}) AS JSON)"
    return f"CAST({value} AS JSON)"


def _object(members: dict[str, str]) -> str:
    names = ", ".join(f"'{name}'" for name in members)
    values = ", ".join(members.values())
    filled = f"map_filter(MAP(ARRAY[{names}], ARRAY[{values}]), (name, value) -> value IS NOT NULL)"
    return f"CAST({filled} AS JSON)"


def _fields(inner: str) -> Iterator[tuple[str, str]]:
    """The names and types of a struct; only commas outside of brackets part them."""
    depth, start = 0, 0
    for at, character in enumerate(f"{inner},"):
        depth += (character == "<") - (character == ">")
        if character == "," and not depth:
            name, _, kind = inner[start:at].partition(":")
            yield name, kind
            start = at + 1


RECORD = record_sql()
