"""The roles' rights as the table of docs/permissions.md.

`python -m stacks.rights_table` prints it, `--write FILE` writes it.
."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace

from stacks import generated
from trailkeeper.environments.alert import AlertEnviron
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.evidence import documents
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.expected import ExpectedActor
from trailkeeper.evidence.functions import HEAL, WATCHER
from trailkeeper.evidence.permission import Permission
from trailkeeper.policies import readers
from trailkeeper.policies.denied import account_wide, denials
from trailkeeper.policies.own_parts import tags_kept
from trailkeeper.rights import roles as rights

SECTION = "permissions"

# Every option that adds a right is on.
_BASELINE = Baseline(
    partition="aws",
    region="REGION",
    account="ACCOUNT",
    trail_name="trailkeeper",
    evidence_key_arn="arn:aws:kms:REGION:ACCOUNT:key/EVIDENCE-KEY",
    log_retention_days=365,
    archive_after_days=None,
    expire_after_days=None,
    tags=(("KEY", "VALUE"),),
)
_ALERTS_KEY = "arn:aws:kms:REGION:ACCOUNT:key/ALERTS-KEY"
_STREAM = "arn:aws:firehose:REGION:ACCOUNT:deliverystream/STREAM"
_HEAL = HealEnviron(
    baseline=_BASELINE,
    alerts_queue_url="",
    contain="deny",
    expected_actors=(ExpectedActor(("PutBucketPolicy",), tags={"KEY": "VALUE"}),),
    watcher=True,
)
_ALERT = AlertEnviron(
    topic_arn="", queue_url="", table="", chat_topic_arn="chat", slack_webhook="ssm:/WEBHOOK"
)
_ALERT_WITH_A_SECRET = replace(_ALERT, slack_webhook="secretsmanager:WEBHOOK")


def rights_table() -> str:
    """Each role, each action, each resource, and why, as a Markdown table."""
    names = _BASELINE.names
    return generated.markdown_table(
        ("Role", "Actions", "Resources", "Why"),
        (
            *_rows(names.heal_role, rights.heal_rights(_HEAL)),
            *_rows(names.heal_role, rights.heal_watch_rights(_HEAL)),
            *_rows(names.alert_role, _alert_rights()),
            *_rows(names.alert_role, rights.alerts_key_rights(_ALERTS_KEY)),
            *_rows(names.schedule_role, rights.schedule_rights(HEAL)),
            *_rows(names.watcher_role, rights.watcher_rights(_HEAL, _ALERT)),
            *_rows(names.watch_schedule_role, rights.schedule_rights(WATCHER)),
            *_rows(names.deliveries_role, rights.deliveries_rights()),
            *_rows(names.stream_role, rights.stream_rights(_STREAM)),
            *_delivery(names.delivery_role),
            *_people(),
        ),
    )


def _alert_rights() -> tuple[Permission, ...]:
    """With the webhook in either place."""
    of_a_parameter = tuple(rights.alert_rights(_ALERT))
    of_a_secret = rights.alert_rights(_ALERT_WITH_A_SECRET)
    return (*of_a_parameter, *(each for each in of_a_secret if each not in of_a_parameter))


def _rows(role: str, permissions: Iterable[Permission]) -> Iterator[tuple[str, ...]]:
    for each in permissions:
        why = each.why[:1].upper() + each.why[1:]
        condition = " (with conditions)" if each.conditions else ""
        actions, resources = sorted(each.actions), each.resources(_BASELINE)
        denied = "**never** " if each.denied else ""
        yield (f"`{role}`", denied + _listed(actions), _listed(resources), why + condition)


def _delivery(role: str) -> Iterator[tuple[str, ...]]:
    for each in documents.delivery_role_policy(_BASELINE)["Statement"]:
        why = "Let CloudTrail write events to the log group"
        yield (f"`{role}`", _listed(each["Action"]), _listed([each["Resource"]]), why)


def _people() -> Iterator[tuple[str, ...]]:
    """Administrators are denied each of these twice: without MFA, and without the tag."""
    names = _BASELINE.names
    denied = (*denials(), *account_wide(), tags_kept())
    yield from _rows(names.administrators, (each for each in denied if each.resources(_BASELINE)))
    for allowed in readers.policies(_BASELINE, kms=True, athena=True, dashboard=True).values():
        yield from _rows(names.readers, allowed)


def _listed(words: Iterable[str]) -> str:
    return "<br>".join(f"`{word}`" for word in words)


if __name__ == "__main__":
    sys.exit(generated.run("stacks.rights_table", SECTION, rights_table))
