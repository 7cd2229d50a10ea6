"""Roles and users of the embedded account: documents checked, and every change counts at once."""

from __future__ import annotations

import time
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from embedded.tests.bare_account import BareAccount
from embedded.tests.users import User, policy, user

S3_READER = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"


def trust(**principal: str) -> str:
    return policy({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})


def code_of(caught: pytest.ExceptionInfo[ClientError]) -> str:
    return str(caught.value.response["Error"]["Code"])


def is_denied(call: Any) -> bool:
    try:
        call()
    except ClientError as error:
        return str(error.response["Error"]["Code"]) in {"AccessDenied", "AccessDeniedException"}
    return False


def test_documents_of_a_role(account: BareAccount) -> None:
    roles = account.client("iam")
    account.role("documents", "cloudtrail.amazonaws.com")
    changed = trust(Service="lambda.amazonaws.com")
    roles.update_assume_role_policy(RoleName="documents", PolicyDocument=changed)
    read = roles.get_role(RoleName="documents")["Role"]["AssumeRolePolicyDocument"]
    assert read["Statement"][0]["Principal"] == {"Service": "lambda.amazonaws.com"}

    allowed = policy({"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"})
    roles.put_role_policy(RoleName="documents", PolicyName="logs", PolicyDocument=allowed)
    assert roles.list_role_policies(RoleName="documents")["PolicyNames"] == ["logs"]
    read = roles.get_role_policy(RoleName="documents", PolicyName="logs")["PolicyDocument"]
    assert read["Statement"][0]["Action"] == "logs:PutLogEvents"
    roles.delete_role_policy(RoleName="documents", PolicyName="logs")
    with pytest.raises(ClientError) as caught:
        roles.get_role_policy(RoleName="documents", PolicyName="logs")
    assert code_of(caught) == "NoSuchEntity"

    roles.attach_role_policy(RoleName="documents", PolicyArn=S3_READER)
    (attached,) = roles.list_attached_role_policies(RoleName="documents")["AttachedPolicies"]
    assert attached["PolicyArn"] == S3_READER
    roles.detach_role_policy(RoleName="documents", PolicyArn=S3_READER)
    with pytest.raises(ClientError) as caught:
        roles.detach_role_policy(RoleName="documents", PolicyArn=S3_READER)
    assert code_of(caught) == "NoSuchEntity"

    roles.put_role_permissions_boundary(RoleName="documents", PermissionsBoundary=S3_READER)
    boundary = roles.get_role(RoleName="documents")["Role"]["PermissionsBoundary"]
    assert boundary["PermissionsBoundaryArn"] == S3_READER
    roles.delete_role_permissions_boundary(RoleName="documents")
    assert "PermissionsBoundary" not in roles.get_role(RoleName="documents")["Role"]


def test_documents_that_iam_refuses(account: BareAccount) -> None:
    roles = account.client("iam")
    account.role("refusing", "lambda.amazonaws.com")
    for bad in (
        "{",
        policy(),
        trust(AWS="arn:aws:iam::111122223333:user/nobody"),
        policy({"Effect": "Allow", "Action": "sts:AssumeRole"}),
    ):
        with pytest.raises(ClientError) as caught:
            roles.update_assume_role_policy(RoleName="refusing", PolicyDocument=bad)
        assert code_of(caught) == "MalformedPolicyDocument"
    with pytest.raises(ClientError) as caught:
        roles.attach_role_policy(
            RoleName="refusing", PolicyArn="arn:aws:iam::111122223333:policy/nothing"
        )
    assert code_of(caught) == "NoSuchEntity"
    huge = policy({"Effect": "Allow", "Action": "s3:*", "Resource": ["x" * 200] * 60})
    with pytest.raises(ClientError) as caught:
        roles.put_role_policy(RoleName="refusing", PolicyName="huge", PolicyDocument=huge)
    assert code_of(caught) == "LimitExceeded"


