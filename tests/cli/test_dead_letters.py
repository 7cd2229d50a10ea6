"""What functions gave up is shown, and removed, by the alert function at a command."""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.cli.test_redrive import Functions
from trailkeeper.cli.__main__ import main


def shown(
    *letters: tuple[str, str], removed: int = 0, spared: int = 0, more: bool = False
) -> dict[str, Any]:
    said = [
        {"when": f"2026-11-20T09:17:{number:02}+00:00", "what": what, "why": why}
        for number, (what, why) in enumerate(letters)
    ]
    found = {"letters": said, "removed": removed, "spared": spared, "more": more}
    return {"refused": "", "redriven": None, "shown": found}


def run(monkeypatch: pytest.MonkeyPatch, functions: Functions, *options: str) -> Result:
    monkeypatch.setattr(
        "trailkeeper.cli.account.Account.client", lambda self, service, **_: functions
    )
    return CliRunner().invoke(main, ["dead-letters", *options])


def test_each_is_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    functions = Functions(shown(("cloudtrail: StopLogging", "THROTTLING"), ("x", "no reason")))

    result = run(monkeypatch, functions)

    assert result.output.splitlines() == [
        "2026-11-20 09:17:00 UTC  cloudtrail: StopLogging: THROTTLING",
        "2026-11-20 09:17:01 UTC  x: no reason",
    ]
    asked = {"command": "dead-letters", "of": "heal", "drain": False}
    assert functions.asked == [{"trailkeeper": asked}]


def test_a_terminal_gets_no_control_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(monkeypatch, Functions(shown(("\x1b[31mred\nline", "\x07"))))

    assert "\x1b" not in result.output
    assert "\x07" not in result.output
    assert len(result.output.splitlines()) == 1


def test_draining_goes_on_until_nothing_more_is_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    functions = Functions(
        shown(("a", "x"), removed=1, more=True),
        shown(("b", "x"), ("c", "x"), removed=1, spared=1),
    )

    result = run(monkeypatch, functions, "--of", "watcher", "--drain")

    assert [each["trailkeeper"]["of"] for each in functions.asked] == ["watcher", "watcher"]
    assert result.output.splitlines()[3:] == [
        "2 removed.",
        "1 stay until they are 20 min old, so that their alarm goes off first.",
    ]


def test_nothing_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(monkeypatch, Functions(shown())).output == "No dead letters.\n"


def test_what_is_not_shown_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(monkeypatch, Functions(shown(("a", "x"), more=True)))

    assert result.output.splitlines()[-1] == "There are more; run it again with --drain."


def test_a_queue_that_cannot_be_used_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = {"refused": "a queue cannot be used: gone", "redriven": None, "shown": None}

    result = run(monkeypatch, Functions(refused))

    assert result.exit_code == 1
    assert result.output == "Error: a queue cannot be used: gone\n"
