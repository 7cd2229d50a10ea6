"""KMS keys of the embedded account: states, policies, rotation, grants."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded.tests.bare_account import BareAccount
from embedded.tests.users import policy, user


def new_key(account: BareAccount, **settings: Any) -> tuple[Any, str]:
    kms = account.client("kms")
    return kms, kms.create_key(**settings)["KeyMetadata"]["Arn"]


def state(kms: Any, key: str) -> str:
    return str(kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"])


def code_of(caught: pytest.ExceptionInfo[ClientError]) -> str:
    return str(caught.value.response["Error"]["Code"])


def owner_statement(account: BareAccount, **changes: Any) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account.root.account}:root"},
        "Action": "kms:*",
        "Resource": "*",
        **changes,
    }


def test_a_cancelled_deletion_leaves_the_key_disabled(account: BareAccount) -> None:
    kms, key = new_key(account)
    kms.enable_key_rotation(KeyId=key)
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    described = kms.describe_key(KeyId=key)["KeyMetadata"]
    assert (described["KeyState"], described["Enabled"]) == ("PendingDeletion", False)
    assert described["DeletionDate"]
    assert not kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"]
    for call in (kms.enable_key, kms.disable_key, kms.schedule_key_deletion):
        with pytest.raises(ClientError) as caught:
            call(KeyId=key)
        assert code_of(caught) == "KMSInvalidStateException"

    kms.cancel_key_deletion(KeyId=key)
    assert state(kms, key) == "Disabled"
    kms.enable_key(KeyId=key)
    assert state(kms, key) == "Enabled"
    assert kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"]
    with pytest.raises(ClientError) as caught:
        kms.cancel_key_deletion(KeyId=key)
    assert code_of(caught) == "KMSInvalidStateException"


def test_a_disabled_key_does_not_work(account: BareAccount) -> None:
    kms, key = new_key(account)
    kms.disable_key(KeyId=key)
    with pytest.raises(ClientError) as caught:
        kms.encrypt(KeyId=key, Plaintext=b"x")
    assert code_of(caught) == "DisabledException"
    with pytest.raises(ClientError) as caught:
        kms.enable_key_rotation(KeyId=key)
    assert code_of(caught) == "DisabledException"


def test_rotation(account: BareAccount) -> None:
    kms, key = new_key(account)
    assert "RotationPeriodInDays" not in kms.get_key_rotation_status(KeyId=key)
    kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=90)
    status = kms.get_key_rotation_status(KeyId=key)
    assert (status["KeyRotationEnabled"], status["RotationPeriodInDays"]) == (True, 90)
    kms.disable_key_rotation(KeyId=key)
    assert not kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"]


def test_a_policy_comes_back_as_it_was_written(account: BareAccount) -> None:
    kms, key = new_key(account)
    document = policy(owner_statement(account, Sid="one")).replace('", "', '",    "')
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=document)
    assert kms.get_key_policy(KeyId=key)["Policy"] == document


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"Action": "kms:Describe*"}, id="nobody may change it again"),
        pytest.param({"Principal": {"Service": "cloudtrail.amazonaws.com"}}, id="lockout"),
        pytest.param(
            {"Principal": {"AWS": "arn:aws:iam::111122223333:role/nobody"}},
            id="unknown principal",
        ),
        pytest.param({"Effect": "Perhaps"}, id="no effect"),
    ],
)
def test_policies_that_aws_refuses(account: BareAccount, change: dict[str, Any]) -> None:
    kms, key = new_key(account)
    before = kms.get_key_policy(KeyId=key)["Policy"]
    for document in (policy(owner_statement(account, **change)), "{", "{}"):
        with pytest.raises(ClientError) as caught:
            kms.put_key_policy(KeyId=key, Policy=document)
        assert code_of(caught) == "MalformedPolicyDocumentException"
    assert kms.get_key_policy(KeyId=key)["Policy"] == before


def test_a_key_policy_counts_for_administrators_too(account: BareAccount) -> None:
    _, key = new_key(account)
    theirs = user(account, "key-administrator").may("*").client("kms")
    assert state(theirs, key) == "Enabled"
    only_trail = owner_statement(account, Principal={"Service": "cloudtrail.amazonaws.com"})
    with pytest.raises(ClientError) as caught:
        theirs.put_key_policy(KeyId=key, Policy=policy(only_trail))
    assert code_of(caught) == "MalformedPolicyDocumentException"

    theirs.put_key_policy(KeyId=key, Policy=policy(only_trail), BypassPolicyLockoutSafetyCheck=True)
    for call in (theirs.describe_key, theirs.enable_key, theirs.get_key_policy):
        with pytest.raises(ClientError) as caught:
            call(KeyId=key)
        assert code_of(caught) == "AccessDeniedException"


def test_grants_and_aliases(account: BareAccount) -> None:
    kms, key = new_key(account)
    grantee = f"arn:aws:iam::{account.root.account}:user/somebody"
    grant = kms.create_grant(KeyId=key, GranteePrincipal=grantee, Operations=["Decrypt"])
    (listed,) = kms.list_grants(KeyId=key)["Grants"]
    assert (listed["GrantId"], listed["GranteePrincipal"]) == (grant["GrantId"], grantee)
    kms.revoke_grant(KeyId=key, GrantId=grant["GrantId"])
    assert kms.list_grants(KeyId=key)["Grants"] == []

    kms.create_alias(AliasName="alias/evidence", TargetKeyId=key)
    assert kms.describe_key(KeyId="alias/evidence")["KeyMetadata"]["Arn"] == key
    with pytest.raises(ClientError) as caught:
        kms.create_alias(AliasName="alias/evidence", TargetKeyId=key)
    assert code_of(caught) == "AlreadyExistsException"
    kms.delete_alias(AliasName="alias/evidence")
    with pytest.raises(ClientError) as caught:
        kms.describe_key(KeyId="alias/evidence")
    assert code_of(caught) == "NotFoundException"


def test_a_key_without_its_imported_material_stays_unusable(account: BareAccount) -> None:
    kms, key = new_key(account, Origin="EXTERNAL")
    kms.delete_imported_key_material(KeyId=key)
    assert state(kms, key) == "PendingImport"
    with pytest.raises(ClientError) as caught:
        kms.enable_key(KeyId=key)
    assert code_of(caught) == "KMSInvalidStateException"
    with pytest.raises(ClientError) as caught:
        kms.enable_key_rotation(KeyId=key)
    assert code_of(caught) == "UnsupportedOperationException"
