"""Texts about unusual activity that CloudTrail Insights saw."""

from __future__ import annotations

TEXTS: dict[str, dict[str, str]] = {
    "subject.insight.calls": {
        "en": "Unusual {call} calls",
        "ko": "{call} 호출 이상 급증",
    },
    "subject.insight.errors": {
        "en": "Unusual {call} errors",
        "ko": "{call} 오류 이상 급증",
    },
    "result.insight_over": {"en": "over after {duration}", "ko": "{duration} 후 종료"},
    "result.insight_ended": {"en": "over", "ko": "종료"},
    "insight.who_mostly": {"en": "{name} and {others} more", "ko": "{name} 외 {others}명"},
    "insight.calls.rate": {
        "en": "CloudTrail Insights saw {observed} calls of {call} a minute in {region}, where {usual} are usual.",
        "ko": "CloudTrail Insights가 {region}에서 평소 분당 {usual}회이던 {call} 호출이 분당 {observed}회로 늘어난 것을 감지했습니다.",
    },
    "insight.calls.hardly_usual": {
        "en": "CloudTrail Insights saw {observed} calls of {call} a minute in {region}, where hardly any are usual.",
        "ko": "CloudTrail Insights가 {region}에서 평소 거의 없던 {call} 호출이 분당 {observed}회 발생한 것을 감지했습니다.",
    },
    "insight.calls.unknown_rate": {
        "en": "CloudTrail Insights saw more calls of {call} in {region} than are usual.",
        "ko": "CloudTrail Insights가 {region}에서 {call} 호출이 평소보다 많은 것을 감지했습니다.",
    },
    "insight.errors.rate": {
        "en": "CloudTrail Insights saw {observed} failed calls of {call} a minute in {region}, where {usual} are usual.",
        "ko": "CloudTrail Insights가 {region}에서 평소 분당 {usual}회이던 {call} 오류가 분당 {observed}회로 늘어난 것을 감지했습니다.",
    },
    "insight.errors.hardly_usual": {
        "en": "CloudTrail Insights saw {observed} failed calls of {call} a minute in {region}, where hardly any are usual.",
        "ko": "CloudTrail Insights가 {region}에서 평소 거의 없던 {call} 오류가 분당 {observed}회 발생한 것을 감지했습니다.",
    },
    "insight.errors.unknown_rate": {
        "en": "CloudTrail Insights saw more failed calls of {call} in {region} than are usual.",
        "ko": "CloudTrail Insights가 {region}에서 {call} 오류가 평소보다 많은 것을 감지했습니다.",
    },
    "insight.over": {
        "en": "It began at {at:time} and lasted {duration}.",
        "ko": "{at:time}에 시작되어 {duration} 동안 이어졌습니다.",
    },
    "insight.ended": {
        "en": "It began at {at:time} and is over.",
        "ko": "{at:time}에 시작되어 종료되었습니다.",
    },
    "insight.goes_on": {
        "en": "It began at {at:time}; CloudTrail has not told of its end yet.",
        "ko": "{at:time}에 시작되었으며, 아직 종료가 확인되지 않았습니다.",
    },
    "insight.next": {
        "en": "Ask whoever is named below whether this was meant: a job that runs in circles and stolen credentials look the same here.",
        "ko": "아래 수행자에게 의도한 작업인지 확인하세요. 반복 실행된 작업과 유출된 자격 증명은 여기서 똑같이 보입니다.",
    },
    "insight.next_nobody": {
        "en": "Find out who makes these calls: the command below lists them. A job that runs in circles and stolen credentials look the same here.",
        "ko": "아래 명령으로 호출한 수행자를 확인하세요. 반복 실행된 작업과 유출된 자격 증명은 여기서 똑같이 보입니다.",
    },
    "insight.next_nobody.alone": {
        "en": "Find out who makes these calls. A job that runs in circles and stolen credentials look the same here.",
        "ko": "호출한 수행자를 확인하세요. 반복 실행된 작업과 유출된 자격 증명은 여기서 똑같이 보입니다.",
    },
    "insight.share": {"en": "{name}, {rate} a minute", "ko": "{name}, 분당 {rate}회"},
    "insight.a_minute": {"en": "{rate} a minute", "ko": "분당 {rate}회"},
    "label.rate": {"en": "Observed", "ko": "관측"},
    "label.usual_rate": {"en": "Usual", "ko": "평소"},
    "label.used": {"en": "With", "ko": "사용 도구"},
}
