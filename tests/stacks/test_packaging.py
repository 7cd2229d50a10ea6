"""Packing: only what is needed, the same bytes every time, bytecode that is never stale."""

from __future__ import annotations

import ast
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from stacks import packaging
from stacks.service_models import OPERATIONS
from trailkeeper.detections import DETECTIONS

EPOCH_OF_ASSETS = 315_532_800  # 1980-01-01, the time that the CDK command line gives to all files


@pytest.fixture(scope="session")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Code and dependencies for the Python that runs the tests, times as in an asset."""
    target = tmp_path_factory.mktemp("packaged")
    packaging.package(target, sys.executable)
    for path in target.rglob("*"):
        os.utime(path, (EPOCH_OF_ASSETS, EPOCH_OF_ASSETS))
    return target


def run(packaged: Path, code: str) -> str:
    """What a fresh interpreter prints that sees the package and the standard library alone."""
    return subprocess.run(
        [
            sys.executable,
            "-I",
            "-S",
            "-B",
            "-c",
            f"import sys; sys.path.insert(0, {str(packaged)!r})\n{code}",
        ],
        check=True,
        capture_output=True,
        text=True,
        cwd=packaged,
        env={"AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"},
    ).stdout


@pytest.mark.parametrize("handler", ["lambdas.heal.handler", "lambdas.alert.handler"])
def test_the_handlers_can_be_imported_from_it(packaged: Path, handler: str) -> None:
    assert run(packaged, f"import {handler} as it; print(it.handler.__name__)") == "handler\n"


def test_what_the_heal_function_loads_later_can_be_imported_from_it(packaged: Path) -> None:
    code = "import lambdas.heal.function as it; print(it.answer.__name__)"

    assert run(packaged, code) == "answer\n"


def test_it_holds_no_tests_no_pins_and_no_compiled_code(packaged: Path) -> None:
    names = {path.relative_to(packaged).as_posix() for path in packaged.rglob("*")}

    assert "lambdas/heal/handler.py" in names
    assert not {name for name in names if name.endswith((".so", ".pyd", "requirements.lock"))}
    assert not {name for name in names if name.startswith(("tests", "stacks", "bin"))}


def test_it_holds_no_techniques_no_attacks_and_no_proofs(packaged: Path) -> None:
    """They are for people; a function that carries attacks would carry them for whoever gets in."""
    folder = packaged / "trailkeeper" / "detections"
    texts = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.py")}

    assert not texts.keys() & {"proof.py", "techniques.py"}
    assert not [name for name, text in texts.items() if "PROOF" in text or "attack=" in text]
    assert not (packaged / "trailkeeper" / "guards" / "techniques").exists()
    assert not (packaged / "trailkeeper" / "cli").exists()


def test_the_functions_look_for_and_say_what_the_sources_do(packaged: Path) -> None:
    shown = run(
        packaged,
        "from trailkeeper.detections import DETECTIONS\n"
        "for each in DETECTIONS:\n"
        "    print(each.id, each.severity, each.event_source, *each.events, each.did['ko'])",
    )

    assert shown.splitlines() == [
        " ".join((each.id, each.severity, each.event_source, *each.events, each.did["ko"]))
        for each in DETECTIONS
    ]


def test_a_detection_keeps_its_line_numbers() -> None:
    source = packaging.DETECTIONS / "trail_stopped.py"
    whole, packed = source.read_bytes(), packaging.packed(source)

    assert whole.startswith(packed)
    assert packed.rstrip().endswith(b")")


def test_what_only_people_read_changes_no_function(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packaging, "DETECTIONS", tmp_path)
    source = tmp_path / "made_up.py"
    source.write_text("DETECTION = Detection(\n    id='x',\n)\n\nPROOF = 1\n")
    before = packaging.packed(source)

    source.write_text(source.read_text().replace("PROOF = 1", "PROOF = 2"))
    assert packaging.packed(source) == before == b"DETECTION = Detection(\n    id='x',\n)\n"

    source.write_text(source.read_text().replace("'x'", "'y'"))
    assert packaging.packed(source) != before


def test_botocore_knows_every_service_that_the_functions_talk_to(packaged: Path) -> None:
    code = "import botocore.session as s; print(' '.join(s.get_session().get_available_services()))"

    assert set(run(packaged, code).split()) == set(OPERATIONS)


def test_every_client_that_the_functions_make_is_packed() -> None:
    made = {
        call.args[0].value
        for path in packaging.sources()
        if path.suffix == ".py"
        for call in ast.walk(ast.parse(packaging.packed(path)))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in ("client", "create_client")
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }

    assert made
    assert made <= set(OPERATIONS)


def test_bytecode_is_used_whatever_the_times_say(packaged: Path) -> None:
    """Python says by `-v` where a module comes from; a stale file would be compiled again."""
    report = subprocess.run(
        [
            sys.executable,
            "-I",
            "-S",
            "-B",
            "-v",
            "-c",
            f"import sys; sys.path.insert(0, {str(packaged)!r}); import lambdas.heal.function",
        ],
        check=True,
        capture_output=True,
        text=True,
        env={"AWS_DEFAULT_REGION": "us-east-1"},
    ).stderr

    assert "matches" in report
    assert not [
        line
        for line in report.splitlines()
        if "code object from" in line and ".py'" in line and str(packaged) in line
    ]


def test_every_module_has_unchecked_bytecode(packaged: Path) -> None:
    for source in packaged.rglob("*.py"):
        bytecode = Path(importlib.util.cache_from_source(str(source)))
        assert bytecode.is_file(), source
        assert int.from_bytes(bytecode.read_bytes()[4:8], "little") == 0b01, source


def test_bytecode_is_the_same_wherever_it_is_made(tmp_path: Path) -> None:
    made = []
    for name in ("one", "another"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "module.py").write_text("def answer():\n    return 42\n", encoding="utf-8")
        packaging.compile_bytecode(folder, sys.executable, installed_at="/var/task")
        made.append(next(folder.rglob("*.pyc")).read_bytes())

    assert made[0] == made[1]
    assert b"/var/task" in made[0]


def test_pip_runs_once_for_the_same_pins(packaged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_pip(command: list[str], failure: str) -> None:
        pytest.fail(f"ran {command}")

    monkeypatch.setattr(packaging, "_run", no_pip)

    assert packaging.installed().is_dir()


def test_a_missing_package_index_is_said_clearly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packaging, "BUILD", tmp_path / "build")
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")

    with pytest.raises(packaging.PackagingError, match="is a package index reachable"):
        packaging.installed()

    assert list((tmp_path / "build").iterdir()) == []


def test_code_that_does_not_compile_is_said_clearly(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("def broken(:\n", encoding="utf-8")

    with pytest.raises(packaging.PackagingError, match="does not compile"):
        packaging.compile_bytecode(tmp_path, sys.executable, installed_at="/var/task")


def test_a_script_that_only_looks_like_the_runtimes_python_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretender = tmp_path / "python{}.{}".format(*packaging.RUNTIME_VERSION)
    pretender.write_text("#!/bin/sh\nexit 127\n", encoding="utf-8")
    pretender.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "version_info", (3, 11, 7))
    packaging.bytecode_python.cache_clear()
    try:
        assert shutil.which(pretender.name) == str(pretender)
        assert packaging.bytecode_python() == sys.executable
    finally:
        packaging.bytecode_python.cache_clear()
