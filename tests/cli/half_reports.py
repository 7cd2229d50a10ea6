"""What one half of the guard says of the other: what to put right, and whom to ask about."""

from __future__ import annotations

from trailkeeper.evidence.drift import Change
from trailkeeper.evidence.outcome import Outcome, Result

# What a rule's state is comes from AWS, and so may carry what a terminal must not get.
RULES_OFF = Outcome(
    "guard-rules",
    "rules",
    Result.DEFERRED,
    (Change("trailkeeper-trail.State", "DISABLED\x1b[31m", "ENABLED"),),
    "dry_run",
)
BEYOND_HOME_OFF = Outcome(
    "guard-rules",
    "sent-home@eu-west-1",
    Result.DEFERRED,
    (Change("trailkeeper-instance-calls-sent-home.State", "DISABLED", "ENABLED"),),
    "dry_run",
)
BEYOND_HOME_UNREAD = Outcome(
    "guard-rules",
    "sent-home@ap-northeast-2",
    Result.UNREADABLE,
    error="AccessDeniedException: ListRules: not authorized",
)
STRANGER = Outcome(
    "guard-people",
    "subscribers",
    Result.TOLD,
    (Change("trailkeeper-last-resort.email eve@example.net", "gets all", "-"),),
    "machine_must_not",
)
