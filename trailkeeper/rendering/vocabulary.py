"""Every sentence that an alert can name, and those that each detection brings along."""

from __future__ import annotations

from collections.abc import Mapping

from trailkeeper.detections import DETECTIONS
from trailkeeper.words import TEXTS as SHARED

TEXTS: Mapping[str, Mapping[str, str]] = {
    **SHARED,
    **{detection.did_key: detection.did for detection in DETECTIONS},
    **{detection.subject_key: detection.subject for detection in DETECTIONS},
    **{
        f"unguarded.{detection.id}.{event}": texts
        for detection in DETECTIONS
        for event, texts in detection.unguarded.items()
    },
}
