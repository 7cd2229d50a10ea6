"""Texts about the controls of the CIS benchmark: what each alarm means, and the calls behind it."""

from __future__ import annotations

TEXTS: dict[str, dict[str, str]] = {
    # What happened, in a subject
    "subject.cis-unauthorized-calls": {"en": "Calls refused", "ko": "권한 없는 API 호출 거부"},
    "subject.cis-console-logins-without-mfa": {
        "en": "Console sign-in without MFA",
        "ko": "MFA 없는 콘솔 로그인",
    },
    "subject.cis-root-use": {"en": "Root user active", "ko": "루트 사용자 사용"},
    "subject.cis-iam-policy-changes": {"en": "IAM policies changed", "ko": "IAM 정책 변경"},
    "subject.cis-trail-changes": {"en": "CloudTrail changed", "ko": "CloudTrail 설정 변경"},
    "subject.cis-failed-console-logins": {
        "en": "Console sign-in failed",
        "ko": "콘솔 로그인 실패",
    },
    "subject.cis-key-removals": {
        "en": "KMS key disabled or to be deleted",
        "ko": "KMS 키 비활성화 또는 삭제 예약",
    },
    "subject.cis-bucket-policy-changes": {
        "en": "S3 bucket policies changed",
        "ko": "S3 버킷 정책 변경",
    },
    "subject.cis-config-changes": {"en": "AWS Config changed", "ko": "AWS Config 설정 변경"},
    "subject.cis-security-group-changes": {
        "en": "Security groups changed",
        "ko": "보안 그룹 변경",
    },
    "subject.cis-network-acl-changes": {"en": "Network ACLs changed", "ko": "네트워크 ACL 변경"},
    "subject.cis-gateway-changes": {
        "en": "Network gateways changed",
        "ko": "네트워크 게이트웨이 변경",
    },
    "subject.cis-route-table-changes": {"en": "Route tables changed", "ko": "라우팅 테이블 변경"},
    "subject.cis-vpc-changes": {"en": "VPCs changed", "ko": "VPC 변경"},
    "subject.cis-organization-changes": {
        "en": "Organization changed",
        "ko": "조직(Organizations) 변경",
    },
    # The same in a sentence
    "story.cis-unauthorized-calls": {
        "en": "AWS refused calls for want of a right.",
        "ko": "권한이 없어 거부된 API 호출이 있었습니다.",
    },
    "story.cis-console-logins-without-mfa": {
        "en": "Somebody signed in to the console without MFA, or tried to; who comes through an identity provider counts as without.",
        "ko": "MFA 없이 콘솔에 로그인했거나 시도한 사람이 있습니다. 외부 자격 증명 공급자를 통한 로그인도 MFA 없음으로 기록됩니다.",
    },
    "story.cis-root-use": {
        "en": "The root user of the account was used.",
        "ko": "계정의 루트 사용자가 사용되었습니다.",
    },
    "story.cis-iam-policy-changes": {
        "en": "Somebody made, changed, attached or removed an IAM policy.",
        "ko": "IAM 정책이 생성, 변경, 연결 또는 제거되었습니다.",
    },
    "story.cis-trail-changes": {
        "en": "Somebody made, changed, stopped, started or deleted a trail, and not all of these calls had an alert of their own.",
        "ko": "추적이 생성, 변경, 중지, 시작 또는 삭제되었습니다. 이 중 일부는 별도의 알림으로 전달되지 않은 호출입니다.",
    },
    "story.cis-failed-console-logins": {
        "en": "Somebody could not sign in to the console: the password or the MFA code was wrong.",
        "ko": "암호 또는 MFA 코드가 틀려 콘솔 로그인에 실패했습니다.",
    },
    "story.cis-key-removals": {
        "en": "Somebody disabled a KMS key or planned its deletion; what it encrypts can then not be read.",
        "ko": "KMS 키가 비활성화되었거나 삭제가 예약되었습니다. 이 키로 암호화된 데이터는 읽을 수 없게 됩니다.",
    },
    "story.cis-bucket-policy-changes": {
        "en": "Somebody changed who may use an S3 bucket, or its CORS, life cycle or replication rules.",
        "ko": "S3 버킷의 접근 권한 또는 CORS, 수명 주기, 복제 규칙이 변경되었습니다.",
    },
    "story.cis-config-changes": {
        "en": "Somebody stopped or changed the recording of AWS Config, or where it delivers.",
        "ko": "AWS Config의 기록 또는 전송 설정이 중지되거나 변경되었습니다.",
    },
    "story.cis-security-group-changes": {
        "en": "Somebody made, deleted or changed a security group.",
        "ko": "보안 그룹이 생성, 삭제 또는 변경되었습니다.",
    },
    "story.cis-network-acl-changes": {
        "en": "Somebody made, deleted or changed a network ACL.",
        "ko": "네트워크 ACL이 생성, 삭제 또는 변경되었습니다.",
    },
    "story.cis-gateway-changes": {
        "en": "Somebody made, attached, detached or deleted an internet gateway or a customer gateway.",
        "ko": "인터넷 게이트웨이 또는 고객 게이트웨이가 생성, 연결, 분리 또는 삭제되었습니다.",
    },
    "story.cis-route-table-changes": {
        "en": "Somebody made, deleted or changed a route or a route table.",
        "ko": "경로 또는 라우팅 테이블이 생성, 삭제 또는 변경되었습니다.",
    },
    "story.cis-vpc-changes": {
        "en": "Somebody made, deleted or changed a VPC or a peering between VPCs.",
        "ko": "VPC 또는 VPC 피어링이 생성, 삭제 또는 변경되었습니다.",
    },
    "story.cis-organization-changes": {
        "en": "Somebody changed the organization: its accounts, units, policies or invitations.",
        "ko": "조직의 계정, 조직 단위, 정책 또는 초대가 변경되었습니다.",
    },
    # The calls behind an alarm
    "control.counted_one": {
        "en": "It was one call, at {since:time}.",
        "ko": "{since:time}에 호출 1건이 확인되었습니다.",
    },
    "control.counted": {
        "en": "The log group has {count:such call|such calls}, from {since:time} to {until:time}.",
        "ko": "로그 그룹에서 {since:time}부터 {until:time}까지 {count}건이 확인되었습니다.",
    },
    "control.counted_at_least": {
        "en": "The log group has at least {count:such call|such calls}, from {since:time} to {until:time}.",
        "ko": "로그 그룹에서 {since:time}부터 {until:time}까지 {count}건 이상이 확인되었습니다.",
    },
    "control.none": {
        "en": "Trailkeeper looked into the log group and found no such call there; the command below looks again.",
        "ko": "로그 그룹을 조회했지만 해당 호출을 찾지 못했습니다. 아래 명령으로 다시 조회하세요.",
    },
    "control.unread": {
        "en": "Trailkeeper could not look up which calls these were: {why}.",
        "ko": "Trailkeeper가 해당 호출을 조회하지 못했습니다({why}).",
    },
    "control.next": {
        "en": "Ask each author below whether the calls were meant; whoever did not make them has lost credentials.",
        "ko": "아래 수행자마다 의도한 호출인지 확인하세요. 본인이 한 것이 아니라면 자격 증명이 유출된 것입니다.",
    },
    "control.next_unread": {
        "en": "Run the command below, and ask the authors of the calls whether they were meant.",
        "ko": "아래 명령으로 호출을 조회하고 수행자에게 의도한 작업인지 확인하세요.",
    },
    "control.one": {
        "en": "{who}, {call}, from {origin}, at {at:time}",
        "ko": "{who}, {call}, 출발지 {origin}, {at:time}",
    },
    "control.one_of": {
        "en": "{who}, {call} of {resource}, from {origin}, at {at:time}",
        "ko": "{who}, {call}({resource}), 출발지 {origin}, {at:time}",
    },
    "control.many": {
        "en": "{who}, {call}, from {origin}, {count} times from {since:time} to {until:time}",
        "ko": "{who}, {call}, 출발지 {origin}, {since:time}~{until:time} {count}회",
    },
    "control.call_failed": {"en": "{call} ({error})", "ko": "{call}({error})"},
    "control.who_several": {"en": "{count} principals", "ko": "수행자 {count}명"},
    "control.benchmark": {
        "en": "CIS AWS Foundations, monitoring {number}",
        "ko": "CIS AWS Foundations 모니터링 항목 {number}",
    },
    "label.calls": {"en": "Calls", "ko": "호출"},
    "label.more_calls": {"en": "Not shown", "ko": "표시하지 않음"},
    "control.not_shown": {"en": "{count:call|calls}", "ko": "{count}건"},
    "label.control": {"en": "Control", "ko": "통제 항목"},
}
