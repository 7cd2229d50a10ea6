"""What the alert function is told by its environment: written by the stack, read by the handler."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from trailkeeper.alerts.instance_alerts import AutoScaling, Interest
from trailkeeper.rendering.wording import Reader
from trailkeeper.words import LANGUAGES

_VARIABLE = "TRAILKEEPER_ALERT"


class AlertEnvironError(ValueError):
    """When the function's environment does not hold what the stack should have put there."""


@dataclass(frozen=True, slots=True)
class AlertEnviron:
    """The alert function's configuration.

    `slack_webhook` says where the URL is kept (`ssm:/name`, `secretsmanager:id`), never the URL.
    The rest carries the settings of the same names.
    """

    topic_arn: str
    queue_url: str
    table: str
    chat_topic_arn: str | None = None
    slack_webhook: str | None = None
    language: str = "en"
    time_zone: str = "UTC"
    grouping_seconds: int = 60
    ec2_states: tuple[str, ...] = ("running", "stopped", "terminated")
    ec2_regions: tuple[str, ...] = ()
    ec2_tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    owner_tag: str = "Owner"
    autoscaling: AutoScaling = "summary"

    def to_environ(self) -> dict[str, str]:
        """The environment variables that `from_environ` reads."""
        return {_VARIABLE: json.dumps(asdict(self), separators=(",", ":"), ensure_ascii=False)}

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> AlertEnviron:
        """Read the variables.

        Raises:
            AlertEnvironError: the variable is missing, or not what `to_environ` wrote.
        """
        if _VARIABLE not in environ:
            message = f"{_VARIABLE} is not set; the response stack sets it"
            raise AlertEnvironError(message)
        try:
            raw = json.loads(environ[_VARIABLE])
            found = cls(
                **{
                    **raw,
                    "ec2_states": tuple(raw["ec2_states"]),
                    "ec2_regions": tuple(raw["ec2_regions"]),
                    "ec2_tags": {key: tuple(each) for key, each in raw["ec2_tags"].items()},
                }
            )
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            message = f"{_VARIABLE} cannot be read ({type(error).__name__}: {error})"
            raise AlertEnvironError(message) from error
        if found.language not in LANGUAGES:
            message = f"language: given {found.language!r}; allowed: {', '.join(LANGUAGES)}"
            raise AlertEnvironError(message)
        return found

    @property
    def reader(self) -> Reader:
        return Reader.of(self.language, self.time_zone)

    @property
    def interest(self) -> Interest:
        return Interest(
            states=self.ec2_states,
            regions=self.ec2_regions,
            tags=self.ec2_tags,
            owner_tag=self.owner_tag,
            autoscaling=self.autoscaling,
        )
