"""Names the author of a call for people, in any language."""

from __future__ import annotations

from trailkeeper.events.event import Actor
from trailkeeper.words.text import Text


def who(actor: Actor) -> Text:
    """The author as a text: `user deploy-bot`, `alice (role Admin)`, `the root user`."""
    if actor.kind == "Root":
        return Text("actor.root")
    if actor.invoked_by:
        return Text("actor.service", {"name": actor.invoked_by})
    name = actor.name or actor.arn
    return _named(actor, name) if name else Text("actor.unknown")


def _named(actor: Actor, name: str) -> Text:
    match actor.kind:
        case "IAMUser":
            return Text("actor.user", {"name": name})
        case "AssumedRole" if actor.session:
            return Text("actor.role_session", {"name": name, "session": actor.session})
        case "AssumedRole":
            return Text("actor.role", {"name": name})
        case _:
            return Text("actor.other", {"name": name})
