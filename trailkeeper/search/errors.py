"""What goes wrong when a question is asked; every message is one line for a person."""

from __future__ import annotations


class SearchError(Exception):
    """When a question cannot be asked or answered: what was wrong, what was given, what goes."""
