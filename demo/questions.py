"""The questions after an attack, asked of every engine with the command itself."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo.command import Command
from stage.ready import Ready

ENGINES = ("history", "logs", "athena", "files")
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


class Questions:
    """Runs `trailkeeper search` in the account; log files are brought into a folder first."""

    def __init__(self, ready: Ready, folder: Path) -> None:
        self._ready = ready
        self._folder = folder
        self._command = Command(ready)

    def ask(self, engine: str, *filters: str) -> Answer:
        """One answer of one engine.

        Raises:
            CommandError: the command failed.
        """
        way = ["--via", engine]
        if engine == "files":
            self._bring_files()
            way += ["--path", str(self._folder)]
        asked = ("search", *filters, *way, "--output", "json")
        began = time.monotonic()
        shown = self._command.run(*asked, may_end_with=(0, _NOTHING_FOUND))
        found = sorted(json.loads(shown), key=lambda e: (e["time"], e["id"]), reverse=True)
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
