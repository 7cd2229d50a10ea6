"""Every known attack on the guard itself, how it ends and by what: one list for docs and tests."""

from __future__ import annotations

from collections.abc import Mapping

from trailkeeper.detections.proof import Limit
from trailkeeper.guards.techniques import (
    beyond,
    calling,
    keeping,
    reaching,
    rights,
    running,
    speaking,
)
from trailkeeper.guards.techniques.technique import Technique

# By what is attacked, as a heading says it.
CHAPTERS: Mapping[str, tuple[Technique, ...]] = {
    "What runs": running.TECHNIQUES,
    "What calls it": calling.TECHNIQUES,
    "What it may do": rights.TECHNIQUES,
    "What sends it events of other regions": beyond.TECHNIQUES,
    "What reaches people": reaching.TECHNIQUES,
    "What it keeps": keeping.TECHNIQUES,
    "Speaking through it": speaking.TECHNIQUES,
}

TECHNIQUES: tuple[Technique, ...] = tuple(
    technique for chapter in CHAPTERS.values() for technique in chapter
)

# What an attacker can do to the guard that no half of it finds, and what stands against it instead.
LIMITS: tuple[Limit, ...] = (
    Limit(
        "Take both halves, every alarm and both ways to people in the same minute",
        "Nothing is left that could tell; the message that the guard is alive (`alive_days`) "
        "does not come any more, which is what people notice",
    ),
    Limit(
        "Forbid calls by a policy of the organization",
        "Who holds its management account stands above the account; denied repairs are told",
    ),
    Limit(
        "Read alerts in a mailbox, or delete them there",
        "What becomes of a mail is not AWS's to know",
    ),
)
