"""Every technique that the embedded account can express ends as it is said to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from stage.attacker import Administrator
from tests.e2e import evidence
from tests.e2e.asked import looked_up
from tests.e2e.stage import ADMINISTRATOR, Mail, Stage, wait_for
from trailkeeper.detections.proof import Technique
from trailkeeper.detections.techniques import TECHNIQUES
from trailkeeper.words import TEXTS

EXPRESSED = [each for each in TECHNIQUES if each.attack is not None]
HEALED = [each for each in EXPRESSED if each.outcome == "healed"]
TOLD = [each for each in EXPRESSED if each.outcome == "told"]


@dataclass
class Campaign:
    """Attacks, each made once, and the ids of the events that they were recorded as."""

    stage: Stage
    attacker: Administrator
    deployed: dict[str, Any]
    _events: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _mails_before: dict[str, int] = field(default_factory=dict)

    def attack(self, technique: Technique) -> None:
        """Attack, unless that was done before; returns once everything is in order again."""
        if technique.id in self._events:
            return
        stage = self.stage
        stage.forget_heals()
        stage.forget_floods()
        self._mails_before[technique.id] = len(stage.mails())
        before = self._recorded(technique)
        technique.attack(self.attacker)
        self._events[technique.id] = tuple(self._recorded(technique) - before)
        if technique.undo is not None:
            self.wait_for_author(technique)
            technique.undo(self.attacker)
        wait_for(
            f"the evidence as it was deployed; {technique.documents} differ",
            lambda: not self.differences(technique.documents),
        )

    def differences(self, documents: tuple[str, ...] = ()) -> dict[str, Any]:
        """How the evidence, or only these documents of it, differs from what was deployed."""
        named = tuple(each for each in documents if each in self.deployed)
        if documents and not named:
            return {}
        return evidence.differences(evidence.read(self.stage, named), self.deployed)

    def wait_for_author(self, technique: Technique) -> Mail:
        """A mail about one of the calls of the technique."""
        events = self._events[technique.id]
        return wait_for(
            f"a mail about {technique.id}",
            lambda: [mail for event in events for mail in self.stage.mails_with(event)],
        )[0]

    def wait_for_mail(self, technique: Technique, *words: str) -> Mail:
        """A mail with these words that came after the technique's attack began."""
        before = self._mails_before[technique.id]
        return wait_for(
            f"a mail with {words} after {technique.id}",
            lambda: [
                mail
                for mail in self.stage.mails()[before:]
                if all(word in mail.text for word in words)
            ],
        )[0]

    def _recorded(self, technique: Technique) -> set[str]:
        return {
            record["eventID"]
            for name in technique.events
            for record in self.stage.calls(name)
            if record["userIdentity"]["arn"].endswith(f"/{ADMINISTRATOR}")
        }


@pytest.fixture(scope="module")
def campaign(stage: Stage, as_deployed: dict[str, Any]) -> Iterator[Campaign]:
    yield Campaign(stage, Administrator(stage.ready), as_deployed)
    stage.no_faults()


def name(technique: Technique) -> str:
    return technique.id


@pytest.mark.parametrize("technique", HEALED, ids=name)
def test_the_whole_evidence_is_as_it_was_deployed_after(
    campaign: Campaign, technique: Technique
) -> None:
    campaign.attack(technique)

    assert campaign.differences() == {}


@pytest.mark.parametrize("technique", TOLD, ids=name)
def test_people_are_told_of(campaign: Campaign, technique: Technique) -> None:
    campaign.attack(technique)

    mail = campaign.wait_for_author(technique)
    assert f"user {ADMINISTRATOR}" in mail.text
    assert "Trailkeeper read back what it repaired: it is" not in mail.text
    assert lists_the_attack(campaign.stage, mail, technique)
    assert campaign.differences() == {}


@pytest.mark.parametrize("technique", HEALED, ids=name)
def test_mails_say_who_did_what_and_that_it_is_healed_and_verified(
    campaign: Campaign, technique: Technique
) -> None:
    """Often it is one mail; when runs overlap, one of them heals and another names the author."""
    campaign.attack(technique)

    mail = campaign.wait_for_author(technique)
    assert f"user {ADMINISTRATOR}" in mail.text
    assert any(call in mail.text for call in technique.events)
    assert lists_the_attack(campaign.stage, mail, technique)
    verified = "Trailkeeper read back what it repaired: it is"
    campaign.wait_for_mail(technique, said_of(technique), verified)


def lists_the_attack(stage: Stage, mail: Mail, technique: Technique) -> bool:
    """Whether what the mail says under "see what else" shows the call that it tells of."""
    return any(set(row) & set(technique.events) for row in looked_up(stage, mail))


def said_of(technique: Technique) -> str:
    if technique.id == "trail-other-stopped":
        return "Trailkeeper turned it on again"
    if technique.recreates:
        resource = TEXTS[f"resource.{technique.recreates}"]["en"]
        return f"{capital(resource)}: deleted. Made again."
    return capital(TEXTS[f"document.{technique.documents[0]}"]["en"])


def capital(words: str) -> str:
    return words[0].upper() + words[1:]
