"""The settings as the README's table: `python -m stacks.settings_table [--write FILE]`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from stacks.settings import declared_settings

MARKER = "<!-- settings -->"
END_MARKER = "<!-- /settings -->"


class MarkersMissingError(ValueError):
    """When the file to write has no pair of settings markers."""


def settings_table() -> str:
    """The settings as a Markdown table."""
    rows = ["| Setting | Meaning | Default | Allowed |", "|---|---|---|---|"]
    for name, declared in declared_settings().items():
        default = json.dumps(declared.metadata["default"])
        allowed = declared.metadata["kind"].allowed.replace("|", "\\|")
        rows.append(f"| `{name}` | {declared.metadata['meaning']} | `{default}` | {allowed} |")
    return "\n".join(rows)


def with_table(document: str) -> str:
    """The document with the table, as it is now, between its markers.

    Raises:
        MarkersMissingError: there are no markers.
    """
    before, found, rest = document.partition(MARKER)
    _, found_end, after = rest.partition(END_MARKER)
    if not (found and found_end):
        message = f"expected {MARKER} and, after it, {END_MARKER}"
        raise MarkersMissingError(message)
    return f"{before}{MARKER}\n{settings_table()}\n{END_MARKER}{after}"


def main(arguments: list[str]) -> int:
    """Print the table, or write it into a file."""
    match arguments:
        case []:
            print(settings_table())
        case ["--write", name]:
            path = Path(name)
            path.write_text(with_table(path.read_text(encoding="utf-8")), encoding="utf-8")
        case _:
            print("usage: python -m stacks.settings_table [--write FILE]", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
