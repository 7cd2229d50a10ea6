"""Which unit tests run which lines, and how long each takes.

It is measured once for a state of the code, and kept in `build/mutants`: only test files that
changed since are measured again, and all of them when anything else did.

A line that runs when its module is imported has no tests of its own: those that run anything else
in the module stand for it, and those of the files that import the module; then those that import it
by way of others.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "build" / "mutants" / "coverage.json"
_SECONDS = 3600
# It reads all sources, runs no line of what it judges, and notices a changed text at most.
READER = "tests/words/test_texts.py::test_every_key_that_the_code_names_exists"
# What the measured tests depend on beside themselves.
_SOURCES = ("trailkeeper", "lambdas", "stacks", "queries", "demo", "embedded")
_DATA = (".py", ".json", ".sql", ".query", ".toml")

# Of the seconds for a fault, what is for tests that use its module by way of others.
_FAR = 0.25

# Tests by line, by file.
Lines = dict[str, dict[int, set[str]]]


class FailingTestsError(RuntimeError):
    """When the tests do not pass on the code as it is, so that their failing would mean nothing."""


@dataclass(frozen=True)
class CoverageMap:
    """Tests by file and line; each set of parameters is a test of its own.

    `importers` are those in files that import a module, `users` those in files that do so by way of
    other modules, by its file. `at_import` are the lines that run before any test does.
    """

    lines: Lines
    seconds: dict[str, float]
    importers: dict[str, set[str]]
    users: dict[str, set[str]]
    at_import: dict[str, set[int]]

    def tests(
        self, file: str, lines: tuple[int, int], *, top: bool, within: float
    ) -> dict[str, float]:
        """The tests that can notice a fault in a statement, quickest first, with their seconds.

        As many as take so many seconds together; that which reads all sources is always one.
        """
        known, asked = self.lines.get(file, {}), set(range(lines[0], lines[1] + 1))
        near = set[str]().union(*(known.get(line, set()) for line in asked))
        far = set[str]()
        if top or self.at_import.get(file, set()) & asked:
            near |= set[str]().union(*known.values()) | self.importers.get(file, set())
            far = self.users.get(file, set()) - near
        kept = self._quickest(near, within * (1 - _FAR)) | self._quickest(far, within * _FAR)
        return kept | {READER: self.seconds.get(READER, 1.0)}

    def _quickest(self, tests: set[str], within: float) -> dict[str, float]:
        """As many as take so many seconds together, and at least one."""
        ordered = sorted((self.seconds.get(each, 1.0), each) for each in tests - {READER})
        spent = accumulate(seconds for seconds, _ in ordered)
        few = [one for one, sum_ in zip(ordered, spent, strict=True) if sum_ <= within]
        return {test: seconds for seconds, test in few or ordered[:1]}


def measured(
    tests: Sequence[Path], rooms: Sequence[str], *, kept: Path = KEPT, jobs: int = 2
) -> CoverageMap:
    """What is known of these test files, of which those that are new are run with coverage.

    Raises:
        FailingTestsError: with the end of what pytest wrote.
    """
    sources, hashes = _hash_of_sources(tests), {_name(path): _hash(path) for path in tests}
    known = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    if known.get("sources") != sources:
        known = {"sources": sources, "hashes": {}, "tests": {}, "at_import": {}}
    new = [path for path in tests if known["hashes"].get(_name(path)) != hashes[_name(path)]]
    still = hashes.keys() - {_name(path) for path in new}
    kept_tests = {test: each for test, each in known["tests"].items() if _file(test) in still}
    known |= {"hashes": hashes, "tests": kept_tests}
    for found in _run(new, rooms, jobs):
        for file, lines in found["at_import"].items():
            known["at_import"][file] = sorted({*known["at_import"].get(file, ()), *lines})
        known["tests"] |= found["tests"]
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(known), encoding="utf-8")
    return _read(known)


def _read(known: dict[str, Any]) -> CoverageMap:
    lines: Lines = defaultdict(lambda: defaultdict(set))
    by_file: dict[str, set[str]] = defaultdict(set)
    for test, noted in known["tests"].items():
        by_file[_file(test)].add(test)
        for source, numbers in noted["lines"].items():
            for number in numbers:
                lines[source][number].add(test)
    return CoverageMap(
        lines,
        {test: noted["seconds"] for test, noted in known["tests"].items()},
        *_by_import(by_file),
        {source: set(numbers) for source, numbers in known["at_import"].items()},
    )


def _run(tests: Sequence[Path], rooms: Sequence[str], jobs: int) -> Iterator[dict[str, Any]]:
    """Run the test files in so many processes, and read what each saw."""
    shares: list[list[Path]] = [[] for _ in range(min(jobs, len(tests)))]
    for path in sorted(tests, key=lambda path: -path.stat().st_size):
        min(shares, key=lambda share: sum(each.stat().st_size for each in share)).append(path)
    with tempfile.TemporaryDirectory() as folder:
        places = [Path(folder, str(number)) for number in range(len(shares))]
        running = [
            _started(share, rooms, place) for share, place in zip(shares, places, strict=True)
        ]
        for process, place in zip(running, places, strict=True):
            output = process.communicate(timeout=_SECONDS)[0]
            if process.returncode != 0:
                tail = "\n".join(output.splitlines()[-20:])
                raise FailingTestsError(f"the tests fail on the code as it is:\n{tail}")
            yield _seen(place)


def _started(tests: Iterable[Path], rooms: Sequence[str], folder: Path) -> subprocess.Popen[str]:
    folder.mkdir()
    settings = folder / "coverage.ini"
    settings.write_text(
        f"[run]\ndata_file = {folder / 'coverage.db'}\nsource = {','.join(rooms)}\n",
        encoding="utf-8",
    )
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "coverage", "run", f"--rcfile={settings}", "-m", "pytest"),
            *("-p", "tools.mutants.measure"),
            # Of a thread that ends with its test the tracing fails now and then, and nothing else.
            *("-W", "ignore::pytest.PytestUnraisableExceptionWarning", *map(_name, tests)),
        ],
        cwd=ROOT,
        env={
            **os.environ,
            "MUTANTS_ROOMS": json.dumps(rooms),
            "MUTANTS_NOTED": str(folder / "noted.json"),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _seen(folder: Path) -> dict[str, Any]:
    from tools.mutants.measure import FIXTURE

    noted = json.loads((folder / "noted.json").read_text(encoding="utf-8"))
    of_context = _contexts(folder / "coverage.db")
    tests = {}
    for test, seconds in noted["seconds"].items():
        lines: dict[str, set[int]] = defaultdict(set)
        for context in (test, *(f"{FIXTURE}{each}" for each in noted["fixtures"][test])):
            for file, numbers in of_context.get(context, {}).items():
                lines[file] |= numbers
        tests[test] = {
            "seconds": round(seconds, 4),
            "lines": {file: sorted(numbers) for file, numbers in lines.items()},
        }
    return {"tests": tests, "at_import": {k: sorted(v) for k, v in of_context.get("", {}).items()}}


def _contexts(data: Path) -> dict[str, dict[str, set[int]]]:
    """The lines of each file, by what ran them."""
    from coverage.numbits import numbits_to_nums

    found: dict[str, dict[str, set[int]]] = defaultdict(dict)
    with sqlite3.connect(data) as database:
        rows = database.execute(
            "SELECT file.path, context.context, line_bits.numbits FROM line_bits "
            "JOIN file ON file.id = line_bits.file_id "
            "JOIN context ON context.id = line_bits.context_id"
        )
        for path, context, numbits in rows:
            found[context][_name(Path(path))] = set(numbits_to_nums(numbits))
    return found


def _hash_of_sources(tests: Iterable[Path]) -> str:
    """Of everything but these tests: what is measured, and what helps the tests."""
    found = {path for room in (*_SOURCES, "tests") for path in (ROOT / room).rglob("*")}
    digest = hashlib.sha256()
    # How it is measured, and no other tests than these, none of which helps them.
    for path in sorted(
        {*found, Path(__file__), Path(__file__).with_name("measure.py")} - set(tests)
    ):
        if path.suffix in _DATA and not path.name.startswith("test_"):
            digest.update(f"{_name(path)} {_hash(path)}\n".encode())
    return digest.hexdigest()


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _file(test: str) -> str:
    return test.partition("::")[0]


def _by_import(by_file: dict[str, set[str]]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """The tests in files that import a module of ours, and in those that use it by way of others.

    Both by the module's file.
    """
    importers, users = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for file, tests in by_file.items():
        reached, waiting = set[str](), [file]
        for imported in _imported(file):
            importers[imported] |= tests
        while waiting:
            for imported in _imported(waiting.pop()) - reached:
                reached.add(imported)
                waiting.append(imported)
                users[imported] |= tests
    return importers, users


@cache
def _imported(file: str) -> frozenset[str]:
    """The files of what a file imports, anywhere in it."""
    names = set[str]()
    for node in ast.walk(ast.parse((ROOT / file).read_bytes())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{each.name}" for each in node.names)}
        elif isinstance(node, ast.Import):
            names |= {each.name for each in node.names}
    paths = (f"{name.replace('.', '/')}{end}" for name in names for end in (".py", "/__init__.py"))
    return frozenset(path for path in paths if (ROOT / path).is_file())
