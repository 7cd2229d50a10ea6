"""The naive guard that also tells people, as Trailkeeper does."""

import json
import os

import boto3


def handler(event, context):  # type: ignore[no-untyped-def]
    client = boto3.client("cloudtrail")
    client.start_logging(Name=event["detail"]["requestParameters"]["name"])
    boto3.client("sns").publish(
        TopicArn=os.environ["TOPIC_ARN"],
        Subject="CloudTrail was stopped",
        Message=json.dumps(event["detail"]),
    )
