"""The baseline: how the evidence must look, made from the settings, handed to the heal function."""

from __future__ import annotations

from dataclasses import dataclass, replace

from trailkeeper.evidence import defaults
from trailkeeper.evidence.defaults import ObjectLock
from trailkeeper.evidence.names import Names


@dataclass(frozen=True, slots=True)
class Baseline:
    """The settings that decide how the evidence looks; `documents` derives every document from it.

    Days are counted in whole days; `archive_after_days` and `expire_after_days` None mean never.
    `keep_deleted_days` is how long a hidden version of a log file can still be brought back.
    `evidence_key_arn` None means SSE-S3. `controls` are the CIS controls that are monitored, by id.
    `stream_to` is the ARN of the stream that the log group is streamed on to, None for none.
    `data_buckets` and `data_functions` are the names whose data events are recorded, ("*",) for all
    there are; `own_invocations` are those of our own functions.
    """

    partition: str
    region: str
    account: str
    trail_name: str
    evidence_key_arn: str | None
    log_retention_days: int
    archive_after_days: int | None
    expire_after_days: int | None
    object_lock: ObjectLock = defaults.OBJECT_LOCK
    object_lock_days: int = defaults.OBJECT_LOCK_DAYS
    insight_types: tuple[str, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    on_fallback_bucket: bool = False
    keep_deleted_days: int = defaults.KEEP_DELETED_DAYS
    controls: tuple[str, ...] = ()
    stream_to: str | None = None
    data_buckets: tuple[str, ...] = ()
    data_functions: tuple[str, ...] = ()
    own_invocations: bool = defaults.OWN_INVOCATIONS

    @property
    def log_bucket(self) -> str:
        """Where the trail delivers to: the log bucket, or the fallback when a stranger has that."""
        names = self.names
        return names.fallback_bucket if self.on_fallback_bucket else names.log_bucket

    @property
    def log_bucket_arn(self) -> str:
        """The ARN of `log_bucket`."""
        return f"arn:{self.partition}:s3:::{self.log_bucket}"

    def without_key(self) -> Baseline:
        """What is wanted while the evidence key is unusable: unencrypted logs beat no logs."""
        return replace(self, evidence_key_arn=None)

    def on_fallback(self) -> Baseline:
        """What is wanted while a stranger owns the name of the log bucket."""
        return replace(self, on_fallback_bucket=True)

    @property
    def names(self) -> Names:
        """The names and ARNs of this deployment."""
        return Names(self.partition, self.region, self.account, self.trail_name)
