"""The clock of this machine differs from AWS's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from trailkeeper.cli import times
from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding

# AWS refuses calls that are signed five minutes off (IAM user guide, "Signature Version 4").
_TOO_MUCH = timedelta(minutes=1)


def _look(deployment: Deployment) -> Iterator[Case]:
    ahead = deployment.clock_ahead
    if abs(ahead) >= _TOO_MUCH:
        yield {"how": "ahead" if ahead > timedelta(0) else "slow", "much": times.span(abs(ahead))}


FINDING = Finding(
    id="clock-wrong",
    about="Clock",
    checks="this machine's clock",
    look=_look,
    words="this machine's clock is {much} {how}: spans of time are asked for WRONGLY, and from "
    "five minutes on AWS refuses every call",
    fix="Let the machine take its time from the network (on Linux: timedatectl set-ntp true).",
    needs=("sts:GetCallerIdentity",),
)
