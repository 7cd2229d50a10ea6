"""What a guard over the guard sees of one document."""

from __future__ import annotations

from typing import Any

from tests.deployed_evidence import BASELINE
from tests.guarded import OWN, POLICIES, SIDE
from tests.recorded import Recorded
from trailkeeper.guards.guard import Unreadable
from trailkeeper.guards.watched import guards_of

THEIR_KEY = "arn:aws:kms:us-east-1:999999999999:key/theirs"
DOCUMENTS = {
    f"{guard.name}.{document.name}": (guard, document)
    for guard in guards_of(SIDE, OWN, POLICIES)
    for document in guard.documents
}


def seen(account: Any, key: str) -> list[tuple[str, str]]:
    """Where a document differs, and what is there."""
    guard, document = DOCUMENTS[key]
    found = guard.compare(document, account, BASELINE)
    assert not isinstance(found, Unreadable), found
    return [(each.path, each.before) for each in found.changes] if found else []


def gone(service: str, code: str) -> Recorded:
    operations = {
        "sns": ("GetTopicAttributes", "ListSubscriptionsByTopic"),
        "sqs": ("GetQueueAttributes",),
    }
    return Recorded(dict.fromkeys(operations[service], code))
