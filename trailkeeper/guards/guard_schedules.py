"""Guards the schedules that call the other side: when they come, and with what."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.drift import Drift
from trailkeeper.evidence.permission import Permission
from trailkeeper.guards.guard import Clients, Document, Guard, error_code
from trailkeeper.guards.sides import Side

NAME = "guard-schedules"
_COMPARED = (
    *("ScheduleExpression", "FlexibleTimeWindow", "State", "Target", "StartDate", "EndDate"),
    "KmsKeyArn",
)
_MISSING = "ResourceNotFoundException"


def guard(side: Side) -> Guard:
    """The guard of one side's schedules."""
    records = {each.name: each for each in side.schedules}

    def read(clients: Clients, _: Baseline) -> Any:
        found = {name: _read(clients, name) for name in records}
        return {name: each for name, each in found.items() if each is not None}

    def desired(baseline: Baseline) -> Any:
        role = side.schedule_role_arn
        return {name: each.document(baseline.names, role) for name, each in records.items()}

    def write(clients: Clients, baseline: Baseline, drift: Drift) -> None:
        for name in sorted(drift.fields):
            wanted = desired(baseline)[name]
            try:
                clients.scheduler.update_schedule(Name=name, **wanted)
            except ClientError as error:
                if error_code(error) != _MISSING:
                    raise
                clients.scheduler.create_schedule(Name=name, **wanted)

    def arns(baseline: Baseline) -> tuple[str, ...]:
        return tuple(
            baseline.names.arn("scheduler", f"schedule/default/{name}") for name in records
        )

    return Guard(
        name=NAME,
        documents=(
            Document(
                "schedules",
                read,
                desired,
                ("scheduler:GetSchedule",),
                write,
                ("scheduler:CreateSchedule", "scheduler:UpdateSchedule"),
            ),
        ),
        resource=arns,
        why="Compare the schedules that call the other function with the baseline; restore them",
        also_needs=(
            Permission(
                ("iam:PassRole",),
                lambda _: side.schedule_role_arn,
                "Give a schedule that is made again its role, which may call one function",
                lambda _: {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}},
            ),
        ),
    )


def _read(clients: Clients, name: str) -> Any:
    try:
        found = clients.scheduler.get_schedule(Name=name)
    except ClientError as error:
        if error_code(error) == _MISSING:
            return None
        raise
    # A date is compared as text; none is wanted.
    return {
        key: str(found[key]) if key.endswith("Date") else found[key]
        for key in _COMPARED
        if found.get(key)
    }
