"""What a resource says of itself saves a call; what it does not say is asked."""

from __future__ import annotations

from typing import Any

import pytest

from tests.account_answers import EVERYTHING, answering
from trailkeeper.evidence.drift import ABSENT, Change, Drift
from trailkeeper.guards.evidence import EVIDENCE
from trailkeeper.guards.guard import Document, Guard, ResourceGoneError, Unreadable

BY_NAME = {guard.name: guard for guard in EVIDENCE}
ASKED = {
    "log-group/data-protection": ("DescribeLogGroups", "GetDataProtectionPolicy"),
    "trail/insight-selectors": ("DescribeTrails", "GetInsightSelectors"),
}
SAYS_NONE: dict[str, tuple[str, str, Any]] = {
    "log-group/data-protection": ("logGroups", "dataProtectionStatus", None),
    "trail/insight-selectors": ("trailList", "HasInsightSelectors", False),
}


def compared(document: str, *others: dict[str, Any]) -> tuple[Any, list[str]]:
    """What a guard finds, and what it asked for."""
    clients = answering(*others)
    guard = BY_NAME[document.partition("/")[0]]
    found = guard.compare(guard.document(document.partition("/")[2]), clients, EVERYTHING)
    return found, clients.operations


@pytest.mark.parametrize("document", ASKED)
def test_what_says_of_itself_that_it_has_none_is_not_asked(document: str) -> None:
    described, asked = ASKED[document]
    listed, field, none = SAYS_NONE[document]
    (there,) = (
        each
        for each in answering().answers[described][listed]
        if "trailkeeper" in str(each) and not str(each).count("of-others")
    )
    says = {key: value for key, value in there.items() if key != field}
    says |= {} if none is None else {field: none}

    _, operations = compared(document, {described: {listed: [says]}})

    assert operations == [described]
    assert compared(document)[1] == [described, asked]


@pytest.mark.parametrize("document", ASKED)
def test_what_cannot_be_described_is_asked_all_the_same(document: str) -> None:
    described, asked = ASKED[document]

    found, operations = compared(document, {described: "AccessDeniedException"})

    assert operations == [described, asked]
    assert not isinstance(found, Unreadable)


@pytest.mark.parametrize(("document", "listed"), [(each, SAYS_NONE[each][0]) for each in ASKED])
def test_of_what_is_gone_nothing_is_asked(document: str, listed: str) -> None:
    described, _ = ASKED[document]

    found, operations = compared(document, {described: {listed: []}})

    assert operations == [described]
    assert isinstance(found, Drift)
    assert found.gone


def test_what_is_gone_is_named_with_all_its_places() -> None:
    def read(*_: Any) -> Any:
        raise ResourceGoneError

    guard = guard_of(read, applies=True)

    (found,) = guard.observe(answering(), EVERYTHING)

    assert found == Drift(
        "pair", "both", (Change("", ABSENT, "arn:aws:x:::one, arn:aws:x:::two"),), gone=True
    )


def test_a_guard_of_what_was_not_deployed_finds_nothing_and_asks_nobody() -> None:
    def read(*_: Any) -> Any:
        raise AssertionError("asked")

    assert guard_of(read, applies=False).observe(answering(), EVERYTHING) == ()


def guard_of(read: Any, *, applies: bool) -> Guard:
    return Guard(
        name="pair",
        documents=(Document("both", read, lambda _: {}, (), None),),
        resource=lambda _: ("arn:aws:x:::one", "arn:aws:x:::two"),
        why="",
        applies=lambda _: applies,
    )


def test_a_group_that_goes_while_it_is_read_is_gone() -> None:
    found, _ = compared(
        "log-group/metric-filters", {"DescribeMetricFilters": "ResourceNotFoundException"}
    )

    assert isinstance(found, Drift)
    assert found.gone
