"""The configuration that the functions were deployed with, or would be with other settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from trailkeeper.alerts.console import partition_of
from trailkeeper.environments.alert import AlertEnviron
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.environments.variable import EnvironError
from trailkeeper.evidence import defaults
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import ALERT_FUNCTION, HEAL_FUNCTION, STATE_TABLE
from trailkeeper.wire.typed import MalformedError, dump, load

T = TypeVar("T")

# Stands for the account in previews that are not about a deployed one.
EXAMPLE_ACCOUNT = "111122223333"


class DeployedError(Exception):
    """When there is no configuration to be had; one line for the user."""


@dataclass(frozen=True, slots=True)
class Functions:
    """What both functions are told by their environments."""

    heal: HealEnviron
    alert: AlertEnviron


def deployed(client: Any | None, cdk_json: Mapping[str, Any] | None) -> Functions:
    """The functions' environments: from a Lambda client, or from the settings in a cdk.json.

    Raises:
        DeployedError: the functions are not there, or were deployed by another version; or the
            settings do not fit.
    """
    if cdk_json is not None:
        return _from_settings(cdk_json)
    try:
        return Functions(
            HealEnviron.from_environ(_variables(client, HEAL_FUNCTION)),
            AlertEnviron.from_environ(_variables(client, ALERT_FUNCTION)),
        )
    except (ClientError, BotoCoreError) as error:
        hint = "deploy the stacks, or give --settings cdk.json"
        raise DeployedError(f"the functions cannot be read: {error}; {hint}") from error
    except (KeyError, EnvironError) as error:
        raise DeployedError(f"the functions are of another version: {error}") from error


def _variables(client: Any, name: str) -> Mapping[str, str]:
    answer = client.get_function_configuration(FunctionName=name)
    variables: Mapping[str, str] = answer["Environment"]["Variables"]
    return variables


def _from_settings(cdk_json: Mapping[str, Any]) -> Functions:
    context = cdk_json.get("context", {})
    settings: Mapping[str, Any] = context.get("trailkeeper", context) or {}
    region = str(settings.get("home_region", defaults.HOME_REGION))
    baseline = Baseline(
        partition=partition_of(region),
        region=region,
        account=EXAMPLE_ACCOUNT,
        trail_name=str(settings.get("trail_name", defaults.TRAIL_NAME)),
        evidence_key_arn=None,
        log_retention_days=365,
        archive_after_days=None,
        expire_after_days=None,
    )
    topic = baseline.names.alerts_topic_arn
    try:
        return Functions(
            _with(HealEnviron(baseline, alerts_queue_url=""), settings),
            _with(AlertEnviron(topic_arn=topic, queue_url="", table=STATE_TABLE), settings),
        )
    except MalformedError as error:
        raise DeployedError(f"the settings do not fit: {error}") from error


def _with(environ: T, settings: Mapping[str, Any]) -> T:
    """The environment with the settings that it knows by the same names."""
    known = {each.name for each in fields(environ)}  # type: ignore[arg-type]
    given = {name: value for name, value in settings.items() if name in known}
    return load(type(environ), {**dump(environ), **given})
