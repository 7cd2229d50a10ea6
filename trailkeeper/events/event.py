"""Typed views of the events EventBridge delivers; a missing or strange field is never an error."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

_INSTANCE_ID = re.compile(r"i-[0-9a-f]{8,17}")
_SSO_ROLE = re.compile(r"AWSReservedSSO_(?P<set>.+)_[0-9a-f]{16}")


class MalformedEventError(ValueError):
    """When an invocation carries something that is not an EventBridge event at all."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who made a call, as CloudTrail's userIdentity says; all of it is untrusted text.

    `kind` is userIdentity.type (Root, IAMUser, AssumedRole, AWSService ...). `principal_arn` is the
    user or the role behind a session (sessionIssuer), the thing a policy can be attached to.
    `invoked_by` says through which service the call came, not who made it; `mfa` is None where the
    event does not tell; `provider` is the identity provider of a federated session.

    Source: CloudTrail user guide, "CloudTrail userIdentity element".
    """

    kind: str = ""
    arn: str = ""
    principal_arn: str = ""
    name: str = ""
    session: str = ""
    account: str = ""
    access_key_id: str = ""
    invoked_by: str = ""
    mfa: bool | None = None
    session_since: str = ""
    provider: str = ""

    @property
    def display(self) -> str:
        """A short name for counting: `user deploy-bot`, `role Admin/alice`, `root`."""
        match self.kind:
            case "Root":
                return "root"
            case "IAMUser":
                return f"user {self.name or self.arn}"
            case "AssumedRole":
                session = f"/{self.session}" if self.session else ""
                return f"role {self.name or self.arn}{session}"
            case _:
                return self.invoked_by or self.name or self.arn or self.kind

    @property
    def is_service(self) -> bool:
        """Whether an AWS service acted by itself, and not for somebody.

        `invokedBy` alone says only through what a person acted (console, CloudFormation, forward
        access sessions), except where there is no identity at all.
        """
        nobody = not (self.kind or self.arn or self.name)
        return (
            self.kind == "AWSService"
            or (nobody and bool(self.invoked_by))
            or ":role/aws-service-role/" in self.principal_arn
        )

    @property
    def history_name(self) -> str:
        """The user name by which event history finds this author: for a role, the session."""
        return "root" if self.kind == "Root" else self.session or self.name

    @property
    def instance(self) -> str:
        """The EC2 instance whose role this is: such a session is named after the instance."""
        return self.session if _INSTANCE_ID.fullmatch(self.session) else ""

    @property
    def permission_set(self) -> str:
        """The permission set of an IAM Identity Center session, "" when it is none.

        Source: IAM Identity Center user guide: its roles lie under /aws-reserved/sso.amazonaws.com/
        and are named AWSReservedSSO_<permission set>_<16 hexadecimal digits>.
        """
        found = _SSO_ROLE.fullmatch(self.name)
        return found.group("set") if found and self.kind == "AssumedRole" else ""

    @classmethod
    def parse(cls, identity: Any) -> Actor:
        """Read a userIdentity element, whatever is missing from it."""
        identity = _mapping(identity)
        context = _mapping(identity.get("sessionContext"))
        issuer = _mapping(context.get("sessionIssuer"))
        attributes = _mapping(context.get("attributes"))
        behalf = _mapping(identity.get("onBehalfOf"))
        arn = _string(identity.get("arn"))
        session = _session(arn, _string(identity.get("principalId")))
        name = _string(identity.get("userName")) or _string(issuer.get("userName"))
        if not name and ":assumed-role/" in arn:
            name = arn.partition(":assumed-role/")[2].partition("/")[0]
        if not name and ":role/" in arn:
            name = arn.rpartition("/")[2]
        return cls(
            kind=_string(identity.get("type")),
            arn=arn,
            principal_arn=_string(issuer.get("arn")) or arn,
            name=name or _string(behalf.get("userId")) or _string(identity.get("principalId")),
            session=session,
            account=_string(identity.get("accountId")),
            access_key_id=_string(identity.get("accessKeyId")),
            invoked_by=_string(identity.get("invokedBy")),
            mfa=_yes_or_no(attributes.get("mfaAuthenticated")),
            session_since=_string(attributes.get("creationDate")),
            provider=_string(identity.get("identityProvider"))
            or _string(_mapping(context.get("webIdFederationData")).get("federatedProvider")),
        )


@dataclass(frozen=True, slots=True)
class ApiCall:
    """One CloudTrail record as EventBridge carries it (`AWS API Call via CloudTrail`).

    A hint only: nothing from it is ever copied into an API call.
    """

    event_id: str = ""
    time: str = ""
    region: str = ""
    account: str = ""
    source: str = ""
    name: str = ""
    error_code: str = ""
    error_message: str = ""
    source_ip: str = ""
    user_agent: str = ""
    actor: Actor = field(default_factory=Actor)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    response: Mapping[str, Any] = field(default_factory=dict)
    resource_arns: tuple[str, ...] = ()

    @property
    def at(self) -> datetime | None:
        """When it was made, in UTC, as the event says; None if that is no moment with its zone."""
        try:
            moment = datetime.fromisoformat(self.time)
            return moment.astimezone(UTC) if moment.tzinfo else None
        except (ValueError, OverflowError):
            return None

    @property
    def succeeded(self) -> bool:
        """No error code, an empty one and null all mean that AWS carried the call out."""
        return not self.error_code

    @property
    def denied(self) -> bool:
        """Whether IAM refused the call; services spell it differently, so by prefix and part."""
        code = self.error_code.lower()
        return "accessdenied" in code or "unauthorized" in code or "notauthorized" in code

    @property
    def parameters_omitted(self) -> bool:
        """CloudTrail leaves out bodies over 100 KB, which attackers use to hide what they did."""
        return str(self.parameters.get("omitted", "")).lower() == "true"

    @classmethod
    def parse(cls, envelope: Any) -> ApiCall:
        """Read an EventBridge envelope.

        Raises:
            MalformedEventError: it is no JSON object, or has no `detail` object.
        """
        if not isinstance(envelope, Mapping) or not isinstance(envelope.get("detail"), Mapping):
            message = "expected an EventBridge event with a detail object, got " + _kind(envelope)
            raise MalformedEventError(message)
        detail: Mapping[str, Any] = envelope["detail"]
        resources = detail.get("resources")
        return cls(
            event_id=_string(detail.get("eventID")),
            time=_string(detail.get("eventTime")) or _string(envelope.get("time")),
            region=_string(detail.get("awsRegion")) or _string(envelope.get("region")),
            account=_string(detail.get("recipientAccountId")) or _string(envelope.get("account")),
            source=_string(detail.get("eventSource")),
            name=_string(detail.get("eventName")),
            error_code=_string(detail.get("errorCode")),
            error_message=_string(detail.get("errorMessage")),
            source_ip=_string(detail.get("sourceIPAddress")),
            user_agent=_string(detail.get("userAgent")),
            actor=Actor.parse(detail.get("userIdentity")),
            parameters=_mapping(detail.get("requestParameters")),
            response=_mapping(detail.get("responseElements")),
            resource_arns=tuple(
                _string(each.get("ARN") or each.get("arn"))
                for each in (resources if isinstance(resources, list) else [])
                if isinstance(each, Mapping)
            ),
        )


def _session(arn: str, principal_id: str) -> str:
    """The name of a session: the end of an assumed role's or a federated user's ARN."""
    for mark in (":assumed-role/", ":federated-user/"):
        if mark in arn:
            return arn.rpartition("/")[2]
    # A role's principalId is `AROA...:session`; an event may lack the ARN.
    return principal_id.partition(":")[2] if principal_id.startswith("AROA") else ""


def _yes_or_no(value: Any) -> bool | None:
    return {"true": True, "false": False}.get(_string(value).lower())


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _string(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _kind(value: Any) -> str:
    return "an event without one" if isinstance(value, Mapping) else type(value).__name__