def test_rights_change_at_once(account: BareAccount) -> None:
    users, somebody = account.client("iam"), user(account, "changing")
    queues = somebody.client("sqs")
    assert is_denied(queues.list_queues)
    somebody.may("*")
    assert not is_denied(queues.list_queues)
    deny = policy({"Effect": "Deny", "Action": "sqs:*", "Resource": "*"})
    users.put_user_policy(UserName="changing", PolicyName="deny", PolicyDocument=deny)
    assert is_denied(queues.list_queues)
    users.delete_user_policy(UserName="changing", PolicyName="deny")
    assert not is_denied(queues.list_queues)
    users.put_user_permissions_boundary(UserName="changing", PermissionsBoundary=S3_READER)
    assert is_denied(queues.list_queues)


def test_sessions_can_be_revoked_by_their_age(account: BareAccount) -> None:
    somebody = user(account, "session-maker").may("*")
    arn = f"arn:aws:iam::{account.root.account}:user/session-maker"
    roles = account.client("iam")
    role = roles.create_role(RoleName="session", AssumeRolePolicyDocument=trust(AWS=arn))
    everything = policy({"Effect": "Allow", "Action": "*", "Resource": "*"})
    roles.put_role_policy(RoleName="session", PolicyName="all", PolicyDocument=everything)
    queues = session_client(somebody, role["Role"]["Arn"])
    assert not is_denied(queues.list_queues)
    soon = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 60))
    revoke = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    revoke["Condition"] = {"DateLessThan": {"aws:TokenIssueTime": soon}}
    roles.put_role_policy(
        RoleName="session", PolicyName="AWSRevokeOlderSessions", PolicyDocument=policy(revoke)
    )
    assert is_denied(queues.list_queues)


def session_client(somebody: User, role: str) -> Any:
    key = somebody.client("sts").assume_role(RoleArn=role, RoleSessionName="drill")["Credentials"]
    return boto3.client(
        "sqs",
        endpoint_url=somebody.account.root.endpoint,
        region_name=somebody.account.root.region,
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
        aws_session_token=key["SessionToken"],
    )


@pytest.mark.parametrize(
    ("right", "call"),
    [
        ("lambda:GetEventSourceMapping", "get_event_source_mapping"),
        ("lambda:UpdateEventSourceMapping", "update_event_source_mapping"),
        ("lambda:DeleteEventSourceMapping", "delete_event_source_mapping"),
    ],
)
def test_a_mapping_takes_the_right_to_that_call(
    account: BareAccount, right: str, call: str
) -> None:
    reader = user(account, call).may(right)
    uuid = "00000000-0000-0000-0000-000000000000"

    with pytest.raises(ClientError) as caught:
        getattr(reader.client("lambda"), call)(UUID=uuid)

    assert code_of(caught) == "ResourceNotFoundException"
    reader.may("lambda:ListEventSourceMappings")
    assert is_denied(lambda: getattr(reader.client("lambda"), call)(UUID=uuid))


def test_a_right_to_subscribe_can_be_to_one_queue_alone(account: BareAccount) -> None:
    """Service Authorization Reference, "Condition keys for Amazon SNS"."""
    sns, sqs = account.client("sns"), account.client("sqs")
    topic = sns.create_topic(Name="subscribing")["TopicArn"]
    queues = {}
    for name in ("ours", "theirs"):
        url = sqs.create_queue(QueueName=name)["QueueUrl"]
        answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        queues[name] = answer["Attributes"]["QueueArn"]
    only = {"sns:Protocol": "sqs", "sns:Endpoint": queues["ours"]}
    may = {"Effect": "Allow", "Action": "sns:Subscribe", "Resource": topic}
    somebody = user(account, "subscribing")
    account.client("iam").put_user_policy(
        UserName=somebody.name,
        PolicyName="rights",
        PolicyDocument=policy({**may, "Condition": {"StringEquals": only}}),
    )
    theirs = somebody.client("sns")

    for protocol, endpoint in (("sqs", queues["theirs"]), ("email", "somebody@example.com")):
        given = {"TopicArn": topic, "Protocol": protocol, "Endpoint": endpoint}
        with pytest.raises(ClientError) as caught:
            theirs.subscribe(**given)
        assert code_of(caught) == "AuthorizationError"
    theirs.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queues["ours"])
    (subscribed,) = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert subscribed["Endpoint"] == queues["ours"]
