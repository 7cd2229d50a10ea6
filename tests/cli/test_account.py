"""Region and profile are found as the AWS CLI v2 finds them."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from botocore.exceptions import NoCredentialsError, UnauthorizedSSOTokenError

from trailkeeper.cli.account import Account, explained

CONFIG = """
[default]
region = eu-west-1
[profile prod]
region = eu-central-1
aws_access_key_id = AKIAPROD
aws_secret_access_key = secret
[profile test]
region = eu-north-1
"""


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "config"
    file.write_text(CONFIG)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(file))
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION", "AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("environ", "account", "region"),
    [
        ({}, Account(), "eu-west-1"),
        ({"AWS_PROFILE": "prod"}, Account(), "eu-central-1"),
        ({"AWS_DEFAULT_PROFILE": "prod"}, Account(), "eu-central-1"),
        ({"AWS_PROFILE": "prod", "AWS_DEFAULT_PROFILE": "test"}, Account(), "eu-central-1"),
        ({"AWS_PROFILE": "prod"}, Account(profile="test"), "eu-north-1"),
        ({"AWS_REGION": "ap-northeast-2"}, Account(profile="prod"), "ap-northeast-2"),
        ({"AWS_REGION": "us-west-2", "AWS_DEFAULT_REGION": "us-east-2"}, Account(), "us-west-2"),
        ({"AWS_DEFAULT_REGION": "us-east-2"}, Account(), "us-east-2"),
        ({"AWS_REGION": "us-west-2"}, Account(region="sa-east-1"), "sa-east-1"),
    ],
)
def test_the_region(
    environ: dict[str, str], account: Account, region: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)

    assert account.client("sqs").meta.region_name == region


def test_keys_in_the_environment_go_before_its_profile_and_behind_a_named_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "prod")

    assert Account().session.get_credentials().access_key == "testing"
    assert Account(profile="prod").session.get_credentials().access_key == "AKIAPROD"


@pytest.mark.parametrize("account", [Account(profile="nobody"), Account()])
def test_an_unknown_profile_says_what_to_do(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")

    with pytest.raises(click.ClickException) as error:
        account.client("sqs")

    assert "nobody" in error.value.message
    assert "aws configure list-profiles" in error.value.message
    assert "--region" not in error.value.message


def test_no_region_says_how_to_give_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")

    with pytest.raises(click.ClickException) as error:
        Account().client("sqs")

    assert "give --region, or set AWS_REGION" in error.value.message


def test_a_session_of_identity_center_that_is_over_says_how_to_log_in() -> None:
    assert explained(UnauthorizedSSOTokenError(), "prod").endswith(
        "; run: aws sso login --profile prod"
    )
    assert "AWS_PROFILE" in explained(NoCredentialsError())
