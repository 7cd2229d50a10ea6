"""Every setting is whole: the walk behind the checklist for a setting in CONTRIBUTING.md."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from stacks.settings import Settings, SettingsError, declared_settings
from stacks.settings_table import settings_table

ROOT = Path(__file__).resolve().parents[2]
NONSENSE = {"nonsense": [[None]]}

each_setting = pytest.mark.parametrize("name", declared_settings())


def read_by_the_stacks() -> Iterator[str]:
    """The names in `settings.<name>` of the stacks and the app."""
    for path in [ROOT / "app.py", *(ROOT / "stacks").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Attribute(attr=name, value=ast.Name(id="settings")):
                    yield name


@each_setting
def test_a_stack_reads_it(name: str) -> None:
    assert name in set(read_by_the_stacks())


@each_setting
def test_its_default_is_allowed(name: str) -> None:
    metadata = declared_settings()[name].metadata

    assert metadata["kind"].parse(metadata["default"]) == getattr(Settings(), name)


@each_setting
def test_it_says_what_it_means_and_what_is_allowed(name: str) -> None:
    metadata = declared_settings()[name].metadata

    assert metadata["meaning"].endswith((".", ")."))
    assert metadata["kind"].allowed
    assert f"| `{name}` | {metadata['meaning']} |" in settings_table()


@each_setting
def test_nonsense_is_refused_by_its_name(name: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_context({"trailkeeper": {name: NONSENSE}})

    lines = [line for line in str(caught.value).splitlines() if line.startswith("  - ")]
    assert lines
    for line in lines:
        assert line.startswith(f"  - {name}")
        assert "given" in line
        assert "allowed: " in line
