"""Which Python serves the accounts of these tests."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def _server_python() -> Path:
    """This one, or that of the environment beside the package when this one lacks the emulator."""
    if importlib.util.find_spec("ministack") is not None:
        return Path(sys.executable)
    return PROJECT / ".venv-aws" / "bin" / "python"


PYTHON = _server_python()
