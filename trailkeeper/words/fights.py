"""Somebody who stops the trail again and again, and what is done about it."""

from __future__ import annotations

TEXTS = {
    "subject.fighting": {
        "en": "Trail stopped {count:time|times}, started again each time",
        "ko": "CloudTrail 추적 {count}회 반복 중지 → 매번 복구 완료",
    },
    "subject.contained": {
        "en": "Locked out after stopping the trail {count:time|times}",
        "ko": "CloudTrail 추적 {count}회 중지 후 접근 차단됨",
    },
    "story.fight": {
        "en": "{who} stopped the trail {count:time|times} since {since:time}; Trailkeeper started it again each time and saw that it logs.",
        "ko": "{who:이/가} {since:time}부터 추적을 {count}번 중지했습니다. Trailkeeper가 매번 다시 켜고 로깅을 확인했습니다.",
    },
    "story.fight_disputed": {
        "en": "The trail was stopped {count:time|times} since {since:time}; Trailkeeper started it again each time and saw that it logs.",
        "ko": "{since:time}부터 추적이 {count}번 중지되었습니다. Trailkeeper가 매번 다시 켜고 로깅을 확인했습니다.",
    },
    "label.claimed": {"en": "Named by events", "ko": "이벤트에 기록된 수행자"},
    "story.disputed": {
        "en": "The events of these stops name different callers for the same stop, so somebody may have made some of them up. Blame nobody yet: CloudTrail's event history is asked, and you are told of the calls that nobody made.",
        "ko": "같은 중지에 대해 이벤트마다 다른 수행자가 기록되어 있어, 일부는 조작된 이벤트일 수 있습니다. 아직 수행자를 단정하지 마세요. CloudTrail 이벤트 기록을 확인하고 있으며, 실제로 없었던 호출은 따로 알려 드립니다.",
    },
    "story.contained": {
        "en": "Trailkeeper attached the policy {policy} to {who}, so that nothing can be called with it any more.",
        "ko": "Trailkeeper가 {who}에 {policy} 정책을 연결해 모든 호출을 차단했습니다.",
    },
    "story.not_contained": {
        "en": "The access of {who} was not taken away: {reason}.",
        "ko": "{who}의 접근은 차단하지 않았습니다: {reason}.",
    },
    "reason.setting_off": {
        "en": "the setting contain is off",
        "ko": "contain 설정이 꺼져 있습니다",
    },
    "reason.to_be_confirmed": {
        "en": "event history has not confirmed yet who made the calls; it is asked at each look for half an hour",
        "ko": "이벤트 기록에서 수행자가 아직 확인되지 않았습니다. 30분 동안 점검할 때마다 확인합니다",
    },
    "reason.contained_enough": {
        "en": "as many were locked out within the hour as Trailkeeper may lock out",
        "ko": "한 시간 안에 자동으로 차단할 수 있는 수에 도달했습니다",
    },
    "reason.protected": {
        "en": "it is the root user, one of our roles, a break-glass principal or outside this account",
        "ko": "루트 사용자, Trailkeeper 역할, 비상용 주체 또는 다른 계정의 주체입니다",
    },
    "reason.identity_center": {
        "en": "IAM Identity Center owns this role; revoke the session and the assignment there",
        "ko": "IAM Identity Center가 소유한 역할입니다. 그곳에서 세션과 할당을 취소하세요",
    },
    "reason.attached_policies_full": {
        "en": "as many policies are attached to it as AWS allows; detach one, then attach AWSDenyAll",
        "ko": "연결된 정책이 AWS 한도에 도달했습니다. 하나를 분리한 뒤 AWSDenyAll을 연결하세요",
    },
    "fight.rounds": {"en": "{name} ({count:time|times})", "ko": "{name}({count}회)"},
    "label.others": {"en": "Others who stopped it", "ko": "그 밖의 중지 수행자"},
    "next.fight": {
        "en": "Cut the access of {who} now; a fight is told once, and hourly while it lasts.",
        "ko": "{who}의 접근을 지금 차단하세요. 같은 상황은 한 시간에 한 번만 알립니다.",
    },
}
