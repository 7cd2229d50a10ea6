"""Subject after subject: what happened and how it ended are whole, at the worst lengths."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tools.alert_examples import examples
from tools.alert_examples.sample import BASELINE, NOW
from trailkeeper.alerts import call_alerts, heal_alerts
from trailkeeper.alerts.alert import Alert
from trailkeeper.detections import DETECTIONS
from trailkeeper.detections.detection import Detection
from trailkeeper.events.event import Actor, ApiCall
from trailkeeper.evidence.outcome import Gap, Outcome, Report, Result
from trailkeeper.rendering import subject
from trailkeeper.rendering.sheet import headline
from trailkeeper.rendering.wording import Reader, sentence
from trailkeeper.words import TEXTS
from trailkeeper.words.text import Severity, Text

LIMIT = 99
LONG = Text("actor.short", {"name": "anna-maria.lindqvist@subsidiary.example.com"})
READERS = {
    language: Reader.of(language, "Asia/Seoul", "production-of-the-whole-group")
    for language in ("en", "ko")
}
ALERTS = dict(examples())


@pytest.mark.parametrize("language", READERS)
@pytest.mark.parametrize("title", ALERTS)
def test_what_happened_and_how_it_ended_are_never_cut(title: str, language: str) -> None:
    alert, reader = replace(ALERTS[title], who=LONG), READERS[language]
    written = subject.write(alert, reader, LIMIT)

    assert len(written) <= LIMIT
    assert sentence(headline(alert), reader, str) in written
    assert "…" not in written.split(" - ")[0].split(" | ")[0]


# Longer than any of these: the numbers of a hundred differences and of a year in the dark.
MANY, DARK = 101, timedelta(days=365, hours=23, minutes=59)
DOCUMENTS = sorted(key.removeprefix("document.") for key in TEXTS if key.startswith("document."))
CALLER = Actor(kind="IAMUser", arn="arn:aws:iam::111122223333:user/x", name="x" * 64)


def ended(document: str, result: Result, count: int, *, gone: bool) -> Report:
    """A reconcile that found this document first, and so many others."""
    guard, _, name = document.partition(".")
    outcome = Outcome(guard, name, result, reason="machine_must_not", gone=gone)
    return Report((outcome,) * count, Gap(NOW - DARK, NOW))


def is_whole(alert: Alert, reader: Reader) -> bool:
    said = sentence(headline(alert), reader, str)
    return said in subject.write(alert, reader, LIMIT)


@pytest.mark.parametrize("language", READERS)
@pytest.mark.parametrize("result", Result)
def test_no_drift_of_any_document_is_cut(result: Result, language: str) -> None:
    for document in DOCUMENTS:
        can_be_gone = f"resource.{document.partition('.')[0]}" in TEXTS
        for gone in (False, True) if can_be_gone else (False,):
            for count in (1, MANY):
                report = ended(document, result, count, gone=gone)
                (alert,) = heal_alerts.of_report(report, BASELINE, NOW)
                assert is_whole(replace(alert, severity=Severity.CRITICAL), READERS[language])


@pytest.mark.parametrize("language", READERS)
@pytest.mark.parametrize("detection", DETECTIONS, ids=lambda each: each.id)
def test_no_ending_of_any_detection_is_cut(detection: Detection, language: str) -> None:
    called = [
        ApiCall(source=detection.event_source, name=name, actor=CALLER, event_id="e")
        for name in detection.events
    ]
    touched = [each for each in DOCUMENTS if detection.can_touch(each)]
    reports = [
        ended(document, result, 1, gone=gone)
        for document in touched
        for result in Result
        for gone in (False, True)
    ]
    first, *others = called
    alerts = [
        alert
        for call, report in (
            *((first, each) for each in (Report(), *reports)),
            *((each, Report()) for each in others),
        )
        for alert in heal_alerts.of_report(report, BASELINE, NOW, call, detection)
    ]
    alerts += [call_alerts.attempted(call, detection, BASELINE, NOW) for call in called]

    assert alerts
    for alert in alerts:
        assert is_whole(replace(alert, severity=Severity.CRITICAL), READERS[language])


@pytest.mark.parametrize("language", READERS)
def test_no_two_alerts_have_the_same_subject(language: str) -> None:
    subjects = [
        subject.write(alert, READERS[language], LIMIT)
        for title, alert in ALERTS.items()
        # The same call by another kind of author differs in the author alone.
        if not title.startswith(("The root", "Somebody of"))
    ]

    assert len(set(subjects)) == len(subjects)


@pytest.mark.parametrize(
    ("who", "name", "expected"),
    [
        ("alice", "prod", "[Warning] Trail stopped - alice - prod 111122223333"),
        ("alice", "", "[Warning] Trail stopped - alice - 111122223333"),
        (
            "anna-maria.lindqvist-of-the-platform-team@subsidiary.example.com",
            "production",
            "[Warning] Trail stopped - anna-maria.lindqvist-of-the-platform-team@subs… "
            "- production 111122223333",
        ),
    ],
)
def test_the_author_is_shortened_before_the_account(who: str, name: str, expected: str) -> None:
    alert = Alert(
        detection="trail-stopped",
        category="trail",
        severity=ALERTS["trail-stopped"].severity,
        what=Text("subject.trail-stopped"),
        who=Text("actor.short", {"name": who}),
        dedup_key="k",
        account="111122223333",
    )

    assert subject.write(alert, Reader.of("en", "UTC", name), LIMIT) == expected


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (Text("actor.nobody"), "by whom unknown - prod"),
        (Text("actor.account_short", {"account": "444455556666"}), "account 444455556666 - prod"),
        (
            Text("actor.short", {"name": "deploy-bot-of-prod"}),
            "deploy-bot-o… - prod 111122223333",
        ),
    ],
)
def test_only_a_name_is_cut_and_neither_our_words_nor_a_number(who: Text, expected: str) -> None:
    document = Text("document.log-group.account-policies")
    alert = replace(
        ALERTS["trail-stopped"],
        what=Text("subject.drift", {"document": document}),
        result=Text("result.told"),
        severity=Severity.INFO,
        who=who,
        account="111122223333",
    )

    assert subject.write(alert, Reader.of("en", "UTC", "prod"), 115) == (
        "[Info] Policies of the whole account for its log groups had changed, NOT undone - "
        + expected
    )


def test_a_path_as_a_name_keeps_its_beginning_and_its_end() -> None:
    alert = replace(
        ALERTS["An instance that stopped"],
        what=Text(
            "subject.instance.terminated",
            {
                "instance": "ProdPlatformStack/EcsCluster/DefaultAutoScalingGroup/BastionHost",
                "region": "us-east-1",
            },
        ),
    )

    assert subject.write(alert, Reader.of("en", "UTC"), LIMIT) == (
        "[Info] EC2 ProdPlatformSta…up/BastionHost terminated in us-east-1 - deploy-bot - "
        "111122223333"
    )
