"""What people are told of an item in the state table that Trailkeeper cannot have written."""

from __future__ import annotations

import hashlib
from datetime import datetime

from trailkeeper.alerts.alert import Alert, Command, Fact, Step
from trailkeeper.alerts.commands import shown, window_until
from trailkeeper.evidence.names import STATE_TABLE
from trailkeeper.words.text import LONGEST_FIELD, Severity, Text

DETECTION = "state-item-strange"


def strange(
    partition: str, sort: str, why: str, now: datetime, *, account: str, region: str
) -> Alert:
    """The alert of an item that says what cannot be, which decided nothing; told once a day."""
    digest = hashlib.sha256(f"{partition}\n{sort}".encode()).hexdigest()[:32]
    span = {"region": region, **window_until(now.isoformat())}
    return Alert(
        detection=DETECTION,
        category="alerting",
        severity=Severity.WARNING,
        what=Text("subject.state_item"),
        who=Text("actor.nobody"),
        story=(Text("story.state_item", {"table": STATE_TABLE}),),
        dedup_key=f"{DETECTION}/{digest}/{now:%Y-%m-%d}",
        account=account,
        region=region,
        steps=(Step(Text("next.state_item", {"table": STATE_TABLE})),),
        facts=(
            Fact("label.item", f"{partition[:100]} / {sort[:100]}"),
            Fact("label.reason", why[:LONGEST_FIELD]),
        ),
        evidence=shown(Command("calls-to", {"source": "dynamodb.amazonaws.com", **span})),
        occurred_at=now.isoformat(),
    )
