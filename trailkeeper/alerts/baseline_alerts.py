"""What people are told when the baseline itself protects less than the one before."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from trailkeeper.alerts.alert import Alert, Command, Fact, Step
from trailkeeper.alerts.commands import shown, window_until
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.trails import Differs
from trailkeeper.words.text import Moment, Severity, Text

DETECTION = "baseline-weaker"

# CloudTrail's names, which have Lambda's API version in them.
_CHANGES = ",".join(
    (
        "ExecuteChangeSet",
        "PutParameter",
        "UpdateAlias20150331",
        "UpdateFunctionConfiguration20150331v2",
        "UpdateStack",
    )
)


def weaker(
    found: Sequence[Differs], baseline: Baseline, now: datetime, *, since: datetime
) -> Alert:
    """The alert that settings of the evidence are weaker now; `since` is when they were not yet."""
    digest = hashlib.sha256(repr(found).encode()).hexdigest()[:32]
    span = {
        "region": baseline.region,
        **window_until(now.isoformat(), now - since + timedelta(minutes=1)),
    }
    return Alert(
        detection=DETECTION,
        category="trail",
        severity=Severity.WARNING,
        what=Text("subject.baseline", {"count": len(found)}),
        who=Text("actor.nobody"),
        story=(
            Text("story.baseline", {"since": Moment(since.isoformat())}),
            Text("story.baseline_applied"),
        ),
        dedup_key=f"{DETECTION}/{digest}/{now:%Y-%m-%dT%H}",
        account=baseline.account,
        region=baseline.region,
        steps=(Step(Text("next.baseline")),),
        changes=tuple(
            Text(
                "change.other_trail",
                {"setting": each.setting, "before": each.before, "after": each.after},
            )
            for each in found
        ),
        facts=(Fact("label.resource", "BASELINE, trailkeeper-heal"),),
        evidence=shown(Command("calls-named", {"events": _CHANGES, **span})),
        occurred_at=now.isoformat(),
    )
