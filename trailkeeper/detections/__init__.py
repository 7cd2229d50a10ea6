"""The detections: one file each, for API calls that can hurt the evidence.

A file holds all of it, from the event to the attack; CONTRIBUTING.md says how to add one.
"""

from __future__ import annotations

from types import ModuleType

from trailkeeper.detections import (
    alarm_changed,
    delivery_role_changed,
    evidence_key_access_changed,
    evidence_key_disabled,
    evidence_key_policy_changed,
    log_bucket_deleted,
    log_bucket_lifecycle_changed,
    log_bucket_observers_changed,
    log_bucket_opened,
    log_bucket_policy_changed,
    log_bucket_protection_changed,
    log_group_changed,
    log_group_deleted,
    log_group_filters_changed,
    trail_changed,
    trail_created,
    trail_deleted,
    trail_event_configuration_changed,
    trail_insights_changed,
    trail_selectors_changed,
    trail_stopped,
    trail_tags_changed,
)
from trailkeeper.detections.detection import Detection

# In the order in which people read of them.
MODULES: tuple[ModuleType, ...] = (
    trail_stopped,
    trail_deleted,
    trail_changed,
    trail_created,
    trail_selectors_changed,
    trail_insights_changed,
    trail_event_configuration_changed,
    trail_tags_changed,
    log_bucket_policy_changed,
    log_bucket_opened,
    log_bucket_lifecycle_changed,
    log_bucket_protection_changed,
    log_bucket_observers_changed,
    log_bucket_deleted,
    evidence_key_disabled,
    evidence_key_policy_changed,
    evidence_key_access_changed,
    log_group_deleted,
    log_group_changed,
    log_group_filters_changed,
    delivery_role_changed,
    alarm_changed,
)

DETECTIONS: tuple[Detection, ...] = tuple(module.DETECTION for module in MODULES)
