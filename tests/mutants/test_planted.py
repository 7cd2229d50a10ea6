"""The table of planted faults keeps its meaning while the code moves."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.mutants import planted, survivors
from tools.mutants.coverage_map import READER, CoverageMap, FailingTestsError, measured
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
    "X = dict[str, Any]": set(),
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
file, test, more = sys.argv[1], sys.argv[2], float(sys.argv[3])
text = sys.stdin.buffer.read()
print(finished([start(Trial(file, text, {test: 0.1}, more))])[1].value)
"""


def end(file: str, text: str, test: str, more: float = 60.0) -> str:
    ran = subprocess.run(
        [sys.executable, "-c", TRIALS, file, test, str(more)],
        cwd=ROOT,
        input=text,
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout.strip()


READS = (
    "tests/test_architecture.py::test_the_pure_rooms_read_no_clock_no_environment_and_no_network"
)
IMPORTS = "tests/words/test_texts.py::test_particles"


@pytest.mark.parametrize(
    ("added", "test", "more", "expected"),
    [
        ("", READS, 60.0, "survived"),
        ("import random", READS, 60.0, "noticed"),
        ("1 / 0", IMPORTS, 60.0, "noticed"),
        ("while 1: 1", IMPORTS, 0.5, "endless"),
        ("", "tests/words", 60.0, "undecided"),
    ],
)
def test_a_trial_shows_the_fault_to_what_imports_a_file_and_to_what_reads_it(
    added: str, test: str, more: float, expected: str
) -> None:
    file = "trailkeeper/words/text.py"
    source = (ROOT / file).read_text(encoding="utf-8")

    assert end(file, f"{source}\n{added}\n", test, more) == expected


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [("us-east-2", "noticed"), ("us-east-1", "survived"), ("of another name", "noticed")],
)
def test_a_trial_runs_the_parameters_that_it_names_and_all_when_they_are_gone(
    parameters: str, expected: str
) -> None:
    file = "trailkeeper/evidence/regions.py"
    text = (ROOT / file).read_text(encoding="utf-8").replace('"us-east-2"', '"us-east-3"')
    test = "tests/evidence/test_regions.py::test_sns_has_one_name_where_nobody_has_to_opt_in"

    assert end(file, text, f"{test}[{parameters}]") == expected


QUICK, SLOW, OTHER = "t.py::quick", "t.py::slow", "t.py::other"
IMPORTER, USER = "i.py::test", "u.py::test"
SECONDS = {QUICK: 0.1, OTHER: 0.5, SLOW: 2.0, IMPORTER: 0.2, USER: 0.1, READER: 1.0}


def noticing(line: int, *, top: bool = False, within: float = 20.0) -> list[str]:
    known = CoverageMap(
        lines={"room/a.py": {3: {QUICK, SLOW}, 5: {OTHER}, 9: {OTHER}}},
        seconds=SECONDS,
        importers={"room/a.py": {IMPORTER}},
        users={"room/a.py": {IMPORTER, USER}},
        at_import={"room/a.py": {1, 5}},
    )
    tests = known.tests("room/a.py", (line, line), top=top, within=within)
    assert tests == {test: SECONDS[test] for test in tests}
    return list(tests)


def test_tests_are_those_of_a_line_and_what_reads_all_sources() -> None:
    assert noticing(3) == [QUICK, SLOW, READER]
    assert noticing(7) == [READER]
    path, _, name = READER.partition("::")
    assert f"def {name}" in (ROOT / path).read_text(encoding="utf-8")


def test_what_runs_at_import_has_the_tests_of_the_module_and_of_those_that_use_it() -> None:
    everything = [QUICK, IMPORTER, OTHER, SLOW, USER, READER]

    assert noticing(1, top=True) == noticing(5) == everything


def test_no_more_tests_than_fit_the_time_but_one() -> None:
    assert noticing(3, within=1.0) == [QUICK, READER]
    assert noticing(9, within=0.1) == [OTHER, READER]


MEASURED = """
def test_one():
    from trailkeeper.evidence.regions import billing_region
    assert billing_region("eu-central-1") == "us-east-1"

def test_none(): ...
"""


def test_a_test_file_is_measured_once_until_it_changes(tmp_path: Path) -> None:
    regions = "trailkeeper/evidence/regions.py"
    source = (ROOT / regions).read_text(encoding="utf-8").splitlines()
    line = 1 + next(number for number, text in enumerate(source) if "return _US_EAST_1 if" in text)
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as folder:
        path, kept = Path(folder, "test_regions.py"), tmp_path / "kept.json"
        path.write_text(MEASURED, encoding="utf-8")

        def known() -> CoverageMap:
            return measured([path], ["trailkeeper/evidence"], kept=kept, jobs=2)

        one = f"{path.relative_to(ROOT).as_posix()}::test_one"
        assert known().lines[regions][line] == {one}
        assert 1 in known().at_import[regions]
        assert one in known().importers[regions]
        written = kept.read_text(encoding="utf-8")
        known()
        assert kept.read_text(encoding="utf-8") == written
        path.write_text(MEASURED.replace("test_one", "test_two"), encoding="utf-8")
        assert known().lines[regions][line] == {one.replace("one", "two")}
        path.write_text(
            path.read_text(encoding="utf-8").replace('== "us', '!= "us'), encoding="utf-8"
        )
        with pytest.raises(FailingTestsError, match="test_two"):
            known()


def test_what_runs_at_import_is_told_from_what_runs_when_called() -> None:
    found: Callable[[bytes], list[bool]] = lambda text: [each.top for each in faults(text)]  # noqa: E731

    assert found(b"x = 5") == [True]
    assert found(b"def f(x=5): g = h") == [True]
    assert found(b"def f():\n    x = 5") == [False]
    assert found(b"f = lambda: 5") == [False]
