"""CloudTrail in memory: trails, and the event history."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.chaos.account import ACCOUNT, REGION, Clock, refused


@dataclass
class Trail:
    """A trail as CloudTrail keeps it."""

    settings: dict[str, Any]
    basic: list[Any] = field(default_factory=list)
    advanced: list[Any] = field(default_factory=list)
    insights: list[Any] = field(default_factory=list)
    events: dict[str, Any] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    logging: bool = False
    started: datetime | None = None
    stopped: datetime | None = None


# CloudTrail user guide, "Working with CloudTrail event history": within about five minutes.
_RECORDED = timedelta(minutes=5)


class CloudTrail:
    """Trails by their ARN."""

    _NAMES: Mapping[str, str] = {"EnableLogFileValidation": "LogFileValidationEnabled"}

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.trails: dict[str, Trail] = {}
        self.starts: list[datetime] = []
        self._history: dict[str, tuple[datetime, str]] = {}

    def record(self, detail: Mapping[str, Any]) -> None:
        """Let the event history have a call, some minutes after it was made."""
        self._history[detail["eventID"]] = (self._clock() + _RECORDED, json.dumps(detail))

    def lookup_events(
        self,
        *,
        LookupAttributes: list[dict[str, str]],
        MaxResults: int,
        StartTime: datetime | None = None,
        EndTime: datetime | None = None,
    ) -> Any:
        ((key, value),) = (
            (each["AttributeKey"], each["AttributeValue"]) for each in LookupAttributes
        )
        assert (key, MaxResults) in (("EventId", 1), ("EventName", 50))
        known = [json.loads(each) for at, each in self._history.values() if at <= self._clock()]
        found = [
            each
            for each in known
            if value == each["eventID" if key == "EventId" else "eventName"]
            and (StartTime is None or StartTime <= datetime.fromisoformat(each["eventTime"]))
            and (EndTime is None or datetime.fromisoformat(each["eventTime"]) <= EndTime)
        ]
        return {"Events": [{"CloudTrailEvent": json.dumps(each)} for each in found[:MaxResults]]}

    def _arn(self, name: str) -> str:
        return name if ":" in name else f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/{name}"

    def _trail(self, name: str, operation: str) -> Trail:
        if self._arn(name) not in self.trails:
            raise refused("TrailNotFoundException", operation)
        return self.trails[self._arn(name)]

    def create_trail(
        self, *, Name: str, TagsList: tuple[dict[str, str], ...] = (), **settings: Any
    ) -> Any:
        arn = self._arn(Name)
        if arn in self.trails:
            raise refused("TrailAlreadyExistsException", "CreateTrail")
        trail = Trail(
            {
                "Name": Name,
                "TrailARN": arn,
                "HomeRegion": REGION,
                "IsOrganizationTrail": False,
                "IncludeGlobalServiceEvents": True,
                "IsMultiRegionTrail": False,
                "LogFileValidationEnabled": False,
                "RecursiveLogging": True,
            },
            basic=[
                {
                    "ReadWriteType": "All",
                    "IncludeManagementEvents": True,
                    "DataResources": [],
                    "ExcludeManagementEventSources": [],
                }
            ],
            tags={each["Key"]: each["Value"] for each in TagsList},
        )
        self.trails[arn] = trail
        self._set(trail, settings)
        return {"TrailARN": arn}

    def update_trail(self, *, Name: str, **settings: Any) -> None:
        trail = self._trail(Name, "UpdateTrail")
        if ("CloudWatchLogsLogGroupArn" in settings) != ("CloudWatchLogsRoleArn" in settings):
            raise refused("InvalidCloudWatchLogsRoleArnException", "UpdateTrail")
        self._set(trail, settings)

    def _set(self, trail: Trail, settings: Mapping[str, Any]) -> None:
        for name, value in settings.items():
            kept = self._NAMES.get(name, name)
            if value == "":
                trail.settings.pop(kept, None)
            else:
                trail.settings[kept] = value

    def delete_trail(self, *, Name: str) -> None:
        self._trail(Name, "DeleteTrail")
        del self.trails[self._arn(Name)]

    def describe_trails(
        self, *, trailNameList: tuple[str, ...] = (), includeShadowTrails: bool = True
    ) -> Any:
        found = [
            each.settings
            for arn, each in self.trails.items()
            if not trailNameList or arn in map(self._arn, trailNameList)
        ]
        return {"trailList": found}

    def get_trail_status(self, *, Name: str) -> Any:
        trail = self._trail(Name, "GetTrailStatus")
        status: dict[str, Any] = {"IsLogging": trail.logging}
        if trail.started:
            # A trail in order delivers; what becomes of one that does not is tested elsewhere.
            status |= {"StartLoggingTime": trail.started, "LatestDeliveryTime": self._clock()}
        if trail.stopped:
            status["StopLoggingTime"] = trail.stopped
        return status

    def start_logging(self, *, Name: str) -> None:
        trail = self._trail(Name, "StartLogging")
        if not trail.logging:
            trail.logging, trail.started = True, self._clock()
            self.starts.append(self._clock())

    def stop_logging(self, *, Name: str) -> None:
        trail = self._trail(Name, "StopLogging")
        trail.logging, trail.stopped = False, self._clock()

    def get_event_selectors(self, *, TrailName: str) -> Any:
        trail = self._trail(TrailName, "GetEventSelectors")
        return {"EventSelectors": trail.basic, "AdvancedEventSelectors": trail.advanced}

    def put_event_selectors(
        self,
        *,
        TrailName: str,
        EventSelectors: tuple[Any, ...] = (),
        AdvancedEventSelectors: tuple[Any, ...] = (),
    ) -> None:
        trail = self._trail(TrailName, "PutEventSelectors")
        trail.basic, trail.advanced = list(EventSelectors), list(AdvancedEventSelectors)

    def get_insight_selectors(self, *, TrailName: str) -> Any:
        trail = self._trail(TrailName, "GetInsightSelectors")
        if not trail.insights:
            raise refused("InsightNotEnabledException", "GetInsightSelectors")
        return {"InsightSelectors": trail.insights}

    def put_insight_selectors(self, *, TrailName: str, InsightSelectors: list[Any]) -> None:
        self._trail(TrailName, "PutInsightSelectors").insights = InsightSelectors

    def get_event_configuration(self, *, TrailName: str) -> Any:
        return self._trail(TrailName, "GetEventConfiguration").events

    def put_event_configuration(self, *, TrailName: str, **configuration: Any) -> None:
        """What is empty or standard is answered as if nobody had ever set it."""
        said = {name: value for name, value in configuration.items() if value}
        if said.get("MaxEventSize") == "Standard":
            del said["MaxEventSize"]
        self._trail(TrailName, "PutEventConfiguration").events = said

    def list_tags(self, *, ResourceIdList: list[str]) -> Any:
        (arn,) = ResourceIdList
        tags = self._trail(arn, "ListTags").tags
        listed = [{"Key": key, "Value": value} for key, value in tags.items()]
        return {"ResourceTagList": [{"ResourceId": arn, "TagsList": listed}]}

    def add_tags(self, *, ResourceId: str, TagsList: list[dict[str, str]]) -> None:
        tags = self._trail(ResourceId, "AddTags").tags
        tags |= {each["Key"]: each["Value"] for each in TagsList}

    def remove_tags(self, *, ResourceId: str, TagsList: list[dict[str, str]]) -> None:
        tags = self._trail(ResourceId, "RemoveTags").tags
        for each in TagsList:
            tags.pop(each["Key"], None)
