"""What somebody can do who has taken the heal function's rights: everything but more rights."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.e2e.stage import Stage, wait_for
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.rights.heal import CONTAINMENT

pytestmark = pytest.mark.usefixtures("alone")

ADMINISTRATOR_ACCESS = "arn:aws:iam::aws:policy/AdministratorAccess"
DENY_ALL = "arn:aws:iam::aws:policy/AWSDenyAll"
ANYTHING = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
    }
)


def trust(*statements: dict[str, Any]) -> str:
    allowed = [{"Effect": "Allow", "Action": "sts:AssumeRole", **each} for each in statements]
    return json.dumps({"Version": "2012-10-17", "Statement": allowed})


def session_of(stage: Stage, credentials: dict[str, Any]) -> Callable[[str], Any]:
    def client(service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=stage.ready.endpoint,
            region_name=stage.ready.region,
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials["SessionToken"],
        )

    return client


def assumed(sts: Any, role: str) -> dict[str, Any]:
    answer = sts.assume_role(RoleArn=role, RoleSessionName="thief")
    credentials: dict[str, Any] = answer["Credentials"]
    return credentials


def refused(call: Callable[[], object]) -> bool:
    try:
        call()
    except ClientError as error:
        return error.response["Error"]["Code"] in {"AccessDenied", "AccessDeniedException"}
    return False


@pytest.fixture
def thief(stage: Stage) -> Callable[[str], Any]:
    """Clients with the heal role's own credentials."""
    role = {"RoleName": stage.heal_role}
    before = json.dumps(stage.iam.get_role(**role)["Role"]["AssumeRolePolicyDocument"])
    stage.iam.update_assume_role_policy(
        **role, PolicyDocument=trust({"Principal": {"AWS": stage.ready.account}})
    )
    try:
        credentials = assumed(stage.sts, stage.heal_role_arn)
    finally:
        stage.iam.update_assume_role_policy(**role, PolicyDocument=before)
    return session_of(stage, credentials)


def test_the_heal_role_cannot_widen_any_rights(stage: Stage, thief: Callable[[str], Any]) -> None:
    iam, account = thief("iam"), f"arn:aws:iam::{stage.ready.account}"
    delivery, own = {"RoleName": stage.delivery_role}, {"RoleName": stage.heal_role}
    another = {"RoleName": "another", "AssumeRolePolicyDocument": trust()}
    boundary = f"{account}:policy/trailkeeper-delivery-boundary-{stage.ready.region}"
    inline = {"PolicyName": "all", "PolicyDocument": ANYTHING}
    ways: dict[str, Callable[[], object]] = {
        "take the boundary off": lambda: iam.delete_role_permissions_boundary(**delivery),
        "put a wider boundary on": lambda: iam.put_role_permissions_boundary(
            **delivery, PermissionsBoundary=ADMINISTRATOR_ACCESS
        ),
        "widen the boundary": lambda: iam.create_policy_version(
            PolicyArn=boundary, PolicyDocument=ANYTHING, SetAsDefault=True
        ),
        "go back to an older boundary": lambda: iam.set_default_policy_version(
            PolicyArn=boundary, VersionId="v1"
        ),
        "make the role again, unbounded": lambda: iam.create_role(
            **delivery, AssumeRolePolicyDocument=trust()
        ),
        "make the role again, bounded by nothing": lambda: iam.create_role(
            **delivery,
            AssumeRolePolicyDocument=trust(),
            PermissionsBoundary=ADMINISTRATOR_ACCESS,
        ),
        "make another role": lambda: iam.create_role(**another, PermissionsBoundary=boundary),
        "attach a policy to the delivery role": lambda: iam.attach_role_policy(
            **delivery, PolicyArn=ADMINISTRATOR_ACCESS
        ),
        "attach a policy to itself": lambda: iam.attach_role_policy(
            **own, PolicyArn=ADMINISTRATOR_ACCESS
        ),
        "write its own policy": lambda: iam.put_role_policy(**own, **inline),
        "write its own trust": lambda: iam.update_assume_role_policy(
            **own, PolicyDocument=trust({"Principal": {"AWS": stage.ready.account}})
        ),
        "make a user": lambda: iam.create_user(UserName="mallory"),
        "make a key for an administrator": lambda: iam.create_access_key(UserName="administrator"),
        "give a user a policy": lambda: iam.put_user_policy(UserName="administrator", **inline),
    }

    got_through = [way for way, call in ways.items() if not refused(call)]

    assert got_through == []


def test_the_delivery_role_stays_within_its_boundary_whatever_the_heal_role_writes(
    stage: Stage, thief: Callable[[str], Any]
) -> None:
    """The heal role may write the role's policies and trust, for these it repairs."""
    iam = thief("iam")
    delivery = {"RoleName": stage.delivery_role}
    arn = f"arn:aws:iam::{stage.ready.account}:role/{stage.delivery_role}"
    taken = trust({"Principal": {"AWS": stage.ready.account}})

    def take() -> dict[str, Any] | None:
        """Both are healed, so it takes a race."""
        iam.update_assume_role_policy(**delivery, PolicyDocument=taken)
        try:
            return assumed(stage.sts, arn)
        except ClientError:
            return None

    client = session_of(stage, wait_for("the delivery role to be taken", take))
    iam.put_role_policy(**delivery, PolicyName="all", PolicyDocument=ANYTHING)

    assert refused(lambda: client("iam").create_user(UserName="mallory"))
    assert refused(lambda: client("s3").list_buckets())
    assert refused(lambda: client("cloudtrail").stop_logging(Name=stage.trail))


def test_the_right_to_contain_can_only_deny(stage: Stage) -> None:
    region, account = stage.ready.region, stage.ready.account
    baseline = Baseline("aws", region, account, "trailkeeper", None, 365, None, None)
    rights = [each.statement(baseline) for each in CONTAINMENT]
    stage.iam.create_user(UserName="bystander")
    try:
        with stage.user("contains") as client:
            stage.iam.put_user_policy(
                UserName="contains",
                PolicyName="may",
                PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": rights}),
            )
            iam = client("iam")
            own = {"UserName": "contains"}
            assert refused(lambda: iam.attach_user_policy(**own, PolicyArn=ADMINISTRATOR_ACCESS))
            assert refused(
                lambda: iam.attach_role_policy(RoleName=stage.heal_role, PolicyArn=DENY_ALL)
            )
            iam.attach_user_policy(UserName="bystander", PolicyArn=DENY_ALL)
    finally:
        stage.iam.detach_user_policy(UserName="bystander", PolicyArn=DENY_ALL)
        stage.iam.delete_user(UserName="bystander")
