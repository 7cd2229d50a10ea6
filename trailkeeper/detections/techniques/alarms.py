"""Techniques against the alarms that watch Trailkeeper and the trail."""

from __future__ import annotations

from trailkeeper.detections.techniques.technique import Technique

_DETECTION = "alarm-changed"
_DEPLOY_AGAIN = "Deploying the response stack again restores it"


def _alarm(id_: str, words: str, event: str, how: str = _DEPLOY_AGAIN) -> Technique:
    return Technique(id_, words, (event,), _DETECTION, (), "told", how)


ALARMS: tuple[Technique, ...] = (
    _alarm("alarm-deleted", "Delete an alarm", "DeleteAlarms"),
    _alarm("alarm-muted", "Turn off an alarm's actions", "DisableAlarmActions"),
    _alarm("alarm-mute-rule", "Mute alarms by a mute rule", "PutAlarmMuteRule"),
    _alarm("alarm-changed", "Raise an alarm's threshold or empty its actions", "PutMetricAlarm"),
    _alarm(
        "alarm-state-set",
        "Set an alarm to OK",
        "SetAlarmState",
        "CloudWatch sets the true state at the alarm's next evaluation",
    ),
)
