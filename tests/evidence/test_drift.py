"""Equal documents never look different, and no weakening ever looks equal."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.detections.test_detections import BASELINE as WITH_KEY
from trailkeeper.evidence import documents
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.drift import ABSENT, as_aws_says, canonical, canonical_policy, changes
from trailkeeper.guards.evidence import EVIDENCE
from trailkeeper.guards.guard import Document

BASELINE: Baseline = replace(
    WITH_KEY,
    object_lock="compliance",
    insight_types=("ApiCallRateInsight",),
    tags=(("team", "security"), ("cost", "audit")),
)
POLICIES: dict[str, Callable[[Baseline], Any]] = {
    "bucket": documents.log_bucket_policy,
    "key": documents.evidence_key_policy,
    "trust": documents.delivery_role_trust,
    "role": documents.delivery_role_policy,
}
DOCUMENTS = {
    f"{guard.name}.{document.name}": document for guard in EVIDENCE for document in guard.documents
}


def policy_changes(observed: Any, desired: Any) -> tuple[Any, ...]:
    return changes(canonical_policy(observed), canonical_policy(desired))


# Spellings of one policy


def one_or_list(data: st.DataObject, value: Any) -> Any:
    """A string, a list of one, or a list in another order, some of it twice."""
    values = value if isinstance(value, list) else [value]
    if len(values) == 1 and data.draw(st.booleans()):
        return values[0]
    again = data.draw(st.permutations(values))
    return again + again[:1] if data.draw(st.booleans()) else again


def any_case(data: st.DataObject, text: str) -> str:
    return data.draw(st.sampled_from([text, text.lower(), text.upper()]))


def principal(data: st.DataObject, value: Any) -> Any:
    if value in ("*", {"AWS": "*"}):
        return data.draw(st.sampled_from(["*", {"AWS": "*"}, {"AWS": ["*"]}]))
    spelled = {}
    for kind, named in value.items():
        names = named if isinstance(named, list) else [named]
        spelled[kind] = one_or_list(
            data,
            [
                data.draw(st.sampled_from([each, each.split(":")[4]]))
                if each.endswith(":root")
                else each
                for each in names
            ],
        )
    return spelled


def spelled(data: st.DataObject, policy: dict[str, Any]) -> Any:
    """The same policy as AWS, a person or another tool might write it."""
    statements = []
    for each in policy["Statement"]:
        statement = {key: each[key] for key in data.draw(st.permutations(list(each)))}
        statement["Action"] = one_or_list(
            data,
            [
                any_case(data, action)
                for action in (
                    each["Action"] if isinstance(each["Action"], list) else [each["Action"]]
                )
            ],
        )
        if "Resource" in each:
            statement["Resource"] = one_or_list(data, each["Resource"])
        if "Principal" in each:
            statement["Principal"] = principal(data, each["Principal"])
        if "Condition" in each:
            statement["Condition"] = {
                operator: {
                    any_case(data, key): one_or_list(data, _boolean(data, value))
                    for key, value in tests.items()
                }
                for operator, tests in each["Condition"].items()
            }
        statement.pop("Sid", None)
        if data.draw(st.booleans()):
            statement["Sid"] = data.draw(st.text(max_size=8))
        statements.append(statement)
    spelled_policy = {"Statement": data.draw(st.permutations(statements)), "Version": "2012-10-17"}
    if data.draw(st.booleans()):
        spelled_policy["Id"] = "written by somebody"
    return json.dumps(spelled_policy) if data.draw(st.booleans()) else spelled_policy


def _boolean(data: st.DataObject, value: Any) -> Any:
    if value in ("true", "false"):
        return data.draw(st.sampled_from([value, value.title(), value == "true"]))
    return value


@pytest.mark.parametrize("name", POLICIES)
@settings(max_examples=30)
@given(data=st.data())
def test_a_policy_in_any_spelling_is_the_same(name: str, data: st.DataObject) -> None:
    policy = POLICIES[name](BASELINE)

    assert policy_changes(spelled(data, policy), policy) == ()


# Spellings of one document


def respelled(data: st.DataObject, value: Any) -> Any:
    """Other orders, and members that are not set in all the ways that AWS spells that."""
    if isinstance(value, dict):
        members = {key: respelled(data, value[key]) for key in data.draw(st.permutations([*value]))}
        if data.draw(st.booleans()):
            members["NotSetHere"] = data.draw(st.sampled_from([None, "", False, [], {}]))
        return members
    if isinstance(value, list):
        return [respelled(data, each) for each in data.draw(st.permutations(value))]
    return value


@pytest.mark.parametrize(
    "name", [name for name, each in DOCUMENTS.items() if each.canonical is canonical]
)
@settings(max_examples=10)
@given(data=st.data())
def test_a_document_in_any_order_is_the_same(name: str, data: st.DataObject) -> None:
    document = DOCUMENTS[name]
    desired = document.desired(BASELINE)

    assert document.compare(respelled(data, desired), BASELINE) == ()


@settings(max_examples=30)
@given(st.recursive(st.none() | st.text() | st.integers(), st.lists, max_leaves=10))
def test_what_is_equal_to_itself_has_no_changes(value: Any) -> None:
    assert changes(canonical(value), canonical(copy.deepcopy(value))) == ()


# Weakenings


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of every value that holds no others, and of every member that could go."""
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    elif path:
        yield path
    for key, below in items:
        yield from leaves(below, (*path, key))


