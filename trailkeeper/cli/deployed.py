"""The configuration that the functions were deployed with, or would be with other settings."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from trailkeeper.cli.account import explained
from trailkeeper.cli.setting_names import NAMES
from trailkeeper.environments.alert import AlertEnviron
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.environments.variable import EnvironError
from trailkeeper.evidence import defaults
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.expected import ExpectedActor
from trailkeeper.evidence.names import ALERT_FUNCTION, HEAL_FUNCTION, LIVE, STATE_TABLE
from trailkeeper.evidence.regions import partition_of
from trailkeeper.rendering.untrusted import clean
from trailkeeper.wire.typed import MalformedError, dump, load

T = TypeVar("T")

_KEY = "trailkeeper"
_LONGEST_NAME = 60
# Settings that the functions know by another name.
_FIELDS = {"break_glass_principals": "break_glass"}

# Stands for the account in previews that are not about a deployed one.
EXAMPLE_ACCOUNT = "111122223333"


class DeployedError(Exception):
    """When there is no configuration to be had; one line for the user."""


@dataclass(frozen=True, slots=True)
class Functions:
    """What both functions are told by their environments."""

    heal: HealEnviron
    alert: AlertEnviron


def deployed(client: Any) -> Functions:
    """The functions' environments, as a Lambda client gives them.

    Raises:
        DeployedError: the functions are not there, or were deployed by another version.
    """
    return Functions(deployed_heal(client), deployed_alert(client))


def deployed_heal(client: Any) -> HealEnviron:
    """The heal function's environment.

    Raises:
        DeployedError: it is not there, or was deployed by another version.
    """
    return _of(HealEnviron.from_environ, client, HEAL_FUNCTION)


def deployed_alert(client: Any) -> AlertEnviron:
    """The alert function's environment.

    Raises:
        DeployedError: it is not there, or was deployed by another version.
    """
    return _of(AlertEnviron.from_environ, client, ALERT_FUNCTION)


def _of(read: Callable[[Mapping[str, str]], T], client: Any, function: str) -> T:
    try:
        return read(_variables(client, function))
    except (ClientError, BotoCoreError) as error:
        hint = "deploy the stacks there, choose another --region, or give --settings cdk.json"
        raise DeployedError(f"the functions cannot be read: {explained(error)}; {hint}") from error
    except (KeyError, EnvironError) as error:
        raise DeployedError(f"the functions are of another version: {error}") from error


def _variables(client: Any, name: str) -> Mapping[str, str]:
    answer = client.get_function_configuration(FunctionName=name, Qualifier=LIVE)
    variables: Mapping[str, str] = answer["Environment"]["Variables"]
    return variables


def as_declared(cdk_json: Mapping[str, Any], account: str = EXAMPLE_ACCOUNT) -> Functions:
    """The functions' environments as the settings in a cdk.json would make them.

    Raises:
        DeployedError: the settings do not fit.
    """
    settings = written_settings(cdk_json)
    region = settings.get("home_region", defaults.HOME_REGION)
    trail = settings.get("trail_name", defaults.TRAIL_NAME)
    for name, value in (("home_region", region), ("trail_name", trail)):
        if not isinstance(value, str):
            shown = json.dumps(value, ensure_ascii=False)
            raise DeployedError(f"{name}: given {shown}; allowed: a string")
    baseline = Baseline(
        partition=partition_of(region),
        region=region,
        account=account,
        trail_name=trail,
        evidence_key_arn=None,
        log_retention_days=365,
        archive_after_days=None,
        expire_after_days=None,
    )
    topic, chat = baseline.names.alerts_topic_arn, baseline.names.chat_topic_arn
    to_chat = chat if settings.get("amazon_q") else None
    named = {_FIELDS.get(name, name): value for name, value in settings.items()}
    try:
        return Functions(
            _with(HealEnviron(baseline, alerts_queue_url=""), named),
            _with(AlertEnviron(topic, "", STATE_TABLE, chat_topic_arn=to_chat), named),
        )
    except MalformedError as error:
        raise DeployedError(f"the settings do not fit: {error}") from error


def written_settings(cdk_json: Mapping[str, Any]) -> dict[str, Any]:
    """The "trailkeeper" object of the context, and the settings beside it under their own keys.

    A file that holds nothing but settings is taken as such.

    Raises:
        DeployedError: they are no object, or one of them has no name of a setting.
    """
    context = cdk_json.get("context", cdk_json)
    if not isinstance(context, Mapping):
        raise DeployedError("context must be an object")
    bare = context is cdk_json and _KEY not in context
    written = (context if bare else context.get(_KEY)) or {}
    if not isinstance(written, Mapping):
        raise DeployedError(f"{_KEY} must be an object of settings")
    beside = {
        name.removeprefix(f"{_KEY}:"): value
        for name, value in context.items()
        if name.startswith(f"{_KEY}:")
    }
    settings = {**written, **beside}
    unknown = [_unknown(name) for name in settings if name not in NAMES]
    if unknown:
        raise DeployedError("; ".join(unknown))
    return settings


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name, NAMES, n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(NAMES)}"
    return f"there is no setting {clean(name, _LONGEST_NAME)}; {hint}"


def _with(environ: T, settings: Mapping[str, Any]) -> T:
    """The environment with the settings that it knows by the same names."""
    known = {each.name for each in fields(environ)}  # type: ignore[arg-type]
    given = {name: value for name, value in settings.items() if name in known}
    if "expected_actors" in given:
        given["expected_actors"] = _whole(given["expected_actors"])
    return load(type(environ), {**dump(environ), **given})


def _is_day(words: str) -> bool:
    try:
        return date.fromisoformat(words).isoformat() == words
    except ValueError:
        return False


def _whole(entries: Any) -> Any:
    """Entries with what cdk.json may leave out of them, as the stack hands them over."""
    if not isinstance(entries, list):
        return entries
    for number, each in enumerate(entries):
        until = each.get("until") if isinstance(each, Mapping) else None
        if isinstance(until, str) and not _is_day(until):
            shown = clean(json.dumps(until, ensure_ascii=False), _LONGEST_NAME)
            where = f"expected_actors[{number}].until"
            raise DeployedError(f"{where}: given {shown}; allowed: a day such as 2026-11-26")
    empty = {name: value for name, value in dump(ExpectedActor(())).items() if name != "calls"}
    return [
        {**empty, **{key: each[key] for key in each if each[key] is not None}}
        if isinstance(each, Mapping)
        else each
        for each in entries
    ]
