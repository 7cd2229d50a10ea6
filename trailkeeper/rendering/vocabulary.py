"""Every sentence that an alert can name, and those that each detection brings along."""

from __future__ import annotations

from collections.abc import Mapping

from trailkeeper.detections import DETECTIONS
from trailkeeper.words import TEXTS as SHARED

TEXTS: Mapping[str, Mapping[str, str]] = {
    **SHARED,
    **{key: texts for detection in DETECTIONS for key, texts in detection.texts.items()},
}
