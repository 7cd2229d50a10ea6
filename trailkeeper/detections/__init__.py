"""The detections: one file each, for API calls that can hurt the evidence.

A file holds all of it, from the event to the attack; CONTRIBUTING.md says how to add one. Every
file of this folder is one, except those that all of them share.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from trailkeeper.detections.detection import Detection
from trailkeeper.words.text import Severity

SHARED = frozenset(
    {
        "catalogue",
        "detection",
        "guard_calls",
        "hints",
        "proof",
        "regions",
        "resources",
        "satellites",
        "stack_events",
        "techniques",
    }
)
"""The modules of this folder that are no detection."""

# The parts of the evidence in the order in which people read of them; others come after these.
_PARTS = ("trail", "log-bucket", "evidence-key", "log-group", "alarm")
_PLACES = {part: place for place, part in enumerate(_PARTS)}
_QUIETNESS = {severity: -loudness for loudness, severity in enumerate(Severity)}


def _modules() -> Iterator[ModuleType]:
    for each in iter_modules(__path__):
        if each.name not in SHARED:
            yield import_module(f"{__name__}.{each.name}")


def _place(module: ModuleType) -> tuple[int, str, int, str]:
    """Where people read of a detection: by the part of the evidence, then the loudest first."""
    own: Detection = module.DETECTION
    part = _PLACES.get(own.category, len(_PLACES))
    return part, own.category, _QUIETNESS.get(own.severity, 1), own.id


MODULES: tuple[ModuleType, ...] = tuple(sorted(_modules(), key=_place))
DETECTIONS: tuple[Detection, ...] = tuple(module.DETECTION for module in MODULES)
