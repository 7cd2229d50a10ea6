"""What people are told when the secret that says where Slack messages go is not what it was."""

from __future__ import annotations

from trailkeeper.alerts.alert import Alert, Command, Fact, Step
from trailkeeper.alerts.commands import shown, window_until
from trailkeeper.words.text import Severity, Text

DETECTION = "webhook-changed"

_CHANGES = "PutParameter,DeleteParameter,PutSecretValue,UpdateSecret,DeleteSecret"


def changed(reference: str, digest: str, now: str, *, account: str, region: str) -> Alert:
    """The alert that Slack messages go to another URL since now (ISO 8601).

    `reference` is where the URL is kept, `digest` that of the new one.
    """
    store, _, name = reference.partition(":")
    span = {"region": region, **window_until(now)}
    return Alert(
        detection=DETECTION,
        category="alerting",
        severity=Severity.WARNING,
        what=Text("subject.webhook"),
        result=Text("result.told"),
        who=Text("actor.nobody"),
        story=(Text("story.webhook", {"name": name}), Text("story.webhook_slack")),
        dedup_key=f"{DETECTION}/{digest}/{now[:13]}",
        account=account,
        region=region,
        steps=(Step(Text("next.webhook")),),
        facts=(Fact("label.resource", f"{store}:{name}"),),
        evidence=shown(Command("calls-named", {"events": _CHANGES, **span})),
        occurred_at=now,
    )
