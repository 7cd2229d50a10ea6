"""What people are told of a delivered log file that cannot be read."""

from __future__ import annotations

from datetime import datetime

from trailkeeper.alerts.alert import Alert, Fact, Link, Step, known
from trailkeeper.alerts.console import Console
from trailkeeper.words.text import LONGEST_FIELD, Severity, Text


def unreadable_file(
    bucket: str, key: str, why: str, *, account: str, region: str, now: datetime
) -> Alert:
    """The alert of a file that is damaged or gone; the same reason is told once an hour."""
    return Alert(
        detection="log-file-unreadable",
        category="log-bucket",
        severity=Severity.WARNING,
        what=Text("subject.log_file"),
        story=(Text("log_file.story", {"why": why}), Text("log_file.count")),
        dedup_key=f"log-file/{why}/{now:%Y-%m-%dT%H}",
        account=account,
        region=region,
        steps=(Step(Text("log_file.next")),),
        facts=(
            Fact("label.log_file", key[:LONGEST_FIELD]),
            Fact("label.resource", bucket),
            Fact("label.reason", why),
        ),
        links=known(Link("link.bucket", Console(region).bucket(bucket))),
        occurred_at=now.isoformat(),
    )