def at(document: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        document = document[key]
    return document


def with_value(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    changed = copy.deepcopy(document)
    at(changed, path[:-1])[path[-1]] = value
    return changed


def without(document: Any, path: tuple[Any, ...]) -> Any:
    changed = copy.deepcopy(document)
    del at(changed, path[:-1])[path[-1]]
    return changed


def other(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    return f"{value}-other"


def every_leaf() -> list[tuple[str, tuple[Any, ...]]]:
    return [
        (name, path)
        for name, document in DOCUMENTS.items()
        for path in leaves(document.desired(BASELINE))
        if path[-1] not in ("Sid", "Id")
    ]


@pytest.mark.parametrize(("name", "path"), every_leaf(), ids=str)
def test_every_value_of_every_document_that_is_changed_is_drift(
    name: str, path: tuple[Any, ...]
) -> None:
    document: Document = DOCUMENTS[name]
    desired = document.desired(BASELINE)
    before = at(desired, path)

    found = document.compare(with_value(desired, path, other(before)), BASELINE)

    assert found
    assert all(change.before != change.after for change in found)


@pytest.mark.parametrize(("name", "path"), every_leaf(), ids=str)
def test_every_value_of_every_document_that_is_missing_is_drift(
    name: str, path: tuple[Any, ...]
) -> None:
    document: Document = DOCUMENTS[name]
    desired = document.desired(BASELINE)
    if at(desired, path) in (False, None, "") or path[-1] in ("Effect",):
        return  # not set means the same; a statement without Effect is refused by AWS
    assert document.compare(without(desired, path), BASELINE)


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, each in DOCUMENTS.items()
        if each.canonical is canonical and isinstance(each.desired(BASELINE), dict)
    ],
)
def test_a_member_that_nobody_asked_for_is_drift(name: str) -> None:
    document = DOCUMENTS[name]

    [change] = document.compare({**document.desired(BASELINE), "Unheard": "of"}, BASELINE)

    assert (change.path, change.before, change.after) == ("Unheard", "of", ABSENT)


def widened(policy: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Everything that makes a policy say more or less, statement by statement."""
    everybody = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
    yield "a statement more", {**policy, "Statement": [*policy["Statement"], everybody]}
    yield "no statement", {**policy, "Statement": []}
    yield "older version", {**policy, "Version": "2008-10-17"}
    for number, statement in enumerate(policy["Statement"]):
        place = f"statement {number}"
        rest = [each for each in policy["Statement"] if each is not statement]
        yield f"{place} gone", {**policy, "Statement": rest}

        def with_(changed: dict[str, Any], rest: Any = rest) -> dict[str, Any]:
            return {**policy, "Statement": [*rest, changed]}

        flipped = "Deny" if statement["Effect"] == "Allow" else "Allow"
        yield f"{place} flipped", with_({**statement, "Effect": flipped})
        yield f"{place} for all actions", with_({**statement, "Action": "*"})
        yield (
            f"{place} for one action more",
            with_({**statement, "Action": [*_listed(statement["Action"]), "s3:DeleteObject"]}),
        )
        inverted = {key: value for key, value in statement.items() if key != "Action"}
        yield f"{place} inverted", with_({**inverted, "NotAction": statement["Action"]})
        if "Principal" in statement:
            stranger = {"AWS": "arn:aws:iam::999999999999:root"}
            yield f"{place} for a stranger", with_({**statement, "Principal": stranger})
            both = {**statement["Principal"], **stranger}
            yield f"{place} for a stranger, too", with_({**statement, "Principal": both})
            excluded = {key: value for key, value in statement.items() if key != "Principal"}
            yield (
                f"{place} for all but one",
                with_({**excluded, "NotPrincipal": statement["Principal"]}),
            )
        if "Condition" in statement:
            bare = {key: value for key, value in statement.items() if key != "Condition"}
            yield f"{place} without conditions", with_(bare)
            for operator, tests in statement["Condition"].items():
                for key in tests:
                    fewer = {name: value for name, value in tests.items() if name != key}
                    left = {**statement["Condition"], operator: fewer}
                    yield f"{place} without {key}", with_({**statement, "Condition": left})
                    looser = {**statement["Condition"], operator: {**tests, key: "*"}}
                    yield f"{place} with any {key}", with_({**statement, "Condition": looser})


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize(
    ("name", "weaker"),
    [
        pytest.param(name, weaker, id=f"{name}: {how}")
        for name, policy in POLICIES.items()
        for how, weaker in widened(policy(BASELINE))
    ],
)
def test_every_weakening_of_a_policy_is_drift(name: str, weaker: dict[str, Any]) -> None:
    assert policy_changes(weaker, POLICIES[name](BASELINE))


@pytest.mark.parametrize("nothing", ["", {}, None, []])
def test_no_policy_at_all_is_drift(nothing: Any) -> None:
    assert policy_changes(nothing, documents.log_bucket_policy(BASELINE))


@pytest.mark.parametrize("nothing", ["", "{}", {}, None, [], "[]", ["x"], '["x"]', "null", '"x"'])
def test_what_is_no_policy_is_as_good_as_none(nothing: Any) -> None:
    assert canonical_policy(nothing) == {}


@settings(max_examples=20)
@given(st.text(max_size=30))
def test_a_change_is_short_enough_to_read(text: str) -> None:
    [change] = changes({"Name": text * 1000 + "x"}, {"Name": "trailkeeper"})

    assert len(change.before) <= 400
    assert change.after == "trailkeeper"


def test_a_member_that_is_set_by_being_there_is_not_dropped_for_being_empty() -> None:
    told: dict[str, Any] = {"EventBridgeConfiguration": {}}
    dated: dict[str, Any] = {"TargetObjectKeyFormat": {"PartitionedPrefix": {}}}
    plain: dict[str, Any] = {"TargetObjectKeyFormat": {"SimplePrefix": {}}}

    for differing in (told, dated):
        assert changes(canonical(differing), canonical({}))
        assert changes(canonical({}), canonical(differing))
        assert changes(canonical(differing), canonical(differing)) == ()
    assert changes(canonical(plain), canonical({})) == ()
    assert canonical({"EventBridgeConfiguration": None}) == {}


def test_a_change_of_a_policy_is_shown_as_aws_spells_it() -> None:
    root = "arn:aws:iam::999999999999:root"
    planted = {
        "Effect": "Allow",
        "Principal": {"AWS": root},
        "Action": ["s3:GetObject", "s3:PutBucketPolicy"],
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:SourceAccount": "999999999999"}},
    }
    policy = documents.log_bucket_policy(BASELINE)
    changed = {**policy, "Statement": [*policy["Statement"], planted]}

    [change] = policy_changes(changed, policy)

    assert change.path == "Statement"
    for spelled in (root, "s3:GetObject", "s3:PutBucketPolicy", "aws:SourceAccount"):
        assert spelled in change.before


def test_a_condition_that_was_changed_is_named_as_aws_spells_it() -> None:
    arn = "arn:aws:cloudtrail:us-east-1:123456789012:trail/trailkeeper"
    statement = {
        "Effect": "Allow",
        "Action": "kms:Decrypt",
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:SourceArn": arn}},
    }
    policy = {"Statement": [statement]}
    looser = json.loads(json.dumps(policy).replace("123456789012", "*"))

    [change] = policy_changes(looser, policy)

    assert change.path == "Statement[].Condition.StringEquals.aws:SourceArn"


def test_another_spelling_of_the_same_policy_is_no_drift() -> None:
    policy = documents.log_bucket_policy(BASELINE)
    shouted = json.loads(json.dumps(policy).replace("s3:PutObject", "S3:PUTOBJECT"))

    assert shouted != policy
    assert policy_changes(shouted, policy) == ()


def test_an_account_is_its_number_or_its_root_and_nothing_else_is() -> None:
    def trusting(principal: Any) -> dict[str, Any]:
        return {"Statement": [{"Effect": "Allow", "Principal": principal, "Action": "x:Y"}]}

    account = trusting({"AWS": "999999999999"})

    assert policy_changes(trusting({"AWS": "arn:aws:iam::999999999999:root"}), account) == ()
    for other in (
        "arn:aws:iam::999999999999:user/root",
        "arn:aws:iam::999999999999:root:x",
        "arn:aws:sts::999999999999:root",
        "arn:aws:iam::888888888888:root",
    ):
        assert policy_changes(trusting({"AWS": other}), account)
    assert policy_changes(trusting("*"), trusting({"AWS": "*"})) == ()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (True, "true", True),
        ("True", "true", True),
        (False, "false", True),
        ("False", "false", True),
        (["False"], "false", True),
        (10, "10", True),
        ("False", "true", False),
        # Anything else is told apart by its case.
        ("Bucket-Owner", "bucket-owner", False),
        ("FALSE", "false", False),
    ],
)
def test_a_value_of_a_condition_is_its_text_and_a_truth_is_in_any_spelling(
    one: Any, other: Any, *, same: bool
) -> None:
    def where(value: Any) -> dict[str, Any]:
        condition = {"Bool": {"aws:SecureTransport": value}}
        return {"Statement": {"Action": "x:Y", "Condition": condition}}

    assert (policy_changes(where(one), where(other)) == ()) is same


def test_what_holds_when_a_policy_does_not_say() -> None:
    said = {"Version": "2008-10-17", "Statement": [{"Effect": "Allow", "Action": "x:Y"}]}

    assert policy_changes({"Statement": {"Action": ["x:Y"]}}, said) == ()
    assert policy_changes({**said, "Version": "2012-10-17"}, said)
    assert policy_changes({"Statement": [{"Action": "x:Y", "NotAction": "x:Y"}]}, said)
    assert policy_changes({"Statement": [{"Action": "x:Y", "NotResource": "a"}]}, said)
    assert policy_changes({"Statement": [{"Action": "x:Y", "NotPrincipal": "*"}]}, said)


def test_a_change_of_four_hundred_characters_is_whole() -> None:
    def shown(text: str) -> str:
        [change] = changes({"Name": text}, {"Name": ""})
        return change.before

    assert shown("x" * 400) == "x" * 400
    assert shown("x" * 401) == "x" * 399 + "…"


@pytest.mark.parametrize(
    ("observed", "desired", "found"),
    [
        ({"a": [{"b": 1}]}, {"a": [{"b": 2}]}, [("a[].b", "1", "2")]),
        ({"a": [1]}, {"a": [2]}, [("a", "[1]", "[2]")]),
        ({"a": [1, 2]}, {"a": [2]}, [("a", "[1]", "-")]),
        ({"a": [1]}, {"a": [1, 2]}, [("a[]", "-", "[2]")]),
        ([1], [1, 2], [("[]", "-", "[2]")]),
        ({"a": []}, {"a": [2]}, [("a", "-", "[2]")]),
        ({"a": [1, 1]}, {"a": [1]}, [("a", "2 entries", "1 entries")]),
        ({"a": {"b": 1}}, {"a": {}}, [("a.b", "1", "-")]),
        ({"a": 1}, {"a": "1"}, [("a", "1", "1")]),
        (None, {"a": 1}, [("", "-", '{"a": 1}')]),
    ],
)
def test_a_change_says_where_and_what(
    observed: Any, desired: Any, found: list[tuple[str, str, str]]
) -> None:
    assert [(each.path, each.before, each.after) for each in changes(observed, desired)] == found


def test_a_denial_that_became_an_allowance_is_named() -> None:
    denied = {"Statement": [{"Effect": "Deny", "Action": "x:Y"}]}
    allowed = {"Statement": [{"Effect": "Allow", "Action": "x:Y"}]}

    [change] = policy_changes(allowed, denied)

    assert (change.path, change.before, change.after) == ("Statement[].Effect", "Allow", "Deny")


@pytest.mark.parametrize(
    ("observed", "desired", "found"),
    [
        ({"On": False}, {"On": True}, [("On", "false", "true")]),
        ({"A": {"On": False, "B": 1}}, {"A": {"On": True, "B": 1}}, [("A.On", "false", "true")]),
        ({"On": True}, {"On": False}, [("On", "true", "false")]),
        ({}, {"On": True}, [("On", "-", "true")]),
        ({"On": None}, {"On": True}, [("On", "-", "true")]),
        ('{"On": false}', {"On": True}, [("", '{"On": false}', '{"On": true}')]),
    ],
)
def test_what_aws_says_is_off_is_not_missing(
    observed: Any, desired: Any, found: list[tuple[str, str, str]]
) -> None:
    differing = changes(canonical(observed), canonical(desired))

    said = as_aws_says(differing, observed, desired)

    assert [(each.path, each.before, each.after) for each in said] == found
