"""CloudTrail's API for trails and for the event history, as AWS answers it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from embedded.adapter import cloudtrail, gateway
from embedded.server import selector_rules, trail_names, trail_settings, trail_views
from embedded.server.api_error import ApiError
from embedded.server.history import History
from embedded.server.trails import Trail, TrailSettings, TrailStore, trail_arn

TRAILS_PER_REGION = 5
"""CloudTrail quotas; a multi-region trail counts in every region."""
_TAGS_PER_TRAIL = 50

Request = dict[str, Any]
Members = dict[str, Any]


class TrailApi:
    """The actions of the API, each a method from the request to the answer's members.

    Every action takes a trail's name or its ARN; those that change a trail work in its home
    region only.
    """

    def __init__(
        self, trails: TrailStore, history: History, *, clock: Callable[[], datetime]
    ) -> None:
        self._trails = trails
        self._history = history
        self._clock = clock

    def install(self) -> None:
        """Answer CloudTrail's API in the emulator."""
        actions: Mapping[str, Callable[[Request], Members]] = {
            "AddTags": self.add_tags,
            "CreateTrail": self.create_trail,
            "DeleteTrail": self.delete_trail,
            "DescribeTrails": self.describe_trails,
            "GetEventConfiguration": self.get_event_configuration,
            "GetEventSelectors": self.get_event_selectors,
            "GetInsightSelectors": self.get_insight_selectors,
            "GetTrail": self.get_trail,
            "GetTrailStatus": self.get_trail_status,
            "ListTags": self.list_tags,
            "ListTrails": self.list_trails,
            "LookupEvents": self.lookup_events,
            "PutEventConfiguration": self.put_event_configuration,
            "PutEventSelectors": self.put_event_selectors,
            "PutInsightSelectors": self.put_insight_selectors,
            "RemoveTags": self.remove_tags,
            "StartLogging": self.start_logging,
            "StopLogging": self.stop_logging,
            "UpdateTrail": self.update_trail,
        }
        cloudtrail.replace_api({name: _answering(action) for name, action in actions.items()})
        cloudtrail.authorize_tagging_by_trail()

    def create_trail(self, request: Request) -> Members:
        """CreateTrail; the new trail does not log yet."""
        name = str(request.get("Name") or "")
        trail_names.check_name(name)
        account_id, region = gateway.account(), gateway.region()
        trail = Trail(account_id, region, name, TrailSettings(""))
        trail.settings = trail_settings.changed(trail.settings, request, trail)
        tags = _tags(request.get("TagsList") or ())
        if self._takes_name_of_another(trail):
            raise ApiError(
                "TrailAlreadyExistsException",
                f"Trail {name} already exists for customer: {account_id}",
            )
        self._check_quota(trail)
        trail.tags = tags
        self._trails.add(trail)
        return trail_views.described(trail)

    def update_trail(self, request: Request) -> Members:
        """UpdateTrail; "" clears an option."""
        trail = self._own(request.get("Name"))
        settings = trail_settings.changed(trail.settings, request, trail)
        extended = settings.is_multi_region_trail and not trail.settings.is_multi_region_trail
        before, trail.settings = trail.settings, settings
        if extended and self._takes_name_of_another(trail):
            trail.settings = before
            raise ApiError(
                "TrailAlreadyExistsException",
                f"Another region has a trail {trail.name} already.",
            )
        return trail_views.described(trail)

    def delete_trail(self, request: Request) -> Members:
        """DeleteTrail."""
        self._trails.remove(self._own(request.get("Name")))
        return {}

    def start_logging(self, request: Request) -> Members:
        """StartLogging; of a trail that logs already it changes nothing."""
        trail = self._own(request.get("Name"))
        if not trail.is_logging:
            trail.is_logging = True
            trail.started = self._clock()
        return {}

    def stop_logging(self, request: Request) -> Members:
        """StopLogging; of a trail that is stopped it changes nothing."""
        trail = self._own(request.get("Name"))
        if trail.is_logging:
            trail.is_logging = False
            trail.stopped = self._clock()
        return {}

    def get_trail(self, request: Request) -> Members:
        """GetTrail."""
        return {"Trail": trail_views.view(self._seen(request.get("Name")))}

    def describe_trails(self, request: Request) -> Members:
        """DescribeTrails; a trail that is asked for and not there is left out of the answer."""
        shadows = request.get("includeShadowTrails", True)
        asked = request.get("trailNameList") or ()
        if asked:
            found = [trail for text in asked if (trail := self._find(str(text))) is not None]
        else:
            found = [t for t in self._trails.of(gateway.account()) if t.is_in(gateway.region())]
        if shadows is False:
            found = [trail for trail in found if trail.home_region == gateway.region()]
        return {"trailList": [trail_views.view(trail) for trail in found]}

    def list_trails(self, request: Request) -> Members:
        """ListTrails: every trail of the account, in whatever region."""
        return {
            "Trails": [
                {"TrailARN": trail.arn, "Name": trail.name, "HomeRegion": trail.home_region}
                for trail in self._trails.of(gateway.account())
            ]
        }

    def get_trail_status(self, request: Request) -> Members:
        """GetTrailStatus."""
        return trail_views.status(self._seen(request.get("Name")))

    def put_event_selectors(self, request: Request) -> Members:
        """PutEventSelectors; selectors of one kind replace those of the other."""
        trail = self._own(request.get("TrailName"))
        trail.selectors = selector_rules.event_selectors(request)
        return {"TrailARN": trail.arn, **trail.selectors}

    def get_event_selectors(self, request: Request) -> Members:
        """GetEventSelectors."""
        trail = self._seen(request.get("TrailName"))
        return {"TrailARN": trail.arn, **trail.selectors}

    def put_insight_selectors(self, request: Request) -> Members:
        """PutInsightSelectors; an empty list turns Insights off."""
        trail = self._own(_of_trail(request))
        trail.insight_selectors = selector_rules.insight_selectors(request, trail.selectors)
        return {"TrailARN": trail.arn, "InsightSelectors": list(trail.insight_selectors)}

    def get_insight_selectors(self, request: Request) -> Members:
        """GetInsightSelectors."""
        trail = self._seen(_of_trail(request))
        if not trail.insight_selectors:
            raise ApiError(
                "InsightNotEnabledException", f"Trail {trail.name} does not have Insights enabled."
            )
        return {"TrailARN": trail.arn, "InsightSelectors": list(trail.insight_selectors)}

    def put_event_configuration(self, request: Request) -> Members:
        """PutEventConfiguration of a trail."""
        trail = self._own(_of_trail(request))
        trail.event_configuration = selector_rules.event_configuration(request)
        return {"TrailARN": trail.arn, **trail.event_configuration}

    def get_event_configuration(self, request: Request) -> Members:
        """GetEventConfiguration of a trail."""
        trail = self._seen(_of_trail(request))
        return {"TrailARN": trail.arn, **trail.event_configuration}

    def add_tags(self, request: Request) -> Members:
        """AddTags; a tag that is there gets the new value."""
        trail = self._tagged(request.get("ResourceId"))
        tags = trail.tags | _tags(request.get("TagsList") or ())
        if len(tags) > _TAGS_PER_TRAIL:
            raise ApiError(
                "TagsLimitExceededException", f"At most {_TAGS_PER_TRAIL} tags are allowed."
            )
        trail.tags = tags
        return {}

    def remove_tags(self, request: Request) -> Members:
        """RemoveTags; one that is not there is no error."""
        trail = self._tagged(request.get("ResourceId"))
        gone = {tag.get("Key") for tag in request.get("TagsList") or ()}
        trail.tags = {key: value for key, value in trail.tags.items() if key not in gone}
        return {}

    def list_tags(self, request: Request) -> Members:
        """ListTags."""
        return {
            "ResourceTagList": [
                {
                    "ResourceId": arn,
                    "TagsList": [
                        {"Key": key, "Value": value}
                        for key, value in self._tagged(arn).tags.items()
                    ],
                }
                for arn in request.get("ResourceIdList") or ()
            ]
        }

    def lookup_events(self, request: Request) -> Members:
        """LookupEvents in the region of the call."""
        return self._history.lookup(gateway.account(), gateway.region(), request)

    def _find(self, text: str) -> Trail | None:
        """The trail that a name or an ARN means; a name means one whose home is this region."""
        wanted = trail_names.reference(text)
        account_id, region = gateway.account(), gateway.region()
        if wanted.region:
            own = wanted.account_id == account_id
            return self._trails.get(account_id, wanted.region, wanted.name) if own else None
        return self._trails.get(account_id, region, wanted.name)

    def _seen(self, text: Any) -> Trail:
        found = self._find(str(text or ""))
        if found is None:
            raise _unknown(text)
        return found

    def _own(self, text: Any) -> Trail:
        """The trail to be changed, which only its home region does."""
        trail = self._find(str(text or "")) or self._shadow(str(text or ""))
        if trail is None or not trail.is_in(gateway.region()):
            raise _unknown(text)
        if trail.home_region == gateway.region():
            return trail
        raise ApiError(
            "InvalidHomeRegionException",
            f"The call was made in {gateway.region()}; "
            f"the home region of trail {trail.arn} is {trail.home_region}.",
        )

    def _shadow(self, name: str) -> Trail | None:
        trails = self._trails.of(gateway.account())
        return next((t for t in trails if t.name == name and t.is_in(gateway.region())), None)

    def _tagged(self, arn: Any) -> Trail:
        text = str(arn or "")
        if not text.startswith("arn:"):
            raise ApiError("CloudTrailARNInvalidException", f"{text!r} is not the ARN of a trail.")
        wanted = trail_names.reference(text)
        if (wanted.region, wanted.account_id) != (gateway.region(), gateway.account()):
            raise ApiError(
                "CloudTrailARNInvalidException", f"{text} is not a trail of this region."
            )
        trail = self._trails.get(wanted.account_id, wanted.region, wanted.name)
        if trail is None:
            raise ApiError("ResourceNotFoundException", f"Trail {text} does not exist.")
        return trail

    def _takes_name_of_another(self, trail: Trail) -> bool:
        return any(
            other is not trail
            and other.name == trail.name
            and (other.is_in(trail.home_region) or trail.is_in(other.home_region))
            for other in self._trails.of(trail.account_id)
        )

    def _check_quota(self, trail: Trail) -> None:
        there = [t for t in self._trails.of(trail.account_id) if t.is_in(trail.home_region)]
        if len(there) >= TRAILS_PER_REGION:
            raise ApiError(
                "MaximumNumberOfTrailsExceededException",
                f"User: {trail.account_id} already has {len(there)} trails in {trail.home_region}.",
            )


