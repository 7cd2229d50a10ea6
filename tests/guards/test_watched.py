"""What the version that judges takes for its own: what every version must run with."""

from __future__ import annotations

from trailkeeper.guards.guard_functions import Own
from trailkeeper.guards.watched import running


def test_a_version_knows_itself_by_the_settings_of_its_environment() -> None:
    settings = {
        "TRAILKEEPER_HEAL": "{1}",
        "TRAILKEEPER_ALERT": "{2}",
        "TRAILKEEPER_DELIVERIES": "{3}",
    }
    lambdas_own = {"AWS_REGION": "us-east-1", "AWS_SESSION_TOKEN": "x", "PATH": "/bin"}

    assert running("trailkeeper-heal", "7", {**settings, **lambdas_own}) == Own(
        "trailkeeper-heal", "7", settings
    )


def test_a_deployment_that_counts_no_deliveries_has_no_settings_of_them() -> None:
    settings = {"TRAILKEEPER_HEAL": "{1}", "TRAILKEEPER_ALERT": "{2}"}

    assert running("trailkeeper-watcher", "3", settings).variables == settings
