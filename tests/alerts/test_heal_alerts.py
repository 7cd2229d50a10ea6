"""How loud people are told of a reconcile, and in which words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.detections.fixtures import load
from tests.detections.test_detections import BASELINE, NOW
from trailkeeper.alerts import heal_alerts
from trailkeeper.detections import DETECTIONS
from trailkeeper.detections.catalogue import Detection
from trailkeeper.detections.trail_stopped import DETECTION as STOPPED
from trailkeeper.events.event import ApiCall
from trailkeeper.evidence.outcome import Outcome, Report, Result
from trailkeeper.rendering.sheet import headline
from trailkeeper.rendering.wording import Reader, phrase
from trailkeeper.words import LANGUAGES
from trailkeeper.words.text import Severity

INFO, WARNING, CRITICAL = Severity.INFO, Severity.WARNING, Severity.CRITICAL


def report(*results: Result) -> Report:
    return Report(tuple(Outcome("trail", "settings", result) for result in results))


ALL = tuple(f"{guard}." for guard in ("logging", "trail", "log-bucket", "log-group"))


@pytest.mark.parametrize(
    ("detection", "results", "alert"),
    [
        (CRITICAL, (Result.HEALED,), WARNING),
        (CRITICAL, (), WARNING),
        (CRITICAL, (Result.DEFERRED,), WARNING),
        (CRITICAL, (Result.TOLD,), CRITICAL),
        (CRITICAL, (Result.HEALED, Result.TOLD), CRITICAL),
        (WARNING, (Result.HEALED,), WARNING),
        (WARNING, (Result.TOLD,), WARNING),
        (INFO, (Result.HEALED,), INFO),
        (INFO, (Result.TOLD,), INFO),
        (INFO, (), INFO),
        (INFO, (Result.FAILED,), CRITICAL),
        (INFO, (Result.UNREADABLE,), CRITICAL),
    ],
)
def test_an_alert_is_as_loud_as_its_detection_while_people_have_to_act(
    detection: Severity, results: tuple[Result, ...], alert: Severity
) -> None:
    call = ApiCall.parse(load("trail-stopped", "StopLogging"))

    told, *_ = heal_alerts.of_report(
        report(*results), BASELINE, NOW, call, replace(STOPPED, severity=detection, touches=ALL)
    )

    assert told.severity is alert


@pytest.mark.parametrize(
    ("results", "alert"),
    [((Result.HEALED,), WARNING), ((Result.TOLD,), WARNING), ((Result.FAILED,), CRITICAL)],
)
def test_what_the_schedule_finds_is_a_warning_or_critical(
    results: tuple[Result, ...], alert: Severity
) -> None:
    (told,) = heal_alerts.of_report(report(*results), BASELINE, NOW)

    assert told.severity is alert


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("detection", DETECTIONS, ids=lambda each: each.id)
def test_every_alert_is_in_words_and_never_a_key(detection: Detection, language: str) -> None:
    call = ApiCall.parse(load(detection.id, detection.events[0]))

    (told,) = heal_alerts.of_report(Report(), BASELINE, NOW, call, detection)
    said = [phrase(each, Reader(language), str) for each in (headline(told), *told.story)]

    assert not [each for each in said if "did." in each or "subject." in each or "{" in each]
    assert said[0].startswith(detection.subject[language])
    assert detection.did[language].partition("{")[0] in said[1]
