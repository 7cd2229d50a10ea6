"""Texts that every alert uses: severities, labels, links, who did it, what was done about it."""

from __future__ import annotations

TEXTS: dict[str, dict[str, str]] = {
    # How loud
    "severity.info": {"en": "Info", "ko": "정보"},
    "severity.warning": {"en": "Warning", "ko": "주의"},
    "severity.critical": {"en": "Critical", "ko": "긴급"},
    # Parts of a message
    "section.actions": {"en": "What Trailkeeper did", "ko": "Trailkeeper의 조치"},
    "section.next": {"en": "What to do next", "ko": "다음에 할 일"},
    "section.command": {"en": "See what else was done", "ko": "다른 활동 확인 명령"},
    "section.links": {"en": "Links", "ko": "링크"},
    "verified.yes": {
        "en": "Verified: Trailkeeper read the state back and it is as it should be.",
        "ko": "확인됨: Trailkeeper가 상태를 다시 읽어 정상임을 확인했습니다.",
    },
    "verified.no": {
        "en": "NOT verified: Trailkeeper could not see the repair when it read the state back.",
        "ko": "확인되지 않음: 상태를 다시 읽었지만 복구된 것을 확인하지 못했습니다.",
    },
    "footer": {
        "en": "Sent by Trailkeeper because of {detection}.",
        "ko": "Trailkeeper가 {detection} 감지에 따라 보낸 알림입니다.",
    },
    # Labels of facts
    "label.severity": {"en": "Severity", "ko": "심각도"},
    "label.account": {"en": "Account", "ko": "계정"},
    "label.region": {"en": "Region", "ko": "리전"},
    "label.when": {"en": "When", "ko": "시각"},
    "label.who": {"en": "Who", "ko": "수행자"},
    "label.what": {"en": "What", "ko": "작업"},
    "label.resource": {"en": "Resource", "ko": "리소스"},
    "label.source_ip": {"en": "From", "ko": "접속 위치"},
    "label.user_agent": {"en": "With", "ko": "사용 도구"},
    "label.error": {"en": "Error", "ko": "오류"},
    "label.reason": {"en": "Reason", "ko": "사유"},
    "label.event_id": {"en": "Event", "ko": "이벤트 ID"},
    "label.beginning": {"en": "It begins with", "ko": "메시지 앞부분"},
    # Links
    "link.trail": {"en": "Trail", "ko": "추적"},
    "link.bucket": {"en": "Bucket", "ko": "버킷"},
    "link.instance": {"en": "Instance", "ko": "인스턴스"},
    "link.instances": {"en": "Instances", "ko": "인스턴스 목록"},
    "link.key": {"en": "Key", "ko": "키"},
    "link.log_group": {"en": "Log group", "ko": "로그 그룹"},
    "link.event_history": {"en": "Event history", "ko": "이벤트 기록"},
    "link.alarm": {"en": "Alarm", "ko": "경보"},
    "link.topic": {"en": "Topic", "ko": "주제"},
    # Whatever could not be read
    "unreadable.headline": {
        "en": "A message arrived that Trailkeeper could not read",
        "ko": "Trailkeeper가 읽을 수 없는 메시지가 도착했습니다",
    },
    "unreadable.next": {
        "en": "Find out who sends to the queue {queue}. Only AWS and Trailkeeper should.",
        "ko": "대기열 {queue}에 누가 메시지를 보내는지 확인하세요. "
        "AWS와 Trailkeeper만 보내야 합니다.",
    },
}
