"""How long the heal function keeps trying: within a budget of time, with full jitter."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from botocore.exceptions import ClientError

from trailkeeper.guards.guard import THROTTLED, error_code

T = TypeVar("T")

# CloudTrail's write calls are limited to about one a second for the whole account, and an attacker
# who loops StopLogging shares that limit with us.
_WORTH_RETRYING = THROTTLED | {
    "ConflictException",
    "OperationAborted",
    "OperationAbortedException",
    "ConcurrentModification",
    "ConcurrentModificationException",
    "DependencyTimeoutException",
}
_BASE_SECONDS = 0.4
_LONGEST_SECONDS = 5.0
# IAM and KMS need seconds as a rule; what is still refused then waits for the next run, so that
# the documents after it get their share of this one.
_NOT_YET_SECONDS = 20.0
# AWS configuration is eventually consistent: what was just written may read as it was.
_READ_BACK_SECONDS = (0.0, 0.1, 0.4, 1.0, 2.0, 3.0)

NotYet = Callable[[ClientError], bool]


def never(_: ClientError) -> bool:
    """For calls about nothing that was just written."""
    return False


@dataclass(frozen=True, slots=True)
class Patience:
    """A budget that ends at `deadline` (seconds of `clock`); `sleep` and `jitter` are passed in."""

    deadline: float
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[float, float], float] = field(default=random.uniform)

    @property
    def left(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self.deadline - self.clock())

    def persist(self, call: Callable[[], T], not_yet: NotYet = never) -> T:
        """Call until AWS takes it, as long as it only says "later" and the budget lasts.

        `not_yet` says of an error whether it means no more than that AWS has not heard yet of what
        this run wrote; that is outlasted for 20 seconds.

        Raises:
            ClientError: AWS refused for good, or was still throttling at the deadline.
        """
        attempt = 0
        begun = self.clock()
        while True:
            try:
                return call()
            except ClientError as error:
                bound = min(_LONGEST_SECONDS, _BASE_SECONDS * 2**attempt)
                pause = self.jitter(0.0, bound)
                later = error_code(error) in _WORTH_RETRYING
                if not later and not_yet(error):
                    later = self.clock() - begun + pause < _NOT_YET_SECONDS
                if not later or pause >= self.left:
                    raise
                self.sleep(pause)
                attempt += 1

    def read_back(self, read: Callable[[], T], longest: float = math.inf) -> T | None:
        """Read until nothing is found any more; what was found last when the tries are used up.

        It reads at least once: what nobody has looked at is not in order. `longest` bounds the
        pauses between the reads, in seconds.
        """
        found: T | None = None
        for pause in _READ_BACK_SECONDS:
            longest -= pause
            if pause and (pause >= self.left or longest < 0):
                break
            self.sleep(pause)
            found = read()
            if found is None:
                return None
        return found
