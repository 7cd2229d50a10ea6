"""Texts with `*` (any characters, also none) and `?` (one character); case counts."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache


def has_wildcard(text: str) -> bool:
    """Whether a text stands for more than itself."""
    return "*" in text or "?" in text


def any_of(patterns: Sequence[str]) -> Callable[[str], bool]:
    """A test whether a text is one of the patterns, whole."""
    exact = frozenset(each for each in patterns if not has_wildcard(each))
    wild = [_expression(each) for each in patterns if has_wildcard(each)]
    if not wild:
        return exact.__contains__
    return lambda text: text in exact or any(each.fullmatch(text) for each in wild)


@lru_cache(maxsize=256)
def _expression(pattern: str) -> re.Pattern[str]:
    spelled = re.sub(r"\*+", "*", pattern)
    parts = (".*" if c == "*" else "." if c == "?" else re.escape(c) for c in spelled)
    return re.compile("".join(parts), re.DOTALL)


def literals(pattern: str) -> list[str]:
    """The texts between the wildcards, in order; the first and last are anchored to the ends."""
    return re.split(r"[*?]", pattern)
