"""Texts about who did something; in Korean the kind stands behind the name, so particles fit."""

from __future__ import annotations

TEXTS: dict[str, dict[str, str]] = {
    "actor.root": {"en": "the root user", "ko": "루트 사용자"},
    "actor.user": {"en": "user {name}", "ko": "{name} 사용자"},
    "actor.role": {"en": "role {name}", "ko": "{name} 역할"},
    "actor.role_session": {"en": "{session} (role {name})", "ko": "{session} 님({name} 역할)"},
    "actor.sso": {
        "en": "{session} (Identity Center, {set})",
        "ko": "{session} 님(Identity Center, {set})",
    },
    "actor.instance": {
        "en": "EC2 instance {instance} (role {name})",
        "ko": "{instance} EC2 인스턴스({name} 역할)",
    },
    "actor.federated": {
        "en": "{session} (federated by {name})",
        "ko": "{session} 님({name} 페더레이션)",
    },
    "actor.saml": {"en": "SAML user {name}", "ko": "{name} SAML 사용자"},
    "actor.web": {
        "en": "web identity {name} (from {provider})",
        "ko": "{name} 웹 자격 증명 사용자({provider})",
    },
    "actor.identity_center": {
        "en": "Identity Center user {name}",
        "ko": "{name} Identity Center 사용자",
    },
    "actor.directory": {"en": "directory user {name}", "ko": "{name} 디렉터리 사용자"},
    "actor.account": {
        "en": "somebody in account {account}",
        "ko": "{account} 계정의 누군가",
    },
    "actor.service": {"en": "the AWS service {name}", "ko": "{name} AWS 서비스"},
    "actor.some_service": {"en": "an AWS service", "ko": "AWS 서비스"},
    "actor.other": {"en": "{name}", "ko": "{name} 님"},
    "actor.unknown": {
        "en": "somebody whom the event does not name",
        "ko": "이벤트에 표시되지 않은 수행자",
    },
    "actor.nobody_known": {
        "en": "somebody whom no event has named",
        "ko": "이벤트로 확인되지 않은 수행자",
    },
    "actor.somebody": {"en": "somebody", "ko": "누군가"},
    # Through what somebody acted
    "actor.in_console": {"en": "{who}, in the console", "ko": "콘솔에서 {who}"},
    "actor.through": {"en": "{who}, through {service}", "ko": "{service} 서비스를 통해 {who}"},
    # Services by the names people use
    "service.internal": {"en": "AWS", "ko": "AWS"},
    "service.autoscaling": {"en": "Auto Scaling", "ko": "Auto Scaling"},
    "service.backup": {"en": "AWS Backup", "ko": "AWS Backup"},
    "service.cloudformation": {"en": "CloudFormation", "ko": "CloudFormation"},
    "service.codebuild": {"en": "CodeBuild", "ko": "CodeBuild"},
    "service.config": {"en": "AWS Config", "ko": "AWS Config"},
    "service.controltower": {"en": "Control Tower", "ko": "Control Tower"},
    "service.ec2": {"en": "EC2", "ko": "EC2"},
    "service.ecs": {"en": "ECS", "ko": "ECS"},
    "service.eks": {"en": "EKS", "ko": "EKS"},
    "service.lambda": {"en": "Lambda", "ko": "Lambda"},
    "service.organizations": {"en": "Organizations", "ko": "Organizations"},
    "service.servicecatalog": {"en": "Service Catalog", "ko": "Service Catalog"},
    "service.ssm": {"en": "Systems Manager", "ko": "Systems Manager"},
    "service.sso": {"en": "IAM Identity Center", "ko": "IAM Identity Center"},
    # For subjects
    "actor.short": {"en": "{name}", "ko": "{name}"},
    "actor.root_short": {"en": "root", "ko": "루트 사용자"},
    "actor.account_short": {"en": "account {account}", "ko": "{account} 계정"},
    "actor.nobody": {"en": "by whom unknown", "ko": "수행자 미확인"},
}
