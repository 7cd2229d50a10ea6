"""When a file of the log bucket was deleted, as S3 says."""

from __future__ import annotations

import pytest

from trailkeeper.events.deletions import Deletion


@pytest.mark.parametrize(
    ("said", "time"),
    [
        ("2026-11-20T09:17:40Z", "2026-11-20T09:17:40+00:00"),
        ("2026-11-20T18:17:40+09:00", "2026-11-20T09:17:40+00:00"),
        ("2026-11-20T09:17:40", ""),
        ("0001-01-01T00:00:00+14:00", ""),
        ("soon", ""),
        (None, ""),
        (7, ""),
    ],
)
def test_a_time_is_in_utc_or_none(said: object, time: str) -> None:
    detail = {"bucket": {"name": "logs"}, "object": {"key": "AWSLogs/1.json.gz"}}

    assert Deletion.parse({"id": "e", "time": said, "detail": detail}).time == time
