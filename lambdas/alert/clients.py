"""The AWS clients of the alert function, each made when it is first needed."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import Any

import boto3
from botocore.config import Config

# Nothing here is worth a long wait: an alert goes out without details, or is retried by its queue.
_PATIENCE = Config(
    connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3}
)
_HURRY = Config(
    connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 2}
)
_UNCHECKED = Config(parameter_validation=False)


class Clients:
    """Clients of one session; `session` is boto3's or one that answers the same."""

    def __init__(self, session: Any = None) -> None:
        self._session = session or boto3.session.Session()

    @cached_property
    def sns(self) -> Any:
        return self._session.client("sns", config=_PATIENCE)

    def sns_in(self, region: str) -> Any:
        """The SNS client of a region, for a topic beyond home."""
        if region == self._session.region_name:
            return self.sns
        return self._session.client("sns", region_name=region, config=_PATIENCE)

    @cached_property
    def sqs(self) -> Any:
        return self._session.client("sqs", config=_PATIENCE)

    @cached_property
    def dynamodb(self) -> Any:
        # Its requests are built in state.py; checking them again is a quarter of a storm's cost.
        return self._session.client("dynamodb", config=_HURRY.merge(_UNCHECKED))

    @cached_property
    def cloudwatch(self) -> Any:
        return self._session.client("cloudwatch", config=_PATIENCE)

    @cached_property
    def logs(self) -> Any:
        return self._session.client("logs", config=_PATIENCE)

    @cached_property
    def ssm(self) -> Any:
        return self._session.client("ssm", config=_PATIENCE)

    @cached_property
    def secretsmanager(self) -> Any:
        return self._session.client("secretsmanager", config=_PATIENCE)

    @lru_cache(maxsize=32)  # noqa: B019, one object a process
    def ec2(self, region: str) -> Any:
        """The EC2 client of a region: satellites send their events here, too."""
        return self._session.client("ec2", region_name=region, config=_HURRY)
