"""Makes CloudTrail records of calls."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import ParseError

from embedded.server import names, parameters, wire, wire_answers
from embedded.server.resources import resources_of

EVENT_VERSION = "1.11"
_TEXT_LIMIT = 1024
"""Where userAgent, errorCode and errorMessage are cut (CloudTrail user guide, record contents)."""

Record = dict[str, Any]


@dataclass(frozen=True)
class Session:
    """The role session behind a temporary key."""

    role_arn: str
    role_id: str
    role_name: str
    since: datetime | None


@dataclass(frozen=True)
class Identity:
    """Who made a call; `kind` is Root, IAMUser, AssumedRole or FederatedUser."""

    kind: str
    principal_id: str
    arn: str
    account_id: str
    access_key_id: str
    user_name: str = ""
    session: Session | None = None

    def as_record(self) -> Record:
        """The record's `userIdentity`."""
        identity: Record = {
            "type": self.kind,
            "principalId": self.principal_id,
            "arn": self.arn,
            "accountId": self.account_id,
            "accessKeyId": self.access_key_id,
        }
        if self.user_name:
            identity["userName"] = self.user_name
        if self.session:
            attributes = {"mfaAuthenticated": "false"}
            if self.session.since:
                attributes["creationDate"] = iso_time(self.session.since)
            identity["sessionContext"] = {
                "sessionIssuer": {
                    "type": "Role",
                    "principalId": self.session.role_id,
                    "arn": self.session.role_arn,
                    "accountId": self.account_id,
                    "userName": self.session.role_name,
                },
                "attributes": attributes,
            }
        return identity


@dataclass(frozen=True)
class Exchange:
    """One signed call, read with its model, and what came of it."""

    call: wire.Call
    request: wire.Request
    answer: wire.Answer
    signature: wire.Signature
    at: datetime


def record_of(
    exchange: Exchange,
    identity: Identity,
    *,
    key_arn: Callable[[str, str, str], str | None],
    new_id: Callable[[], str] = lambda: str(uuid.uuid4()),
) -> Record | None:
    """The record of a call; None for a call that CloudTrail does not record.

    `key_arn(account, region, reference)` resolves a KMS key's id, alias or ARN.
    """
    call, answer, signature = exchange.call, exchange.answer, exchange.signature
    category = names.category(call.service, call.name)
    if category is None:
        return None
    read_only = names.is_read_only(call.service, call.name)
    region = names.event_region(call.service, signature.region)
    record: Record = {
        "eventVersion": EVENT_VERSION,
        "userIdentity": identity.as_record(),
        "eventTime": iso_time(exchange.at),
        "eventSource": names.event_source(signature.service),
        "eventName": names.event_name(call.service, call.name),
        "awsRegion": region,
        "sourceIPAddress": exchange.request.source_address,
        "userAgent": exchange.request.headers.get("user-agent", "")[:_TEXT_LIMIT],
        "requestParameters": parameters.request_parameters(call, exchange.request),
        "responseElements": None,
        "requestID": _request_id(answer.headers, new_id),
        "eventID": new_id(),
        "readOnly": read_only,
        "eventType": "AwsApiCall",
        "managementEvent": category is names.Category.MANAGEMENT,
        "recipientAccountId": identity.account_id,
        "eventCategory": category.value,
    }
    output: Mapping[str, Any] = {}
    failed = answer.status >= 300
    if failed:
        failure = wire_answers.read_failure(call, answer)
        record["errorCode"] = names.error_code(call.service, failure.code)[:_TEXT_LIMIT]
        record["errorMessage"] = failure.message[:_TEXT_LIMIT]
    elif not read_only or call.service == "sts":
        output = _output(call, answer)
        if category is names.Category.MANAGEMENT:
            record["responseElements"] = _elements(call, answer, output)
    if call.service == "s3":
        record["additionalEventData"] = _s3_details(exchange)
    if "apiVersion" in call.operation.metadata and call.service == "events":
        record["apiVersion"] = call.operation.metadata["apiVersion"]
    resources = resources_of(call, record, key_arn=key_arn)
    if resources:
        record["resources"] = resources
        if call.service == "kms" and not read_only and not failed:
            # Since December 2022 every call that changes a key says which (KMS developer guide).
            record["responseElements"] = record["responseElements"] or {
                "keyId": resources[0]["ARN"]
            }
    return record


def iso_time(at: datetime) -> str:
    """A time as records have it: UTC, to the second."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _output(call: wire.Call, answer: wire.Answer) -> Mapping[str, Any]:
    if call.protocol in ("ec2", "rest-xml"):
        return {}
    try:
        return wire_answers.read_output(call, answer)
    except wire.UnreadableError:
        return {}


def _elements(call: wire.Call, answer: wire.Answer, output: Mapping[str, Any]) -> Any:
    try:
        return parameters.response_elements(call, output, answer.body or b"")
    except ParseError:
        return None


def _request_id(headers: Mapping[str, str], new_id: Callable[[], str]) -> str:
    return headers.get("x-amzn-requestid") or headers.get("x-amz-request-id") or new_id()


def _s3_details(exchange: Exchange) -> Record:
    details: Record = {
        "SignatureVersion": "SigV4",
        "AuthenticationMethod": "QueryString" if exchange.signature.in_query else "AuthHeader",
        "bytesTransferredIn": int(exchange.request.headers.get("content-length") or 0),
        "bytesTransferredOut": int(exchange.answer.headers.get("content-length") or 0),
    }
    if "x-amz-id-2" in exchange.answer.headers:
        details["x-amz-id-2"] = exchange.answer.headers["x-amz-id-2"]
    return details
