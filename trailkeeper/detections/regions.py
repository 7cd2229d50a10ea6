"""In which region's bus a service's calls arrive."""

from __future__ import annotations

from trailkeeper.evidence.regions import sends_events_to

# IAM is global: its calls arrive in one region of each partition (EventBridge user guide, "Events
# from global services"; AWS China and GovCloud user guides).
_IAM_REGIONS = {"cn-": "cn-north-1", "us-gov-": "us-gov-west-1"}
_IAM_REGION = "us-east-1"
# Partitions whose region of IAM is not documented: a rule that never fires does no harm there.
_UNKNOWN = ("us-iso", "eu-iso", "eusc-")


def arrives(event_source: str, region: str) -> bool:
    """Whether a rule in `region` can ever see calls of `iam.amazonaws.com` and the like."""
    return event_source != "iam.amazonaws.com" or region == iam_region(region)


def iam_region(region: str) -> str:
    """The region of its partition that has IAM's calls; itself where nobody says which."""
    if region.startswith(_UNKNOWN):
        return region
    found = (home for prefix, home in _IAM_REGIONS.items() if region.startswith(prefix))
    return next(found, _IAM_REGION)


def iam_sent_from(home: str) -> str | None:
    """The region whose bus has IAM's calls and can send them to `home`.

    None where they arrive anyway, and where no other region can send any.
    """
    if arrives("iam.amazonaws.com", home) or not sends_events_to(home):
        return None
    return _IAM_REGION
