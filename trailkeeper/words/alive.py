"""Texts of the sign of life."""

from __future__ import annotations

TEXTS: dict[str, dict[str, str]] = {
    "subject.alive": {"en": "The guard is alive", "ko": "감시 정상 동작 중"},
    "subject.alive.second_way": {
        "en": "The second way to you works",
        "ko": "두 번째 알림 경로 정상",
    },
    "story.alive.counts": {
        "en": "Since {since} Trailkeeper looked {looks:time|times} whether the trail logs, compared everything {sweeps:time|times}, and put something right {heals:time|times}.",
        "ko": "Trailkeeper가 {since}부터 추적 로깅을 {looks}회 점검하고 전체 설정을 {sweeps}회 비교했으며, 복구한 횟수는 {heals}회입니다.",
    },
    "story.alive.heal": {
        "en": "The heal function runs, and its alerts come this way.",
        "ko": "복구 함수가 실행 중이며, 알림이 이 경로로 전달됩니다.",
    },
    "story.alive.first": {
        "en": "Such a message comes every {days:day|days} from now on.",
        "ko": "앞으로 {days}일마다 이 메시지를 보냅니다.",
    },
    "story.alive.unknown": {
        "en": "What it did since the last such message cannot be read.",
        "ko": "이전 메시지 이후의 활동 기록은 읽을 수 없습니다.",
    },
    "story.alive.second_way": {
        "en": "The watcher runs, and this second way reaches you.",
        "ko": "감시자 함수가 실행 중이며, 이 두 번째 경로로 메시지가 전달됩니다.",
    },
    "story.alive.invocations": {
        "en": "What Lambda counted in the last {days:day|days} is below.",
        "ko": "최근 {days}일 동안 Lambda가 집계한 호출 수는 아래와 같습니다.",
    },
    "story.alive.uncounted": {
        "en": "How often the functions were called could not be read.",
        "ko": "함수 호출 수는 조회하지 못했습니다.",
    },
    "story.alive.silence": {
        "en": "If no such message comes this way for longer than {days:day|days}, the guard or this way to you is broken: trailkeeper doctor says which.",
        "ko": "{days}일이 넘도록 이 경로로 이 메시지가 오지 않으면 감시 또는 이 경로가 고장 난 것입니다. trailkeeper doctor로 원인을 확인하세요.",
    },
    "alive.taken": {
        "en": "{channel}: {count:alert|alerts}",
        "ko": "{channel}: {count}건",
    },
    "alive.invocations": {
        "en": "{function}: {count:call|calls}",
        "ko": "{function}: {count}회",
    },
    "label.taken": {"en": "Alerts taken", "ko": "전달된 알림"},
    "label.invocations": {"en": "Counted", "ko": "호출 수"},
}
