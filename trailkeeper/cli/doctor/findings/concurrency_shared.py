"""The functions have no concurrent executions of their own, as too few would stay to others."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.cli.doctor.deployment import Deployment, Resource
from trailkeeper.cli.doctor.finding import Case, Finding
from trailkeeper.evidence.functions import ALERT, HEAL, LEFT_TO_OTHERS, WATCHER


def _look(deployment: Deployment) -> Iterator[Case]:
    if not (deployment.heal.watcher and deployment.heal.reserve_concurrency):
        return
    sharing = [
        record
        for record in (HEAL, ALERT, WATCHER)
        if (found := deployment.function(Resource("", deployment.region, record.name)))
        and "ReservedConcurrentExecutions" not in found.get("Concurrency", {})
    ]
    if not sharing:
        return
    limit = deployment.client("lambda").get_account_settings()["AccountLimit"]
    unreserved = limit["UnreservedConcurrentExecutions"]
    wanted = sum(each.reserved for each in sharing)
    short = wanted + LEFT_TO_OTHERS - unreserved
    if short > 0:
        yield {
            "functions": ", ".join(each.name for each in sharing),
            "unreserved": str(unreserved),
            "wanted": str(wanted),
            "left": str(LEFT_TO_OTHERS),
            "quota": str(limit["ConcurrentExecutions"] + short),
            "region": deployment.region,
        }


FINDING = Finding(
    id="concurrency-shared",
    about="Functions",
    checks="whether other functions can use up what the functions need to run",
    look=_look,
    words="other functions CAN USE UP what {functions} need to run: nothing is reserved for them, "
    "as of {unreserved} unreserved concurrent executions {wanted} would go and fewer than {left} "
    "stay to others",
    # "Concurrent executions" (Service Quotas, "AWS Lambda").
    fix="aws service-quotas request-service-quota-increase --region {region} --service-code lambda "
    "--quota-code L-B99A9384 --desired-value={quota}",
    needs=("lambda:GetAccountSettings", "lambda:GetFunction"),
)
