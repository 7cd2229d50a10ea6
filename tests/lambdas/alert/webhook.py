"""A Slack on this machine that answers as a test says."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from unittest import mock

from lambdas.alert.channels import slack
from tests.block_kit import problems


class Webhook:
    """A Slack that checks Block Kit as the real one does; `answer` is its next status."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.answer = 200
        self.release = threading.Event()
        self.release.set()


def _without_tls(host: str, port: int, timeout: float) -> HTTPConnection:
    """A connection to this machine in place of Slack's; TLS is shown end to end."""
    assert host == "hooks.slack.com"
    return HTTPConnection("127.0.0.1", port, timeout=timeout)


@contextmanager
def listening() -> Iterator[tuple[Webhook, str]]:
    webhook = Webhook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            webhook.paths.append(self.path)
            webhook.release.wait(5)
            status = 400 if problems(body) else webhook.answer
            if status == 200:
                webhook.messages.append(body)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            with mock.patch.object(
                slack,
                "HTTPSConnection",
                lambda host, timeout: _without_tls(host, server.server_port, timeout),
            ):
                yield webhook, "https://hooks.slack.com/services/T0/B0/secret"
        finally:
            webhook.release.set()
            server.shutdown()
            thread.join()
