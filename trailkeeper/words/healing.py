"""Texts of what guards found and did about it: headlines, results, reasons, what to do next."""

from __future__ import annotations

TEXTS: dict[str, dict[str, str]] = {
    # Headlines
    "headline.call": {
        "en": "{who} {did}; {outcome}",
        "ko": "{who:이/가} {did}. {outcome}",
    },
    "headline.found": {
        "en": "{found}; {outcome}",
        "ko": "{found}. {outcome}",
    },
    "headline.refused": {
        "en": "{who} was not allowed to call {call}",
        "ko": "{who}의 {call} 호출이 거부되었습니다",
    },
    "headline.attempt": {
        "en": "{who} called {call} in vain ({error})",
        "ko": "{who:이/가} {call:을/를} 호출했으나 실패했습니다({error})",
    },
    "headline.fighting": {
        "en": "{who} keeps stopping the trail {trail}; Trailkeeper started it again {count:time|times}",
        "ko": "{who:이/가} 추적 {trail:을/를} 계속 중지하고 있으며, Trailkeeper가 {count}번 다시 시작했습니다",
    },
    "headline.contained": {
        "en": "{who} was contained after fighting over the trail {trail}",
        "ko": "추적 {trail:을/를} 계속 중지한 {who:을/를} 격리했습니다",
    },
    "headline.other_trail": {
        "en": "{who} stopped the trail {trail}; {outcome}",
        "ko": "{who:이/가} 추적 {trail:을/를} 중지했습니다. {outcome}",
    },
    "headline.paused": {
        "en": "{who} paused repairs until {until}",
        "ko": "{who:이/가} {until}까지 복구를 일시 중지했습니다",
    },
    "headline.resumed": {
        "en": "Repairs are on again; {outcome}",
        "ko": "복구가 다시 시작되었습니다. {outcome}",
    },
    # What a reconcile found without knowing who did it
    "found.stopped": {
        "en": "The CloudTrail trail {trail} was not logging",
        "ko": "CloudTrail 추적 {trail:이/가} 기록하지 않고 있었습니다",
    },
    "found.gone": {
        "en": "The CloudTrail trail {trail} was gone",
        "ko": "CloudTrail 추적 {trail:이/가} 없어졌습니다",
    },
    "found.drift": {
        "en": "{count:part|parts} of the evidence differed from the baseline",
        "ko": "증거 구성 중 {count}개가 기준과 달랐습니다",
    },
    "found.unreadable": {
        "en": "{count:part|parts} of the evidence could not be checked",
        "ko": "증거 구성 중 {count}개를 확인할 수 없었습니다",
    },
    "found.nothing": {
        "en": "Nothing differed from the baseline",
        "ko": "기준과 다른 점이 없습니다",
    },
    # How it ended
    "outcome.started": {
        "en": "Trailkeeper started it again after {duration}",
        "ko": "Trailkeeper가 {duration} 만에 다시 시작했습니다",
    },
    "outcome.started_again": {
        "en": "Trailkeeper started it again",
        "ko": "Trailkeeper가 다시 시작했습니다",
    },
    "outcome.recreated": {
        "en": "Trailkeeper made it again",
        "ko": "Trailkeeper가 다시 만들었습니다",
    },
    "outcome.healed": {
        "en": "Trailkeeper restored the baseline",
        "ko": "Trailkeeper가 기준대로 복구했습니다",
    },
    "outcome.failed": {
        "en": "Trailkeeper could NOT put it right",
        "ko": "Trailkeeper가 복구하지 못했습니다",
    },
    "outcome.told": {
        "en": "Trailkeeper must not change this, please look",
        "ko": "Trailkeeper가 변경할 수 없는 항목이니 확인이 필요합니다",
    },
    "outcome.deferred": {
        "en": "the repair waits",
        "ko": "복구를 보류했습니다",
    },
    "outcome.in_order": {
        "en": "all is in order already",
        "ko": "이미 정상 상태입니다",
    },
    "outcome.ignored": {
        "en": "the settings say to leave it alone",
        "ko": "설정에 따라 그대로 두었습니다",
    },
    # What was done, line by line
    "action.started": {
        "en": "Started logging again.",
        "ko": "로깅을 다시 시작했습니다.",
    },
    "action.healed": {
        "en": "Restored {document}.",
        "ko": "{document:을/를} 복구했습니다.",
    },
    "action.recreated": {
        "en": "Made {document} again.",
        "ko": "{document:을/를} 다시 만들었습니다.",
    },
    "action.failed": {
        "en": "FAILED to restore {document}: {error}",
        "ko": "{document:을/를} 복구하지 못했습니다: {error}",
    },
    "action.told": {
        "en": "Did not touch {document}: {reason}",
        "ko": "{document:은/는} 변경하지 않았습니다: {reason}",
    },
    "action.deferred": {
        "en": "Did not touch {document} yet: {reason}",
        "ko": "{document:은/는} 아직 변경하지 않았습니다: {reason}",
    },
    "action.unreadable": {
        "en": "Could not check {document}: {error}",
        "ko": "{document:을/를} 확인하지 못했습니다: {error}",
    },
    "action.contained": {
        "en": "Attached the policy {policy} that denies everything to {who}.",
        "ko": "{who}에 모든 작업을 거부하는 정책 {policy:을/를} 연결했습니다.",
    },
    "action.not_contained": {
        "en": "Did not contain {who}: {reason}",
        "ko": "{who:을/를} 격리하지 않았습니다: {reason}",
    },
    "action.none": {
        "en": "Nothing: the call had no effect.",
        "ko": "조치 없음: 호출은 아무 영향도 주지 않았습니다.",
    },
    "action.in_order": {
        "en": "Nothing: the evidence is as the baseline wants it.",
        "ko": "조치 없음: 증거 구성은 기준과 같습니다.",
    },
    # Why something was left alone, or failed
    "reason.machine_must_not": {
        "en": "only people may decide about this",
        "ko": "사람이 판단해야 하는 항목입니다",
    },
    "reason.not_seen_after_repair": {
        "en": "AWS took the repair, but reading it back shows the old state",
        "ko": "복구 요청은 수락되었지만 다시 읽은 상태가 그대로입니다",
    },
    "reason.dry_run": {
        "en": "this was a dry run",
        "ko": "시험 실행이었습니다",
    },
    "reason.paused": {
        "en": "repairs are paused",
        "ko": "복구가 일시 중지된 상태입니다",
    },
    "reason.deploying": {
        "en": "a deploy of Trailkeeper's own stacks is in progress",
        "ko": "Trailkeeper 스택 배포가 진행 중입니다",
    },
    "reason.delivery_broken": {
        "en": "the trail logs, but its logs do not arrive",
        "ko": "추적은 기록 중이지만 로그가 도착하지 않습니다",
    },
    "reason.key_given_up": {
        "en": "the key cannot be used, so logs are delivered without it until it can",
        "ko": "키를 사용할 수 없어, 사용할 수 있을 때까지 키 없이 로그를 전송합니다",
    },
    "reason.bucket_taken": {
        "en": "another account owns this name now; logs go to the fallback bucket",
        "ko": "다른 계정이 이 이름을 소유하고 있어 대체 버킷으로 로그를 전송합니다",
    },
    "reason.setting_off": {
        "en": "the setting contain is off",
        "ko": "contain 설정이 꺼져 있습니다",
    },
    "reason.protected": {
        "en": "it is the root user, one of our roles, a break-glass principal or outside this account",
        "ko": "루트 사용자, Trailkeeper 역할, 비상용 주체 또는 다른 계정의 주체입니다",
    },
    # Resources of the evidence, when they were gone
    "resource.logging": {
        "en": "the trail",
        "ko": "추적",
    },
    "resource.trail": {
        "en": "the trail",
        "ko": "추적",
    },
    "resource.log-bucket": {
        "en": "the log bucket",
        "ko": "로그 버킷",
    },
    "resource.evidence-key": {
        "en": "the evidence key",
        "ko": "증거 키",
    },
    "resource.log-group": {
        "en": "the log group",
        "ko": "로그 그룹",
    },
    "resource.delivery-role": {
        "en": "the delivery role",
        "ko": "전송 역할",
    },
    # Parts of the evidence
    "document.logging.status": {
        "en": "logging of the trail",
        "ko": "추적의 로깅",
    },
    "document.logging.delivery": {
        "en": "delivery of logs",
        "ko": "로그 전송",
    },
    "document.trail.settings": {
        "en": "the trail's settings",
        "ko": "추적 설정",
    },
    "document.trail.event-selectors": {
        "en": "the trail's event selectors",
        "ko": "추적의 이벤트 선택기",
    },
    "document.trail.insight-selectors": {
        "en": "the trail's Insight selectors",
        "ko": "추적의 Insights 선택기",
    },
    "document.trail.event-configuration": {
        "en": "the trail's event configuration",
        "ko": "추적의 이벤트 구성",
    },
    "document.trail.tags": {
        "en": "the trail's tags",
        "ko": "추적의 태그",
    },
    "document.log-bucket.policy": {
        "en": "the log bucket's policy",
        "ko": "로그 버킷의 정책",
    },
    "document.log-bucket.public-access-block": {
        "en": "the log bucket's public access block",
        "ko": "로그 버킷의 퍼블릭 액세스 차단",
    },
    "document.log-bucket.lifecycle": {
        "en": "the log bucket's life cycle",
        "ko": "로그 버킷의 수명 주기",
    },
    "document.log-bucket.versioning": {
        "en": "the log bucket's versioning",
        "ko": "로그 버킷의 버전 관리",
    },
    "document.log-bucket.encryption": {
        "en": "the log bucket's encryption",
        "ko": "로그 버킷의 암호화",
    },
    "document.log-bucket.ownership": {
        "en": "the log bucket's object ownership",
        "ko": "로그 버킷의 객체 소유권",
    },
    "document.log-bucket.access-logging": {
        "en": "the log bucket's access logging",
        "ko": "로그 버킷의 액세스 로깅",
    },
    "document.log-bucket.object-lock": {
        "en": "the log bucket's object lock",
        "ko": "로그 버킷의 객체 잠금",
    },
    "document.log-bucket.replication": {
        "en": "the log bucket's replication",
        "ko": "로그 버킷의 복제",
    },
    "document.log-bucket.notification": {
        "en": "the log bucket's notifications",
        "ko": "로그 버킷의 알림",
    },
    "document.log-bucket.owner": {
        "en": "the log bucket's name",
        "ko": "로그 버킷의 이름",
    },
    "document.evidence-key.state": {
        "en": "the evidence key's state",
        "ko": "증거 키의 상태",
    },
    "document.evidence-key.policy": {
        "en": "the evidence key's policy",
        "ko": "증거 키의 정책",
    },
    "document.evidence-key.rotation": {
        "en": "the evidence key's rotation",
        "ko": "증거 키의 교체",
    },
    "document.evidence-key.grants": {
        "en": "the evidence key's grants",
        "ko": "증거 키의 권한 부여",
    },
    "document.evidence-key.use": {
        "en": "the use of the evidence key",
        "ko": "증거 키의 사용",
    },
    "document.log-group.settings": {
        "en": "the log group's settings",
        "ko": "로그 그룹의 설정",
    },
    "document.log-group.metric-filters": {
        "en": "the log group's metric filters",
        "ko": "로그 그룹의 지표 필터",
    },
    "document.log-group.subscription-filters": {
        "en": "the log group's subscription filters",
        "ko": "로그 그룹의 구독 필터",
    },
    "document.log-group.data-protection": {
        "en": "the log group's data protection policy",
        "ko": "로그 그룹의 데이터 보호 정책",
    },
    "document.delivery-role.trust": {
        "en": "the delivery role",
        "ko": "전송 역할",
    },
    "document.delivery-role.policies": {
        "en": "the delivery role's policies",
        "ko": "전송 역할의 정책",
    },
    "document.delivery-role.attached-policies": {
        "en": "the delivery role's attached policies",
        "ko": "전송 역할에 연결된 정책",
    },
    # Facts
    "change": {
        "en": "{document}, {path}: {before} -> {after}",
        "ko": "{document}, {path}: {before} -> {after}",
    },
    "change_whole": {
        "en": "{document}: {before} -> {after}",
        "ko": "{document}: {before} -> {after}",
    },
    "change_gone": {
        "en": "{document}: gone",
        "ko": "{document}: 없어짐",
    },
    "dark.range": {
        "en": "{since} to {until}, {duration}",
        "ko": "{since}부터 {until}까지, {duration}",
    },
    "dark.open": {
        "en": "since {since}, still dark",
        "ko": "{since}부터 현재까지",
    },
    "dark.unknown": {
        "en": "unknown, because the trail was deleted",
        "ko": "추적이 삭제되어 알 수 없음",
    },
    "label.change": {
        "en": "Differed (before -> baseline)",
        "ko": "달라진 점(변경 전 -> 기준)",
    },
    "label.dark": {
        "en": "The trail was dark",
        "ko": "기록되지 않은 시간",
    },
    "label.call": {
        "en": "Call",
        "ko": "호출",
    },
    "label.session": {
        "en": "Session",
        "ko": "세션",
    },
    "label.paused": {
        "en": "Repairs are paused until",
        "ko": "복구 일시 중지 종료",
    },
    "label.deferred": {
        "en": "Waiting",
        "ko": "보류 중",
    },
    # What to do next
    "next.author": {
        "en": "Ask whether {who} was meant to do this. If not, disable its access keys or sessions now.",
        "ko": "{who}의 정당한 작업인지 확인하세요. 아니라면 즉시 액세스 키나 세션을 비활성화하세요.",
    },
    "next.unknown_author": {
        "en": "Find out who did this: the command below lists the latest calls.",
        "ko": "누가 했는지 확인하세요. 아래 명령으로 최근 호출을 볼 수 있습니다.",
    },
    "next.dark": {
        "en": "Read what happened while the trail was dark: CloudTrail's event history keeps those minutes for 90 days.",
        "ko": "기록되지 않은 동안의 활동을 확인하세요. CloudTrail 이벤트 기록에 90일간 남아 있습니다.",
    },
    "next.insights": {
        "en": "CloudTrail Insights may need up to 36 hours to work again after a stop.",
        "ko": "중지 후 CloudTrail Insights가 다시 작동하는 데 최대 36시간이 걸릴 수 있습니다.",
    },
    "next.repair": {
        "en": "Put it right by hand now; Trailkeeper tries again at every reconcile.",
        "ko": "지금 직접 복구하세요. Trailkeeper도 점검할 때마다 다시 시도합니다.",
    },
    "next.permissions": {
        "en": "The heal function was refused. Find out who took its right; then "
        "npx cdk deploy {stack} --revert-drift gives it back.",
        "ko": "복구 함수의 요청이 거부되었습니다. 누가 권한을 제거했는지 확인한 뒤 "
        "npx cdk deploy {stack} --revert-drift 명령으로 되돌리세요.",
    },
    "next.look": {
        "en": "Decide whether this is wanted. If it is, nothing is to do; if not, remove it.",
        "ko": "의도한 것인지 확인하세요. 아니라면 제거하세요.",
    },
    "next.bucket": {
        "en": "Find out who owns the name now. Trailkeeper delivers to the fallback bucket until the name is ours again.",
        "ko": "이 이름의 소유자를 확인하세요. 되찾을 때까지 대체 버킷으로 전송합니다.",
    },
    "next.refused": {
        "en": "Nothing was changed. If {who} should not try this, look at what else it did.",
        "ko": "변경된 것은 없습니다. {who}의 시도가 뜻밖이라면 다른 활동도 확인하세요.",
    },
    "next.fight": {
        "en": "Take away the rights of {who} now; Trailkeeper keeps starting the trail and tells you only once per fight.",
        "ko": "{who}의 권한을 지금 회수하세요. Trailkeeper는 추적을 계속 다시 시작하며, 알림은 한 번만 보냅니다.",
    },
    "next.undo_containment": {
        "en": "When it is safe again, undo the containment with the command below.",
        "ko": "안전해지면 아래 명령으로 격리를 해제하세요.",
    },
    "next.pause": {
        "en": "Repairs start again by themselves. To end the pause now: trailkeeper resume",
        "ko": "복구는 자동으로 다시 시작됩니다. 바로 끝내려면: trailkeeper resume",
    },
}
