"""The alert function's configuration, made by the stack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from trailkeeper.alerts.instance_alerts import Interest
from trailkeeper.environments import variable
from trailkeeper.evidence import defaults
from trailkeeper.evidence.defaults import AutoScaling, Language
from trailkeeper.rendering.wording import Reader

VARIABLE = "TRAILKEEPER_ALERT"


@dataclass(frozen=True, slots=True)
class AlertEnviron:
    """What the alert function is told at deploy time.

    `heal_role` is the ARN of the heal function's role, `last_resort_topics` those of the topics of
    the second way to people, the one to try first before the others.
    `slack_webhook` says where the URL is kept (`ssm:/name`, `secretsmanager:id`), never the URL.
    The rest carries the settings of the same names.
    """

    topic_arn: str
    queue_url: str
    table: str
    heal_role: str = ""
    chat_topic_arn: str | None = None
    last_resort_topics: tuple[str, ...] = ()
    slack_webhook: str | None = None
    home_region: str = defaults.HOME_REGION
    account_name: str = ""
    language: Language = defaults.LANGUAGE
    time_zone: str = defaults.TIME_ZONE
    grouping_seconds: int = defaults.GROUPING_SECONDS
    ec2_states: tuple[str, ...] = defaults.EC2_STATES
    ec2_regions: tuple[str, ...] = ()
    ec2_tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    owner_tag: str = defaults.OWNER_TAG
    autoscaling: AutoScaling = defaults.AUTOSCALING
    deletion_alerts: bool = True

    def to_environ(self) -> dict[str, str]:
        """The environment variables that `from_environ` reads."""
        return variable.write(VARIABLE, self)

    @classmethod
    def from_environ(cls, variables: Mapping[str, str]) -> AlertEnviron:
        """Read the variables.

        Raises:
            EnvironError: the variable is missing, or not what `to_environ` wrote.
        """
        return variable.read(VARIABLE, cls, variables)

    @property
    def reader(self) -> Reader:
        return Reader.of(self.language, self.time_zone, self.account_name)

    @property
    def interest(self) -> Interest:
        return Interest(
            states=self.ec2_states,
            regions=(self.home_region, *self.ec2_regions),
            tags=self.ec2_tags,
            owner_tag=self.owner_tag,
            autoscaling=self.autoscaling,
        )
