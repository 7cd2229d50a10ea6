"""A loopback endpoint with one account behind it, which notes each call and what it had cost."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from urllib.parse import parse_qs, urlsplit

from bench.heal.account import Account, Answer
from bench.measure import BenchError

_S3_READS = {
    "policy": "GetBucketPolicy",
    "publicAccessBlock": "GetPublicAccessBlock",
    "lifecycle": "GetBucketLifecycleConfiguration",
    "versioning": "GetBucketVersioning",
    "encryption": "GetBucketEncryption",
    "ownershipControls": "GetBucketOwnershipControls",
    "logging": "GetBucketLogging",
    "object-lock": "GetObjectLockConfiguration",
    "replication": "GetBucketReplication",
    "notification": "GetBucketNotificationConfiguration",
    "requestPayment": "GetBucketRequestPayment",
}


@dataclass(frozen=True, slots=True)
class Call:
    """One API call: when it came, and the CPU its caller had used by then (None: unknown)."""

    name: str
    cpu: float | None
    at: float = field(default_factory=time.monotonic)


@dataclass
class Event:
    """What happened while one event was handled."""

    cpu_before: float | None
    calls: list[Call] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)
    ended: float | None = None

    @property
    def seconds(self) -> float | None:
        """Wall time of the whole event, None while it lasts."""
        return None if self.ended is None else self.ended - self.began

    def seconds_until(self, name: str) -> float | None:
        """Wall time from the event to the last call of that name."""
        found = [call.at for call in self.calls if call.name == name]
        return found[-1] - self.began if found else None

    def cpu_until(self, name: str) -> float | None:
        """CPU seconds from the event to the last call of that name."""
        for call in reversed(self.calls):
            if call.name == name and call.cpu is not None and self.cpu_before is not None:
                return call.cpu - self.cpu_before
        return None


class Endpoint:
    """A context manager; `url` is where clients go, `account` is what they find there.

    `watch` names the process whose CPU is noted. A process that handles many events says when each
    begins and ends, with the scene it wants: one of the Account's methods. `distance` is how many
    seconds every call takes, as on the way to AWS and back.
    """

    def __init__(self, account: Account, distance: float = 0.0) -> None:
        self.account = account
        self.distance = distance
        self.events: list[Event] = []
        self.problems: list[str] = []
        self._pid: int | None = None
        endpoint = self

        class Handler(_Handler):
            bench = endpoint

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self.host, self.port = "127.0.0.1", self._server.server_address[1]
        self.url = f"http://{self.host}:{self.port}"

    def __enter__(self) -> Endpoint:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def begin(self, scene: str) -> None:
        """Set the scene for the next event and start its list of calls."""
        self.account.set_scene(scene)
        # A process that is not there yet has used nothing.
        self.events.append(Event(self._cpu() if self._pid else 0.0))

    def end(self, scene: str) -> None:
        """Check that the event left nothing to repair."""
        self.events[-1].ended = time.monotonic()
        self.problems += [f"{scene}: {each}" for each in self.account.problems()]

    def watch(self, pid: int) -> None:
        """Note this process's CPU from now on."""
        self._pid = pid

    def forget(self) -> None:
        """Start over for another process."""
        self.events.clear()
        self._pid = None

    def check(self) -> None:
        """Raises BenchError when a call was not understood or an event was not healed."""
        if self.problems:
            raise BenchError("; ".join(dict.fromkeys(self.problems)))

    def answer(self, name: str, body: bytes, path: str) -> Answer:
        """Carry out one call."""
        time.sleep(self.distance)
        if self.events:
            self.events[-1].calls.append(Call(name, self._cpu()))
        answer = self.account.answer(name, body)
        if answer is None:
            self.problems.append(f"the endpoint does not know {name} ({path})")
            return Answer(501, b"", "text/plain")
        return answer

    def _cpu(self) -> float | None:
        """What the watched process has used; its one thread waits for us, so it is up to date."""
        spent = Path(f"/proc/{self._pid}/schedstat")
        try:
            return int(spent.read_text(encoding="ascii").split()[0]) / 1e9
        except (OSError, ValueError, IndexError):
            return None


class _Handler(BaseHTTPRequestHandler):
    bench: Endpoint
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 60

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path.startswith("/-/"):
            self._control()
            return
        answer = self.bench.answer(self._operation(body), body, self.path)
        self._send(answer)

    do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = _serve  # noqa: N815

    def _control(self) -> None:
        _, _, moment, scene = self.path.split("/")
        act: Callable[[str], None] = self.bench.begin if moment == "begin" else self.bench.end
        act(scene)
        self._send(Answer(200, b"", "text/plain"))

    def _operation(self, body: bytes) -> str:
        target = self.headers.get("X-Amz-Target")
        if target:
            return target.rpartition(".")[2]
        form = parse_qs(body.decode("utf-8", "replace"))
        if "Action" in form:
            return form["Action"][0]
        query = parse_qs(urlsplit(self.path).query, keep_blank_values=True)
        for subresource, name in _S3_READS.items():
            if self.command == "GET" and subresource in query:
                return name
        return f"{self.command} {self.path}"

    def _send(self, answer: Answer) -> None:
        """In one piece: two writes would wait for each other's acknowledgement."""
        head = (
            f"HTTP/1.1 {answer.status} -\r\nContent-Type: {answer.kind}\r\n"
            f"Content-Length: {len(answer.body)}\r\nx-amzn-RequestId: bench\r\n\r\n"
        )
        self.wfile.write(head.encode() + answer.body)

    def log_message(self, *_: object) -> None:
        """Quiet."""
