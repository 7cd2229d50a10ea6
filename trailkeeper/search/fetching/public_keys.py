"""The public keys with which CloudTrail's digest files can be checked; each region has its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from trailkeeper.search.fetching.listing import refused

_HOUR = timedelta(hours=1)


class PublicKeys:
    """Asks ListPublicKeys of a region; `client` makes a CloudTrail client for one."""

    def __init__(self, client: Callable[[str], Any]) -> None:
        self._client = client

    def __call__(self, region: str, start: str, end: str) -> dict[str, bytes]:
        """The keys that were valid in a span of times as digests write them, by fingerprint.

        Raises:
            SearchError: they cannot be read.
        """
        first = datetime.fromisoformat(start) - _HOUR
        last = datetime.fromisoformat(end) + _HOUR
        found: dict[str, bytes] = {}
        with refused(f"the public keys of CloudTrail in {region}"):
            pages = self._client(region).get_paginator("list_public_keys")
            for page in pages.paginate(StartTime=first, EndTime=last):
                found |= {each["Fingerprint"]: each["Value"] for each in page["PublicKeyList"]}
        return found
