"""Names the author of a call for people, in any language."""

from __future__ import annotations

from lambdas.core.alert import Text
from lambdas.core.event import Actor


def who(actor: Actor) -> Text:
    """The author as a text: `user deploy-bot`, `alice (role Admin)`, `the root user`."""
    if actor.kind == "Root":
        return Text("actor.root")
    if actor.invoked_by:
        return Text("actor.service", {"name": actor.invoked_by})
    name = actor.name or actor.arn
    if actor.kind == "IAMUser" and name:
        return Text("actor.user", {"name": name})
    if actor.kind == "AssumedRole" and name:
        if actor.session:
            return Text("actor.role_session", {"name": name, "session": actor.session})
        return Text("actor.role", {"name": name})
    if name:
        return Text("actor.other", {"name": name})
    return Text("actor.unknown")
