"""Texts about EC2 instances: one that changed its state, calls that were denied, many at once."""

from __future__ import annotations

TEXTS: dict[str, dict[str, str]] = {
    # One instance
    "instance.pending": {
        "en": "EC2 instance {instance} in {region} is starting",
        "ko": "{region}의 EC2 인스턴스 {instance:이/가} 시작되고 있습니다",
    },
    "instance.running": {
        "en": "EC2 instance {instance} in {region} is running",
        "ko": "{region}의 EC2 인스턴스 {instance:이/가} 실행 중입니다",
    },
    "instance.stopping": {
        "en": "EC2 instance {instance} in {region} is stopping",
        "ko": "{region}의 EC2 인스턴스 {instance:이/가} 중지되고 있습니다",
    },
    "instance.stopped": {
        "en": "EC2 instance {instance} in {region} stopped",
        "ko": "{region}의 EC2 인스턴스 {instance:이/가} 중지되었습니다",
    },
    "instance.shutting-down": {
        "en": "EC2 instance {instance} in {region} is being terminated",
        "ko": "{region}의 EC2 인스턴스 {instance:이/가} 종료되고 있습니다",
    },
    "instance.terminated": {
        "en": "EC2 instance {instance} in {region} was terminated",
        "ko": "{region}의 EC2 인스턴스 {instance:이/가} 종료되었습니다",
    },
    "instance.other": {
        "en": "EC2 instance {instance} in {region} is now {state}",
        "ko": "{region}의 EC2 인스턴스 {instance}의 상태가 {state:으로/로} 바뀌었습니다",
    },
    "instance.by": {"en": "{headline}; done by {who}", "ko": "{headline}(수행자: {who})"},
    "instance.named": {"en": "{name} ({id})", "ko": "{name}({id})"},
    "instance.next": {
        "en": "If nobody planned this, find out who did it and stop or isolate the instance.",
        "ko": "계획된 작업이 아니라면 누가 했는지 확인하고 인스턴스를 중지하거나 격리하세요.",
    },
    "instance.next_gone": {
        "en": "If nobody planned this, find out who did it and check what ran on the instance.",
        "ko": "계획된 작업이 아니라면 누가 했는지, 인스턴스에서 무엇이 실행되고 있었는지 확인하세요.",
    },
    # A call that was denied
    "denied.one": {
        "en": "{who} was denied {action} in {region}",
        "ko": "{region}에서 {who}의 {action} 요청이 거부되었습니다",
    },
    "denied.next": {
        "en": "If the call was meant, grant the permission; if not, treat the credentials as stolen.",
        "ko": "정상적인 요청이면 권한을 부여하고, 아니라면 자격 증명이 유출된 것으로 보고 대응하세요.",
    },
    # Many at once
    "many.headline": {
        "en": "{count:EC2 instance change|EC2 instance changes} in {region}; most: {most}",
        "ko": "{region}에서 EC2 인스턴스 변경 {count}건, 가장 많은 것: {most}",
    },
    "many.headline_alike": {
        "en": "{count:EC2 instance change|EC2 instance changes} in {region}: {change} by {who}",
        "ko": "{region}에서 EC2 인스턴스 변경 {count}건: {change}, 수행자: {who}",
    },
    "many.alike": {"en": "{count} × {change} by {who}", "ko": "{change} {count}건, 수행자: {who}"},
    "many.line": {
        "en": "{alike}, for example {examples}",
        "ko": "{alike}, 예: {examples}",
    },
    "many.pair": {"en": "{first}, {second}", "ko": "{first}, {second}"},
    "many.others": {
        "en": "{count:other change|other changes} by others",
        "ko": "그 밖의 수행자에 의한 변경 {count}건",
    },
    "many.next": {
        "en": "If nobody planned this, look at who did it first; the command lists every call.",
        "ko": "계획된 작업이 아니라면 수행자부터 확인하세요. 아래 명령으로 모든 호출을 볼 수 있습니다.",
    },
    "change.pending": {"en": "starting", "ko": "시작 중"},
    "change.running": {"en": "running", "ko": "실행"},
    "change.stopping": {"en": "stopping", "ko": "중지 중"},
    "change.stopped": {"en": "stopped", "ko": "중지"},
    "change.shutting-down": {"en": "shutting down", "ko": "종료 중"},
    "change.terminated": {"en": "terminated", "ko": "종료"},
    "change.other": {"en": "{state}", "ko": "{state}"},
    "change.denied": {"en": "denied {action}", "ko": "{action} 거부"},
    # Labels
    "label.instance": {"en": "Instance", "ko": "인스턴스"},
    "label.name": {"en": "Name", "ko": "이름"},
    "label.state": {"en": "State", "ko": "상태"},
    "label.type": {"en": "Type", "ko": "유형"},
    "label.zone": {"en": "Zone", "ko": "가용 영역"},
    "label.launched": {"en": "Launched", "ko": "시작 시각"},
    "label.origin": {"en": "Origin", "ko": "생성 경로"},
    "label.owner": {"en": "Owner", "ko": "소유자"},
    "label.private_address": {"en": "Private address", "ko": "프라이빗 주소"},
    "label.public_address": {"en": "Public address", "ko": "퍼블릭 주소"},
    "label.image": {"en": "Image", "ko": "이미지"},
    "label.first": {"en": "First", "ko": "처음"},
    "label.last": {"en": "Last", "ko": "마지막"},
    "label.details": {"en": "Details", "ko": "세부 정보"},
    "label.counted": {"en": "Change", "ko": "변경"},
    "details.unknown": {
        "en": "not available: EC2 did not answer ({reason})",
        "ko": "EC2가 응답하지 않아 확인하지 못했습니다({reason})",
    },
    "details.gone": {
        "en": "not available: EC2 no longer knows the instance",
        "ko": "EC2에 더 이상 인스턴스 정보가 없습니다",
    },
    # Where an instance comes from
    "origin.scaling": {
        "en": "Auto Scaling group {group}",
        "ko": "Auto Scaling 그룹 {group}",
    },
    "origin.fleet": {"en": "EC2 Fleet {fleet}", "ko": "EC2 플릿 {fleet}"},
    "origin.spot_fleet": {"en": "Spot Fleet {fleet}", "ko": "스팟 플릿 {fleet}"},
    "origin.spot": {"en": "Spot", "ko": "스팟"},
    "origin.scheduled": {"en": "Scheduled", "ko": "예약"},
    "origin.direct": {"en": "On-Demand, launched directly", "ko": "온디맨드, 직접 시작"},
}
