"""Texts about EC2 instances: one that changed its state, calls that were denied, many at once."""

from __future__ import annotations

TEXTS: dict[str, dict[str, str]] = {
    # One instance, for subjects
    "subject.instance.pending": {
        "en": "EC2 {instance} is starting in {region}",
        "ko": "{region} EC2 {instance} 시작 중",
    },
    "subject.instance.running": {
        "en": "EC2 {instance} is running in {region}",
        "ko": "{region} EC2 {instance} 실행",
    },
    "subject.instance.stopping": {
        "en": "EC2 {instance} is stopping in {region}",
        "ko": "{region} EC2 {instance} 중지 중",
    },
    "subject.instance.stopped": {
        "en": "EC2 {instance} stopped in {region}",
        "ko": "{region} EC2 {instance} 중지",
    },
    "subject.instance.shutting-down": {
        "en": "EC2 {instance} is being terminated in {region}",
        "ko": "{region} EC2 {instance} 종료 중",
    },
    "subject.instance.terminated": {
        "en": "EC2 {instance} terminated in {region}",
        "ko": "{region} EC2 {instance} 종료",
    },
    "subject.instance.other": {
        "en": "EC2 {instance} is {state} in {region}",
        "ko": "{region} EC2 {instance} 상태 변경({state})",
    },
    # One instance whose caller is known
    "story.instance.pending": {
        "en": "{who} started the EC2 instance {instance} in {region} at {at:time}; it is not up yet.",
        "ko": "{who:이/가} {at:time}에 {region}의 EC2 인스턴스 {instance:을/를} 시작했습니다. 아직 실행 전입니다.",
    },
    "story.instance.running": {
        "en": "{who} started the EC2 instance {instance} in {region}; it has been running since {at:time}.",
        "ko": "{who:이/가} {region}의 EC2 인스턴스 {instance:을/를} 시작해 {at:time}부터 실행 중입니다.",
    },
    "story.instance.stopping": {
        "en": "{who} began to stop the EC2 instance {instance} in {region} at {at:time}.",
        "ko": "{who:이/가} {at:time}부터 {region}의 EC2 인스턴스 {instance:을/를} 중지하고 있습니다.",
    },
    "story.instance.stopped": {
        "en": "{who} stopped the EC2 instance {instance} in {region}; it has been off since {at:time}.",
        "ko": "{who:이/가} {at:time}에 {region}의 EC2 인스턴스 {instance:을/를} 중지했습니다.",
    },
    "story.instance.shutting-down": {
        "en": "{who} began to terminate the EC2 instance {instance} in {region} at {at:time}.",
        "ko": "{who:이/가} {at:time}부터 {region}의 EC2 인스턴스 {instance:을/를} 종료하고 있습니다.",
    },
    "story.instance.terminated": {
        "en": "{who} terminated the EC2 instance {instance} in {region}; it has been gone since {at:time}.",
        "ko": "{who:이/가} {at:time}에 {region}의 EC2 인스턴스 {instance:을/를} 종료했습니다.",
    },
    # One instance without a call that explains it
    "found.instance.pending": {
        "en": "The EC2 instance {instance} in {region} began to start at {at:time}.",
        "ko": "{region}의 EC2 인스턴스 {instance:이/가} {at:time}부터 시작되고 있습니다.",
    },
    "found.instance.running": {
        "en": "The EC2 instance {instance} in {region} has been running since {at:time}.",
        "ko": "{region}의 EC2 인스턴스 {instance:이/가} {at:time}부터 실행 중입니다.",
    },
    "found.instance.stopping": {
        "en": "The EC2 instance {instance} in {region} began to stop at {at:time}.",
        "ko": "{region}의 EC2 인스턴스 {instance:이/가} {at:time}부터 중지되고 있습니다.",
    },
    "found.instance.stopped": {
        "en": "The EC2 instance {instance} in {region} stopped at {at:time}.",
        "ko": "{region}의 EC2 인스턴스 {instance:이/가} {at:time}에 중지되었습니다.",
    },
    "found.instance.shutting-down": {
        "en": "The EC2 instance {instance} in {region} began to terminate at {at:time}.",
        "ko": "{region}의 EC2 인스턴스 {instance:이/가} {at:time}부터 종료되고 있습니다.",
    },
    "found.instance.terminated": {
        "en": "The EC2 instance {instance} in {region} was terminated at {at:time}.",
        "ko": "{region}의 EC2 인스턴스 {instance:이/가} {at:time}에 종료되었습니다.",
    },
    "found.instance.other": {
        "en": "The EC2 instance {instance} in {region} has been {state} since {at:time}.",
        "ko": "{region}의 EC2 인스턴스 {instance}의 상태가 {at:time}에 {state:으로/로} 바뀌었습니다.",
    },
    "story.instance.by": {"en": "It was done by {who}.", "ko": "수행자: {who}."},
    "story.instance.cause": {
        "en": "The cause, as EC2 gives it: {cause}.",
        "ko": "EC2가 알려 준 원인: {cause}.",
    },
    "story.instance.nobody": {
        "en": "The calls that had arrived by then name nobody.",
        "ko": "그때까지 도착한 호출에는 수행자가 없습니다.",
    },
    "story.instance.nobody_called": {
        "en": "EC2 says that a call did it; the calls that had arrived by then name nobody.",
        "ko": "EC2에 따르면 API 호출로 변경되었지만, 그때까지 도착한 호출에는 수행자가 없습니다.",
    },
    "actor.nobody_in_time": {
        "en": "not in the events that came in time",
        "ko": "제때 도착한 이벤트에 없음",
    },
    "instance.typed": {"en": "{name} ({type})", "ko": "{name}({type})"},
    "instance.owned": {
        "en": "{name} ({type}, owner {owner})",
        "ko": "{name}({type}, 소유자 {owner})",
    },
    "instance.named": {"en": "{name} ({id})", "ko": "{name}({id})"},
    "instance.no_address": {"en": "none", "ko": "없음"},
    # What to do about it
    "next.ask": {
        "en": "Ask whether {who} was meant to do this.",
        "ko": "승인된 작업인지 {who}에게 확인하세요.",
    },
    "next.ask_either": {
        "en": "Ask {first} or the owner {second} whether this was meant.",
        "ko": "승인된 작업인지 {first} 또는 소유자 {second}에게 확인하세요.",
    },
    "next.find_caller": {
        "en": "Find out who did it: the command below lists the calls about this instance.",
        "ko": "수행자를 확인하세요. 아래 명령으로 이 인스턴스에 대한 호출을 볼 수 있습니다.",
    },
    "next.find_caller.alone": {
        "en": "Find out who did it.",
        "ko": "수행자를 확인하세요.",
    },
    "next.start_instance.alone": {
        "en": "Start it again where it should run.",
        "ko": "필요하면 다시 시작하세요.",
    },
    "next.stop_instance.alone": {
        "en": "Stop it; its disks stay as evidence.",
        "ko": "중지하세요(디스크는 증거로 남습니다).",
    },
    "next.gone_instance.alone": {
        "en": "It cannot be brought back; some of its volumes may be left.",
        "ko": "되돌릴 수 없습니다. 볼륨은 남아 있을 수 있습니다.",
    },
    "next.start_instance": {
        "en": "To start it again:",
        "ko": "다시 시작하려면:",
    },
    "next.stop_instance": {
        "en": "To stop it; its disks stay as evidence:",
        "ko": "중지하려면(디스크는 증거로 남습니다):",
    },
    "next.gone_instance": {
        "en": "It cannot be brought back. Volumes that are left, in all of the region:",
        "ko": "되돌릴 수 없습니다. 이 리전에 남아 있는 볼륨 확인:",
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
    "subject.denied": {
        "en": "EC2 {action} denied in {region}",
        "ko": "{region} EC2 {action} 거부됨",
    },
    "denied.one": {
        "en": "{who} was denied {action} in {region} at {at:time}.",
        "ko": "{at:time}에 {region}에서 {who}의 {action} 요청이 거부되었습니다.",
    },
    "denied.nothing": {
        "en": "Nothing was launched, started, stopped or terminated by that call.",
        "ko": "이 호출로 시작, 중지 또는 종료된 인스턴스는 없습니다.",
    },
    "denied.next": {
        "en": "If the call was meant, grant the permission; if not, treat the credentials as stolen.",
        "ko": "정상적인 요청이면 권한을 부여하고, 아니라면 자격 증명이 유출된 것으로 보고 대응하세요.",
    },
    # Many at once
    "subject.many": {
        "en": "{count:EC2 instance change|EC2 instance changes} in {region}",
        "ko": "{region} EC2 인스턴스 변경 {count}건",
    },
    "subject.many.alike": {
        "en": "{count:EC2 instance|EC2 instances} {change} in {region}",
        "ko": "{region} EC2 인스턴스 {count}개 {change}",
    },
    "subject.many.denied": {
        "en": "{count:EC2 call|EC2 calls} denied in {region}",
        "ko": "{region} EC2 호출 {count}건 거부됨",
    },
    "many.authors": {"en": "{count:author|authors}", "ko": "수행자 {count}명"},
    "many.story": {
        "en": "{count:EC2 instance change|EC2 instance changes} in {region} from {first:time} to {last:time}; most: {most}.",
        "ko": "{first:time}부터 {last:time}까지 {region}에서 EC2 인스턴스 변경 {count}건. 대부분 {most}.",
    },
    "many.story_alike": {
        "en": "{count:EC2 instance|EC2 instances} {change} in {region} from {first:time} to {last:time}, by {who}.",
        "ko": "{first:time}부터 {last:time}까지 {region}에서 EC2 인스턴스 {count}개 {change}(수행자: {who}).",
    },
    "many.types": {"en": "Types: {types}.", "ko": "유형: {types}."},
    "many.dear": {
        "en": "Expensive ones among them: {types}.",
        "ko": "그중 비싼 유형: {types}.",
    },
    "many.times": {"en": "{count} × {name}", "ko": "{name} {count}개"},
    "many.more": {"en": "{count} more", "ko": "그 밖 {count}종"},
    "many.alike": {"en": "{count} × {change} by {who}", "ko": "{change} {count}건(수행자: {who})"},
    "many.line": {
        "en": "{alike}, for example {examples}",
        "ko": "{alike}, 예: {examples}",
    },
    "many.pair": {"en": "{first}, {second}", "ko": "{first}, {second}"},
    "many.range": {"en": "{first} to {last:time}", "ko": "{first}부터 {last:time}까지"},
    "many.others": {
        "en": "{count:other change|other changes} by others",
        "ko": "그 밖의 수행자에 의한 변경 {count}건",
    },
    "many.next_ask": {
        "en": "Ask the authors below whether this was planned.",
        "ko": "아래 수행자에게 계획된 작업인지 확인하세요.",
    },
    "many.next": {
        "en": "If it was not, the command lists every call, and the link opens these instances.",
        "ko": "아니라면 아래 명령으로 모든 호출을, 링크로 해당 인스턴스를 확인하세요.",
    },
    "change.pending": {"en": "starting", "ko": "시작 중"},
    "change.running": {"en": "running", "ko": "실행됨"},
    "change.stopping": {"en": "stopping", "ko": "중지 중"},
    "change.stopped": {"en": "stopped", "ko": "중지됨"},
    "change.shutting-down": {"en": "shutting down", "ko": "종료 중"},
    "change.terminated": {"en": "terminated", "ko": "종료됨"},
    "change.other": {"en": "{state}", "ko": "{state}"},
    "change.denied": {"en": "denied {action}", "ko": "{action} 거부"},
    # Labels
    "label.instance": {"en": "Instance", "ko": "인스턴스"},
    "label.type": {"en": "Type", "ko": "유형"},
    "label.zone": {"en": "Zone", "ko": "가용 영역"},
    "label.launched": {"en": "Launched", "ko": "시작 시각"},
    "label.origin": {"en": "Origin", "ko": "시작 방식"},
    "label.owner": {"en": "Owner", "ko": "소유자"},
    "label.owners": {"en": "Owners", "ko": "소유자"},
    "label.private_address": {"en": "Private address", "ko": "프라이빗 주소"},
    "label.public_address": {"en": "Public address", "ko": "퍼블릭 주소"},
    "label.image": {"en": "Image", "ko": "이미지"},
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
