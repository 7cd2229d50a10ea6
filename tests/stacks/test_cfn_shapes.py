"""Translating documents: nothing is lost without a word."""

from __future__ import annotations

import pytest

from stacks import cfn_shapes


def test_a_field_without_translation_is_refused() -> None:
    with pytest.raises(cfn_shapes.UntranslatedError, match="SnsTopicName"):
        cfn_shapes.trail_properties({"S3BucketName": "logs", "SnsTopicName": "topic"})


def test_a_field_deep_inside_is_refused_too() -> None:
    rule = {"ID": "retention", "Status": "Enabled", "Filter": {"Prefix": "", "Tag": {}}}

    with pytest.raises(cfn_shapes.UntranslatedError, match="Tag"):
        cfn_shapes.bucket_lifecycle([rule])


def test_arns_become_references_wherever_they_stand() -> None:
    document = {"Resource": ["arn:aws:s3:::logs", "arn:aws:s3:::logs/*"], "Version": 1}

    assert cfn_shapes.by_reference(document, {"arn:aws:s3:::logs": "<arn>"}) == {
        "Resource": ["<arn>", "<arn>/*"],
        "Version": 1,
    }
