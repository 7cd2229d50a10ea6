"""A host of the internet that is answered on this machine, for functions alone."""

from __future__ import annotations

import json

import pytest

from embedded.control import RefusedError
from embedded.tests.bare_account import BareAccount

CODE = """
import socket

def handler(event, context):
    try:
        found = socket.getaddrinfo(event["host"], 443, type=socket.SOCK_STREAM)[0][4]
    except OSError as error:
        return {"refused": str(error)}
    return {"address": list(found)}
"""


def look_up(account: BareAccount, host: str) -> dict[str, object]:
    answer = account.client("lambda").invoke(
        FunctionName="poster", Payload=json.dumps({"host": host}).encode()
    )
    return dict(json.load(answer["Payload"]))


def test_a_function_reaches_a_host_that_is_answered_here_and_no_other(account: BareAccount) -> None:
    account.function("poster", CODE)
    assert "only loopback is allowed" in str(look_up(account, "hooks.example")["refused"])

    account.root.control.answer_host("hooks.example", 4443, "")

    assert look_up(account, "hooks.example")["address"] == ["127.0.0.1", 4443]
    assert "only loopback is allowed" in str(look_up(account, "other.example")["refused"])


def test_what_is_no_host_is_refused(account: BareAccount) -> None:
    with pytest.raises(RefusedError, match="the body must be"):
        account.root.control.answer_host("hooks.example", "443", "")  # type: ignore[arg-type]
