"""A change set of one of our stacks waits for whoever executes it.

Nobody can tell from a change set whether a deploy is just making it: CDK's name for it is free to
be taken by anybody, so what is seen is said, and who made it as event history has it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from trailkeeper.cli import times
from trailkeeper.cli.doctor import rights
from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding
from trailkeeper.detections.stack_events import PREPARES
from trailkeeper.events.event import ApiCall
from trailkeeper.reconcile.history import History
from trailkeeper.reconcile.patience import Patience

# CloudFormation API reference, "ChangeSetSummary": it can be executed, or is being made.
_READY = "AVAILABLE"
_COMING = frozenset({"CREATE_PENDING", "CREATE_IN_PROGRESS"})
_OF_CDK: Mapping[str, str] = {
    "cdk-deploy-change-set": "cdk deploy gives this name, and executes it within minutes",
    "cdk-diff-change-set": "cdk diff gives this name, and deletes it within minutes",
}
_ABOUT = timedelta(minutes=2)
_LONGEST_SECONDS = 20.0
_HISTORY = "cloudtrail:LookupEvents"


def _look(deployment: Deployment) -> Iterator[Case]:
    """What cannot be listed keeps back nothing else; its error is raised at the end."""
    failed: Exception | None = None
    try:
        for region, stack in deployment.known_stacks():
            try:
                listed = deployment.change_sets(region, stack["StackName"])
            except (ClientError, BotoCoreError) as error:
                failed = failed or error
                continue
            for waiting in filter(_waits, listed):
                yield _case(deployment, region, waiting)
    except (ClientError, BotoCoreError) as error:
        failed = failed or error
    if failed is not None:
        raise failed


def _waits(listed: Mapping[str, Any]) -> bool:
    return listed.get("ExecutionStatus") == _READY or listed["Status"] in _COMING


def _case(deployment: Deployment, region: str, waiting: Mapping[str, Any]) -> Case:
    name = waiting["ChangeSetName"]
    ready = waiting.get("ExecutionStatus") == _READY
    return {
        "name": name,
        "id": waiting["ChangeSetId"],
        "stack": waiting["StackName"],
        "region": region,
        "status": "CAN BE EXECUTED" if ready else f"is being made ({waiting['Status']})",
        "made": times.ago(waiting["CreationTime"], deployment.now),
        "by": "; ".join(filter(None, (_by(deployment, region, waiting), _OF_CDK.get(name)))),
    }


def _by(deployment: Deployment, region: str, waiting: Mapping[str, Any]) -> str:
    """Who made it, or why that is not known."""
    made = waiting["CreationTime"]
    history = History(deployment, Patience(time.monotonic() + _LONGEST_SECONDS), lambda *_: None)
    try:
        calls = history.calls_named((PREPARES,), region, made - _ABOUT, made + _ABOUT)
    except (ClientError, BotoCoreError) as error:
        refused = rights.missing(error, (_HISTORY,))
        return f"by whom event history does not say: {refused or error}"
    made_it = next((each for each in calls if _is_of(each, waiting)), None)
    if made_it is None:
        return "by nobody of whom event history has heard yet"
    return f"by {made_it.actor.display}"


def _is_of(call: ApiCall, waiting: Mapping[str, Any]) -> bool:
    """Whether the call was answered with this change set; names can be used again."""
    return call.succeeded and call.response.get("id") == waiting["ChangeSetId"]


FINDING = Finding(
    id="change-set-waiting",
    about="Deployed",
    checks="change sets of the stacks",
    look=_look,
    words="the change set {name} of {stack} {status}, made {made}, {by}",
    fix="aws cloudformation describe-change-set --region {region} --change-set-name={id}",
    note="Whoever executes it changes the stack. If nobody of you wants it: "
    "aws cloudformation delete-change-set --region {region} --change-set-name {id}",
    needs=(
        *("cloudformation:DescribeStacks", "cloudformation:ListChangeSets"),
        _HISTORY,
    ),
)
