"""An embedded account into which nothing was deployed yet, and a shell with AWS's command line."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from embedded.account import Account, EmbeddedAccount
from stage.deployment import Cdk
from stage.places import EMBEDDED_PYTHON, PYTHON_FOLDER, ROOT
from stage.siem import Siem

_SECONDS = 120
# A setting that a command gives, as in `-c trailkeeper:watcher=false`.
_GIVEN = re.compile(r" -c trailkeeper:(\w+)=(\S+)")
# One for all who deploy into an empty account, as the assembly is made once.
SETTINGS = {
    "alert_emails": ["security@example.com"],
    "stream_log_group_to": "arn:aws:firehose:us-east-1:111122223333:deliverystream/siem",
}


@dataclass(frozen=True)
class EmptyAccount:
    """The account, bootstrapped for CDK, with the stacks synthesized and ready to be deployed.

    `other` synthesizes them with other settings, too.
    """

    root: Account
    cdk: Cdk
    keys: tuple[str, str]
    other: Callable[[Mapping[str, Any]], Cdk]

    def client(self, service: str) -> Any:
        """A client of the account's administrator."""
        access_key_id, secret_access_key = self.keys
        session = boto3.Session(access_key_id, secret_access_key, region_name=self.root.region)
        make: Any = session.client
        return make(service, endpoint_url=self.root.endpoint)

    def shell(self, script: str, *, expect: int = 0) -> str:
        """Run what a page tells people to run, and give what it printed.

        `cdk` asks nothing, and takes the stacks as they were synthesized: with the settings of the
        script, if it gives some by `-c`.
        """
        given = {name: json.loads(value) for name, value in _GIVEN.findall(script)}
        cdk = self.other(given) if given else self.cdk
        done = subprocess.run(
            ["bash", "-eu", "-o", "pipefail", "-c", script],
            cwd=ROOT,
            env={
                "CDK_APP": str(cdk.assembly),
                "CDK_REQUIRE_APPROVAL": "never",
                "CDK_FORCE": "true",
                "CDK_DISABLE_CLI_TELEMETRY": "true",
                "CDK_DISABLE_VERSION_CHECK": "1",
                "CDK_HOME": str(self.cdk.assembly.with_name("cdk-home")),
                "HOME": str(self.cdk.assembly.parent),
                "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20",
                "PATH": f"{PYTHON_FOLDER}{os.pathsep}{os.environ['PATH']}",
                "AWS_ENDPOINT_URL": self.root.endpoint,
                "AWS_REGION": self.root.region,
                "AWS_DEFAULT_REGION": self.root.region,
                "AWS_ACCESS_KEY_ID": self.keys[0],
                "AWS_SECRET_ACCESS_KEY": self.keys[1],
                "AWS_CONFIG_FILE": os.devnull,
                "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        assert done.returncode == expect, f"{script}\n{done.stdout}"
        return done.stdout

    def streamed(self) -> list[dict[str, Any]]:
        """The events that came through the stream of the settings."""
        return Siem(self.client).events()

    def left(self) -> set[str]:
        """Everything of ours that is in the account and has a fixed name or costs money."""
        buckets = self.client("s3").list_buckets()["Buckets"]
        aliases = self.client("kms").list_aliases()["Aliases"]
        parameters = self.client("ssm").describe_parameters()["Parameters"]
        groups = self.client("logs").describe_log_groups()["logGroups"]
        roles = self.client("iam").list_roles()["Roles"]
        people = self.client("iam").list_groups()["Groups"]
        policies = self.client("iam").list_policies(Scope="Local")["Policies"]
        trails = self.client("cloudtrail").describe_trails()["trailList"]
        names = [
            *(each["Name"] for each in (*buckets, *parameters, *trails)),
            *(each["AliasName"] for each in aliases),
            *(each["logGroupName"] for each in groups),
            *(each["RoleName"] for each in roles),
            *(each["GroupName"] for each in people),
            *(each["PolicyName"] for each in policies),
        ]
        return {each for each in names if "trailkeeper" in each}


@contextmanager
def empty_account(folder: Path) -> Iterator[EmptyAccount]:
    """Start an account and prepare it for a deploy with SETTINGS; all that it writes is in
    `folder`. Empty but for the stream that the settings name."""
    embedded = EmbeddedAccount(folder, python=EMBEDDED_PYTHON, retry_delays=(0.5, 0.5))
    with embedded as root, ExitStack() as stack:
        keys = _administrator(root)

        def command(workdir: Path, more: Mapping[str, Any]) -> Cdk:
            cdk = Cdk(
                workdir,
                endpoint=root.endpoint,
                account=root.account,
                region=root.region,
                access_key_id=keys[0],
                secret_access_key=keys[1],
                settings={**SETTINGS, **more},
            )
            stack.callback(cdk.stop)
            return cdk

        def other(given: Mapping[str, Any]) -> Cdk:
            workdir = folder / "other"
            workdir.mkdir(exist_ok=True)
            cdk = command(workdir, given)
            cdk.synthesize()
            return cdk

        cdk = command(folder, {})
        cdk.bootstrap()
        cdk.synthesize()
        account = EmptyAccount(root, cdk, keys, other)
        assert Siem(account.client).make() == SETTINGS["stream_log_group_to"]
        yield account


def _administrator(root: Account) -> tuple[str, str]:
    users = root.client("iam")
    users.create_user(UserName="administrator")
    users.attach_user_policy(
        UserName="administrator", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess"
    )
    key = users.create_access_key(UserName="administrator")["AccessKey"]
    return key["AccessKeyId"], key["SecretAccessKey"]
