"""The checkers' verdicts: cdk-nag, cfn-lint, and CDK's own rules, which every synth runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Stack, Validations
from aws_cdk import aws_sqs as sqs
from cdk_nag import AwsSolutionsChecks
from cfnlint.api import lint
from cfnlint.config import ManualArgs

from stacks.context import feature_flags
from tests.stacks.conftest import EVERYTHING, MINIMUM, Synth, context
from tests.stacks.deployed import REGION
from trailkeeper.evidence.names import (
    ACCOUNT_STACK,
    EVIDENCE_STACK,
    RESPONSE_STACK,
    SEARCH_STACK,
    WATCHER_STACK,
)

STACKS = (EVIDENCE_STACK, RESPONSE_STACK, SEARCH_STACK, ACCOUNT_STACK, WATCHER_STACK)


@pytest.mark.parametrize("settings", [EVERYTHING, MINIMUM], ids=["everything", "minimum"])
def test_cdk_nag_finds_nothing_that_is_not_answered_and_two_synths_make_the_same(
    synth: Synth, assembly: Callable[[str], Path], settings: dict[str, Any]
) -> None:
    once = assembly("everything" if settings is EVERYTHING else "minimum")
    again = synth(settings, nag=True)

    for name in (f"{stack}.template.json" for stack in STACKS):
        if name.startswith(WATCHER_STACK) and not settings.get("watcher", True):
            assert not (again / name).exists()
            continue
        assert (again / name).read_bytes() == (once / name).read_bytes()


def test_cdk_nag_would_stop_the_synth(tmp_path: Path) -> None:
    app = App(context=context({}), outdir=str(tmp_path))
    sqs.CfnQueue(Stack(app, "Careless"), "Queue")
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))

    with pytest.raises(RuntimeError, match="AwsSolutions-SQS3"):
        app.synth()


def test_each_answer_sits_on_one_resource_and_says_why(assembly: Callable[[str], Path]) -> None:
    answers = [
        (path, rule, reason)
        for stack in STACKS
        if stack != WATCHER_STACK
        for path, entries in json.loads(
            (assembly("everything") / f"{stack}.metadata.json").read_text(encoding="utf-8")
        ).items()
        for entry in entries
        if entry["type"] == "aws:cdk:acknowledged-rules"
        for rule, reason in entry["data"].items()
    ]

    assert answers
    for path, rule, reason in answers:
        assert path.count("/") >= 3, f"{rule} is answered for more than one resource: {path}"
        assert len(reason.split()) >= 5, f"{rule} on {path}: {reason}"


@pytest.mark.parametrize(
    ("stack", "name"),
    [
        (stack, name)
        for stack in STACKS
        for name in ("everything", "minimum")
        # Without groups it has nothing in it.
        if (stack, name) not in {(ACCOUNT_STACK, "minimum"), (WATCHER_STACK, "everything")}
    ],
)
def test_cfn_lint_finds_nothing(assembly: Callable[[str], Path], name: str, stack: str) -> None:
    template = (assembly(name) / f"{stack}.template.json").read_text(encoding="utf-8")

    # W3005: CDK repeats dependencies that a reference already makes.
    found = lint(template, config=ManualArgs(regions=[REGION], ignore_checks=["W3005"]))

    assert [str(each) for each in found] == []


def test_synth_stops_at_what_cdk_itself_finds_wrong() -> None:
    assert feature_flags()["@aws-cdk/core:validateAgainstDefaultRules"] is True
