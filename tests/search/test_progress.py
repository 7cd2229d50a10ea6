"""How far a long search is: on a terminal, and only there."""

from __future__ import annotations

import io

import pytest

from trailkeeper.search import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_WAIT", 0.0)


def test_on_a_terminal_and_gone_before_anything_else_is_written() -> None:
    terminal = Terminal()
    shown = progress.Progress(terminal, total=4_000_000)

    shown.advance(8, 1_000_000)
    assert terminal.getvalue() == "\r\x1b[K[#####               ]  25% 8 files, 1 MB"
    shown.clear()
    shown.clear()

    assert terminal.getvalue().endswith("MB\r\x1b[K")


def test_nothing_in_a_pipe() -> None:
    pipe = io.StringIO()

    progress.Progress(pipe).advance(8, 1_000_000)

    assert pipe.getvalue() == ""
