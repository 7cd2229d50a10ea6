"""What makes a history the same whenever it is played, and fast."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

import pytest

from lambdas.heal import checks, reconciling
from trailkeeper.reconcile import begun, reading


class AtOnce(Executor):
    """Does what it is asked for before it answers."""

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def submit(self, call: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(call(*given, **named))
        except (
            BaseException
        ) as error:  # a crash is one, and is raised where the result is asked for
            future.set_exception(error)
        return future


@pytest.fixture(autouse=True)
def one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash after so many writes must come at the same place again."""
    for module in (begun, checks, reading, reconciling):
        monkeypatch.setattr(module, "ThreadPoolExecutor", AtOnce)
