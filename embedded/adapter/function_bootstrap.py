"""Runs inside a Lambda worker process: imports the handler, then answers each event with a line.

A program, not a module of the adapter: it is started by path, isolated from every site-packages
folder, and sees only what a function sees on AWS.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import socket
import ssl
import sys
import time
import traceback
from pathlib import Path
from typing import Any, TextIO


class Context:
    """The context object of one invocation; names and units as Lambda gives them."""

    identity = None
    client_context = None

    def __init__(self, invocation: dict[str, Any]) -> None:
        self._deadline = time.monotonic() + float(invocation["timeout_ms"]) / 1000
        self.aws_request_id: str = invocation["request_id"]
        self.invoked_function_arn: str = invocation["invoked_function_arn"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self._deadline - time.monotonic()) * 1000))


def _channel() -> TextIO:
    """Keep the answer line for ourselves: whatever the function prints goes to its log."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return answers


def _handler(module: str, name: str) -> Any:
    return getattr(importlib.import_module(module), name)


def _keep_on_this_machine() -> None:
    """Load the guard from its file: no package of ours is to be seen by a function."""
    file = Path(__file__).resolve().parents[1] / "loopback.py"
    spec = importlib.util.spec_from_file_location("_loopback", file)
    assert spec is not None
    assert spec.loader is not None
    guard = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(guard)
    guard.guard()


def _answer_hosts(ports: str, certificates: str) -> None:
    """Resolve the hosts in a file to loopback ports, and trust the certificates in another, too.

    Both may come to be after the function has started. Its environment stays as AWS's is.
    """
    look_up, load = socket.getaddrinfo, ssl.SSLContext.load_default_certs

    def trusting(context: ssl.SSLContext, purpose: Any = ssl.Purpose.SERVER_AUTH) -> None:
        load(context, purpose)
        if Path(certificates).exists():
            context.load_verify_locations(certificates)

    def answered(host: Any, port: Any, *rest: Any, **more: Any) -> Any:
        file = Path(ports)
        known = json.loads(file.read_text()) if file.exists() else {}
        if host in known:
            return look_up("127.0.0.1", known[host], *rest, **more)
        return look_up(host, port, *rest, **more)

    socket.getaddrinfo = answered
    ssl.SSLContext.load_default_certs = trusting  # type: ignore[assignment, method-assign]


def _trace(header: str | None) -> None:
    """Where the SDK looks for the trace header that it sends on (Lambda developer guide)."""
    if header:
        os.environ["_X_AMZN_TRACE_ID"] = header
    else:
        os.environ.pop("_X_AMZN_TRACE_ID", None)


def main() -> None:
    _keep_on_this_machine()
    answers = _channel()

    def answer(**fields: Any) -> None:
        answers.write(json.dumps(fields) + "\n")

    start = json.loads(sys.stdin.readline())
    _answer_hosts(start["ports"], start["certificates"])
    sys.path[:] = [*start["first"], *(p for p in sys.path if p), *start["last"]]
    sys.argv = ["bootstrap"]
    try:
        handler = _handler(start["module"], start["handler"])
    except Exception as error:  # the function's own code: whatever it raises is its answer
        traceback.print_exc()
        answer(status="error", error=f"{type(error).__name__}: {error}")
        return
    answer(status="ready", cold=True)
    for line in sys.stdin:
        message = json.loads(line)
        _trace(message["ctx"].get("trace_id"))
        try:
            result = handler(message["event"], Context(message["ctx"]))
            reply = json.dumps({"status": "ok", "result": result})
        except Exception as error:  # as above
            failed = {"error": str(error), "trace": traceback.format_exc()}
            reply = json.dumps({"status": "ok", "failed": failed})
        sys.stderr.flush()
        answers.write(reply + "\n")


main()
