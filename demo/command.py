"""The command `trailkeeper` itself, run in the account as its administrator would."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Collection

from stage.ready import Ready

_SECONDS = 60


class CommandError(Exception):
    """When the command failed; the message is what it said."""


class Command:
    """Runs `trailkeeper` with the keys of the account's administrator."""

    def __init__(self, ready: Ready) -> None:
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            "AWS_ENDPOINT_URL": ready.endpoint,
            "AWS_ACCESS_KEY_ID": ready.access_key_id,
            "AWS_SECRET_ACCESS_KEY": ready.secret_access_key,
            "AWS_DEFAULT_REGION": ready.region,
            "AWS_REGION": ready.region,
        }

    def run(self, *arguments: str, may_end_with: Collection[int] = (0,)) -> str:
        """What it printed.

        Raises:
            CommandError: it ended with another code than these.
        """
        ran = subprocess.run(
            [sys.executable, "-m", "trailkeeper.cli", *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=_SECONDS,
            check=False,
        )
        if ran.returncode not in may_end_with:
            said = ran.stderr.strip() or ran.stdout.strip()
            raise CommandError(f"trailkeeper {' '.join(arguments)}: {said}")
        return ran.stdout
