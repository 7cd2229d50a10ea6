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
    # Facts
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
    "next.pause": {
        "en": "Repairs start again by themselves. To end the pause now:",
        "ko": "복구는 자동으로 재개됩니다. 바로 끝내려면:",
    },
}
