"""Log groups of the embedded account: settings, protection, and who may change them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded.tests.bare_account import BareAccount
from embedded.tests.users import policy, user

MASK = json.dumps(
    {
        "Name": "mask",
        "Version": "2021-06-01",
        "Statement": [
            {
                "Sid": "mask",
                "DataIdentifier": ["arn:aws:dataprotection::aws:data-identifier/IpAddress"],
                "Operation": {"Deidentify": {"MaskConfig": {}}},
            }
        ],
    }
)


def new_group(account: BareAccount, name: str, **settings: Any) -> Any:
    logs = account.client("logs")
    logs.create_log_group(logGroupName=name, **settings)
    return logs


def described(logs: Any, name: str) -> dict[str, Any]:
    (group,) = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    return dict(group)


def code_of(caught: pytest.ExceptionInfo[ClientError]) -> str:
    return str(caught.value.response["Error"]["Code"])


def test_a_protected_group_cannot_be_deleted(account: BareAccount) -> None:
    logs = new_group(account, "/protected", deletionProtectionEnabled=True)
    assert described(logs, "/protected")["deletionProtectionEnabled"] is True
    with pytest.raises(ClientError) as caught:
        logs.delete_log_group(logGroupName="/protected")
    assert code_of(caught) == "ValidationException"
    logs.put_log_group_deletion_protection(
        logGroupIdentifier=described(logs, "/protected")["logGroupArn"],
        deletionProtectionEnabled=False,
    )
    logs.delete_log_group(logGroupName="/protected")
    assert logs.describe_log_groups(logGroupNamePrefix="/protected")["logGroups"] == []


def test_retention(account: BareAccount) -> None:
    logs = new_group(account, "/retention")
    assert "retentionInDays" not in described(logs, "/retention")
    logs.put_retention_policy(logGroupName="/retention", retentionInDays=365)
    assert described(logs, "/retention")["retentionInDays"] == 365
    with pytest.raises(ClientError) as caught:
        logs.put_retention_policy(logGroupName="/retention", retentionInDays=2)
    assert code_of(caught) == "InvalidParameterException"
    logs.delete_retention_policy(logGroupName="/retention")
    assert "retentionInDays" not in described(logs, "/retention")


def test_a_key_must_let_the_logs_service_use_it(account: BareAccount) -> None:
    logs, kms = new_group(account, "/keyed"), account.client("kms")
    arn = described(logs, "/keyed")["logGroupArn"]
    owner = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account.root.account}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    service = {
        "Effect": "Allow",
        "Principal": {"Service": f"logs.{account.root.region}.amazonaws.com"},
        "Action": ["kms:Encrypt*", "kms:Decrypt*", "kms:GenerateDataKey*"],
        "Resource": "*",
        "Condition": {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": arn}},
    }
    closed = kms.create_key(Policy=policy(owner))["KeyMetadata"]["Arn"]
    opened = kms.create_key(Policy=policy(owner, service))["KeyMetadata"]["Arn"]
    with pytest.raises(ClientError) as caught:
        logs.associate_kms_key(logGroupName="/keyed", kmsKeyId=closed)
    assert code_of(caught) == "AccessDeniedException"
    with pytest.raises(ClientError):
        logs.create_log_group(logGroupName="/keyed-too", kmsKeyId=opened)
    logs.associate_kms_key(logGroupName="/keyed", kmsKeyId=opened)
    assert described(logs, "/keyed")["kmsKeyId"] == opened
    logs.disassociate_kms_key(logGroupName="/keyed")
    assert "kmsKeyId" not in described(logs, "/keyed")


def test_data_protection(account: BareAccount) -> None:
    logs = new_group(account, "/masked")
    assert "policyDocument" not in logs.get_data_protection_policy(logGroupIdentifier="/masked")
    logs.put_data_protection_policy(logGroupIdentifier="/masked", policyDocument=MASK)
    arn = described(logs, "/masked")["logGroupArn"]
    assert logs.get_data_protection_policy(logGroupIdentifier=arn)["policyDocument"] == MASK
    assert described(logs, "/masked")["dataProtectionStatus"] == "ACTIVATED"
    logs.delete_data_protection_policy(logGroupIdentifier="/masked")
    assert "policyDocument" not in logs.get_data_protection_policy(logGroupIdentifier="/masked")
    assert described(logs, "/masked")["dataProtectionStatus"] == "DELETED"


def test_filters_and_tags(account: BareAccount) -> None:
    logs = new_group(account, "/filtered", tags={"a": "b"})
    metric_filter = {
        "filterName": "console",
        "filterPattern": '{ ($.eventName = "ConsoleLogin") && ($.errorMessage = "*") }',
        "metricTransformations": [
            {"metricName": "m", "metricNamespace": "n", "metricValue": "1", "defaultValue": 0.0}
        ],
    }
    logs.put_metric_filter(logGroupName="/filtered", **metric_filter)
    (read,) = logs.describe_metric_filters(logGroupName="/filtered")["metricFilters"]
    assert {name: read[name] for name in metric_filter} == metric_filter
    logs.delete_metric_filter(logGroupName="/filtered", filterName="console")
    with pytest.raises(ClientError) as caught:
        logs.delete_metric_filter(logGroupName="/filtered", filterName="console")
    assert code_of(caught) == "ResourceNotFoundException"

    function = account.function("filtered", "def handler(event, context): pass")
    subscription = {
        "filterName": "copy",
        "filterPattern": "",
        "destinationArn": function,
    }
    with pytest.raises(ClientError) as caught:
        logs.put_subscription_filter(logGroupName="/filtered", **subscription)
    assert code_of(caught) == "InvalidParameterException"
    account.client("lambda").add_permission(
        FunctionName="filtered",
        StatementId="logs",
        Action="lambda:InvokeFunction",
        Principal="logs.amazonaws.com",
        SourceArn=described(logs, "/filtered")["arn"],
    )
    logs.put_subscription_filter(logGroupName="/filtered", **subscription)
    (read,) = logs.describe_subscription_filters(logGroupName="/filtered")["subscriptionFilters"]
    assert {name: read[name] for name in subscription} == subscription
    logs.delete_subscription_filter(logGroupName="/filtered", filterName="copy")
    arn = described(logs, "/filtered")["logGroupArn"]
    assert logs.list_tags_for_resource(resourceArn=arn)["tags"] == {"a": "b"}


@pytest.mark.parametrize(
    "call",
    [
        lambda logs: logs.put_retention_policy(logGroupName="/none", retentionInDays=1),
        lambda logs: logs.disassociate_kms_key(logGroupName="/none"),
        lambda logs: logs.describe_metric_filters(logGroupName="/none"),
        lambda logs: logs.get_data_protection_policy(logGroupIdentifier="/none"),
        lambda logs: logs.put_log_group_deletion_protection(
            logGroupIdentifier="/none", deletionProtectionEnabled=True
        ),
    ],
)
def test_a_group_that_is_not_there(account: BareAccount, call: Any) -> None:
    with pytest.raises(ClientError) as caught:
        call(account.client("logs"))
    assert code_of(caught) == "ResourceNotFoundException"


def test_a_policy_must_name_the_group_with_a_star(account: BareAccount) -> None:
    arn = described(new_group(account, "/allowed"), "/allowed")["logGroupArn"]
    somebody = user(account, "log-group")
    theirs = somebody.client("logs")

    def change() -> None:
        theirs.put_retention_policy(logGroupName="/allowed", retentionInDays=30)
        theirs.get_data_protection_policy(logGroupIdentifier="/allowed")
        theirs.disassociate_kms_key(logGroupName="/allowed")

    somebody.may("logs:*", resource=arn)
    with pytest.raises(ClientError) as caught:
        change()
    assert code_of(caught) == "AccessDeniedException"
    somebody.may("logs:*", resource=f"{arn}:*")
    change()


@pytest.fixture
def policies(account: BareAccount) -> Iterator[Any]:
    """The client of an account whose policies are taken away again."""
    logs = account.client("logs")
    yield logs
    for kind in ("RETENTION_POLICY", "SUBSCRIPTION_FILTER_POLICY", "DATA_PROTECTION_POLICY"):
        for each in logs.describe_account_policies(policyType=kind)["accountPolicies"]:
            logs.delete_account_policy(policyName=each["policyName"], policyType=kind)


def put(logs: Any, kind: str, document: Any, name: str = "all", **more: Any) -> None:
    logs.put_account_policy(
        policyName=name, policyType=kind, policyDocument=json.dumps(document), **more
    )


def deciding_policy(logs: Any, name: str) -> str | None:
    """The policy that decides over a group's retention, from the answer itself.

    The locked SDK does not know the member yet, and drops it.
    """
    answers: list[bytes] = []

    def keep(response_dict: dict[str, Any], **_: Any) -> None:
        answers.append(response_dict["body"])

    logs.meta.events.register_first("before-parse.cloudwatch-logs.DescribeLogGroups", keep)
    logs.describe_log_groups(logGroupNamePrefix=name)
    logs.meta.events.unregister("before-parse.cloudwatch-logs.DescribeLogGroups", keep)
    (answer,) = answers
    (group,) = json.loads(answer)["logGroups"]
    found: str | None = group.get("retentionPolicyName")
    return found


def test_a_retention_policy_of_the_account_decides_over_a_groups_own(
    account: BareAccount, policies: Any
) -> None:
    logs = new_group(account, "/decided")
    logs.put_retention_policy(logGroupName="/decided", retentionInDays=365)
    put(policies, "RETENTION_POLICY", {"retentionInDays": 30, "enforcementMode": "RETROACTIVE"})

    logs.put_retention_policy(logGroupName="/decided", retentionInDays=400)

    assert described(logs, "/decided")["retentionInDays"] == 30
    assert deciding_policy(logs, "/decided") == "all"
    policies.delete_account_policy(policyName="all", policyType="RETENTION_POLICY")
    assert described(logs, "/decided")["retentionInDays"] == 400
    assert deciding_policy(logs, "/decided") is None


@pytest.mark.parametrize(
    ("document", "more"),
    [
        ({"retentionInDays": 30, "enforcementMode": "NEW_ONLY"}, {}),
        (
            {"retentionInDays": 30, "enforcementMode": "RETROACTIVE"},
            {"selectionCriteria": 'LogGroupNamePrefix IN ["/other"]'},
        ),
    ],
)
def test_a_retention_policy_for_other_groups_leaves_one_alone(
    account: BareAccount, policies: Any, document: Any, more: dict[str, str]
) -> None:
    group = f"/spared-{document['enforcementMode']}"
    logs = new_group(account, group)
    time.sleep(0.002)  # the policy is of a later millisecond than the group
    put(policies, "RETENTION_POLICY", document, **more)

    assert "retentionInDays" not in described(logs, group)
    assert deciding_policy(logs, group) is None


def test_a_filter_of_the_account_is_shown_with_the_account_and_not_with_a_group(
    account: BareAccount, policies: Any
) -> None:
    logs = new_group(account, "/copied")
    where = "arn:aws:kinesis:us-east-1:123456789012:stream/copy"
    put(policies, "SUBSCRIPTION_FILTER_POLICY", {"DestinationArn": where, "FilterPattern": ""})

    shown = logs.describe_account_policies(policyType="SUBSCRIPTION_FILTER_POLICY")

    (policy_,) = shown["accountPolicies"]
    assert json.loads(policy_["policyDocument"])["DestinationArn"] == where
    assert logs.describe_subscription_filters(logGroupName="/copied")["subscriptionFilters"] == []


@pytest.mark.parametrize(
    ("kind", "document", "more"),
    [
        ("RETENTION_POLICY", {"retentionInDays": 1, "enforcementMode": "RETROACTIVE"}, {}),
        ("RETENTION_POLICY", {"retentionInDays": 30}, {}),
        ("DATA_PROTECTION_POLICY", {}, {"selectionCriteria": 'LogGroupName NOT IN ["x"]'}),
    ],
)
def test_a_policy_of_the_account_that_aws_refuses(
    policies: Any, kind: str, document: Any, more: dict[str, str]
) -> None:
    with pytest.raises(ClientError, match="InvalidParameterException"):
        put(policies, kind, document, **more)


def test_an_account_has_one_subscription_filter_policy(policies: Any) -> None:
    put(policies, "SUBSCRIPTION_FILTER_POLICY", {"FilterPattern": ""})

    with pytest.raises(ClientError, match="LimitExceededException"):
        put(policies, "SUBSCRIPTION_FILTER_POLICY", {"FilterPattern": ""}, name="another")
