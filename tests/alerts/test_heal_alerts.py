"""How loud people are told of a reconcile, and in which words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.detections.fixtures import load
from tests.detections.test_detections import BASELINE, NOW
from trailkeeper.alerts import heal_alerts
from trailkeeper.alerts.alert import Alert
from trailkeeper.alerts.commands import lines
from trailkeeper.detections import DETECTIONS, alarm_changed, log_bucket_observers_changed
from trailkeeper.detections.catalogue import Detection
from trailkeeper.detections.trail_stopped import DETECTION as STOPPED
from trailkeeper.events.event import Actor, ApiCall
from trailkeeper.evidence.drift import ABSENT, Change
from trailkeeper.evidence.outcome import Gap, Outcome, Report, Result
from trailkeeper.rendering import email
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
    own = detection.said.get(detection.events[0])
    subject, did = (own.subject, own.did) if own else (detection.subject, detection.did)
    if "{" not in subject[language]:
        assert said[0].startswith(subject[language])
    assert did[language].partition("{")[0] in said[1]


@pytest.mark.parametrize(
    ("region", "repair"),
    [
        (BASELINE.region, "npx cdk deploy TrailkeeperResponse --revert-drift"),
        ("eu-west-1", "npx cdk deploy TrailkeeperSatellite-eu-west-1 --revert-drift"),
    ],
)
def test_a_deleted_alarm_is_put_back_by_a_deploy_of_the_stack_that_has_it(
    region: str, repair: str
) -> None:
    call = replace(ApiCall.parse(load("alarm-changed", "DeleteAlarms")), region=region)

    (told,) = heal_alerts.of_report(Report(), BASELINE, NOW, call, alarm_changed.DETECTION)

    assert lines(told.repair) == (repair,)


def muted(*alarms: str) -> Alert:
    call = ApiCall.parse(load("alarm-changed", "DisableAlarmActions"))
    named = replace(call, parameters={"alarmNames": list(alarms)})
    (told,) = heal_alerts.of_report(Report(), BASELINE, NOW, named, alarm_changed.DETECTION)
    return told


@pytest.mark.parametrize(
    ("language", "subject", "story"),
    [
        (
            "en",
            "[Critical] Alarm trailkeeper-looks-silent muted, NOT undone - ",
            "muted Trailkeeper's alarm trailkeeper-looks-silent at ",
        ),
        (
            "ko",
            "[긴급] trailkeeper-looks-silent 감시 경보 꺼짐 → 복구 안 됨 | ",
            "Trailkeeper 감시 경보(trailkeeper-looks-silent)를 껐습니다.",
        ),
    ],
)
def test_a_muted_alarm_is_named_and_said_to_be_muted(
    language: str, subject: str, story: str
) -> None:
    mail = email.render(muted("trailkeeper-looks-silent"), Reader(language))

    assert mail.subject.startswith(subject)
    assert story in " ".join(mail.body.split())


def test_a_muted_alarm_is_put_right_by_the_command_that_does_it() -> None:
    one, two = muted("trailkeeper-looks-silent"), muted("trailkeeper-a", "other", "trailkeeper-b")

    assert lines(one.repair) == (
        "aws cloudwatch enable-alarm-actions --region us-east-1 "
        "--alarm-names trailkeeper-looks-silent",
    )
    assert lines(two.repair) == (
        "aws cloudwatch enable-alarm-actions --region us-east-1 "
        "--alarm-names trailkeeper-a trailkeeper-b",
    )
    deploy = ("npx cdk deploy TrailkeeperResponse --revert-drift",)
    assert lines(muted("trailkeeper-a; reboot").repair) == deploy
    assert "trailkeeper-a and 2 more" in email.render(two, Reader()).body


def test_the_link_of_an_alarm_opens_the_alarm() -> None:
    link, _ = muted("trailkeeper-looks-silent").links

    assert link.label == "link.alarm"
    assert link.url.endswith("#alarmsV2:alarm/trailkeeper-looks-silent")


def test_a_mute_rule_is_said_without_an_alarm_that_the_call_does_not_name() -> None:
    call = ApiCall.parse(load("alarm-changed", "PutAlarmMuteRule"))

    (told,) = heal_alerts.of_report(Report(), BASELINE, NOW, call, alarm_changed.DETECTION)

    mail = email.render(told, Reader())
    assert mail.subject.startswith("[Critical] Alarms muted by a rule, NOT undone - ")
    assert lines(told.repair) == (
        "aws cloudwatch delete-alarm-mute-rule --region us-east-1 --alarm-mute-rule-name quiet",
    )


@pytest.mark.parametrize("name", [None, 7, "", "a; id"])
def test_a_mute_rule_whose_name_is_none_is_deleted_by_no_command(name: object) -> None:
    call = ApiCall.parse(load("alarm-changed", "PutAlarmMuteRule"))
    call = replace(call, parameters={**call.parameters, "name": name})

    (told,) = heal_alerts.of_report(Report(), BASELINE, NOW, call, alarm_changed.DETECTION)

    assert told.repair is None


GONE_TRAIL = Outcome("logging", "status", Result.HEALED, gone=True)
GONE_BUCKET = Outcome("log-bucket", "policy", Result.HEALED, gone=True)
STARTED = Outcome("logging", "status", Result.HEALED)
CHANGED = Outcome("trail", "settings", Result.HEALED)
DARK = Gap(NOW - timedelta(seconds=90), NOW)


@pytest.mark.parametrize(
    ("report", "result"),
    [
        (Report((CHANGED,)), "result.healed"),
        (Report((CHANGED, GONE_BUCKET)), "result.recreated"),
        (Report((CHANGED, GONE_TRAIL), DARK), "result.recreated"),
        (Report((GONE_BUCKET, STARTED), DARK), "result.started"),
        (Report((CHANGED, STARTED)), "result.started_again"),
        (
            Report((CHANGED, replace(CHANGED, document="tags", result=Result.TOLD))),
            "result.healed_in_part",
        ),
        (
            Report((STARTED, replace(STARTED, document="delivery", result=Result.TOLD)), DARK),
            "result.started",
        ),
    ],
)
def test_how_it_was_put_right(report: Report, result: str) -> None:
    (told,) = heal_alerts.of_report(report, BASELINE, NOW)

    assert told.result is not None
    assert told.result.key == result


def test_the_evidence_is_the_hour_around_the_call() -> None:
    call = ApiCall.parse(load("trail-stopped", "StopLogging"))

    (told,) = heal_alerts.of_report(
        Report(), BASELINE, NOW, replace(call, time="2026-11-20T03:04:05Z"), STOPPED
    )

    assert told.evidence
    assert told.evidence.params["since"] == "2026-11-20T02:34:05Z"
    assert told.evidence.params["until"] == "2026-11-20T03:34:05Z"


COPIED = Outcome(
    "log-bucket",
    "replication",
    Result.TOLD,
    (
        Change("Role", "arn:aws:iam::111122223333:role/copy", ABSENT),
        Change(
            "Rules",
            '[{"Destination": {"Bucket": "arn:aws:s3:::evil-bucket"}, "Status": "Enabled"}]',
            ABSENT,
        ),
    ),
    "machine_must_not",
)


def test_copied_log_files_are_critical_whoever_set_it_and_the_subject_says_where_they_go() -> None:
    call = ApiCall.parse(load("log-bucket-observers-changed", "PutBucketReplication"))
    detection = log_bucket_observers_changed.DETECTION

    (called,) = heal_alerts.of_report(Report((COPIED,)), BASELINE, NOW, call, detection)
    (found,) = heal_alerts.of_report(Report((COPIED,)), BASELINE, NOW)

    for alert in (called, found):
        assert alert.severity is CRITICAL
        subject = email.render(alert, Reader()).subject
        assert lines(alert.repair) == (
            f"aws s3api delete-bucket-replication --bucket {BASELINE.log_bucket}",
        )
        assert subject.startswith("[Critical] Log files are copied to evil-bucket, NOT undone - ")


def outcomes_of(*results: Result) -> Report:
    documents = ("policy", "versioning", "lifecycle", "ownership")
    return Report(
        tuple(
            Outcome("log-bucket", document, result, reason="machine_must_not")
            for document, result in zip(documents, results, strict=False)
        )
    )


HEALED, FAILED, TOLD, UNREADABLE = Result.HEALED, Result.FAILED, Result.TOLD, Result.UNREADABLE


@pytest.mark.parametrize(
    ("results", "subject", "korean", "story"),
    [
        (
            (HEALED, TOLD),
            "[Warning] Log bucket policy + 1 more had changed, put back in part - by whom unknown",
            "[경고] 로그 버킷의 정책 외 1건 변경됨 → 일부만 복구 완료",
            "found 2 settings not as deployed, and no event says who changed that. Trailkeeper put "
            "part of it back as deployed and read that back. Left for you: log bucket versioning.",
        ),
        (
            (HEALED, FAILED),
            "[Critical] Log bucket policy + 1 more had changed, NOT all put right",
            "[긴급] 로그 버킷의 정책 외 1건 변경됨 → 일부 복구 실패",
            "Trailkeeper put part of it right and could NOT put right the rest: log bucket "
            "versioning. The evidence is weaker than it was.",
        ),
        (
            (HEALED, UNREADABLE),
            "[Critical] Log bucket policy had changed, put back in part",
            "[긴급] 로그 버킷의 정책 변경됨 → 일부만 복구 완료",
            "found 1 setting not as deployed, and no event says who changed that. Trailkeeper put "
            "part of it back as deployed and read that back. 1 more setting could NOT be read: "
            "log bucket versioning.",
        ),
        (
            (UNREADABLE, UNREADABLE),
            "[Critical] 2 parts of the evidence could not be checked - 1",
            "[긴급] 감사 로그 설정 2건 확인 불가 | 1",
            "could NOT read 2 settings of the evidence. Nobody knows whether these are as "
            "deployed, as they could NOT be read: log bucket policy, log bucket versioning.",
        ),
        (
            (TOLD, UNREADABLE),
            "[Critical] Log bucket policy had changed, NOT checked - by whom unknown",
            "[긴급] 로그 버킷의 정책 변경됨 → 확인 실패",
            "Nobody knows whether these are as deployed, as they could NOT be read: log bucket "
            "versioning. Left for you: log bucket policy.",
        ),
    ],
)
def test_what_ended_in_several_ways_is_told_as_each_of_them(
    results: tuple[Result, ...], subject: str, korean: str, story: str
) -> None:
    (told,) = heal_alerts.of_report(outcomes_of(*results), BASELINE, NOW)

    mail = email.render(told, Reader())
    assert mail.subject.startswith(subject)
    assert email.render(told, Reader("ko")).subject.startswith(korean)
    assert " ".join(mail.body.split("\n\n")[0].split()).endswith(story)


def test_what_nobody_could_read_asks_nobody_who_changed_it() -> None:
    (told,) = heal_alerts.of_report(outcomes_of(UNREADABLE), BASELINE, NOW)

    body = email.render(told, Reader()).body
    assert "Find out who" not in body
    assert "NOT put right" not in body
    assert "1. Nothing to put right yet: Trailkeeper reads it again at every check." in body


@pytest.mark.parametrize(
    ("error", "step"),
    [
        ("AccessDenied: no", "next.permissions"),
        ("AccessDeniedException: no", "next.permissions"),
        ("UnauthorizedOperation: no", "next.permissions"),
        ("AuthorizationError: no", "next.permissions"),
        ("ThrottlingException: later", "next.repair"),
    ],
)
def test_what_was_refused_is_a_matter_of_rights(error: str, step: str) -> None:
    failed = Outcome("trail", "settings", Result.FAILED, error=error)

    (told,) = heal_alerts.of_report(Report((failed,)), BASELINE, NOW)

    assert told.steps[0].text.key == step


@pytest.mark.parametrize(
    ("report", "group"),
    [
        (Report(), "calls/trail-stopped:StopLogging/arn:aws:iam::111122223333:user/deploy-bot"),
        (
            outcomes_of(TOLD, TOLD),
            "losses/trail-stopped:log-bucket.policy:log-bucket.versioning/"
            "arn:aws:iam::111122223333:user/deploy-bot",
        ),
        (outcomes_of(HEALED, TOLD), None),
        (outcomes_of(HEALED), None),
    ],
)
def test_what_is_counted_together_is_the_same_loss(report: Report, group: str | None) -> None:
    call = ApiCall.parse(load("trail-stopped", "StopLogging"))
    call = replace(call, actor=Actor(principal_arn="arn:aws:iam::111122223333:user/deploy-bot"))

    touching = replace(STOPPED, touches=ALL)
    (told,) = heal_alerts.of_report(report, BASELINE, NOW, call, touching)

    assert told.group == group


def test_where_a_trail_delivers_is_told_as_far_as_the_call_says() -> None:
    said = {
        "s3BucketName": "evil-bucket",
        "cloudWatchLogsLogGroupArn": "arn:aws:logs:us-east-1:111122223333:log-group:evil",
        "snsTopicName": "evil-topic",
    }
    known = ApiCall.parse(load("trail-stopped", "StopLogging"))

    def told(parameters: dict[str, Any]) -> dict[str, Any]:
        call = replace(known, parameters=parameters)
        (alert,) = heal_alerts.of_report(Report(), BASELINE, NOW, call, STOPPED)
        delivered = ("label.delivers_to", "label.log_group_of_trail", "label.topic_of_trail")
        return {each.label: each.value for each in alert.facts if each.label in delivered}

    assert told(said) == {
        "label.delivers_to": "evil-bucket",
        "label.log_group_of_trail": "arn:aws:logs:us-east-1:111122223333:log-group:evil",
        "label.topic_of_trail": "evil-topic",
    }
    for strange in ("", 7, None, ["evil"], {"a": "b"}):
        assert told(dict.fromkeys(said, strange)) == {}


@pytest.mark.parametrize(("said", "region"), [("eu-west-1", "eu-west-1"), ("", "us-east-1")])
def test_the_link_of_an_alarm_leads_to_the_region_of_the_call(said: str, region: str) -> None:
    call = replace(ApiCall.parse(load("alarm-changed", "DisableAlarmActions")), region=said)

    (told,) = heal_alerts.of_report(Report(), BASELINE, NOW, call, alarm_changed.DETECTION)

    (link,) = (each.url for each in told.links if each.label == "link.alarm")
    assert link.startswith(f"https://{region}.console.aws.amazon.com/")
    assert told.region == region
