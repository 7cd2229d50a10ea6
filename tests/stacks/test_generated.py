"""Sections of the documents that are made from the code."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from stacks import generated, leaving, rights_table, setting_names, settings_table
from stacks.settings import declared_settings
from tests.stacks.deployed import REGION, Deployed

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_of_settings_has_them_as_they_are() -> None:
    page = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    table = settings_table.settings_table()

    assert generated.with_section(page, settings_table.SECTION, table) == page, (
        "run: .venv/bin/python -m stacks.settings_table --write docs/settings.md"
    )


def test_the_command_knows_the_name_of_every_setting() -> None:
    kept = (ROOT / "trailkeeper/cli/setting_names.py").read_text(encoding="utf-8")

    assert kept == setting_names.module(), (
        "run: .venv/bin/python -m stacks.setting_names --write trailkeeper/cli/setting_names.py"
    )


def test_the_page_of_permissions_has_them_as_they_are() -> None:
    page = (ROOT / "docs/permissions.md").read_text(encoding="utf-8")
    table = rights_table.rights_table()

    assert generated.with_section(page, rights_table.SECTION, table) == page, (
        "run: .venv/bin/python -m stacks.rights_table --write docs/permissions.md"
    )


def test_the_page_about_leaving_removes_what_the_template_makes(evidence: Deployed) -> None:
    page = (ROOT / "docs/leaving.md").read_text(encoding="utf-8")
    made = leaving.section(evidence.template, REGION)

    assert generated.with_section(page, leaving.SECTION, made) == page, (
        "run: .venv/bin/python -m stacks.leaving --write docs/leaving.md"
    )


def test_the_page_about_leaving_removes_the_stacks_beyond_home(
    assembly: Callable[[str], Path],
) -> None:
    page = (ROOT / "docs/leaving.md").read_text(encoding="utf-8")
    name = "TrailkeeperSatellite-us-east-1"
    template = json.loads((assembly("elsewhere") / f"{name}.template.json").read_text())
    *_, unprotect, delete = leaving.beyond_home({name: template}).splitlines()

    assert unprotect == (
        "aws cloudformation update-termination-protection --region us-east-1 "
        "--stack-name TrailkeeperSatellite-us-east-1 --no-enable-termination-protection"
    )
    assert delete == (
        "aws cloudformation delete-stack --region us-east-1 "
        "--stack-name TrailkeeperSatellite-us-east-1"
    )
    assert f"{unprotect}\n{delete}\n" in page
    template["Resources"]["Kept"] = {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain"}
    with pytest.raises(leaving.UnknownResourceError, match="leaves something behind: AWS::S3"):
        leaving.beyond_home({name: template})


def test_a_resource_that_nobody_can_remove_is_an_error() -> None:
    template = {"Resources": {"New": {"Type": "AWS::Athena::WorkGroup"}}}

    with pytest.raises(leaving.UnknownResourceError, match="AWS::Athena::WorkGroup"):
        leaving.leaving(template, REGION)


def test_the_table_has_a_row_for_every_setting() -> None:
    table = settings_table.settings_table()

    for name in declared_settings():
        assert f"| `{name}` |" in table
    assert all(line.count(" | ") == 3 for line in table.splitlines()[2:])


def test_a_section_is_replaced_and_nothing_else() -> None:
    document = "before\n<!-- x -->\nold\n<!-- /x -->\nafter\n"

    assert generated.with_section(document, "x", "new") == (
        "before\n<!-- x -->\nnew\n<!-- /x -->\nafter\n"
    )


def test_a_document_without_markers_is_refused() -> None:
    with pytest.raises(generated.MarkersMissingError, match="<!-- settings -->"):
        generated.with_section("no table here", "settings", "")


def test_the_command_writes_its_section_into_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page.md"
    page.write_text("<!-- x --><!-- /x -->", encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["x_table", "--write", str(page)])

    assert generated.run("x_table", "x", lambda: "made") == 0
    assert page.read_text(encoding="utf-8") == "<!-- x -->\nmade\n<!-- /x -->"


def test_the_command_says_how_it_is_used(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["x_table", "--what"])

    assert generated.run("x_table", "x", lambda: "made") == 2
    assert "usage: python -m x_table [--write FILE]" in capsys.readouterr().err


def cdk_commands() -> dict[str, set[str]]:
    """The options of each command of CDK that a page names, by the command."""
    found: dict[str, set[str]] = {}
    for page in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")):
        for line in re.findall(r"npx cdk ([^`\n#]+)", page.read_text(encoding="utf-8")):
            command, *rest = line.split()
            options = {each for each in rest if each.startswith("-")}
            found.setdefault(command, set()).update(options)
    return found


@pytest.mark.parametrize(("command", "options"), cdk_commands().items())
def test_every_command_of_cdk_that_a_page_names_exists_with_its_options(
    command: str, options: set[str]
) -> None:
    asked = [str(ROOT / "node_modules" / ".bin" / "cdk"), command, "--help"]
    said = subprocess.run(asked, capture_output=True, text=True, check=True, timeout=60)
    known = set(re.findall(r"(?<![\w-])--?[a-z][\w-]*", said.stdout))

    assert said.stdout.startswith(f"cdk {command}")
    assert options <= known
