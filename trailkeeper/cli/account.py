"""The account and region that a command is about, asked for only when a command needs them."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import click


@dataclass(frozen=True)
class Account:
    """Where the clients of a command point to: a region and a profile, or the defaults of both."""

    region: str | None = None
    profile: str | None = None

    # Everything of AWS is imported late: searching files and asking for help must not wait for it.

    @functools.cached_property
    def session(self) -> Any:
        import boto3
        from botocore.exceptions import BotoCoreError

        try:
            return boto3.Session(region_name=self.region, profile_name=self.profile)
        except BotoCoreError as error:
            raise click.ClickException(str(error)) from error

    def client(self, service: str) -> Any:
        """A client that asks once and waits for the heal function, which may take two minutes."""
        from botocore.config import Config

        return self._client(service, Config(read_timeout=150, retries={"total_max_attempts": 1}))

    def patient_client(self, service: str, region: str | None = None) -> Any:
        """A client that tries again, for calls that change nothing; of another region if named."""
        from botocore.config import Config

        return self._client(
            service,
            Config(max_pool_connections=32, retries={"total_max_attempts": 8, "mode": "adaptive"}),
            region,
        )

    def _client(self, service: str, config: Any, region: str | None = None) -> Any:
        from botocore.exceptions import BotoCoreError

        try:
            return self.session.client(service, region_name=region, config=config)
        except (BotoCoreError, ValueError) as error:
            raise click.ClickException(f"{error} Choose a region with --region.") from error
