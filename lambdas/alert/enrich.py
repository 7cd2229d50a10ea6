"""Asks EC2 about instances; whatever goes wrong, the alert goes out without the details."""

from __future__ import annotations

from collections.abc import Iterable

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.alert.clients import Clients
from lambdas.alert.telemetry import logger
from trailkeeper.events.instances import Details, is_instance_id

# DescribeInstances takes up to 200 values a filter.
_MOST = 200
GONE = Details(unknown="")


def describe(clients: Clients, region: str, instances: Iterable[str]) -> dict[str, Details]:
    """Details of each instance; those that cannot be had say why in `unknown`.

    By filter and not by id: one unknown id fails a whole call by id.
    """
    wanted = list(dict.fromkeys(each for each in instances if is_instance_id(each)))
    found: dict[str, Details] = {}
    for start in range(0, len(wanted), _MOST):
        some = wanted[start : start + _MOST]
        try:
            paginator = clients.ec2(region).get_paginator("describe_instances")
            for page in paginator.paginate(Filters=[{"Name": "instance-id", "Values": some}]):
                for reservation in page.get("Reservations", []):
                    for instance in reservation.get("Instances", []):
                        found[instance["InstanceId"]] = Details.parse(instance)
        except (BotoCoreError, ClientError) as error:
            logger.warning("DescribeInstances failed; alerting without details", error=str(error))
            reason = _reason(error)
            found |= {each: Details(unknown=reason) for each in some if each not in found}
    return {each: found.get(each, GONE) for each in wanted}


def _reason(error: BotoCoreError | ClientError) -> str:
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "ClientError"))
    return type(error).__name__
