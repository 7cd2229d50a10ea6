"""Texts of what guards found and did."""

from __future__ import annotations

TEXTS: dict[str, dict[str, str]] = {}
