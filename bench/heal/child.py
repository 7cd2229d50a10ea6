"""Runs one handler in a process of its own: `child.py RUN.json`, with only the standard library.

It is run as a file, by an interpreter that sees the measured package and nothing else.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import socket
import sys
import time
from pathlib import Path
from typing import Any


class Context:
    """What Lambda passes to a handler beside the event."""

    function_name = "trailkeeper-heal"
    function_version = "$LATEST"
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:trailkeeper-heal"
    memory_limit_in_mb = 512
    aws_request_id = "00000000-0000-4000-8000-000000000000"
    log_group_name = "/aws/lambda/trailkeeper-heal"
    log_stream_name = "bench"

    def get_remaining_time_in_millis(self) -> int:
        return 120_000


class Endpoint:
    """Tells the endpoint when an event begins and ends; raw, so that it costs next to nothing."""

    def __init__(self, host: str, port: int) -> None:
        self._socket = socket.create_connection((host, port), timeout=20)

    def tell(self, path: str) -> None:
        request = f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Length: 0\r\n\r\n"
        self._socket.sendall(request.encode())
        answer = self._socket.recv(4096)
        if not answer.startswith(b"HTTP/1.1 200 "):
            raise SystemExit(answer.decode())


def _keep_on_this_machine() -> None:
    """Load the guard from its file: the measured package is all that this process sees."""
    file = Path(__file__).resolve().parents[2] / "embedded" / "loopback.py"
    spec = importlib.util.spec_from_file_location("_loopback", file)
    assert spec is not None
    assert spec.loader is not None
    guard = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(guard)
    guard.guard()


def main(path: str) -> None:
    """Handle the events of a run; its figures go into the file that it names."""
    _keep_on_this_machine()
    with Path(path).open(encoding="utf-8") as file:
        run: dict[str, Any] = json.load(file)
    handler = getattr(importlib.import_module(run["module"]), run["function"])
    if not run["events"]:
        handler(run["event"], Context())
        return
    endpoint = Endpoint(run["host"], run["port"])
    spent = []
    for _ in range(run["events"]):
        endpoint.tell("/-/begin/" + run["scene"])
        before = time.process_time()
        handler(run["event"], Context())
        spent.append(time.process_time() - before)
        endpoint.tell("/-/end/" + run["scene"])
    with Path(run["result"]).open("w", encoding="utf-8") as file:
        json.dump(spent, file)


main(sys.argv[1])
sys.stdout.flush()
# Lambda freezes its process and never takes it apart, so nobody pays for that here either.
os._exit(0)
