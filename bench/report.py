"""How figures are shown: Markdown tables under a heading that says where they come from."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

_MEASURED = ("botocore", "aws-lambda-powertools")


@dataclass(frozen=True, slots=True)
class Table:
    """One table of figures: what was measured, its columns and rows, and what to know of them."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()

    def markdown(self) -> str:
        """The table as Markdown that is readable as it is, too."""
        widths = [max(len(row[n]) for row in (self.columns, *self.rows)) for n in self._places]
        lines = [
            _row(self.columns, widths),
            _row(["-" * width for width in widths], widths),
            *(_row(row, widths) for row in self.rows),
        ]
        notes = "".join(f"\n- {note}" for note in self.notes)
        return f"### {self.title}\n\n" + "\n".join(lines) + (f"\n{notes}" if notes else "") + "\n"

    @property
    def _places(self) -> range:
        return range(len(self.columns))


def goal(measured: float, most: float, *, unit: str = "", digits: int = 2) -> str:
    """A goal and whether it is met."""
    return f"<= {most:.{digits}f}{unit}: {'met' if measured <= most else 'MISSED'}"


def heading(peers: Sequence[str] = ()) -> str:
    """The machine, the Python, the versions and the date of a run."""
    versions = [f"{name} {version(name)}" for name in _MEASURED]
    return "\n".join(
        (
            f"Measured on {datetime.now(UTC):%Y-%m-%d}, medians (least-most) of interleaved runs.",
            "",
            f"- Machine: {_processor()}, {os.cpu_count()} cores, "
            f"{platform.system()} {platform.release()} {platform.machine()}",
            f"- Python {platform.python_version()}, {', '.join((*versions, *peers))}",
            f"- Load average at the end: {', '.join(f'{each:.1f}' for each in os.getloadavg())}; "
            "CPU and ratios can be trusted more than wall time.",
            "",
        )
    )


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown processor"


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    return (
        "| "
        + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        + " |"
    )
