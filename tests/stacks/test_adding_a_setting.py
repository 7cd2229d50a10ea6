"""Doing what CONTRIBUTING.md says of a setting is enough, and leaving out a part is noticed."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_contributing import copy_of_the_project, edit, failures, steps

WALK = (
    "tests/stacks/test_declared_settings.py",
    "tests/stacks/test_generated.py::test_the_page_of_settings_has_them_as_they_are",
    *("-k", "night_mail or page_of_settings"),
)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return copy_of_the_project(tmp_path)


def declare(copy: Path) -> None:
    declared, _ = steps("A new setting")
    before = "    @classmethod\n    def from_context("
    line = "    " + declared.content
    edit(copy / "stacks" / "settings.py", before, f"{line}\n{before}")


def hand_over(copy: Path) -> None:
    _, handed_over = steps("A new setting")
    environs = copy / "stacks" / "environs.py"
    text, count = re.subn(
        r"( +)owner_tag=settings.owner_tag,\n",
        rf"\g<0>\g<1>{handed_over.content}",
        environs.read_text(encoding="utf-8"),
    )
    assert count == 1
    environs.write_text(text, encoding="utf-8")


def test_a_setting_that_is_added_as_it_says_passes_the_walk(copy: Path) -> None:
    declare(copy)
    hand_over(copy)
    command = [sys.executable, "-m", "stacks.settings_table", "--write", "docs/settings.md"]
    subprocess.run(command, check=True, cwd=copy, timeout=120)

    assert failures(copy, *WALK) == set()


def test_a_setting_that_no_stack_reads_and_no_document_has_does_not(copy: Path) -> None:
    declare(copy)

    assert failures(copy, *WALK) == {
        "test_a_stack_reads_it[night_mail]",
        "test_the_page_of_settings_has_them_as_they_are",
    }
