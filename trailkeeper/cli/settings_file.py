"""A cdk.json that a command takes the settings from, where nothing is deployed yet."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from trailkeeper.cli.event_file import EventFileError, read_json


class CdkJson(click.Path):
    """The option `--settings`: a file whose JSON object is read when the command asks for it."""

    def __init__(self) -> None:
        super().__init__(exists=True, dir_okay=False, readable=True, path_type=Path)


def read(path: Path) -> Mapping[str, Any]:
    """The object in the file.

    Raises:
        ClickException: it cannot be read, or is no JSON object.
    """
    try:
        found = read_json(path.read_bytes())
    except OSError as error:
        raise click.ClickException(f"{path} cannot be read: {error.strerror}") from error
    except EventFileError as error:
        raise click.ClickException(f"{path}: {error}") from error
    if not isinstance(found, Mapping):
        raise click.ClickException(f"{path} must hold a JSON object")
    return found
