"""Whether a resource that a call names is part of the evidence, by name or by ARN."""

from __future__ import annotations

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import EVIDENCE_KEY_ALIAS, LOG_GROUP, PREFIX


def any_trail(name: str, baseline: Baseline) -> bool:
    """Every trail: those that are not the guarded one have a guard of their own."""
    return True


def log_bucket(name: str, baseline: Baseline) -> bool:
    """The log bucket, or the one that takes its place when a stranger has its name."""
    names = baseline.names
    return name in (
        *(names.log_bucket, names.log_bucket_arn),
        *(names.fallback_bucket, names.fallback_bucket_arn),
    )


def evidence_key(name: str, baseline: Baseline) -> bool:
    """The evidence key by ARN or id, and its alias."""
    key = baseline.evidence_key_arn
    return name == EVIDENCE_KEY_ALIAS or (key is not None and name in (key, key.rsplit("/", 1)[-1]))


def log_group(name: str, baseline: Baseline) -> bool:
    """The trail's log group; ARNs of log groups come with and without `:*`."""
    return name.removesuffix(":*") in (LOG_GROUP, baseline.names.log_group_arn)


def delivery_role(name: str, baseline: Baseline) -> bool:
    """The role that CloudTrail writes to the log group with, or the policy that bounds it."""
    names = baseline.names
    return name in (names.delivery_role, names.delivery_role_arn, names.delivery_boundary_arn)


def our_alarm(name: str, baseline: Baseline) -> bool:
    """An alarm that Trailkeeper deployed, which its name says."""
    return name.startswith(PREFIX)
