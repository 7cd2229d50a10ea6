"""The schedules have not come to the heal function for too long."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.cli import times
from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding
from trailkeeper.cli.heal_function import AskError
from trailkeeper.cli.runs import Run, runs


def _look(deployment: Deployment) -> Iterator[Case]:
    try:
        status = deployment.answer.status
    except AskError:  # heal-silent tells
        return
    for each in runs(status) if status else ():
        if each.is_overdue(deployment.now):
            yield {"what": each.what, "came": _came(each, deployment)}


def _came(run: Run, deployment: Deployment) -> str:
    often = f"it should every {times.span(run.every)}"
    if run.last is None:
        return f"never, and {often}"
    return f"{times.ago(run.last, deployment.now)}, and {often}"


FINDING = Finding(
    id="look-overdue",
    about="Schedules",
    checks="when somebody last looked",
    look=_look,
    words="the last look {what} is OVERDUE: {came}",
    fix="trailkeeper reconcile",
    needs=("lambda:InvokeFunction",),
)
