"""The flood that the bench measures, made small: what it says of real stops is so."""

from __future__ import annotations

from bench.flood.thousands import MOST_NOISE, STOPPERS, STOPS, Flood


def test_real_stops_are_healed_and_told_by_the_names_of_those_who_made_them() -> None:
    found = Flood(events=60, seconds=3).run()

    assert len(found.dark) == STOPS == 6
    # Beside the run that the event of a stop led to, one of another event may tell of it.
    assert STOPS <= found.healed <= 2 * STOPS
    assert found.named
    assert found.named <= set(STOPPERS) == {"mallory", "trudy", "oscar"}
    assert found.noise <= MOST_NOISE == 14
    assert found.alerts > found.healed + found.noise
