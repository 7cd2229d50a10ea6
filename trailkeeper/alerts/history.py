"""Shell commands that show the calls behind an alert; they work with nothing but the AWS CLI."""

from __future__ import annotations

import shlex

from trailkeeper.events.event import Actor


def calls_of(actor: Actor, region: str) -> str | None:
    """What else an author did: event history by user name, which for a role is the session."""
    user = "root" if actor.kind == "Root" else actor.session or actor.name
    return _lookup("Username", user, region) if user else None


def calls_about(resource: str, region: str) -> str | None:
    """Who called what about one resource."""
    return _lookup("ResourceName", resource, region) if resource else None


def calls_of_service(source: str, region: str) -> str:
    """Every call to one service, such as `ec2.amazonaws.com`."""
    return _lookup("EventSource", source, region)


def _lookup(attribute: str, value: str, region: str) -> str:
    pair = shlex.quote(f"AttributeKey={attribute},AttributeValue={value}")
    where = f" --region {shlex.quote(region)}" if region else ""
    return f"aws cloudtrail lookup-events --lookup-attributes {pair}{where}"
