"""A function's configuration in one variable: the stack writes it, the function checks it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from trailkeeper.evidence.names import RESPONSE_STACK
from trailkeeper.wire.typed import MalformedError, dump, load

T = TypeVar("T")


class EnvironError(ValueError):
    """When a function's environment does not hold what the stack should have put there."""


def write(variable: str, environ: Any) -> dict[str, str]:
    """A dataclass as the variable that `read` reads, compact: AWS allows 4 KB in all."""
    return {variable: json.dumps(dump(environ), separators=(",", ":"), ensure_ascii=False)}


def read(variable: str, kind: type[T], variables: Mapping[str, str]) -> T:
    """What `write` wrote; nothing is guessed, as a function with a wrong setting does harm.

    Raises:
        EnvironError: the variable is missing, or holds what this version of the code does not know.
    """
    if variable not in variables:
        message = (
            f"{variable} is not set; npx cdk deploy {RESPONSE_STACK} --revert-drift restores it"
        )
        raise EnvironError(message)
    try:
        return load(kind, json.loads(variables[variable]))
    except MalformedError as error:
        message = f"{variable} does not fit this version of the code: {error}"
        raise EnvironError(message) from error
    except ValueError as error:
        raise EnvironError(f"{variable} is no JSON: {error}") from error
