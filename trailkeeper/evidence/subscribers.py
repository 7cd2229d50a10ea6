"""What is said of a subscriber who gets nothing as he did not confirm."""

from __future__ import annotations

PENDING = "has not confirmed"
NEVER = "has never confirmed"
"""Nobody ever saw that he had, so nothing can have changed."""
