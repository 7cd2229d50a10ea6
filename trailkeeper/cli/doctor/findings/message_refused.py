"""A policy of a topic, queue, function or key drops what a service of AWS sends."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding
from trailkeeper.cli.doctor.wires import wires

_SENDERS = {
    "cloudwatch.amazonaws.com": "CloudWatch",
    "events.amazonaws.com": "EventBridge",
    "sns.amazonaws.com": "SNS",
}


def _look(deployment: Deployment) -> Iterator[Case]:
    refused: dict[tuple[str, str, str], list[str]] = {}
    for each in wires(deployment):
        if not each.is_open():
            refused.setdefault((each.receiver, each.sender, each.stack), []).append(each.source)
    for (receiver, sender, stack), sources in refused.items():
        names = sorted(source.rsplit("/", 1)[-1].rsplit(":", 1)[-1] for source in sources)
        of = names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
        yield {"receiver": receiver, "sender": _SENDERS[sender], "of": of, "stack": stack}


FINDING = Finding(
    id="message-refused",
    about="Policies",
    checks="the policies of topics, queues, functions and their key",
    look=_look,
    words="messages are DROPPED: the policy of {receiver} does not let {sender} in (of {of})",
    fix="npx cdk deploy {stack} --revert-drift",
    needs=(
        "sns:GetTopicAttributes",
        "sqs:GetQueueAttributes",
        "lambda:GetPolicy",
        "kms:GetKeyPolicy",
        "kms:DescribeKey",
    ),
)
