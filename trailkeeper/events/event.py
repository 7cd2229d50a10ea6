"""Typed views of the events EventBridge delivers; a missing or strange field is never an error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class MalformedEventError(ValueError):
    """When an invocation carries something that is not an EventBridge event at all."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who made a call, as CloudTrail's userIdentity says; all of it is untrusted text.

    `kind` is userIdentity.type (Root, IAMUser, AssumedRole, AWSService ...). `principal_arn` is the
    user or the role behind a session (sessionIssuer), the thing a policy can be attached to.
    """

    kind: str = ""
    arn: str = ""
    principal_arn: str = ""
    name: str = ""
    session: str = ""
    account: str = ""
    access_key_id: str = ""
    invoked_by: str = ""

    @property
    def known(self) -> bool:
        """Whether the event said anything about its author."""
        return bool(self.arn or self.name or self.invoked_by or self.kind)

    @property
    def display(self) -> str:
        """A short name for a headline: `user deploy-bot`, `role Admin/alice`, `root`."""
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

    @classmethod
    def parse(cls, identity: Any) -> Actor:
        """Read a userIdentity element, whatever is missing from it."""
        identity = _mapping(identity)
        issuer = _mapping(_mapping(identity.get("sessionContext")).get("sessionIssuer"))
        arn = _string(identity.get("arn"))
        session = arn.rsplit("/", 1)[-1] if ":assumed-role/" in arn else ""
        name = _string(identity.get("userName")) or _string(issuer.get("userName"))
        if not name and ":assumed-role/" in arn:
            name = arn.split(":assumed-role/", 1)[1].split("/", 1)[0]
        return cls(
            kind=_string(identity.get("type")),
            arn=arn,
            principal_arn=_string(issuer.get("arn")) or arn,
            name=name,
            session=session,
            account=_string(identity.get("accountId")),
            access_key_id=_string(identity.get("accessKeyId")),
            invoked_by=_string(identity.get("invokedBy")),
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


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _string(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _kind(value: Any) -> str:
    return "an event without one" if isinstance(value, Mapping) else type(value).__name__
