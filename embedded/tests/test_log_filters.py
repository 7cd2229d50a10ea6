"""Filter patterns of CloudWatch Logs, and where the embedded account uses them."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded.dialects.filter_patterns import InvalidPatternError, compile_pattern
from embedded.tests.bare_account import BareAccount

EVENT = {
    "eventName": "StopLogging",
    "eventType": "AwsApiCall",
    "userIdentity": {"type": "Root", "principals": ["a", "b"]},
    "readOnly": False,
    "errorCode": None,
    "count": 5,
    "odd.key": "x",
}
TAKES_LOGS = """
import base64, gzip, json, os, boto3
def handler(event, context):
    data = gzip.decompress(base64.b64decode(event["awslogs"]["data"])).decode()
    boto3.client("sqs").send_message(QueueUrl=os.environ["OUT"], MessageBody=data)
"""


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "StopLogging",
        '"Stop" -Start',
        "?Nothing ?Root",
        "%Stop[A-Z]\\w+%",
        '{ $.eventName = "StopLogging" }',
        "{ $.eventName = StopLogging }",
        '{ $.eventName = "Stop*" && $.count > 4 }',
        '{ ($.eventName = "No") || (($.count >= 5) && ($.count != 6)) }',
        '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS '
        '&& $.eventType != "AwsServiceEvent" }',
        '{ $.userIdentity.principals[1] = "b" }',
        '{ $.userIdentity.principals[*] = "a" }',
        "{ $.readOnly IS FALSE && $.errorCode IS NULL }",
        "{ $.['odd.key'] = x }",
        "{ $.eventName = %^Stop% }",
    ],
)
def test_a_match(pattern: str) -> None:
    assert compile_pattern(pattern)(json.dumps(EVENT))


@pytest.mark.parametrize(
    "pattern",
    [
        "StartLogging",
        "Stop -Root",
        "?Nothing ?Nobody",
        '{ $.eventName = "Stop" }',
        '{ $.eventName = "stoplogging" }',
        '{ $.missing != "x" }',
        "{ $.count < 5 }",
        "{ $.eventName NOT EXISTS }",
        "{ $.readOnly IS TRUE }",
        '{ $.userIdentity.principals[7] = "b" }',
    ],
)
def test_a_near_miss(pattern: str) -> None:
    assert not compile_pattern(pattern)(json.dumps(EVENT))


def test_a_json_pattern_matches_no_other_text() -> None:
    assert not compile_pattern('{ $.a = "b" }')("plain text")
    assert not compile_pattern('{ $.a = "b" }')("[1]")


@pytest.mark.parametrize(
    "pattern",
    ["[ip, user]", "{ $.a = }", "{ a = b }", "{ ($.a = b }", "{ $.a > word }", "{ $.a = b", "%(%"],
)
def test_what_cannot_be_evaluated_is_refused(pattern: str) -> None:
    with pytest.raises(InvalidPatternError):
        compile_pattern(pattern)


def put(logs: Any, group: str, *messages: str) -> None:
    now = int(time.time() * 1000)
    logs.put_log_events(
        logGroupName=group,
        logStreamName="s",
        logEvents=[{"timestamp": now, "message": message} for message in messages],
    )


def test_searches_and_metrics_of_a_log_group(account: BareAccount) -> None:
    logs = account.client("logs")
    logs.create_log_group(logGroupName="/patterns")
    logs.create_log_stream(logGroupName="/patterns", logStreamName="s")
    pattern = '{ $.eventName = "StopLogging" }'
    logs.put_metric_filter(
        logGroupName="/patterns",
        filterName="stops",
        filterPattern=pattern,
        metricTransformations=[
            {"metricName": "Stops", "metricNamespace": "Patterns", "metricValue": "1"},
            {
                "metricName": "Counts",
                "metricNamespace": "Patterns",
                "metricValue": "$.count",
                "dimensions": {"kind": "$.eventType"},
            },
        ],
    )
    start = {**EVENT, "eventName": "StartLogging"}
    put(logs, "/patterns", json.dumps(EVENT), json.dumps(start), "text")
    found = logs.filter_log_events(logGroupName="/patterns", filterPattern=pattern)["events"]
    assert [json.loads(each["message"]) for each in found] == [EVENT]
    assert account.metric("Patterns", "Stops") == 1
    assert account.metric("Patterns", "Counts", kind="AwsApiCall") == 5
    with pytest.raises(ClientError, match="space-delimited"):
        logs.filter_log_events(logGroupName="/patterns", filterPattern="[a, b]")
    tested = logs.test_metric_filter(
        filterPattern=pattern, logEventMessages=["text", json.dumps(EVENT)]
    )
    assert [each["eventNumber"] for each in tested["matches"]] == [2]


def test_a_subscription_gets_what_matches(account: BareAccount) -> None:
    logs, out = account.client("logs"), account.queue("subscribed-out")
    logs.create_log_group(logGroupName="/subscribed")
    logs.create_log_stream(logGroupName="/subscribed", logStreamName="s")
    role = account.role("subscribed", "lambda.amazonaws.com", sqs_SendMessage=out.arn)
    function = account.function(
        "subscribed", TAKES_LOGS, Role=role, Environment={"Variables": {"OUT": out.url}}
    )
    account.client("lambda").add_permission(
        FunctionName="subscribed",
        StatementId="logs",
        Action="lambda:InvokeFunction",
        Principal="logs.amazonaws.com",
    )
    logs.put_subscription_filter(
        logGroupName="/subscribed",
        filterName="big",
        filterPattern="{ $.count > 3 }",
        destinationArn=function,
    )
    put(logs, "/subscribed", '{"count": 1}', '{"count": 5}')
    messages = [each["message"] for each in out.message().body["logEvents"]]
    assert messages == ['{"count": 5}']
