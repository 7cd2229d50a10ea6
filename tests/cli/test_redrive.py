"""Dead alerts are told by the alert function, which is asked until it comes to no more."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from click.testing import CliRunner, Result

from trailkeeper.cli.__main__ import main


class Functions:
    """Lambda, with the answers of the alert function in turn; `asked` is what it was asked."""

    def __init__(self, *answers: Any, error: str = "") -> None:
        self.answers = list(answers)
        self.error = error
        self.asked: list[Any] = []

    def invoke(self, *, FunctionName: str, Qualifier: str, Payload: bytes) -> dict[str, Any]:
        assert (FunctionName, Qualifier) == ("trailkeeper-alert", "live")
        self.asked.append(json.loads(Payload))
        if self.error:
            raise ClientError({"Error": {"Code": self.error, "Message": "no"}}, "Invoke")
        return {"Payload": io.BytesIO(json.dumps(self.answers.pop(0)).encode())}


def done(told: int, kept: int = 0, *, more: bool = False) -> dict[str, Any]:
    redriven = {"told": told, "kept": kept, "more": more}
    return {"refused": "", "redriven": redriven, "shown": None}


def redrive(monkeypatch: pytest.MonkeyPatch, functions: Functions) -> Result:
    monkeypatch.setattr(
        "trailkeeper.cli.account.Account.client", lambda self, service, **_: functions
    )
    return CliRunner().invoke(main, ["alerts", "redrive"])


def test_it_says_how_many_were_told_and_asks_for_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    functions = Functions(done(47))

    result = redrive(monkeypatch, functions)

    assert result.exit_code == 0
    assert result.output == "47 dead alerts found, 47 told in the order they came.\n"
    assert functions.asked == [{"trailkeeper": {"command": "redrive"}}]


def test_nothing_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    assert redrive(monkeypatch, Functions(done(0))).output == "No dead alerts.\n"


def test_it_is_asked_again_as_long_as_it_gets_on(monkeypatch: pytest.MonkeyPatch) -> None:
    functions = Functions(done(60, more=True), done(40, 1, more=True), done(5, 1))

    result = redrive(monkeypatch, functions)

    assert len(functions.asked) == 3
    assert result.exit_code == 1
    assert result.stdout == (
        "106 dead alerts found, 105 told in the order they came. 1 could not be told and stay: "
        "the log of trailkeeper-alert says why.\n"
    )
    assert result.stderr == "60 told\n100 told\nError: something is still not told\n"


def test_it_is_not_asked_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    functions = Functions(done(0, 100, more=True))

    result = redrive(monkeypatch, functions)

    assert len(functions.asked) == 1
    assert result.exit_code == 1
    assert "There are more; run it again." in result.stdout


@pytest.mark.parametrize(
    ("functions", "words"),
    [
        (
            Functions(error="ResourceNotFoundException"),
            "there is no function trailkeeper-alert in this account and region; deploy the stacks",
        ),
        (Functions(error="AccessDeniedException"), "trailkeeper-alert cannot be invoked"),
        (
            Functions({"batchItemFailures": []}),
            "trailkeeper-alert is of another version than this command",
        ),
        (
            Functions({"refused": "a queue cannot be used: x", "redriven": None, "shown": None}),
            "a queue cannot be used: x",
        ),
        (
            Functions({"refused": "", "redriven": None, "shown": None}),
            "trailkeeper-alert is of another version than this command",
        ),
    ],
)
def test_what_is_wrong_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, functions: Functions, words: str
) -> None:
    result = redrive(monkeypatch, functions)

    assert result.exit_code == 1
    (line,) = result.output.splitlines()
    assert words in line
