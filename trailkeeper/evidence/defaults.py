"""What a setting is when nobody says otherwise; each default stands here and nowhere else.

Only those that more than the settings need: the baseline, the functions' environments, and previews
without a deployed account. The choices that a setting has stand here for the same reason.
"""

from __future__ import annotations

from typing import Literal

ObjectLock = Literal["off", "governance", "compliance"]
OtherTrails = Literal["restart", "alert", "ignore"]
Contain = Literal["off", "deny"]
Language = Literal["en", "ko"]
AutoScaling = Literal["summary", "each", "ignore"]

HOME_REGION = "us-east-1"
TRAIL_NAME = "trailkeeper"
KEEP_DELETED_DAYS = 30
OBJECT_LOCK: ObjectLock = "off"
OBJECT_LOCK_DAYS = 365
RECONCILE_MINUTES = 5
SWEEP_MINUTES = 30
WATCH_MINUTES = 60
OTHER_TRAILS: OtherTrails = "restart"
CONTAIN: Contain = "off"
LANGUAGE: Language = "en"
TIME_ZONE = "UTC"
GROUPING_SECONDS = 60
EC2_STATES = ("running", "stopped", "terminated")
OWNER_TAG = "Owner"
AUTOSCALING: AutoScaling = "summary"
