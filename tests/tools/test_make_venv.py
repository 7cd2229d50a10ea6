"""An environment that a set-up left half made, or that was moved, is made anew."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "tools").mkdir()
    for name in ("make_venv.sh", "forget_broken.sh", "pick_python.sh"):
        shutil.copy(ROOT / "tools" / name, tmp_path / "tools" / name)
    (tmp_path / "none.txt").write_text("")
    return tmp_path


def run(project: Path, *command: str) -> None:
    subprocess.run(command, cwd=project, check=True, timeout=120)


def made(project: Path) -> Path:
    run(project, "tools/make_venv.sh", ".venv", "none.txt")
    (project / ".venv" / ".ready").touch()
    return project / ".venv"


def test_what_is_half_made_is_made_anew(project: Path) -> None:
    half = project / ".venv" / "bin"
    half.mkdir(parents=True)
    (half / "python").write_text("")
    (project / ".venv" / "left-over").touch()

    venv = made(project)

    assert not (venv / "left-over").exists()
    run(project, ".venv/bin/python", "-c", "import pip")


def test_what_is_whole_is_kept(project: Path) -> None:
    venv = made(project)
    (venv / "mine").touch()

    run(project, "tools/forget_broken.sh")
    assert (venv / ".ready").exists()
    made(project)

    assert (venv / "mine").exists()


def test_a_moved_folder_and_a_vanished_python_are_noticed(project: Path) -> None:
    venv = made(project)
    (venv / ".made-for").write_text("/elsewhere\n")
    run(project, "tools/forget_broken.sh")
    assert not (venv / ".ready").exists()

    (venv / ".made-for").write_text(f"{project.resolve()}\n")
    (venv / ".ready").touch()
    (venv / "bin" / "python").unlink()
    run(project, "tools/forget_broken.sh")
    assert not (venv / ".ready").exists()
