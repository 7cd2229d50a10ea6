"""Every public technique against the evidence and how it ends: the README's table, and the proof.

Sources: MITRE ATT&CK T1562.008, stratus-red-team, and the AWS API references of the calls.
"""

from __future__ import annotations

from trailkeeper.detections.techniques.alarms import ALARMS
from trailkeeper.detections.techniques.evidence_key import EVIDENCE_KEY
from trailkeeper.detections.techniques.log_bucket import LOG_BUCKET
from trailkeeper.detections.techniques.log_group import LOG_GROUP
from trailkeeper.detections.techniques.technique import Limit, Technique
from trailkeeper.detections.techniques.trail import TRAIL

TECHNIQUES: tuple[Technique, ...] = (
    *TRAIL,
    *LOG_BUCKET,
    *EVIDENCE_KEY,
    *LOG_GROUP,
    *ALARMS,
)

LIMITS: tuple[Limit, ...] = (
    Limit(
        "Delete or overwrite log files one by one",
        "These are data events, which the trail does not record; versioning keeps what was there, "
        "the setting `object_lock` forbids it, and log file validation shows it",
    ),
    Limit(
        "Act while the trail is dark",
        "No event arrives for such calls; CloudTrail's event history keeps them for 90 days, the "
        "alert says which minutes to read, and every heal of the trail is followed by a reconcile "
        "of everything",
    ),
    Limit(
        "Call what CloudTrail does not record",
        "Some calls are data events or are not recorded by AWS at all",
    ),
    Limit(
        "Turn off the account's public access block",
        "The log bucket has a block of its own, which is guarded",
    ),
    Limit(
        "Stop or delete an event data store of CloudTrail Lake",
        "Lake takes no new customers and is not part of the evidence",
    ),
    Limit(
        "Turn off MFA delete",
        "Only the root user with an MFA device can set it, so it is not part of the baseline",
    ),
)
