"""The settings and their defaults for the command, which cannot import what deploys them.

`python -m stacks.setting_names --write trailkeeper/cli/setting_names.py`
"""

from __future__ import annotations

import sys
from pathlib import Path

from stacks.settings import declared_settings


def module() -> str:
    """A module that holds them, in the order of their declaration."""
    defaults = "".join(
        f'    "{name}": {_literal(declared.metadata["default"])},\n'
        for name, declared in declared_settings().items()
    )
    return (
        '"""All settings with their defaults; made by `make docs` from stacks/settings.py."""\n\n'
        "from __future__ import annotations\n\n"
        "from collections.abc import Mapping\n"
        "from typing import Any\n\n"
        f"DEFAULTS: Mapping[str, Any] = {{\n{defaults}}}\n"
        "NAMES = tuple(DEFAULTS)\n"
    )


def _literal(value: object) -> str:
    return repr(value).replace("'", '"')


if __name__ == "__main__":
    match sys.argv[1:]:
        case []:
            print(module(), end="")
        case ["--write", file]:
            Path(file).write_text(module(), encoding="utf-8")
        case _:
            sys.exit("usage: python -m stacks.setting_names [--write FILE]")
