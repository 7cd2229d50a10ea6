"""Texts about cutting off whoever acted, by what kind of identity it was."""

from __future__ import annotations

TEXTS: dict[str, dict[str, str]] = {
    "access.root": {
        "en": "If not, change the root password, look at the root user's MFA devices and access keys, and open a case with AWS Support.",
        "ko": "아니라면 루트 암호를 변경하고, 루트 사용자의 MFA 기기와 액세스 키를 점검한 뒤 AWS Support에 문의하세요.",
    },
    "access.service": {
        "en": "Look at what made {who} do this: its settings, or whoever may change them.",
        "ko": "{who:이/가} 왜 이 작업을 했는지 설정과 변경 권한자를 확인하세요.",
    },
    "access.account": {
        "en": "If not, call the owner of account {account}, and take away the policy of ours that lets it in.",
        "ko": "아니라면 {account} 계정의 소유자에게 연락하고, 접근을 허용한 정책을 제거하세요.",
    },
    "access.some_account": {
        "en": "If not, find out which account this is, and take away the policy of ours that lets it in.",
        "ko": "아니라면 어느 계정인지 확인하고, 접근을 허용한 정책을 제거하세요.",
    },
    "access.sso": {
        "en": "If not, cut the access: IAM Identity Center > Users > {session} > Disable user access, then delete the active sessions there. A session of {set} that is open lives until its end; a deny in an SCP ends it at once.",
        "ko": "아니라면 접근을 차단하세요. IAM Identity Center > 사용자 > {session} > 사용자 액세스 비활성화 후 활성 세션을 삭제합니다. 이미 열린 {set} 세션은 만료될 때까지 유지되며, SCP로 거부하면 즉시 차단됩니다.",
    },
    "access.instance": {
        "en": "If not, isolate the instance {instance}: somebody uses its role. Stopping it keeps its disks:",
        "ko": "아니라면 {instance} 인스턴스를 격리하세요. 누군가 이 인스턴스의 역할을 사용하고 있습니다. 중지해도 디스크는 남습니다.",
    },
    "access.instance.alone": {
        "en": "If not, isolate the instance {instance}: somebody uses its role. Stopping it keeps its disks.",
        "ko": "아니라면 {instance} 인스턴스를 격리하세요. 누군가 이 인스턴스의 역할을 사용하고 있습니다. 중지해도 디스크는 남습니다.",
    },
    "access.pipeline": {
        "en": "If not, open the run of the pipeline that uses the role {role} and stop it, then revoke the role's older sessions:",
        "ko": "아니라면 {role} 역할을 사용하는 파이프라인 실행을 열어 중단하고, 역할의 이전 세션을 취소하세요.",
    },
    "access.pipeline.alone": {
        "en": "If not, open the run of the pipeline that uses the role {role} and stop it, then revoke the role's older sessions.",
        "ko": "아니라면 {role} 역할을 사용하는 파이프라인 실행을 열어 중단하고, 역할의 이전 세션을 취소하세요.",
    },
    "access.role": {
        "en": "If not, revoke the older sessions of the role {role}; whoever may still assume it can come back:",
        "ko": "아니라면 {role} 역할의 이전 세션을 취소하세요. 역할을 다시 수임할 수 있는 사람은 돌아올 수 있습니다.",
    },
    "access.role.alone": {
        "en": "If not, revoke the older sessions of the role {role}; whoever may still assume it can come back.",
        "ko": "아니라면 {role} 역할의 이전 세션을 취소하세요. 역할을 다시 수임할 수 있는 사람은 돌아올 수 있습니다.",
    },
    "access.key": {
        "en": "If not, disable the access key {key}:",
        "ko": "아니라면 {key} 액세스 키를 비활성화하세요.",
    },
    "access.key.alone": {
        "en": "If not, disable the access key {key}.",
        "ko": "아니라면 {key} 액세스 키를 비활성화하세요.",
    },
    "access.user": {
        "en": "If not, take away the console password of user {name} and disable all its access keys; this lists them:",
        "ko": "아니라면 {name} 사용자의 콘솔 암호를 제거하고 액세스 키를 모두 비활성화하세요. 키 목록 보기:",
    },
    "access.user.alone": {
        "en": "If not, take away the console password of user {name} and disable all its access keys.",
        "ko": "아니라면 {name} 사용자의 콘솔 암호를 제거하고 액세스 키를 모두 비활성화하세요.",
    },
    "access.federated": {
        "en": "If not, disable the access keys of {name}, who gave out this federated session.",
        "ko": "아니라면 이 페더레이션 세션을 발급한 {name}의 액세스 키를 비활성화하세요.",
    },
    "access.identity_center": {
        "en": "If not, disable the user {name} in IAM Identity Center and delete the active sessions there.",
        "ko": "아니라면 IAM Identity Center에서 {name} 사용자를 비활성화하고 활성 세션을 삭제하세요.",
    },
    "access.provider": {
        "en": "If not, disable the user at the identity provider ({provider}).",
        "ko": "아니라면 자격 증명 공급자({provider})에서 해당 사용자를 비활성화하세요.",
    },
    "access.directory": {
        "en": "If not, disable the user {name} in the directory.",
        "ko": "아니라면 디렉터리에서 {name} 사용자를 비활성화하세요.",
    },
    "access.unknown": {
        "en": "If nobody knows it, find out which credentials were used and disable them.",
        "ko": "아무도 모르는 작업이면 사용된 자격 증명을 찾아 비활성화하세요.",
    },
}
