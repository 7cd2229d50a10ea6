"""What is synthesized is what a person has read: the documents of tests/golden."""

from __future__ import annotations

import json

import pytest

from tests.golden import golden, names
from tests.stacks.deployed import Deployed
from tests.stacks.golden import DOCUMENTS, Stacks, comparable


@pytest.fixture(scope="module")
def stacks(
    evidence: Deployed,
    response: Deployed,
    full_evidence: Deployed,
    full_response: Deployed,
    charges: Deployed,
) -> Stacks:
    return Stacks(evidence, response, full_evidence, full_response, charges)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_is_synthesized_is_what_a_person_has_read(name: str, stacks: Stacks) -> None:
    read = golden(name)
    if isinstance(read, dict) and "synthesized" in read:
        read = read["synthesized"]

    assert comparable(DOCUMENTS[name](stacks)) == comparable(read)


def test_every_golden_document_is_compared_with_something() -> None:
    assert names() == set(DOCUMENTS)


def test_golden_documents_are_small_enough_to_be_read() -> None:
    for name in names():
        assert len(json.dumps(golden(name))) <= 12_000, name
