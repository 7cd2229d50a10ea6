"""A Slack channel on this machine: takes what the alert function posts to its webhook."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_LARGEST = 1_000_000


Answer = Callable[[dict[str, Any]], tuple[int, float]]
"""The status that a message is answered with, and the seconds until then."""


def take(_: dict[str, Any]) -> tuple[int, float]:
    """Answer as Slack does when all is well."""
    return 200, 0.0


class SlackChannel:
    """The messages that were taken and those that were tried, and the URL of the webhook.

    `answer` may be replaced to see what becomes of an alert when Slack does not take it.
    """

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.tried: list[dict[str, Any]] = []
        self.answer: Answer = take
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
            message = json.loads(self.rfile.read(length))
            channel.tried.append(message)
            status, seconds = channel.answer(message)
            time.sleep(seconds)
            if status == 200:
                channel.messages.append(message)
            with suppress(ConnectionError):  # whoever waited may have gone
                self.send_response(status)
                self.end_headers()
                self.wfile.write(b"ok" if status == 200 else b"internal_error")

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Keep the screen for the story."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Webhook)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    channel.url = f"http://127.0.0.1:{server.server_port}/services/local"
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
    return content.replace("*", "").replace("`", "")
