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
from ministack.core.responses import error_response_json, json_response
from ministack.services import cloudwatch_logs

from embedded.adapter import gateway, kms, lambda_

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.core.iam_actions:extract_resource_arn"
    "(service, method, path, headers, body, query_params, region, account_id)",
    "ministack.core.responses:error_response_json",
    "ministack.core.responses:json_response",
    "ministack.services.cloudwatch_logs:_create_log_group(data)",
    "ministack.services.cloudwatch_logs:_describe_log_groups(data)",
    "ministack.services.cloudwatch_logs:_log_groups",
    "ministack.services.cloudwatch_logs:_put_subscription_filter(data)",
    "ministack.services.cloudwatch_logs:handle_request(method, path, headers, body, query_params)",
)

Response = tuple[int, dict[str, str], bytes]
Group = dict[str, Any]

_TARGET = "Logs_20140328."
_TAGGING = frozenset({"TagResource", "UntagResource", "ListTagsForResource"})
_POLICY = "dataProtectionPolicy"


def install() -> None:
    """Take the missing actions, keep what a new group declares, tell IAM the right resource."""
    _install_actions()
    _install_creation()
    _install_description()
    _install_subscription_check()
    _install_resource()


def _install_actions() -> None:
    handle = cloudwatch_logs.handle_request
    actions: dict[str, Callable[[Group, dict[str, Any]], Response]] = {
        "AssociateKmsKey": _associate_key,
        "DisassociateKmsKey": _disassociate_key,
        "GetDataProtectionPolicy": _get_data_protection,
        "PutDataProtectionPolicy": _put_data_protection,
        "DeleteDataProtectionPolicy": _delete_data_protection,
    }

    async def handle_request(
        method: str, path: str, headers: dict[str, str], body: bytes, query_params: Any
    ) -> Response:
        action = actions.get(headers.get("x-amz-target", "").removeprefix(_TARGET))
        if action is None:
            answered: Response = await handle(method, path, headers, body, query_params)
            return answered
        data = json.loads(body)
        group = cloudwatch_logs._log_groups.get(_group_name(data))
        if group is None:
            return _refused("ResourceNotFoundException", "The specified log group does not exist.")
        return action(group, data)

    cloudwatch_logs.handle_request = handle_request


def _install_creation() -> None:
    create = cloudwatch_logs._create_log_group

    def created(data: dict[str, Any]) -> Response:
        name = data.get("logGroupName", "")
        problem = _key_problem(name, data["kmsKeyId"]) if data.get("kmsKeyId") else None
        if problem and name not in cloudwatch_logs._log_groups:
            return problem
        answer: Response = create(data)
        if answer[0] < 400 and data.get("deletionProtectionEnabled"):
            cloudwatch_logs._log_groups[name]["deletionProtectionEnabled"] = True
        return answer

    cloudwatch_logs._create_log_group = created


def _install_description() -> None:
    describe = cloudwatch_logs._describe_log_groups

    def described(data: dict[str, Any]) -> Response:
        status, headers, body = describe(data)
        if status >= 400:
            return status, headers, body
        answer = json.loads(body)
        for shown in answer["logGroups"]:
            group = cloudwatch_logs._log_groups[shown["logGroupName"]]
            if _POLICY in group:
                shown["dataProtectionStatus"] = "ACTIVATED" if group[_POLICY] else "DELETED"
        return status, headers, json.dumps(answer).encode()

    cloudwatch_logs._describe_log_groups = described


def _install_subscription_check() -> None:
    put = cloudwatch_logs._put_subscription_filter

    def put_subscription_filter(data: dict[str, Any]) -> Response:
        destination = data.get("destinationArn", "")
        if ":lambda:" in destination and not _may_invoke(destination, _group_name(data)):
            return _refused(
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
        action = headers.get("x-amz-target", "").removeprefix(_TARGET)
        if service == "logs" and action not in _TAGGING:
            data = _document(body)
            group = _group_name(data)
            if group:
                stream = data.get("logStreamName", "")
                return f"arn:aws:logs:{region}:{account_id}:log-group:{group}:log-stream:{stream}"
        return extract(service, method, path, headers, body, query_params, region, account_id)

    iam_actions.extract_resource_arn = extracted


def _associate_key(group: Group, data: dict[str, Any]) -> Response:
    problem = _key_problem(_group_name(data), data.get("kmsKeyId", ""))
    if problem:
        return problem
    group["kmsKeyId"] = data["kmsKeyId"]
    return _done({})


def _disassociate_key(group: Group, data: dict[str, Any]) -> Response:
    group["kmsKeyId"] = None
    return _done({})


def _get_data_protection(group: Group, data: dict[str, Any]) -> Response:
    answer = {"logGroupIdentifier": data["logGroupIdentifier"]}
    return _done({**answer, **(group.get(_POLICY) or {})})


def _put_data_protection(group: Group, data: dict[str, Any]) -> Response:
    document = data.get("policyDocument", "")
    if "Statement" not in _document(document.encode()):
        return _refused("InvalidParameterException", "The policy document is not valid.")
    group[_POLICY] = {"policyDocument": document, "lastUpdatedTime": int(time.time() * 1000)}
    return _done({"logGroupIdentifier": data["logGroupIdentifier"], **group[_POLICY]})


def _delete_data_protection(group: Group, data: dict[str, Any]) -> Response:
    if _POLICY in group:
        group[_POLICY] = None
    return _done({})


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
    return _refused(
        "AccessDeniedException",
        "The specified KMS key does not exist or is not allowed to be used with LogGroup "
        f"'{group_arn}'",
    )


def _group_name(data: dict[str, Any]) -> str:
    """The log group that a request names, by name or ARN; "" when it names none."""
    for field in ("logGroupName", "logGroupIdentifier", "resourceIdentifier"):
        value = data.get(field)
        if isinstance(value, str) and value:
            name = value.partition(":log-group:")[2] if value.startswith("arn:") else value
            return name.removesuffix(":*")
    return ""


def _document(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body or b"{}")
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _done(document: dict[str, Any]) -> Response:
    return json_response(document)  # type: ignore[no-any-return]


def _refused(code: str, message: str) -> Response:
    return error_response_json(code, message, 400)  # type: ignore[no-any-return]
