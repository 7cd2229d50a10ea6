"""What ministack reads from its environment; to be set before any of its modules is imported."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class EmulatorProcess:
    """One emulated account, served from one process.

    `scratch` is a folder that the caller owns and removes; nothing is written anywhere else.
    """

    port: int
    account: str
    region: str
    root_access_key_id: str
    root_secret_access_key: str
    scratch: Path

    def configure(self) -> None:
        """Replace this process's environment by what the emulator needs, and nothing besides."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        no_docker = self.scratch / "no-docker.sock"
        os.environ.clear()
        os.environ.update(
            kept,
            AUTH="true",
            AWS_ACCESS_KEY_ID=self.root_access_key_id,
            AWS_SECRET_ACCESS_KEY=self.root_secret_access_key,
            AWS_DEFAULT_REGION=self.region,
            AWS_EC2_METADATA_DISABLED="true",
            AWS_CONFIG_FILE=os.devnull,
            AWS_SHARED_CREDENTIALS_FILE=os.devnull,
            BIND_HOST="127.0.0.1",
            DOCKER_HOST=f"unix://{no_docker}",
            GATEWAY_PORT=str(self.port),
            IOT_MTLS_ENABLED="0",
            LAMBDA_EXECUTOR="local",
            LOG_LEVEL="INFO",
            MINISTACK_ACCOUNT_ID=self.account,
            MINISTACK_REGION=self.region,
            PERSIST_STATE="0",
            S3_DATA_DIR=str(self.scratch / "s3"),
            S3_PERSIST="0",
            SFTP_ENABLED="0",
            STATE_DIR=str(self.scratch / "state"),
            TMPDIR=str(self.scratch),
        )
