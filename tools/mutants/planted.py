"""Faults that people have planted before, in tests/mutants/planted.toml: each must be noticed.

A fault is a text to search for and what to put in its place. It is looked for in its file, and when
that is gone in all files of the product, so that code may move. `tests` are those that must fail.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "tests" / "mutants" / "planted.toml"
PRODUCT = ("trailkeeper", "lambdas", "stacks")
# What is too large to copy and is not changed: the tests of a copy use it where it is.
_LINKED = (".venv", ".venv-aws", "node_modules", "build")
_LEFT_OUT = (".git", "cdk.out", "*cache*", "*.pyc")
# Also of all of these tests together, on a machine that has other work.
_SECONDS = 3600


class LostFaultError(LookupError):
    """When a fault's text is nowhere, or in more than one place."""


@dataclass(frozen=True)
class Known:
    """One planted fault, as the file says."""

    id: str
    what: str
    file: str
    search: str
    replace: str
    tests: tuple[str, ...]

    def found(self, root: Path = ROOT) -> Path:
        """The file that holds the text.

        Raises:
            LostFaultError: none does, or more than one, or one does more than once.
        """
        named = root / self.file
        if named.is_file() and named.read_text(encoding="utf-8").count(self.search) == 1:
            return named
        texts = {
            path: path.read_text(encoding="utf-8").count(self.search)
            for room in PRODUCT
            for path in (root / room).rglob("*.py")
        }
        places = [path for path, count in texts.items() if count]
        if len(places) != 1 or texts[places[0]] != 1:
            raise LostFaultError(f"{self.id}: found {sum(texts.values())} times: {self.search!r}")
        return places[0]


def known() -> list[Known]:
    """All planted faults."""
    raw = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return [Known(**{**each, "tests": tuple(each["tests"])}) for each in raw["fault"]]


def main() -> int:
    """Plant one after the other in a copy; 1 if a fault survives the tests that should notice."""
    alive = list(_alive())
    print(f"{len(known()) - len(alive)} of {len(known())} planted faults were noticed")
    return 1 if alive else 0


def _alive() -> Iterator[Known]:
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = Path(folder, "copy")
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*_LEFT_OUT, *_LINKED))
        for name in _LINKED:
            if (ROOT / name).exists():
                (copy / name).symlink_to(ROOT / name)
        sound = {test for fault in known() for test in fault.tests}
        if not _passes(copy, *sorted(sound)):
            raise SystemExit("the tests fail on the code as it is: no fault can be judged by them")
        for fault in known():
            path = fault.found(copy)
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace(fault.search, fault.replace), encoding="utf-8")
            noticed = not _passes(copy, *fault.tests)
            path.write_text(text, encoding="utf-8")
            print(f"{'noticed' if noticed else 'SURVIVES'}: {fault.id} {fault.what}", flush=True)
            if not noticed:
                yield fault


def _passes(copy: Path, *tests: str) -> bool:
    done = subprocess.run(
        [sys.executable, "-B", "-m", "pytest", "-x", *tests],
        cwd=copy,
        env={**os.environ, "NO_SHRINK": "1"},  # that a history fails is enough here
        capture_output=True,
        timeout=_SECONDS,
        check=False,
    )
    return done.returncode == 0
