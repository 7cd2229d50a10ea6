"""One fault, one process: a copy of a warm Python that has our own code still to import."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
# What the tests import and what is not ours: a copy of this process need not import it again.
_HEAVY = (
    *("pytest", "_pytest.assertion.rewrite", "boto3", "botocore.session", "botocore.httpsession"),
    *("hypothesis", "moto", "moto.backends", "moto.core.models", "moto.moto_api._internal"),
    *("moto.cloudtrail.models", "moto.s3.models", "moto.kms.models", "moto.logs.models"),
    *("moto.iam.models", "moto.sns.models", "moto.sqs.models", "moto.dynamodb.models"),
    *("moto.events.models", "aws_lambda_powertools", "aws_lambda_powertools.metrics"),
    *("aws_lambda_powertools.utilities.idempotency", "click", "rich.console"),
)


@dataclass(frozen=True)
class Trial:
    """A fault planted in a file (its whole new text), and the tests that can notice."""

    file: str
    text: bytes
    tests: Sequence[str]
    seconds: float


def warm_up() -> None:
    """Import what all trials need, and remember the service models that botocore reads."""
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    for name in _HEAVY:
        importlib.import_module(name)
    import botocore.loaders

    loader: Any = botocore.loaders.JSONFileLoader
    loader.load_file = cache(loader.load_file)
    assert not [name for name in sys.modules if name.startswith("trailkeeper.")]


def start(trial: Trial, said: str = os.devnull) -> int:
    """Begin a trial; the id of its process, whose exit code is 0 if no test noticed.

    What the tests write goes to the file `said`.
    """
    pid = os.fork()
    if pid == 0:
        _run(trial, said)
    return pid


def _run(trial: Trial, said: str) -> None:
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    output = os.open(said, os.O_WRONLY | os.O_CREAT)
    for stream in (1, 2):
        os.dup2(output, stream)
    code = 3
    # A fault may make a loop endless; whoever hangs has noticed.
    signal.setitimer(signal.ITIMER_REAL, trial.seconds)
    try:
        _plant(ROOT / trial.file, trial.text)
        import pytest

        # Without rewritten assertions, as what is imported already cannot be rewritten.
        code = int(pytest.main(["-x", "-q", "-p", "no:xdist", "--assert=plain", *trial.tests]))
    finally:
        os._exit(code)


def _plant(file: Path, text: bytes) -> None:
    original = SourceFileLoader.get_code

    def get_code(self: SourceFileLoader, fullname: str) -> CodeType | None:
        if Path(self.path) == file:
            return compile(text, self.path, "exec", dont_inherit=True)
        return original(self, fullname)

    loader: Any = SourceFileLoader
    loader.get_code = get_code


def finished(running: Container[int]) -> tuple[int, bool]:
    """Wait for one of the processes; its id, and whether a test noticed the fault."""
    while True:
        pid, status = os.wait()
        if pid in running:
            return pid, os.waitstatus_to_exitcode(status) != 0
