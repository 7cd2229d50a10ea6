"""Texts of what guards found and did about it: subjects, results, reasons, what to do now."""

from __future__ import annotations

TEXTS: dict[str, dict[str, str]] = {
    # What happened, for subjects where no detection says it
    "subject.attempt.denied": {
        "en": "{call} on the {kind} denied",
        "ko": "{kind} {call} 호출 거부됨",
    },
    "subject.attempt.failed": {
        "en": "{call} on the {kind} failed",
        "ko": "{kind} {call} 호출 실패",
    },
    "subject.found_stopped": {
        "en": "Trail was not logging",
        "ko": "CloudTrail 추적 로깅 꺼져 있었음",
    },
    "subject.was_dark": {
        "en": "Trail had been stopped",
        "ko": "CloudTrail 추적 로깅이 한때 중단됨",
    },
    "subject.was_gone": {
        "en": "Trail had been deleted",
        "ko": "CloudTrail 추적이 한때 삭제됨",
    },
    "subject.found_gone": {"en": "Trail was gone", "ko": "CloudTrail 추적 삭제되어 있었음"},
    "subject.drift": {"en": "{document} had changed", "ko": "{document} 변경됨"},
    "subject.drift_more": {
        "en": "{document} + {count} more had changed",
        "ko": "{document} 외 {count}건 변경됨",
    },
    "subject.copied": {
        "en": "Log files are copied to {bucket}",
        "ko": "로그 파일이 {bucket} 버킷으로 복제됨",
    },
    "subject.unreadable_parts": {
        "en": "{count:part|parts} of the evidence could not be checked",
        "ko": "감사 로그 설정 {count}건 확인 불가",
    },
    "subject.folded": {"en": "{count} more: {what}", "ko": "{count}건 더: {what}"},
    "subject.folded.calls": {
        "en": "{count} more calls that changed nothing",
        "ko": "변경 없는 호출 {count}건 더",
    },
    "subject.folded.claims": {
        "en": "{count} more calls of which nothing was put back",
        "ko": "되돌리지 않은 호출 {count}건 더",
    },
    "subject.folded.stops": {
        "en": "{count} more events about stops of the trail",
        "ko": "추적 중지에 관한 이벤트 {count}건 더",
    },
    "subject.folded.guard": {
        "en": "{count} more calls about Trailkeeper, nothing differs",
        "ko": "Trailkeeper 대상 호출 {count}건 더(달라진 것 없음)",
    },
    "subject.folded.put-back": {
        "en": "{count} more calls against Trailkeeper, each put back",
        "ko": "Trailkeeper 대상 호출 {count}건 더(모두 복구)",
    },
    "subject.other.stopped": {"en": "{kind} {trail} stopped", "ko": "{kind} {trail} 중지"},
    "subject.other.gone": {"en": "{kind} {trail} deleted", "ko": "{kind} {trail} 삭제"},
    "subject.other.changed": {"en": "{kind} {trail} changed", "ko": "{kind} {trail} 설정 변경"},
    "subject.other.new": {"en": "{kind} {trail} is new", "ko": "{kind} {trail} 새로 생김"},
    "subject.other.trail-selectors-changed": {
        "en": "{kind} {trail} records other events",
        "ko": "{kind} {trail} 기록 대상 변경",
    },
    "subject.other.trail-insights-changed": {
        "en": "{kind} {trail} has other Insights",
        "ko": "{kind} {trail} Insights 변경",
    },
    "subject.other.trail-event-configuration-changed": {
        "en": "{kind} {trail} has another event configuration",
        "ko": "{kind} {trail} 이벤트 구성 변경",
    },
    "subject.fighting": {
        "en": "Trail stopped {count:time|times}, started again each time",
        "ko": "CloudTrail 추적 {count}회 반복 중지 → 매번 복구 완료",
    },
    "subject.contained": {
        "en": "Locked out after stopping the trail {count:time|times}",
        "ko": "CloudTrail 추적 {count}회 중지 후 접근 차단됨",
    },
    "subject.baseline": {
        "en": "{count:setting|settings} of the evidence weaker than before",
        "ko": "감사 로그 설정 {count}건 약화됨",
    },
    "subject.forged": {
        "en": "{count:call|calls} told before, made by nobody as told",
        "ko": "앞서 알린 호출 {count}건, 실제 기록과 다름",
    },
    "subject.callers": {
        "en": "{count:stop|stops} of the trail: event history says who called",
        "ko": "추적 중지 {count}건의 실제 호출자 확인",
    },
    "subject.paused": {
        "en": "Repairs paused until {until:time}",
        "ko": "{until:time}까지 복구 일시 중지",
    },
    "subject.resumed": {"en": "Repairs are on again", "ko": "복구 재개"},
    "kind.other_trail": {"en": "Other trail", "ko": "다른 CloudTrail 추적"},
    "kind.organization_trail": {"en": "Organization trail", "ko": "조직 CloudTrail 추적"},
    "subject.resumed_drift": {
        "en": "Repairs are on again: {count:setting|settings} had changed",
        "ko": "복구 재개: 그동안 {count}건 변경됨",
    },
    # The parts of the evidence, as subjects name them
    "kind.trail": {"en": "trail", "ko": "CloudTrail 추적"},
    "kind.log-bucket": {"en": "log bucket", "ko": "로그 버킷"},
    "kind.evidence-key": {"en": "log encryption key", "ko": "로그 암호화 키"},
    "kind.log-group": {"en": "log group", "ko": "로그 그룹"},
    "kind.alarm": {"en": "Trailkeeper alarms", "ko": "Trailkeeper 경보"},
    # How it ended, for subjects
    "result.started": {"en": "logging again after {duration}", "ko": "{duration} 만에 복구 완료"},
    "result.logs_again": {"en": "logging again after {duration}", "ko": "{duration} 후 다시 로깅"},
    "result.started_again": {"en": "logging again", "ko": "복구 완료"},
    "result.recreated": {"en": "made again", "ko": "다시 생성 완료"},
    "result.healed": {"en": "put back", "ko": "복구 완료"},
    "result.healed_in_part": {"en": "put back in part", "ko": "일부만 복구 완료"},
    "result.failed": {"en": "NOT put right", "ko": "복구 실패"},
    "result.failed_in_part": {"en": "NOT all put right", "ko": "일부 복구 실패"},
    "result.unreadable": {"en": "NOT checked", "ko": "확인 실패"},
    "result.told": {"en": "NOT undone", "ko": "복구 안 됨"},
    "result.deferred": {"en": "repair waits", "ko": "복구 보류"},
    "result.in_order": {"en": "already as deployed", "ko": "이미 정상"},
    "subject.no_pause": {"en": "A pause that cannot be", "ko": "잘못된 복구 일시 중지 요청"},
    "result.repairs_go_on": {"en": "repairs go on", "ko": "복구 계속"},
    "story.no_pause": {
        "en": "{who} wrote into the parameter {parameter} what asks for no pause of the repairs that can be, so they go on.",
        "ko": "{who:이/가} {parameter} 파라미터에 쓴 내용은 유효한 복구 일시 중지 요청이 아닙니다. 복구는 계속됩니다.",
    },
    "next.no_pause": {
        "en": "Ask whoever wrote it. Writing over it ends this message:",
        "ko": "작성자에게 확인하세요. 이 메시지를 그치게 하려면 덮어쓰세요:",
    },
    "result.nothing_changed": {"en": "nothing changed", "ko": "변경 없음"},
    "result.ignored": {"en": "left alone", "ko": "그대로 둠"},
    # The story
    "story.call": {"en": "{who} {did} at {at:time}.", "ko": "{who:이/가} {at:time}에 {did}."},
    "story.call_untimed": {"en": "{who} {did}.", "ko": "{who:이/가} {did}."},
    "story.attempt.denied": {
        "en": "{who} called {call} at {at:time}, and AWS refused it.",
        "ko": "{who:이/가} {at:time}에 {call:을/를} 호출했으나 거부되었습니다.",
    },
    "story.attempt.failed": {
        "en": "{who} called {call} at {at:time}, and the call failed.",
        "ko": "{who:이/가} {at:time}에 {call:을/를} 호출했으나 실패했습니다.",
    },
    "story.attempt.nothing": {
        "en": "The call changed nothing, so nothing had to be repaired.",
        "ko": "변경된 것이 없어 복구할 것도 없습니다.",
    },
    "story.folded.calls.one": {
        "en": "The same principal made {count:more such call|more such calls} that changed nothing; this is one of them.",
        "ko": "같은 보안 주체가 아무것도 바꾸지 않은 호출을 {count}번 더 했습니다. 다음은 그중 하나입니다.",
    },
    "story.folded.calls.all": {
        "en": "Events name {principals} for {count:more call|more calls} that changed nothing; this is one of them. Somebody may be making noise: look at what else happened.",
        "ko": "이벤트에 따르면 {principals:이/가} 아무것도 바꾸지 않은 호출을 {count}번 더 했습니다. 다음은 그중 하나입니다. 누군가 소음을 만드는 것일 수 있으니 다른 활동도 확인하세요.",
    },
    "story.folded.claims.one": {
        "en": "Events name the same principal for {count:more call|more calls} of which Trailkeeper put nothing back; this is one of them.",
        "ko": "이벤트에 따르면 같은 보안 주체가 Trailkeeper가 되돌리지 않은 호출을 {count}번 더 했습니다. 다음은 그중 하나입니다.",
    },
    "story.folded.claims.all": {
        "en": "Events name {principals} for {count:more call|more calls} of which Trailkeeper put nothing back; this is one of them. Somebody may be making noise: look at what else happened.",
        "ko": "이벤트에 따르면 {principals:이/가} Trailkeeper가 되돌리지 않은 호출을 {count}번 더 했습니다. 다음은 그중 하나입니다. 누군가 소음을 만드는 것일 수 있으니 다른 활동도 확인하세요.",
    },
    "story.folded.stops.one": {
        "en": "{count:more event names|more events name} the same principal for stops of the trail that were told and healed; this is one of them.",
        "ko": "이미 알리고 복구한 추적 중지에 대해 같은 보안 주체를 가리키는 이벤트가 {count}건 더 있습니다. 다음은 그중 하나입니다.",
    },
    "story.folded.stops.all": {
        "en": "{count:more event names|more events name} {principals} for stops of the trail that were told and healed; this is one of them. Of each stop there is one caller, so somebody may be making the others up: event history has who it was.",
        "ko": "이미 알리고 복구한 추적 중지에 대해 {principals:을/를} 가리키는 이벤트가 {count}건 더 있습니다. 다음은 그중 하나입니다. 중지마다 호출자는 한 명뿐이므로 나머지는 누군가 꾸며 냈을 수 있습니다. 실제 호출자는 이벤트 기록에 있습니다.",
    },
    "story.folded.fights.one": {
        "en": "Events name {count:other|others} who kept stopping the trail, too; this is one of them. Somebody may be making them up.",
        "ko": "추적을 반복해서 중지한 것으로 이벤트에 기록된 보안 주체가 {count}명 더 있습니다. 다음은 그중 하나입니다. 누군가 이벤트를 꾸며 냈을 수 있습니다.",
    },
    "story.folded.fights.all": {
        "en": "Events name {count:other|others} who kept stopping the trail, too; this is one of them. Somebody may be making them up.",
        "ko": "추적을 반복해서 중지한 것으로 이벤트에 기록된 보안 주체가 {count}명 더 있습니다. 다음은 그중 하나입니다. 누군가 이벤트를 꾸며 냈을 수 있습니다.",
    },
    "story.folded.guard.one": {
        "en": "The same principal made {count:more such call|more such calls}, which ended as this one did; this is one of them.",
        "ko": "같은 보안 주체가 같은 호출을 {count}번 더 했고 결과도 같았습니다. 다음은 그중 하나입니다.",
    },
    "story.folded.guard.all": {
        "en": "Events name {principals} for {count:more call|more calls} after which nothing of Trailkeeper was found to differ; this is one of them. Somebody may be making noise: look at what else happened.",
        "ko": "이벤트에 따르면 {principals:이/가} 호출을 {count}번 더 했지만 Trailkeeper에서 달라진 것은 없었습니다. 다음은 그중 하나입니다. 누군가 소음을 만드는 것일 수 있으니 다른 활동도 확인하세요.",
    },
    "story.folded.put-back.one": {
        "en": "The same principal made {count:more such call|more such calls}, which ended as this one did; this is one of them.",
        "ko": "같은 보안 주체가 같은 호출을 {count}번 더 했고 결과도 같았습니다. 다음은 그중 하나입니다.",
    },
    "story.folded.put-back.all": {
        "en": "Events name {principals} for {count:more call|more calls} against Trailkeeper, after each of which what differed was put back; this is one of them.",
        "ko": "이벤트에 따르면 {principals:이/가} Trailkeeper를 대상으로 호출을 {count}번 더 했고, 그때마다 달라진 것을 복구했습니다. 다음은 그중 하나입니다.",
    },
    "story.folded.losses.one": {
        "en": "The same principal made {count:more such call|more such calls}, of which Trailkeeper put nothing back; this is one of them.",
        "ko": "같은 보안 주체가 이런 호출을 {count}번 더 했으며, Trailkeeper는 아무것도 되돌리지 않았습니다. 다음은 그중 하나입니다.",
    },
    "story.folded.losses.all": {
        "en": "Events name {principals} for {count:more such call|more such calls}, of which Trailkeeper put nothing back; this is one of them.",
        "ko": "이벤트에 따르면 {principals:이/가} 이런 호출을 {count}번 더 했으며, Trailkeeper는 아무것도 되돌리지 않았습니다. 다음은 그중 하나입니다.",
    },
    "folded.principals": {"en": "{count:principal|principals}", "ko": "보안 주체 {count}명"},
    "folded.principals_or_more": {
        "en": "{count:principal|principals} or more",
        "ko": "보안 주체 {count}명 이상",
    },
    "story.drift": {
        "en": "The check of {at:time} found {count:setting|settings} not as deployed, and no event says who changed that.",
        "ko": "{at:time} 점검에서 배포된 설정과 다른 항목 {count}건을 발견했습니다. 누가 바꿨는지 알려 주는 이벤트는 없습니다.",
    },
    "story.unread": {
        "en": "The check of {at:time} could NOT read {count:setting|settings} of the evidence.",
        "ko": "{at:time} 점검에서 감사 로그 설정 {count}건을 조회하지 못했습니다.",
    },
    "story.unread_too": {
        "en": "{count:more setting|more settings} could NOT be read: {documents}.",
        "ko": "{count}건은 조회하지 못했습니다: {documents}.",
    },
    "story.waits": {
        "en": "Left to wait: {documents} ({reason}).",
        "ko": "복구를 보류한 항목: {documents}({reason}).",
    },
    "story.omitted": {
        "en": "CloudTrail left the parameters of the call out of the event, as a very large request makes it do: a known evasion.",
        "ko": "CloudTrail이 이 호출의 파라미터를 이벤트에서 생략했습니다. 요청을 크게 만들어 숨기는 알려진 우회 수법입니다.",
    },
    "story.was_dark": {
        "en": "The trail's own status says that it was stopped at {since:time} and started at {until:time}.",
        "ko": "추적 상태에 따르면 {since:time}에 중지되었다가 {until:time}에 다시 시작되었습니다.",
    },
    "story.was_gone": {
        "en": "The trail's own status says that it was started at {until:time} and never stopped, so it was made again.",
        "ko": "추적 상태에 따르면 {until:time}에 시작되었고 중지된 적이 없으므로 삭제 후 다시 만들어진 것입니다.",
    },
    "story.was_dark_by": {
        "en": "No alert said so until now. Whose calls these were is not known: their events did not arrive, or the run that they led to was cut off.",
        "ko": "지금까지 알림이 없었습니다. 누구의 호출인지 알 수 없습니다. 이벤트가 도착하지 않았거나 처리하던 실행이 중단되었습니다.",
    },
    "story.was_dark_said": {
        "en": "The alert of that time named a call that the event history has not confirmed since. Whose calls these were is not known.",
        "ko": "당시 알림에 적힌 호출은 그 뒤로 이벤트 기록에서 확인되지 않았습니다. 누구의 호출인지 알 수 없습니다.",
    },
    "story.last_good": {
        "en": "All was last seen in order at {at:time}.",
        "ko": "마지막으로 정상을 확인한 시각은 {at:time}입니다.",
    },
    "story.response_failed": {
        "en": "The last deploy changed the evidence stack and failed in the response stack, so these may be its settings: deploy both again.",
        "ko": "마지막 배포가 증거 스택을 변경한 뒤 대응 스택에서 실패했으므로 그 배포의 설정일 수 있습니다. 둘 다 다시 배포하세요.",
    },
    "story.left": {
        "en": "Left for you: {documents}.",
        "ko": "직접 처리할 항목: {documents}.",
    },
    "story.other_trail": {
        "en": "{who} stopped the trail {trail} at {at:time}; it is not the one that Trailkeeper deployed.",
        "ko": "{who:이/가} {at:time}에 CloudTrail 추적({trail})을 중지했습니다. Trailkeeper가 배포한 추적은 아닙니다.",
    },
    "story.other_found": {
        "en": "The trail {trail} is not as it was at {since:time}; no event that came until {until:time} says who changed it.",
        "ko": "CloudTrail 추적({trail})이 {since:time}에 확인한 상태와 다릅니다. {until:time}까지 누가 바꿨는지 알려 주는 이벤트가 없습니다.",
    },
    "story.fight": {
        "en": "{who} stopped the trail {count:time|times} since {since:time}; Trailkeeper started it again each time and saw that it logs.",
        "ko": "{who:이/가} {since:time}부터 추적을 {count}번 중지했습니다. Trailkeeper가 매번 다시 켜고 로깅을 확인했습니다.",
    },
    "story.fight_disputed": {
        "en": "The trail was stopped {count:time|times} since {since:time}; Trailkeeper started it again each time and saw that it logs.",
        "ko": "{since:time}부터 추적이 {count}번 중지되었습니다. Trailkeeper가 매번 다시 켜고 로깅을 확인했습니다.",
    },
    "label.claimed": {"en": "Named by events", "ko": "이벤트에 기록된 수행자"},
    "story.disputed": {
        "en": "The events of these stops name different callers for the same stop, so somebody may have made some of them up. Blame nobody yet: CloudTrail's event history is asked, and you are told of the calls that nobody made.",
        "ko": "같은 중지에 대해 이벤트마다 다른 수행자가 기록되어 있어, 일부는 조작된 이벤트일 수 있습니다. 아직 수행자를 단정하지 마세요. CloudTrail 이벤트 기록을 확인하고 있으며, 실제로 없었던 호출은 따로 알려 드립니다.",
    },
    "story.contained": {
        "en": "Trailkeeper attached the policy {policy} to {who}, so that nothing can be called with it any more.",
        "ko": "Trailkeeper가 {who}에 {policy} 정책을 연결해 모든 호출을 차단했습니다.",
    },
    "story.not_contained": {
        "en": "The access of {who} was not taken away: {reason}.",
        "ko": "{who}의 접근은 차단하지 않았습니다: {reason}.",
    },
    "story.baseline": {
        "en": "The settings that Trailkeeper restores the evidence to are weaker than they were at {since:time}: a deploy changed them, or somebody changed the heal function.",
        "ko": "Trailkeeper가 복구 기준으로 삼는 설정이 {since:time}보다 약해졌습니다. 배포로 변경되었거나 누군가 복구 함수를 변경한 것입니다.",
    },
    "story.baseline_applied": {
        "en": "From now on the evidence is kept as they say.",
        "ko": "이제부터 감사 로그는 이 설정에 맞춰집니다.",
    },
    "story.forged": {
        "en": "At {at:time} Trailkeeper told of {call} by {who}, as an event said.",
        "ko": "{at:time}에 Trailkeeper는 이벤트에 따라 {who}의 {call} 호출을 알렸습니다.",
    },
    "story.forged_none": {
        "en": "CloudTrail's event history has no such call after half an hour: nobody made this call, and somebody who may invoke the function {function} sent the event.",
        "ko": "30분이 지나도 CloudTrail 이벤트 기록에 이 호출이 없습니다. 아무도 호출하지 않았고, {function} 함수를 호출할 수 있는 누군가가 이벤트를 보낸 것입니다.",
    },
    "story.forged_other": {
        "en": "CloudTrail's event history has another call under the event's id: it was made by {real}.",
        "ko": "CloudTrail 이벤트 기록에는 같은 이벤트 ID로 다른 호출이 있습니다. 실제 수행자: {real}.",
    },
    "story.callers_once": {
        "en": "The trail was stopped at {since:time}. CloudTrail's event history says by whom: see below.",
        "ko": "{since:time}에 추적이 중지되었습니다. CloudTrail 이벤트 기록에서 확인한 호출자는 아래와 같습니다.",
    },
    "story.callers": {
        "en": "The trail was stopped {count:time|times} since {since:time}. CloudTrail's event history says by whom: see below.",
        "ko": "{since:time}부터 추적이 {count}번 중지되었습니다. CloudTrail 이벤트 기록에서 확인한 호출자는 아래와 같습니다.",
    },
    "story.callers_named": {
        "en": "Events named others as well, and alerts may have: of them the history has no such call at that time.",
        "ko": "이벤트와 앞선 알림에는 다른 수행자도 있었으나, 이벤트 기록에는 그 시각에 그들의 호출이 없습니다.",
    },
    "story.paused": {
        "en": "{who} paused all repairs but logging until {until:time}, and gave the reason: {reason}",
        "ko": "{who:이/가} 로깅을 제외한 모든 복구를 {until:time}까지 일시 중지했습니다. 사유: {reason}",
    },
    "story.resumed": {
        "en": "The pause is over, and repairs are on again since {at:time}.",
        "ko": "일시 중지가 끝나 {at:time}부터 복구가 재개되었습니다.",
    },
    "story.resumed_drift": {
        "en": "Meanwhile {count:setting was|settings were} changed.",
        "ko": "그동안 설정 {count}건이 변경되었습니다.",
    },
    "story.resumed_undone": {
        "en": "What was changed while repairs waited is as deployed again.",
        "ko": "그동안 변경된 것은 모두 배포된 설정과 같습니다.",
    },
    "story.resumed_clean": {
        "en": "Nothing was changed while repairs waited.",
        "ko": "그동안 변경된 것은 없습니다.",
    },
    "story.planned": {
        "en": "The setting expected_actors lists this call as planned.",
        "ko": "이 호출은 expected_actors 설정에 계획된 작업으로 등록되어 있습니다.",
    },
    # How it ended, in a sentence
    "ended.started": {
        "en": "Trailkeeper turned it on after {duration} and saw that it logs.",
        "ko": "Trailkeeper가 {duration} 만에 다시 켰고 로깅 상태를 확인했습니다.",
    },
    "ended.started_again": {
        "en": "Trailkeeper turned it on again and saw that it logs.",
        "ko": "Trailkeeper가 다시 켰고 로깅 상태를 확인했습니다.",
    },
    "ended.recreated": {
        "en": "Trailkeeper made it again and saw that it is there.",
        "ko": "Trailkeeper가 다시 만들고 조회해 확인했습니다.",
    },
    "ended.healed": {
        "en": "Trailkeeper put it back as deployed and read it back.",
        "ko": "Trailkeeper가 원래 설정으로 복구하고 다시 조회해 확인했습니다.",
    },
    "ended.healed_in_part": {
        "en": "Trailkeeper put part of it back as deployed and read that back.",
        "ko": "Trailkeeper가 일부를 원래 설정으로 복구하고 다시 조회해 확인했습니다.",
    },
    "ended.failed_in_part": {
        "en": "Trailkeeper put part of it right and could NOT put right the rest: {documents}. The evidence is weaker than it was.",
        "ko": "Trailkeeper가 일부만 복구했습니다. 복구하지 못한 항목: {documents}. 감사 로그 보호가 약해진 상태입니다.",
    },
    "ended.unreadable": {
        "en": "Nobody knows whether these are as deployed, as they could NOT be read: {documents}.",
        "ko": "조회하지 못해 배포된 설정과 같은지 알 수 없는 항목: {documents}.",
    },
    "ended.failed": {
        "en": "Trailkeeper could NOT put it right: the evidence is weaker than it was.",
        "ko": "Trailkeeper가 복구하지 못했습니다. 감사 로그 보호가 약해진 상태입니다.",
    },
    "ended.told": {
        "en": "Trailkeeper does not undo this by itself: people have to decide.",
        "ko": "자동으로 되돌리지 않았습니다. 직접 확인해 주세요.",
    },
    "ended.ignored": {
        "en": "The settings say to leave it alone.",
        "ko": "설정에 따라 그대로 두었습니다.",
    },
    "ended.other_failed": {
        "en": "Trailkeeper could NOT turn it on again: {why}",
        "ko": "Trailkeeper가 다시 켜지 못했습니다: {why}",
    },
    "ended.other_told": {
        "en": "Trailkeeper did not deploy this trail and leaves it as it is: you decide about it.",
        "ko": "Trailkeeper가 배포한 추적이 아니므로 그대로 두었습니다. 직접 판단해 주세요.",
    },
    "ended.other_organization": {
        "en": "It records every account of the organization, and Trailkeeper leaves it as it is.",
        "ko": "조직의 모든 계정을 기록하는 추적이며, Trailkeeper는 그대로 두었습니다.",
    },
    "ended.deferred": {
        "en": "The repair waits: {reason}.",
        "ko": "복구를 보류했습니다: {reason}.",
    },
    "ended.in_order": {
        "en": "When Trailkeeper looked, all of it was as deployed.",
        "ko": "Trailkeeper가 확인했을 때는 이미 배포된 설정과 같았습니다.",
    },
    # What was found and done, line by line
    "change.line": {"en": "{document}: {found}. {done}", "ko": "{document}: {found}. {done}"},
    "change.more": {"en": "{count} more", "ko": "그 밖 {count}건"},
    "change.gone": {"en": "deleted", "ko": "삭제되어 있었음"},
    "change.off": {"en": "off", "ko": "꺼져 있었음"},
    "change.deleted": {"en": "deleted", "ko": "삭제되어 있었음"},
    "change.unseen": {"en": "could not be read", "ko": "조회 불가"},
    "change.any": {"en": "not as deployed", "ko": "배포된 설정과 다름"},
    "change.missing": {"en": "{path} missing", "ko": "{path} 없음"},
    "change.lacks": {"en": "{path} without {after}", "ko": "{path}에 {after} 없음"},
    "change.lacks_whole": {"en": "{after} missing", "ko": "{after} 없음"},
    "change.added": {"en": "{path} {before} added", "ko": "{path} {before} 추가됨"},
    "change.added_whole": {"en": "{before} added", "ko": "{before} 추가됨"},
    "change.differs": {
        "en": "{path} {before}, deployed {after}",
        "ko": "{path} {before}, 배포값 {after}",
    },
    "change.differs_whole": {"en": "{before}, deployed {after}", "ko": "{before}, 배포값 {after}"},
    "change.other_trail": {
        "en": "{setting}: {before} -> {after}",
        "ko": "{setting}: {before} → {after}",
    },
    "change.asked": {
        "en": "The call set {setting} to {value}",
        "ko": "호출에서 지정한 값: {setting} = {value}",
    },
    "change.and_more": {
        "en": "{first} and {count:other difference|other differences}",
        "ko": "{first} 외 {count}건",
    },
    "done.started": {"en": "Turned on again.", "ko": "다시 켬."},
    "done.healed": {"en": "Put back.", "ko": "복구함."},
    "done.recreated": {"en": "Made again.", "ko": "다시 만듦."},
    "done.cut_off": {
        "en": "As deployed again: a run had begun to put it back and was cut off.",
        "ko": "다시 배포된 설정과 같음: 복구를 시작한 실행이 도중에 중단되었습니다.",
    },
    "done.failed": {"en": "NOT put right: {why}", "ko": "복구 실패: {why}"},
    "done.told": {"en": "Left as it is: {why}.", "ko": "그대로 둠: {why}."},
    "done.deferred": {"en": "Waits: {why}.", "ko": "보류: {why}."},
    "done.unreadable": {"en": "Not checked: {why}", "ko": "확인 못 함: {why}"},
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
    "reason.response_to_come": {
        "en": "the evidence stack was deployed, and the response stack must be within 15 minutes",
        "ko": "증거 스택이 배포되었고, 15분 안에 대응 스택도 배포되어야 합니다",
    },
    "reason.response_failed": {
        "en": "the evidence stack was deployed, but the response stack failed: deploy both again, or "
        "the evidence is put back to the old settings 15 minutes after its deploy began",
        "ko": "증거 스택은 배포되었지만 대응 스택 배포가 실패했습니다. 둘 다 다시 배포하지 않으면 "
        "증거 스택 배포를 시작한 지 15분 뒤 증거가 이전 설정으로 되돌려집니다",
    },
    "reason.delivery_broken": {
        "en": "the trail logs, but its logs do not arrive",
        "ko": "추적은 기록 중이지만 로그가 도착하지 않습니다",
    },
    "reason.key_given_up": {
        "en": "the key cannot be used, so logs are delivered without it until it can",
        "ko": "키를 사용할 수 없어, 사용할 수 있을 때까지 키 없이 로그를 전송합니다",
    },
    "reason.key_not_ours": {
        "en": "the deployed key is of another account or region, so it is not used: somebody may have swapped the parameter /trailkeeper/evidence-key-arn",
        "ko": "배포된 키가 다른 계정 또는 리전의 키라서 사용하지 않습니다. 누군가 /trailkeeper/evidence-key-arn 파라미터를 바꿨을 수 있습니다",
    },
    "reason.bucket_taken": {
        "en": "another account owns this name now; logs go to the fallback bucket",
        "ko": "다른 계정이 이 이름을 소유하고 있어 대체 버킷으로 로그를 전송합니다",
    },
    "reason.setting_off": {
        "en": "the setting contain is off",
        "ko": "contain 설정이 꺼져 있습니다",
    },
    "reason.to_be_confirmed": {
        "en": "event history has not confirmed yet who made the calls; it is asked at each look for half an hour",
        "ko": "이벤트 기록에서 수행자가 아직 확인되지 않았습니다. 30분 동안 점검할 때마다 확인합니다",
    },
    "reason.contained_enough": {
        "en": "as many were locked out within the hour as Trailkeeper may lock out",
        "ko": "한 시간 안에 자동으로 차단할 수 있는 수에 도달했습니다",
    },
    "reason.protected": {
        "en": "it is the root user, one of our roles, a break-glass principal or outside this account",
        "ko": "루트 사용자, Trailkeeper 역할, 비상용 주체 또는 다른 계정의 주체입니다",
    },
    "reason.identity_center": {
        "en": "IAM Identity Center owns this role; revoke the session and the assignment there",
        "ko": "IAM Identity Center가 소유한 역할입니다. 그곳에서 세션과 할당을 취소하세요",
    },
    "reason.attached_policies_full": {
        "en": "as many policies are attached to it as AWS allows; detach one, then attach AWSDenyAll",
        "ko": "연결된 정책이 AWS 한도에 도달했습니다. 하나를 분리한 뒤 AWSDenyAll을 연결하세요",
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
    # Facts
    "resource.unnamed": {"en": "none named in the call", "ko": "호출에 지정되지 않음"},
    "resource.unnamed_here": {"en": "(not named in the event)", "ko": "이벤트에 이름 없음"},
    "resource.and_more": {"en": "{name} and {count} more", "ko": "{name} 외 {count}개"},
    "resource.omitted": {
        "en": "left out of the event by CloudTrail, as a very large request makes it do: a known evasion",
        "ko": "CloudTrail이 이벤트에서 생략함(요청을 크게 만들어 숨기는 알려진 우회 수법)",
    },
    "gap.range": {
        "en": "{since} to {until:time} ({duration})",
        "ko": "{since}~{until:time} ({duration})",
    },
    "gap.open": {"en": "since {since}, still off", "ko": "{since}부터 계속"},
    "gap.unknown": {
        "en": "not known, because the trail was deleted",
        "ko": "추적이 삭제되어 알 수 없음",
    },
    "label.gap": {"en": "Not recorded", "ko": "로그 공백"},
    "label.paused": {"en": "Paused until", "ko": "일시 중지 종료"},
    "label.planned": {"en": "Planned", "ko": "계획된 작업"},
    "planned.until": {"en": "{reason}, until {until}", "ko": "{reason}, {until}까지"},
    "planned.always": {"en": "{reason}", "ko": "{reason}"},
    "planned.no_reason": {"en": "no reason given", "ko": "사유 없음"},
    "label.delivers_to": {"en": "Delivers to", "ko": "전송 대상 버킷"},
    "label.log_group_of_trail": {"en": "Log group", "ko": "전송 대상 로그 그룹"},
    "label.topic_of_trail": {"en": "Announces on", "ko": "알림 주제"},
    "label.paused_by": {"en": "Paused by", "ko": "일시 중지한 사람"},
    "label.resumed_by": {"en": "Resumed by", "ko": "재개한 사람"},
    "label.meanwhile": {"en": "Changed meanwhile", "ko": "그동안의 변경"},
    "meanwhile.call": {
        "en": "{call} by {who} at {at:time}",
        "ko": "{at:time} {call}(수행자: {who})",
    },
    "label.paused_from": {"en": "Paused", "ko": "일시 중지 기간"},
    "label.still_open": {"en": "Still open, told before", "ko": "미해결(이미 알림)"},
    "open.since": {"en": "{documents}, since {since}", "ko": "{documents}({since}부터)"},
    "fight.rounds": {"en": "{name} ({count:time|times})", "ko": "{name}({count}회)"},
    "label.others": {"en": "Others who stopped it", "ko": "그 밖의 중지 수행자"},
    # What to do now
    "next.find_author": {
        "en": "Find out who did it: the command below lists the calls that can have.",
        "ko": "수행자를 확인하세요. 아래 명령으로 가능한 호출을 볼 수 있습니다.",
    },
    "next.find_author.alone": {
        "en": "Find out who did it.",
        "ko": "수행자를 확인하세요.",
    },
    "next.ask_author": {
        "en": "Ask whoever it was; if nobody knows of it, disable the key or session that made the call.",
        "ko": "본인에게 확인하고, 아무도 모르는 작업이면 해당 키나 세션을 차단하세요.",
    },
    "next.own_repairs": {
        "en": "Calls of trailkeeper-heal in that list are Trailkeeper's own repairs.",
        "ko": "목록의 trailkeeper-heal 호출은 Trailkeeper의 복구입니다.",
    },
    "next.organization": {
        "en": "Only the organization's management account and its delegated administrator for CloudTrail can put this trail back: tell them now.",
        "ko": "조직의 관리 계정과 CloudTrail 위임 관리자만 이 추적을 되돌릴 수 있습니다. 지금 알려 주세요.",
    },
    "next.organization_of": {
        "en": "Only account {account}, which manages the organization, and its delegated administrator for CloudTrail can put this trail back: tell them now.",
        "ko": "조직을 관리하는 {account} 계정과 CloudTrail 위임 관리자만 이 추적을 되돌릴 수 있습니다. 지금 알려 주세요.",
    },
    "next.gap": {
        "en": "Read what was done while the trail was off: event history keeps those minutes for 90 days.",
        "ko": "로그가 끊긴 동안의 활동을 확인하세요. 이벤트 기록에 90일간 남아 있습니다.",
    },
    "next.insights": {
        "en": "CloudTrail Insights may need up to 36 hours to work again after a stop.",
        "ko": "중지 후 CloudTrail Insights가 다시 작동하는 데 최대 36시간이 걸릴 수 있습니다.",
    },
    "next.repair": {
        "en": "Put it right by hand now; Trailkeeper tries again at every check.",
        "ko": "지금 직접 복구하세요. Trailkeeper도 점검할 때마다 다시 시도합니다.",
    },
    "next.repair.unread": {
        "en": "Nothing to put right yet: Trailkeeper reads it again at every check. If that does not help, run: trailkeeper status",
        "ko": "아직 복구할 것은 없습니다. Trailkeeper가 점검할 때마다 다시 조회합니다. 계속되면 실행하세요: trailkeeper status",
    },
    "next.permissions": {
        "en": "Give the heal function its rights back: AWS refused its calls. If the stack {stack} was changed:",
        "ko": "복구 함수의 권한을 되돌리세요. AWS가 요청을 거부했습니다. {stack} 스택이 변경되었다면:",
    },
    "next.look": {
        "en": "Decide whether what was left as it is may stay; if not, remove it.",
        "ko": "그대로 둔 항목을 유지할지 결정하고, 아니라면 제거하세요.",
    },
    "next.bucket": {
        "en": "Find out who owns the bucket's name now. Logs go to the fallback bucket until the name is ours again.",
        "ko": "버킷 이름의 현재 소유자를 확인하세요. 되찾을 때까지 대체 버킷으로 전송합니다.",
    },
    "next.fight": {
        "en": "Cut the access of {who} now; a fight is told once, and hourly while it lasts.",
        "ko": "{who}의 접근을 지금 차단하세요. 같은 상황은 한 시간에 한 번만 알립니다.",
    },
    "next.forged_innocent": {
        "en": "Take back what was done to {who} because of that alert.",
        "ko": "앞선 알림 때문에 {who}에 취한 조치를 되돌리세요.",
    },
    "next.callers": {
        "en": "Ask those who called, as listed below, and take the access of whoever cannot explain it: the command lists their calls.",
        "ko": "아래 호출자들에게 확인하고, 설명하지 못하면 권한을 회수하세요. 명령으로 해당 호출을 볼 수 있습니다.",
    },
    "next.callers_innocent": {
        "en": "Take back what was done to others who were named for it.",
        "ko": "그 밖에 잘못 지목된 수행자에게 취한 조치를 되돌리세요.",
    },
    "next.baseline": {
        "en": "If no deploy of yours meant this, deploy the settings again that you want, and find out who changed them: the command below lists the calls that can have.",
        "ko": "의도한 배포가 아니면 원하는 설정으로 다시 배포하고 변경한 사람을 확인하세요. 아래 명령으로 가능한 호출을 볼 수 있습니다.",
    },
    "next.baseline.alone": {
        "en": "If no deploy of yours meant this, deploy the settings again that you want, and find out who changed them.",
        "ko": "의도한 배포가 아니면 원하는 설정으로 다시 배포하고 변경한 사람을 확인하세요.",
    },
    "next.forged": {
        "en": "Find out who may call lambda:InvokeFunction on {function}, and take it away from whoever should not: nobody but AWS's rules and schedules and your operators needs it.",
        "ko": "{function} 함수에 lambda:InvokeFunction 권한이 있는 주체를 확인하고 불필요한 권한을 제거하세요. AWS 규칙과 스케줄, 운영자 외에는 필요하지 않습니다.",
    },
    "label.stopped_by": {"en": "Stopped by", "ko": "실제 호출자"},
    "callers.stop": {
        "en": "{who}, {call}, {at:time}",
        "ko": "{who}, {call}, {at:time}",
    },
    "label.told_before": {"en": "Told before", "ko": "앞서 알린 호출"},
    "forged.event": {
        "en": "{call} by {who}, event {event}",
        "ko": "{call}, 수행자 {who}, 이벤트 {event}",
    },
    "next.pause": {
        "en": "Repairs start again by themselves. To end the pause now:",
        "ko": "복구는 자동으로 재개됩니다. 바로 끝내려면:",
    },
}
