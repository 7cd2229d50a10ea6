"""A mute rule keeps an alarm from telling anybody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding
from trailkeeper.evidence.names import PREFIX
from trailkeeper.guards.guard import error_code

_NOT_THERE = frozenset({"InvalidAction", "UnknownOperationException", "UnknownOperation"})


def _look(deployment: Deployment) -> Iterator[Case]:
    for region in (deployment.region, *deployment.other_regions):
        yield from _muted(deployment.client("cloudwatch", region), region)


def _muted(client: Any, region: str) -> Iterator[Case]:
    for name in _names(client):
        rule = client.get_alarm_mute_rule(AlarmMuteRuleName=name)
        muted = [
            each
            for each in rule.get("MuteTargets", {}).get("AlarmNames", ())
            if each.startswith(PREFIX)
        ]
        if muted:
            more = f" and {len(muted) - 1} more" if len(muted) > 1 else ""
            yield {"rule": name, "alarms": f"{muted[0]}{more}", "region": region}


def _names(client: Any) -> list[str]:
    """The mute rules that mute now or will; none in a partition that has no such rules."""
    token: dict[str, str] = {}
    names: list[str] = []
    while True:
        try:
            answer = client.list_alarm_mute_rules(Statuses=["ACTIVE", "SCHEDULED"], **token)
        except ClientError as error:
            if error_code(error) in _NOT_THERE:
                return []
            raise
        listed = answer.get("AlarmMuteRuleSummaries", ())
        names += [each["AlarmMuteRuleArn"].partition(":alarm-mute-rule:")[2] for each in listed]
        if not answer.get("NextToken"):
            return names
        token = {"NextToken": answer["NextToken"]}


FINDING = Finding(
    id="alarm-muted",
    about="Alarms",
    checks="whether anybody muted the alarms",
    look=_look,
    words="the mute rule {rule} KEEPS ALARMS QUIET: {alarms}",
    fix="aws cloudwatch delete-alarm-mute-rule --region {region} --alarm-mute-rule-name={rule}",
    needs=("cloudwatch:ListAlarmMuteRules", "cloudwatch:GetAlarmMuteRule"),
)
