"""Each question is asked once, however many ask it, and answered to all of them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.deployed_evidence import BASELINE, refused
from trailkeeper.guards.guard import Document, Guard
from trailkeeper.reconcile.reading import AskedOnce, read_side_by_side


def in_time(ask: Callable[[], Any]) -> Any:
    """What somebody is answered, or how it is refused; who waits for ever is not waited for."""
    told: list[Any] = []

    def wait() -> None:
        try:
            told.append(ask())
        except ClientError as error:
            told.append(error.response["Error"]["Code"])

    asking = threading.Thread(target=wait, daemon=True)
    asking.start()
    asking.join(5)
    assert told, "no answer came"
    return told[0]


class Counted:
    """A client that answers, or refuses, and counts."""

    def __init__(self, answer: Any) -> None:
        self.asked: list[Any] = []
        self._answer = answer

    def describe(self, **given: Any) -> Any:
        self.asked.append(given)
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


def test_a_question_is_asked_once_and_another_one_too() -> None:
    client = Counted("there")
    asked = AskedOnce(SimpleNamespace(service=client))

    answers = [in_time(lambda name=name: asked.service.describe(Name=name)) for name in "aba"]

    assert answers == ["there"] * 3
    assert client.asked == [{"Name": "a"}, {"Name": "b"}]


def test_a_no_is_everybodys_answer() -> None:
    client = Counted(refused("AccessDenied"))
    asked = AskedOnce(SimpleNamespace(service=client))

    for _ in range(2):
        assert in_time(lambda: asked.service.describe(Name="a")) == "AccessDenied"

    assert len(client.asked) == 1


@pytest.mark.parametrize("name", ["sns", "kms", "events", "cloudformation"])
def test_each_region_has_its_own_answers(name: str) -> None:
    by_region = {"us-east-1": Counted("here"), "eu-west-1": Counted("there")}
    asked = AskedOnce(SimpleNamespace(**{f"{name}_in": by_region.__getitem__}))
    client_in = getattr(asked, f"{name}_in")

    assert in_time(client_in("us-east-1").describe) == "here"
    assert in_time(client_in("eu-west-1").describe) == "there"


def guard(name: str) -> Guard:
    def read(clients: Any, _: Any) -> Any:
        clients.service.describe(Name="the same")
        return {}

    return Guard(name, (Document("d", read, lambda _: {}, (), None),), lambda _: name, why="")


def test_guards_that_ask_the_same_make_one_call_and_none_of_what_was_asked_before() -> None:
    client = Counted({})
    clients: Any = SimpleNamespace(service=client)
    before: Any = AskedOnce(clients)
    guards = (guard("one"), guard("two"))

    read_side_by_side(before, BASELINE, guards)
    read_side_by_side(before, BASELINE, guards)
    assert len(client.asked) == 1

    read_side_by_side(clients, BASELINE, guards)
    assert len(client.asked) == 2
