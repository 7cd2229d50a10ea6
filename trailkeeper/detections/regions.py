"""In which region's bus a service's calls arrive."""

from __future__ import annotations

# IAM is global: its calls arrive in one region of each partition (EventBridge user guide, "Events
# from global services"; AWS China and GovCloud user guides).
_IAM_REGIONS = {"cn-": "cn-north-1", "us-gov-": "us-gov-west-1"}
_IAM_REGION = "us-east-1"
# Partitions whose region of IAM is not documented: a rule that never fires does no harm there.
_UNKNOWN = ("us-iso", "eu-iso", "eusc-")


def arrives(event_source: str, region: str) -> bool:
    """Whether a rule in `region` can ever see calls of `iam.amazonaws.com` and the like."""
    if event_source != "iam.amazonaws.com" or region.startswith(_UNKNOWN):
        return True
    found = (home for prefix, home in _IAM_REGIONS.items() if region.startswith(prefix))
    return region == next(found, _IAM_REGION)
