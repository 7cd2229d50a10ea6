"""The users and roles of the account, and a user with every right in a foreign account."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from ministack.services import iam

from embedded.adapter import gateway

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.services.iam:_create_access_key(p)",
    "ministack.services.iam:_create_user(p)",
    "ministack.services.iam:_put_user_policy(p)",
    "ministack.services.iam:_roles",
    "ministack.services.iam:_users",
)

_EVERYTHING = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}


@dataclass(frozen=True, kw_only=True)
class AccessKey:
    """An access key and whose it is."""

    account: str
    access_key_id: str
    secret_access_key: str


def exists(arn: str) -> bool:
    """Whether the user or role of an ARN exists; those of other accounts are taken to exist."""
    _, _, _, _, account, resource = arn.split(":", 5)
    kind, _, path = resource.partition("/")
    store = {"role": iam._roles, "user": iam._users}[kind]
    return account != gateway.account() or path.rpartition("/")[2] in store


def make_administrator(account: str, user: str) -> AccessKey:
    """Make a user with every right in an account, which may be one that nothing is known of yet."""
    with gateway.scope(account, gateway.region()):
        if user not in iam._users:
            iam._create_user(_query(UserName=user))
            iam._put_user_policy(
                _query(
                    UserName=user,
                    PolicyName="everything",
                    PolicyDocument=json.dumps(_EVERYTHING),
                )
            )
        _, _, answer = iam._create_access_key(_query(UserName=user))
    found = {
        each.tag.rpartition("}")[2]: each.text for each in ElementTree.fromstring(answer).iter()
    }
    return AccessKey(
        account=account,
        access_key_id=str(found["AccessKeyId"]),
        secret_access_key=str(found["SecretAccessKey"]),
    )


def _query(**parameters: str) -> dict[str, Any]:
    return {name: [value] for name, value in parameters.items()}
