"""Versions and aliases of functions: frozen, invoked by every way, each with what belongs to it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded.control import RefusedError
from embedded.tests.bare_account import BareAccount, eventually
from embedded.tests.users import user

ONE = "def handler(event, context):\n    return {'code': 1, 'version': context.function_version}\n"
TWO = "def handler(event, context):\n    return {'code': 2, 'version': context.function_version}\n"
FAILS = "def handler(event, context):\n    raise ValueError('the renderer broke')\n"


def change_code(account: BareAccount, name: str, source: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.py", source)
    account.client("lambda").update_function_code(FunctionName=name, ZipFile=packed.getvalue())


def live(account: BareAccount, name: str, source: str, **settings: Any) -> str:
    """A function whose alias `live` points to its version 1; the answer is the alias's ARN."""
    account.function(name, source, **settings)
    functions = account.client("lambda")
    version = functions.publish_version(FunctionName=name)["Version"]
    made = functions.create_alias(FunctionName=name, Name="live", FunctionVersion=version)
    return str(made["AliasArn"])


def answer(functions: Any, name: str, **where: str) -> Any:
    return json.loads(functions.invoke(FunctionName=name, Payload=b"{}", **where)["Payload"].read())


def test_what_an_alias_points_to_stays_as_it_was_published(account: BareAccount) -> None:
    functions = account.client("lambda")
    arn = live(account, "frozen", ONE, Environment={"Variables": {"BASELINE": "ours"}})
    change_code(account, "frozen", TWO)
    functions.update_function_configuration(
        FunctionName="frozen", Environment={"Variables": {"BASELINE": "theirs"}}, Timeout=1
    )

    assert answer(functions, "frozen")["code"] == 2
    for named in ({"Qualifier": "live"}, {"Qualifier": "1"}):
        assert answer(functions, "frozen", **named) == {"code": 1, "version": "1"}
    assert answer(functions, arn) == {"code": 1, "version": "1"}
    frozen = functions.get_function_configuration(FunctionName="frozen", Qualifier="live")
    assert frozen["Environment"]["Variables"] == {"BASELINE": "ours"}
    assert (frozen["Version"], frozen["Timeout"]) == ("1", 3)


def test_a_version_is_published_only_when_something_has_changed(account: BareAccount) -> None:
    functions = account.client("lambda")
    live(account, "same", ONE)
    assert functions.publish_version(FunctionName="same")["Version"] == "1"
    change_code(account, "same", TWO)
    assert functions.publish_version(FunctionName="same")["Version"] == "2"

    functions.update_alias(FunctionName="same", Name="live", FunctionVersion="2")

    assert answer(functions, "same", Qualifier="live") == {"code": 2, "version": "2"}


def test_an_alias_points_to_a_version_that_there_is_and_keeps_it(account: BareAccount) -> None:
    functions = account.client("lambda")
    live(account, "kept", ONE)
    with pytest.raises(ClientError, match=r"ResourceNotFoundException.*function:kept:9"):
        functions.update_alias(FunctionName="kept", Name="live", FunctionVersion="9")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        functions.create_alias(FunctionName="kept", Name="next", FunctionVersion="9")
    with pytest.raises(ClientError, match="ResourceConflictException"):
        functions.delete_function(FunctionName="kept", Qualifier="1")
    assert functions.get_alias(FunctionName="kept", Name="live")["FunctionVersion"] == "1"


def test_a_permission_of_the_function_is_none_of_its_alias(
    account: BareAccount, events: Callable[[str], None]
) -> None:
    arn = live(account, "aliased", ONE)
    functions, rules = account.client("lambda"), account.client("events")
    rule = rules.put_rule(Name="aliased", EventPattern=json.dumps({"source": ["aliased"]}))
    rules.put_targets(Rule="aliased", Targets=[{"Id": "1", "Arn": arn}])
    permission = {
        "FunctionName": "aliased",
        "Action": "lambda:InvokeFunction",
        "Principal": "events.amazonaws.com",
        "SourceArn": rule["RuleArn"],
    }

    def invocations() -> float:
        return account.metric("AWS/Lambda", "Invocations", FunctionName="aliased")

    functions.add_permission(StatementId="of-the-function", **permission)
    events("aliased")
    assert eventually(
        lambda: account.metric("AWS/Events", "FailedInvocations", RuleName="aliased") == 1
    )
    assert invocations() == 0
    functions.add_permission(StatementId="of-the-alias", Qualifier="live", **permission)
    events("aliased")
    assert eventually(lambda: invocations() == 1)


def test_failures_of_an_alias_go_where_its_own_settings_say(account: BareAccount) -> None:
    destination = account.queue("alias-failures")
    role = account.role("alias-failures", "lambda.amazonaws.com", sqs_SendMessage="*")
    arn = live(account, "alias-fails", FAILS, Role=role)
    functions = account.client("lambda")
    functions.put_function_event_invoke_config(
        FunctionName="alias-fails",
        Qualifier="live",
        MaximumRetryAttempts=1,
        DestinationConfig={"OnFailure": {"Destination": destination.arn}},
    )
    functions.invoke(FunctionName=arn, InvocationType="Event", Payload=b"{}")

    record = destination.message().body
    assert record["requestContext"]["functionArn"] == arn
    assert record["requestContext"]["approximateInvokeCount"] == 2
    assert record["responseContext"]["executedVersion"] == "1"


