"""A Slack channel on this machine: takes what the alert function posts to hooks.slack.com.

The function's code knows no other host than Slack's, so the account has to answer that name here.
"""

from __future__ import annotations

import json
import ssl
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from embedded.control import Control

HOST = "hooks.slack.com"
_LARGEST = 1_000_000


Answer = Callable[[dict[str, Any]], tuple[int, float]]
"""The status that a message is answered with, and the seconds until then."""


def take(_: dict[str, Any]) -> tuple[int, float]:
    """Answer as Slack does when all is well."""
    return 200, 0.0


class SlackChannel:
    """The messages that were taken and those that were tried, and the URL of the webhook.

    `certificate` (PEM) is what it shows, at the loopback port `port`.

    `answer` may be replaced to see what becomes of an alert when Slack does not take it.
    """

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.tried: list[dict[str, Any]] = []
        self.answer: Answer = take
        self.url = f"https://{HOST}/services/T0000/B0000/local"
        self.certificate = ""
        self.port = 0

    def be_found(self, control: Control) -> None:
        """Have the functions of an account reach this channel where they look for Slack."""
        control.answer_host(HOST, self.port, self.certificate)

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
    context, channel.certificate = _certified()
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    channel.port = server.server_port
    try:
        yield channel
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def _certified() -> tuple[ssl.SSLContext, str]:
    """A server's TLS with a certificate for Slack's name, which nobody trusts who is not told."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    shown = certificate.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        chain = Path(folder, "slack.pem")
        chain.write_bytes(shown + secret)
        context.load_cert_chain(chain)
    return context, shown.decode()


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
