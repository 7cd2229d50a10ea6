"""Events come in every form that people have them in; what is none says what is missing."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from trailkeeper.cli.event_file import EventFileError, events_in, read_json
from trailkeeper.cli.instance_file import instance_of, instances_in

RECORD = {
    "eventID": "0a1b2c3d",
    "eventTime": "2026-11-20T03:04:05Z",
    "eventSource": "cloudtrail.amazonaws.com",
    "eventName": "StopLogging",
    "eventType": "AwsApiCall",
    "awsRegion": "eu-central-1",
    "recipientAccountId": "111122223333",
}
EVENT = {
    "version": "0",
    "id": "0a1b2c3d",
    "detail-type": "AWS API Call via CloudTrail",
    "source": "aws.cloudtrail",
    "account": "111122223333",
    "time": "2026-11-20T03:04:05Z",
    "region": "eu-central-1",
    "resources": [],
    "detail": RECORD,
}
LOOKED_UP = {"EventId": "0a1b2c3d", "CloudTrailEvent": json.dumps(RECORD)}
ALARM = {"AlarmName": "trailkeeper-heal-errors", "NewStateValue": "ALARM"}


@pytest.mark.parametrize(
    ("document", "events"),
    [
        (EVENT, 1),
        (RECORD, 1),
        ([RECORD, EVENT], 2),
        ({"Records": [RECORD, RECORD]}, 2),
        ({"Events": [LOOKED_UP], "NextToken": "x"}, 1),
        (LOOKED_UP, 1),
        ([LOOKED_UP, LOOKED_UP], 2),
        ({"events": [{"message": json.dumps(RECORD), "timestamp": 1}] * 2}, 2),
    ],
    ids=[
        *("event", "record", "list", "log file", "lookup-events", "one of them", "its Events"),
        "filter-log-events",
    ],
)
def test_a_call_is_the_same_in_every_form(document: Any, events: int) -> None:
    assert events_in(document) == (EVENT,) * events


def test_an_alarm_stays_as_it_is() -> None:
    assert events_in(ALARM) == (ALARM,)


@pytest.mark.parametrize(
    ("event_type", "detail_type"),
    [
        ("AwsVpceEvent", "AWS Network Activity Event via CloudTrail"),
        ("AwsConsoleSignIn", "AWS Console Sign In via CloudTrail"),
        ("AwsServiceEvent", "AWS Service Event via CloudTrail"),
        ("AwsNewEvent", "AwsNewEvent via CloudTrail"),
    ],
)
def test_a_record_of_another_kind_is_of_another_detail_type(
    event_type: str, detail_type: str
) -> None:
    (event,) = events_in({**RECORD, "eventType": event_type})

    assert event["detail-type"] == detail_type


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({}, "no event: given an empty object; needed: an EventBridge event, a CloudTrail record"),
        ({"what": 1, "is": 2}, "no event: given an object with what, is; needed"),
        (7, "no event: given a number"),
        ({"Records": []}, "it holds no event: it is empty"),
        ({"Records": [RECORD, {"s3": {}}]}, "Records[1]: no event: given an object with s3"),
        ({"eventName": "StopLogging"}, "a CloudTrail record needs eventSource, awsRegion"),
        ({**EVENT, "region": None}, "an EventBridge event needs region"),
        ({**EVENT, "detail": "x"}, "detail must be an object: given a string"),
        ({"detail-type": "x", "source": "y", "region": "z"}, "detail must be an object: missing"),
        ({"Events": [{"CloudTrailEvent": "{"}]}, "Events[0]: CloudTrailEvent is no JSON"),
        ({"Events": [{"EventId": "1"}]}, "Events[0]: no event: given an object with EventId"),
        ({"events": [{"message": "START"}]}, "events[0]: message is no JSON"),
        ({"CloudTrailEvent": "[]"}, "CloudTrailEvent holds no record: given a list"),
    ],
)
def test_what_is_missing_is_said(document: Any, words: str) -> None:
    with pytest.raises(EventFileError) as error:
        events_in(document)

    assert words in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_in_any_unicode_encoding(encoding: str) -> None:
    assert read_json(json.dumps(RECORD).encode(encoding)) == RECORD


@pytest.mark.parametrize("between", ["\n", "\r\n", "\t", " \n\n ", ""])
def test_records_that_follow_each_other(between: str) -> None:
    lines = between.join(json.dumps(each) for each in (RECORD, EVENT, RECORD))

    assert events_in(read_json(f"{lines}{between}".encode())) == (EVENT,) * 3


def test_a_log_file_as_cloudtrail_delivers_it() -> None:
    assert read_json(gzip.compress(json.dumps({"Records": [RECORD]}).encode())) == {
        "Records": [RECORD]
    }


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "it is no JSON"),
        (b"", "it is no JSON: it is empty"),
        (b" \n", "it is no JSON: it is empty"),
        (b"\xef\xbb\xbf", "it is no JSON: it is empty"),
        (json.dumps(RECORD).encode() + b"\n{", "it is no JSON"),
        (json.dumps(RECORD).encode() + b" and so on", "it is no JSON"),
        (b"\xff\xfe\xfd", "it is no JSON"),
        (b"\x1f\x8bnot really", "it begins like a gzip file and is none"),
        (gzip.compress(b"{}", mtime=0)[:-6], "it begins like a gzip file and is none"),
        (b"[" * 200_000, "it is nested too deeply"),
    ],
)
def test_a_file_that_is_no_json(content: bytes, words: str) -> None:
    with pytest.raises(EventFileError, match=words):
        read_json(content)


INSTANCE = {"InstanceId": "i-1", "Tags": [{"Key": "Name", "Value": "web-1"}]}


@pytest.mark.parametrize(
    "document",
    [
        INSTANCE,
        [INSTANCE],
        [[INSTANCE]],
        {"Instances": [INSTANCE]},
        {"Reservations": [{"Groups": [], "Instances": [INSTANCE]}]},
    ],
)
def test_instances_as_they_are_described(document: Any) -> None:
    found = instances_in(document)

    assert instance_of(found, "i-1") == {**INSTANCE, "Placement": {}}
    assert instance_of(found, "i-2") is None


def test_an_instance_was_launched_at_a_time() -> None:
    (found,) = instances_in({**INSTANCE, "LaunchTime": "2026-11-19T10:00:00+00:00"})

    assert found["LaunchTime"].isoformat() == "2026-11-19T10:00:00+00:00"


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"Reservations": []}, "it holds no instance"),
        ({"Volumes": []}, "it holds no instance"),
        ({**INSTANCE, "Tags": {"Name": "x"}}, "i-1: Tags must be a list"),
        ({**INSTANCE, "LaunchTime": "yesterday"}, "i-1: LaunchTime must be a time"),
        ({**INSTANCE, "Placement": "us-east-1a"}, "i-1: Placement must be an object"),
    ],
)
def test_what_is_no_instance(document: Any, words: str) -> None:
    with pytest.raises(EventFileError, match=words):
        instances_in(document)
