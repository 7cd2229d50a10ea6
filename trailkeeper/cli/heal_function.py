"""Asks the deployed heal function to do something, and says plainly when it cannot be asked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from trailkeeper.cli.account import explained
from trailkeeper.evidence.names import HEAL_FUNCTION, LIVE
from trailkeeper.reconcile.answer import Answer
from trailkeeper.wire.typed import MalformedError


class AskError(Exception):
    """When the heal function could not be asked, or did not answer; one line for the user."""


def ask(functions: Any, command: str, **arguments: Any) -> Answer:
    """Send a command to the heal function and give its answer. `functions` is a Lambda client.

    Raises:
        AskError: the function is not there, may not be invoked, failed, or is of another version.
    """
    payload = json.dumps({"trailkeeper": {"command": command, **arguments}})
    try:
        answer = functions.invoke(
            FunctionName=HEAL_FUNCTION, Qualifier=LIVE, Payload=payload.encode()
        )
        result: Any = json.loads(answer["Payload"].read() or b"null")
    except ClientError as error:
        raise AskError(_explained(error)) from error
    except (BotoCoreError, ValueError) as error:
        raise AskError(f"{HEAL_FUNCTION} cannot be reached: {explained(error)}") from error
    if "FunctionError" in answer:
        raise AskError(_failure(result))
    try:
        return Answer.from_json(result)
    except MalformedError as error:
        message = f"{HEAL_FUNCTION} is of another version than this command ({error})"
        raise AskError(f"{message}; deploy it again, or install its version") from error


def _explained(error: ClientError) -> str:
    code = error.response["Error"].get("Code", "")
    if code == "ResourceNotFoundException":
        return (
            f"there is no function {HEAL_FUNCTION} in this account and region; "
            "deploy the stacks, or choose another region with --region"
        )
    return f"{HEAL_FUNCTION} cannot be invoked: {error}"


def _failure(result: Any) -> str:
    if not isinstance(result, Mapping):
        return f"{HEAL_FUNCTION} gave an answer that cannot be read"
    kind, message = result.get("errorType", "an error"), result.get("errorMessage", "")
    if kind in ("UnknownCommandError", "HealFailedError"):
        return str(message)
    return f"{HEAL_FUNCTION} failed with {kind}: {message}"
