"""The configuration that the functions were deployed with, or would be with other settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from trailkeeper.alerts.console import partition_of
from trailkeeper.environments.alert import AlertEnviron, AlertEnvironError
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.evidence.baseline import Baseline, MalformedBaselineError
from trailkeeper.evidence.names import ALERT_FUNCTION, HEAL_FUNCTION, STATE_TABLE, Names

# Stands for the account in previews that are not about a deployed one.
EXAMPLE_ACCOUNT = "111122223333"


class DeployedError(Exception):
    """When there is no configuration to be had; one line for the user."""


def deployed(
    functions: Any | None, cdk_json: Mapping[str, Any] | None
) -> tuple[AlertEnviron, Baseline]:
    """The alert function's environment and the baseline.

    From the deployed functions, given a Lambda client, or from the settings in a cdk.json.

    Raises:
        DeployedError: the functions are not there, or were deployed by another version.
    """
    if cdk_json is not None:
        return _from_settings(cdk_json)
    try:
        alert = _variables(functions, ALERT_FUNCTION)
        heal = _variables(functions, HEAL_FUNCTION)
        return AlertEnviron.from_environ(alert), HealEnviron.from_environ(heal).baseline
    except (ClientError, BotoCoreError) as error:
        hint = "deploy the stacks, or give --settings cdk.json"
        raise DeployedError(f"the functions cannot be read: {error}; {hint}") from error
    except (KeyError, AlertEnvironError, MalformedBaselineError) as error:
        raise DeployedError(f"the functions are of another version: {error}") from error


def _variables(functions: Any, name: str) -> Mapping[str, str]:
    answer = functions.get_function_configuration(FunctionName=name)
    variables: Mapping[str, str] = answer["Environment"]["Variables"]
    return variables


def _from_settings(cdk_json: Mapping[str, Any]) -> tuple[AlertEnviron, Baseline]:
    context = cdk_json.get("context", {})
    settings: Mapping[str, Any] = context.get("trailkeeper", context) or {}
    region = str(settings.get("home_region", "us-east-1"))
    baseline = Baseline(
        partition=partition_of(region),
        region=region,
        account=EXAMPLE_ACCOUNT,
        trail_name=str(settings.get("trail_name", "trailkeeper")),
        evidence_key_arn=None,
        log_retention_days=365,
        archive_after_days=None,
        expire_after_days=None,
    )
    names: Names = baseline.names
    known = {each.name for each in fields(AlertEnviron)}
    environ = AlertEnviron(topic_arn=names.alerts_topic_arn, queue_url="", table=STATE_TABLE)
    given = {name: value for name, value in settings.items() if name in known}
    try:
        raw = {**{name: getattr(environ, name) for name in known}, **given}
        return AlertEnviron.from_environ(AlertEnviron(**raw).to_environ()), baseline
    except (AlertEnvironError, TypeError, ValueError) as error:
        raise DeployedError(f"the settings do not fit: {error}") from error
