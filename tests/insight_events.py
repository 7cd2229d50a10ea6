"""The start and the end of an insight, as EventBridge carries them."""

from __future__ import annotations

from typing import Any


def event(state: str, **details: Any) -> dict[str, Any]:
    """As EventBridge carries it (CloudTrail user guide, "record contents for Insights events")."""
    ended = state == "End"
    statistics = {
        "baseline": {"average": 0.0000882145},
        "insight": {"average": 41.5 if ended else 664},
        "insightDuration": 7 if ended else 1,
        "baselineDuration": 11336,
    }
    users = [
        {"value": "arn:aws:sts::123456789012:assumed-role/Deploy/alice", "average": 1.5},
        {"value": "arn:aws:iam::123456789012:user/mallory", "average": 40.0},
    ]
    attributions = [
        {"attribute": "userIdentityArn", "insight": users, "baseline": []},
        {
            "attribute": "userAgent",
            "insight": [{"value": "aws-cli/2.31.0 os/macos", "average": 40.0}],
            "baseline": [],
        },
        {"attribute": "errorCode", "insight": [{"value": "null", "average": 41.5}]},
    ]
    return {
        "version": "0",
        "id": "9f5b",
        "detail-type": "AWS Insight via CloudTrail",
        "source": "aws.cloudtrail",
        "account": "123456789012",
        "time": "2026-11-26T10:07:00Z" if ended else "2026-11-26T10:00:00Z",
        "region": "eu-west-1",
        "resources": [],
        "detail": {
            "eventVersion": "1.09",
            "eventTime": "2026-11-26T10:07:00Z" if ended else "2026-11-26T10:00:00Z",
            "awsRegion": "eu-west-1",
            "eventID": f"event-{state}",
            "eventType": "AwsCloudTrailInsight",
            "recipientAccountId": "123456789012",
            "sharedEventID": "shared-1",
            "eventCategory": "Insight",
            "insightDetails": {
                "state": state,
                "eventSource": "ec2.amazonaws.com",
                "eventName": "RunInstances",
                "insightType": "ApiCallRateInsight",
                "insightContext": {
                    "statistics": statistics,
                    **({} if ended else {"attributions": attributions}),
                },
                **details,
            },
        },
    }
