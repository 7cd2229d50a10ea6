"""Shell commands that show the calls behind an alert, each two lines that both work as pasted.

The first asks wherever it is answered best; the second needs nothing but the AWS CLI.
"""

from __future__ import annotations

import shlex
from datetime import UTC, datetime

from trailkeeper.events.event import Actor

_WINDOW = "2h"
_WITHOUT_A_TIME = "--since 24h"


def calls_of(actor: Actor, region: str, at: str = "") -> str | None:
    """What else an author did: by user name, which for a role is the session."""
    user = "root" if actor.kind == "Root" else actor.session or actor.name
    return _both(("--user", "Username"), user, region, at) if user else None


def calls_about(resource: str, region: str, at: str = "") -> str | None:
    """Who called what about one resource."""
    return _both(("--resource", "ResourceName"), resource, region, at) if resource else None


def calls_of_service(source: str, region: str, at: str = "") -> str:
    """Every call to one service, such as `ec2.amazonaws.com`."""
    return _both(("--source", "EventSource"), source, region, at)


def _both(names: tuple[str, str], value: str, region: str, at: str) -> str:
    option, attribute = names
    where = f" --region {shlex.quote(region)}" if region else ""
    # Joined by =, so that a value that begins with a dash is not taken for an option.
    search = f"trailkeeper search {shlex.quote(f'{option}={value}')}{where} {_span(at)}"
    pair = shlex.quote(f"AttributeKey={attribute},AttributeValue={value}")
    return f"{search}\naws cloudtrail lookup-events --lookup-attributes {pair}{where}"


def _span(at: str) -> str:
    """The time around the event; what is no time never gets into a command."""
    try:
        moment = datetime.fromisoformat(at).astimezone(UTC)
    except (ValueError, OverflowError):
        return _WITHOUT_A_TIME
    return f"--around {moment:%Y-%m-%dT%H:%M:%SZ} --window {_WINDOW}"
