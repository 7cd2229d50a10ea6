"""The parts of the evidence by their names, and its resources."""

from __future__ import annotations

TEXTS = {
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
        "en": "the log encryption key",
        "ko": "로그 암호화 키",
    },
    "resource.log-group": {
        "en": "the log group",
        "ko": "로그 그룹",
    },
    "resource.delivery-role": {
        "en": "the delivery role",
        "ko": "전송 역할",
    },
    "document.logging.status": {
        "en": "logging of the trail",
        "ko": "추적의 로깅",
    },
    "document.logging.delivery": {
        "en": "delivery of logs",
        "ko": "로그 전송",
    },
    "document.trail.settings": {
        "en": "trail settings",
        "ko": "추적 설정",
    },
    "document.trail.event-selectors": {
        "en": "trail event selectors",
        "ko": "추적의 이벤트 선택기",
    },
    "document.trail.insight-selectors": {
        "en": "trail Insight selectors",
        "ko": "추적의 Insights 선택기",
    },
    "document.trail.event-configuration": {
        "en": "trail event configuration",
        "ko": "추적의 이벤트 구성",
    },
    "document.trail.tags": {
        "en": "trail tags",
        "ko": "추적의 태그",
    },
    "document.log-bucket.policy": {
        "en": "log bucket policy",
        "ko": "로그 버킷의 정책",
    },
    "document.log-bucket.public-access-block": {
        "en": "log bucket public access block",
        "ko": "로그 버킷의 퍼블릭 액세스 차단",
    },
    "document.log-bucket.lifecycle": {
        "en": "log bucket life cycle",
        "ko": "로그 버킷의 수명 주기",
    },
    "document.log-bucket.versioning": {
        "en": "log bucket versioning",
        "ko": "로그 버킷의 버전 관리",
    },
    "document.log-bucket.encryption": {
        "en": "log bucket encryption",
        "ko": "로그 버킷의 암호화",
    },
    "document.log-bucket.ownership": {
        "en": "log bucket object ownership",
        "ko": "로그 버킷의 객체 소유권",
    },
    "document.log-bucket.access-logging": {
        "en": "log bucket access logging",
        "ko": "로그 버킷의 액세스 로깅",
    },
    "document.log-bucket.object-lock": {
        "en": "log bucket object lock",
        "ko": "로그 버킷의 객체 잠금",
    },
    "document.log-bucket.replication": {
        "en": "log bucket replication",
        "ko": "로그 버킷의 복제",
    },
    "document.log-bucket.notification": {
        "en": "log bucket notifications",
        "ko": "로그 버킷의 알림",
    },
    "document.log-bucket.request-payment": {
        "en": "who pays for requests to the log bucket",
        "ko": "로그 버킷의 요청 비용 부담자",
    },
    "document.log-bucket.owner": {
        "en": "log bucket name",
        "ko": "로그 버킷의 이름",
    },
    "document.evidence-key.state": {
        "en": "log encryption key state",
        "ko": "로그 암호화 키의 상태",
    },
    "document.evidence-key.policy": {
        "en": "log encryption key policy",
        "ko": "로그 암호화 키의 정책",
    },
    "document.evidence-key.rotation": {
        "en": "log encryption key rotation",
        "ko": "로그 암호화 키의 교체",
    },
    "document.evidence-key.grants": {
        "en": "log encryption key grants",
        "ko": "로그 암호화 키의 권한 부여",
    },
    "document.evidence-key.use": {
        "en": "the use of the log encryption key",
        "ko": "로그 암호화 키의 사용",
    },
    "document.log-group.settings": {
        "en": "log group settings",
        "ko": "로그 그룹의 설정",
    },
    "document.log-group.metric-filters": {
        "en": "log group metric filters",
        "ko": "로그 그룹의 지표 필터",
    },
    "document.log-group.subscription-filters": {
        "en": "log group subscription filters",
        "ko": "로그 그룹의 구독 필터",
    },
    "document.log-group.account-policies": {
        "en": "policies of the whole account for its log groups",
        "ko": "계정 전체의 로그 그룹 정책",
    },
    "document.log-group.data-protection": {
        "en": "log group data protection policy",
        "ko": "로그 그룹의 데이터 보호 정책",
    },
    "document.delivery-role.trust": {
        "en": "the delivery role",
        "ko": "전송 역할",
    },
    "document.delivery-role.policies": {
        "en": "delivery role policies",
        "ko": "전송 역할의 정책",
    },
    "document.delivery-role.attached-policies": {
        "en": "delivery role attached policies",
        "ko": "전송 역할에 연결된 정책",
    },
    "document.delivery-role.boundary": {
        "en": "the permissions boundary of the delivery role",
        "ko": "전송 역할의 권한 경계",
    },
    "resource.unnamed": {"en": "none named in the call", "ko": "호출에 지정되지 않음"},
    "resource.unnamed_here": {"en": "(not named in the event)", "ko": "이벤트에 이름 없음"},
    "resource.and_more": {"en": "{name} and {count} more", "ko": "{name} 외 {count}개"},
    "resource.omitted": {
        "en": "left out of the event by CloudTrail, as a very large request makes it do: a known evasion",
        "ko": "CloudTrail이 이벤트에서 생략함(요청을 크게 만들어 숨기는 알려진 우회 수법)",
    },
}
