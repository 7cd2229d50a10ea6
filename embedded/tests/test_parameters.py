"""Parameter Store of the embedded account says who wrote each version of a parameter."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from embedded.tests.bare_account import BareAccount
from embedded.tests.users import user


def test_each_version_has_its_author_and_its_time(account: BareAccount) -> None:
    root = account.client("ssm")
    alice = user(account, "alice").may("ssm:PutParameter").client("ssm")
    root.put_parameter(Name="/own/pause", Value="1", Type="String")
    alice.put_parameter(Name="/own/pause", Value="2", Type="String", Overwrite=True)

    first, second = root.get_parameter_history(Name="/own/pause")["Parameters"]

    assert (first["Version"], first["Value"]) == (1, "1")
    assert first["LastModifiedUser"] == f"arn:aws:iam::{account.root.account}:root"
    assert (second["Version"], second["Value"]) == (2, "2")
    assert second["LastModifiedUser"] == f"arn:aws:iam::{account.root.account}:user/alice"
    assert first["LastModifiedDate"] <= second["LastModifiedDate"]


def test_the_history_of_one_parameter_can_be_allowed_alone(account: BareAccount) -> None:
    root = account.client("ssm")
    for name in ("/own/one", "/own/other"):
        root.put_parameter(Name=name, Value="1", Type="String", Overwrite=True)
    arn = f"arn:aws:ssm:{account.root.region}:{account.root.account}:parameter/own/one"
    bob = user(account, "bob").may("ssm:GetParameterHistory", resource=arn).client("ssm")

    assert bob.get_parameter_history(Name="/own/one", MaxResults=50)["Parameters"]
    with pytest.raises(ClientError, match="AccessDenied"):
        bob.get_parameter_history(Name="/own/other")
