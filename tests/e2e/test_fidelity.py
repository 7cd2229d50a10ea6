"""The account has what the stacks declare: every property, read back through the API."""

from __future__ import annotations

from embedded import fidelity
from tests.e2e.conftest import Deployed


def lacking(deployed: Deployed) -> list[str]:
    ready = deployed.ready
    return fidelity.vanished(deployed.account.cdk.assembly, ready.session(), ready.endpoint)


def test_no_declared_property_vanished(deployed: Deployed) -> None:
    assert lacking(deployed) == []


def test_a_property_that_vanishes_is_named(deployed: Deployed) -> None:
    ready = deployed.ready
    topics = ready.session().client("sns", endpoint_url=ready.endpoint)
    key = topics.get_topic_attributes(TopicArn=ready.topic_arn)["Attributes"]["KmsMasterKeyId"]
    topics.set_topic_attributes(
        TopicArn=ready.topic_arn, AttributeName="KmsMasterKeyId", AttributeValue=""
    )
    try:
        lines = lacking(deployed)
    finally:
        topics.set_topic_attributes(
            TopicArn=ready.topic_arn, AttributeName="KmsMasterKeyId", AttributeValue=key
        )
    assert len(lines) == 1
    assert "(AWS::SNS::Topic): KmsMasterKeyId is null, declared was" in lines[0]