def _answering(action: Callable[[Request], Members]) -> cloudtrail.Handler:
    def answer(request: Request) -> tuple[int, Members]:
        try:
            return 200, action(request)
        except ApiError as error:
            return 400, {"__type": error.code, "message": error.message}

    return answer


def _of_trail(request: Request) -> Any:
    if request.get("EventDataStore"):
        raise ApiError(
            "UnsupportedOperationException", "Event data stores are not part of this account."
        )
    if not request.get("TrailName"):
        raise ApiError("InvalidParameterCombinationException", "TrailName is required.")
    return request["TrailName"]


def _tags(tags: Iterable[Mapping[str, str]]) -> dict[str, str]:
    named: dict[str, str] = {}
    for tag in tags:
        key = tag.get("Key", "")
        if not 1 <= len(key) <= 128 or key.startswith("aws:") or key in named:
            raise ApiError("InvalidTagParameterException", f"{key!r} is not a valid tag key.")
        named[key] = tag.get("Value", "")
    return named


def _unknown(text: Any) -> ApiError:
    name = str(text)
    arn = name if name.startswith("arn:") else trail_arn(gateway.account(), gateway.region(), name)
    return ApiError(
        "TrailNotFoundException", f"Unknown trail: {arn} for the user: {gateway.account()}"
    )
