"""Whatever an event holds or lacks, reading it raises nothing but MalformedEventError."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
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


def test_fixtures_are_read_whole() -> None:
    call = ApiCall.parse(load("trail-deleted", "DeleteTrail"))

    assert (call.name, call.account, call.region) == ("DeleteTrail", "111122223333", "us-east-1")
    assert call.actor.display == "role Admin/alice"
    assert call.source_ip == "203.0.113.7"
    assert call.event_id


IDENTITY = {
    "type": "AssumedRole",
    "principalId": "AROAEXAMPLE:alice",
    "arn": "arn:aws:sts::111122223333:assumed-role/Admin/alice",
    "accountId": "111122223333",
    "accessKeyId": "ASIAIOSFODNN7EXAMPLE",
    "invokedBy": "signin.amazonaws.com",
    "identityProvider": "accounts.example.com",
    "sessionContext": {
        "sessionIssuer": {
            "userName": "Admin",
            "arn": "arn:aws:iam::111122223333:role/Admin",
        },
        "attributes": {"creationDate": "2026-11-20T02:58:00Z", "mfaAuthenticated": "true"},
        "webIdFederationData": {"federatedProvider": "ignored"},
    },
}
ALICE = Actor(
    kind="AssumedRole",
    arn="arn:aws:sts::111122223333:assumed-role/Admin/alice",
    principal_arn="arn:aws:iam::111122223333:role/Admin",
    name="Admin",
    session="alice",
    account="111122223333",
    access_key_id="ASIAIOSFODNN7EXAMPLE",
    invoked_by="signin.amazonaws.com",
    mfa=True,
    session_since="2026-11-20T02:58:00Z",
    provider="accounts.example.com",
)


def test_a_call_is_read_field_by_field() -> None:
    detail = {
        "eventID": "c1",
        "eventTime": "2026-11-20T03:04:05Z",
        "awsRegion": "eu-west-1",
        "recipientAccountId": "444455556666",
        "eventSource": "s3.amazonaws.com",
        "eventName": "PutBucketPolicy",
        "errorCode": "AccessDenied",
        "errorMessage": "no",
        "sourceIPAddress": "203.0.113.7",
        "userAgent": "aws-cli/2.31.0",
        "userIdentity": IDENTITY,
        "requestParameters": {"bucketName": "b"},
        "responseElements": {"x": 1},
        "resources": [{"ARN": "arn:1"}, {"arn": "arn:2"}, {"type": "t"}, "arn:3"],
    }
    around = {"time": "2026-11-20T03:05:00Z", "region": "us-east-1", "account": "111122223333"}
    call = ApiCall(
        event_id="c1",
        time="2026-11-20T03:04:05Z",
        region="eu-west-1",
        account="444455556666",
        source="s3.amazonaws.com",
        name="PutBucketPolicy",
        error_code="AccessDenied",
        error_message="no",
        source_ip="203.0.113.7",
        user_agent="aws-cli/2.31.0",
        actor=ALICE,
        parameters={"bucketName": "b"},
        response={"x": 1},
        resource_arns=("arn:1", "arn:2", ""),
    )

    assert ApiCall.parse({**around, "detail": detail}) == call
    assert ApiCall.parse({**around, "detail": {}}) == ApiCall(
        time="2026-11-20T03:05:00Z", region="us-east-1", account="111122223333"
    )
    assert ApiCall.parse({"detail": {"resources": {"ARN": "arn:1"}}}) == ApiCall()


@pytest.mark.parametrize(
    ("changed", "field", "value"),
    [
        ({"userName": "own"}, "name", "own"),
        ({"identityProvider": None}, "provider", "ignored"),
        ({"arn": ""}, "session", "alice"),
        ({"arn": "", "principalId": "AIDAEXAMPLE:alice"}, "session", ""),
        ({"arn": "arn:aws:sts::1:federated-user/guest"}, "session", "guest"),
        ({"sessionContext": None}, "name", "Admin"),
        ({"sessionContext": None}, "principal_arn", ALICE.arn),
        ({"sessionContext": None, "arn": ""}, "name", "AROAEXAMPLE:alice"),
        (
            {"sessionContext": None, "arn": "", "onBehalfOf": {"userId": "u-1"}},
            "name",
            "u-1",
        ),
        ({"sessionContext": {"attributes": {"mfaAuthenticated": "False"}}}, "mfa", False),
        ({"sessionContext": {"attributes": {"mfaAuthenticated": "?"}}}, "mfa", None),
    ],
)
def test_an_author_is_read_from_what_is_there(
    changed: dict[str, Any], field: str, value: object
) -> None:
    assert getattr(Actor.parse({**IDENTITY, **changed}), field) == value


@pytest.mark.parametrize(
    ("actor", "display"),
    [
        (Actor("Root", "arn"), "root"),
        (Actor("IAMUser", "arn", name="bot"), "user bot"),
        (Actor("IAMUser", "arn"), "user arn"),
        (Actor("AssumedRole", "arn", name="Admin", session="alice"), "role Admin/alice"),
        (Actor("AssumedRole", "arn"), "role arn"),
        (Actor("AWSService", "arn", name="n", invoked_by="x.amazonaws.com"), "x.amazonaws.com"),
        (Actor("SAMLUser", "arn", name="bob"), "bob"),
        (Actor("SAMLUser", "arn"), "arn"),
        (Actor("SAMLUser"), "SAMLUser"),
    ],
)
def test_an_author_is_counted_by_a_short_name(actor: Actor, display: str) -> None:
    assert actor.display == display


@pytest.mark.parametrize(
    ("actor", "name"),
    [
        (Actor("Root", name="x"), "root"),
        (Actor("AssumedRole", name="Admin", session="alice"), "alice"),
        (Actor("IAMUser", name="bot"), "bot"),
    ],
)
def test_event_history_knows_an_author_by_name(actor: Actor, name: str) -> None:
    assert actor.history_name == name


@pytest.mark.parametrize(
    ("actor", "instance", "permission_set"),
    [
        (Actor("AssumedRole", name="App", session="i-0123456789abcdef0"), True, ""),
        (Actor("AssumedRole", name="App", session="i-0123456789abcdef0x"), False, ""),
        (Actor("AssumedRole", name="AWSReservedSSO_A_B_6cb29b3b61ef9620"), False, "A_B"),
        (Actor("IAMUser", name="AWSReservedSSO_A_B_6cb29b3b61ef9620"), False, ""),
        (Actor("AssumedRole", name="AWSReservedSSO_A_B_6cb29b3b61ef962"), False, ""),
    ],
)
def test_a_session_of_an_instance_or_of_identity_center(
    actor: Actor, instance: bool, permission_set: str
) -> None:
    assert actor.instance == (actor.session if instance else "")
    assert actor.permission_set == permission_set


@pytest.mark.parametrize(
    ("omitted", "left_out"), [(True, True), ("true", True), ("TRUE", True), (False, False)]
)
def test_a_request_that_cloudtrail_left_out(omitted: object, left_out: bool) -> None:
    assert ApiCall(parameters={"omitted": omitted}).parameters_omitted is left_out
    assert not ApiCall().parameters_omitted


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("2026-11-20T09:17:40Z", datetime(2026, 11, 20, 9, 17, 40, tzinfo=UTC)),
        ("2026-11-20T18:17:40+09:00", datetime(2026, 11, 20, 9, 17, 40, tzinfo=UTC)),
        ("2026-11-20T09:17:40", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("soon", None),
        ("", None),
    ],
)
def test_when_a_call_was_made(said: str, at: datetime | None) -> None:
    found = ApiCall(time=said).at

    assert found == at
    assert found is None or found.tzinfo is UTC


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "an event without one"),
        ({"detail": []}, "an event without one"),
        ([], "list"),
        ("{}", "str"),
        (None, "NoneType"),
    ],
)
def test_what_is_no_event_is_named(given: object, said: str) -> None:
    with pytest.raises(MalformedEventError) as error:
        ApiCall.parse(given)

    assert str(error.value) == f"expected an EventBridge event with a detail object, got {said}"
