"""Packs Trailkeeper as it is deployed: `python -m bench.heal.packages FOLDER`.

A process of its own, because the CDK library that the packaging comes with starts Node.
"""

from __future__ import annotations

import sys
from pathlib import Path

from stacks import packaging

packaging.package(Path(sys.argv[1]), sys.executable)
