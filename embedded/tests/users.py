"""Users of a bare embedded account, with just the rights that a test gives them."""

from __future__ import annotations

import json
import urllib.request
from dataclasses import dataclass
from typing import Any

import boto3

from embedded.tests.bare_account import BareAccount


@dataclass(frozen=True)
class User:
    """Somebody with an access key."""

    account: BareAccount
    name: str
    access_key_id: str
    secret_access_key: str

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.account.root.endpoint,
            region_name=self.account.root.region,
            aws_access_key_id=self.access_key_id,
            aws_secret_access_key=self.secret_access_key,
        )

    def may(self, *actions: str, resource: str = "*") -> User:
        """Replace what the user may do."""
        self.account.client("iam").put_user_policy(
            UserName=self.name,
            PolicyName="rights",
            PolicyDocument=policy({"Effect": "Allow", "Action": actions, "Resource": resource}),
        )
        return self


def user(account: BareAccount, name: str) -> User:
    """A new user without rights."""
    users = account.client("iam")
    users.create_user(UserName=name)
    key = users.create_access_key(UserName=name)["AccessKey"]
    return User(account, name, key["AccessKeyId"], key["SecretAccessKey"])


def stranger(account: BareAccount, number: str) -> User:
    """Somebody with every right in another account."""
    request = urllib.request.Request(
        f"{account.root.endpoint}/_embedded/strangers",
        data=json.dumps({"account": number}).encode(),
    )
    with urllib.request.urlopen(request) as answer:
        key = json.load(answer)
    return User(account, "stranger", key["access_key_id"], key["secret_access_key"])


def policy(*statements: dict[str, Any]) -> str:
    """A policy document of statements."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
