"""Texts of what is done to the guard itself, and what became of it."""

from __future__ import annotations

TEXTS: dict[str, dict[str, str]] = {
    "kind.guard": {"en": "guard", "ko": "감시 구성"},
    "subject.guard_call": {
        "en": "Guard attacked: {call} on {resource}",
        "ko": "감시 구성 변경 시도: {resource} {call}",
    },
    "story.guard_call": {
        "en": "{who} called {call} on {resource}, a part of Trailkeeper itself, at {at:time}.",
        "ko": "{who:이/가} {at:time}에 Trailkeeper 구성 요소({resource})에 {call:을/를} 호출했습니다.",
    },
    "ended.guard_failed": {
        "en": "Trailkeeper could NOT put it right: part of the guard does not work.",
        "ko": "Trailkeeper가 복구하지 못했습니다. 감시 기능 일부가 동작하지 않습니다.",
    },
    "ended.guard_failed_in_part": {
        "en": "Trailkeeper put part of it right and could NOT put right the rest: part of the guard does not work.",
        "ko": "Trailkeeper가 일부만 복구했습니다. 감시 기능 일부가 동작하지 않습니다.",
    },
    "ended.guard_unreadable": {
        "en": "Trailkeeper could NOT read it, so nobody knows whether it is as deployed.",
        "ko": "Trailkeeper가 조회하지 못해 배포된 상태인지 알 수 없습니다.",
    },
    "subject.guard_unconfirmed": {
        "en": "{count:person gets|people get} no alerts yet, never confirmed",
        "ko": "알림을 받지 못하는 구독자 {count}명(구독 미확인)",
    },
    "story.guard_unconfirmed": {
        "en": "The check of {at:time} found {count:address|addresses} of the settings whose subscription is not confirmed, and never was as far as Trailkeeper has seen. No alert goes there.",
        "ko": "{at:time} 점검에서 구독이 확인되지 않은 주소 {count}개를 발견했습니다. Trailkeeper가 본 바로는 확인된 적이 없으며, 그 주소로는 알림이 전달되지 않습니다.",
    },
    "subject.guard_unread": {
        "en": "{count:part|parts} of Trailkeeper itself could NOT be checked",
        "ko": "Trailkeeper 구성 요소 {count}건 확인 불가",
    },
    "story.guard_unread": {
        "en": "The check of {at:time} could NOT read {count:part|parts} of Trailkeeper itself, so nobody knows whether that is as deployed.",
        "ko": "{at:time} 점검에서 Trailkeeper 구성 요소 {count}건을 조회하지 못해 배포된 상태인지 알 수 없습니다.",
    },
    "ended.guard_told": {
        "en": "Trailkeeper does not undo this by itself: people have to see to it.",
        "ko": "자동으로 되돌리지 않았습니다. 직접 확인해 주세요.",
    },
    "ended.guard_no_effect": {
        "en": "What runs is a published version, which this call cannot change.",
        "ko": "실행되는 것은 게시된 버전이므로 이 호출로는 바뀌지 않습니다.",
    },
    "ended.guard_not_compared": {
        "en": "When Trailkeeper looked, all that it compares of the guard was as deployed; the call may have changed something else.",
        "ko": "Trailkeeper가 비교하는 감시 구성은 모두 배포된 상태였습니다. 다른 항목이 변경되었을 수 있습니다.",
    },
    "ended.guard_secret": {
        "en": "Trailkeeper does not know whether the new value is yours: alerts to Slack may go to somebody else from now on.",
        "ko": "새 값이 담당자의 것인지 Trailkeeper는 알 수 없습니다. 이제부터 Slack 알림이 다른 사람에게 전송될 수 있습니다.",
    },
    "ended.guard_deploy": {
        "en": "A deploy of Trailkeeper's own stacks is in progress, so the repair waits.",
        "ko": "Trailkeeper 스택 배포가 진행 중이어서 복구를 보류했습니다.",
    },
    "story.guard_deploy_begun": {
        "en": "Meanwhile a deploy of Trailkeeper's own stacks began, so what else differs waits until it is over.",
        "ko": "그 사이 Trailkeeper 스택 배포가 시작되어, 그 밖의 차이는 배포가 끝날 때까지 복구를 보류합니다.",
    },
    "subject.guard_more": {
        "en": "Guard attacked: {count:more call|more calls}",
        "ko": "감시 구성 변경 시도 {count}건 더",
    },
    "story.guard_more": {
        "en": "Between {since:time} and {until:time} {count:more call|more calls} against Trailkeeper itself came, of kinds that you were told of before this mail, or after which nothing was found changed.",
        "ko": "{since:time}부터 {until:time}까지 Trailkeeper 구성 요소에 대한 호출이 {count}건 더 있었습니다. 앞서 알려 드린 것과 같은 종류이거나, 변경된 것이 없는 호출입니다.",
    },
    "ended.guard_more.all": {
        "en": "After each of them Trailkeeper put back what had changed, and read it back.",
        "ko": "매번 변경된 설정을 복구하고 다시 조회해 확인했습니다.",
    },
    "ended.guard_more.some": {
        "en": "After {count} of them Trailkeeper put back what had changed, and read it back; after the others all that it compares was as deployed.",
        "ko": "그중 {count}건은 변경된 설정을 복구하고 다시 조회해 확인했으며, 나머지는 비교하는 설정이 모두 배포된 상태였습니다.",
    },
    "ended.guard_more.none": {
        "en": "After each of them all that Trailkeeper compares of the guard was as deployed; a call may have changed something else.",
        "ko": "매번 Trailkeeper가 비교하는 감시 구성은 모두 배포된 상태였습니다. 다른 항목이 변경되었을 수 있습니다.",
    },
    "guard_more.line": {
        "en": "{who}: {call}, {count:time|times}, on {on}",
        "ko": "{who}: {call} {count}회({on})",
    },
    "guard_more.line_put_back": {
        "en": "{who}: {call}, {count:time|times}, on {on}. Put back: {document}",
        "ko": "{who}: {call} {count}회({on}). 복구한 설정: {document}",
    },
    "guard_more.others": {
        "en": "{count:call|calls} of others",
        "ko": "그 밖의 호출 {count}건",
    },
    "next.guard_more": {
        "en": "Do what the alerts before this one say, and look at what else was called in that time.",
        "ko": "앞서 받은 알림의 안내에 따르고, 이 시간에 다른 호출이 있었는지 확인하세요.",
    },
    "next.guard_deploy": {
        "en": "Deploy the stacks again.",
        "ko": "스택을 다시 배포하세요.",
    },
    "resource.guard-queue": {
        "en": "the mapping of the alerts queue",
        "ko": "알림 대기열 매핑",
    },
    "resource.guard-functions": {"en": "a function of Trailkeeper", "ko": "Trailkeeper 함수"},
    "resource.guard-key": {"en": "the key of the alerts", "ko": "알림 주제의 키"},
    "resource.guard-table": {"en": "the state table", "ko": "상태 테이블"},
    "document.guard-functions.versions": {
        "en": "what the functions run",
        "ko": "함수가 실행하는 버전",
    },
    "document.guard-functions.concurrency": {
        "en": "concurrency of the functions",
        "ko": "함수의 동시성",
    },
    "document.guard-functions.failures": {
        "en": "what becomes of the functions' failed calls",
        "ko": "함수의 실패한 호출 처리",
    },
    "document.guard-functions.callers": {
        "en": "who may call the functions",
        "ko": "함수를 호출할 수 있는 주체",
    },
    "document.guard-functions.urls": {
        "en": "URLs of the functions",
        "ko": "함수의 URL",
    },
    "document.guard-rules.rules": {
        "en": "the rules that call the functions",
        "ko": "함수를 호출하는 규칙",
    },
    "document.guard-rules.sent-home": {
        "en": "the rules that send events home",
        "ko": "홈 리전으로 이벤트를 보내는 규칙",
    },
    "document.beyond": {"en": "{document} ({region})", "ko": "{document}({region})"},
    "document.guard-schedules.schedules": {
        "en": "the schedules that call the functions",
        "ko": "함수를 호출하는 일정",
    },
    "document.guard-queue.mapping": {
        "en": "what brings alerts from the queue to the function",
        "ko": "대기열의 알림을 함수로 전달하는 매핑",
    },
    "document.guard-stack.protection": {
        "en": "the stack of the guard",
        "ko": "감시 구성 스택",
    },
    "document.guard-roles.trust": {
        "en": "trust of Trailkeeper's roles",
        "ko": "Trailkeeper 역할의 신뢰 정책",
    },
    "document.guard-roles.policies": {
        "en": "rights of Trailkeeper's roles",
        "ko": "Trailkeeper 역할의 권한",
    },
    "document.guard-roles.attached-policies": {
        "en": "policies on Trailkeeper's roles",
        "ko": "Trailkeeper 역할에 연결된 정책",
    },
    "document.guard-roles.managed-policies": {
        "en": "boundaries of Trailkeeper's roles",
        "ko": "Trailkeeper 역할의 권한 경계",
    },
    "document.guard-queues.queues": {
        "en": "queues of Trailkeeper",
        "ko": "Trailkeeper 대기열",
    },
    "document.guard-topics.topics": {
        "en": "topics of Trailkeeper",
        "ko": "Trailkeeper 주제",
    },
    "document.guard-key.alias": {
        "en": "alias of the alerts' key",
        "ko": "알림 주제 키의 별칭",
    },
    "document.guard-key.state": {
        "en": "key of the alerts",
        "ko": "알림 주제의 키",
    },
    "document.guard-key.policy": {
        "en": "policy of the alerts' key",
        "ko": "알림 주제 키의 정책",
    },
    "document.guard-key.rotation": {
        "en": "rotation of the alerts' key",
        "ko": "알림 주제 키의 교체",
    },
    "document.guard-table.table": {"en": "the state table", "ko": "상태 테이블"},
    "document.guard-table.policy": {
        "en": "who may write into the state table",
        "ko": "상태 테이블에 쓸 수 있는 주체의 정책",
    },
    "document.guard-table.expiry": {
        "en": "expiry in the state table",
        "ko": "상태 테이블 항목의 만료",
    },
    "document.guard-parameter.key": {
        "en": "the key that the next deploy reads",
        "ko": "다음 배포가 읽는 키 파라미터",
    },
    "document.guard-logs.groups": {
        "en": "log groups of the functions",
        "ko": "함수의 로그 그룹",
    },
    "document.guard-alarms.alarms": {
        "en": "the alarms about Trailkeeper",
        "ko": "Trailkeeper 자체 경보",
    },
    "document.guard-feeds.subscriptions": {
        "en": "subscriptions of the queue of alerts",
        "ko": "알림 대기열의 구독",
    },
    "document.guard-people.subscribers": {
        "en": "who gets alerts",
        "ko": "알림을 받는 대상",
    },
}
