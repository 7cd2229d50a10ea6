"""Unusual activity that CloudTrail Insights saw, as people read it."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from tests.insight_events import event
from trailkeeper.alerts.incoming import InsightEvent, read
from trailkeeper.alerts.insight_alerts import insight_alert
from trailkeeper.events.insights import Insight
from trailkeeper.rendering import email
from trailkeeper.rendering.wording import Reader
from trailkeeper.words.text import Severity


def mail(alert: Any, language: str = "en") -> tuple[str, str]:
    found = email.render(alert, Reader.of(language, "UTC"))
    return found.subject, " ".join(found.body.split())


def test_start_and_end_read_as_one() -> None:
    start, end = Insight.parse(event("Start")), Insight.parse(event("End"))

    alert = insight_alert(end, start)
    subject, body = mail(alert)

    assert alert.severity is Severity.WARNING
    assert subject == (
        "[Warning] Unusual ec2:RunInstances calls, over after 7 min"
        " - mallory and 1 more - 123456789012"
    )
    assert (
        "CloudTrail Insights saw 41.5 calls of ec2:RunInstances a minute in eu-west-1, where "
        "hardly any are usual. It began at 10:00:00 UTC and lasted 7 min." in body
    )
    assert "Observed: 41.5 a minute Usual: 0 a minute" in body
    assert "Who: arn:aws:iam::123456789012:user/mallory, 40 a minute" in body
    assert "Who: arn:aws:sts::123456789012:assumed-role/Deploy/alice, 1.5 a minute" in body
    assert 'With: "aws-cli 2.31 on macOS", 40 a minute' in body
    assert "Error:" not in body
    assert (
        "trailkeeper search --region eu-west-1 --since 2026-11-26T09:45:00Z "
        "--until 2026-11-26T10:22:00Z --event=RunInstances --source=ec2.amazonaws.com" in body
    )
    assert "AttributeKey=EventName,AttributeValue=RunInstances" in body


def test_a_start_alone_says_that_it_goes_on() -> None:
    subject, body = mail(insight_alert(Insight.parse(event("Start"))))

    assert subject.startswith("[Warning] Unusual ec2:RunInstances calls - mallory")
    assert "664 calls of ec2:RunInstances a minute" in body
    assert "CloudTrail has not told of its end yet." in body


def test_an_end_alone_knows_when_it_began() -> None:
    _, body = mail(insight_alert(Insight.parse(event("End"))))

    assert "It began at 10:00:00 UTC and lasted 7 min." in body


def test_errors_are_told_as_errors() -> None:
    statistics = {"baseline": {"average": 0.25}, "insight": {"average": 1234.6}}
    details = {
        "insightType": "ApiErrorRateInsight",
        "errorCode": "AccessDenied",
        "insightContext": {"statistics": statistics},
    }
    alert = insight_alert(Insight.parse(event("Start", **details)))
    subject, body = mail(alert)

    assert alert.detection == "insight-error-rate"
    assert subject.startswith("[Warning] Unusual ec2:RunInstances errors")
    assert "1235 failed calls of ec2:RunInstances a minute in eu-west-1, where 0.25 are" in body
    assert "Error: AccessDenied" in body


def test_korean_says_the_same() -> None:
    start, end = Insight.parse(event("Start")), Insight.parse(event("End"))

    subject, body = mail(insight_alert(end, start), "ko")

    assert "ec2:RunInstances 호출 이상 급증 → 7분 후 종료" in subject
    assert "평소 거의 없던 ec2:RunInstances 호출이 분당 41.5회" in body


def test_it_is_read_from_the_queue() -> None:
    content = read(json.dumps(event("Start")))
    assert isinstance(content, InsightEvent)
    assert not content.waited

    again = read(content.later())
    assert isinstance(again, InsightEvent)
    assert again.waited
    assert again.insight == content.insight


STRANGE: tuple[Any, ...] = (None, "", 7, [], {}, [None], {"x": [{}]}, float("inf"), -1, "null")


@pytest.mark.parametrize("strange", STRANGE, ids=str)
@pytest.mark.parametrize(
    "path",
    [
        ("awsRegion",),
        ("eventTime",),
        ("recipientAccountId",),
        ("insightDetails", "eventName"),
        ("insightDetails", "eventSource"),
        ("insightDetails", "insightType"),
        ("insightDetails", "insightContext"),
        ("insightDetails", "insightContext", "statistics"),
        ("insightDetails", "insightContext", "statistics", "baseline"),
        ("insightDetails", "insightContext", "statistics", "insightDuration"),
        ("insightDetails", "insightContext", "attributions"),
    ],
    ids=".".join,
)
@pytest.mark.parametrize("state", ["Start", "End"])
def test_a_strange_field_is_no_error(state: str, path: tuple[str, ...], strange: Any) -> None:
    changed = copy.deepcopy(event(state))
    place = changed["detail"]
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = strange

    subject, body = mail(insight_alert(Insight.parse(changed)))

    assert subject.startswith("[Warning] Unusual ")
    assert "?" not in subject
    assert body
