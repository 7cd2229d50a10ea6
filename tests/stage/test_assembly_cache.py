"""A kept assembly is used only when everything that goes into one is the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from stage.assembly_cache import KEPT, AssemblyCache


@pytest.fixture
def project(tmp_path: Path) -> Path:
    made = tmp_path / "project"
    for name in ("lambdas/core/alert.py", "stacks/trail.py", "queries/one.sql", "README.md"):
        path = made / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("first")
    for name in ("app.py", "cdk.json", "package-lock.json", "requirements-dev.lock"):
        (made / name).write_text("first")
    return made


@pytest.fixture
def assembly(tmp_path: Path) -> Path:
    made = tmp_path / "cdk.out"
    (made / "asset.1").mkdir(parents=True)
    (made / "asset.1" / "handler.py").write_text("pass")
    (made / "manifest.json").write_text("{}")
    return made


def cache(project: Path, region: str = "us-east-1", **settings: object) -> AssemblyCache:
    return AssemblyCache(project, "111122223333", region, settings)


def fetch(assemblies: AssemblyCache, target: Path) -> bool:
    return assemblies.fetch(assemblies.key(), target)


def keep(assemblies: AssemblyCache, assembly: Path) -> None:
    assemblies.keep(assemblies.key(), assembly)


def test_an_assembly_comes_back_as_it_was(project: Path, assembly: Path, tmp_path: Path) -> None:
    assert not fetch(cache(project), tmp_path / "first")
    keep(cache(project), assembly)
    assert fetch(cache(project), tmp_path / "second")
    assert (tmp_path / "second" / "asset.1" / "handler.py").read_text() == "pass"
    assert (tmp_path / "second" / "manifest.json").read_text() == "{}"


@pytest.mark.parametrize(
    "file",
    [
        "app.py",
        "cdk.context.json",
        "cdk.json",
        "lambdas/core/alert.py",
        "lambdas/core/new.py",
        "package-lock.json",
        "queries/one.sql",
        "requirements-dev.lock",
        "stacks/trail.py",
    ],
)
def test_a_changed_input_needs_a_new_one(
    project: Path, assembly: Path, tmp_path: Path, file: str
) -> None:
    keep(cache(project), assembly)
    (project / file).write_text("changed")
    assert not fetch(cache(project), tmp_path / "copy")


def test_other_settings_or_another_region_need_a_new_one(
    project: Path, assembly: Path, tmp_path: Path
) -> None:
    keep(cache(project, kms=True), assembly)
    assert not fetch(cache(project, kms=False), tmp_path / "copy")
    assert not fetch(cache(project, region="eu-west-1", kms=True), tmp_path / "copy")
    assert fetch(cache(project, kms=True), tmp_path / "copy")


def test_what_goes_into_no_assembly_does_not_count(
    project: Path, assembly: Path, tmp_path: Path
) -> None:
    keep(cache(project), assembly)
    (project / "README.md").write_text("changed")
    compiled = project / "stacks" / "__pycache__"
    compiled.mkdir()
    (compiled / "trail.cpython-311.pyc").write_text("compiled")
    assert fetch(cache(project), tmp_path / "copy")


def test_only_the_latest_are_kept(project: Path, assembly: Path, tmp_path: Path) -> None:
    for number in range(KEPT + 2):
        keep(cache(project, number=number), assembly)
    assert len(list((project / "build" / "assemblies").iterdir())) == KEPT
