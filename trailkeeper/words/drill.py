"""Texts about drills: a stop of the trail on purpose, and tests of the alerts."""

from __future__ import annotations

TEXTS: dict[str, dict[str, str]] = {
    "subject.drill_announced": {
        "en": "Drill announced: the trail will be stopped on purpose",
        "ko": "모의 훈련 예고: CloudTrail 추적을 일부러 중지합니다",
    },
    "story.drill_announced": {
        "en": "A drill of Trailkeeper was announced in the name of {who}: once before {until:time} the trail is stopped on purpose, and Trailkeeper has to start it again and tell you.",
        "ko": "{who} 이름으로 Trailkeeper 모의 훈련이 예고되었습니다. {until:time} 전에 추적을 한 번 일부러 중지하며, Trailkeeper가 추적을 다시 켜고 알려야 합니다.",
    },
    "story.drill_others": {
        "en": "Only a stop that carries the mark of this drill and is made by {who} is told as a drill. Any other is told as always.",
        "ko": "이 훈련의 표식이 있고 {who} 님이 한 중지만 훈련으로 알립니다. 그 밖의 중지는 평소처럼 알립니다.",
    },
    "next.drill": {
        "en": "If nobody of you knows of a drill, ask {who}, and take it for a real stop until they confirm it.",
        "ko": "아는 사람이 없는 훈련이면 {who}에게 확인하고, 확인될 때까지 실제 중지로 다루세요.",
    },
    "subject.drill": {"en": "Drill: {what}", "ko": "[모의 훈련] {what}"},
    "story.drill": {
        "en": "This is a drill: {who} announced it at {at:time}, and the stop carries its mark. It does not count as a fight over the trail.",
        "ko": "이 중지는 모의 훈련입니다. {who} 님이 {at:time}에 예고했고, 중지에 그 표식이 있습니다. 추적을 둘러싼 반복 중지로 세지 않습니다.",
    },
    "story.drill_perhaps": {
        "en": "A drill was announced at {at:time} in the name of {who}. This may be it, or somebody else's stop: CloudTrail's event, which shows who it was, has not come yet.",
        "ko": "{at:time}에 {who} 이름으로 모의 훈련이 예고되었습니다. 이 중지가 그 훈련인지 다른 사람의 중지인지는 CloudTrail 이벤트가 도착해야 알 수 있습니다.",
    },
    "subject.alert_test": {"en": "Test of the alerts", "ko": "알림 시험"},
    "result.alert_test": {"en": "nothing happened", "ko": "아무 일도 없었음"},
    "story.alert_test": {
        "en": "This was sent at {at:time} in the name of {who} to see whether alerts arrive. Nothing happened to the trail, and there is nothing to do.",
        "ko": "알림이 도착하는지 보려고 {at:time}에 {who} 이름으로 보낸 시험 알림입니다. 추적에는 아무 일도 없었으며 할 일이 없습니다.",
    },
    "label.announced_by": {"en": "Announced by", "ko": "예고한 사람"},
    "label.sent_by": {"en": "Sent by", "ko": "보낸 사람"},
}
