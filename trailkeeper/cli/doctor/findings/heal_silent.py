"""The heal function does not answer."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding
from trailkeeper.cli.doctor.rights import missing
from trailkeeper.cli.heal_function import AskError
from trailkeeper.evidence.names import HEAL_FUNCTION


def _look(deployment: Deployment) -> Iterator[Case]:
    if deployment.cannot_answer(HEAL_FUNCTION):
        return  # that it is gone or switched off is said already
    try:
        _ = deployment.answer
    except AskError as error:
        cause = error.__cause__
        if isinstance(cause, Exception) and missing(cause):
            raise cause from error
        yield {"why": str(error), "region": deployment.region}


FINDING = Finding(
    id="heal-silent",
    about="Functions",
    checks="whether the heal function answers",
    look=_look,
    words="the heal function does NOT answer, so nothing is healed: {why}",
    fix="aws logs filter-log-events --region {region} --max-items 20 --filter-pattern ERROR "
    f"--log-group-name /aws/lambda/{HEAL_FUNCTION}",
    needs=("lambda:InvokeFunction",),
)
