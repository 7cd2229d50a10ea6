"""EventBridge in memory: rules with their targets, and schedules."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.chaos.account import refused
from tests.chaos.guard_services import MISSING, Paged


@dataclass
class Rule:
    """A rule as EventBridge keeps it."""

    pattern: str
    state: str = "ENABLED"
    targets: dict[str, dict[str, Any]] = field(default_factory=dict)


class Events(Paged):
    """Rules by name."""

    def __init__(self) -> None:
        self.rules: dict[str, Rule] = {}

    def _rule(self, name: str, operation: str) -> Rule:
        if name not in self.rules:
            raise refused(MISSING, operation)
        return self.rules[name]

    def list_rules(self, *, NamePrefix: str) -> Any:
        found = [
            {"Name": name, "EventPattern": rule.pattern, "State": rule.state}
            for name, rule in self.rules.items()
            if name.startswith(NamePrefix)
        ]
        return {"Rules": found}

    def list_targets_by_rule(self, *, Rule: str) -> Any:
        return {"Targets": list(self._rule(Rule, "ListTargetsByRule").targets.values())}

    def put_rule(self, *, Name: str, EventPattern: str, State: str = "ENABLED") -> None:
        rule = self.rules.setdefault(Name, Rule(EventPattern))
        rule.pattern, rule.state = EventPattern, State

    def put_targets(self, *, Rule: str, Targets: list[dict[str, Any]]) -> Any:
        self._rule(Rule, "PutTargets").targets.update({each["Id"]: each for each in Targets})
        return {"FailedEntryCount": 0}

    def remove_targets(self, *, Rule: str, Ids: list[str]) -> Any:
        for each in Ids:
            self._rule(Rule, "RemoveTargets").targets.pop(each, None)
        return {"FailedEntryCount": 0}

    def disable_rule(self, *, Name: str) -> None:
        self._rule(Name, "DisableRule").state = "DISABLED"

    def delete_rule(self, *, Name: str) -> None:
        if self._rule(Name, "DeleteRule").targets:
            raise refused("ValidationException", "DeleteRule")
        del self.rules[Name]


class Scheduler:
    """Schedules by name."""

    def __init__(self) -> None:
        self.schedules: dict[str, dict[str, Any]] = {}

    def get_schedule(self, *, Name: str) -> Any:
        if Name not in self.schedules:
            raise refused(MISSING, "GetSchedule")
        return {"Name": Name, **self.schedules[Name]}

    def create_schedule(self, *, Name: str, **given: Any) -> None:
        if Name in self.schedules:
            raise refused("ConflictException", "CreateSchedule")
        self.schedules[Name] = given

    def update_schedule(self, *, Name: str, **given: Any) -> None:
        self.get_schedule(Name=Name)
        self.schedules[Name] = given

    def delete_schedule(self, *, Name: str) -> None:
        self.get_schedule(Name=Name)
        del self.schedules[Name]
