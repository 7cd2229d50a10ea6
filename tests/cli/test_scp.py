"""`trailkeeper scp`: policies on standard output, how to attach them beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from trailkeeper.cli.__main__ import main

SETTINGS = {
    "context": {
        "trailkeeper": {
            "home_region": "eu-central-1",
            "break_glass_principals": ["arn:aws:iam::111122223333:role/break-glass"],
        }
    }
}
ACCOUNT = ("--account", "111122223333")


@pytest.fixture
def settings(tmp_path: Path) -> str:
    path = tmp_path / "cdk.json"
    path.write_text(json.dumps(SETTINGS))
    return str(path)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["scp", *arguments])


def test_each_line_is_a_policy_and_the_way_to_attach_it_stands_beside(settings: str) -> None:
    result = run("--settings", settings, *ACCOUNT, "--exempt", "arn:aws:iam::111122223333:user/eve")

    assert result.exit_code == 0
    for line in result.stdout.splitlines():
        (first, *_) = json.loads(line)["Statement"]
        exempt = first["Condition"]["ArnNotLike"]["aws:PrincipalArn"]
        assert {
            "arn:aws:iam::111122223333:role/trailkeeper-heal-eu-central-1",
            "arn:aws:iam::111122223333:role/break-glass",
            "arn:aws:iam::111122223333:user/eve",
            "arn:aws:iam::111122223333:role/cdk-hnb659fds-cfn-exec-role-111122223333-us-east-1",
        } <= set(exempt)
    assert "aws organizations create-policy --type SERVICE_CONTROL_POLICY" in result.stderr
    assert "attach-policy --target-id 111122223333" in result.stderr


def test_the_role_that_counts_log_files_goes_on_only_where_it_is(tmp_path: Path) -> None:
    role = "arn:aws:iam::111122223333:role/trailkeeper-deliveries-eu-central-1"
    for counts in (True, False):
        file = tmp_path / "cdk.json"
        file.write_text(json.dumps({"home_region": "eu-central-1", "count_deliveries": counts}))
        printed = run("--settings", str(file), *ACCOUNT).stdout.splitlines()
        for statement in (each for line in printed for each in json.loads(line)["Statement"]):
            exempt = statement["Condition"]["ArnNotLike"]["aws:PrincipalArn"]
            assert (role in exempt) is counts


def test_a_folder_gets_a_file_for_each_policy(settings: str, tmp_path: Path) -> None:
    folder = tmp_path / "policies"
    result = run("--settings", settings, *ACCOUNT, "--write", str(folder))

    files = sorted(folder.iterdir())
    assert [each.read_text() for each in files] == result.stdout.splitlines()
    assert all(f"file://{each}" in result.stderr for each in files)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "--settings needs --account"),
        (("--account", "12"), "given 12; allowed: an account id of 12 digits"),
        ((*ACCOUNT, "--exempt", "eve"), "given eve; allowed: the ARN of a user or role"),
        ((*ACCOUNT, "--exempt", "arn:aws:iam::111122223333:role/*"), "allowed: the ARN of a user"),
        ((*ACCOUNT, "--qualifier", "a b"), "given a b; allowed: 1 to 10 letters"),
    ],
)
def test_what_cannot_be_is_one_line(settings: str, arguments: tuple[str, ...], said: str) -> None:
    result = run("--settings", settings, *arguments)

    assert result.exit_code == 2
    assert said in result.stderr.splitlines()[-1]
    assert result.stdout == ""


def test_a_folder_that_cannot_be_written_is_one_line(settings: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = run("--settings", settings, *ACCOUNT, "--write", str(tmp_path / "file" / "below"))

    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1].startswith("Error: ")
    assert "cannot be written" in result.stderr
