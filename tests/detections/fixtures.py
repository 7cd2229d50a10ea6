"""The recorded events of each detection: tests/events/<id>/.

One for each event name, carried out on the evidence; `near-miss`, which merely looks alike; and
`failed`, which AWS refused or could not carry out.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

EVENTS = Path(__file__).resolve().parents[1] / "events"
NEAR_MISS, FAILED = "near-miss", "failed"


def load(folder: str, name: str) -> dict[str, Any]:
    """One recorded event, as EventBridge delivers it."""
    path = EVENTS / folder / f"{name}.json"
    event: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return event


def names(folder: str) -> set[str]:
    """What is recorded for a detection."""
    return {path.stem for path in (EVENTS / folder).glob("*.json")}
