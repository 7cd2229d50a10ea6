"""An environment that a set-up left half made, or that was moved, is made anew."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with an environment in it, which was made where half of one had been left."""
    project = tmp_path_factory.mktemp("project").resolve()
    (project / "tools").mkdir()
    for name in ("make_venv.sh", "forget_broken.sh", "pick_python.sh"):
        shutil.copy(ROOT / "tools" / name, project / "tools" / name)
    (project / "none.txt").write_text("")
    half = project / ".venv" / "bin"
    half.mkdir(parents=True)
    (half / "python").write_text("")
    (project / ".venv" / "left-over").touch()
    make(project)
    return project


@pytest.fixture
def project(whole: Path) -> Iterator[Path]:
    """The same with its mark of a finished set-up, for a test to spoil."""
    venv = whole / ".venv"
    (venv / ".ready").touch()
    python = (venv / "bin" / "python").readlink()
    yield whole
    (venv / "bin" / "python").unlink(missing_ok=True)
    (venv / "bin" / "python").symlink_to(python)
    (venv / ".made-for").write_text(f"{whole}\n")


def run(project: Path, *command: str) -> None:
    subprocess.run(command, cwd=project, check=True, timeout=120)


def make(project: Path) -> None:
    run(project, "tools/make_venv.sh", ".venv", "none.txt")


def is_ready(project: Path) -> bool:
    """Whether the next run of make takes the environment as it is."""
    run(project, "tools/forget_broken.sh")
    return (project / ".venv" / ".ready").exists()


def test_what_is_half_made_is_made_anew(project: Path) -> None:
    assert not (project / ".venv" / "left-over").exists()
    run(project, ".venv/bin/python", "-c", "import pip")


def test_what_is_whole_is_kept(project: Path) -> None:
    (project / ".venv" / "mine").touch()

    assert is_ready(project)
    make(project)

    assert (project / ".venv" / "mine").exists()


def test_a_moved_folder_is_noticed(project: Path) -> None:
    (project / ".venv" / ".made-for").write_text("/elsewhere\n")

    assert not is_ready(project)


def test_a_vanished_python_is_noticed(project: Path) -> None:
    (project / ".venv" / "bin" / "python").unlink()

    assert not is_ready(project)
