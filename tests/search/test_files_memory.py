"""Memory does not grow with the files: neither with their number nor with their size."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import pytest

from tests.search import logs

# What a process of the command may have in memory, in MiB.
_MOST = 40


def peak(*arguments: str | Path) -> tuple[int, bytes]:
    """The most memory that a process of a search had, in MiB, and what the search wrote."""
    script = (
        "import resource, sys; from trailkeeper.cli.__main__ import main\n"
        "try: main(sys.argv[1:])\n"
        "finally:\n"
        "    usage = [resource.getrusage(who).ru_maxrss"
        " for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]\n"
        "    print(max(usage) // 1024, file=sys.stderr)"
    )
    # Through a shell, for a process begins with the peak of the one that it was forked from.
    shell = ("bash", "-c", '"$@"; exit', "bash")
    done = subprocess.run(
        [*shell, sys.executable, "-c", script, "search", *map(str, arguments)],
        capture_output=True,
        timeout=120,
        check=True,
    )
    return int(done.stderr.split()[-1]), done.stdout


def large(records: int, *, spaced: bool = False) -> bytes:
    filler = logs.record("filler", "2026-03-01T10:00:00Z", "s3", "GetObject", note="x" * 900)
    text = logs.text(*[filler] * 1000)
    inside = text[len(b'{"Records":[') : -2]
    content = b'{"Records":[' + b",".join([inside] * (records // 1000)) + b"]}"
    needle = logs.text(logs.LAUNCH)[len(b'{"Records":[') : -2]
    content = content[:-2] + b"," + needle + b"]}"
    return content.replace(b'},{"', b'},\n  {"') if spaced else content


@pytest.mark.parametrize("spaced", [False, True])
@pytest.mark.parametrize("zipped", [False, True])
def test_one_large_file(tmp_path: Path, zipped: bool, spaced: bool) -> None:
    content = large(60_000, spaced=spaced)
    assert len(content) > 70_000_000
    path = tmp_path / ("large.json" + ".gz" * zipped)
    path.write_bytes(gzip.compress(content, 1) if zipped else content)

    used, found = peak("--path", path, "--event", "RunInstances", "--output", "raw")

    assert found == logs.text(logs.LAUNCH)[len(b'{"Records":[') : -2] + b"\n"
    assert used <= _MOST


def test_large_lines(tmp_path: Path) -> None:
    """As CloudWatch Logs exports them."""
    inside = large(50_000)[len(b'{"Records":[') : -2]
    lines = inside.replace(b'},{"eventVersion"', b'}\n2026-03-01T10:00:01.5Z {"eventVersion"')
    (tmp_path / "000000.gz").write_bytes(gzip.compress(b"2026-03-01T10:00:01.5Z " + lines, 1))

    used, found = peak("--path", tmp_path, "--event", "RunInstances", "--output", "raw")

    assert len(found.splitlines()) == 1
    assert used <= _MOST


def test_a_small_file_that_becomes_huge(tmp_path: Path) -> None:
    """Its trailer says that it is small, which whoever wrote it may say."""
    packed = gzip.compress(b'{"Records":[' + b" " * 100_000_000 + b"]}", 1)
    (tmp_path / "bomb.json.gz").write_bytes(packed[:-4] + (1000).to_bytes(4, "little"))
    logs.bucket(tmp_path)

    script = "import sys; from trailkeeper.cli.__main__ import main; main(sys.argv[1:])"
    done = subprocess.run(
        [
            *("/usr/bin/env", "bash", "-c", 'ulimit -v 200000; exec "$@"', "x"),
            *(sys.executable, "-c", script, "search", "--path", str(tmp_path)),
            *("--event", "RunInstances", "--output", "raw"),
        ],
        capture_output=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 3
    assert b"bomb.json.gz" in done.stderr
    assert len(done.stdout.splitlines()) == 2
