"""Checks, before anything runs, that ministack is as the adapter needs it."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from importlib.metadata import version
from pathlib import Path

MINISTACK_VERSION = "1.5.33"

_NAME = re.compile(r"(?P<module>[\w.]+):(?P<attribute>[\w.]+)(?:\((?P<parameters>.*)\))?")


def private_names(folder: Path = Path(__file__).parent) -> dict[str, list[str]]:
    """Every name that the adapter's files declare in PRIVATE_NAMES, by the file's name.

    Read without importing the file: an import that fails would hide the clear message.
    """
    declared: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            target = node.target if isinstance(node, ast.AnnAssign) else None
            if isinstance(target, ast.Name) and target.id == "PRIVATE_NAMES":
                assert isinstance(node, ast.AnnAssign)
                assert node.value is not None
                declared[path.name] = list(ast.literal_eval(node.value))
    return declared


def missing() -> list[str]:
    """One sentence for each thing that is not as the adapter needs it; empty when all is well."""
    installed = version("ministack")
    problems = []
    if installed != MINISTACK_VERSION:
        problems.append(
            f"ministack {installed} is installed, the adapter is written for {MINISTACK_VERSION}"
        )
    for file, names in private_names().items():
        for name in names:
            problem = _problem(name)
            if problem:
                problems.append(f"adapter/{file} needs {name}: {problem}")
    return problems


def _problem(name: str) -> str | None:
    parsed = _NAME.fullmatch(name)
    if parsed is None:
        return "not of the form module:attribute or module:attribute(parameters)"
    try:
        found: object = importlib.import_module(parsed["module"])
    except ImportError as error:
        return f"cannot be imported ({error})"
    for part in parsed["attribute"].split("."):
        if not hasattr(found, part):
            return f"{part} is gone"
        found = getattr(found, part)
    if parsed["parameters"] is None:
        return None
    if not callable(found):
        return "is no longer callable"
    wanted = [p.strip() for p in parsed["parameters"].split(",") if p.strip()]
    given = list(inspect.signature(found).parameters)
    return None if wanted == given else f"now takes ({', '.join(given)})"
