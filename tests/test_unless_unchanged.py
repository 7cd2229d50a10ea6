"""Tests that may be skipped are skipped only when they passed with the very same files."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[1] / "tools" / "unless_unchanged.sh"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "a file.py").write_text("first")
    return tmp_path


def run(project: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(SCRIPT), "room-tests", "room", "--", *command],
        cwd=project,
        env={"PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_passed_is_skipped_loudly(project: Path) -> None:
    assert run(project, "echo", "ran").stdout == "ran\n"
    again = run(project, "echo", "ran").stdout
    assert again.startswith("==> SKIPPED room-tests: room are as they were when it passed")


def test_ci_runs_always(project: Path) -> None:
    run(project, "echo", "ran")
    assert run(project, "echo", "ran", CI="1").stdout == "ran\n"


def test_what_failed_runs_again_and_fails_again(project: Path) -> None:
    assert run(project, "false").returncode == 1
    assert run(project, "false").returncode == 1


def test_what_failed_in_ci_is_not_taken_for_passed(project: Path) -> None:
    passes_without = ("test", "!", "-e", "broken")
    assert run(project, *passes_without).returncode == 0
    (project / "broken").touch()
    assert run(project, *passes_without, CI="1").returncode == 1
    assert run(project, *passes_without).returncode == 1


@pytest.mark.parametrize("change", ["content", "new", "gone", "name", "command"])
def test_any_change_runs_it(project: Path, change: str) -> None:
    run(project, "echo", "ran")
    file = project / "room" / "a file.py"
    match change:
        case "content":
            file.write_text("second")
        case "new":
            (project / "room" / "b.py").touch()
        case "gone":
            file.unlink()
        case "name":
            file.rename(file.with_name("c.py"))
    command = ("echo", "anew") if change == "command" else ("echo", "ran")
    assert "SKIPPED" not in run(project, *command).stdout
