"""The functions are of another version than the command."""

from __future__ import annotations

from collections.abc import Iterator

import trailkeeper
from trailkeeper.cli.deployed import DeployedError
from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding
from trailkeeper.cli.heal_function import AskError


def _look(deployment: Deployment) -> Iterator[Case]:
    here = trailkeeper.__version__
    deployed = _deployed(deployment)
    if deployed not in ("", here):
        yield {"deployed": deployed, "here": here}


def _deployed(deployment: Deployment) -> str:
    """The version of the functions, "" if they don't answer, which others tell."""
    try:
        _ = deployment.heal, deployment.alert
        status = deployment.answer.status
    except (AskError, DeployedError) as error:
        return "unknown" if isinstance(error.__cause__, ValueError) else ""
    return status.version if status else ""


FINDING = Finding(
    id="version-differs",
    about="Deployed",
    checks="the version",
    look=_look,
    words="the version that is deployed ({deployed}) is NOT that of this command ({here})",
    fix="npx cdk deploy --all",
    needs=("lambda:GetFunctionConfiguration", "lambda:InvokeFunction"),
)
