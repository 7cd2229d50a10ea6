"""The findings, in the order in which they are told: what keeps anybody from hearing comes first.

A new one is a file here and its place in this list; doctor itself, its page in the documents and
its tests are made from the records.
"""

from __future__ import annotations

from trailkeeper.cli.doctor.finding import Finding
from trailkeeper.cli.doctor.findings import (
    address_filtered,
    address_missing,
    address_pending,
    alarm_disarmed,
    alarm_muted,
    alarm_without_action,
    alarms_unheard,
    athena_blind,
    athena_unknown_partition,
    billing_data_missing,
    change_set_waiting,
    channel_failing,
    clock_wrong,
    concurrency_shared,
    dead_alerts,
    dead_files,
    dead_runs,
    delivery_broken,
    evidence_drifted,
    evidence_for_people,
    function_switched_off,
    function_unusable,
    guard_drifted,
    guard_for_people,
    heal_cannot_see,
    heal_silent,
    key_disabled,
    key_pending_deletion,
    look_overdue,
    mapping_filtered,
    mapping_off,
    message_refused,
    nobody_hears,
    other_trail,
    resource_gone,
    rule_disabled,
    rule_leads_nowhere,
    rule_rewritten,
    schedule_leads_nowhere,
    schedule_off,
    second_way_unheard,
    stack_busy,
    stack_failed,
    stack_gone,
    stack_half_deleted,
    stack_half_rolled_back,
    stack_half_updated,
    stack_never_made,
    stack_under_review,
    trail_gone,
    trail_stopped,
    version_differs,
)

STACKS: tuple[Finding, ...] = (
    stack_gone.FINDING,
    stack_under_review.FINDING,
    stack_never_made.FINDING,
    stack_half_deleted.FINDING,
    stack_half_rolled_back.FINDING,
    stack_half_updated.FINDING,
    stack_failed.FINDING,
    stack_busy.FINDING,
    change_set_waiting.FINDING,
)
"""Those about the stacks themselves, which `trailkeeper status` tells as well."""

FINDINGS: tuple[Finding, ...] = (
    trail_gone.FINDING,
    trail_stopped.FINDING,
    delivery_broken.FINDING,
    *STACKS,
    resource_gone.FINDING,
    version_differs.FINDING,
    function_switched_off.FINDING,
    concurrency_shared.FINDING,
    function_unusable.FINDING,
    heal_silent.FINDING,
    heal_cannot_see.FINDING,
    dead_runs.FINDING,
    dead_files.FINDING,
    nobody_hears.FINDING,
    address_pending.FINDING,
    address_missing.FINDING,
    address_filtered.FINDING,
    second_way_unheard.FINDING,
    key_disabled.FINDING,
    key_pending_deletion.FINDING,
    mapping_off.FINDING,
    mapping_filtered.FINDING,
    alarms_unheard.FINDING,
    channel_failing.FINDING,
    dead_alerts.FINDING,
    message_refused.FINDING,
    rule_disabled.FINDING,
    rule_leads_nowhere.FINDING,
    rule_rewritten.FINDING,
    schedule_off.FINDING,
    schedule_leads_nowhere.FINDING,
    look_overdue.FINDING,
    alarm_disarmed.FINDING,
    alarm_without_action.FINDING,
    alarm_muted.FINDING,
    evidence_drifted.FINDING,
    evidence_for_people.FINDING,
    guard_drifted.FINDING,
    guard_for_people.FINDING,
    other_trail.FINDING,
    billing_data_missing.FINDING,
    athena_blind.FINDING,
    athena_unknown_partition.FINDING,
    clock_wrong.FINDING,
)

# Finding the deployment, and asking its functions.
_ALWAYS = (
    "sts:GetCallerIdentity",
    "lambda:GetFunctionConfiguration",
    "cloudtrail:DescribeTrails",
)


def needs() -> tuple[str, ...]:
    """The IAM actions with which everything can be looked at."""
    return tuple(sorted({*_ALWAYS, *(each for finding in FINDINGS for each in finding.needs)}))
