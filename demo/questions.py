"""The questions after an attack, asked of every engine with the command itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stage.ready import Ready

ENGINES = ("history", "logs", "athena", "files")
_SECONDS = 60
_NOTHING_FOUND = 1


@dataclass(frozen=True)
class Answer:
    """What an engine answered: events by id, newest first, and how long the command took."""

    engine: str
    events: dict[str, dict[str, Any]]
    seconds: float

    @property
    def who(self) -> str:
        return ", ".join(sorted({each["user"] for each in self.events.values()}))

    @property
    def what(self) -> str:
        return ", ".join(each["event"] for each in reversed(self.events.values()))


class AskError(Exception):
    """When the command failed; the message is what it said."""


class Questions:
    """Runs `trailkeeper search` in the account; log files are brought into a folder first."""

    def __init__(self, ready: Ready, folder: Path) -> None:
        self._ready = ready
        self._folder = folder
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            "AWS_ENDPOINT_URL": ready.endpoint,
            "AWS_ACCESS_KEY_ID": ready.access_key_id,
            "AWS_SECRET_ACCESS_KEY": ready.secret_access_key,
            "AWS_DEFAULT_REGION": ready.region,
            "AWS_REGION": ready.region,
        }

    def ask(self, engine: str, *filters: str) -> Answer:
        """One answer of one engine.

        Raises:
            AskError: the command failed.
        """
        way = ["--via", engine]
        if engine == "files":
            self._bring_files()
            way += ["--path", str(self._folder)]
        command = [sys.executable, "-m", "trailkeeper.cli", "search", *filters, *way]
        began = time.monotonic()
        ran = subprocess.run(
            [*command, "--output", "json"],
            env=self._environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=_SECONDS,
            check=False,
        )
        if ran.returncode not in (0, _NOTHING_FOUND):
            raise AskError(f"trailkeeper search --via {engine}: {ran.stderr.strip()}")
        found = sorted(json.loads(ran.stdout), key=lambda e: (e["time"], e["id"]), reverse=True)
        return Answer(engine, {each["id"]: each for each in found}, time.monotonic() - began)

    def _bring_files(self) -> None:
        files = self._ready.client("s3")
        bucket = self._ready.log_bucket
        for page in files.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            for key in (each["Key"] for each in page.get("Contents", [])):
                path = self._folder / key
                if "/CloudTrail/" in key and not path.exists():
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(files.get_object(Bucket=bucket, Key=key)["Body"].read())
