"""How long is tried: what AWS calls "later" is outlasted, anything else is said at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from tests.deployed_evidence import refused
from trailkeeper.reconcile.patience import Patience

# As CloudTrail, S3, KMS, IAM, Logs, Lambda, DynamoDB, SQS, SNS, EventBridge and EC2 spell it.
LATER = (
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottled",
    "RequestThrottledException",
    "RequestLimitExceeded",
    "TooManyRequestsException",
    "SlowDown",
    "ConflictException",
    "OperationAborted",
    "OperationAbortedException",
    "ConcurrentModification",
    "ConcurrentModificationException",
    "DependencyTimeoutException",
)


class Pauses(list[float]):
    """A clock that only moves when somebody sleeps, and the sleeps."""

    def patience(self, seconds: float) -> Patience:
        return Patience(seconds, lambda: sum(self), self.append, lambda _, longest: longest)


def refusing(code: str, times: int) -> Callable[[], str]:
    left = [times]

    def call() -> str:
        left[0] -= 1
        if left[0] >= 0:
            raise refused(code)
        return "taken"

    return call


@pytest.mark.parametrize("code", LATER)
def test_what_aws_takes_later_is_asked_again(code: str) -> None:
    assert Pauses().patience(30.0).persist(refusing(code, 3)) == "taken"


@pytest.mark.parametrize("code", ["AccessDenied", "TrailNotFoundException", "Throttled", ""])
def test_a_no_is_said_at_once(code: str) -> None:
    pauses = Pauses()

    with pytest.raises(ClientError):
        pauses.patience(30.0).persist(refusing(code, 1))

    assert pauses == []


def test_the_pauses_grow_to_five_seconds() -> None:
    pauses = Pauses()

    pauses.patience(60.0).persist(refusing("ThrottlingException", 7))

    assert pauses == pytest.approx([0.4, 0.8, 1.6, 3.2, 5.0, 5.0, 5.0])


def test_no_pause_goes_over_the_deadline() -> None:
    pauses = Pauses()

    with pytest.raises(ClientError, match="SlowDown"):
        pauses.patience(6.1).persist(refusing("SlowDown", 100))

    assert pauses == pytest.approx([0.4, 0.8, 1.6, 3.2])


def test_what_aws_has_not_heard_of_yet_is_outlasted_for_twenty_seconds() -> None:
    pauses = Pauses()

    with pytest.raises(ClientError, match="KmsException"):
        pauses.patience(60.0).persist(refusing("KmsException", 100), lambda _: True)

    assert pauses == pytest.approx([0.4, 0.8, 1.6, 3.2, 5.0, 5.0])


def test_what_was_written_is_read_for_seven_seconds_until_it_shows() -> None:
    pauses, reads = Pauses(), iter(["old", "old", None, "never read"])

    assert pauses.patience(30.0).read_back(lambda: next(reads)) is None
    assert pauses == [0.0, 0.1, 0.4]

    pauses.clear()
    assert pauses.patience(30.0).read_back(lambda: "old") == "old"
    assert pauses == [0.0, 0.1, 0.4, 1.0, 2.0, 3.0]


@pytest.mark.parametrize(("left", "longest"), [(1.6, 60.0), (60.0, 1.6), (0.0, 60.0), (60.0, 0.0)])
def test_reading_again_ends_with_the_time_and_reads_once_at_least(
    left: float, longest: float
) -> None:
    pauses = Pauses()

    assert pauses.patience(left).read_back(lambda: "old", longest) == "old"
    assert sum(pauses) <= min(left, longest)
    assert len(pauses) == (4 if left and longest else 1)


def test_what_would_be_taken_at_twenty_seconds_is_not_waited_for_any_more() -> None:
    pauses = Pauses()
    patience = Patience(60.0, lambda: sum(pauses), pauses.append, lambda *_: 4.0)

    with pytest.raises(ClientError):
        patience.persist(refusing("KmsException", 100), lambda _: True)

    assert pauses == [4.0] * 4


def test_a_pause_is_anything_between_nothing_and_the_longest() -> None:
    """Many who were throttled at once must not come again at once."""
    asked: list[tuple[float, float]] = []

    def jitter(least: float, longest: float) -> float:
        asked.append((least, longest))
        return least

    Patience(60.0, lambda: 0.0, lambda _: None, jitter).persist(refusing("SlowDown", 2))

    assert asked == [(0.0, 0.4), (0.0, 0.8)]


def test_no_pause_before_reading_again_reaches_the_deadline() -> None:
    pauses = Pauses()

    assert pauses.patience(0.5).read_back(lambda: "old") == "old"

    assert pauses == [0.0, 0.1]
