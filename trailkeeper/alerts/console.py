"""Deep links into the AWS console of the right partition; untrusted text enters them escaped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from trailkeeper.evidence.regions import partition_of

# ISO partitions have consoles of their own that are not public; there an alert carries no links.
_HOSTS = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}
_LINK = re.compile(
    r"https://(?:[a-z]{2}(?:-[a-z]+)+-\d\.)?(?:"
    + "|".join(re.escape(host) for host in _HOSTS.values())
    + r")/[A-Za-z0-9_.~!$&'()*+,;=:@%/?#-]*"
)
_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d")


def is_console_link(url: str) -> bool:
    """Whether a link leads into an AWS console, by characters that are safe in every channel."""
    return bool(_LINK.fullmatch(url)) and len(url) <= 2000


@dataclass(frozen=True, slots=True)
class Console:
    """The console of one region; its methods give a URL, "" where no public console is."""

    region: str

    def trail(self, trail_arn: str) -> str:
        return self._url("cloudtrailv2", f"#/trails/{_part(trail_arn)}")

    def bucket(self, name: str) -> str:
        host = _HOSTS.get(partition_of(self.region))
        return f"https://{host}/s3/buckets/{_part(name)}?tab=permissions" if host else ""

    def key(self, key_id: str) -> str:
        return self._url("kms", f"#/kms/keys/{_part(key_id)}")

    def log_group(self, name: str) -> str:
        # The CloudWatch console wants the name percent-encoded twice, the second time with $.
        return self._url("cloudwatch", f"#logsV2:log-groups/log-group/{_dollar(name)}")

    def logs_insights(self) -> str:
        return self._url("cloudwatch", "#logsV2:logs-insights")

    def saved_queries(self) -> str:
        """The saved queries of Athena."""
        return self._url("athena", "#/query-editor/saved-queries")

    def instance(self, instance_id: str) -> str:
        return self._url("ec2", f"#InstanceDetails:instanceId={_part(instance_id)}")

    def instances(self, instance_ids: Sequence[str] = ()) -> str:
        """The list of instances, of just these if any are named."""
        chosen = ",".join(_part(each) for each in instance_ids)
        return self._url("ec2", f"#Instances:instanceId={chosen}" if chosen else "#Instances:")

    def alarm(self, name: str) -> str:
        return self._url("cloudwatch", f"#alarmsV2:alarm/{_part(name)}")

    def topic(self, topic_arn: str) -> str:
        return self._url("sns/v3", f"#/topic/{_part(topic_arn)}")

    def costs_by_service(self) -> str:
        """Cost Explorer with the costs of this month, a bar a day, a colour a service."""
        chosen = (
            "chartStyle=STACK&costAggregate=unBlendedCost&granularity=Daily"
            "&groupBy=%5B%22Service%22%5D&historicalRelativeRange=MONTH_TO_DATE"
        )
        return self._url("costmanagement", f"#/cost-explorer?{chosen}")

    def billing_preferences(self) -> str:
        """Where somebody with the right to billing turns on billing alerts."""
        return self._url("billing", "#/preferences")

    def event_history(self, *, user: str | None = None, around: str | None = None) -> str:
        """CloudTrail's event history of one user name, or of half an hour around a time."""
        all_of_it = self._url("cloudtrailv2", "#/events")
        if user:
            return self._url("cloudtrailv2", f"#/events?Username={_part(user)}")
        if around is None:
            return all_of_it
        try:
            middle = datetime.fromisoformat(around)
            first, last = middle - timedelta(minutes=30), middle + timedelta(minutes=30)
        except (ValueError, OverflowError):
            return all_of_it
        times = f"StartTime={_part(_instant(first))}&EndTime={_part(_instant(last))}"
        return self._url("cloudtrailv2", f"#/events?{times}")

    def _url(self, service: str, fragment: str) -> str:
        host = _HOSTS.get(partition_of(self.region))
        if host is None or not _REGION.fullmatch(self.region):
            return ""
        return f"https://{self.region}.{host}/{service}/home?region={self.region}{fragment}"


def _part(text: str) -> str:
    return quote(text[:300].encode(errors="replace"), safe="")


def _instant(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _dollar(text: str) -> str:
    return quote(_part(text), safe="").replace("%", "$")
