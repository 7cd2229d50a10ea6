"""A document about several things: which of them differ, in what, and that each is put right."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.deployed_evidence import BASELINE
from tests.recorded import Recorded
from trailkeeper.evidence.drift import Change, Drift
from trailkeeper.guards.each import Differing, differing, of_each


def drift(*paths: str) -> Drift:
    return Drift("guard", "things", tuple(Change(path, "x", "y") for path in paths))


@pytest.mark.parametrize(
    ("paths", "fields"),
    [
        (("a.Policy.Statement[].Action",), {"Policy"}),
        (("a.Rules[].Status", "a.Rules", "a.Owner"), {"Rules", "Owner"}),
        # What is not there at all, and what has no fields.
        (("a",), {""}),
        (("a[]",), {""}),
        (("ab.Policy", "b.a", "a-dead"), set()),
        ((), set()),
    ],
)
def test_the_fields_of_one_thing_that_differ(paths: tuple[str, ...], fields: set[str]) -> None:
    assert differing(drift(*paths), "a") == fields


def test_each_that_differs_is_put_right_though_one_cannot_be() -> None:
    done: list[tuple[str, Differing]] = []

    def restore(_: Any, __: Any, record: str, fields: Differing) -> None:
        done.append((record, fields))
        if record in ("A", "C"):
            raise ClientError({"Error": {"Code": f"Refused{record}"}}, "Put")

    document = of_each(
        "things",
        {"c": "C", "a": "A", "b": "B", "d": "D"},
        read=lambda *_: None,
        wanted=lambda *_: {},
        reads=("x:Get",),
        restore=restore,
        writes=("x:Put",),
    )
    assert document.write is not None

    with pytest.raises(ClientError, match="RefusedC"):
        document.write(Recorded(), BASELINE, drift("a.Policy", "b", "c.Key"))

    assert done == [
        ("C", frozenset({"Key"})),
        ("A", frozenset({"Policy"})),
        ("B", frozenset({""})),
    ]


def test_what_nobody_restores_has_no_write() -> None:
    document = of_each("things", {}, read=lambda *_: None, wanted=lambda *_: {}, reads=("x:Get",))

    assert document.write is None
    assert document.writes == ()
