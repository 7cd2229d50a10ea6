"""Which unit tests run which lines, and how long each takes, measured once for a state of the code.

A line that runs when its module is imported has no tests of its own: those that run anything else
in the module stand for it, and those of the files that import the module; those that run anything
in its room when there are no such tests. Tests that read all sources go with every line.
"""

from __future__ import annotations

import ast
import json
import os
import sqlite3
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_SECONDS = 3600
# They import little of what they judge, so no line is theirs.
READERS = (
    "tests/test_architecture.py",
    "tests/words/test_texts.py::test_every_key_that_the_code_names_exists",
)


class TestsFailError(RuntimeError):
    """When the tests do not pass on the code as it is, so that their failing would mean nothing."""


@dataclass(frozen=True)
class CoverageMap:
    """Tests by file and line; a test is `path::function`, all its parameters together."""

    lines: dict[str, dict[int, set[str]]]
    seconds: dict[str, float]
    importers: dict[str, set[str]]

    def tests(self, file: str, lines: tuple[int, int], *, top: bool) -> list[str]:
        """The tests that can notice a fault in a statement, quickest first."""
        known = self.lines.get(file, {})
        if top:
            found = self._of(file) | self.importers.get(file, set())
            found = found or self._of(file.rpartition("/")[0])
        else:
            asked = range(lines[0], lines[1] + 1)
            found = set[str]().union(*(known.get(line, set()) for line in asked))
        quickest = sorted(found, key=lambda each: (self.seconds.get(each, 1.0), each))
        return quickest + [each for each in READERS if each not in found]

    def seconds_of(self, tests: Iterable[str]) -> float:
        """How long these took when they were measured."""
        return sum(self.seconds.get(each, 1.0) for each in tests)

    def _of(self, place: str) -> set[str]:
        """The tests that run anything in a file or a room."""
        of_place = (each for file, each in self.lines.items() if file.startswith(place))
        return set[str]().union(*(tests for lines in of_place for tests in lines.values()))


def measured(tests: Iterable[str], sources: Iterable[str], folder: Path) -> CoverageMap:
    """Run the tests once with coverage, and read what it saw.

    Raises:
        TestsFailError: with the end of what pytest wrote.
    """
    data = folder / "coverage.db"
    settings = folder / "coverage.ini"
    durations = folder / "durations.json"
    settings.write_text(
        f"[run]\ndata_file = {data}\nsource = {','.join(sources)}\n"
        "dynamic_context = test_function\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [
            *(sys.executable, "-m", "coverage", "run", f"--rcfile={settings}", "-m", "pytest"),
            *("-p", "tools.mutants.timing"),
            # Of a thread that ends with its test the tracing fails now and then, and nothing else.
            *("-W", "ignore::pytest.PytestUnraisableExceptionWarning", *tests),
        ],
        cwd=ROOT,
        env={**os.environ, "MUTANTS_DURATIONS": str(durations)},
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        tail = "\n".join(done.stdout.splitlines()[-20:])
        raise TestsFailError(f"the tests fail on the code as it is:\n{tail}{done.stderr[-500:]}")
    by_function: dict[str, str] = {}
    seconds: dict[str, float] = {}
    for test, spent in json.loads(durations.read_text(encoding="utf-8")).items():
        file, _, function = test.partition("::")
        by_function[_context(file, function)] = test
        seconds[test] = spent
    return CoverageMap(_lines(data, by_function), seconds, _importers(seconds))


def _importers(tests: Iterable[str]) -> dict[str, set[str]]:
    """The tests in files that import a module of ours, by the module's file."""
    found: dict[str, set[str]] = defaultdict(set)
    by_file: dict[str, set[str]] = defaultdict(set)
    for test in tests:
        by_file[test.partition("::")[0]].add(test)
    for file, those in by_file.items():
        for imported in _imported(ROOT / file):
            found[imported] |= those
    return found


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.ImportFrom) and node.module:
            for name in (node.module, *(f"{node.module}.{each.name}" for each in node.names)):
                yield f"{name.replace('.', '/')}.py"


def _context(file: str, function: str) -> str:
    """How coverage calls a test: its module and its qualified name."""
    return f"{file.removesuffix('.py').replace('/', '.')}.{function.replace('::', '.')}"


def _lines(data: Path, by_context: dict[str, str]) -> dict[str, dict[int, set[str]]]:
    from coverage.numbits import numbits_to_nums

    found: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    with sqlite3.connect(data) as database:
        rows = database.execute(
            "SELECT file.path, context.context, line_bits.numbits FROM line_bits "
            "JOIN file ON file.id = line_bits.file_id "
            "JOIN context ON context.id = line_bits.context_id"
        )
        for path, context, numbits in rows:
            test = by_context.get(context)
            if test is None:
                continue
            file = Path(path).relative_to(ROOT).as_posix()
            for line in numbits_to_nums(numbits):
                found[file][line].add(test)
    return found
