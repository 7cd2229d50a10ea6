"""Who is named: the person where a person acted, whatever the call came through."""

from __future__ import annotations

from typing import Any

import pytest

from trailkeeper.events.event import Actor
from trailkeeper.events.principal import short, who
from trailkeeper.rendering.wording import Reader, phrase

ENGLISH, KOREAN = Reader.of("en", "UTC"), Reader.of("ko", "UTC")
USER = {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/alice", "userName": "alice"}
HASHED = "AWSReservedSSO_AdministratorAccess_6cb29b3b61ef9620"


def role(name: str, session: str, path: str = "/") -> dict[str, Any]:
    return {
        "type": "AssumedRole",
        "arn": f"arn:aws:sts::111122223333:assumed-role/{name}/{session}",
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "arn": f"arn:aws:iam::111122223333:role{path}{name}",
                "userName": name,
            }
        },
    }


SSO = role(HASHED, "anna@example.com", "/aws-reserved/sso.amazonaws.com/eu-central-1/")
LINKED = role(
    "AWSServiceRoleForAutoScaling", "AutoScaling", "/aws-service-role/autoscaling.amazonaws.com/"
)


def said(identity: Any) -> tuple[str, str]:
    actor = Actor.parse(identity)
    return phrase(who(actor), ENGLISH, str), phrase(short(actor), ENGLISH, str)


@pytest.mark.parametrize(
    ("identity", "full", "brief"),
    [
        ({"type": "Root", "arn": "arn:aws:iam::1:root"}, "the root user", "root"),
        (USER, "user alice", "alice"),
        (role("Admin", "alice"), "alice (role Admin)", "alice"),
        (role("Ci", "botocore-session-1700000000"), None, "Ci"),
        (
            role("App", "i-0123456789abcdef0"),
            "EC2 instance i-0123456789abcdef0 (role App)",
            "App",
        ),
        (SSO, "anna@example.com (Identity Center, AdministratorAccess)", "anna@example.com"),
        (
            {
                "type": "FederatedUser",
                "arn": "arn:aws:sts::1:federated-user/guest",
                "sessionContext": {"sessionIssuer": {"type": "IAMUser", "userName": "broker"}},
            },
            "guest (federated by broker)",
            "guest",
        ),
        ({"type": "SAMLUser", "userName": "bob", "principalId": "x:bob"}, "SAML user bob", "bob"),
        (
            {
                "type": "WebIdentityUser",
                "userName": "10769",
                "identityProvider": "accounts.google.com",
            },
            "web identity 10769 (from accounts.google.com)",
            "10769",
        ),
        (
            {"type": "IdentityCenterUser", "onBehalfOf": {"userId": "544894e8-80c1"}},
            "Identity Center user 544894e8-80c1",
            "544894e8-80c1",
        ),
        (
            {"type": "AWSAccount", "principalId": "AIDAEXAMPLE", "accountId": "444455556666"},
            "somebody in account 444455556666",
            "account 444455556666",
        ),
        ({"type": "Directory", "userName": "corp"}, "directory user corp", "corp"),
        ({"type": "Role", "userName": "Deploy"}, "role Deploy", "Deploy"),
        ({"type": "Unknown"}, "somebody whom the event does not name", "by whom unknown"),
        ({}, "somebody whom the event does not name", "by whom unknown"),
        (None, "somebody whom the event does not name", "by whom unknown"),
    ],
)
def test_every_kind_of_identity_has_words_of_its_own(
    identity: Any, full: str | None, brief: str
) -> None:
    shown, shortened = said(identity)

    assert shortened == brief
    assert full in (None, shown)


@pytest.mark.parametrize(
    ("identity", "full"),
    [
        ({**USER, "invokedBy": "signin.amazonaws.com"}, "user alice, in the console"),
        ({**USER, "invokedBy": "console.amazonaws.com"}, "user alice, in the console"),
        ({**USER, "invokedBy": "AWS Internal"}, "user alice, through AWS"),
        (
            {**role("Admin", "ann@example.com"), "invokedBy": "cloudformation.amazonaws.com"},
            "ann@example.com (role Admin), through CloudFormation",
        ),
        (
            {**SSO, "invokedBy": "new-service.amazonaws.com"},
            "anna@example.com (Identity Center, AdministratorAccess), "
            "through new-service.amazonaws.com",
        ),
        ({"type": "Root", "invokedBy": "signin.amazonaws.com"}, "the root user, in the console"),
    ],
)
def test_a_go_between_is_never_the_author(identity: Any, full: str) -> None:
    assert said(identity)[0] == full


