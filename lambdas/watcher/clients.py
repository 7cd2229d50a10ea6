"""The watcher's clients: botocore alone, as importing boto3 costs every cold start."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import botocore
import botocore.session
from botocore.config import Config

from trailkeeper.evidence.names import WATCHER_FUNCTION

_CONFIG = Config(
    user_agent=f"{WATCHER_FUNCTION} Botocore/{botocore.__version__}",
    connect_timeout=3,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 3},
)
# Services whose client has another name than botocore's.
_SERVICES = {"functions": "lambda"}


class WatcherClients:
    """Each client is made once, when it is first asked for, in the home region."""

    def __init__(self, region: str) -> None:
        self._region = region

    @cached_property
    def _session(self) -> Any:
        return botocore.session.get_session()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        client = self._session.create_client(
            _SERVICES.get(name, name), region_name=self._region, config=_CONFIG
        )
        self.__dict__[name] = client
        return client
