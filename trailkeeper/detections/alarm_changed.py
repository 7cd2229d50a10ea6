"""Somebody changes the alarms that watch Trailkeeper."""

from __future__ import annotations

from trailkeeper.detections import resources
from trailkeeper.detections.detection import Detection, Said
from trailkeeper.words.text import Severity

_EVENTS = (
    "DeleteAlarms",
    "DisableAlarmActions",
    "PutMetricAlarm",
    "SetAlarmState",
    "PutAlarmMuteRule",
)

DETECTION = Detection(
    id="alarm-changed",
    category="alarm",
    severity=Severity.CRITICAL,
    event_source="monitoring.amazonaws.com",
    events=_EVENTS,
    resource_fields=("alarmNames", "alarmName"),
    ours=resources.our_alarm,
    touches=(),
    subject={"en": "Trailkeeper's alarms changed", "ko": "Trailkeeper 감시 경보 변경"},
    did={
        "en": "changed the alarm {resource} of Trailkeeper",
        "ko": "Trailkeeper 감시 경보({resource})를 변경했습니다",
    },
    said={
        "DeleteAlarms": Said(
            {"en": "Alarm {resource} deleted", "ko": "{resource} 감시 경보 삭제"},
            {
                "en": "deleted Trailkeeper's alarm {resource}",
                "ko": "Trailkeeper 감시 경보({resource})를 삭제했습니다",
            },
        ),
        "DisableAlarmActions": Said(
            {"en": "Alarm {resource} muted", "ko": "{resource} 감시 경보 꺼짐"},
            {
                "en": "muted Trailkeeper's alarm {resource}",
                "ko": "Trailkeeper 감시 경보({resource})를 껐습니다",
            },
        ),
        "SetAlarmState": Said(
            {"en": "Alarm {resource} set by hand", "ko": "{resource} 감시 경보 상태 강제 변경"},
            {
                "en": "set the state of Trailkeeper's alarm {resource} by hand",
                "ko": "Trailkeeper 감시 경보({resource})의 상태를 강제로 변경했습니다",
            },
        ),
        "PutAlarmMuteRule": Said(
            {"en": "Alarms muted by a rule", "ko": "경보 음소거 규칙 설정"},
            {
                "en": "made a rule that mutes alarms",
                "ko": "경보를 음소거하는 규칙을 만들었습니다",
            },
        ),
    },
    unguarded={
        event: {
            "en": "Nothing puts the alarm back by itself: a silence may go unnoticed.",
            "ko": "경보는 자동으로 복구되지 않아 이상을 알아채지 못할 수 있습니다.",
        }
        for event in _EVENTS
    }
    | {
        "PutAlarmMuteRule": {
            "en": "If Trailkeeper's own alarms are among them, a silence goes unnoticed.",
            "ko": "Trailkeeper 감시 경보가 포함되었다면 이상을 알아채지 못합니다.",
        },
        "SetAlarmState": {
            "en": "CloudWatch sets the true state again when it next looks; until then a silence "
            "may go unnoticed.",
            "ko": "CloudWatch가 다음 평가 때 실제 상태로 되돌리지만, 그때까지는 이상을 알아채지 "
            "못할 수 있습니다.",
        },
    },
)

# What follows is for people, tests and the demo: it is not packed for the functions.

from typing import Any

from trailkeeper.detections.proof import (
    Act,
    Attacker,
    Example,
    Limit,
    Proof,
    Technique,
    in_order,
)

_ALARM = "trailkeeper-heal-errors"
_DEPLOY_AGAIN = "`npx cdk deploy TrailkeeperResponse --revert-drift` restores it"


def _alarm(a: Attacker) -> dict[str, Any]:
    """What PutMetricAlarm takes to make the alarm as it is."""
    [alarm] = a.cloudwatch.describe_alarms(AlarmNames=[_ALARM])["MetricAlarms"]
    takes = a.cloudwatch.meta.service_model.operation_model("PutMetricAlarm").input_shape.members
    return {name: value for name, value in alarm.items() if name in takes}


def _changed(id_: str, words: str, event: str, change: Act) -> Technique:
    def attack(a: Attacker) -> None:
        a.memory["alarm"] = _alarm(a)
        change(a)

    return Technique(
        id=id_,
        words=words,
        events=(event,),
        outcome="told",
        how=_DEPLOY_AGAIN,
        known_as=(),
        attack=attack,
        undo=lambda a: a.cloudwatch.put_metric_alarm(**a.memory["alarm"]),
    )


def _never_ring(a: Attacker) -> None:
    a.cloudwatch.put_metric_alarm(**{**_alarm(a), "Threshold": 10**6, "AlarmActions": []})


PROOF = Proof(
    example=Example({"alarmName": "trailkeeper-heal-errors"}, in_order),
    techniques=(
        _changed(
            "alarm-deleted",
            "Delete an alarm",
            "DeleteAlarms",
            lambda a: a.cloudwatch.delete_alarms(AlarmNames=[_ALARM]),
        ),
        _changed(
            "alarm-muted",
            "Turn off an alarm's actions",
            "DisableAlarmActions",
            lambda a: a.cloudwatch.disable_alarm_actions(AlarmNames=[_ALARM]),
        ),
        Technique(
            id="alarm-mute-rule",
            words="Mute alarms by a mute rule",
            events=("PutAlarmMuteRule",),
            outcome="told",
            how="The mail has the command that deletes the rule; no deploy sees it",
            known_as=(),
            proved_by="tests/detections/test_techniques.py::"
            "test_a_call_that_changes_no_document_is_told_with_its_author",
        ),
        _changed(
            "alarm-changed",
            "Raise an alarm's threshold or empty its actions",
            "PutMetricAlarm",
            _never_ring,
        ),
        Technique(
            id="alarm-state-set",
            words="Set an alarm to OK",
            events=("SetAlarmState",),
            outcome="told",
            how="CloudWatch sets the true state at the alarm's next evaluation",
            known_as=(),
            attack=lambda a: a.cloudwatch.set_alarm_state(
                AlarmName=_ALARM, StateValue="OK", StateReason="all is well"
            ),
        ),
    ),
    limits=(
        Limit(
            "Silence what an alarm calls",
            "The alarms' topic and its subscriptions are no detection's; a missing address is "
            "found by every reconcile",
        ),
    ),
)
