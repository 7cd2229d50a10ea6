"""The faults that no unit test notices, and why that is right, in tests/mutants/survivors.tsv.

One line each: the file, the function, what stands there, what was put there, and the reason, with
tabs between.
No line numbers, so that code may move within its file.
"""

from __future__ import annotations

from pathlib import Path

from tools.mutants.faults import Fault

FILE = Path(__file__).resolve().parents[2] / "tests" / "mutants" / "survivors.tsv"
_LONGEST = 120


def key_of(file: str, fault: Fault) -> str:
    """All columns but the reason."""
    return f"{file}\t{fault.place or '-'}\t{_short(fault.before)}\t{_short(fault.after)}"


def reasons() -> dict[str, str]:
    """The reason of each survivor, by its key."""
    found = {}
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            key, _, reason = line.rpartition("\t")
            found[key] = reason
    return found


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"
