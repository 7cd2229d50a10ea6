"""Finds the deployment that a caller means, or says why there is none to look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import click
from botocore.exceptions import ClientError

from trailkeeper.cli import times
from trailkeeper.cli.account import Account
from trailkeeper.cli.deployed import DeployedError, deployed_heal
from trailkeeper.cli.doctor import rights
from trailkeeper.cli.doctor.deployment import clock_of
from trailkeeper.evidence import defaults
from trailkeeper.evidence.names import HEAL_FUNCTION, RESPONSE_STACK, Names

# What AWS says to a call that was signed at the wrong time.
_SIGNED_WRONG = frozenset(
    {
        "RequestExpired",
        "RequestTimeTooSkewed",
        "InvalidSignatureException",
        "SignatureDoesNotMatch",
    }
)
_FIVE_MINUTES = timedelta(minutes=5)


class BlindError(click.ClickException):
    """When there is nothing that could be looked at; one line for the user."""

    exit_code = 2


def find(account: Account) -> Names:
    """The names of the deployment in the account and region of the caller.

    Raises:
        BlindError: nothing of Trailkeeper is there, or AWS does not say who asks.
    """
    identity = _identity(account)
    partition, number = identity["Arn"].split(":")[1], identity["Account"]
    region = str(account.client("sts").meta.region_name)
    unnamed = Names(partition, region, number, defaults.TRAIL_NAME)
    try:
        return deployed_heal(account.patient_client("lambda")).baseline.names
    except DeployedError:
        trails = _trails(account)
    ours = _delivering_to(trails, unnamed.log_bucket)
    if ours:
        return Names(partition, region, number, ours[0]["Name"])
    if _has_anything(account):
        return unnamed
    raise BlindError(_nothing(unnamed, trails))


def _identity(account: Account) -> Mapping[str, str]:
    try:
        identity: Mapping[str, str] = account.client("sts").get_caller_identity()
    except ClientError as error:
        raise BlindError(_why_nobody(error)) from error
    return identity


def _why_nobody(error: ClientError) -> str:
    if error.response["Error"].get("Code") in _SIGNED_WRONG:
        ahead = datetime.now(UTC) - clock_of(error.response)
        if abs(ahead) >= _FIVE_MINUTES:
            how = "ahead of AWS's" if ahead > timedelta(0) else "behind AWS's"
            return (
                f"AWS refuses every call, as this machine's clock is {times.span(abs(ahead))} "
                f"{how}; let it take its time from the network (timedatectl set-ntp true)"
            )
    return f"AWS does not say who you are: {error}"


def _trails(account: Account) -> Iterable[Mapping[str, Any]]:
    """The trails that are seen from here; none if the caller may not ask."""
    try:
        listed: Iterable[Mapping[str, Any]] = account.patient_client(
            "cloudtrail"
        ).describe_trails()["trailList"]
    except ClientError as error:
        if rights.missing(error):
            return ()
        raise
    return listed


def _delivering_to(trails: Iterable[Mapping[str, Any]], bucket: str) -> list[Mapping[str, Any]]:
    return [each for each in trails if each.get("S3BucketName") == bucket]


def _has_anything(account: Account) -> bool:
    """Whether the guard or its stack is there, or the caller may not know."""
    functions = account.patient_client("lambda")
    stacks = account.patient_client("cloudformation")
    reads = (
        lambda: functions.get_function_configuration(FunctionName=HEAL_FUNCTION),
        lambda: stacks.describe_stacks(StackName=RESPONSE_STACK),
    )
    return any(_answers(each) for each in reads)


def _answers(read: Any) -> bool:
    try:
        read()
    except ClientError as error:
        return rights.missing(error) is not None
    return True


def _nothing(names: Names, trails: Iterable[Mapping[str, Any]]) -> str:
    """That nothing is here, and where it is if that can be seen."""
    begins = names.log_bucket.removesuffix(names.region)
    for each in trails:
        home = str(each.get("HomeRegion", ""))
        if each.get("S3BucketName") == f"{begins}{home}":
            return (
                f"Trailkeeper is not in {names.region}: its home region is {home}; "
                f"run: trailkeeper --region {home} doctor"
            )
    return (
        f"there is no Trailkeeper in {names.region} of account {names.account}; deploy the stacks, "
        "or choose another --region or --profile"
    )
