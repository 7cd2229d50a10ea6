"""Parameter Store of the embedded account says who wrote each version of a parameter."""

from __future__ import annotations

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
