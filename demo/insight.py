"""What CloudTrail Insights says when an API is called far more often than usual."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

_USUAL, _SEEN = 0.02, 41.0
_LASTED = timedelta(minutes=7)


def seen_by_insights(account: str, region: str) -> Iterator[dict[str, Any]]:
    """The start and the end, as EventBridge carries them.

    Source: CloudTrail user guide, "CloudTrail record contents for Insights events".
    """
    began = datetime.now(UTC) - _LASTED
    for state, at in (("Start", began), ("End", began + _LASTED)):
        yield {
            "detail-type": "AWS Insight via CloudTrail",
            "source": "aws.cloudtrail",
            "detail": {
                "eventVersion": "1.09",
                "eventTime": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "awsRegion": region,
                "eventID": f"of-the-demo-{state}",
                "eventType": "AwsCloudTrailInsight",
                "recipientAccountId": account,
                "sharedEventID": "of-the-demo",
                "eventCategory": "Insight",
                "insightDetails": {
                    "state": state,
                    "eventSource": "ec2.amazonaws.com",
                    "eventName": "RunInstances",
                    "insightType": "ApiCallRateInsight",
                    "insightContext": _context(account, ended=state == "End"),
                },
            },
        }


def _context(account: str, *, ended: bool) -> dict[str, Any]:
    statistics = {
        "baseline": {"average": _USUAL},
        "insight": {"average": _SEEN},
        "insightDuration": int(_LASTED.total_seconds() // 60) if ended else 1,
        "baselineDuration": 11_336,
    }
    user = {"value": f"arn:aws:iam::{account}:user/administrator", "average": _SEEN}
    who = {"attribute": "userIdentityArn", "insight": [user], "baseline": []}
    return {"statistics": statistics, **({} if ended else {"attributions": [who]})}
