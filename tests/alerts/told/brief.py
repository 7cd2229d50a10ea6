"""An alert without what it leaves empty, short enough to be read whole."""

from __future__ import annotations

import json
from typing import Any

from trailkeeper.alerts.alert import Alert, Command, Difference, Fact, Link, Step
from trailkeeper.words.text import Duration, Moment, Text

_LINE = 80


def brief(item: Any) -> Any:
    """Anything of an alert as JSON: a text by its key, a time behind @, a length in seconds."""
    match item:
        case Alert():
            named = ((name, brief(getattr(item, name))) for name in item.__slots__)
            return {name: value for name, value in named if value not in (None, "", [])}
        case Text(key, params):
            return {key: brief(dict(params))} if params else key
        case Command(verb, params):
            return {verb: dict(params)} if params else verb
        case Step(text, command):
            return [brief(text), brief(command)] if command else brief(text)
        case Fact(label, value):
            return [label, brief(value)]
        case Link(label, url):
            return [label, url]
        case Difference(document, path, found, deployed):
            return [document, path, found, deployed]
        case Moment(iso):
            return f"@{iso}"
        case Duration(seconds):
            return f"{seconds} s"
        case dict():
            return {name: brief(each) for name, each in item.items()}
        case tuple() | list():
            return [brief(each) for each in item]
        case _:
            return item


def printed(family: dict[str, list[dict[str, Any]]]) -> str:
    """A family as JSON, a line for each thing that an alert says."""
    cases = [
        f"{json.dumps(case)}: [" + ", ".join(map(_alert, alerts)) + "]"
        for case, alerts in family.items()
    ]
    return "{\n" + ",\n".join(cases) + "\n}"


def _alert(alert: dict[str, Any]) -> str:
    fields = [f"  {json.dumps(name)}: {_field(value)}" for name, value in alert.items()]
    return "{\n" + ",\n".join(fields) + "\n}"


def _field(value: Any) -> str:
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, list) or len(line) <= _LINE:
        return line
    return "[\n" + ",\n".join(f"    {json.dumps(each, ensure_ascii=False)}" for each in value) + "]"
