"""Somebody changes who can reach the log bucket beside its policy."""

from __future__ import annotations

from trailkeeper.detections import resources
from trailkeeper.detections.detection import Detection
from trailkeeper.words.text import Severity

DETECTION = Detection(
    id="log-bucket-opened",
    category="log-bucket",
    severity=Severity.CRITICAL,
    event_source="s3.amazonaws.com",
    events=(
        "PutBucketPublicAccessBlock",
        "DeleteBucketPublicAccessBlock",
        "PutBucketAcl",
        "PutBucketOwnershipControls",
        "DeleteBucketOwnershipControls",
        "PutBucketRequestPayment",
    ),
    resource_fields=("bucketName",),
    ours=resources.log_bucket,
    touches=(
        "log-bucket.public-access-block",
        "log-bucket.ownership",
        "log-bucket.request-payment",
    ),
    subject={"en": "Log bucket access changed", "ko": "로그 버킷 접근 설정 변경"},
    did={
        "en": "changed who can reach the log bucket {resource}",
        "ko": "로그 버킷({resource})의 접근 설정을 변경했습니다",
    },
)

# What follows is for people, tests and the demo: it is not packed for the functions.

from trailkeeper.detections.proof import Act, Example, Limit, Proof, Technique, healed


def _opened(id_: str, words: str, event: str, document: str, attack: Act) -> Technique:
    how = {
        "public-access-block": "The baseline's block is put back",
        "ownership": "ACLs count for nothing again",
        "request-payment": "The account pays for requests again",
    }[document]
    return Technique(
        id=id_,
        words=words,
        events=(event,),
        documents=(f"log-bucket.{document}",),
        how=how,
        known_as=(),
        attack=attack,
    )


PROOF = Proof(
    example=Example(
        {"bucketName": "trailkeeper-logs-111122223333-us-east-1"},
        healed("log-bucket.public-access-block", "BlockPublicPolicy", "false", "true"),
    ),
    techniques=(
        _opened(
            "log-bucket-public-access-unblocked",
            "Remove the public access block",
            "DeleteBucketPublicAccessBlock",
            "public-access-block",
            lambda a: a.s3.delete_public_access_block(Bucket=a.log_bucket),
        ),
        _opened(
            "log-bucket-public-access-weakened",
            "Allow public policies",
            "PutBucketPublicAccessBlock",
            "public-access-block",
            lambda a: a.s3.put_public_access_block(
                Bucket=a.log_bucket,
                PublicAccessBlockConfiguration={"BlockPublicAcls": True, "IgnorePublicAcls": True},
            ),
        ),
        _opened(
            "log-bucket-ownership-changed",
            "Let ACLs count again",
            "PutBucketOwnershipControls",
            "ownership",
            lambda a: a.s3.put_bucket_ownership_controls(
                Bucket=a.log_bucket,
                OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]},
            ),
        ),
        _opened(
            "log-bucket-ownership-removed",
            "Remove the ownership controls",
            "DeleteBucketOwnershipControls",
            "ownership",
            lambda a: a.s3.delete_bucket_ownership_controls(Bucket=a.log_bucket),
        ),
        _opened(
            "log-bucket-requester-pays",
            "Let whoever asks pay, which refuses readers who do not offer to",
            "PutBucketRequestPayment",
            "request-payment",
            lambda a: a.s3.put_bucket_request_payment(
                Bucket=a.log_bucket, RequestPaymentConfiguration={"Payer": "Requester"}
            ),
        ),
        Technique(
            id="log-bucket-acl-opened",
            words="Open the bucket by an ACL",
            events=("PutBucketAcl",),
            outcome="told",
            how="S3 refuses it, because ACLs count for nothing; the try is told",
            known_as=(),
            attack=lambda a: a.refused(
                lambda: a.s3.put_bucket_acl(Bucket=a.log_bucket, ACL="public-read")
            ),
        ),
    ),
    limits=(
        Limit(
            "Turn off the account's public access block",
            "The log bucket has a block of its own, which is guarded",
        ),
    ),
)
