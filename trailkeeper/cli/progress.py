"""Tells on standard error how far a command is: in place on a terminal, now and then elsewhere."""

from __future__ import annotations

import sys

import click

_EVERY = 100


class Told:
    """Takes what `redrive` says of its progress, and remembers the last of it."""

    def __init__(self) -> None:
        self._last = ""

    def __call__(self, what: str, count: int, total: int) -> None:
        """Show one step."""
        self._last = f"{count} {what}" if not total else f"{count} of {total} {what}"
        last_one = count == total
        if sys.stderr.isatty():
            click.echo(f"\r{self._last}", err=True, nl=last_one)
        elif last_one or count % _EVERY == 0 or not total:
            click.echo(self._last, err=True)

    def until(self, error: str) -> str:
        """An error with how far it went before."""
        return f"{error} (before that: {self._last})" if self._last else error
