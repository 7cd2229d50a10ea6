"""Whatever an event holds or lacks, reading it raises nothing but MalformedEventError."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.deployed_evidence import NOW
from tests.detections.fixtures import EVENTS, load
from tests.detections.test_detections import BASELINE
from tests.hostile import texts
from trailkeeper.alerts import call_alerts, heal_alerts
from trailkeeper.detections import hints
from trailkeeper.detections.catalogue import DETECTIONS, Detection, detect
from trailkeeper.events.event import Actor, ApiCall, MalformedEventError
from trailkeeper.evidence.outcome import Report

RECORDED = sorted(EVENTS.glob("*/*.json"))
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


def paths(document: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document."""
    if isinstance(document, dict):
        below: Any = document.items()
    elif isinstance(document, list):
        below = enumerate(document)
    else:
        return []
    found = []
    for key, value in below:
        found += [(*above, key), *paths(value, (*above, key))]
    return found


def change(document: Any, path: tuple[Any, ...], value: Any, *, delete: bool) -> None:
    """Change one place, unless an earlier change took it away."""
    for key in path[:-1]:
        try:
            document = document[key]
        except (KeyError, IndexError, TypeError):
            return
    if isinstance(document, dict):
        document.pop(path[-1], None)
        if not delete:
            document[path[-1]] = value
    elif isinstance(document, list) and isinstance(path[-1], int) and path[-1] < len(document):
        document[path[-1]] = value


def use(event: Any) -> None:
    """All that the heal function does with an event."""
    call = ApiCall.parse(event)
    detection = detect(call)
    hints.concerns(call, BASELINE)
    hints.names_our_trail(call, BASELINE)
    assert len(hints.resource(call)) <= 300
    if detection is None:
        return
    (alert,) = heal_alerts.of_report(Report(), BASELINE, NOW, call, detection)
    for each in (alert, call_alerts.attempted(call, detection, BASELINE, NOW)):
        json.loads(each.to_json())


@given(st.data())
def test_an_event_without_any_of_its_fields_or_with_junk_in_them(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(RECORDED))
    event = json.loads(path.read_text(encoding="utf-8"))
    for place in data.draw(st.lists(st.sampled_from(paths(event)), max_size=6)):
        change(event, place, data.draw(JUNK), delete=data.draw(st.booleans()))
    try:
        use(event)
    except MalformedEventError:
        assert not isinstance(event.get("detail"), dict)


@given(JUNK)
def test_what_is_no_event_is_refused_by_that_name(event: Any) -> None:
    if isinstance(event, dict) and isinstance(event.get("detail"), dict):
        return
    with pytest.raises(MalformedEventError, match="expected an EventBridge event"):
        ApiCall.parse(event)


@pytest.mark.parametrize("detection", DETECTIONS, ids=lambda each: each.id)
def test_two_hundred_kilobytes_of_junk(detection: Detection) -> None:
    event = load(detection.id, detection.events[0])
    junk = "\u202e<!channel>\x00" * 20_000
    for place in paths(event["detail"]):
        changed = copy.deepcopy(event)
        change(changed["detail"], place, junk, delete=False)
        use(changed)


@pytest.mark.parametrize(
    ("code", "succeeded", "denied"),
    [
        (None, True, False),
        ("", True, False),
        ("AccessDenied", False, True),
        ("Client.UnauthorizedOperation", False, True),
        ("NotAuthorizedException", False, True),
        ("TrailNotFoundException", False, False),
    ],
)
def test_absent_null_and_empty_error_codes_are_success(
    code: str | None, succeeded: bool, denied: bool
) -> None:
    call = ApiCall.parse({"detail": {"errorCode": code}})

    assert (call.succeeded, call.denied) == (succeeded, denied)
    assert ApiCall.parse({"detail": {}}).succeeded


@pytest.mark.parametrize(
    ("identity", "shown", "principal"),
    [
        (
            {"type": "Root", "arn": "arn:aws:iam::111122223333:root"},
            "root",
            "arn:aws:iam::111122223333:root",
        ),
        (
            {"type": "IAMUser", "arn": "arn:aws:iam::1:user/a", "userName": "a"},
            "user a",
            "arn:aws:iam::1:user/a",
        ),
        (
            {
                "type": "AssumedRole",
                "arn": "arn:aws:sts::1:assumed-role/Admin/alice",
                "sessionContext": {"sessionIssuer": {"arn": "arn:aws:iam::1:role/path/Admin"}},
            },
            "role Admin/alice",
            "arn:aws:iam::1:role/path/Admin",
        ),
        (
            {"type": "AWSService", "invokedBy": "cloudformation.amazonaws.com"},
            "cloudformation.amazonaws.com",
            "",
        ),
        ({"type": "IdentityCenterUser"}, "IdentityCenterUser", ""),
        ({}, "", ""),
        (None, "", ""),
    ],
)
def test_authors(identity: Any, shown: str, principal: str) -> None:
    actor = Actor.parse(identity)

    assert (actor.display, actor.principal_arn) == (shown, principal)
    assert actor.known is bool(shown)


def test_fixtures_are_read_whole() -> None:
    call = ApiCall.parse(load("trail-deleted", "DeleteTrail"))

    assert (call.name, call.account, call.region) == ("DeleteTrail", "111122223333", "us-east-1")
    assert call.actor.display == "role Admin/alice"
    assert call.source_ip == "203.0.113.7"
    assert call.event_id
