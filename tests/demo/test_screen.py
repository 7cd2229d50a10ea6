"""The demo reads well at 80 columns."""

from __future__ import annotations

import pytest

from demo import ending
from demo.mailbox import Mail
from demo.screen import Screen

LONG = "aws cloudtrail lookup-events --region us-east-1 --start-time 2026-11-26T15:44:29Z"


def test_a_mail_keeps_its_own_lines(capsys: pytest.CaptureFixture[str]) -> None:
    Screen().mail(Mail("security@example.com", f"[Warning] {'x' * 80}", f"A line.\n{LONG}"))

    lines = capsys.readouterr().out.splitlines()

    assert "To: security@example.com" in lines
    assert f"Subject: [Warning] {'x' * 80}" in lines
    assert LONG in lines


def test_a_line_of_the_story_hangs_below_itself(capsys: pytest.CaptureFixture[str]) -> None:
    Screen().trailkeeper("the mail about the terminated instance is there, and more to say of it")

    first, *others = capsys.readouterr().out.splitlines()

    assert len(first) <= 80
    assert others
    assert all(line.startswith(" " * 20) and len(line) <= 80 for line in others)


def test_the_ending_fits() -> None:
    assert all(len(line) <= 80 for line in (ending.summary(7, 63) + ending.NEXT).splitlines())
