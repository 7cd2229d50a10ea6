"""Where this project keeps what the stage needs; every path is that of a checkout."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON_FOLDER = ROOT / ".venv" / "bin"
EMBEDDED_PYTHON = ROOT / ".venv-aws" / "bin" / "python"
CDK = ROOT / "node_modules" / ".bin" / "cdk"
