"""Guards the parameter that tells a deploy which key encrypts the evidence.

Whoever writes another key into it has the next ordinary deploy bring that key to the evidence.
"""

from __future__ import annotations

from typing import Any

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.drift import Drift
from trailkeeper.evidence.names import EVIDENCE_KEY_PARAMETER
from trailkeeper.guards.guard import Clients, Document, Guard, reading

NAME = "guard-parameter"
_ABSENT = frozenset({"ParameterNotFound"})


def _read(clients: Clients, _: Baseline) -> Any:
    found = reading(lambda: clients.ssm.get_parameter(Name=EVIDENCE_KEY_PARAMETER), _ABSENT)
    return {"Value": found["Parameter"]["Value"] if found else None}


def _write(clients: Clients, baseline: Baseline, _: Drift) -> None:
    clients.ssm.put_parameter(
        Name=EVIDENCE_KEY_PARAMETER,
        Value=baseline.evidence_key_arn,
        Type="String",
        Overwrite=True,
    )


def guard() -> Guard:
    """The guard of the parameter."""
    return Guard(
        name=NAME,
        documents=(
            Document(
                "key",
                _read,
                lambda baseline: {"Value": baseline.evidence_key_arn},
                ("ssm:GetParameter",),
                _write,
                ("ssm:PutParameter",),
            ),
        ),
        resource=lambda baseline: baseline.names.arn("ssm", f"parameter{EVIDENCE_KEY_PARAMETER}"),
        why="See that the next deploy takes the evidence key that was deployed; restore it",
        applies=lambda baseline: baseline.evidence_key_arn is not None,
    )
