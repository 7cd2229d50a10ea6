"""What differs between regions: their partition, and what AWS has in one of them alone."""

from __future__ import annotations

_PARTITIONS = (
    ("cn-", "aws-cn"),
    ("us-gov-", "aws-us-gov"),
    ("us-isob-", "aws-iso-b"),
    ("us-isof-", "aws-iso-f"),
    ("us-iso-", "aws-iso"),
    ("eu-isoe-", "aws-iso-e"),
    ("eusc-", "aws-eusc"),
)
_COMMERCIAL = "aws"
_US_EAST_1 = "us-east-1"


def partition_of(region: str) -> str:
    """The partition a region belongs to, by its name."""
    found = (partition for prefix, partition in _PARTITIONS if region.startswith(prefix))
    return next(found, _COMMERCIAL)


def sends_events_to(home: str) -> bool:
    """Whether other regions can send events to the bus of this one.

    Source: EventBridge user guide, "Sending and receiving events between AWS Regions": to every
    commercial region, not to those of China and GovCloud.
    """
    return partition_of(home) == _COMMERCIAL


def billing_region(home: str) -> str | None:
    """The region that has the metric of the account's charges, None if nobody knows of one.

    Source: CloudWatch user guide, "Create a billing alarm to monitor your estimated AWS charges":
    it is in us-east-1 alone, for charges all over the world.
    """
    return _US_EAST_1 if partition_of(home) == _COMMERCIAL else None


# All others have to be enabled first (AWS Account Management reference guide, "Enable or disable
# AWS Regions in your account": Regions since 20 March 2019 are disabled by default).
_ENABLED_BY_DEFAULT = frozenset(
    {
        *("us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1"),
        *("eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3"),
        *("ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1"),
        *("ap-southeast-1", "ap-southeast-2"),
    }
)


def sns_delivering_to(region: str) -> str:
    """The principal by which SNS delivers into a region from one that is enabled by default.

    Source: SNS developer guide, "Sending Amazon SNS messages to an Amazon SQS queue or AWS Lambda
    function in a different Region": into an opt-in region by a principal of that region.
    """
    opt_in = partition_of(region) == _COMMERCIAL and region not in _ENABLED_BY_DEFAULT
    return f"sns.{region}.amazonaws.com" if opt_in else "sns.amazonaws.com"
