"""People of the account: what their groups allow and deny, and what conditions see of them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from embedded.adapter.mfa import code
from embedded.tests.bare_account import BareAccount
from embedded.tests.test_role_api import code_of, is_denied, trust
from embedded.tests.users import User, policy, user

AWS = "arn:aws:iam::aws:policy"


def in_group(account: BareAccount, name: str, *policies: str) -> User:
    """Somebody whose rights are those of a group of the same name."""
    people, somebody = account.client("iam"), user(account, name)
    people.create_group(GroupName=name)
    for each in policies:
        people.attach_group_policy(GroupName=name, PolicyArn=each)
    people.add_user_to_group(GroupName=name, UserName=name)
    return somebody


def managed(account: BareAccount, name: str, *statements: dict[str, Any]) -> str:
    made = account.client("iam").create_policy(PolicyName=name, PolicyDocument=policy(*statements))
    return str(made["Policy"]["Arn"])


def session(account: BareAccount, credentials: dict[str, Any], service: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=account.root.endpoint,
        region_name=account.root.region,
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )


def device(account: BareAccount, name: str) -> tuple[str, Callable[[], str]]:
    """A virtual device of a user: its serial number, and the code that it shows now."""
    people = account.client("iam")
    made = people.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]
    serial, seed = made["SerialNumber"], made["Base32StringSeed"].decode()
    now = time.time()
    people.enable_mfa_device(
        UserName=name,
        SerialNumber=serial,
        AuthenticationCode1=code(seed, now - 30),
        AuthenticationCode2=code(seed, now),
    )
    return serial, lambda: code(seed, time.time())


def test_the_codes_are_those_of_rfc_6238() -> None:
    """Appendix B of the RFC, SHA-1, of whose eight digits ours are the last six."""
    seed = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    shown = {at: code(seed, at) for at in (59, 1111111109, 20000000000)}
    assert shown == {59: "287082", 1111111109: "081804", 20000000000: "353130"}


def test_cloudtrail_s_own_policies_let_administer_and_let_read(account: BareAccount) -> None:
    administrator = in_group(account, "trail-admin", f"{AWS}/AWSCloudTrail_FullAccess")
    reader = in_group(account, "trail-reader", f"{AWS}/AWSCloudTrail_ReadOnlyAccess")
    for somebody, may_stop in ((administrator, True), (reader, False)):
        trails = somebody.client("cloudtrail")
        assert not is_denied(trails.describe_trails)
        assert not is_denied(trails.lookup_events)
        with pytest.raises(ClientError) as caught:
            trails.stop_logging(Name="no-such-trail")
        assert (code_of(caught) == "TrailNotFoundException") is may_stop
        assert is_denied(somebody.client("logs").describe_log_groups)


def test_a_group_s_deny_beats_what_its_member_is_allowed(account: BareAccount) -> None:
    deny = {"Effect": "Deny", "Action": "sqs:ListQueues", "Resource": "*"}
    somebody = in_group(account, "denied-by-group", managed(account, "deny-listing", deny)).may("*")
    assert is_denied(somebody.client("sqs").list_queues)
    assert not is_denied(somebody.client("sns").list_topics)
    account.client("iam").remove_user_from_group(
        GroupName="denied-by-group", UserName="denied-by-group"
    )
    assert not is_denied(somebody.client("sqs").list_queues)


def test_a_managed_policy_and_the_number_of_them_have_limits(account: BareAccount) -> None:
    people = account.client("iam")
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": ["x" * 200] * 30}
    with pytest.raises(ClientError) as caught:
        managed(account, "huge", statement)
    assert code_of(caught) == "LimitExceeded"
    small = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    arns = [managed(account, f"small-{number}", small) for number in range(11)]
    with pytest.raises(ClientError) as caught:
        people.create_policy_version(PolicyArn=arns[0], PolicyDocument=policy(statement))
    assert code_of(caught) == "LimitExceeded"
    people.create_group(GroupName="full")
    for arn in arns[:10]:
        people.attach_group_policy(GroupName="full", PolicyArn=arn)
    with pytest.raises(ClientError) as caught:
        people.attach_group_policy(GroupName="full", PolicyArn=arns[10])
    assert code_of(caught) == "LimitExceeded"


@pytest.mark.parametrize("operator", ["Bool", "BoolIfExists"])
def test_mfa_is_of_a_session_that_a_right_code_made(account: BareAccount, operator: str) -> None:
    """A long-term key has no MFA key at all, so only ...IfExists denies it."""
    name = f"mfa-{operator.lower()}"
    deny = {"Effect": "Deny", "Action": "sqs:*", "Resource": "*"}
    deny["Condition"] = {operator: {"aws:MultiFactorAuthPresent": "false"}}
    somebody = in_group(account, name, managed(account, name, deny)).may("*")
    serial, shown = device(account, name)
    tokens = somebody.client("sts")

    assert is_denied(somebody.client("sqs").list_queues) is (operator == "BoolIfExists")
    without = session(account, tokens.get_session_token()["Credentials"], "sqs")
    assert is_denied(without.list_queues)
    made = tokens.get_session_token(SerialNumber=serial, TokenCode=shown())["Credentials"]
    assert not is_denied(session(account, made, "sqs").list_queues)


def test_a_wrong_code_and_the_device_of_another_make_no_session(account: BareAccount) -> None:
    somebody, other = user(account, "has-a-device").may("*"), user(account, "another").may("*")
    serial, shown = device(account, "has-a-device")
    wrong = f"{(int(shown()) + 1) % 1_000_000:06}"
    for caller, given in ((somebody, wrong), (other, shown())):
        with pytest.raises(ClientError) as caught:
            caller.client("sts").get_session_token(SerialNumber=serial, TokenCode=given)
        assert code_of(caught) == "AccessDenied"
    people = account.client("iam")
    made = people.create_virtual_mfa_device(VirtualMFADeviceName="unproved")["VirtualMFADevice"]
    with pytest.raises(ClientError) as caught:
        people.enable_mfa_device(
            UserName="another",
            SerialNumber=made["SerialNumber"],
            AuthenticationCode1="123456",
            AuthenticationCode2="654321",
        )
    assert code_of(caught) == "InvalidAuthenticationCode"


def test_a_role_can_ask_for_mfa_and_its_session_has_it(account: BareAccount) -> None:
    somebody = user(account, "with-mfa").may("*")
    serial, shown = device(account, "with-mfa")
    trusting = json.loads(trust(AWS=f"arn:aws:iam::{account.root.account}:user/with-mfa"))
    trusting["Statement"][0]["Condition"] = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    roles = account.client("iam")
    role = roles.create_role(RoleName="asks", AssumeRolePolicyDocument=json.dumps(trusting))
    allow = {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}
    allow["Condition"] = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    roles.put_role_policy(RoleName="asks", PolicyName="mfa", PolicyDocument=policy(allow))
    asked = {"RoleArn": role["Role"]["Arn"], "RoleSessionName": "drill"}
    tokens = somebody.client("sts")

    assert is_denied(lambda: tokens.assume_role(**asked))
    made = tokens.assume_role(**asked, SerialNumber=serial, TokenCode=shown())["Credentials"]
    assert not is_denied(session(account, made, "sqs").list_queues)


def test_conditions_see_the_role_of_a_session_and_the_tags_of_who_calls(
    account: BareAccount,
) -> None:
    roles = account.client("iam")
    somebody = user(account, "tagged").may("*")
    arn = f"arn:aws:iam::{account.root.account}:user/tagged"
    role = roles.create_role(RoleName="named", AssumeRolePolicyDocument=trust(AWS=arn))["Role"]
    allow = {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}
    allow["Condition"] = {"ArnEquals": {"aws:PrincipalArn": role["Arn"]}}
    roles.put_role_policy(RoleName="named", PolicyName="own", PolicyDocument=policy(allow))
    made = somebody.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="drill")
    assert not is_denied(session(account, made["Credentials"], "sqs").list_queues)

    deny = {"Effect": "Deny", "Action": "sqs:*", "Resource": "*"}
    deny["Condition"] = {"StringNotEquals": {"aws:PrincipalTag/Break-Glass": "yes"}}
    roles.put_user_policy(UserName="tagged", PolicyName="deny", PolicyDocument=policy(deny))
    assert is_denied(somebody.client("sqs").list_queues)
    roles.tag_user(UserName="tagged", Tags=[{"Key": "break-glass", "Value": "yes"}])
    assert not is_denied(somebody.client("sqs").list_queues)


def test_a_key_is_told_by_its_aliases(account: BareAccount) -> None:
    keys, somebody = account.client("kms"), user(account, "key-user").may("*")
    guarded, plain = (keys.create_key()["KeyMetadata"]["KeyId"] for _ in range(2))
    keys.create_alias(AliasName="alias/guarded-evidence", TargetKeyId=guarded)
    deny = {"Effect": "Deny", "Action": "kms:DisableKey", "Resource": "arn:aws:kms:*:*:key/*"}
    deny["Condition"] = {"ForAnyValue:StringLike": {"kms:ResourceAliases": "alias/guarded-*"}}
    account.client("iam").put_user_policy(
        UserName="key-user", PolicyName="deny", PolicyDocument=policy(deny)
    )
    assert is_denied(lambda: somebody.client("kms").disable_key(KeyId=guarded))
    assert not is_denied(lambda: somebody.client("kms").disable_key(KeyId=plain))


def test_an_event_source_mapping_is_told_by_its_function(account: BareAccount) -> None:
    queue, somebody = account.queue("mapped"), user(account, "mapper").may("*")
    functions, ids = account.client("lambda"), {}
    role = account.role("mapped-role", "lambda.amazonaws.com", **{"sqs_*": "*"})
    for name in ("guarded-one", "other-one"):
        account.function(name, "def handler(event, context): pass", Role=role)
        ids[name] = functions.create_event_source_mapping(
            FunctionName=name, EventSourceArn=queue.arn, Enabled=False
        )["UUID"]
    deny = {"Effect": "Deny", "Action": "lambda:DeleteEventSourceMapping", "Resource": "*"}
    deny["Condition"] = {"ArnLike": {"lambda:FunctionArn": "arn:aws:lambda:*:*:function:guarded-*"}}
    account.client("iam").put_user_policy(
        UserName="mapper", PolicyName="deny", PolicyDocument=policy(deny)
    )
    taken = {
        name: not is_denied(
            lambda id_=id_: somebody.client("lambda").delete_event_source_mapping(UUID=id_)
        )
        for name, id_ in ids.items()
    }
    assert taken == {"guarded-one": False, "other-one": True}


HOME = "us-east-1:111122223333"
ABOUT: dict[str, tuple[str, str, Callable[[Any], object]]] = {
    "a dashboard": (
        "cloudwatch:GetDashboard",
        "arn:aws:cloudwatch::111122223333:dashboard/board",
        lambda c: c("cloudwatch").get_dashboard(DashboardName="board"),
    ),
    "an alarm": (
        "cloudwatch:DisableAlarmActions",
        f"arn:aws:cloudwatch:{HOME}:alarm:loud",
        lambda c: c("cloudwatch").disable_alarm_actions(AlarmNames=["loud"]),
    ),
    "a rule": (
        "events:DisableRule",
        f"arn:aws:events:{HOME}:rule/watching",
        lambda c: c("events").disable_rule(Name="watching"),
    ),
    "a rule's targets": (
        "events:RemoveTargets",
        f"arn:aws:events:{HOME}:rule/watching",
        lambda c: c("events").remove_targets(Rule="watching", Ids=["x"]),
    ),
    "a group": (
        "iam:RemoveUserFromGroup",
        "arn:aws:iam::111122223333:group/people",
        lambda c: c("iam").remove_user_from_group(GroupName="people", UserName="somebody"),
    ),
    "a group that a policy is taken from": (
        "iam:DetachGroupPolicy",
        "arn:aws:iam::111122223333:group/people",
        lambda c: c("iam").detach_group_policy(
            GroupName="people", PolicyArn=f"{AWS}/ReadOnlyAccess"
        ),
    ),
}


@pytest.mark.parametrize("what", ABOUT)
def test_a_right_to_just_what_a_call_is_about_suffices(account: BareAccount, what: str) -> None:
    action, resource, call = ABOUT[what]
    somebody = user(account, "just-" + "".join(filter(str.isalpha, what)))

    somebody.may(action, resource=resource)
    assert not is_denied(lambda: call(somebody.client))
    somebody.may(action, resource=f"{resource}-other")
    assert is_denied(lambda: call(somebody.client))


def test_a_call_about_several_needs_the_right_to_each(account: BareAccount) -> None:
    somebody = user(account, "several")
    somebody.may("cloudwatch:DisableAlarmActions", resource=f"arn:aws:cloudwatch:{HOME}:alarm:mine")
    alarms = somebody.client("cloudwatch")
    assert not is_denied(lambda: alarms.disable_alarm_actions(AlarmNames=["mine"]))
    assert is_denied(lambda: alarms.disable_alarm_actions(AlarmNames=["mine", "yours"]))


def test_an_alias_and_its_key_are_both_asked_for(account: BareAccount) -> None:
    keys, somebody = account.client("kms"), user(account, "renames")
    key = keys.create_key()["KeyMetadata"]
    keys.create_alias(AliasName="alias/renamed", TargetKeyId=key["KeyId"])
    alias = f"arn:aws:kms:{HOME}:alias/renamed"
    for allowed in (alias, key["Arn"]):
        somebody.may("kms:DeleteAlias", resource=allowed)
        assert is_denied(lambda: somebody.client("kms").delete_alias(AliasName="alias/renamed"))
    somebody.may("kms:Describe*", resource=key["Arn"])
    found = somebody.client("kms").describe_key(KeyId="alias/renamed")["KeyMetadata"]
    assert found["Arn"] == key["Arn"]


def test_tag_keys_are_compared_in_any_case_where_a_policy_says_so(account: BareAccount) -> None:
    somebody = user(account, "tags-others").may("*")
    deny = {"Effect": "Deny", "Action": ["iam:TagUser", "iam:UntagUser"], "Resource": "*"}
    deny["Condition"] = {"ForAnyValue:StringEqualsIgnoreCase": {"aws:TagKeys": "break-glass"}}
    account.client("iam").put_user_policy(
        UserName="tags-others", PolicyName="deny", PolicyDocument=policy(deny)
    )
    people = somebody.client("iam")
    for key, refused in (("Break-Glass", True), ("other", False)):
        tags = [{"Key": "first", "Value": "x"}, {"Key": key, "Value": "yes"}]
        assert is_denied(lambda tags=tags: people.tag_user(UserName="tags-others", Tags=tags)) is (
            refused
        )
        assert is_denied(
            lambda key=key: people.untag_user(UserName="tags-others", TagKeys=[key])
        ) is (refused)


def test_a_right_over_some_partitions_of_a_table_is_one_over_those(account: BareAccount) -> None:
    tables, who = account.client("dynamodb"), user(account, "writer")
    tables.create_table(
        TableName="kept",
        KeySchema=[
            {"AttributeName": "id", "KeyType": "HASH"},
            {"AttributeName": "at", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "at", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    account.client("iam").put_user_policy(
        UserName="writer",
        PolicyName="rights",
        PolicyDocument=policy(
            {
                "Effect": "Allow",
                "Action": ["dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:Query"],
                "Resource": "*",
                "Condition": {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["mine"]}},
            }
        ),
    )
    items = who.client("dynamodb")

    def of(partition: str) -> dict[str, Any]:
        return {"id": {"S": partition}, "at": {"S": "1"}}

    def query(partition: str) -> Any:
        return items.query(
            TableName="kept",
            KeyConditionExpression="#id = :id AND #at >= :at",
            ExpressionAttributeNames={"#id": "id", "#at": "at"},
            ExpressionAttributeValues={":id": {"S": partition}, ":at": {"S": "0"}},
        )

    for each in ("mine", "others"):
        tables.put_item(TableName="kept", Item=of(each))
    items.put_item(TableName="kept", Item=of("mine"))
    assert query("mine")["Count"] == 1
    items.delete_item(TableName="kept", Key=of("mine"))

    assert is_denied(lambda: items.put_item(TableName="kept", Item=of("others")))
    assert is_denied(lambda: query("others"))
    assert is_denied(lambda: items.delete_item(TableName="kept", Key=of("others")))
