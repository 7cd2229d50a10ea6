"""The key that encrypts the evidence, and the parameter through which others learn its ARN."""

from __future__ import annotations

from aws_cdk import aws_kms as kms
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from trailkeeper.evidence import documents
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import EVIDENCE_KEY_ALIAS, EVIDENCE_KEY_PARAMETER


class EvidenceKey(Construct):
    """A rotated key that CloudTrail may use for our trail alone."""

    def __init__(self, scope: Construct, id_: str, *, baseline: Baseline) -> None:
        super().__init__(scope, id_)
        key = kms.CfnKey(
            self,
            "Key",
            description="Trailkeeper: encrypts the CloudTrail log files",
            key_policy=documents.evidence_key_policy(baseline),
            enable_key_rotation=True,
            # The longest that KMS offers: the time to notice that somebody scheduled its deletion.
            pending_window_in_days=30,
        )
        kms.CfnAlias(self, "Alias", alias_name=EVIDENCE_KEY_ALIAS, target_key_id=key.ref)
        ssm.CfnParameter(
            self,
            "Arn",
            name=EVIDENCE_KEY_PARAMETER,
            type="String",
            value=key.attr_arn,
            description="ARN of the key that encrypts the CloudTrail log files",
        )
        self.arn = key.attr_arn
