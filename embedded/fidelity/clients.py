"""What every reader uses: clients, and answers that say that there is nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import boto3
from botocore.exceptions import ClientError

Document = dict[str, Any]
Reader = Callable[["Clients", str, Document], Document]
"""From a physical id and the declared properties to the properties that the account has."""


class Clients:
    """boto3 clients of one session, endpoint and region, each made once."""

    def __init__(self, session: boto3.Session, endpoint: str, region: str) -> None:
        self._session = session
        self._endpoint = endpoint
        self._region = region
        self._made: dict[str, Any] = {}

    def __call__(self, service: str) -> Any:
        if service not in self._made:
            make: Any = self._session.client
            self._made[service] = make(
                service, endpoint_url=self._endpoint, region_name=self._region
            )
        return self._made[service]


def or_nothing(call: Callable[..., Any], **parameters: Any) -> Document:
    """An answer, or nothing when the API says that there is no such configuration."""
    try:
        answer: Document = call(**parameters)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if "NotFound" in code or code.startswith("NoSuch"):
            return {}
        raise
    return answer


def or_nothing_of(call: Callable[..., Any], code: str, **parameters: Any) -> Document:
    try:
        answer: Document = call(**parameters)
    except ClientError as error:
        if error.response["Error"]["Code"] != code:
            raise
        return {}
    return answer


def capitalised(value: Any) -> Any:
    """The API's camelCase as CloudFormation's PascalCase."""
    if isinstance(value, dict):
        return {key[:1].upper() + key[1:]: capitalised(each) for key, each in value.items()}
    return [capitalised(each) for each in value] if isinstance(value, list) else value


def tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]
