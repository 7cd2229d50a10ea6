"""The account and region that a command is about, asked for only when a command needs them."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import click

# Where the AWS CLI v2 finds what no option says; boto3 asks for the profile the other way round and
# knows no AWS_REGION. Source: aws-cli, awscli/botocore/configprovider.py.
_AS_THE_CLI = {
    "profile": (None, ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"], None, None),
    "region": ("region", ["AWS_REGION", "AWS_DEFAULT_REGION"], None, None),
}


@dataclass(frozen=True)
class Account:
    """Where the clients of a command point to: a region and a profile, or the defaults of both.

    The defaults are those of the AWS CLI v2.
    """

    region: str | None = None
    profile: str | None = None

    # Everything of AWS is imported late: searching files and asking for help must not wait for it.

    @functools.cached_property
    def session(self) -> Any:
        import boto3
        import botocore.session
        from botocore.exceptions import BotoCoreError

        try:
            core = botocore.session.Session(session_vars=_AS_THE_CLI, profile=self.profile)
            return boto3.Session(region_name=self.region, botocore_session=core)
        except BotoCoreError as error:
            raise click.ClickException(explained(error, self.profile)) from error

    def client(
        self, service: str, *, user_agent_extra: str | None = None, seconds: int = 150
    ) -> Any:
        """A client that asks once and waits for the heal function, which may take two minutes.

        `user_agent_extra` is what CloudTrail records of its calls beside the usual; `seconds` is
        how long it waits for an answer.
        """
        from botocore.config import Config

        config = Config(
            read_timeout=seconds,
            retries={"total_max_attempts": 1},
            user_agent_extra=user_agent_extra,
        )
        return self._client(service, config)

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
            raise click.ClickException(explained(error, self.profile)) from error


def explained(error: Exception, profile: str | None = None) -> str:
    """An error of boto3 in one line, with what to do where that is known."""
    words = " ".join(str(error).split())
    hint = _HINTS.get(type(error).__name__)
    if hint is None:
        return words
    of_profile = f" --profile {profile}" if profile else ""
    return f"{words.rstrip('.')}; {hint.format(profile=of_profile)}"


_LOG_IN = "run: aws sso login{profile}"
_HINTS = {
    "NoRegionError": "give --region, or set AWS_REGION",
    "InvalidRegionError": "choose a region such as us-east-1 with --region",
    "ProfileNotFound": "aws configure list-profiles lists those that there are; "
    "choose one with --profile or AWS_PROFILE",
    "NoCredentialsError": "give --profile, or set AWS_PROFILE or AWS_ACCESS_KEY_ID",
    "PartialCredentialsError": "set both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or neither",
    "SSOTokenLoadError": _LOG_IN,
    "UnauthorizedSSOTokenError": _LOG_IN,
    "TokenRetrievalError": _LOG_IN,
    "LoginRefreshRequired": "run: aws login{profile}",
    "LoginTokenLoadError": "run: aws login{profile}",
}
