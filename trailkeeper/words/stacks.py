"""Texts of what is done to Trailkeeper's own stacks."""

from __future__ import annotations

TEXTS: dict[str, dict[str, str]] = {
    "subject.stack.delete": {
        "en": "Stack {stack} deleted",
        "ko": "{stack} 스택 삭제",
    },
    "subject.stack.review": {
        "en": "Change set waits under the name of stack {stack}",
        "ko": "{stack} 스택 이름으로 변경 세트 대기",
    },
    "subject.stack.import": {
        "en": "Resources imported into stack {stack}",
        "ko": "{stack} 스택으로 리소스 가져오기",
    },
    "subject.stack.rollback": {
        "en": "Stack {stack} rolled back",
        "ko": "{stack} 스택 롤백",
    },
    "subject.stack.update": {
        "en": "Stack {stack} updated",
        "ko": "{stack} 스택 업데이트",
    },
    "subject.stack.create": {
        "en": "Stack {stack} created",
        "ko": "{stack} 스택 생성",
    },
    "story.stack.delete": {
        "en": "The stack {stack}, a part of Trailkeeper itself, is being deleted or gone since {at:time}.",
        "ko": "Trailkeeper 구성 요소인 {stack} 스택이 {at:time}부터 삭제 중이거나 이미 삭제되었습니다.",
    },
    "story.stack.review": {
        "en": "Since {at:time} there is no more of the stack {stack}, a part of Trailkeeper itself, than a change set that would create it.",
        "ko": "{at:time}부터 Trailkeeper 구성 요소인 {stack} 스택은 없고, 이를 새로 만들려는 변경 세트만 있습니다.",
    },
    "story.stack.import": {
        "en": "Since {at:time} resources are imported into the stack {stack}, a part of Trailkeeper itself.",
        "ko": "{at:time}부터 Trailkeeper 구성 요소인 {stack} 스택으로 리소스를 가져오고 있습니다.",
    },
    "story.stack.rollback": {
        "en": "An operation on the stack {stack}, a part of Trailkeeper itself, that began at {at:time} is rolled back.",
        "ko": "{at:time}에 시작된 Trailkeeper 구성 요소 {stack} 스택의 작업이 롤백되었습니다.",
    },
    "story.stack.update": {
        "en": "An update of the stack {stack}, a part of Trailkeeper itself, began at {at:time}.",
        "ko": "{at:time}에 Trailkeeper 구성 요소인 {stack} 스택의 업데이트가 시작되었습니다.",
    },
    "story.stack.create": {
        "en": "The creation of the stack {stack}, a part of Trailkeeper itself, began at {at:time}.",
        "ko": "{at:time}에 Trailkeeper 구성 요소인 {stack} 스택의 생성이 시작되었습니다.",
    },
    "story.stack.unknown": {
        "en": "CloudTrail's event history has no call for it yet, so its author is not known; if it gets one within half an hour of the beginning, you are told who it was.",
        "ko": "CloudTrail 이벤트 기록에 아직 해당 호출이 없어 수행자를 알 수 없습니다. 시작 후 30분 안에 기록이 확인되면 수행자를 알려 드립니다.",
    },
    "story.stack.before": {
        "en": "You were told of this before, without its author or with another one; this is what CloudTrail's event history says.",
        "ko": "앞서 수행자를 알 수 없다고 하거나 다른 수행자로 알려 드린 작업입니다. CloudTrail 이벤트 기록에 따른 내용입니다.",
    },
    "ended.stack.deleted": {
        "en": "Trailkeeper cannot make a stack again: what it deployed is gone, or is going.",
        "ko": "Trailkeeper는 스택을 다시 만들 수 없습니다. 배포된 리소스가 삭제되었거나 삭제되고 있습니다.",
    },
    "ended.stack.guard": {
        "en": "Repairs wait for a quarter of an hour, as for a deploy of yours; then Trailkeeper compares the guard with what was deployed before and puts back what it can.",
        "ko": "정상 배포와 마찬가지로 15분 동안 복구를 보류합니다. 그 후 감시 구성을 이전 배포 상태와 비교해 가능한 것을 복구합니다.",
    },
    "ended.stack.evidence": {
        "en": "Repairs of all but logging wait for a quarter of an hour, as for a deploy of yours; then Trailkeeper compares the evidence with the baseline and restores what differs.",
        "ko": "정상 배포와 마찬가지로 로깅을 제외한 복구를 15분 동안 보류합니다. 그 후 증거를 기준 구성과 비교해 다른 것을 복구합니다.",
    },
    "next.stack.deploy": {
        "en": "If nobody of you wanted this, cut off whoever did it first, then deploy all stacks again: npx cdk deploy --all",
        "ko": "의도한 작업이 아니라면 먼저 수행자를 차단한 뒤 모든 스택을 다시 배포하세요: npx cdk deploy --all",
    },
    "next.stack.look": {
        "en": "See in the stack's events what was changed; if it was a deploy of yours, nothing is to do, and expected_actors in the settings has it told quietly.",
        "ko": "스택 이벤트에서 변경 내용을 확인하세요. 직접 배포한 것이라면 할 일은 없으며, 설정의 expected_actors에 추가하면 조용히 처리됩니다.",
    },
    "label.stack_status": {"en": "Stack status", "ko": "스택 상태"},
    "label.deployed": {"en": "Deployed", "ko": "배포"},
    "alive.deployed": {
        "en": "{stack} at {at:time}, by {who}",
        "ko": "{stack}, {at:time}, 수행자 {who}",
    },
}
