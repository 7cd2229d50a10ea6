"""Where a stack is deployed, and what the settings mean there."""

from __future__ import annotations

from aws_cdk import Acknowledgment, Annotations, Stack, Tags, Validations

from stacks.settings import Settings
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.controls import CONTROLS, TRAIL_CHANGES


def baseline_of(stack: Stack, settings: Settings, *, evidence_key_arn: str | None) -> Baseline:
    """The baseline of a deployment; account and key may be tokens that CloudFormation resolves."""
    return Baseline(
        partition=stack.partition,
        region=stack.region,
        account=stack.account,
        trail_name=settings.trail_name,
        evidence_key_arn=evidence_key_arn,
        log_retention_days=settings.log_retention_days,
        archive_after_days=settings.archive_after_days,
        expire_after_days=settings.expire_after_days,
        keep_deleted_days=settings.keep_deleted_days,
        object_lock=settings.object_lock,
        object_lock_days=settings.object_lock_days,
        insight_types=settings.insight_types,
        controls=controls_of(settings),
        stream_to=settings.stream_log_group_to,
        data_buckets=settings.s3_data_events,
        data_functions=settings.lambda_data_events,
        own_invocations=settings.own_invocations,
        tags=tuple(sorted(settings.tags.items())),
    )


def controls_of(settings: Settings) -> tuple[str, ...]:
    """The CIS controls with an alarm, by id, in the order of the benchmark."""
    wanted = CONTROLS if settings.cis_alarms else (TRAIL_CHANGES.id,)
    return tuple(each for each in wanted if each not in settings.cis_alarms_off)


def tag(stack: Stack, settings: Settings) -> None:
    """Put the tags of the settings on every resource of a stack that can have tags."""
    for key, value in settings.tags.items():
        Tags.of(stack).add(key, value)


def leave_empty(stack: Stack, settings: str) -> None:
    """Say of a stack that the settings of these names turn off all that it would hold.

    The CDK command line deploys no such stack, and deletes what an earlier deploy made of it.
    """
    why = f"{settings} off: this stack has nothing in it, and is deleted if it was there."
    Annotations.of(stack).add_info(why)
    Validations.of(stack).acknowledge(
        Acknowledgment(id="CloudFormation-Validate::F0001", reason=why)
    )
