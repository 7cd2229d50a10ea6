"""All settings with their defaults; made by `make docs` from stacks/settings.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DEFAULTS: Mapping[str, Any] = {
    "home_region": "us-east-1",
    "alert_emails": [],
    "trail_name": "trailkeeper",
    "profile": "standard",
    "kms": True,
    "log_retention_days": 365,
    "archive_after_days": 90,
    "expire_after_days": 2557,
    "keep_deleted_days": 30,
    "object_lock": "off",
    "object_lock_days": 365,
    "insight_types": [],
    "tags": {},
    "reconcile_minutes": 5,
    "sweep_minutes": 30,
    "drills": True,
    "ec2_states": ["running", "stopped", "terminated"],
    "other_trails": "restart",
    "account_name": "",
    "time_zone": "UTC",
    "alerts_key": True,
    "language": "en",
    "slack_webhook": None,
    "amazon_q": None,
    "grouping_seconds": 60,
    "autoscaling": "summary",
    "ec2_tags": {},
    "ec2_regions": [],
    "owner_tag": "Owner",
    "saved_queries": True,
    "athena": True,
    "athena_scan_limit_mb": 100000,
    "athena_results_days": 7,
    "athena_first_day": "2020-01-01",
    "athena_accounts": [],
    "organization_id": None,
    "cis_alarms": False,
    "cis_alarms_off": [],
    "dashboard": True,
    "groups": True,
    "contain": "off",
    "break_glass_principals": [],
    "expected_actors": [],
}
NAMES = tuple(DEFAULTS)
