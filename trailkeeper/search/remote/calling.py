"""Calls to AWS as the engines make them: refusals in one line, long queries that can be ended."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from trailkeeper.search.errors import SearchError

T = TypeVar("T")
Tell = Callable[[str], None]
"""Told one line for a person, such as what a query costs."""

_DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation")
_FIRST_WAIT, _LONGEST_WAIT = 0.05, 1.0


@contextmanager
def plainly(place: str, right: str) -> Iterator[None]:
    """Say what AWS refused as a SearchError; `right` is the IAM action that the calls need."""
    # Late: whoever searches files must not wait for it.
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        message = " ".join(error.response["Error"].get("Message", "").split())
        if code in _DENIED:
            raise SearchError(
                f"You lack the right {right} that {place} needs. {message}"
            ) from error
        raise SearchError(f"{place} refused: {code}: {message}") from error
    except BotoCoreError as error:
        raise SearchError(f"{place} cannot be asked: {error}") from error


def stop(place: str, tell: Tell, call: Callable[[], object]) -> None:
    """Stop a query that nobody waits for any more; what forbids it is told and hides no error."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        call()
    except (BotoCoreError, ClientError) as error:
        why = " ".join(str(error).split())
        tell(f"{place} could not be told to stop the query, which runs on and is charged: {why}")


def wait(look: Callable[[], T | None], sleep: Callable[[float], None] = time.sleep) -> T:
    """Look until there is an answer, less often the longer it takes."""
    pause = _FIRST_WAIT
    while (found := look()) is None:
        sleep(pause)
        pause = min(pause * 1.5, _LONGEST_WAIT)
    return found


def size(amount: float) -> str:
    """So many bytes, for people."""
    for unit, each in (("GB", 1e9), ("MB", 1e6), ("KB", 1e3)):
        if amount >= each:
            return f"{amount / each:.1f} {unit}"
    return f"{amount:.0f} bytes"


def dollars(amount: float) -> str:
    return f"{amount:.2f} USD" if amount >= 0.01 else "less than 0.01 USD"
