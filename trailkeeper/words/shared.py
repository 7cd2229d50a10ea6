"""Texts that every alert uses: severities, labels, links, who did it, what was done about it."""

from __future__ import annotations

TEXTS: dict[str, dict[str, str]] = {
    # How loud
    "severity.info": {"en": "Info", "ko": "정보"},
    "severity.warning": {"en": "Warning", "ko": "경고"},
    "severity.critical": {"en": "Critical", "ko": "긴급"},
    # The subject
    "subject.what": {"en": "{what}", "ko": "{what}"},
    "subject.ended": {"en": "{what}, {result}", "ko": "{what} → {result}"},
    "subject.separator": {"en": " - ", "ko": " | "},
    # Parts of a message
    "section.now": {"en": "Do now", "ko": "지금 할 일"},
    "section.unplanned": {"en": "If this was not planned", "ko": "계획된 작업이 아니라면"},
    "section.changes": {"en": "What was found and done", "ko": "발견한 내용과 조치"},
    "section.evidence": {"en": "See what else was done", "ko": "관련 활동 보기"},
    "section.repair": {"en": "Put it right", "ko": "직접 복구하기"},
    "section.undo": {"en": "Undo, only when it is safe", "ko": "되돌리기(안전이 확인된 후에만)"},
    "section.facts": {"en": "Who and how", "ko": "상세"},
    "verified.yes": {
        "en": "Trailkeeper read back what it repaired: it is as it should be.",
        "ko": "복구 확인: 복구한 항목을 다시 조회해 정상임을 확인했습니다.",
    },
    "verified.no": {
        "en": "NOT verified: Trailkeeper has not seen all of it as it should be.",
        "ko": "복구 미확인: 모두 정상으로 돌아온 것을 확인하지 못했습니다.",
    },
    "footer": {"en": "Trailkeeper, rule {detection}", "ko": "Trailkeeper 알림(규칙: {detection})"},
    "footer.event": {"en": ", event {event}", "ko": ", 이벤트 {event}"},
    # Where
    "where.account": {"en": "{name} ({account})", "ko": "{name}({account})"},
    "where.both": {"en": "{account}, {region}", "ko": "{account}, {region}"},
    "value.unknown": {"en": "(unknown)", "ko": "(알 수 없음)"},
    # Labels of facts
    "label.where": {"en": "Where", "ko": "계정/리전"},
    "label.when": {"en": "When", "ko": "시각"},
    "label.who": {"en": "Who", "ko": "수행자"},
    "label.principal": {"en": "Principal", "ko": "보안 주체"},
    "label.key": {"en": "Access key", "ko": "액세스 키"},
    "label.mfa": {"en": "MFA", "ko": "MFA"},
    "label.session_since": {"en": "Session since", "ko": "세션 시작"},
    "label.resource": {"en": "Resource", "ko": "리소스"},
    "label.source_ip": {"en": "From", "ko": "출발지"},
    "label.call": {"en": "Call", "ko": "API 호출"},
    "label.error": {"en": "Error", "ko": "오류"},
    "label.reason": {"en": "Reason", "ko": "사유"},
    "label.beginning": {"en": "It begins with", "ko": "메시지 앞부분"},
    "mfa.yes": {"en": "yes", "ko": "사용"},
    "mfa.no": {"en": "no", "ko": "미사용"},
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
    "subject.unreadable": {
        "en": "Unreadable message to the alert function",
        "ko": "알림 함수에 읽을 수 없는 메시지 도착",
    },
    "unreadable.story": {
        "en": "The alert function got a message that it could not read, by the queue {queue} or by a call; nobody was told what it should have said.",
        "ko": "알림 함수가 {queue} 대기열이나 함수 호출로 읽을 수 없는 메시지를 받았습니다. 원래 내용은 전달되지 않았습니다.",
    },
    "unreadable.next": {
        "en": "Find out who may call the function {function} (lambda:InvokeFunction), and whether somebody changed the policy of the queue {queue}, which lets in AWS and Trailkeeper alone.",
        "ko": "{function} 함수를 호출할 수 있는 주체(lambda:InvokeFunction)와, AWS와 Trailkeeper만 허용하는 {queue} 대기열의 정책이 변경되었는지 확인하세요.",
    },
    # Whatever was made up
    "subject.made_up": {
        "en": "Made-up messages to the alert function, not told",
        "ko": "알림 함수에 위조된 메시지 도착, 전달하지 않음",
    },
    "story.made_up": {
        "en": "Somebody called the function {function} with messages that are not in the queue {queue}. Nobody was told what they say. This is told once an hour; the function's log has how each call began.",
        "ko": "누군가 {queue} 대기열에 없는 메시지로 {function} 함수를 호출했습니다. 메시지 내용은 전달되지 않았습니다. 이 알림은 한 시간에 한 번만 보내며 호출별 메시지 앞부분은 함수 로그에 있습니다.",
    },
    "next.made_up": {
        "en": "Find out who called {function} (the event Invoke in the trail's log files), and take lambda:InvokeFunction on it away from whoever should not have it: nobody but AWS and your operators needs it.",
        "ko": "{function} 함수를 호출한 주체를 추적 로그 파일의 Invoke 이벤트에서 확인하고, 불필요한 lambda:InvokeFunction 권한을 제거하세요. AWS와 운영자 외에는 필요하지 않습니다.",
    },
}
