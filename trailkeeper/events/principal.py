"""Names the author of a call for people, in any language."""

from __future__ import annotations

import re

from trailkeeper.events.event import Actor
from trailkeeper.words.text import Text

# The services that most often act for somebody have names of their own (`service.<name>`); others
# go by their principal. Older records say "AWS Internal" for forward access sessions.
_SERVICES = {
    "AWS Internal": "internal",
    "autoscaling.amazonaws.com": "autoscaling",
    "backup.amazonaws.com": "backup",
    "cloudformation.amazonaws.com": "cloudformation",
    "codebuild.amazonaws.com": "codebuild",
    "config.amazonaws.com": "config",
    "controltower.amazonaws.com": "controltower",
    "ec2.amazonaws.com": "ec2",
    "ecs.amazonaws.com": "ecs",
    "eks.amazonaws.com": "eks",
    "lambda.amazonaws.com": "lambda",
    "organizations.amazonaws.com": "organizations",
    "servicecatalog.amazonaws.com": "servicecatalog",
    "ssm.amazonaws.com": "ssm",
    "sso.amazonaws.com": "sso",
}
_NAMED = {
    "AssumedRole": "actor.role",
    "Directory": "actor.directory",
    "IAMUser": "actor.user",
    "IdentityCenterUser": "actor.identity_center",
    "Role": "actor.role",
    "SAMLUser": "actor.saml",
}
_CONSOLE = frozenset({"signin.amazonaws.com", "console.amazonaws.com"})

# Session names that tools make up; the role says more than they do.
_NO_PERSON = re.compile(
    r"\d+|botocore-session-\d+|AWSCLI-Session|aws-sdk-[\w-]+|(?:Assume)?RoleSession\d*|"
    r"[0-9a-f]{8,}(?:-[0-9a-f]{4,})*|session\d*|i-[0-9a-f]{8,17}",
    re.IGNORECASE,
)
_SHORT = 40


def who(actor: Actor) -> Text:
    """The author as a text: `user deploy-bot`, `alice (role Admin)`, `the root user`.

    A service is the author only where it acted by itself; otherwise the person is, and the service
    is what the call came through.
    """
    if actor.is_service:
        return _service(actor)
    person = _person(actor)
    if not actor.invoked_by or person.key == "actor.unknown":
        return person
    if actor.invoked_by in _CONSOLE:
        return Text("actor.in_console", {"who": person})
    return Text("actor.through", {"who": person, "service": _called(actor.invoked_by)})


def short(actor: Actor) -> Text:
    """The author for a subject: a name and nothing else, at most forty characters of it."""
    if actor.is_service:
        name = _called(_service_principal(actor))
        if isinstance(name, Text):
            return name
        return _named("actor.short", name) if name else Text("actor.some_service")
    match actor.kind:
        case "Root":
            return Text("actor.root_short")
        case "AWSAccount" if actor.account:
            return Text("actor.account_short", {"account": actor.account})
    name = actor.session if _is_person(actor.session) else actor.name or actor.session
    return _named("actor.short", name or actor.arn) if name or actor.arn else Text("actor.nobody")


def _person(actor: Actor) -> Text:
    name = actor.name or actor.arn
    if actor.kind == "Root":
        return Text("actor.root")
    if actor.kind == "AWSAccount" and actor.account:
        return Text("actor.account", {"account": actor.account})
    if not name:
        return Text("actor.unknown")
    if actor.kind == "WebIdentityUser":
        return Text("actor.web", {"name": name, "provider": actor.provider or "?"})
    if actor.session:
        return _session(actor, name)
    return Text(_NAMED.get(actor.kind, "actor.other"), {"name": name})


def _session(actor: Actor, name: str) -> Text:
    if actor.permission_set:
        return Text("actor.sso", {"session": actor.session, "set": actor.permission_set})
    if actor.instance:
        return Text("actor.instance", {"instance": actor.instance, "name": name})
    if actor.kind == "FederatedUser":
        return Text("actor.federated", {"session": actor.session, "name": name})
    return Text("actor.role_session", {"name": name, "session": actor.session})


def _service(actor: Actor) -> Text:
    name = _called(_service_principal(actor))
    return Text("actor.service", {"name": name}) if name else Text("actor.some_service")


def _service_principal(actor: Actor) -> str:
    """`autoscaling.amazonaws.com`, also from the path of a service-linked role."""
    _, linked, path = actor.principal_arn.partition(":role/aws-service-role/")
    return path.partition("/")[0] if linked else actor.invoked_by


def _called(principal: str) -> Text | str:
    name = _SERVICES.get(principal)
    return Text(f"service.{name}") if name else principal


def _is_person(session: str) -> bool:
    return bool(session) and not _NO_PERSON.fullmatch(session)


def _named(key: str, name: str) -> Text:
    shown = name if len(name) <= _SHORT else name[: _SHORT - 1] + "…"
    return Text(key, {"name": shown})
