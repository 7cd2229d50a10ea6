"""Counting what is delivered: off by default; on, a rule, a function, and silence is an alarm."""

from __future__ import annotations

from tests.stacks.deployed import ACCOUNT, EVIDENCE_KEY_ARN, REGION, Deployed, allowed
from tests.stacks.responding import ALARMS, FUNCTIONS, READABLE, RULE
from trailkeeper.environments.deliveries import DeliveriesEnviron

BUCKET = f"trailkeeper-logs-{ACCOUNT}-{REGION}"
DEAD = f"arn:aws:sqs:{REGION}:{ACCOUNT}:trailkeeper-deliveries-dead"


def test_it_is_off_by_default(response: Deployed, search: Deployed) -> None:
    names = {own["FunctionName"] for own in response.all(FUNCTIONS).values()}
    assert names == {"trailkeeper-heal", "trailkeeper-alert"}
    assert "deliveries" not in str(response.all(RULE))
    assert "RecordsBySource" not in search.text


def test_log_files_and_nothing_else_of_the_bucket_call_it(full_response: Deployed) -> None:
    rule = full_response.one(RULE, Name="trailkeeper-deliveries")

    assert rule["EventPattern"] == {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {
            "bucket": {"name": [BUCKET]},
            "object": {"key": [{"prefix": f"AWSLogs/{ACCOUNT}/CloudTrail/"}]},
        },
    }
    (target,) = rule["Targets"]
    assert target["Arn"].endswith(":function:trailkeeper-deliveries:live")
    assert target["DeadLetterConfig"] == {"Arn": DEAD}


def test_it_knows_where_it_is(full_response: Deployed) -> None:
    own = full_response.one(FUNCTIONS, FunctionName="trailkeeper-deliveries")

    environ = DeliveriesEnviron.from_environ(own["Environment"]["Variables"])

    assert (environ.account, environ.region, environ.log_bucket) == (ACCOUNT, REGION, BUCKET)
    assert environ.table == "trailkeeper-state"


def test_it_may_read_log_files_and_tell(full_response: Deployed) -> None:
    role = full_response.one("AWS::IAM::Role", RoleName=f"trailkeeper-deliveries-{REGION}")

    rights = {
        each["Action"] if isinstance(each["Action"], str) else tuple(each["Action"]): each
        for policy in role["Policies"]
        for each in allowed([policy["PolicyDocument"]])
    }
    found = {
        action: each["Resource"] for action, each in rights.items() if "sqs" not in str(action)
    }
    assert set(map(str, found)) == {
        str(("s3:GetObject",)),
        str(("kms:Decrypt",)),
        str(("dynamodb:PutItem",)),
        str(("logs:CreateLogStream", "logs:PutLogEvents")),
    }
    assert f"arn:aws:s3:::{BUCKET}/AWSLogs/*" in str(found)
    assert EVIDENCE_KEY_ARN in str(found)


def test_a_stopped_delivery_is_an_alarm_and_so_is_what_was_given_up(
    full_response: Deployed,
) -> None:
    silent = full_response.one(ALARMS, AlarmName="trailkeeper-deliveries-silent")

    assert (silent["Namespace"], silent["MetricName"]) == ("Trailkeeper", "RecordsDelivered")
    assert silent["Dimensions"] == [{"Name": "Function", "Value": "trailkeeper-deliveries"}]
    assert (silent["Threshold"], silent["ComparisonOperator"]) == (1, "LessThanThreshold")
    # 45 minutes, in periods so short that no old data is found behind them.
    assert (silent["Period"], silent["EvaluationPeriods"]) == (300, 9)
    assert silent["TreatMissingData"] == "breaching"
    assert silent["AlarmActions"] == silent["OKActions"] == [READABLE]
    for short in ("errors", "dead-letters"):
        assert full_response.one(ALARMS, AlarmName=f"trailkeeper-deliveries-{short}")


def test_the_dashboard_shows_it(full_search: Deployed) -> None:
    assert "RecordsBySource" in full_search.text
    assert "Records delivered by service and outcome" in full_search.text
