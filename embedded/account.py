"""EmbeddedAccount: an AWS account on this machine, served by a child process on 127.0.0.1."""

from __future__ import annotations

import importlib.util
import json
import os
import selectors
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import boto3

from embedded.control import Control

START_SECONDS = 60.0
STOP_SECONDS = 15.0
_HERE = Path(__file__).resolve().parent.parent
_RUNTIME_PACKAGES = ("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3")


class AccountError(Exception):
    """When the embedded account cannot be started; the message is one for the user."""


@dataclass(frozen=True)
class Account:
    """An account that accepts requests, with the keys of its root.

    `mailbox` is a folder with one .eml file for each mail that SNS sent.
    """

    endpoint: str
    account: str
    region: str
    access_key_id: str
    secret_access_key: str
    mailbox: Path

    def session(self) -> boto3.Session:
        """A boto3 session of the account's root; clients need `endpoint_url=account.endpoint`."""
        return boto3.Session(
            aws_access_key_id=self.access_key_id,
            aws_secret_access_key=self.secret_access_key,
            region_name=self.region,
        )

    def client(self, service: str, region: str | None = None) -> Any:
        """A boto3 client of the account's root, in the account's region unless another is named."""
        make: Any = self.session().client
        return make(service, endpoint_url=self.endpoint, region_name=region)

    @property
    def control(self) -> Control:
        """Its state, schedules, clock and faults."""
        return Control(self.endpoint)


class EmbeddedAccount:
    """A context manager: inside it the account runs. All that it writes is in `workdir`.

    `python` is an interpreter with the packages of embedded/requirements.lock; this one by default.
    Functions see the boto3 of the interpreter that starts the account, as Lambda's runtime has one.
    `port`: None takes any free one. `retry_delays` are seconds before the retries of an
    asynchronous Lambda invocation.
    """

    def __init__(
        self,
        workdir: Path,
        *,
        python: Path = Path(sys.executable),
        port: int | None = None,
        region: str = "us-east-1",
        retry_delays: tuple[float, ...] = (1.0, 2.0),
    ) -> None:
        self._workdir = workdir
        self._python = python
        self._port = port
        self._region = region
        self._retry_delays = retry_delays
        self._process: subprocess.Popen[str] | None = None
        self.mailbox = workdir / "mailbox"
        self.log = workdir / "server.log"
        self._complaints = workdir / "server.err"

    def __enter__(self) -> Account:
        self.mailbox.mkdir(exist_ok=True)
        command = [str(self._python), "-m", "embedded.server", "--until-stdin-closes"]
        command += ["--port", str(self._port or 0), "--region", self._region]
        command += ["--workdir", str(self._workdir), "--mailbox", str(self.mailbox)]
        command += ["--log", str(self.log), "--sdk", str(_runtime_sdk(self._workdir / "sdk"))]
        for delay in self._retry_delays:
            command += ["--retry-delay", str(delay)]
        with self._complaints.open("w") as complaints:
            self._process = subprocess.Popen(
                command,
                cwd=_HERE,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=complaints,
                text=True,
                start_new_session=True,
                env={"PATH": os.environ.get("PATH", os.defpath)},
            )
        try:
            return self._await_ready(self._process)
        except BaseException:
            self.stop()
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def wait(self) -> int:
        """Wait until the server ends by itself; its exit code."""
        assert self._process is not None
        return self._process.wait()

    def stop(self) -> None:
        """End the server, which ends its Lambda workers, and wait for it."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()

    def _await_ready(self, process: subprocess.Popen[str]) -> Account:
        assert process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            deadline = time.monotonic() + START_SECONDS
            while not selector.select(timeout=max(0.0, deadline - time.monotonic())):
                if time.monotonic() >= deadline:
                    raise AccountError(
                        f"the embedded account did not start within {START_SECONDS:.0f} s; "
                        f"see {self.log}"
                    )
        line = process.stdout.readline()
        if not line:
            process.wait()
            reason = self._complaints.read_text(encoding="utf-8").strip()
            raise AccountError(reason or f"the embedded account ended at once; see {self.log}")
        return Account(**json.loads(line), mailbox=self.mailbox)


def _runtime_sdk(folder: Path) -> Path:
    """A folder with the packages that Lambda's Python runtime brings along, and no others."""
    folder.mkdir(exist_ok=True)
    for package in _RUNTIME_PACKAGES:
        spec = importlib.util.find_spec(package)
        if spec is None or spec.origin is None:
            raise AccountError(f"{package}, which functions import, is not installed")
        origin = Path(spec.origin)
        source = origin.parent if origin.name == "__init__.py" else origin
        link = folder / source.name
        if not link.exists():
            link.symlink_to(source)
    return folder
