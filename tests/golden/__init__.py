"""Documents that a person has read: what is deployed and what is repaired is compared with these.

A test never writes one. When a document changes on purpose, print what is synthesized now with
`python -m tests.stacks.golden NAME`, read it, and edit the file. A text such as "trust.json" stands
for the document of that name. A resource that is also repaired has two parts: `synthesized`, and
`written`, the calls of AWS by document.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


def golden(name: str) -> Any:
    """The document of that name, with those that it refers to."""
    return _whole(json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")))


def names() -> set[str]:
    """The names of all documents."""
    return {each.stem for each in FOLDER.glob("*.json")}


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _whole(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_whole(each) for each in value]
    return golden(value[: -len(".json")]) if str(value).endswith(".json") else value
