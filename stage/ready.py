"""Ready: what a user of the embedded account needs to know."""

from __future__ import annotations

import json
import os
import shlex
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import boto3

from embedded.control import Control
from stage.surroundings import LOOPBACK, overriding

# The user's configuration may be broken or lead elsewhere; a proxy does not reach this machine.
_APART = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "NO_PROXY": LOOPBACK,
    "no_proxy": LOOPBACK,
}
_STANDARD_NAMES = {
    "endpoint": "AWS_ENDPOINT_URL",
    "region": "AWS_REGION",
    "access_key_id": "AWS_ACCESS_KEY_ID",
    "secret_access_key": "AWS_SECRET_ACCESS_KEY",
}


@dataclass(frozen=True, kw_only=True)
class Ready:
    """A running embedded account with the stacks deployed.

    The keys are those of an administrator, an IAM user of that account. `evidence_key_arn` is None
    when the trail is not encrypted with KMS. `mailbox` is a folder with one .eml file for each
    mail.
    """

    endpoint: str
    region: str
    account: str
    access_key_id: str
    secret_access_key: str
    trail_arn: str
    log_bucket: str
    log_group: str
    evidence_key_arn: str | None
    topic_arn: str
    heal_function: str
    alert_function: str
    mailbox: str

    @property
    def control(self) -> Control:
        """The account's state, schedules, clock and faults."""
        return Control(self.endpoint)

    def client(self, service: str, region: str | None = None) -> Any:
        """A boto3 client of the administrator, in the home region unless another is named."""
        make: Any = self.session().client
        return make(service, region_name=region, endpoint_url=self.endpoint)

    def session(self) -> boto3.Session:
        """A boto3 session of the administrator; clients need `endpoint_url=ready.endpoint`."""
        return boto3.Session(
            aws_access_key_id=self.access_key_id,
            aws_secret_access_key=self.secret_access_key,
            region_name=self.region,
        )

    def exports(self, found: tuple[str, ...] = ()) -> str:
        """Shell lines that say the same: AWS's own names where there are some.

        First they undo what a shell may hold that would win over them; `found` are the names of
        AWS's variables that it does hold.
        """
        lines = [f"unset {' '.join(overriding(found))}"]
        for name, value in _APART.items():
            lines.append(f"export {name}={shlex.quote(value)}")
        for name, value in asdict(self).items():
            exported = _STANDARD_NAMES.get(name, f"TRAILKEEPER_{name.upper()}")
            lines.append(f"export {exported}={shlex.quote(value or '')}")
            if name == "region":
                lines.append(f"export AWS_DEFAULT_REGION={shlex.quote(self.region)}")
        return "\n".join(lines)

    def write(self, path: Path) -> None:
        """Write the JSON so that a reader sees all of it or no file."""
        descriptor, partial = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(asdict(self), file, indent=2)
                file.write("\n")
            Path(partial).replace(path)
        except BaseException:
            Path(partial).unlink(missing_ok=True)
            raise
