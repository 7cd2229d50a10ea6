"""The table of planted faults keeps its meaning while the code moves."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.mutants import planted, survivors
from tools.mutants.coverage_map import READERS, CoverageMap
from tools.mutants.faults import faults
from tools.mutants.planted import Known, LostFaultError

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("fault", planted.known(), ids=lambda fault: fault.id)
def test_a_planted_fault_still_has_one_place_and_tests(fault: Known) -> None:
    assert fault.found()
    assert fault.search != fault.replace
    for test in fault.tests:
        assert (ROOT / test).exists(), test


def test_each_has_a_name_of_its_own() -> None:
    ids = [each.id for each in planted.known()]

    assert len(ids) == len(set(ids)) >= 37


def test_a_fault_is_found_where_its_code_has_moved(tmp_path: Path) -> None:
    for room in planted.PRODUCT:
        (tmp_path / room).mkdir()
    (tmp_path / "stacks" / "new.py").write_text("limit = 5\n", encoding="utf-8")
    fault = Known("X1", "a limit", "stacks/old.py", "limit = 5", "limit = 6", ())

    assert fault.found(tmp_path) == tmp_path / "stacks" / "new.py"
    (tmp_path / "stacks" / "again.py").write_text("limit = 5\n", encoding="utf-8")
    with pytest.raises(LostFaultError, match="X1: found 2 times: 'limit = 5'"):
        fault.found(tmp_path)


def test_every_survivor_has_a_reason() -> None:
    assert all(reason.strip() for reason in survivors.reasons().values())


FAULTS: dict[str, set[str]] = {
    "x = a < b": {"x = a <= b"},
    "x = a and b": {"x = a or b"},
    "x = not a": {"x = a"},
    "x = 5": {"x = 6"},
    "x = True": {"x = False"},
    'x = "name"': {"x = 'name?'"},
    'x = "a sentence for people to read"': set(),
    "x = (a, b)": {"x = (b,)", "x = (a,)"},
    "x = {a: b, c: d}": {"x = {c: d}", "x = {a: b}"},
    "def f():\n    return a": {"def f():\n    return None"},
    "def f():\n    g()": {"def f():\n    pass"},
    "if a:\n    b = c": {"if not (a):\n    b = c"},
    "x = min(a, b)": {"x = max(a, b)"},
    '"""A docstring."""': set(),
    "import a": set(),
    "@dataclass(frozen=True)\nclass A:\n    b: int": set(),
}


@pytest.mark.parametrize("source", FAULTS)
def test_the_faults_of_a_line(source: str) -> None:
    text = source.encode()

    assert {each.planted(text).decode() for each in faults(text)} == FAULTS[source]


TRIALS = """
import sys
from tools.mutants.trial import Trial, finished, start
file, test, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
text = sys.stdin.buffer.read()
print(finished([start(Trial(file, text, [test], seconds))])[1].value)
"""


@pytest.mark.parametrize(
    ("added", "seconds", "end"),
    [("", 60.0, "survived"), ("import random", 60.0, "noticed"), ("while 1: 1", 1.0, "endless")],
)
def test_a_trial_shows_the_fault_to_what_imports_a_file_and_to_what_reads_it(
    added: str, seconds: float, end: str
) -> None:
    file, test = "trailkeeper/words/text.py", "tests/test_architecture.py"
    if end == "endless":
        test = "tests/words/test_texts.py"
    planted_text = f"{(ROOT / file).read_text(encoding='utf-8')}\n{added}\n"

    ran = subprocess.run(
        [sys.executable, "-c", TRIALS, file, test, str(seconds)],
        cwd=ROOT,
        input=planted_text,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.stdout.split() == [end], ran.stderr


def test_tests_are_those_of_a_line_of_a_module_and_of_all_sources() -> None:
    known = CoverageMap(
        {"room/a.py": {3: {"t::slow", "t::quick"}, 9: {"t::other"}}, "room/c.py": {1: {"t::c"}}},
        {"t::slow": 2.0, "t::quick": 0.1, "t::other": 0.5, "t::c": 0.1},
        {"room/a.py": {"t::constants"}},
    )

    assert known.tests("room/a.py", (2, 4), top=False) == ["t::quick", "t::slow", *READERS]
    assert known.tests("room/a.py", (1, 1), top=True) == [
        *("t::quick", "t::other", "t::constants", "t::slow"),
        *READERS,
    ]
    assert known.tests("room/b.py", (1, 1), top=True)[:2] == ["t::c", "t::quick"]
    assert known.tests("other/b.py", (1, 1), top=False) == list(READERS)
    for each in READERS:
        path, _, name = each.partition("::")
        assert f"def {name}" in (ROOT / path).read_text(encoding="utf-8")


def test_what_runs_at_import_is_told_from_what_runs_when_called() -> None:
    found: Callable[[bytes], list[bool]] = lambda text: [each.top for each in faults(text)]  # noqa: E731

    assert found(b"x = 5") == [True]
    assert found(b"def f(x=5): g = h") == [True]
    assert found(b"def f():\n    x = 5") == [False]
    assert found(b"f = lambda: 5") == [False]
