"""A group of commands that imports a command when it is called, and none for the help of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click


@dataclass(frozen=True, slots=True)
class Lazily:
    """A command by name, `module:attribute` below this package, and the line that tells of it."""

    name: str
    place: str
    help: str


class LazyGroup(click.Group):
    """A group whose commands are named by `lazily`."""

    def __init__(self, *arguments: Any, lazily: Sequence[Lazily] = (), **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self._lazily = {each.name: each for each in lazily}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in the order of the list."""
        return [*self._lazily, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command itself, imported now."""
        lazily = self._lazily.get(cmd_name)
        if lazily is None:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = lazily.place.partition(":")
        command: click.Command = getattr(import_module(f"trailkeeper.cli.{module}"), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, from their lines alone."""
        rows = [(each.name, each.help) for each in self._lazily.values()]
        with formatter.section("Commands"):
            formatter.write_dl(rows)
