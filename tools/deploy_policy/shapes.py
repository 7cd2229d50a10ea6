"""What resources, names and rights are here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Properties = Mapping[str, Any]
# Resources by their logical ids, by stack.
Stacks = Mapping[str, Mapping[str, Any]]
ResourceNames = dict[str, dict[str, set[str]]]
# Actions by the resources that they are allowed on.
Rights = dict[tuple[str, ...], set[str]]
