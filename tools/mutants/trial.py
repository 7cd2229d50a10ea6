"""One fault, one process: a copy of a warm Python that has our own code still to import."""

from __future__ import annotations

import builtins
import functools
import importlib
import io
import os
import signal
import sys
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

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
# Nobody reads what tests write. Without rewritten assertions, as what is imported already cannot be
# rewritten.
_OPTIONS = ("-x", "-q", "-s", "-p", "no:xdist", "--assert=plain")
# Of processor time, for a test: so many times what it took when it was measured, and a few more.
_TIMES = 10
# A machine that has other work takes longer, and no fault made it: a limit in seconds of the clock
# is so much above the one in seconds of the processor.
_CLOCK = 10
# Those that run before the files of the others are even imported: most faults are noticed by them.
_FIRST = 20


@dataclass(frozen=True)
class Trial:
    """A fault planted in a file (its whole new text), and the tests that can notice.

    For each test the seconds that it takes without the fault; the first ones run first. `more` are
    those of processor time that importing our code may take, and a test more than it did.
    """

    file: str
    text: bytes
    tests: Mapping[str, float]
    more: float = 5.0


class End(Enum):
    """How a trial ended.

    A loop that a fault made endless uses up its processor time, and is noticed by whoever waits.
    What only waited too long is undecided: the machine may have been busy.
    """

    SURVIVED = "survived"
    NOTICED = "noticed"
    ENDLESS = "endless"
    UNDECIDED = "undecided"


def warm_up() -> None:
    """Import what all trials need, and remember the service models that botocore reads."""
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    for name in _HEAVY:
        importlib.import_module(name)
    import botocore.loaders

    loader: Any = botocore.loaders.JSONFileLoader
    loader.load_file = functools.cache(loader.load_file)
    assert not any(is_ours(name) for name in sys.modules)


def import_all(rooms: Iterable[str]) -> None:
    """Import every module of these rooms."""
    for path in sorted(path for room in rooms for path in (ROOT / room).rglob("*.py")):
        name = path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
        importlib.import_module(name.removesuffix(".__init__"))


def is_ours(module: str | None) -> bool:
    """Whether a module is one of the product."""
    return (module or "").partition(".")[0] in ("trailkeeper", "lambdas")


def start(trial: Trial, said: str = os.devnull) -> int:
    """Begin a trial; the id of its process, whose exit code is 0 if no test noticed.

    What the tests write goes to the file `said`.
    """
    pid = os.fork()
    if pid == 0:
        _run(trial, said)
    return pid


def _run(trial: Trial, said: str) -> None:
    code = 3
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        output = os.open(said, os.O_WRONLY | os.O_CREAT)
        for stream in (1, 2):
            os.dup2(output, stream)
        _plant(ROOT / trial.file, trial.text)
        tests = list(trial.tests)
        code = _Judge(trial, tests[:_FIRST]).judged() or _Judge(trial, tests[_FIRST:]).judged()
    finally:
        os._exit(code)


class _Judge:
    """A pytest plugin that runs some tests until one fails, each with a limit of its own."""

    def __init__(self, trial: Trial, tests: Sequence[str]) -> None:
        self._trial = trial
        self._tests = {test: number for number, test in enumerate(tests)}

    def judged(self) -> int:
        """The exit code of the tests, 0 for none."""
        _limit(self._trial.more)
        functions = list(dict.fromkeys(map(_function, self._tests)))
        return int(pytest.main([*_OPTIONS, *functions], plugins=[self])) if functions else 0

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out other parameters, except where the fault has changed what they are called."""
        renamed = set(map(_function, self._tests.keys() - {each.nodeid for each in items}))
        kept = [
            each
            for each in items
            if each.nodeid in self._tests or _function(each.nodeid) in renamed
        ]
        items[:] = sorted(kept, key=lambda each: self._tests.get(each.nodeid, len(self._tests)))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        """Begin to count."""
        _limit(self._trial.more + _TIMES * self._trial.tests.get(item.nodeid, 1.0))


def _function(test: str) -> str:
    return test.partition("[")[0]


def _limit(seconds: float) -> None:
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, seconds * _CLOCK)


def _plant(file: Path, text: bytes) -> None:
    """Give the text to whoever imports the file, and to the tests that read it."""
    get_original, opened = SourceFileLoader.get_code, io.open

    def get_code(self: SourceFileLoader, fullname: str) -> CodeType | None:
        if Path(self.path) == file:
            return compile(text, self.path, "exec", dont_inherit=True)
        return get_original(self, fullname)

    def open_(path: Any, mode: str = "r", *more: Any, **named: Any) -> Any:
        if not isinstance(path, (str, Path)) or Path(path) != file:
            return opened(path, mode, *more, **named)
        read = io.BytesIO(text)
        return read if "b" in mode else io.TextIOWrapper(read, encoding="utf-8")

    for holder, name, put in (
        (SourceFileLoader, "get_code", get_code),
        (io, "open", open_),
        (builtins, "open", open_),
    ):
        setattr(holder, name, put)


def finished(running: Container[int]) -> tuple[int, End]:
    """Wait for one of the processes; its id, and how its trial ended."""
    signals = {-signal.SIGPROF: End.ENDLESS, -signal.SIGALRM: End.UNDECIDED, 0: End.SURVIVED}
    while True:
        pid, status = os.wait()
        if pid in running:
            return pid, signals.get(os.waitstatus_to_exitcode(status), End.NOTICED)
