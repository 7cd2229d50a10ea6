"""The command's drill against the heal function itself: what the one sends, the other knows."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

from tests.lambdas.heal.bed import BOT, Bed, stop_call
from trailkeeper.alerts.drill_alerts import of_key
from trailkeeper.cli.drill import MARK, Trail, run_drill, run_test
from trailkeeper.cli.timeline import Timeline
from trailkeeper.state.alert_items import DrillTold

LIMIT = timedelta(seconds=30)


class Between:
    """What lies between command and function: Lambda, CloudTrail's events, the alert function."""

    def __init__(self, bed: Bed) -> None:
        self.bed = bed
        self.clock = 0.0
        self.event: dict[str, Any] | None = None
        self.mark = "0123456789abcdef" * 2

    def trail(self) -> Trail:
        return Trail(
            self.bed.baseline.names,
            cloudtrail=self.bed.account.cloudtrail,
            stopping=self,
            functions=self,
            healer=self,
            author=BOT["arn"],
            mark=self.mark,
            sleep=self.pass_by,
            clock=lambda: self.clock,
        )

    def stop_logging(self, **_: Any) -> None:
        self.bed.stop()
        carried = f"Boto3/1.44.5 md/Botocore#1.44.5 {MARK}/{self.mark}"
        self.event = stop_call(self.bed, "the-stop", userAgent=carried)

    def pass_by(self, seconds: float) -> None:
        self.clock += seconds
        if self.event is not None:
            event, self.event = self.event, None
            self.bed.handle(event)

    def invoke(self, *, Payload: bytes, **_: Any) -> Any:
        answer = self.bed.handle(json.loads(Payload))
        self._deliver()
        return {"Payload": io.BytesIO(json.dumps(answer.to_json()).encode())}

    def _deliver(self) -> None:
        for alert in self.bed.alerts:
            if (of := of_key(alert.dedup_key)) is not None:
                item = DrillTold(*of, "sns", self.bed.now).item()
                self.bed.account.dynamodb.put_item(TableName="trailkeeper-state", Item=item)


def test_a_drill_by_the_command_is_one_for_the_function(bed: Bed) -> None:
    out = io.StringIO()

    in_time = run_drill(Between(bed).trail(), Timeline(out), ("sns",), LIMIT)

    said = out.getvalue()
    assert in_time, said
    assert bed.logging()
    assert "seen by the heal function" in said
    assert "e-mail took the alert" in said
    assert [each.what.key for each in bed.alerts] == ["subject.drill_announced", "subject.drill"]


def test_a_test_of_the_alerts_by_the_command(bed: Bed) -> None:
    out = io.StringIO()

    assert run_test(Between(bed).trail(), Timeline(out), ("sns",), LIMIT), out.getvalue()
    assert [each.what.key for each in bed.alerts] == ["subject.alert_test"]
