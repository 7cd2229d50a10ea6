"""Asks the deployed functions to do something, and says plainly when they cannot be asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from trailkeeper.alerts import dead_letters
from trailkeeper.cli.account import explained
from trailkeeper.evidence.names import ALERT_FUNCTION, HEAL_FUNCTION, LIVE
from trailkeeper.reconcile.answer import Answer
from trailkeeper.wire.typed import MalformedError

T = TypeVar("T")


class AskError(Exception):
    """When a function could not be asked, or did not answer; one line for the user."""


class NotThereError(AskError):
    """When there is no such function, or nothing that calls of it would run."""


def ask(functions: Any, command: str, *, function: str = HEAL_FUNCTION, **arguments: Any) -> Answer:
    """Send a command to a function that heals or watches, and give its answer.

    `functions` is a Lambda client.

    Raises:
        NotThereError: the function or its alias is not there.
        AskError: it may not be invoked, failed, or is of another version.
    """
    return _asked(functions, function, command, arguments, Answer.from_json)


def ask_alert(functions: Any, command: str, **arguments: Any) -> dead_letters.Answer:
    """Send a command to the alert function and give its answer.

    Raises:
        NotThereError: the function or its alias is not there.
        AskError: it may not be invoked, failed, is of another version, or refuses.
    """
    read = dead_letters.Answer.from_json
    answer = _asked(functions, ALERT_FUNCTION, command, arguments, read)
    if answer.refused:
        raise AskError(answer.refused)
    return answer


def _asked(
    functions: Any,
    function: str,
    command: str,
    arguments: Mapping[str, Any],
    read: Callable[[Any], T],
) -> T:
    payload = json.dumps({"trailkeeper": {"command": command, **arguments}})
    try:
        answer = functions.invoke(FunctionName=function, Qualifier=LIVE, Payload=payload.encode())
        result: Any = json.loads(answer["Payload"].read() or b"null")
    except ClientError as error:
        raise _explained(function, error) from error
    except (BotoCoreError, ValueError) as error:
        raise AskError(f"{function} cannot be reached: {explained(error)}") from error
    if "FunctionError" in answer:
        raise AskError(_failure(function, result))
    try:
        return read(result)
    except MalformedError as error:
        message = f"{function} is of another version than this command ({error})"
        raise AskError(f"{message}; deploy it again, or install its version") from error


def _explained(function: str, error: ClientError) -> AskError:
    code = error.response["Error"].get("Code", "")
    if code == "ResourceNotFoundException":
        return NotThereError(
            f"there is no function {function} in this account and region; "
            "deploy the stacks, or choose another region with --region"
        )
    return AskError(f"{function} cannot be invoked: {error}")


def _failure(function: str, result: Any) -> str:
    if not isinstance(result, Mapping):
        return f"{function} gave an answer that cannot be read"
    kind, message = result.get("errorType", "an error"), result.get("errorMessage", "")
    if kind in ("UnknownCommandError", "HealFailedError"):
        return str(message)
    return f"{function} failed with {kind}: {message}"
