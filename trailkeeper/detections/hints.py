"""Whether a call is about the evidence, and which resource to name; a hint, never a target."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from trailkeeper.detections.catalogue import CLOUDTRAIL, IAM, KMS, LOGS, MONITORING, S3
from trailkeeper.events.event import ApiCall
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import EVIDENCE_KEY_ALIAS, LOG_GROUP

_SHOWN_CHARACTERS = 300

_RESOURCE_FIELDS = {
    CLOUDTRAIL: ("name", "trailName", "resourceId"),
    S3: ("bucketName",),
    KMS: ("keyId", "targetKeyId", "aliasName"),
    LOGS: ("logGroupName", "logGroupIdentifier"),
    IAM: ("roleName",),
    MONITORING: ("alarmNames", "alarmName"),
}


def resource(call: ApiCall) -> str:
    """The resource as the caller wrote it: a name or an ARN, untrusted, "" when it is not there."""
    return next(_named(call), "")[:_SHOWN_CHARACTERS]


def names_our_trail(call: ApiCall, baseline: Baseline) -> bool:
    """Whether a CloudTrail call means the guarded trail, by name, by ARN or by naming none."""
    return resource(call) in ("", baseline.trail_name, baseline.names.trail_arn)


def concerns(call: ApiCall, baseline: Baseline) -> bool:
    """Whether the call may be about our evidence.

    A body that CloudTrail left out, and a call that names nothing, may be about anything, so they
    are. Every call on a trail is: other trails have a guard of their own.
    """
    named = [*_named(call), *call.resource_arns]
    if call.source == CLOUDTRAIL or call.parameters_omitted or not named:
        return True
    ours = _our_names(call.source, baseline)
    if call.source == MONITORING:
        return any(name.startswith("trailkeeper-") for name in named)
    return any(name in ours or name.removesuffix(":*") in ours for name in named)


def _our_names(source: str, baseline: Baseline) -> set[str]:
    names = baseline.names
    match source:
        case "s3.amazonaws.com":
            return {
                names.log_bucket,
                names.log_bucket_arn,
                names.fallback_bucket,
                names.fallback_bucket_arn,
            }
        case "kms.amazonaws.com":
            key = baseline.evidence_key_arn or ""
            return {key, key.rsplit("/", 1)[-1], EVIDENCE_KEY_ALIAS} - {""}
        case "logs.amazonaws.com":
            return {LOG_GROUP, names.log_group_arn}
        case "iam.amazonaws.com":
            return {names.delivery_role, names.delivery_role_arn}
        case _:
            return set()


def _named(call: ApiCall) -> Iterator[str]:
    for field in _RESOURCE_FIELDS.get(call.source, ()):
        value: Any = call.parameters.get(field)
        if isinstance(value, str) and value:
            yield value
        elif isinstance(value, list):
            yield from (each for each in value if isinstance(each, str) and each)
