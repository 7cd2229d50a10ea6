"""Puts what doctor found on a terminal, each with its fix, or into JSON."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from string import Formatter
from typing import Any

from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.examine import Examined, Found
from trailkeeper.cli.sections import INDENT, section
from trailkeeper.rendering.untrusted import clean
from trailkeeper.words.text import LONGEST_FIELD

_FIX = "  fix"
_CANNOT_PASTE = (
    "It has a name that cannot be pasted into a terminal: find it in the console and put it right "
    "there."
)


@dataclass(frozen=True, slots=True)
class Whom:
    """With which options the command was called, so that a command to paste asks the same."""

    region: str | None = None
    profile: str | None = None


def words(found: Found) -> str:
    """What is wrong, for people; what came from outside is cleaned."""
    return _filled(found.finding.words, found)


def note(found: Found) -> str:
    """What people have to know of the fix, "" for nothing."""
    return _filled(found.finding.note, found)


def _filled(template: str, found: Found) -> str:
    return template.format(
        **{name: clean(value, LONGEST_FIELD) for name, value in found.case.items()}
    )


def fix(found: Found, whom: Whom) -> str:
    """A command that works as it is pasted, or a sentence."""
    template = found.finding.fix
    if not found.finding.is_command:
        return template.format(**found.case)
    used = {name for _, name, _, _ in Formatter().parse(template) if name}
    if any(not _is_plain(found.case[name]) for name in used):
        return _CANNOT_PASTE
    quoted = {name: shlex.quote(value) for name, value in found.case.items()}
    return " && ".join(_asking(each, whom) for each in template.format(**quoted).split(" && "))


def lines(examined: Examined, deployment: Deployment, whom: Whom) -> Iterator[str]:
    """All of it, what is wrong first."""
    names = deployment.names
    yield from section("Account", [f"{names.account}, {names.region}, trail {names.trail}"])
    for about, group in groupby(examined.found, lambda each: each.finding.about):
        title = about
        for each in group:
            yield from section(title, [words(each)])
            yield from fix_lines(each, whom)
            title = ""
    if examined.unseen:
        yield from section("Unseen", [f"{each.what}: {each.why}" for each in examined.unseen])
    yield from section("Healthy", [_healthy(examined)])


def fix_lines(found: Found, whom: Whom) -> Iterator[str]:
    """How to put it right, below the words, and what has to be known of that."""
    told = fix(found, whom)
    if found.finding.is_command:
        yield f"{_FIX:<{INDENT}}{told}"  # never wrapped, or it could not be pasted
    else:
        yield from section(_FIX, [told])
    if found.finding.note:
        yield from section("", [note(found)])


def _healthy(examined: Examined) -> str:
    count = len({each.checks for each in examined.in_order})
    if not examined.found and not examined.unseen:
        return f"nothing to put right: {count} things were looked at"
    return f"{count} other things that were looked at"


def to_json(examined: Examined, deployment: Deployment, whom: Whom) -> dict[str, Any]:
    """The same as plain data."""
    names = deployment.names
    return {
        "account": names.account,
        "region": names.region,
        "healthy": not examined.found and not examined.unseen,
        "findings": [
            {
                "id": each.finding.id,
                "words": words(each),
                "fix": fix(each, whom),
                "note": note(each),
                "is_command": each.finding.is_command,
            }
            for each in examined.found
        ],
        "unseen": [
            {"what": each.what, "why": each.why, "right": each.right} for each in examined.unseen
        ],
        "in_order": [each.id for each in examined.in_order],
    }


def _asking(command: str, whom: Whom) -> str:
    """A command that asks as the caller did."""
    program, rest = command.split(" ", 1)
    profile = f" --profile {shlex.quote(whom.profile)}" if whom.profile else ""
    if program == "npx":
        return f"{command}{profile}"
    region = f" --region {shlex.quote(whom.region)}" if whom.region else ""
    return f"{program}{region if program == 'trailkeeper' else ''}{profile} {rest}"


def _is_plain(value: str) -> bool:
    """Whether a value is something that a terminal shows and takes as it is."""
    return value.isascii() and value.isprintable()
