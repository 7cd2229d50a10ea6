"""What a setting is when nobody says otherwise; each default stands here and nowhere else.

Only those that more than the settings need: the baseline, the functions' environments, and previews
without a deployed account. The choices that a setting has stand here for the same reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

ObjectLock = Literal["off", "governance", "compliance"]
OtherTrails = Literal["restart", "alert", "ignore"]
Contain = Literal["off", "deny"]
Language = Literal["en", "ko"]
AutoScaling = Literal["summary", "each", "ignore"]
Profile = Literal["standard", "lean"]

PROFILE: Profile = "standard"
HOME_REGION = "us-east-1"
TRAIL_NAME = "trailkeeper"
OWN_INVOCATIONS = True
KEEP_DELETED_DAYS = 30
OBJECT_LOCK: ObjectLock = "off"
OBJECT_LOCK_DAYS = 365
RECONCILE_MINUTES = 5
SWEEP_MINUTES = 60
WATCH_MINUTES = 240
# How often the watcher looks at the trail: a second hand on its switch.
ALIVE_DAYS = 7
WATCH_LOOK_MINUTES = 15
OTHER_TRAILS: OtherTrails = "restart"
CONTAIN: Contain = "off"
LANGUAGE: Language = "en"
TIME_ZONE = "UTC"
GROUPING_SECONDS = 60
EC2_STATES = ("running", "stopped", "terminated")
OWNER_TAG = "Owner"
AUTOSCALING: AutoScaling = "summary"
BILLING_ALARM_USD: float = 200
FORWARD_IAM_CALLS = True

PROFILES: Mapping[str, Mapping[str, Any]] = {
    "standard": {},
    "lean": {
        "kms": False,
        "alerts_key": False,
        "dashboard": False,
        "watcher": False,
        # Ten alarms are free; every call about a trail has an alert of its own in any case.
        "cis_alarms_off": ["trail-changes"],
    },
}
"""What a profile says of settings that nobody gave, as cdk.json would spell it."""
