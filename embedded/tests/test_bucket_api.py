"""Bucket settings of the embedded account: read back as written, refused as AWS refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded.tests.bare_account import BareAccount
from embedded.tests.users import policy, stranger, user

TRAIL_MAY_READ_ACL = {
    "Sid": "acl",
    "Effect": "Allow",
    "Principal": {"Service": "cloudtrail.amazonaws.com"},
    "Action": "s3:GetBucketAcl",
}
LIFECYCLE: list[dict[str, Any]] = [
    {
        "ID": "age",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "Transitions": [{"Days": 90, "StorageClass": "GLACIER_IR"}],
        "Expiration": {"Days": 400},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 30, "NewerNoncurrentVersions": 3},
        "NoncurrentVersionTransitions": [{"NoncurrentDays": 7, "StorageClass": "GLACIER"}],
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
    },
    {
        "ID": "tagged",
        "Status": "Disabled",
        "Filter": {
            "And": {
                "Prefix": "a/",
                "Tags": [{"Key": "k", "Value": "v"}],
                "ObjectSizeGreaterThan": 5,
            }
        },
        "Expiration": {"ExpiredObjectDeleteMarker": True},
    },
]


def bucket(account: BareAccount, name: str, **settings: Any) -> Any:
    s3 = account.client("s3")
    s3.create_bucket(Bucket=name, **settings)
    return s3


def code_of(caught: pytest.ExceptionInfo[ClientError]) -> str:
    return str(caught.value.response["Error"]["Code"])


def test_a_policy_comes_back_as_it_was_written(account: BareAccount) -> None:
    s3 = bucket(account, "policy")
    document = policy({**TRAIL_MAY_READ_ACL, "Resource": "arn:aws:s3:::policy"})
    s3.put_bucket_policy(Bucket="policy", Policy=document)
    assert s3.get_bucket_policy(Bucket="policy")["Policy"] == document
    assert s3.get_bucket_policy_status(Bucket="policy")["PolicyStatus"] == {"IsPublic": False}
    s3.delete_bucket_policy(Bucket="policy")
    for read in (s3.get_bucket_policy, s3.get_bucket_policy_status):
        with pytest.raises(ClientError) as caught:
            read(Bucket="policy")
        assert code_of(caught) == "NoSuchBucketPolicy"


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("{nonsense", "valid JSON"),
        ("{}", "Missing required field Statement"),
        (policy(), "Statement is empty"),
        (policy({**TRAIL_MAY_READ_ACL, "Resource": "arn:aws:s3:::else"}), "invalid resource"),
        (policy({**TRAIL_MAY_READ_ACL}), "Missing required field Resource"),
        (
            policy({**TRAIL_MAY_READ_ACL, "Resource": "arn:aws:s3:::malformed", "Action": "ec2:*"}),
            "invalid action",
        ),
        (
            policy(
                {
                    **TRAIL_MAY_READ_ACL,
                    "Resource": "arn:aws:s3:::malformed",
                    "Principal": {"AWS": "arn:aws:iam::111122223333:role/nobody"},
                }
            ),
            "Invalid principal",
        ),
        (
            policy(
                {
                    **TRAIL_MAY_READ_ACL,
                    "Resource": "arn:aws:s3:::malformed",
                    "Action": "s3:PutObject",
                }
            ),
            "does not apply to any resource",
        ),
    ],
)
def test_malformed_policies_are_refused(account: BareAccount, document: str, words: str) -> None:
    s3 = bucket(account, "malformed")
    with pytest.raises(ClientError, match=words) as caught:
        s3.put_bucket_policy(Bucket="malformed", Policy=document)
    assert code_of(caught) == "MalformedPolicy"


def test_a_deny_in_the_policy_counts_for_everybody_but_root(account: BareAccount) -> None:
    s3 = bucket(account, "denied")
    administrator = user(account, "denied").may("*")
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:*"}
    resources = ["arn:aws:s3:::denied", "arn:aws:s3:::denied/*"]
    theirs = administrator.client("s3")
    theirs.put_bucket_policy(Bucket="denied", Policy=policy({**deny, "Resource": resources}))
    for call in (theirs.get_bucket_policy, theirs.delete_bucket_policy, theirs.list_objects_v2):
        with pytest.raises(ClientError) as caught:
            call(Bucket="denied")
        assert code_of(caught) == "AccessDenied"
    s3.delete_bucket_policy(Bucket="denied")
    assert theirs.list_objects_v2(Bucket="denied")["KeyCount"] == 0


def test_block_public_access(account: BareAccount) -> None:
    s3 = bucket(account, "public")
    wide = policy(
        {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::public/*",
        }
    )
    with pytest.raises(ClientError) as caught:
        s3.put_bucket_policy(Bucket="public", Policy=wide)
    assert code_of(caught) == "AccessDenied"
    s3.delete_public_access_block(Bucket="public")
    with pytest.raises(ClientError) as caught:
        s3.get_public_access_block(Bucket="public")
    assert code_of(caught) == "NoSuchPublicAccessBlockConfiguration"
    s3.put_bucket_policy(Bucket="public", Policy=wide)
    assert s3.get_bucket_policy_status(Bucket="public")["PolicyStatus"] == {"IsPublic": True}
    blocks = {
        "BlockPublicAcls": True,
        "IgnorePublicAcls": True,
        "BlockPublicPolicy": False,
        "RestrictPublicBuckets": True,
    }
    s3.put_public_access_block(Bucket="public", PublicAccessBlockConfiguration=blocks)
    read = s3.get_public_access_block(Bucket="public")["PublicAccessBlockConfiguration"]
    assert read == blocks


def test_life_cycle(account: BareAccount) -> None:
    s3 = bucket(account, "aging")
    s3.put_bucket_lifecycle_configuration(
        Bucket="aging", LifecycleConfiguration={"Rules": LIFECYCLE}
    )
    assert s3.get_bucket_lifecycle_configuration(Bucket="aging")["Rules"] == LIFECYCLE
    without_action = {"ID": "x", "Status": "Enabled", "Filter": {"Prefix": ""}}
    with pytest.raises(ClientError) as caught:
        s3.put_bucket_lifecycle_configuration(
            Bucket="aging", LifecycleConfiguration={"Rules": [without_action]}
        )
    assert code_of(caught) == "InvalidRequest"
    s3.delete_bucket_lifecycle(Bucket="aging")
    with pytest.raises(ClientError) as caught:
        s3.get_bucket_lifecycle_configuration(Bucket="aging")
    assert code_of(caught) == "NoSuchLifecycleConfiguration"


def test_versioning_cannot_be_suspended_under_object_lock_or_replication(
    account: BareAccount,
) -> None:
    s3 = bucket(account, "locked", ObjectLockEnabledForBucket=True)
    retention = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 3}}
    lock = {"ObjectLockEnabled": "Enabled", "Rule": retention}
    s3.put_object_lock_configuration(Bucket="locked", ObjectLockConfiguration=lock)
    read = s3.get_object_lock_configuration(Bucket="locked")
    assert read["ObjectLockConfiguration"] == lock
    suspended = {"Status": "Suspended"}
    with pytest.raises(ClientError) as caught:
        s3.put_bucket_versioning(Bucket="locked", VersioningConfiguration=suspended)
    assert code_of(caught) == "InvalidBucketState"

    bucket(account, "free")
    s3.put_bucket_versioning(Bucket="free", VersioningConfiguration={"Status": "Enabled"})
    role = account.role("replication", "s3.amazonaws.com")
    replication = {
        "Role": role,
        "Rules": [
            {
                "ID": "copy",
                "Priority": 1,
                "Status": "Enabled",
                "Filter": {"Prefix": ""},
                "DeleteMarkerReplication": {"Status": "Disabled"},
                "Destination": {"Bucket": "arn:aws:s3:::locked"},
            }
        ],
    }
    s3.put_bucket_replication(Bucket="free", ReplicationConfiguration=replication)
    read = s3.get_bucket_replication(Bucket="free")["ReplicationConfiguration"]
    assert read == replication
    with pytest.raises(ClientError) as caught:
        s3.put_bucket_versioning(Bucket="free", VersioningConfiguration=suspended)
    assert code_of(caught) == "InvalidBucketState"
    s3.delete_bucket_replication(Bucket="free")
    s3.put_bucket_versioning(Bucket="free", VersioningConfiguration=suspended)
    assert s3.get_bucket_versioning(Bucket="free")["Status"] == "Suspended"
    with pytest.raises(ClientError) as caught:
        s3.put_bucket_versioning(
            Bucket="free",
            VersioningConfiguration={"Status": "Enabled", "MFADelete": "Enabled"},
        )
    assert code_of(caught) == "AccessDenied"


def test_encryption(account: BareAccount) -> None:
    s3 = bucket(account, "secret")
    key = account.client("kms").create_key()["KeyMetadata"]["Arn"]
    by_key = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    rule = {"ApplyServerSideEncryptionByDefault": by_key, "BucketKeyEnabled": True}

    def put(rule: dict[str, Any]) -> None:
        s3.put_bucket_encryption(
            Bucket="secret", ServerSideEncryptionConfiguration={"Rules": [rule]}
        )

    def read() -> dict[str, Any]:
        answer = s3.get_bucket_encryption(Bucket="secret")
        return dict(answer["ServerSideEncryptionConfiguration"]["Rules"][0])

    put(rule)
    assert read() == rule
    with pytest.raises(ClientError) as caught:
        put({"ApplyServerSideEncryptionByDefault": {**by_key, "SSEAlgorithm": "AES256"}})
    assert code_of(caught) == "InvalidArgument"
    s3.delete_bucket_encryption(Bucket="secret")
    assert read()["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}


def test_objects_under_a_key_need_the_key(account: BareAccount) -> None:
    s3, kms = bucket(account, "under-key"), account.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    by_key = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    rule = {"ApplyServerSideEncryptionByDefault": by_key}
    s3.put_bucket_encryption(
        Bucket="under-key", ServerSideEncryptionConfiguration={"Rules": [rule]}
    )
    reader = user(account, "object-reader").may("s3:*")
    theirs = reader.client("s3")
    s3.put_object(Bucket="under-key", Key="log", Body=b"x")

    def codes() -> list[str]:
        found = []
        for call, settings in ((theirs.get_object, {}), (theirs.put_object, {"Body": b"y"})):
            try:
                call(Bucket="under-key", Key="log", **settings)
                found.append("")
            except ClientError as error:
                found.append(str(error.response["Error"]["Code"]))
        return found

    assert codes() == ["AccessDenied", "AccessDenied"]
    reader.may("s3:*", "kms:Decrypt", "kms:GenerateDataKey")
    assert codes() == ["", ""]
    kms.disable_key(KeyId=key)
    assert codes() == ["KMS.DisabledException", "KMS.DisabledException"]
    assert theirs.head_object(Bucket="under-key", Key="log")["SSEKMSKeyId"] == key


def test_acls_follow_the_ownership_controls(account: BareAccount) -> None:
    s3 = bucket(account, "owned")

    def own(ownership: str) -> None:
        s3.put_bucket_ownership_controls(
            Bucket="owned", OwnershipControls={"Rules": [{"ObjectOwnership": ownership}]}
        )

    with pytest.raises(ClientError) as caught:
        s3.put_bucket_acl(Bucket="owned", ACL="log-delivery-write")
    assert code_of(caught) == "AccessControlListNotSupported"
    own("BucketOwnerPreferred")
    s3.put_bucket_acl(Bucket="owned", ACL="log-delivery-write")
    assert len(s3.get_bucket_acl(Bucket="owned")["Grants"]) == 3
    with pytest.raises(ClientError) as caught:
        own("BucketOwnerEnforced")
    assert code_of(caught) == "InvalidBucketAclWithObjectOwnership"
    s3.put_bucket_acl(Bucket="owned", ACL="private")
    own("BucketOwnerEnforced")
    s3.delete_bucket_ownership_controls(Bucket="owned")
    with pytest.raises(ClientError) as caught:
        s3.get_bucket_ownership_controls(Bucket="owned")
    assert code_of(caught) == "OwnershipControlsNotFoundError"


def test_access_logging_and_notifications(account: BareAccount) -> None:
    s3 = bucket(account, "logged")
    bucket(account, "access")
    target = {"TargetBucket": "access", "TargetPrefix": "logged/"}
    s3.put_bucket_logging(Bucket="logged", BucketLoggingStatus={"LoggingEnabled": target})
    assert s3.get_bucket_logging(Bucket="logged")["LoggingEnabled"] == target
    with pytest.raises(ClientError) as caught:
        s3.put_bucket_logging(
            Bucket="logged",
            BucketLoggingStatus={"LoggingEnabled": {**target, "TargetBucket": "nowhere"}},
        )
    assert code_of(caught) == "InvalidTargetBucketForLogging"
    s3.put_bucket_logging(Bucket="logged", BucketLoggingStatus={})
    assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket="logged")

    to_bus = {"EventBridgeConfiguration": {}}
    s3.put_bucket_notification_configuration(Bucket="logged", NotificationConfiguration=to_bus)
    read = s3.get_bucket_notification_configuration(Bucket="logged")
    assert read["EventBridgeConfiguration"] == {}
    s3.put_bucket_notification_configuration(Bucket="logged", NotificationConfiguration={})
    read = s3.get_bucket_notification_configuration(Bucket="logged")
    assert "EventBridgeConfiguration" not in read


def test_a_bucket_is_born_with_tags_and_its_owner_pays(account: BareAccount) -> None:
    s3 = account.client("s3")
    tags = [{"Key": "team", "Value": "security"}]
    s3.create_bucket(Bucket="tagged", CreateBucketConfiguration={"Tags": tags})
    assert s3.get_bucket_tagging(Bucket="tagged")["TagSet"] == tags
    assert s3.get_bucket_request_payment(Bucket="tagged")["Payer"] == "BucketOwner"
    payer = {"Payer": "Requester"}
    s3.put_bucket_request_payment(Bucket="tagged", RequestPaymentConfiguration=payer)
    assert s3.get_bucket_request_payment(Bucket="tagged")["Payer"] == "Requester"


def test_a_bucket_that_is_made_again_has_nothing_of_the_old_one(account: BareAccount) -> None:
    s3 = bucket(account, "reborn")
    tags = {"TagSet": [{"Key": "a", "Value": "b"}]}
    s3.put_bucket_tagging(Bucket="reborn", Tagging=tags)
    s3.put_bucket_versioning(Bucket="reborn", VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket="reborn", Key="log", Body=b"x")
    s3.delete_object(Bucket="reborn", Key="log")
    with pytest.raises(ClientError) as caught:
        s3.delete_bucket(Bucket="reborn")
    assert code_of(caught) == "BucketNotEmpty"
    listed = s3.list_object_versions(Bucket="reborn")
    for each in [*listed["Versions"], *listed["DeleteMarkers"]]:
        s3.delete_object(Bucket="reborn", Key="log", VersionId=each["VersionId"])
    s3.delete_bucket(Bucket="reborn")
    with pytest.raises(ClientError) as caught:
        s3.get_bucket_versioning(Bucket="reborn")
    assert code_of(caught) == "NoSuchBucket"
    s3.create_bucket(Bucket="reborn")
    assert "Status" not in s3.get_bucket_versioning(Bucket="reborn")
    with pytest.raises(ClientError) as caught:
        s3.get_bucket_tagging(Bucket="reborn")
    assert code_of(caught) == "NoSuchTagSet"


def test_a_name_that_a_stranger_took_is_gone(account: BareAccount) -> None:
    s3, number = account.client("s3"), "999999999999"
    stranger(account, number).client("s3").create_bucket(Bucket="squatted")
    with pytest.raises(ClientError) as caught:
        s3.create_bucket(Bucket="squatted")
    assert code_of(caught) == "BucketAlreadyExists"
    with pytest.raises(ClientError) as caught:
        s3.head_bucket(Bucket="squatted")
    assert code_of(caught) == "403"
    with pytest.raises(ClientError) as caught:
        s3.put_bucket_policy(Bucket="squatted", Policy=policy())
    assert code_of(caught) == "AccessDenied"


def test_the_expected_owner_is_checked(account: BareAccount) -> None:
    s3, ours = bucket(account, "expected"), account.root.account
    assert s3.get_bucket_versioning(Bucket="expected", ExpectedBucketOwner=ours)
    with pytest.raises(ClientError) as caught:
        s3.get_bucket_versioning(Bucket="expected", ExpectedBucketOwner="999999999999")
    assert code_of(caught) == "AccessDenied"
    with pytest.raises(ClientError) as caught:
        s3.put_object(Bucket="expected", Key="k", Body=b"x", ExpectedBucketOwner="999999999999")
    assert code_of(caught) == "AccessDenied"


def test_deletions_are_told_to_eventbridge_by_kind_and_version(account: BareAccount) -> None:
    s3, queue, events = (
        bucket(account, "told"),
        account.queue("deletions"),
        account.client("events"),
    )
    s3.put_bucket_versioning(Bucket="told", VersioningConfiguration={"Status": "Enabled"})
    to_bus = {"EventBridgeConfiguration": {}}
    s3.put_bucket_notification_configuration(Bucket="told", NotificationConfiguration=to_bus)
    pattern = {"source": ["aws.s3"], "detail-type": ["Object Deleted"]}
    rule = events.put_rule(Name="deletions", EventPattern=json.dumps(pattern))["RuleArn"]
    queue.allow("events.amazonaws.com", rule)
    events.put_targets(Rule="deletions", Targets=[{"Id": "queue", "Arn": queue.arn}])
    version = s3.put_object(Bucket="told", Key="a b", Body=b"12345")["VersionId"]

    marker = s3.delete_object(Bucket="told", Key="a b")["VersionId"]
    hidden = queue.message(seconds=5).body
    s3.delete_objects(Bucket="told", Delete={"Objects": [{"Key": "a b", "VersionId": version}]})
    lost = queue.message(seconds=5).body

    assert hidden["resources"] == ["arn:aws:s3:::told"]
    for event, kind, of in (
        (hidden, "Delete Marker Created", marker),
        (lost, "Permanently Deleted", version),
    ):
        detail = event["detail"]
        assert detail["bucket"] == {"name": "told"}
        assert (detail["reason"], detail["deletion-type"]) == ("DeleteObject", kind)
        assert (detail["object"]["key"], detail["object"]["version-id"]) == ("a b", of)
        assert "size" not in detail["object"]
        assert (detail["requester"], detail["source-ip-address"]) == (
            account.root.account,
            "127.0.0.1",
        )
