"""What events said and event history denies or corrects, and settings that became weaker."""

from __future__ import annotations

TEXTS = {
    "subject.baseline": {
        "en": "{count:setting|settings} of the evidence weaker than before",
        "ko": "감사 로그 설정 {count}건 약화됨",
    },
    "subject.forged": {
        "en": "{count:call|calls} told before, made by nobody as told",
        "ko": "앞서 알린 호출 {count}건, 실제 기록과 다름",
    },
    "subject.callers": {
        "en": "{count:stop|stops} of the trail: event history says who called",
        "ko": "추적 중지 {count}건의 실제 호출자 확인",
    },
    "story.baseline": {
        "en": "The settings that Trailkeeper restores the evidence to are weaker than they were at {since:time}: a deploy changed them, or somebody changed the heal function.",
        "ko": "Trailkeeper가 복구 기준으로 삼는 설정이 {since:time}보다 약해졌습니다. 배포로 변경되었거나 누군가 복구 함수를 변경한 것입니다.",
    },
    "story.baseline_applied": {
        "en": "From now on the evidence is kept as they say.",
        "ko": "이제부터 감사 로그는 이 설정에 맞춰집니다.",
    },
    "story.forged": {
        "en": "At {at:time} Trailkeeper told of {call} by {who}, as an event said.",
        "ko": "{at:time}에 Trailkeeper는 이벤트에 따라 {who}의 {call} 호출을 알렸습니다.",
    },
    "story.forged_none": {
        "en": "CloudTrail's event history has no such call after half an hour: nobody made this call, and somebody who may invoke the function {function} sent the event.",
        "ko": "30분이 지나도 CloudTrail 이벤트 기록에 이 호출이 없습니다. 아무도 호출하지 않았고, {function} 함수를 호출할 수 있는 누군가가 이벤트를 보낸 것입니다.",
    },
    "story.forged_other": {
        "en": "CloudTrail's event history has another call under the event's id: it was made by {real}.",
        "ko": "CloudTrail 이벤트 기록에는 같은 이벤트 ID로 다른 호출이 있습니다. 실제 수행자: {real}.",
    },
    "story.callers_once": {
        "en": "The trail was stopped at {since:time}. CloudTrail's event history says by whom: see below.",
        "ko": "{since:time}에 추적이 중지되었습니다. CloudTrail 이벤트 기록에서 확인한 호출자는 아래와 같습니다.",
    },
    "story.callers": {
        "en": "The trail was stopped {count:time|times} since {since:time}. CloudTrail's event history says by whom: see below.",
        "ko": "{since:time}부터 추적이 {count}번 중지되었습니다. CloudTrail 이벤트 기록에서 확인한 호출자는 아래와 같습니다.",
    },
    "story.callers_named": {
        "en": "Events named others as well, and alerts may have: of them the history has no such call at that time.",
        "ko": "이벤트와 앞선 알림에는 다른 수행자도 있었으나, 이벤트 기록에는 그 시각에 그들의 호출이 없습니다.",
    },
    "next.forged_innocent": {
        "en": "Take back what was done to {who} because of that alert.",
        "ko": "앞선 알림 때문에 {who}에 취한 조치를 되돌리세요.",
    },
    "next.callers": {
        "en": "Ask those who called, as listed below, and take the access of whoever cannot explain it: the command lists their calls.",
        "ko": "아래 호출자들에게 확인하고, 설명하지 못하면 권한을 회수하세요. 명령으로 해당 호출을 볼 수 있습니다.",
    },
    "next.callers_innocent": {
        "en": "Take back what was done to others who were named for it.",
        "ko": "그 밖에 잘못 지목된 수행자에게 취한 조치를 되돌리세요.",
    },
    "next.baseline": {
        "en": "If no deploy of yours meant this, deploy the settings again that you want, and find out who changed them: the command below lists the calls that can have.",
        "ko": "의도한 배포가 아니면 원하는 설정으로 다시 배포하고 변경한 사람을 확인하세요. 아래 명령으로 가능한 호출을 볼 수 있습니다.",
    },
    "next.baseline.alone": {
        "en": "If no deploy of yours meant this, deploy the settings again that you want, and find out who changed them.",
        "ko": "의도한 배포가 아니면 원하는 설정으로 다시 배포하고 변경한 사람을 확인하세요.",
    },
    "next.forged": {
        "en": "Find out who may call lambda:InvokeFunction on {function}, and take it away from whoever should not: nobody but AWS's rules and schedules and your operators needs it.",
        "ko": "{function} 함수에 lambda:InvokeFunction 권한이 있는 주체를 확인하고 불필요한 권한을 제거하세요. AWS 규칙과 스케줄, 운영자 외에는 필요하지 않습니다.",
    },
    "label.stopped_by": {"en": "Stopped by", "ko": "실제 호출자"},
    "callers.stop": {
        "en": "{who}, {call}, {at:time}",
        "ko": "{who}, {call}, {at:time}",
    },
    "label.told_before": {"en": "Told before", "ko": "앞서 알린 호출"},
    "forged.event": {
        "en": "{call} by {who}, event {event}",
        "ko": "{call}, 수행자 {who}, 이벤트 {event}",
    },
}
