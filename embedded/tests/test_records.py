"""Records of calls, from what went over the wire."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest

from embedded.server import parameters, wire, wire_requests
from embedded.server.records import Exchange, Identity, Session, record_of

AT = datetime(2026, 11, 20, 9, 30, 15, 250_000, UTC)
ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/healer"
CALLER = Identity(
    "IAMUser", "AIDAEXAMPLE", f"arn:aws:iam::{ACCOUNT}:user/eve", ACCOUNT, "AKIA1", "eve"
)


def record(
    service: str,
    *,
    target: str = "",
    form: dict[str, str] | None = None,
    sent: Any = None,
    status: int = 200,
    answered: bytes = b"{}",
    caller: Identity = CALLER,
    region: str = "eu-west-1",
) -> dict[str, Any]:
    headers = {"user-agent": "Boto3", "x-amz-target": target} if target else {}
    body = json.dumps(sent).encode()
    if form is not None:
        headers = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
        body = urlencode(form).encode()
    request = wire.Request("POST", "/", {}, headers, body, "198.51.100.7")
    answer = wire.Answer(status, {"x-amzn-requestid": "request-1"}, answered)
    call = wire_requests.read_request(request, service)
    exchange = Exchange(call, request, answer, wire.Signature("AKIA1", region, service), AT)
    made = record_of(exchange, caller, key_arn=lambda *_: None, new_id=lambda: "event-1")
    assert made is not None
    return made


def test_a_whole_record():
    made = record("cloudtrail", target="CloudTrail.StopLogging", sent={"Name": "trail"})
    assert made == {
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "IAMUser",
            "principalId": "AIDAEXAMPLE",
            "arn": f"arn:aws:iam::{ACCOUNT}:user/eve",
            "accountId": ACCOUNT,
            "accessKeyId": "AKIA1",
            "userName": "eve",
        },
        "eventTime": "2026-11-20T09:30:15Z",
        "eventSource": "cloudtrail.amazonaws.com",
        "eventName": "StopLogging",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "Boto3",
        "requestParameters": {"name": "trail"},
        "responseElements": None,
        "requestID": "request-1",
        "eventID": "event-1",
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": ACCOUNT,
        "eventCategory": "Management",
    }


def test_an_update_answers_with_its_own_spelling():
    answer = {"Name": "trail", "LogFileValidationEnabled": False, "TrailARN": "arn:x"}
    made = record(
        "cloudtrail",
        target="CloudTrail.UpdateTrail",
        sent={"Name": "trail", "EnableLogFileValidation": False, "KmsKeyId": ""},
        answered=json.dumps(answer).encode(),
    )
    assert made["requestParameters"] == {
        "name": "trail",
        "kmsKeyId": "",
        "enableLogFileValidation": False,
    }
    assert made["responseElements"] == {
        "name": "trail",
        "trailARN": "arn:x",
        "logFileValidationEnabled": False,
    }


def test_a_failed_call_has_its_error_and_no_answer():
    made = record(
        "cloudtrail",
        target="CloudTrail.DeleteTrail",
        sent={"Name": "trail"},
        status=400,
        answered=b'{"__type": "TrailNotFoundException", "message": "Unknown trail: trail"}',
    )
    assert (made["errorCode"], made["errorMessage"]) == (
        "TrailNotFoundException",
        "Unknown trail: trail",
    )
    assert made["responseElements"] is None


def test_a_role_session_names_its_role():
    session = Session(ROLE, "AROAEXAMPLE", "healer", AT)
    arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/healer/healer"
    caller = Identity("AssumedRole", "AROAEXAMPLE:healer", arn, ACCOUNT, "ASIA1", session=session)
    made = record("cloudtrail", target="x.StartLogging", sent={"Name": "t"}, caller=caller)
    context = made["userIdentity"]["sessionContext"]
    assert context["sessionIssuer"]["arn"] == ROLE
    assert context["attributes"] == {
        "creationDate": "2026-11-20T09:30:15Z",
        "mfaAuthenticated": "false",
    }
    assert "userName" not in made["userIdentity"]


def test_events_of_iam_are_in_us_east_1_and_dates_as_cloudtrail_writes_them():
    made = record(
        "iam",
        form={"Action": "CreateUser", "Version": "2010-05-08", "UserName": "eve"},
        answered=(
            b'<CreateUserResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">'
            b"<CreateUserResult><User><UserName>eve</UserName>"
            b"<CreateDate>2026-11-20T14:05:09Z</CreateDate></User></CreateUserResult>"
            b"</CreateUserResponse>"
        ),
    )
    assert made["awsRegion"] == "us-east-1"
    assert made["responseElements"]["user"] == {
        "userName": "eve",
        "createDate": "Nov 20, 2026, 2:05:09 PM",
    }


def test_ec2_lists_are_sets_of_items():
    made = record(
        "ec2",
        form={
            "Action": "StopInstances",
            "Version": "2016-11-15",
            "InstanceId.1": "i-1",
            "InstanceId.2": "i-2",
        },
        answered=(
            b"<StopInstancesResponse><requestId>r</requestId><instancesSet><item>"
            b"<instanceId>i-1</instanceId><currentState><code>64</code><name>stopping</name>"
            b"</currentState></item></instancesSet></StopInstancesResponse>"
        ),
    )
    assert made["requestParameters"] == {
        "instancesSet": {"items": [{"instanceId": "i-1"}, {"instanceId": "i-2"}]}
    }
    assert made["responseElements"] == {
        "requestId": "r",
        "instancesSet": {
            "items": [{"instanceId": "i-1", "currentState": {"code": 64, "name": "stopping"}}]
        },
    }


def test_a_session_is_shown_without_its_secret():
    made = record(
        "sts",
        form={"Action": "AssumeRole", "RoleArn": ROLE, "RoleSessionName": "eve"},
        answered=(
            b"<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA2</AccessKeyId>"
            b"<SecretAccessKey>hush</SecretAccessKey></Credentials></AssumeRoleResult>"
            b"</AssumeRoleResponse>"
        ),
    )
    assert made["readOnly"] is True
    assert made["responseElements"] == {"credentials": {"accessKeyId": "ASIA2"}}
    assert made["resources"] == [{"accountId": ACCOUNT, "type": "AWS::IAM::Role", "ARN": ROLE}]


def test_times_in_parameters_are_spelt_like_times_in_answers():
    made = record("cloudtrail", target="T.LookupEvents", sent={"StartTime": 1795167015.5})
    assert made["requestParameters"] == {"startTime": "Nov 20, 2026, 9:30:15 AM"}


def test_an_answer_that_cannot_be_read_leaves_no_elements():
    made = record("kms", target="T.CreateKey", sent={}, answered=b"<html>")
    assert made["responseElements"] is None


@pytest.mark.parametrize(
    ("xml", "value"),
    [
        ("<A/>", ""),
        ("<A>true</A>", True),
        ("<A>30</A>", 30),
        ("<A>007</A>", "007"),
        ("<A><B>x</B></A>", {"B": "x"}),
        ("<A><B>x</B><B>2</B></A>", {"B": ["x", 2]}),
        ('<A xmlns="ns"><B/></A>', {"xmlns": "ns", "B": ""}),
    ],
)
def test_documents_become_json(xml: str, value: Any):
    assert parameters.xml_value(ElementTree.fromstring(xml)) == value


def test_too_much_is_left_out_and_said_to_be():
    left = parameters.limited("requestParameters", {"name": "x" * 100_000})
    assert left == {
        "reason": "requestParameters too large",
        "omitted": True,
        "originalSize": 100_012,
    }
    assert parameters.limited("requestParameters", None) is None
