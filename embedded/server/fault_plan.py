"""The faults that are in place: what was asked for, which calls it is for, what is left of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DELIVERIES = ("eventbridge", "s3")


class InvalidFaultError(ValueError):
    """When a fault asked for is not one that can be made."""


@dataclass
class Fault:
    """One fault; `times` is how often it still strikes, None without end."""

    service: str = ""
    action: str = ""
    principal: str = ""
    error: str = ""
    message: str = ""
    status: int = 400
    delay_ms: int = 0
    stale_seconds: float = 0
    dated_seconds: float = 0
    after: str = ""
    after_seconds: float = 0
    deliver: str = ""
    drop: bool = False
    times: int | None = None

    @classmethod
    def parse(cls, body: bytes) -> Fault:
        """The fault that a request asks for; raises InvalidFaultError."""
        try:
            given = json.loads(body)
            fault = cls(**given)
        except (ValueError, TypeError) as error:
            raise InvalidFaultError(
                f"{error}; a fault has {', '.join(cls.__dataclass_fields__)}"
            ) from error
        if fault.deliver:
            if fault.deliver not in DELIVERIES or not fault.drop:
                raise InvalidFaultError(
                    'of deliveries only {"deliver": "eventbridge" or "s3", "drop": true}'
                )
        elif not fault.service or not fault.action:
            raise InvalidFaultError("a fault names a service and an action")
        elif bool(fault.after) != bool(fault.after_seconds) or (fault.after and not fault.error):
            raise InvalidFaultError("after, after_seconds and error go together")
        elif not (fault.error or fault.delay_ms or fault.stale_seconds or fault.dated_seconds):
            raise InvalidFaultError("a fault has error, delay_ms, stale_seconds or dated_seconds")
        return fault

    def strikes(self, service: str, action: str, principal: str) -> bool:
        """Whether the fault is for such a call."""
        return (
            self.times != 0
            and not self.deliver
            and self.service == service
            and self.action in ("*", action)
            and self.principal in principal
        )

    def spend(self) -> None:
        """Count one strike."""
        if self.times is not None:
            self.times -= 1

    def as_json(self) -> dict[str, Any]:
        """The fault as it was asked for, with what is left of `times`."""
        return {
            name: value for name, value in vars(self).items() if value not in ("", 0, 0.0, None)
        }


class FaultPlan:
    """The faults that are in place."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Put a fault in place."""
        self._faults.append(fault)

    def clear(self) -> None:
        """Take all faults away."""
        self._faults.clear()

    def left(self) -> list[Fault]:
        """The faults that can still strike."""
        return [fault for fault in self._faults if fault.times != 0]

    def of_call(self, service: str, action: str, principal: str) -> list[Fault]:
        """The faults that strike a call; the caller spends them."""
        return [fault for fault in self._faults if fault.strikes(service, action, principal)]

    def any_stale(self, service: str) -> list[Fault]:
        """The stale reads of a service that are in place."""
        return [f for f in self.left() if f.service == service and f.stale_seconds]

    def holds_files(self) -> bool:
        """Whether CloudTrail writes no log files, and says nothing of it."""
        held = [fault for fault in self.left() if fault.deliver == "s3"]
        for fault in held[:1]:
            fault.spend()
        return bool(held)

    def drops(self, record: Mapping[str, Any]) -> bool:
        """Whether EventBridge does not get this event; counts the strike."""
        for fault in self.left():
            if fault.deliver == "eventbridge" and fault.action in ("", "*", record["eventName"]):
                fault.spend()
                return True
        return False


def refusal(protocol: str, fault: Fault) -> tuple[int, str, bytes]:
    """A fault's error as a service of a protocol answers it: status, content type and body."""
    message = fault.message or "Rate exceeded"
    if protocol in ("json", "rest-json"):
        body = {"__type": fault.error, "message": message}
        return fault.status, "application/x-amz-json-1.1", json.dumps(body).encode()
    if protocol == "smithy-rpc-v2-cbor":
        members = _cbor_text("__type") + _cbor_text(fault.error)
        members += _cbor_text("message") + _cbor_text(message)
        return fault.status, "application/cbor", b"\xa2" + members
    error = f"<Code>{fault.error}</Code><Message>{message}</Message>"
    if protocol == "rest-xml":
        text = f"<Error>{error}<RequestId>fault</RequestId></Error>"
    elif protocol == "ec2":
        text = (
            f"<Response><Errors><Error>{error}</Error></Errors>"
            "<RequestID>fault</RequestID></Response>"
        )
    else:
        text = (
            f"<ErrorResponse><Error><Type>Sender</Type>{error}</Error>"
            "<RequestId>fault</RequestId></ErrorResponse>"
        )
    return fault.status, "text/xml", text.encode()


def _cbor_text(text: str) -> bytes:
    encoded = text.encode()
    return b"\x79" + len(encoded).to_bytes(2, "big") + encoded
