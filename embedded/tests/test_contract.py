"""The adapter's private names: all there in the pinned ministack, one clear message when not."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from embedded.tests.interpreter import PROJECT, PYTHON


def emulator_python(program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(PYTHON), "-c", program],
        cwd=PROJECT,
        env=environment,
        text=True,
        capture_output=True,
        timeout=60,
        check=False,
    )


def test_ministack_has_every_name_that_the_adapter_uses() -> None:
    ran = emulator_python(
        "from embedded.adapter import contract; print('\\n'.join(contract.missing()))"
    )
    assert (ran.stdout.strip(), ran.stderr) == ("", "")


def test_every_adapter_that_imports_ministack_declares_its_names() -> None:
    ran = emulator_python("from embedded.adapter import contract; print(*contract.private_names())")
    declared = set(ran.stdout.split())
    importing = {
        path.name
        for path in (PROJECT / "embedded" / "adapter").glob("*.py")
        if "\nfrom ministack" in path.read_text() or "\nimport ministack" in path.read_text()
    }
    assert importing - declared == set()


@pytest.mark.parametrize(
    ("declared", "sentence"),
    [
        ("ministack.gone:anything", "cannot be imported (No module named 'ministack.gone')"),
        ("ministack.services.sqs:_gone", "_gone is gone"),
        ("ministack.core.arn:parse_arn(a, b)", "now takes ("),
    ],
)
def test_a_name_that_moved_is_named_with_what_is_wrong(
    tmp_path: Path, declared: str, sentence: str
) -> None:
    adapter = tmp_path / "queue.py"
    adapter.write_text(f"PRIVATE_NAMES: tuple[str, ...] = ({declared!r},)\n")
    ran = emulator_python(
        "from pathlib import Path\n"
        "from embedded.adapter import contract\n"
        f"names = contract.private_names(Path({str(tmp_path)!r}))\n"
        "contract.private_names = lambda: names\n"
        "print('\\n'.join(contract.missing()))"
    )
    assert ran.stdout.startswith(f"adapter/queue.py needs {declared}: ")
    assert sentence in ran.stdout
    assert ran.stdout.count("\n") == 1


def test_another_version_stops_the_start_with_one_message(tmp_path: Path) -> None:
    ran = emulator_python(
        "import sys\n"
        "from embedded.adapter import contract\n"
        "contract.version = lambda name: '9.9.9'\n"
        "from embedded.server.__main__ import main\n"
        f"sys.exit(main(['--workdir', {str(tmp_path)!r}]))"
    )
    assert ran.returncode == 3
    assert ran.stderr == "ministack 9.9.9 is installed, the adapter is written for 1.5.33\n"
    assert list(tmp_path.iterdir()) == []
