"""The names of all settings for the command, which cannot import what deploys them.

`python -m stacks.setting_names --write trailkeeper/cli/setting_names.py`
"""

from __future__ import annotations

import sys
from pathlib import Path

from stacks.settings import declared_settings


def module() -> str:
    """A module that holds the names, in the order of their declaration."""
    names = "".join(f'    "{name}",\n' for name in declared_settings())
    return (
        '"""The names of all settings; made by `make docs` from stacks/settings.py."""\n\n'
        f"from __future__ import annotations\n\nNAMES = (\n{names})\n"
    )


if __name__ == "__main__":
    match sys.argv[1:]:
        case []:
            print(module(), end="")
        case ["--write", file]:
            Path(file).write_text(module(), encoding="utf-8")
        case _:
            sys.exit("usage: python -m stacks.setting_names [--write FILE]")
