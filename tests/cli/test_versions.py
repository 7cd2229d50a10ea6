"""The published versions of the functions: listed, gone back to, removed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from click.testing import CliRunner, Result

from trailkeeper.cli.__main__ import main

FUNCTIONS = ("trailkeeper-heal", "trailkeeper-alert")


def package(code: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.py", code)
    return packed.getvalue()


@pytest.fixture
def functions(moto: Callable[[], None]) -> Any:
    """Both functions with three versions, of which the third runs."""
    moto()
    roles = boto3.client("iam", region_name="us-east-1")
    role = roles.create_role(RoleName="r", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    client = boto3.client("lambda", region_name="us-east-1")
    for name in FUNCTIONS:
        client.create_function(
            FunctionName=name,
            Runtime="python3.13",
            Role=role,
            Handler="index.handler",
            Code={"ZipFile": package("1")},
            Publish=True,
        )
        for number in (2, 3):
            client.update_function_code(FunctionName=name, ZipFile=package(str(number)))
            client.publish_version(FunctionName=name)
        client.create_alias(FunctionName=name, Name="live", FunctionVersion="3")
    return client


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["--region", "us-east-1", "versions", *arguments])


def live(functions: Any, name: str = "trailkeeper-heal") -> str:
    return str(functions.get_alias(FunctionName=name, Name="live")["FunctionVersion"])


def numbers(functions: Any, name: str) -> set[str]:
    answer = functions.list_versions_by_function(FunctionName=name)
    return {each["Version"] for each in answer["Versions"]} - {"$LATEST"}


def test_it_lists_newest_first_and_says_which_runs(functions: Any) -> None:
    lines = run().output.splitlines()

    assert [line for line in lines if not line.startswith(" ")] == list(FUNCTIONS)
    of_heal = lines[1:4]
    assert [line.split()[0] for line in of_heal] == ["3", "2", "1"]
    assert [line.endswith("runs") for line in of_heal] == [True, False, False]
    assert len({line.partition("code ")[2].split()[0] for line in of_heal}) == 3


def test_what_a_setting_turns_on_is_listed_where_it_is(functions: Any) -> None:
    role = functions.get_function_configuration(FunctionName=FUNCTIONS[0])["Role"]
    counting = {"FunctionName": "trailkeeper-deliveries"}
    assert "trailkeeper-deliveries" not in run().output
    functions.create_function(
        **counting,
        Runtime="python3.13",
        Role=role,
        Handler="index.handler",
        Code={"ZipFile": package("1")},
        Publish=True,
    )
    functions.create_alias(**counting, Name="live", FunctionVersion="1")
    try:
        assert "trailkeeper-deliveries" in run().output.splitlines()
        assert "trailkeeper-deliveries: 0 removed, 1 left." in run("prune").output
    finally:
        functions.delete_function(**counting)


def test_it_goes_back_by_one_or_to_the_one_named(functions: Any) -> None:
    assert "trailkeeper-heal runs version 2; it was 3." in run("rollback", FUNCTIONS[0]).output
    assert live(functions) == "2"
    assert run("rollback", FUNCTIONS[0], "--to", "3").exit_code == 0
    assert live(functions) == "3"
    assert live(functions, FUNCTIONS[1]) == "3"


def test_going_back_ends_a_split_of_the_calls(functions: Any) -> None:
    functions.update_alias(
        FunctionName=FUNCTIONS[0],
        Name="live",
        RoutingConfig={"AdditionalVersionWeights": {"1": 0.5}},
    )

    run("rollback", FUNCTIONS[0])

    alias = functions.get_alias(FunctionName=FUNCTIONS[0], Name="live")
    assert not alias.get("RoutingConfig")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--to", "9"), "trailkeeper-heal has no version 9; there are: 3, 2, 1"),
        (("--to", "3"), "trailkeeper-heal runs version 3 already; there are: 3, 2, 1"),
    ],
)
def test_what_cannot_run_is_refused_in_one_line(
    functions: Any, arguments: tuple[str, ...], words: str
) -> None:
    result = run("rollback", FUNCTIONS[0], *arguments)

    assert result.exit_code == 1
    assert result.output == f"Error: {words}\n"
    assert live(functions) == "3"


def test_there_is_nothing_before_the_first(functions: Any) -> None:
    functions.update_alias(FunctionName=FUNCTIONS[0], Name="live", FunctionVersion="1")

    result = run("rollback", FUNCTIONS[0])

    assert result.output == (
        "Error: trailkeeper-heal has no version before 1, which runs; there are: 3, 2, 1\n"
    )


def test_old_ones_go_and_the_one_that_runs_stays(functions: Any) -> None:
    functions.update_alias(FunctionName=FUNCTIONS[0], Name="live", FunctionVersion="1")

    assert "trailkeeper-heal: 1 removed, 2 left." in run("prune", "--keep", "1").output

    assert numbers(functions, FUNCTIONS[0]) == {"1", "3"}
    assert numbers(functions, FUNCTIONS[1]) == {"3"}


def test_an_alias_to_what_anybody_may_change_is_said(functions: Any) -> None:
    functions.update_alias(FunctionName=FUNCTIONS[0], Name="live", FunctionVersion="$LATEST")

    result = run()

    assert result.exit_code == 1
    assert result.output.startswith("Error: trailkeeper-heal:live points to $LATEST")


def test_where_nothing_is_deployed_one_line_says_so(moto: Callable[[], None]) -> None:
    moto()

    result = run()

    assert result.exit_code == 1
    assert "ResourceNotFoundException" in result.output
    assert len(result.output.splitlines()) == 1
