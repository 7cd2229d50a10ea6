"""Texts about the watching itself: CloudWatch alarms, subscriptions that no longer deliver."""

from __future__ import annotations

TEXTS: dict[str, dict[str, str]] = {
    # CloudWatch alarms
    "alarm.alarm": {
        "en": "CloudWatch alarm {alarm} went off in {region}",
        "ko": "{region}의 CloudWatch 경보 {alarm:이/가} 울렸습니다",
    },
    "alarm.ok": {
        "en": "CloudWatch alarm {alarm} in {region} is over",
        "ko": "{region}의 CloudWatch 경보 {alarm:이/가} 해제되었습니다",
    },
    "alarm.insufficient_data": {
        "en": "CloudWatch alarm {alarm} in {region} has no data to judge by",
        "ko": "{region}의 CloudWatch 경보 {alarm:은/는} 판단할 데이터가 없습니다",
    },
    "alarm.next": {
        "en": "Open the alarm and look at the metric around the time it changed.",
        "ko": "경보를 열어 상태가 바뀐 시각 전후의 지표를 확인하세요.",
    },
    "alarm.next_ours": {
        "en": "Trailkeeper itself may not work: run trailkeeper status and look at the function's log.",
        "ko": "Trailkeeper가 동작하지 않을 수 있습니다. trailkeeper status를 실행하고 로그를 확인하세요.",
    },
    "label.alarm": {"en": "Alarm", "ko": "경보"},
    "label.meaning": {"en": "Meaning", "ko": "의미"},
    "label.metric": {"en": "Metric", "ko": "지표"},
    "label.change_of_state": {"en": "State", "ko": "상태"},
    "alarm.change": {"en": "{before} -> {after}", "ko": "{before} -> {after}"},
    # Subscriptions
    "subscription.pending": {
        "en": "{endpoint} gets no alerts: the subscription was never confirmed",
        "ko": "{endpoint:은/는} 알림을 받지 못합니다. 구독이 확인되지 않았습니다",
    },
    "subscription.missing": {
        "en": "{endpoint} gets no alerts: the subscription is gone",
        "ko": "{endpoint:은/는} 알림을 받지 못합니다. 구독이 없어졌습니다",
    },
    "subscription.filtered": {
        "en": "{endpoint} gets only some alerts: somebody put a filter on the subscription",
        "ko": "{endpoint:은/는} 일부 알림만 받습니다. 구독에 필터가 설정되었습니다",
    },
    "subscription.next_pending": {
        "en": 'Open the mail "AWS Notification - Subscription Confirmation" and confirm; if it is '
        "lost, subscribe the address again.",
        "ko": '"AWS Notification - Subscription Confirmation" 메일을 열어 확인하세요. 메일이 없으면 '
        "주소를 다시 구독하세요.",
    },
    "subscription.next_missing": {
        "en": "Subscribe the address by hand, and find out who removed it. Amazon SNS also removes "
        "a subscription that nobody confirms for some days.",
        "ko": "주소를 직접 구독하고, 누가 삭제했는지 확인하세요. 며칠 동안 확인되지 않은 구독은 "
        "Amazon SNS가 삭제하기도 합니다.",
    },
    "subscription.next_filtered": {
        "en": "Remove the filter policy of the subscription, and find out who set it.",
        "ko": "구독의 필터 정책을 제거하고, 누가 설정했는지 확인하세요.",
    },
    "label.endpoint": {"en": "Address", "ko": "수신 주소"},
    "label.topic": {"en": "Topic", "ko": "주제"},
    "label.filter": {"en": "Filter", "ko": "필터"},
}
