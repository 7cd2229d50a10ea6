"""The start and the end of an insight become one alert, in whatever order they come."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from tests.insight_events import event
from tests.lambdas.alert.conftest import Account

START, END = event("Start"), event("End")
LATER = {"insight": START}


def subjects(account: Account, *bodies: Any) -> list[str]:
    assert account.handle(*bodies) == []
    return [subject for subject, _ in account.mails()]


def test_a_start_waits_for_its_end(account: Account) -> None:
    assert subjects(account, START) == []

    [subject] = subjects(account, END)

    assert "over after 7 min - mallory and 1 more" in subject
    assert subjects(account, LATER) == []


def test_an_end_that_comes_first_is_told_and_its_start_is_not(account: Account) -> None:
    assert len(subjects(account, END)) == 1

    assert subjects(account, START) == []
    assert subjects(account, LATER) == []


def test_what_goes_on_is_told_and_once_more_when_it_is_over(account: Account) -> None:
    subjects(account, START)

    [begun] = subjects(account, LATER)
    [over] = subjects(account, END)

    assert "over after" not in begun
    assert "over after 7 min" in over


def test_each_is_told_once(account: Account) -> None:
    assert len(subjects(account, START, END, END, START, LATER)) == 1
    assert subjects(account, END, LATER) == []


def test_without_the_state_table_both_are_told(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(**_: Any) -> Any:
        raise ReadTimeoutError(endpoint_url="x")

    for call in ("batch_get_item", "batch_write_item"):
        monkeypatch.setattr(account.clients.dynamodb, call, unreachable)

    assert len(subjects(account, END, LATER)) == 2
