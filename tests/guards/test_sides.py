"""What both sides of the guard must have is what a person has read: tests/golden/sides."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.guarded import ALERT_ENVIRON, BASELINE, HEAL_ENVIRON, OWN, POLICIES, SIDE
from tests.guards.told_sides import SIDES
from trailkeeper.evidence.outcome import place_of
from trailkeeper.guards.sides import Side, heal_side, watcher_side
from trailkeeper.guards.watched import guards_of
from trailkeeper.rights.roles import policies
from trailkeeper.words import TEXTS

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "sides"


@pytest.mark.parametrize("side", SIDES)
def test_a_side_is_the_one_that_a_person_has_read(side: str) -> None:
    said = json.loads(json.dumps(SIDES[side]()))

    assert said == json.loads((GOLDEN / f"{side}.json").read_text(encoding="utf-8"))


def test_every_golden_side_is_compared() -> None:
    assert {each.stem for each in GOLDEN.glob("*.json")} == SIDES.keys()


@pytest.mark.parametrize("side", [SIDE, watcher_side(HEAL_ENVIRON)], ids=lambda each: each.stack)
def test_every_document_of_a_side_has_a_name_for_people(side: Side) -> None:
    keys = [
        f"document.{guard.name}.{place_of(document.name)[0]}"
        for guard in guards_of(side, OWN, POLICIES)
        for document in guard.documents
    ]

    assert keys
    assert {key: set(TEXTS.get(key, {})) for key in keys} == {key: {"en", "ko"} for key in keys}


SENDS_TAKES_PUBLISHES = {"sqs:SendMessage", "sqs:ReceiveMessage", "sns:Publish"}
Who = dict[tuple[str, str], set[str]]


@pytest.mark.parametrize("counts", [True, False])
@pytest.mark.parametrize("address", ["oncall@example.com", ""])
@pytest.mark.parametrize("elsewhere", ["eu-west-1", None])
def test_queues_and_topics_name_just_the_roles_that_have_the_rights(
    counts: bool, address: str, elsewhere: str | None
) -> None:
    """A role that is left out could not do its work; one too many could speak to people."""
    emails = (address,) if address else ()
    heal = replace(
        HEAL_ENVIRON,
        count_deliveries=counts,
        last_resort_emails=emails,
        last_resort_region=elsewhere,
    )
    second_way = heal.last_resort_topics if address else ()
    alert = replace(ALERT_ENVIRON, chat_topic_arn="x", last_resort_topics=second_way, language="en")
    sides = (heal_side(heal, alert), watcher_side(heal))
    deployed = {role.name(BASELINE.names) for side in sides for role in side.roles}

    having: Who = defaultdict(set)
    for name, documents in policies(heal, alert)(BASELINE).items():
        for document in documents.values() if name in deployed else ():
            _add(having, document, {name})
    named: Who = defaultdict(set)
    for side in sides:
        for queue in side.queues:
            _add(named, side.queue_policy(BASELINE, queue.name))
        for topic in side.topics:
            _add(named, side.topic_policy(BASELINE, topic.name))

    said = {key: roles for key, roles in named.items() if roles}
    assert said == {key: roles for key, roles in having.items() if key in named}
    assert len(said) >= 10


def _add(who: Who, document: Any, roles: set[str] | None = None) -> None:
    """Note the roles of a statement: those with the right, or else those that it does not deny."""
    for each in document["Statement"]:
        let = each["Condition"].get("ArnNotEquals", {}) if roles is None else {}
        spared = {role.rpartition("/")[2] for role in let.get("aws:PrincipalArn", ())}
        for action in _listed(each["Action"]) & SENDS_TAKES_PUBLISHES:
            for resource in _listed(each["Resource"]):
                who[action, resource] |= roles or spared


def _listed(value: Any) -> set[str]:
    return {value} if isinstance(value, str) else set(value)
