"""The first topic that takes a message gets it, by the client of its region, and no other."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from trailkeeper.clients.topics import publish_to_first

HOME, AWAY = "arn:aws:sns:us-east-1:1:home", "arn:aws:sns:eu-west-1:1:away"
GONE = ClientError({"Error": {"Code": "NotFound", "Message": "Topic does not exist"}}, "Publish")
AWAY_IS_DOWN = EndpointConnectionError(endpoint_url="https://sns.eu-west-1.amazonaws.com")


def sns(refused: dict[str, Exception]) -> tuple[Callable[[str], Any], list[tuple[str, str, str]]]:
    """SNS of every region, and what was published: region, topic and message."""
    published: list[tuple[str, str, str]] = []

    def client(region: str) -> Any:
        def publish(*, TopicArn: str, Message: str) -> None:
            if TopicArn in refused:
                raise refused[TopicArn]
            published.append((region, TopicArn, Message))

        return SimpleNamespace(publish=publish)

    return client, published


def test_it_goes_to_the_first_alone() -> None:
    sns_in, published = sns({})

    publish_to_first(sns_in, (AWAY, HOME), Message="hello")

    assert published == [("eu-west-1", AWAY, "hello")]


@pytest.mark.parametrize("refused", [GONE, AWAY_IS_DOWN])
def test_what_the_first_does_not_take_goes_to_the_next(refused: Exception) -> None:
    sns_in, published = sns({AWAY: refused})

    publish_to_first(sns_in, (AWAY, HOME), Message="hello")

    assert published == [("us-east-1", HOME, "hello")]


def test_what_none_takes_is_an_error() -> None:
    sns_in, published = sns({AWAY: AWAY_IS_DOWN, HOME: GONE})

    with pytest.raises(ClientError, match="Topic does not exist"):
        publish_to_first(sns_in, (AWAY, HOME), Message="hello")

    assert published == []
