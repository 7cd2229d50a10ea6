"""What cannot be read is said to be so."""

from __future__ import annotations

import pytest

from tests.deployed_evidence import BASELINE
from tests.guards.fields.compared import DOCUMENTS
from tests.recorded import Recorded
from trailkeeper.guards.guard import Unreadable


@pytest.mark.parametrize(
    ("key", "operation"),
    [
        ("guard-schedules.schedules", "GetSchedule"),
        ("guard-stack.protection", "DescribeStacks"),
        ("guard-roles.trust", "GetRole"),
        ("guard-roles.managed-policies", "GetPolicy"),
        ("guard-topics.topics", "GetTopicAttributes"),
        ("guard-queues.queues", "GetQueueAttributes"),
        ("guard-people.subscribers", "ListSubscriptionsByTopic"),
        ("guard-table.policy", "GetResourcePolicy"),
        ("guard-functions.callers", "GetPolicy"),
        ("guard-functions.failures", "GetFunctionEventInvokeConfig"),
    ],
)
def test_what_cannot_be_read_is_not_taken_for_gone(key: str, operation: str) -> None:
    guard, document = DOCUMENTS[key]

    found = guard.compare(document, Recorded({operation: "AccessDeniedException"}), BASELINE)

    assert isinstance(found, Unreadable)
