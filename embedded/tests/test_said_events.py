"""Events that only AWS itself sends, put on the bus for a test."""

from __future__ import annotations

import json
from typing import Any

import pytest

from embedded.control import RefusedError
from embedded.tests.bare_account import BareAccount

EVENT = {
    "source": "aws.cloudtrail",
    "detail-type": "AWS Insight via CloudTrail",
    "detail": {"sharedEventID": "1"},
}


def test_what_aws_says_reaches_the_rules_that_ask_for_it(account: BareAccount) -> None:
    queue, events = account.queue("said"), account.client("events")
    pattern = {"source": ["aws.cloudtrail"], "detail-type": ["AWS Insight via CloudTrail"]}
    rule = events.put_rule(Name="said", EventPattern=json.dumps(pattern))["RuleArn"]
    queue.allow("events.amazonaws.com", rule)
    events.put_targets(Rule="said", Targets=[{"Id": "queue", "Arn": queue.arn}])
    root = account.root

    root.control.say(EVENT | {"detail-type": "other"}, account=root.account, region=root.region)
    root.control.say(EVENT, account=root.account, region=root.region)

    heard = queue.message(seconds=2).body
    assert heard["detail"] == {"sharedEventID": "1"}
    assert (heard["account"], heard["region"]) == (root.account, root.region)
    assert queue.is_empty()


@pytest.mark.parametrize(
    "event",
    [EVENT | {"source": "my.own"}, EVENT | {"detail": "text"}, {"source": "aws.cloudtrail"}],
    ids=["a source of ours", "no detail", "no kind"],
)
def test_what_is_no_event_of_aws_is_refused(account: BareAccount, event: dict[str, Any]) -> None:
    with pytest.raises(RefusedError, match="the body must be"):
        account.root.control.say(event, account=account.root.account, region="us-east-1")
