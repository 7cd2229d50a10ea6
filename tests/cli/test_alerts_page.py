"""docs/alerts.md shows every alert as it is rendered now."""

from __future__ import annotations

from pathlib import Path

from tools.alert_examples import examples
from tools.alerts_page import page
from trailkeeper.detections.catalogue import DETECTIONS

PAGE = Path(__file__).parents[2] / "docs" / "alerts.md"


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "run: python -m tools.alerts_page --write docs/alerts.md"
    )


def test_every_detection_has_an_example() -> None:
    shown = {alert.detection for _, alert in examples()}
    assert {each.id for each in DETECTIONS} <= shown
