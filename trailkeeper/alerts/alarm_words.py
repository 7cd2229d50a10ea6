"""What each alarm says in its description: what is wrong, and what to run.

An alarm about the alert function reaches people as CloudWatch words it, so this is the whole mail.
The others are put in words by the alert function, which quotes as much as a line of it.
"""

from __future__ import annotations

from collections.abc import Mapping

from trailkeeper.evidence.defaults import Language
from trailkeeper.evidence.names import ALERT_FUNCTION, DELIVERIES_FUNCTION, RESPONSE_STACK

_STATUS = "trailkeeper status"
_REDEPLOY = f"npx cdk deploy {RESPONSE_STACK} --revert-drift"
_COMMANDS = {
    "status": _STATUS,
    "doctor": "trailkeeper doctor",
    "redeploy": _REDEPLOY,
    "alert_log": f"aws logs tail /aws/lambda/{ALERT_FUNCTION} --since 1h",
    "deliveries_log": f"aws logs tail /aws/lambda/{DELIVERIES_FUNCTION}",
    "deliveries_dead": "trailkeeper dead-letters --of deliveries",
    "redrive": "trailkeeper alerts redrive",
    "dead": "trailkeeper dead-letters",
}
_WORDS: Mapping[str, Mapping[Language, str]] = {
    "alert-errors": {
        "en": "The alert function fails, so people may not hear of what happens. Run: {status}, "
        "then {alert_log}. If the stack was changed: {redeploy}. What was given up meanwhile: "
        "{redrive}",
        "ko": "알림 함수가 실패하고 있어 알림이 전달되지 않을 수 있습니다. 실행: {status}, 이어서 "
        "{alert_log}. 스택이 변경되었다면: {redeploy}. 그동안 전달하지 못한 알림: {redrive}",
    },
    "alert-dead-letters": {
        "en": "Alerts were given up: a channel, or all of them, did not take them. Send them "
        "again: {redrive}. What kept them back: {status}, then {alert_log}",
        "ko": "전달을 포기한 알림이 있습니다(일부 또는 모든 채널에서 전송 실패). 다시 보내기: "
        "{redrive}. 원인 확인: {status}, 이어서 {alert_log}",
    },
    "alerts-waiting": {
        "en": "Alerts have waited for {minutes} minutes and were not sent. Run: {status}, then "
        "{alert_log}. If the stack was changed: {redeploy}",
        "ko": "알림이 {minutes}분 동안 전송되지 않고 대기 중입니다. 실행: {status}, 이어서 "
        "{alert_log}. 스택이 변경되었다면: {redeploy}",
    },
    "alert-troubled": {
        "en": "An alert could not be put in words and went out raw, as JSON: read it all the same. "
        "Or the state table is out of reach: alerts may come twice, and nothing is counted "
        "together. Which of the two: {alert_log}. If the stack was changed: {redeploy}",
        "ko": "문장으로 만들지 못한 알림을 JSON 그대로 보냈거나(내용을 확인하세요), 상태 테이블에 "
        "접근할 수 없어 알림이 중복되거나 묶이지 않을 수 있습니다. 원인: {alert_log}. 스택이 "
        "변경되었다면: {redeploy}",
    },
    "alerts-undelivered": {
        "en": "SNS could not bring an alert to one who subscribed the topic trailkeeper-alerts, so "
        "somebody may not have heard of it. Who subscribed, and how it is: {status}",
        "ko": "SNS가 trailkeeper-alerts 주제의 구독자에게 알림을 전달하지 못했습니다. 알림을 받지 "
        "못한 사람이 있을 수 있습니다. 구독 상태 확인: {status}",
    },
    "last-resort-undelivered": {
        "en": "SNS could not bring a message to one who subscribed the topic "
        "trailkeeper-last-resort: the second way may be broken. Run: {doctor}",
        "ko": "SNS가 trailkeeper-last-resort 주제의 구독자에게 메시지를 전달하지 못했습니다. 두 "
        "번째 경로가 고장 났을 수 있습니다. 실행: {doctor}",
    },
    "heal-errors": {
        "en": "The heal function fails, so the evidence may stay changed. Run: {status}",
        "ko": "복구 함수가 실패하고 있어 변경된 설정이 복구되지 않을 수 있습니다. 실행: {status}",
    },
    "heal-dead-letters": {
        "en": "The heal function gave something up. Read it: {dead}. Empty it with --drain, or "
        "this alarm cannot go off again",
        "ko": "복구 함수가 처리를 포기한 항목이 있습니다. 확인: {dead}. --drain 옵션으로 비워야 이 "
        "경보가 다시 울립니다",
    },
    "deliveries-errors": {
        "en": "The deliveries function fails, so log files are not counted; they are in the log "
        "bucket all the same. Run: {deliveries_log}",
        "ko": "전달 집계 함수가 실패하고 있어 로그 파일이 집계되지 않습니다. 파일은 로그 버킷에 "
        "있습니다. 실행: {deliveries_log}",
    },
    "deliveries-dead-letters": {
        "en": "Log files were never counted; they are in the log bucket all the same. Read which: "
        "{deliveries_dead}, then with --drain",
        "ko": "집계하지 못한 로그 파일이 있습니다. 파일은 로그 버킷에 있습니다. 확인: "
        "{deliveries_dead}, 그다음 --drain",
    },
    "deliveries-silent": {
        "en": "No log file was delivered and counted in {minutes} min: the trail may be dark. Run: "
        "{status}, then {deliveries_log}",
        "ko": "{minutes}분 동안 전달되어 집계된 로그 파일이 없습니다. 추적이 멈췄을 수 있습니다. "
        "실행: {status}, 이어서 {deliveries_log}",
    },
    "looks-silent": {
        "en": "Nobody has seen the trail log in three looks, {minutes} min apart: it is unguarded. "
        "Run: {status}",
        "ko": "{minutes}분 간격의 점검 3회 동안 추적 로깅이 확인되지 않았습니다. 보호되지 않는 "
        "상태입니다. 실행: {status}",
    },
    "sweeps-silent": {
        "en": "No sweep has ended in order in twice {minutes} min: the evidence is not compared. "
        "Run: {status}",
        "ko": "{minutes}분 간격의 전체 점검이 두 번 연속 정상으로 끝나지 않았습니다. 설정이 "
        "비교되지 않는 상태입니다. 실행: {status}",
    },
    "heal-uncalled": {
        "en": "Nothing has called the heal function for {minutes} min: the trail is unguarded. "
        "Run: {status}. If the stack was changed: {redeploy}",
        "ko": "{minutes}분 동안 복구 함수가 호출되지 않았습니다. 추적이 보호되지 않는 상태입니다. "
        "실행: {status}. 스택이 변경되었다면: {redeploy}",
    },
}


def description(alarm: str, language: Language, *, minutes: float | None = None) -> str:
    """The description of an alarm by its name without `trailkeeper-`; some tell minutes."""
    told = {} if minutes is None else {"minutes": f"{minutes:g}"}
    return _WORDS[alarm][language].format(**_COMMANDS, **told)
