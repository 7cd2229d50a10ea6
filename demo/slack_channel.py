"""A Slack channel on this machine: takes what the alert function posts to its webhook."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_LARGEST = 1_000_000


class SlackChannel:
    """The messages that were posted, oldest first, and the URL of the webhook."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.url = ""

    def about(self, words: str) -> list[str]:
        """The lines of the first message with these words, none if there is no such message."""
        for message in list(self.messages):
            lines = self._texts(message)
            if any(words in line for line in lines):
                return lines
        return []

    def _texts(self, message: dict[str, Any]) -> list[str]:
        """The lines of a message as Slack shows them, without their markup."""
        blocks = message.get("blocks", [])
        for attachment in message.get("attachments", []):
            blocks = [*blocks, *attachment.get("blocks", [])]
        return [line for block in blocks for line in _lines(block)]


@contextmanager
def slack_channel() -> Iterator[SlackChannel]:
    """A channel that listens on a free loopback port until the block ends."""
    channel = SlackChannel()

    class Webhook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = min(int(self.headers.get("Content-Length", 0)), _LARGEST)
            channel.messages.append(json.loads(self.rfile.read(length)))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Keep the screen for the story."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Webhook)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    channel.url = f"http://127.0.0.1:{server.server_port}/services/demo"
    try:
        yield channel
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def _lines(block: dict[str, Any]) -> list[str]:
    shown = []
    if "text" in block:
        shown.append(_plain(block["text"]))
    shown += [_plain(each) for each in block.get("fields", [])]
    for element in block.get("elements", []):
        text = element.get("text")
        if element.get("type") == "button":
            shown.append(f"[ {_plain(text)} ]")
        elif text:
            shown.append(_plain(text))
    return shown


def _plain(text: Any) -> str:
    content = text.get("text", "") if isinstance(text, dict) else str(text)
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        content = content.replace(entity, character)
    return content.replace("*", "")
