"""The settings as the table of docs/settings.md.

`python -m stacks.settings_table` prints it, `--write FILE` writes it.
"""

from __future__ import annotations

import json
import sys

from stacks import generated
from stacks.settings import declared_settings

SECTION = "settings"


def settings_table() -> str:
    """The settings as a Markdown table."""
    return generated.markdown_table(
        ("Setting", "Meaning", "Default", "Allowed"),
        (
            (
                f"`{name}`",
                declared.metadata["meaning"],
                f"`{json.dumps(declared.metadata['default'])}`",
                declared.metadata["kind"].allowed,
            )
            for name, declared in declared_settings().items()
        ),
    )


if __name__ == "__main__":
    sys.exit(generated.run("stacks.settings_table", SECTION, settings_table))
