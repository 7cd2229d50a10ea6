"""How to cut off whoever acted: what that is depends on what kind of identity it was."""

from __future__ import annotations

from datetime import datetime

from trailkeeper.alerts.alert import Command, Step
from trailkeeper.events.event import Actor
from trailkeeper.events.principal import who
from trailkeeper.words.text import Text

_LONG_LIVED = "AKIA"
_CODEBUILD = "AWSCodeBuild-"
# Those whose access is not ended in IAM by their own name.
_ELSEWHERE = {
    "Directory": "access.directory",
    "FederatedUser": "access.federated",
    "IdentityCenterUser": "access.identity_center",
}
_GITHUB = "token.actions.githubusercontent.com"


def cut(actor: Actor, since: datetime | None, region: str) -> Step:
    """The one thing that takes an author's access away, with the command where there is one.

    `since` is when older sessions of a role are revoked at, None if nobody can tell.

    Source: IAM user guide, "Revoking IAM role temporary security credentials"; IAM Identity Center
    user guide, "Delete active sessions": a role session that is open lives on until its end.
    """
    if actor.kind == "Root":
        return Step(Text("access.root"))
    if actor.is_service:
        return Step(Text("access.service", {"who": who(actor)}))
    if actor.kind == "AWSAccount":
        known = Text("access.account", {"account": actor.account})
        return Step(known if actor.account else Text("access.some_account"))
    if actor.permission_set:
        named = {"session": actor.session, "set": actor.permission_set}
        return Step(Text("access.sso", named))
    if actor.kind in {"AssumedRole", "Role"}:
        return _role(actor, since, region)
    return _user(actor)


def _role(actor: Actor, since: datetime | None, region: str) -> Step:
    if actor.instance:
        stop = Command("stop-instance", {"instance": actor.instance, "region": region})
        return Step(Text("access.instance", {"instance": actor.instance}), stop)
    pipeline = actor.session.startswith(_CODEBUILD) or _GITHUB in actor.provider
    key = "access.pipeline" if pipeline else "access.role"
    advice = Text(key, {"role": actor.name or actor.arn})
    if since is None:
        return Step(advice)
    until = f"{since:%Y-%m-%dT%H:%M:%SZ}"
    return Step(advice, Command("revoke-sessions", {"role": actor.name, "until": until}))


def _user(actor: Actor) -> Step:
    name = actor.name or actor.arn
    match actor.kind:
        case "IAMUser" if actor.access_key_id.startswith(_LONG_LIVED):
            key = {"user": actor.name, "key": actor.access_key_id}
            return Step(
                Text("access.key", {"key": actor.access_key_id}), Command("deactivate-key", key)
            )
        case "IAMUser":
            return Step(
                Text("access.user", {"name": name}), Command("list-keys", {"user": actor.name})
            )
        case "FederatedUser" | "IdentityCenterUser" | "Directory":
            return Step(Text(_ELSEWHERE[actor.kind], {"name": name}))
        case "SAMLUser" | "WebIdentityUser":
            return Step(Text("access.provider", {"provider": actor.provider or name}))
        case _:
            return Step(Text("access.unknown"))
