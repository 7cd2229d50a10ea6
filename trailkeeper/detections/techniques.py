"""Every public technique against the evidence and every limit, in the order of the detections."""

from __future__ import annotations

from collections.abc import Mapping

from trailkeeper.detections import MODULES
from trailkeeper.detections.proof import Limit, Proof, Technique

# By the id of the detection.
PROOFS: Mapping[str, Proof] = {module.DETECTION.id: module.PROOF for module in MODULES}

TECHNIQUES: tuple[Technique, ...] = tuple(
    technique for proof in PROOFS.values() for technique in proof.techniques
)

LIMITS: tuple[Limit, ...] = tuple(limit for proof in PROOFS.values() for limit in proof.limits)
