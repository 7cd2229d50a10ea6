"""A storm that is measured is told whole: each change is counted once in the mails."""

from __future__ import annotations

import pytest

from bench.alerts.storm import Storm, weather


@pytest.mark.parametrize("scaling_group", [None, "web"])
def test_every_change_of_a_storm_is_counted(scaling_group: str | None) -> None:
    weathered = weather(Storm("a breeze", 200, 50, scaling_group))

    assert (weathered.told, weathered.mails <= 3) == (200, True)
