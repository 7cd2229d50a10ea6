"""Regular expressions and globs of a query, for DuckDB's RE2."""

from __future__ import annotations

import re

from .syntax import MalformedQueryError

_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_NAMED_GROUP = re.compile(r"\(\?P?<([A-Za-z]\w*)>")


def unquoted(literal: str) -> str:
    """What a quoted text says: a backslash takes the next character as it is."""
    return _ESCAPED.sub(r"\1", literal[1:-1])


def expression(literal: str) -> str:
    """The regular expression between two slashes, its named groups as RE2 writes them."""
    return _NAMED_GROUP.sub(r"(?P<\1>", literal[1:-1].replace("\\/", "/"))


def groups(pattern: str) -> list[str | None]:
    """The names of the groups that capture, in order; None for one without a name."""
    found: list[str | None] = []
    in_class = False
    at = 0
    while at < len(pattern):
        character = pattern[at]
        if character == "\\":
            at += 2
            continue
        if in_class:
            in_class = character != "]"
        elif character == "[":
            in_class = True
            at += pattern.startswith("]", at + 1) or 2 * pattern.startswith("^]", at + 1)
        elif character == "(":
            named = _NAMED_GROUP.match(pattern, at)
            if named:
                found.append(named[1])
            elif not pattern.startswith("(?", at):
                found.append(None)
        at += 1
    return found


def glob(text: str, wanted: int) -> str:
    """The regular expression of a glob of `parse`: each * captures as little as it can.

    Raises:
        MalformedQueryError: it has not one * for each of the fields wanted.
    """
    parts = text.split("*")
    if len(parts) - 1 != wanted:
        raise MalformedQueryError(
            f"parse has {len(parts) - 1} wildcards (*) and {wanted} names after as; "
            "allowed: as many of one as of the other"
        )
    pattern = "(.*?)".join(re.escape(part) for part in parts)
    return "(?s)" + (pattern.removesuffix("(.*?)") + "(.*)" if not parts[-1] else pattern)
