"""What makes a history the same whenever it is played, and fast."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lambdas.heal import checks, reconciling
from trailkeeper.reconcile import begun, reading


class Done:
    """What a future is after its end; a `Future` takes ten times as long to make."""

    def __init__(self, call: Callable[[], Any]) -> None:
        self._raised: BaseException | None = None
        try:
            self._result = call()
        # A crash is one, and is raised where the result is asked for.
        except BaseException as error:
            self._raised = error

    def result(self, timeout: float | None = None) -> Any:
        if self._raised is not None:
            raise self._raised
        return self._result


class AtOnce:
    """An executor that does what it is asked for before it answers."""

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def __enter__(self) -> AtOnce:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def submit(self, call: Callable[..., Any], /, *given: Any, **named: Any) -> Done:
        return Done(lambda: call(*given, **named))

    def shutdown(self, *, wait: bool = True) -> None:
        pass


@pytest.fixture(autouse=True)
def one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash after so many writes must come at the same place again."""
    for module in (begun, checks, reading, reconciling):
        monkeypatch.setattr(module, "ThreadPoolExecutor", AtOnce)
