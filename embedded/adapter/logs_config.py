"""CloudWatch Logs settings the emulator lacks: the key and the data protection of a log group.

Also the resource that IAM decides about: a policy must name a log group with `:*` at the end
(CloudWatch Logs guide, "Overview of managing access permissions").
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from ministack.core import iam_actions
from ministack.services import cloudwatch_logs

from embedded.adapter import gateway, kms, lambda_, log_protection
from embedded.adapter.log_actions import (
    TARGET,
    Action,
    Data,
    Response,
    done,
    refused,
    show,
    take,
)

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.core.iam_actions:extract_resource_arn"
    "(service, method, path, headers, body, query_params, region, account_id)",
    "ministack.services.cloudwatch_logs:_create_log_group(data)",
    "ministack.services.cloudwatch_logs:_log_groups",
    "ministack.services.cloudwatch_logs:_put_subscription_filter(data)",
)

Group = Data

_TAGGING = frozenset({"TagResource", "UntagResource", "ListTagsForResource"})
_POLICY = "dataProtectionPolicy"


def install() -> None:
    """Take the missing actions, keep what a new group declares, tell IAM the right resource."""
    take(
        {
            "AssociateKmsKey": _of_group(_associate_key),
            "DisassociateKmsKey": _of_group(_disassociate_key),
            "GetDataProtectionPolicy": _of_group(_get_data_protection),
            "PutDataProtectionPolicy": _of_group(_put_data_protection),
            "DeleteDataProtectionPolicy": _of_group(_delete_data_protection),
            "PutLogGroupDeletionProtection": _of_group(log_protection.put),
        }
    )
    show(_show_protection)
    _install_creation()
    _install_subscription_check()
    _install_resource()


def _of_group(action: Callable[[Group, Data], Response]) -> Action:
    """An action on a group, which there must be."""

    def taken(data: Data) -> Response:
        group = cloudwatch_logs._log_groups.get(_group_name(data))
        if group is None:
            return refused("ResourceNotFoundException", "The specified log group does not exist.")
        return action(group, data)

    return taken


def _show_protection(shown: Data, kept: Group) -> None:
    if _POLICY in kept:
        shown["dataProtectionStatus"] = "ACTIVATED" if kept[_POLICY] else "DELETED"


def _install_creation() -> None:
    create = cloudwatch_logs._create_log_group

    def created(data: Data) -> Response:
        name = data.get("logGroupName", "")
        problem = _key_problem(name, data["kmsKeyId"]) if data.get("kmsKeyId") else None
        if problem and name not in cloudwatch_logs._log_groups:
            return problem
        answer: Response = create(data)
        if answer[0] < 400 and data.get(log_protection.FIELD):
            cloudwatch_logs._log_groups[name][log_protection.FIELD] = True
        return answer

    cloudwatch_logs._create_log_group = created


def _install_subscription_check() -> None:
    put = cloudwatch_logs._put_subscription_filter

    def put_subscription_filter(data: Data) -> Response:
        destination = data.get("destinationArn", "")
        if ":lambda:" in destination and not _may_invoke(destination, _group_name(data)):
            return refused(
                "InvalidParameterException",
                "Could not execute the lambda function. Make sure you have given CloudWatch Logs "
                "permission to execute your function.",
            )
        answer: Response = put(data)
        return answer

    cloudwatch_logs._put_subscription_filter = put_subscription_filter


def _install_resource() -> None:
    extract = iam_actions.extract_resource_arn

    def extracted(  # noqa: PLR0917 - the emulator calls it so
        service: str,
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        query_params: Any,
        region: str,
        account_id: str,
    ) -> Any:
        action = headers.get("x-amz-target", "").removeprefix(TARGET)
        if service == "logs" and action not in _TAGGING:
            data = _document(body)
            group = _group_name(data)
            if group:
                stream = data.get("logStreamName", "")
                return f"arn:aws:logs:{region}:{account_id}:log-group:{group}:log-stream:{stream}"
        return extract(service, method, path, headers, body, query_params, region, account_id)

    iam_actions.extract_resource_arn = extracted


def _associate_key(group: Group, data: Data) -> Response:
    problem = _key_problem(_group_name(data), data.get("kmsKeyId", ""))
    if problem:
        return problem
    group["kmsKeyId"] = data["kmsKeyId"]
    return done({})


def _disassociate_key(group: Group, data: Data) -> Response:
    group["kmsKeyId"] = None
    return done({})


def _get_data_protection(group: Group, data: Data) -> Response:
    answer = {"logGroupIdentifier": data["logGroupIdentifier"]}
    return done({**answer, **(group.get(_POLICY) or {})})


def _put_data_protection(group: Group, data: Data) -> Response:
    document = data.get("policyDocument", "")
    if "Statement" not in _document(document.encode()):
        return refused("InvalidParameterException", "The policy document is not valid.")
    group[_POLICY] = {"policyDocument": document, "lastUpdatedTime": int(time.time() * 1000)}
    return done({"logGroupIdentifier": data["logGroupIdentifier"], **group[_POLICY]})


def _delete_data_protection(group: Group, data: Data) -> Response:
    if _POLICY in group:
        group[_POLICY] = None
    return done({})


def _may_invoke(function_arn: str, group: str) -> bool:
    function = lambda_.find(function_arn)
    if function is None:
        return False
    region = gateway.region()
    return any(
        gateway.resource_policy_allows(
            function.policy,
            service=service,
            action="lambda:InvokeFunction",
            resource=function.arn,
            source_arn=f"arn:aws:logs:{region}:{gateway.account()}:log-group:{group}:*",
        )
        for service in ("logs.amazonaws.com", f"logs.{region}.amazonaws.com")
    )


def _key_problem(group: str, key: str) -> Response | None:
    region = gateway.region()
    group_arn = f"arn:aws:logs:{region}:{gateway.account()}:log-group:{group}"
    service = f"logs.{region}.amazonaws.com"
    context = {"aws:logs:arn": group_arn}
    if key.startswith("arn:aws:kms:") and kms.service_may_use(
        key, service, source_arn=group_arn, encryption_context=context
    ):
        return None
    return refused(
        "AccessDeniedException",
        "The specified KMS key does not exist or is not allowed to be used with LogGroup "
        f"'{group_arn}'",
    )


def _group_name(data: Data) -> str:
    """The log group that a request names, by name or ARN; "" when it names none."""
    for field in ("logGroupName", "logGroupIdentifier", "resourceIdentifier"):
        value = data.get(field)
        if isinstance(value, str) and value:
            name = value.partition(":log-group:")[2] if value.startswith("arn:") else value
            return name.removesuffix(":*")
    return ""


def _document(body: bytes) -> Data:
    try:
        document = json.loads(body or b"{}")
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
