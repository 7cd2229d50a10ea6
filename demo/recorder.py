"""Keeps what a run of the demo showed, for the pictures in the documents."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any, TextIO

from demo.mailbox import Mail


class Recorder:
    """A terminal that notes when what was written, and the first mail.

    `save` writes them into a folder: `demo.cast` in asciicast's format, version 2 (a header and
    [seconds, "o", text] a line), `mail.json` and `slack.json`.
    """

    def __init__(self, columns: int, screen: TextIO = sys.stdout) -> None:
        self._screen = screen
        self._columns = columns
        self._began = time.monotonic()
        self._written: list[tuple[float, str]] = []
        self._mail: Mail | None = None

    def write(self, text: str) -> int:
        """Show the text, and note it."""
        self._written.append((round(time.monotonic() - self._began, 3), text))
        return self._screen.write(text)

    def flush(self) -> None:
        self._screen.flush()

    def mail(self, mail: Mail) -> None:
        """Note a mail; the first one counts."""
        self._mail = self._mail or mail

    def save(self, folder: Path, slack: dict[str, Any]) -> None:
        """Write all of it into a folder, with the body of a post to the webhook."""
        folder.mkdir(parents=True, exist_ok=True)
        head = {"version": 2, "width": self._columns, "height": 36}
        lines = [head, *([seconds, "o", text] for seconds, text in self._written if text)]
        (folder / "demo.cast").write_text(
            "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines),
            encoding="utf-8",
        )
        if self._mail:
            mail = {"to": self._mail.to, "subject": self._mail.subject, "text": self._mail.text}
            _write(folder / "mail.json", mail)
        _write(folder / "slack.json", slack)


def _write(path: Path, document: dict[str, Any]) -> None:
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
