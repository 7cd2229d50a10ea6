"""The parameter that names the evidence key is seen as it is."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError

from tests.deployed_evidence import BASELINE
from tests.recorded import Recorded
from trailkeeper.evidence.drift import Change, Drift
from trailkeeper.guards import guard_parameter
from trailkeeper.guards.guard import Unreadable


def test_a_parameter_that_is_gone_is_seen_and_one_that_cannot_be_read_is_said() -> None:
    keyed = replace(BASELINE, evidence_key_arn="arn:aws:kms:us-east-1:123456789012:key/ours")
    guard = guard_parameter.guard()

    def found(code: str) -> Any:
        def get_parameter(*, Name: str) -> Any:
            raise ClientError({"Error": {"Code": code}}, "GetParameter")

        clients: Any = SimpleNamespace(ssm=SimpleNamespace(get_parameter=get_parameter))
        return guard.compare(guard.documents[0], clients, keyed)

    gone = found("ParameterNotFound")
    assert gone.changes == (Change("Value", "-", "arn:aws:kms:us-east-1:123456789012:key/ours"),)
    assert isinstance(found("AccessDeniedException"), Unreadable)


def test_a_parameter_that_is_gone_is_made_again_as_it_was() -> None:
    (document,) = guard_parameter.guard().documents
    assert document.write is not None
    baseline = replace(BASELINE, evidence_key_arn="arn:key")
    clients = Recorded()

    document.write(clients, baseline, Drift("guard-parameter", "key", ()))

    (call,) = clients.calls
    assert (call.operation, call.arguments) == (
        "PutParameter",
        {
            "Name": "/trailkeeper/evidence-key-arn",
            "Value": "arn:key",
            "Type": "String",
            "Overwrite": True,
        },
    )
