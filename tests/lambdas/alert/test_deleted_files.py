"""Deleted log files are told within a minute, counted, by one alert; none is lost on the way."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambdas.alert import deleted_files
from tests.lambdas.alert.conftest import ACCOUNT, REGION, Account
from trailkeeper.alerts.incoming import Flush, read

BUCKET = f"trailkeeper-logs-{ACCOUNT}-{REGION}"
FOLDER = f"AWSLogs/{ACCOUNT}/CloudTrail/{REGION}/2026/11/20"


def deleted(number: int, *, lost: bool = True, **changes: Any) -> dict[str, Any]:
    """EventBridge's envelope (S3 user guide, "EventBridge event message structure")."""
    detail = {
        "version": "0",
        "bucket": {"name": BUCKET},
        "object": {
            "key": f"{FOLDER}/{number:05}.json.gz",
            "etag": "d41d8cd98f00b204e9800998ecf8427e",
            "version-id": "1QW9g1Z99LUNbvaaYVpW9xDlOLU.qxgF",
            "sequencer": "617f0837b476e463",
        },
        "request-id": "0BH729840619AG5K",
        "requester": ACCOUNT,
        "source-ip-address": "203.0.113.7",
        "reason": "DeleteObject",
        "deletion-type": "Permanently Deleted" if lost else "Delete Marker Created",
        **changes,
    }
    return {
        "version": "0",
        "id": f"e{number}",
        "detail-type": "Object Deleted",
        "source": "aws.s3",
        "account": ACCOUNT,
        "time": f"2026-11-20T09:{17 + number // 60:02}:{number % 60:02}Z",
        "region": REGION,
        "resources": [f"arn:aws:s3:::{BUCKET}"],
        "detail": detail,
    }


def close(account: Account, bodies: list[str]) -> list[str]:
    """Hand over the messages that close windows, as their time has come."""
    return account.handle(*(each for each in bodies if isinstance(read(each), Flush)))


def test_many_are_one_alert_that_counts_them(account: Account) -> None:
    for start in range(0, 300, 100):
        assert account.handle(*map(deleted, range(start, start + 100))) == []
    assert account.mails() == []
    (closing,) = account.sent()

    assert close(account, [closing]) == []

    ((subject, body),) = account.mails()
    assert subject == "[Critical] 300 log files deleted for good - by whom unknown - 123456789012"
    assert "203.0.113.7, 300 deletions" in body
    assert "00004.json.gz" in body
    assert "00005.json.gz" not in body
    assert "295 more" in body


def test_the_window_closes_in_half_a_minute(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr(account.clients.sqs, "send_message", lambda **call: asked.append(call))

    account.handle(deleted(1))

    assert [each["DelaySeconds"] for each in asked] == [30]


def test_a_delete_marker_loses_nothing(account: Account) -> None:
    account.handle(deleted(1, lost=False), deleted(2, lost=False))
    close(account, account.sent())

    ((subject, body),) = account.mails()
    assert subject == (
        "[Warning] 2 log files deleted, nothing lost - by whom unknown - 123456789012"
    )
    assert "its versions are still there" in body
    assert "list-object-versions" in body


def test_both_kinds_are_counted_apart(account: Account) -> None:
    account.handle(deleted(1), deleted(2, lost=False), deleted(3))
    close(account, account.sent())

    ((subject, body),) = account.mails()
    assert "2 log files deleted for good" in subject
    assert "1 file more has only a delete marker" in body


def test_an_account_of_somebody_else_is_named(account: Account) -> None:
    account.handle(deleted(1, requester="999988887777"))
    close(account, account.sent())

    ((subject, _),) = account.mails()
    assert subject == ("[Critical] 1 log file deleted for good - 999988887777 - 123456789012")


def test_the_same_event_twice_is_one_deletion(account: Account) -> None:
    account.handle(deleted(1), deleted(1))
    account.handle(deleted(1))
    close(account, account.sent())

    ((subject, _),) = account.mails()
    assert "1 log file deleted" in subject


def test_what_goes_on_is_told_again_and_ends(account: Account) -> None:
    account.handle(*map(deleted, range(3)))
    close(account, account.sent())
    account.handle(*map(deleted, range(10, 14)))
    (second,) = account.sent()

    close(account, [second])
    (third,) = account.sent()
    close(account, [third])

    assert [subject.split(" - ")[0] for subject, _ in account.mails()] == [
        "[Critical] 3 log files deleted for good",
        "[Critical] 4 log files deleted for good",
    ]
    assert account.sent() == []


def test_a_message_that_closes_a_window_twice_tells_once(account: Account) -> None:
    account.handle(deleted(1))
    closing = account.sent()

    close(account, closing)
    close(account, closing)

    assert len(account.mails()) == 1


def test_what_comes_as_its_window_closes_is_counted(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.handle(deleted(1))
    closing = account.sent()
    hold = deleted_files.State.hold_deletions

    def too_late(self: Any, window: str, deletions: Any) -> None:
        monkeypatch.setattr(deleted_files.State, "hold_deletions", hold)
        close(account, closing)
        hold(self, window, deletions)

    monkeypatch.setattr(deleted_files.State, "hold_deletions", too_late)
    assert account.handle(deleted(2)) == []
    close(account, account.sent())

    files = "".join(body for _, body in account.mails())
    assert "00001.json.gz" in files
    assert "00002.json.gz" in files


def refuse(**_: object) -> Any:
    raise ClientError({"Error": {"Code": "InternalError"}}, "Any")


def test_without_the_table_they_are_told_at_once(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account.clients.dynamodb, "get_item", refuse)

    assert account.handle(deleted(1), deleted(2)) == []

    ((subject, _),) = account.mails()
    assert "2 log files deleted for good" in subject


def test_what_could_not_be_told_comes_again(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.handle(deleted(1))
    closing = account.sent()
    with monkeypatch.context() as patch:
        patch.setattr(account.clients.sns, "publish", refuse)
        assert close(account, closing) == ["m0"]

    assert close(account, closing) == []
    assert len(account.mails()) == 1


@pytest.mark.parametrize("time", ["", "yesterday", "2026-11-20", "9999-12-31T23:59:59+00:00"])
def test_a_time_that_is_none_breaks_nothing(account: Account, time: str) -> None:
    account.handle(deleted(1) | {"time": time})
    close(account, account.sent())

    assert len(account.mails()) == 1
