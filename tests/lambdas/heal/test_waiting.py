"""What only people may put right is told, and not at each reconcile."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lambdas.heal.invocation import HealFailedError
from tests.deployed_evidence import BASELINE, NOW
from tests.lambdas.heal.bed import Bed, call
from tests.tampered import Tampered, failing
from trailkeeper.rendering import email
from trailkeeper.rendering.wording import Reader


def test_a_lasting_drift_keeps_its_key_for_a_day(bed: Bed) -> None:
    bed.clients = Tampered(bed.account, "s3", "get_bucket_policy", failing("AccessDenied"))
    for _ in range(2):
        with pytest.raises(HealFailedError):
            bed.handle({})
        bed.now += timedelta(minutes=5)

    assert len(bed.alerts) == 2
    assert len({alert.dedup_key for alert in bed.alerts}) == 1


COPIED = {"policyName": "siem", "policyDocument": '{"DestinationArn": "arn:aws:kinesis:x"}'}


CRITERIA = 'LogGroupName NOT IN ["/trailkeeper/trail", "/aws/x"]'


class TestADifferenceThatOnlyPeopleMayPutRight:
    """A policy of the whole account is told when it appears and again weekly."""

    def subscribe(self, bed: Bed, **more: str) -> None:
        policies = [{**COPIED, **more}]
        bed.account.logs.account_policies["SUBSCRIPTION_FILTER_POLICY"] = policies

    def told(self, bed: Bed) -> list[str]:
        names = [each.document for alert in bed.alerts for each in alert.differences]
        # moto delivers nothing, which is told as well when days go by.
        found = [each for each in names if not each.startswith("logging.")]
        bed.alerts.clear()
        return found

    def test_is_told_when_it_appears_and_not_at_each_reconcile(self, bed: Bed) -> None:
        self.subscribe(bed)

        bed.handle({})
        assert self.told(bed) == ["log-group.account-policies"]
        for hours in (1, 30, 6 * 24):
            bed.now = NOW + timedelta(hours=hours)
            bed.handle({})
            assert self.told(bed) == []

        bed.now = NOW + timedelta(days=7)
        bed.handle({})
        assert self.told(bed) == ["log-group.account-policies"]
        bed.now = NOW + timedelta(days=13)
        bed.handle({})
        assert self.told(bed) == []

    def test_is_told_again_when_it_changes_or_comes_back(self, bed: Bed) -> None:
        self.subscribe(bed)
        bed.handle({})
        assert self.told(bed)

        self.subscribe(bed, policyName="another")
        bed.handle({})
        assert self.told(bed)

        bed.account.logs.account_policies.clear()
        bed.handle({})
        self.subscribe(bed, policyName="another")
        bed.handle({})
        assert self.told(bed)

    def test_is_always_shown_by_the_status(self, bed: Bed) -> None:
        self.subscribe(bed)
        bed.handle({})

        for _ in range(2):
            answer = bed.command(command="status")
            assert answer.report
            (outcome,) = answer.report.outcomes
            assert outcome.key == "log-group.account-policies"
            assert "arn:aws:kinesis:x" in outcome.changes[0].before

    def test_is_told_with_its_author_at_the_call(self, bed: Bed) -> None:
        self.subscribe(bed)
        bed.handle({})
        bed.alerts.clear()
        put = {"policyName": "siem", "policyType": "SUBSCRIPTION_FILTER_POLICY"}

        bed.handle(
            call("PutAccountPolicy", eventSource="logs.amazonaws.com", requestParameters=put)
        )

        (alert,) = bed.alerts
        assert alert.detection == "log-group-changed"
        assert alert.story[0].params["who"].params == {"name": "deploy-bot"}

    def test_stands_in_one_line_of_what_is_told_of_others_meanwhile(self, bed: Bed) -> None:
        self.subscribe(bed)
        bed.handle({})
        bed.alerts.clear()
        bed.now += timedelta(hours=2)
        bed.account.s3.delete_bucket_policy(Bucket=BASELINE.log_bucket)
        bucket = {"bucketName": BASELINE.log_bucket}

        bed.handle(
            call("DeleteBucketPolicy", eventSource="s3.amazonaws.com", requestParameters=bucket)
        )

        (alert,) = bed.alerts
        body = " ".join(email.render(alert, Reader()).body.split())
        assert (
            "Still open, told before: policies of the whole account for its log groups, since "
            f"{NOW:%Y-%m-%d %H:%M:%S} UTC" in body
        )

    def test_is_none_if_it_leaves_out_the_trails_group(self, bed: Bed) -> None:
        self.subscribe(bed, selectionCriteria=CRITERIA)

        bed.handle({})

        assert bed.alerts == []

    def test_a_retention_policy_of_the_account_is_told_and_not_fought(self, bed: Bed) -> None:
        def decided(real: Any, arguments: Any) -> Any:
            answer = real(**arguments)
            for group in answer["logGroups"]:
                group |= {"retentionInDays": 30, "retentionPolicyName": "all"}
            return answer

        bed.clients = Tampered(bed.account, "logs", "describe_log_groups", decided)

        for _ in range(3):
            bed.handle({})

        (alert,) = bed.alerts
        assert [(each.path, each.found) for each in alert.differences] == [
            ("retentionInDays", "30"),
            ("retentionPolicyName", "all"),
        ]
        assert "PutRetentionPolicy" not in bed.account.writes
