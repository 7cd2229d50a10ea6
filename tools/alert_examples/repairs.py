"""What was changed and put right, or could not be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from tools.alert_examples.sample import (
    BASELINE,
    NOW,
    PLANNED,
    POLICY_GONE,
    RETENTION,
    ROOT,
    SSO,
    call_of,
)
from trailkeeper.alerts import call_alerts, heal_alerts
from trailkeeper.alerts.alert import Alert
from trailkeeper.cli.examples import typical_report
from trailkeeper.detections import (
    DETECTIONS,
    alarm_changed,
    log_bucket_policy_changed,
    trail_stopped,
)
from trailkeeper.evidence.drift import Change
from trailkeeper.evidence.outcome import Outcome, Report, Result


def examples() -> Iterator[tuple[str, Alert]]:
    """A detection each, then who did it and how else it ended."""
    for detection in DETECTIONS:
        call = call_of(detection)
        report = typical_report(detection, NOW)
        first, *_ = heal_alerts.of_report(report, BASELINE, NOW, call, detection)
        yield detection.id, first
    stopped = trail_stopped.DETECTION
    refused = Outcome(
        "logging",
        "status",
        Result.FAILED,
        (Change("IsLogging", "false", "true"),),
        error="AccessDeniedException: not authorized to perform cloudtrail:StartLogging",
    )
    (failed,) = heal_alerts.of_report(Report((refused,)), BASELINE, NOW, call_of(stopped), stopped)
    yield "A repair that failed", failed
    (found,) = heal_alerts.of_report(
        Report((POLICY_GONE, RETENTION)), BASELINE, NOW, last_good=NOW - timedelta(minutes=5)
    )
    yield "Drift that the schedule found", found
    denied = call_of(stopped, error_code="AccessDenied", error_message="explicit deny")
    yield "A call that was refused", call_alerts.attempted(denied, stopped, BASELINE, NOW)
    invalid = call_of(stopped, error_code="TrailNotFoundException", error_message="Unknown trail")
    yield "A call that failed", call_alerts.attempted(invalid, stopped, BASELINE, NOW)
    (by_root,) = heal_alerts.of_report(
        typical_report(stopped, NOW), BASELINE, NOW, call_of(stopped, actor=ROOT), stopped
    )
    yield "The root user stopped the trail", by_root
    (by_sso,) = heal_alerts.of_report(
        typical_report(stopped, NOW), BASELINE, NOW, call_of(stopped, actor=SSO), stopped
    )
    yield "Somebody of Identity Center stopped the trail", by_sso
    alarm = alarm_changed.DETECTION
    mute = call_of(
        alarm, name="DisableAlarmActions", parameters={"alarmNames": ["trailkeeper-looks-silent"]}
    )
    (muted,) = heal_alerts.of_report(Report(), BASELINE, NOW, mute, alarm)
    yield "An alarm that was muted", muted
    policy = log_bucket_policy_changed.DETECTION
    (as_planned,) = heal_alerts.of_report(
        typical_report(policy, NOW), BASELINE, NOW, call_of(policy), policy, planned=PLANNED
    )
    yield "A planned change", as_planned
