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
    # What EC2 says came over an instance, and what follows from it
    "cause.Server.SpotInstanceTermination": {
        "en": "AWS, which took the Spot instance back",
        "ko": "AWS(스팟 인스턴스 회수)",
    },
    "cause.next.Server.SpotInstanceTermination": {
        "en": "Nothing has to be done: AWS takes Spot instances back. If this one was needed, run it On-Demand.",
        "ko": "조치가 필요하지 않습니다. AWS가 스팟 인스턴스를 회수했습니다. 꼭 필요한 인스턴스라면 온디맨드로 실행하세요.",
    },
    "cause.Server.SpotInstanceShutdown": {
        "en": "AWS, which stopped the Spot instance",
        "ko": "AWS(스팟 인스턴스 중지)",
    },
    "cause.next.Server.SpotInstanceShutdown": {
        "en": "Nothing has to be done: AWS stops Spot instances when it needs the capacity, and starts them again.",
        "ko": "조치가 필요하지 않습니다. AWS가 용량이 필요할 때 스팟 인스턴스를 중지했다가 다시 시작합니다.",
    },
    "cause.Server.ScheduledStop": {
        "en": "AWS, by a scheduled event",
        "ko": "AWS(예약된 이벤트)",
    },
    "cause.next.Server.ScheduledStop": {
        "en": "Look at the instance's scheduled events in the EC2 console; start it again where it should run.",
        "ko": "EC2 콘솔에서 인스턴스의 예약된 이벤트를 확인하고, 필요하면 다시 시작하세요.",
    },
    "cause.Server.InternalError": {
        "en": "an internal error of AWS",
        "ko": "AWS 내부 오류",
    },
    "cause.next.Server.InternalError": {
        "en": "Start the instance again; it then runs on other hardware. Open a case with AWS if it happens again.",
        "ko": "인스턴스를 다시 시작하세요. 다른 하드웨어에서 실행됩니다. 반복되면 AWS에 문의하세요.",
    },
    "cause.Server.InsufficientInstanceCapacity": {
        "en": "AWS, for lack of capacity",
        "ko": "AWS(용량 부족)",
    },
    "cause.next.Server.InsufficientInstanceCapacity": {
        "en": "Try again later, in another zone or with another type: AWS had no capacity of this one.",
        "ko": "AWS에 이 유형의 용량이 부족합니다. 잠시 후 또는 다른 가용 영역이나 유형으로 다시 시도하세요.",
    },
    "cause.Client.InstanceInitiatedShutdown": {
        "en": "a shutdown from inside the instance",
        "ko": "인스턴스 내부의 종료 명령",
    },
    "cause.next.Client.InstanceInitiatedShutdown": {
        "en": "Somebody or something on the instance shut it down; its own system log says more. No API call did.",
        "ko": "인스턴스 내부에서 종료했습니다. API 호출이 아니므로 인스턴스의 시스템 로그를 확인하세요.",
    },
    "cause.Client.InternalError": {
        "en": "an error at launch (Client.InternalError)",
        "ko": "시작 오류(Client.InternalError)",
    },
    "cause.next.Client.InternalError": {
        "en": "The launch failed; most often the key of an encrypted volume may not be used. Look at the volumes' keys.",
        "ko": "시작에 실패했습니다. 대개 암호화된 볼륨의 키를 사용할 수 없는 경우이니 볼륨의 키를 확인하세요.",
    },
    "cause.Client.InvalidSnapshot.NotFound": {
        "en": "a missing snapshot at launch",
        "ko": "스냅샷 없음(시작 실패)",
    },
    "cause.next.Client.InvalidSnapshot.NotFound": {
        "en": "The launch failed because a snapshot of the image is gone. Use an image whose snapshots exist.",
        "ko": "이미지의 스냅샷이 없어 시작에 실패했습니다. 스냅샷이 있는 이미지를 사용하세요.",
    },
    "cause.Client.VolumeLimitExceeded": {
        "en": "the account's volume limit",
        "ko": "계정의 볼륨 한도",
    },
    "cause.next.Client.VolumeLimitExceeded": {
        "en": "The launch failed at the limit of EBS volumes. Ask AWS for more, or delete volumes nobody uses.",
        "ko": "EBS 볼륨 한도 때문에 시작에 실패했습니다. 한도를 늘리거나 사용하지 않는 볼륨을 삭제하세요.",
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
