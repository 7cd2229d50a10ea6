"""The wheel alone, installed where nothing of the checkout is, runs the command."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# The package, and the data that is linked into it.
SOURCES = ("trailkeeper", "queries")
STATE_CHANGE = {
    "detail-type": "EC2 Instance State-change Notification",
    "source": "aws.ec2",
    "id": "1",
    "time": "2026-11-20T03:04:05Z",
    "region": "us-east-1",
    "account": "111122223333",
    "detail": {"instance-id": "i-0123456789abcdef0", "state": "stopped"},
}


def pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of an environment with the wheel and, behind it, the tests' libraries."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in ("pyproject.toml", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    for name in SOURCES:
        shutil.copytree(ROOT / name, source / name, symlinks=True)
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(source))
    [wheel] = folder.glob("trailkeeper-*.whl")
    environment = folder / "environment"
    venv.create(environment, with_pip=False)
    python = environment / "bin" / "python"
    pip("--python", str(python), "install", "--no-deps", "--no-index", str(wheel))
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    libraries = environment / "lib" / version / "site-packages" / "libraries.pth"
    libraries.write_text(sysconfig.get_path("purelib") + "\n")
    return python.parent


def run(installed: Path, *command: str, cwd: Path) -> str:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [str(installed / command[0]), *command[1:]],
        cwd=cwd,
        env={**kept, "AWS_EC2_METADATA_DISABLED": "true"},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_command_comes_from_the_wheel_and_says_what_it_can(
    installed: Path, tmp_path: Path
) -> None:
    where = "import trailkeeper.cli.guard as each; print(each.__file__)"

    assert run(installed, "python", "-c", where, cwd=tmp_path).startswith(str(installed.parent))
    shown = run(installed, "trailkeeper", "--help", cwd=tmp_path)
    assert all(name in shown for name in ("status", "pause", "preview", "alerts", "search"))


@pytest.mark.parametrize("command", ["status", "reconcile", "pause", "preview", "search"])
def test_each_command_finds_all_that_it_imports(
    installed: Path, tmp_path: Path, command: str
) -> None:
    assert "Usage: " in run(installed, "trailkeeper", command, "--help", cwd=tmp_path)


def test_a_preview_runs_from_the_decision_to_the_mail(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "event.json").write_text(json.dumps(STATE_CHANGE))
    (tmp_path / "cdk.json").write_text("{}")

    shown = run(
        installed,
        *("trailkeeper", "preview", "--event", "event.json", "--settings", "cdk.json"),
        cwd=tmp_path,
    )

    assert "Verdict: an alert would be sent" in shown
    assert "Subject: [Info] EC2 i-0123456789abcdef0" in shown


def test_the_wheel_brings_its_package_whole_and_no_other(installed: Path) -> None:
    [site] = (installed.parent / "lib").glob("python*/site-packages")

    shipped = {
        Path(folder, name).relative_to(ROOT)
        for folder, _, names in os.walk(ROOT / "trailkeeper", followlinks=True)
        for name in names
        if "__pycache__" not in folder
    }
    assert Path("trailkeeper/queries/athena/root-use.sql") in shipped
    assert sorted(each for each in shipped if not (site / each).is_file()) == []
    assert [path for path in site.rglob("*") if path.is_symlink()] == []
    ours = {each.name for each in site.iterdir() if each.is_dir() and "dist-info" not in each.name}

    assert ours - {"__pycache__"} == {"trailkeeper"}