def test_no_concurrency_of_the_function_stops_its_alias(account: BareAccount) -> None:
    functions = account.client("lambda")
    live(account, "starved", ONE)
    functions.put_function_concurrency(FunctionName="starved", ReservedConcurrentExecutions=0)
    with pytest.raises(ClientError, match="TooManyRequestsException"):
        functions.invoke(FunctionName="starved", Qualifier="live")
    functions.delete_function_concurrency(FunctionName="starved")
    assert answer(functions, "starved", Qualifier="live")["code"] == 1


def test_a_hundred_concurrent_executions_stay_to_functions_without_any(
    account: BareAccount,
) -> None:
    functions = account.client("lambda")

    def unreserved() -> int:
        limit = functions.get_account_settings()["AccountLimit"]
        assert limit["ConcurrentExecutions"] == 1000
        return int(limit["UnreservedConcurrentExecutions"])

    for name in ("reserved", "greedy"):
        live(account, name, ONE)
    assert "ReservedConcurrentExecutions" not in functions.get_function_concurrency(
        FunctionName="reserved"
    )
    before = unreserved()
    functions.put_function_concurrency(FunctionName="reserved", ReservedConcurrentExecutions=200)
    assert unreserved() == before - 200
    functions.put_function_concurrency(FunctionName="reserved", ReservedConcurrentExecutions=300)
    assert unreserved() == before - 300

    with pytest.raises(ClientError, match="below its minimum value of \\[100\\]"):
        functions.put_function_concurrency(
            FunctionName="greedy", ReservedConcurrentExecutions=before - 399
        )
    functions.put_function_concurrency(
        FunctionName="greedy", ReservedConcurrentExecutions=before - 400
    )
    assert unreserved() == 100
    for name in ("reserved", "greedy"):
        functions.delete_function_concurrency(FunctionName=name)
    assert unreserved() == before


def test_a_queue_feeds_the_alias_and_not_what_is_newest(account: BareAccount) -> None:
    source, told = account.queue("alias-source"), account.queue("alias-told")
    code = """
import boto3, os
def handler(event, context):
    boto3.client("sqs").send_message(QueueUrl=os.environ["TOLD"], MessageBody="1")
"""
    role = account.role("alias-feeds", "lambda.amazonaws.com", **{"sqs_*": "*"})
    environment = {"Variables": {"TOLD": told.url}}
    arn = live(account, "alias-fed", code, Role=role, Environment=environment)
    change_code(account, "alias-fed", FAILS)
    functions = account.client("lambda")
    mapping = functions.create_event_source_mapping(
        FunctionName="alias-fed", EventSourceArn=source.arn
    )
    functions.update_event_source_mapping(UUID=mapping["UUID"], FunctionName=arn)
    assert functions.get_event_source_mapping(UUID=mapping["UUID"])["FunctionArn"] == arn

    source.client.send_message(QueueUrl=source.url, MessageBody="x")

    assert told.message().body == 1


def test_a_right_to_the_function_is_none_to_its_alias(account: BareAccount) -> None:
    function = live(account, "guarded", ONE).rpartition(":")[0]
    action = "lambda:InvokeFunction"
    of_function = user(account, "unqualified").may(action, resource=function).client("lambda")
    of_alias = user(account, "qualified").may(action, resource=f"{function}:live").client("lambda")
    assert answer(of_function, "guarded")["code"] == 1
    assert answer(of_alias, "guarded", Qualifier="live")["code"] == 1
    with pytest.raises(ClientError, match="AccessDenied"):
        of_function.invoke(FunctionName="guarded", Qualifier="live")
    with pytest.raises(ClientError, match="AccessDenied"):
        of_alias.invoke(FunctionName="guarded")


def test_a_right_to_a_rule_is_one_to_its_targets(account: BareAccount) -> None:
    account.client("events").put_rule(Name="ruled", EventPattern='{"source": ["ruled"]}')
    arn = f"arn:aws:events:us-east-1:{account.root.account}:rule/ruled"
    may = user(account, "ruler").may("events:*", resource=arn).client("events")
    may.list_targets_by_rule(Rule="ruled")
    may.put_rule(Name="ruled", EventPattern='{"source": ["ruled"]}')
    for call in (may.list_targets_by_rule, may.disable_rule):
        name = "Rule" if call == may.list_targets_by_rule else "Name"
        with pytest.raises(ClientError, match="AccessDenied"):
            call(**{name: "of-somebody-else"})


def test_pointing_an_alias_elsewhere_needs_the_right_to_just_that(account: BareAccount) -> None:
    function = live(account, "pointed", ONE).rpartition(":")[0]
    may = user(account, "pointer").may("lambda:UpdateAlias", resource=function).client("lambda")
    may.update_alias(FunctionName="pointed", Name="live", FunctionVersion="1")
    with pytest.raises(ClientError, match="lambda:GetAlias"):
        may.get_alias(FunctionName="pointed", Name="live")
    with pytest.raises(ClientError, match="lambda:CreateAlias"):
        may.create_alias(FunctionName="pointed", Name="other", FunctionVersion="1")


def test_an_update_that_lambda_gave_up_leaves_what_ran_before(account: BareAccount) -> None:
    account.function("given-up", "def handler(event, context): return 'as before'")

    account.root.control.fail_update("given-up", "Internal error")

    functions = account.client("lambda")
    shown = functions.get_function(FunctionName="given-up")["Configuration"]
    assert (shown["State"], shown["LastUpdateStatus"]) == ("Active", "Failed")
    assert shown["LastUpdateStatusReason"] == "Internal error"
    assert b"as before" in functions.invoke(FunctionName="given-up")["Payload"].read()
    with pytest.raises(RefusedError, match="a function that is there"):
        account.root.control.fail_update("nobody", "Internal error")
