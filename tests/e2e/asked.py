"""Runs the commands that mails show, as whoever pastes them would."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any

import jmespath

from tests.e2e.stage import Mail, Stage

_LOOK_UP = re.compile(r"aws cloudtrail lookup-events .*? --output table")
_SEARCH = re.compile(r"(?<=trailkeeper )search --region .*?(?= aws cloudtrail lookup-events )")


def looked_up(stage: Stage, mail: Mail) -> Iterator[list[str]]:
    """The rows that the mail's `aws cloudtrail lookup-events` lists, the newest first.

    The AWS command line applies `--query` to all pages together, by the same library.
    """
    options = _options(_LOOK_UP, mail, "lookup-events ")
    key, value = options["--lookup-attributes"].split(",", 1)
    attribute = {
        "AttributeKey": key.removeprefix("AttributeKey="),
        "AttributeValue": value.removeprefix("AttributeValue="),
    }
    assert options["--region"] == stage.ready.region
    for page in stage.cloudtrail.get_paginator("lookup_events").paginate(
        LookupAttributes=[attribute],
        StartTime=options["--start-time"],
        EndTime=options["--end-time"],
    ):
        yield from jmespath.search(options["--query"], page)


def search_of(mail: Mail) -> list[str]:
    """The arguments of the mail's `trailkeeper search`."""
    return shlex.split(_found(_SEARCH, mail))


def _options(form: re.Pattern[str], mail: Mail, after: str) -> dict[str, str]:
    words = shlex.split(_found(form, mail).partition(after)[2])
    return dict(zip(words[::2], words[1::2], strict=True))


def _found(form: re.Pattern[str], mail: Mail) -> str:
    found: Any = form.search(mail.text)
    assert found, f"no such command in: {mail.text}"
    return str(found.group())
