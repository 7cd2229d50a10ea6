"""Texts about the watching itself: CloudWatch alarms, subscriptions that no longer deliver."""

from __future__ import annotations

TEXTS: dict[str, dict[str, str]] = {
    # CloudWatch alarms
    "subject.alarm.alarm": {"en": "Alarm {alarm} went off", "ko": "{alarm} 경보 발생"},
    "subject.alarm.ok": {"en": "Alarm {alarm} is over", "ko": "{alarm} 경보 해제"},
    "subject.alarm.insufficient_data": {
        "en": "Alarm {alarm} has no data",
        "ko": "{alarm} 경보 데이터 부족",
    },
    "story.alarm.alarm": {
        "en": "The CloudWatch alarm {alarm} in {region} went off at {at:time}.",
        "ko": "{region}의 CloudWatch 경보 {alarm:이/가} {at:time}에 경보 상태가 되었습니다.",
    },
    "story.alarm.ok": {
        "en": "The CloudWatch alarm {alarm} in {region} is over since {at:time}.",
        "ko": "{region}의 CloudWatch 경보 {alarm:이/가} {at:time}에 해제되었습니다.",
    },
    "story.alarm.insufficient_data": {
        "en": "The CloudWatch alarm {alarm} in {region} has had no data to judge by since {at:time}.",
        "ko": "{region}의 CloudWatch 경보 {alarm:은/는} {at:time}부터 데이터가 부족합니다.",
    },
    "alarm.means": {"en": "Its meaning: {meaning}", "ko": "의미: {meaning}"},
    "alarm.described": {"en": "Its description says: {meaning}", "ko": "경보 설명: {meaning}"},
    "alarm.next": {
        "en": "Open the alarm and look at the metric around the time it changed.",
        "ko": "경보를 열어 상태가 바뀐 시각 전후의 지표를 확인하세요.",
    },
    "alarm.next_ours": {
        "en": "Trailkeeper itself may not work: run the command below and do what it says.",
        "ko": "Trailkeeper가 동작하지 않을 수 있습니다. 아래 명령을 실행하고 안내에 따르세요.",
    },
    "label.alarm": {"en": "Alarm", "ko": "경보"},
    "label.metric": {"en": "Metric", "ko": "지표"},
    "label.change_of_state": {"en": "State", "ko": "상태"},
    "alarm.change": {"en": "{before} -> {after}", "ko": "{before} -> {after}"},
    # Log files
    "subject.log_file": {
        "en": "A log file cannot be read",
        "ko": "읽을 수 없는 로그 파일",
    },
    "log_file.story": {
        "en": "CloudTrail delivered a log file, and Trailkeeper could not read it: {why}.",
        "ko": "CloudTrail이 전달한 로그 파일을 Trailkeeper가 읽지 못했습니다({why}).",
    },
    "log_file.count": {
        "en": "Its records are not counted; others of the same kind are not told again within this hour.",
        "ko": "이 파일의 레코드는 집계되지 않았습니다. 같은 사유의 다른 파일은 이 시간 동안 다시 알리지 않습니다.",
    },
    "log_file.next": {
        "en": "Compare the file with CloudTrail's digest (trailkeeper fetch --verify), and find out who wrote or deleted it.",
        "ko": "trailkeeper fetch --verify 명령으로 CloudTrail 다이제스트와 비교하고, 누가 파일을 쓰거나 삭제했는지 확인하세요.",
    },
    "label.log_file": {"en": "Log file", "ko": "로그 파일"},
    # Subscriptions
    "subject.subscription.pending": {
        "en": "{endpoint} gets no alerts, never confirmed",
        "ko": "{endpoint} 알림 수신 불가(구독 미확인)",
    },
    "subject.subscription.missing": {
        "en": "{endpoint} gets no alerts, subscription gone",
        "ko": "{endpoint} 알림 수신 불가(구독 없음)",
    },
    "subject.subscription.filtered": {
        "en": "{endpoint} gets only some alerts",
        "ko": "{endpoint} 일부 알림만 수신",
    },
    "subscription.pending": {
        "en": "The subscription of {endpoint} was never confirmed, so no alert of Trailkeeper goes there.",
        "ko": "{endpoint} 주소의 구독이 확인되지 않아 Trailkeeper 알림이 전달되지 않습니다.",
    },
    "subscription.missing": {
        "en": "The subscription of {endpoint} is gone, so no alert of Trailkeeper goes there.",
        "ko": "{endpoint} 주소의 구독이 없어져 Trailkeeper 알림이 전달되지 않습니다.",
    },
    "subscription.filtered": {
        "en": "Somebody put a filter on the subscription of {endpoint}, so some alerts do not go there.",
        "ko": "{endpoint} 주소의 구독에 필터가 설정되어 일부 알림이 전달되지 않습니다.",
    },
    "subscription.next_pending": {
        "en": 'Open the mail "AWS Notification - Subscription Confirmation" and confirm. AWS removes '
        "what nobody confirms after some days: then subscribe the address again by the command below.",
        "ko": '"AWS Notification - Subscription Confirmation" 메일을 열어 확인하세요. 며칠 동안 확인하지 '
        "않으면 AWS가 구독을 삭제하므로, 그때는 아래 명령으로 다시 등록하세요.",
    },
    "subscription.next_missing": {
        "en": "Subscribe the address by the command below (a deploy does not), and find out who removed it.",
        "ko": "아래 명령으로 해당 주소의 구독을 다시 등록하고(배포로는 복구되지 않습니다), 누가 삭제했는지 확인하세요.",
    },
    "subscription.next_filtered": {
        "en": "Remove the filter policy of the subscription, and find out who set it.",
        "ko": "구독의 필터 정책을 제거하고, 누가 설정했는지 확인하세요.",
    },
    "label.topic": {"en": "Topic", "ko": "주제"},
    "label.filter": {"en": "Filter", "ko": "필터"},
}
