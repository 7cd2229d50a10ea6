"""Clients of those who repair: botocore alone, as importing boto3 costs every cold start."""

from __future__ import annotations

import threading
from functools import cached_property
from typing import Any

import botocore
import botocore.session
from botocore.config import Config

from trailkeeper.evidence.regions import billing_region


class AwsClients:
    """Each client is made once, when it is first asked for; in the home region, if not said.

    `function` is the name of the function that calls: CloudTrail records the user agent, so people
    recognise our calls.
    """

    def __init__(self, function: str, region: str) -> None:
        self._session = botocore.session.get_session()
        self._region = region
        # Short timeouts leave time to try again; `Patience` does the longer waiting. botocore's own
        # user agent, built anew for each call, costs a sixth of the call's CPU.
        self._config = Config(
            user_agent=f"{function} Botocore/{botocore.__version__}",
            connect_timeout=3,
            read_timeout=10,
            retries={"mode": "standard", "total_max_attempts": 3},
        )
        self._made: dict[tuple[str, str], Any] = {}
        self._lock = threading.Lock()

    def _client(self, service: str, region: str = "") -> Any:
        place = service, region or self._region
        with self._lock:  # several threads may ask, and a session can only make one at a time
            if place not in self._made:
                self._made[place] = self._session.create_client(
                    service, region_name=place[1], config=self._config
                )
            return self._made[place]

    @cached_property
    def cloudtrail(self) -> Any:
        return self._client("cloudtrail")

    def cloudtrail_in(self, region: str) -> Any:
        """CloudTrail of a region, for its event history."""
        return self._client("cloudtrail", region)

    @cached_property
    def s3(self) -> Any:
        return self._client("s3")

    @cached_property
    def kms(self) -> Any:
        return self._client("kms")

    def kms_in(self, region: str) -> Any:
        """KMS of a region, for a key beyond home."""
        return self._client("kms", region)

    @cached_property
    def logs(self) -> Any:
        return self._client("logs")

    @cached_property
    def iam(self) -> Any:
        return self._client("iam")

    @cached_property
    def sns(self) -> Any:
        return self._client("sns")

    def sns_in(self, region: str) -> Any:
        """SNS of a region, for a topic beyond home."""
        return self._client("sns", region)

    @cached_property
    def billing(self) -> Any:
        return self._client("cloudwatch", billing_region(self._region) or "")

    @cached_property
    def sqs(self) -> Any:
        return self._client("sqs")

    @cached_property
    def dynamodb(self) -> Any:
        return self._client("dynamodb")

    @cached_property
    def functions(self) -> Any:
        return self._client("lambda")

    @cached_property
    def events(self) -> Any:
        return self._client("events")

    def events_in(self, region: str) -> Any:
        """EventBridge of a region, for the rules that send its events home."""
        return self._client("events", region)

    @cached_property
    def scheduler(self) -> Any:
        return self._client("scheduler")

    @cached_property
    def cloudwatch(self) -> Any:
        return self._client("cloudwatch")

    @cached_property
    def ssm(self) -> Any:
        return self._client("ssm")

    @cached_property
    def cloudformation(self) -> Any:
        return self._client("cloudformation")

    def cloudformation_in(self, region: str) -> Any:
        """CloudFormation of a region, for a stack beyond home."""
        return self._client("cloudformation", region)
