"""What the response stack holds: names, ARNs, and ways to read its policies."""

from __future__ import annotations

from typing import Any

from tests.stacks.deployed import ACCOUNT, REGION, Deployed, statements

HEAL = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:trailkeeper-heal:live"
ALERT = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:trailkeeper-alert:live"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:trailkeeper-alerts"
HEAL_DEAD = f"arn:aws:sqs:{REGION}:{ACCOUNT}:trailkeeper-heal-dead"
ALERTS_DEAD = f"arn:aws:sqs:{REGION}:{ACCOUNT}:trailkeeper-alerts-dead"
PEOPLE = f"arn:aws:sns:{REGION}:{ACCOUNT}:trailkeeper-alerts"
READABLE = f"arn:aws:sns:{REGION}:{ACCOUNT}:trailkeeper-alarms"
ALERTS_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/AlertingAlertsKeyF63E7A37"
FUNCTIONS = "AWS::Lambda::Function"
RULE = "AWS::Events::Rule"
ALARMS = "AWS::CloudWatch::Alarm"
QUEUES = "AWS::SQS::Queue"
ROLES = "AWS::IAM::Role"
TOPICS = "AWS::SNS::Topic"
OUR_ALARMS = {
    "StringEquals": {"aws:SourceAccount": ACCOUNT},
    "ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:trailkeeper-*"},
}


def queue_policies(stack: Deployed) -> list[dict[str, Any]]:
    return [own["PolicyDocument"] for own in stack.all("AWS::SQS::QueuePolicy").values()]


def denies_plain_http(document: dict[str, Any]) -> bool:
    return any(
        each["Effect"] == "Deny"
        and each["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        and each["Principal"] in ("*", {"AWS": "*"})
        for each in statements(document)
    )


def queue_url() -> str:
    return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/trailkeeper-alerts"
