"""Runs the installed command `trailkeeper` against a deployed account."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from stage.ready import Ready

COMMAND = Path(sys.executable).with_name("trailkeeper")


def trailkeeper(ready: Ready, *arguments: str, expect: int = 0) -> str:
    """What the command prints; its exit code must be the expected one."""
    environ = {
        "PATH": os.environ["PATH"],
        "AWS_ENDPOINT_URL": ready.endpoint,
        "AWS_REGION": ready.region,
        "AWS_DEFAULT_REGION": ready.region,
        "AWS_ACCESS_KEY_ID": ready.access_key_id,
        "AWS_SECRET_ACCESS_KEY": ready.secret_access_key,
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    }
    done = subprocess.run(
        [str(COMMAND), *arguments],
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == expect, done.stdout + done.stderr
    return done.stdout + done.stderr