@pytest.mark.parametrize(
    "identity",
    [
        {"type": "AWSService", "invokedBy": "autoscaling.amazonaws.com"},
        {"invokedBy": "autoscaling.amazonaws.com"},
        {**LINKED, "invokedBy": "autoscaling.amazonaws.com"},
        LINKED,
    ],
)
def test_only_a_service_that_acts_by_itself_is_one(identity: Any) -> None:
    assert Actor.parse(identity).is_service
    assert said(identity) == ("the AWS service Auto Scaling", "Auto Scaling")


def test_a_name_that_begins_like_a_service_is_a_persons() -> None:
    assert said(role("autoscaling-admin", "mallory")) == (
        "mallory (role autoscaling-admin)",
        "mallory",
    )
    for name in ("AWSServiceRoleForMe", "aws-service-role", "aws-service-role-admin"):
        assert not Actor.parse(role(name, "mallory")).is_service


def test_a_subject_has_room_for_forty_characters_of_a_name() -> None:
    long = "anna-maria.lindqvist-of-the-platform-team@subsidiary.example.com"

    assert said(role(HASHED, long))[1] == "anna-maria.lindqvist-of-the-platform-te…"


@pytest.mark.parametrize(("said_", "mfa"), [("true", True), ("false", False), (None, None)])
def test_whether_a_second_factor_was_used(said_: str | None, mfa: bool | None) -> None:
    attributes = {"mfaAuthenticated": said_, "creationDate": "2026-11-20T02:58:00Z"}
    actor = Actor.parse({**USER, "sessionContext": {"attributes": attributes}})

    assert (actor.mfa, actor.session_since) == (mfa, "2026-11-20T02:58:00Z")


def test_korean_puts_the_kind_behind_the_name() -> None:
    assert phrase(who(Actor.parse(USER)), KOREAN, str) == "alice 사용자"
    assert phrase(who(Actor.parse(role("Admin", "alice"))), KOREAN, str) == "alice 님(Admin 역할)"


SERVICES = {
    "AWS Internal": "AWS",
    "autoscaling.amazonaws.com": "Auto Scaling",
    "backup.amazonaws.com": "AWS Backup",
    "cloudformation.amazonaws.com": "CloudFormation",
    "codebuild.amazonaws.com": "CodeBuild",
    "config.amazonaws.com": "AWS Config",
    "controltower.amazonaws.com": "Control Tower",
    "ec2.amazonaws.com": "EC2",
    "ecs.amazonaws.com": "ECS",
    "eks.amazonaws.com": "EKS",
    "lambda.amazonaws.com": "Lambda",
    "organizations.amazonaws.com": "Organizations",
    "servicecatalog.amazonaws.com": "Service Catalog",
    "ssm.amazonaws.com": "Systems Manager",
    "sso.amazonaws.com": "IAM Identity Center",
    "new.amazonaws.com": "new.amazonaws.com",
}


@pytest.mark.parametrize("principal", SERVICES)
def test_a_service_has_the_name_that_people_know(principal: str) -> None:
    name = SERVICES[principal]
    identity = {"type": "AWSService", "invokedBy": principal}

    assert said(identity) == (f"the AWS service {name}", name)
    assert said({**USER, "invokedBy": principal})[0] == f"user alice, through {name}"


@pytest.mark.parametrize(
    ("identity", "full", "brief"),
    [
        ({"type": "AWSService"}, "an AWS service", "an AWS service"),
        ({"type": "AWSAccount", "principalId": "x"}, "x", "x"),
        ({"type": "New", "userName": "n"}, "n", "n"),
        ({"type": "IAMUser", "arn": "arn:x"}, "user arn:x", "arn:x"),
        ({"type": "WebIdentityUser", "userName": "1"}, "web identity 1 (from ?)", "1"),
        ({"type": "Unknown", "invokedBy": "signin.amazonaws.com"}, None, "by whom unknown"),
    ],
)
def test_an_identity_that_says_little(identity: Any, full: str | None, brief: str) -> None:
    shown, shortened = said(identity)

    assert shortened == brief
    assert full in (None, shown)


@pytest.mark.parametrize(
    ("session", "is_person"),
    [
        ("alice", True),
        ("12345", False),
        ("AWSCLI-Session", False),
        ("aws-sdk-js-session-1", False),
        ("RoleSession1", False),
        ("AssumeRoleSession", False),
        ("0123456789abcdef", False),
        ("session7", False),
        ("i-0123456789abcdef0", False),
    ],
)
def test_a_session_that_a_tool_named_says_less_than_its_role(session: str, is_person: bool) -> None:
    assert said(role("Admin", session))[1] == (session if is_person else "Admin")


def test_a_name_of_forty_characters_is_whole() -> None:
    assert said({"type": "IAMUser", "userName": "x" * 40})[1] == "x" * 40
    assert said({"type": "IAMUser", "userName": "x" * 41})[1] == "x" * 39 + "…"
