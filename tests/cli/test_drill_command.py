"""`trailkeeper drill` asks before it stops anything, and ends with what it found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

import click
import pytest
from click.testing import CliRunner, Result

from tests.cli.doctor.seen import ALERT, HEAL
from trailkeeper.cli import drill_command
from trailkeeper.cli.__main__ import main
from trailkeeper.cli.deployed import DeployedError, Functions
from trailkeeper.cli.drill import DrillError, Interrupted, Trail
from trailkeeper.evidence.names import Names

NAMES = Names("aws", "us-east-1", "111122223333", "trailkeeper")


class Ran:
    """Stands for the drill: what it was asked for, and how it ends."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[tuple[str, tuple[str, ...], timedelta]] = []
        self.ending: bool | BaseException = True
        trail = cast(Trail, type("Fake", (), {"names": NAMES})())
        monkeypatch.setattr(drill_command, "deployed", lambda _: Functions(HEAL, ALERT))
        monkeypatch.setattr(Trail, "of", classmethod(lambda *_: trail))
        monkeypatch.setattr(drill_command, "run_drill", self._run("drill"))
        monkeypatch.setattr(drill_command, "run_test", self._run("test"))

    def _run(self, what: str) -> Callable[..., bool]:
        def run(_: Any, __: Any, channels: tuple[str, ...], limit: timedelta) -> bool:
            self.asked.append((what, channels, limit))
            if isinstance(self.ending, BaseException):
                raise self.ending
            return self.ending

        return run


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> Ran:
    return Ran(monkeypatch)


def run(*options: str) -> Result:
    return CliRunner().invoke(main, ["--region", "us-east-1", "drill", *options])


def test_with_yes_it_does_not_ask_and_gives_time_until_the_next_look(ran: Ran) -> None:
    assert run("--yes").exit_code == 0
    assert ran.asked == [("drill", ("sns",), timedelta(minutes=7))]


def test_without_a_terminal_and_without_yes_it_refuses(ran: Ran) -> None:
    result = run()

    assert result.exit_code == 2
    assert result.output.splitlines() == [
        "Error: a drill stops the real trail, and there is no terminal to ask you on: give --yes"
    ]
    assert ran.asked == []


@pytest.mark.parametrize(("answer", "code", "drills"), [("y", 0, 1), ("n", 2, 0), ("", 2, 0)])
def test_on_a_terminal_it_asks(
    ran: Ran, monkeypatch: pytest.MonkeyPatch, answer: str, code: int, drills: int
) -> None:
    monkeypatch.setattr(drill_command, "_is_terminal", lambda: True)

    result = CliRunner().invoke(main, ["--region", "us-east-1", "drill"], input=f"{answer}\n")

    assert result.exit_code == code
    assert "This stops the trail trailkeeper of account 111122223333 on purpose" in result.output
    assert len(ran.asked) == drills


def test_who_ends_the_question_stops_nothing(ran: Ran, monkeypatch: pytest.MonkeyPatch) -> None:
    def abort(*_: Any, **__: Any) -> bool:
        raise click.Abort

    monkeypatch.setattr(drill_command, "_is_terminal", lambda: True)
    monkeypatch.setattr(click, "confirm", abort)

    assert (run().exit_code, ran.asked) == (2, [])


def test_a_dry_one_asks_nobody(ran: Ran) -> None:
    assert run("--dry", "--wait", "9").exit_code == 0
    assert ran.asked == [("test", ("sns",), timedelta(seconds=9))]


@pytest.mark.parametrize(
    ("ending", "code"),
    [(True, 0), (False, 1), (Interrupted(), 1), (DrillError("nothing was stopped: no"), 2)],
)
def test_the_exit_code(ran: Ran, ending: bool | BaseException, code: int) -> None:
    ran.ending = ending

    assert run("--yes").exit_code == code


def test_an_account_without_functions(ran: Ran, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_: Any) -> Functions:
        raise DeployedError("the functions cannot be read: not there")

    monkeypatch.setattr(drill_command, "deployed", gone)
    result = run("--yes")

    assert (result.exit_code, result.output) == (
        2,
        "Error: the functions cannot be read: not there\n",
    )
