"""Everything that is downloaded is pinned, and by nothing that ties it to one place."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LOCKS = sorted(
    path.relative_to(ROOT).as_posix()
    for pattern in ("*.lock", "*/requirements.lock")
    for path in ROOT.glob(pattern)
)


def test_the_cdk_command_line_is_the_newest_real_one() -> None:
    """`latest` and 3.0.0 on npm are a stale release that cannot read what aws-cdk-lib writes."""
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    locked = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]

    assert wanted == {"aws-cdk": "2.1148.1"}
    assert locked["node_modules/aws-cdk"]["version"] == "2.1148.1"
    assert locked["node_modules/aws-cdk"]["integrity"].startswith("sha512-")


def test_the_cdk_library_is_one_that_the_command_line_can_read() -> None:
    pins = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()

    assert "aws-cdk-lib==2.275.0" in pins


@pytest.mark.parametrize(
    "name",
    sorted(
        path.relative_to(ROOT).as_posix()
        for path in ROOT.glob("**/requirements*.txt")
        if not {"node_modules", "build"} & set(path.relative_to(ROOT).parts)
        and not path.relative_to(ROOT).parts[0].startswith(".")
    ),
)
def test_every_requirement_is_pinned_exactly(name: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    wanted = [line for line in lines if line and not line.startswith(("#", "-r "))]

    assert wanted
    assert [line for line in wanted if not re.fullmatch(r"[\w.\[\]-]+==[\w.]+( ?;.*)?", line)] == []


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_hashes(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    packages = [line for line in text.splitlines() if line and not line.startswith("#")]

    assert packages
    assert [line.split()[0] for line in packages if "--hash=sha256:" not in line] == []


@pytest.mark.parametrize("name", [*LOCKS, "package-lock.json", ".npmrc"])
def test_no_lock_says_where_to_download_from(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")

    assert "://" not in text
    assert "index-url" not in text


def test_the_functions_get_the_versions_that_are_tested() -> None:
    def versions(name: str) -> dict[str, str]:
        text = (ROOT / name).read_text(encoding="utf-8")
        return dict(re.findall(r"^([\w.-]+)==([\w.]+)", text, flags=re.MULTILINE))

    shipped, tested = versions("lambdas/requirements.lock"), versions("requirements-dev.lock")

    assert shipped.items() <= tested.items()


def test_every_action_of_a_workflow_is_pinned_to_a_commit_and_says_which_version_that_is() -> None:
    for workflow in (ROOT / ".github" / "workflows").glob("*.yml"):
        used = re.findall(r"uses: (.+)", workflow.read_text(encoding="utf-8"))

        assert used
        assert [
            each
            for each in used
            if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\..+", each)
        ] == []


def test_the_workflow_runs_what_people_run_and_may_only_read() -> None:
    workflow = (ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8")

    assert re.findall(r"run: (.+)", workflow) == ["make test ORDER=random"]
    assert re.findall(r"permissions:\n((?:  .+\n)+)", workflow) == ["  contents: read\n"]


def test_a_commit_is_judged_by_the_tools_of_make_setup() -> None:
    hooks = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")

    assert re.findall(r"entry: (\S+)", hooks) == [
        ".venv/bin/ruff",
        ".venv/bin/ruff",
        ".venv/bin/python",
    ]
    assert re.findall(r"(?:repo|language): (\w+)", hooks) == ["local", *["system"] * 3]
