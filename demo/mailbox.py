"""The local mailbox as its reader meets it: new mails, oldest first, subject and text."""

from __future__ import annotations

import email
import email.policy
from dataclasses import dataclass
from pathlib import Path

_FOOTER = "\n--\nIf you wish to stop receiving notifications"


@dataclass(frozen=True, slots=True)
class Mail:
    """One delivered mail; `text` is without the footer that SNS puts under every mail."""

    to: str
    subject: str
    text: str


class Mailbox:
    """Reads each .eml file of a folder once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: set[Path] = set()

    def new(self) -> list[Mail]:
        """The mails that came since the last look."""
        arrived = sorted(set(self._folder.glob("*.eml")) - self._seen)
        self._seen |= set(arrived)
        return [_read(path) for path in arrived]


def _read(path: Path) -> Mail:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    body = message.get_body(("plain",))
    text = str(body.get_content()) if body else ""
    return Mail(str(message["To"]), str(message["Subject"]), text.split(_FOOTER, 1)[0].rstrip())
