"""A typical ending for each detection, for previews and the documentation; none of it happened."""

from __future__ import annotations

from datetime import datetime

from trailkeeper.detections.detection import Detection
from trailkeeper.detections.techniques import PROOFS
from trailkeeper.evidence.outcome import Report


def typical_report(detection: Detection, called: datetime) -> Report:
    """What a reconcile typically comes to after a call of this detection at that time."""
    return PROOFS[detection.id].example.report(called)
