"""The guard that many blog posts show: the name from the event, one call, no questions."""

import boto3


def handler(event, context):  # type: ignore[no-untyped-def]
    client = boto3.client("cloudtrail")
    client.start_logging(Name=event["detail"]["requestParameters"]["name"])
