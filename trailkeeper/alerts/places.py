"""Where to look in the console."""

from __future__ import annotations

from collections.abc import Iterable

from trailkeeper.alerts.alert import Link, known
from trailkeeper.alerts.console import Console
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import LOG_GROUP
from trailkeeper.evidence.outcome import Report


def links(report: Report, baseline: Baseline, at: str) -> tuple[Link, ...]:
    """The parts of a report, and event history of when the trail went dark, or else of a time."""
    console = Console(baseline.region)
    since = report.gap.since if report.gap else None
    around = since.isoformat() if since else at
    return known(
        *_resource_links(console, baseline, {each.guard for each in report.outcomes}),
        Link("link.event_history", console.event_history(around=around)),
    )


def _resource_links(console: Console, baseline: Baseline, guards: set[str]) -> Iterable[Link]:
    """Where to look: the parts of the evidence that were not in order, the trail if none was."""
    if "log-bucket" in guards:
        yield Link("link.bucket", console.bucket(baseline.log_bucket))
    if "evidence-key" in guards and baseline.evidence_key_arn:
        yield Link("link.key", console.key(baseline.evidence_key_arn.rpartition("/")[2]))
    if "log-group" in guards:
        yield Link("link.log_group", console.log_group(LOG_GROUP))
    if not guards - {"delivery-role"} or guards & {"logging", "trail"}:
        yield Link("link.trail", console.trail(baseline.names.trail_arn))
