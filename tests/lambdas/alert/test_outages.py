"""A channel that is broken: the others tell of it at once and once, and of its end."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambdas.alert.function import AlertFunction
from tests.lambdas.alert.conftest import ACCOUNT, GROUP, Account, state_change
from tests.lambdas.alert.webhook import Webhook
from trailkeeper.alerts.alert import Alert
from trailkeeper.evidence.names import STATE_TABLE
from trailkeeper.words.text import Severity, Text

WEBHOOK = "/slack/webhook"
ALERT = Alert("trail-stopped", "trail", Severity.WARNING, Text("subject.trail-stopped"), "call/1")
STOPPED = state_change("i-0123456789abcdef0", "stopped", "e1")


def with_slack(account: Account) -> AlertFunction:
    return account.function(slack_webhook=f"ssm:{WEBHOOK}")


def alert(account: Account, key: str, function: AlertFunction | None = None) -> list[str]:
    """Hand an alert over; what has to come again."""
    one = replace(ALERT, dedup_key=key)
    return account.handle(one.to_json(), function=function or with_slack(account))


def about_channels(account: Account) -> list[str]:
    """The subjects of mails that are not the alert itself."""
    subjects = [subject for subject, _ in account.mails()]
    return [each for each in subjects if "Trail stopped" not in each]


def posted(slack: Webhook) -> list[str]:
    return [each["text"] for each in slack.messages]


@pytest.mark.parametrize("status", [403, 404, 410])
def test_a_webhook_that_is_gone_is_told_by_mail_at_the_first_failure(
    account: Account, slack: Webhook, status: int
) -> None:
    slack.answer = status

    assert alert(account, "one") == ["m0"]

    assert about_channels(account) == [
        f"[Warning] Slack takes no alerts: its webhook answered {status} - {ACCOUNT}"
    ]


def test_a_webhook_whose_parameter_is_missing_is_told_with_the_command_that_puts_it(
    account: Account,
) -> None:
    function = account.function(slack_webhook="ssm:/nobody/put-this")

    assert alert(account, "one", function) == ["m0"]

    (body,) = [body for subject, body in account.mails() if "Trail stopped" not in subject]
    told = json.loads(body)
    assert told["headline"] == ("Slack takes no alerts: ParameterNotFound for /nobody/put-this")
    assert told["steps"][0]["commands"] == [
        "aws ssm put-parameter --region us-east-1 --type SecureString --overwrite "
        '--name /nobody/put-this --value "$(cat webhook-url.txt)"'
    ]
    assert told["steps"][1]["commands"] == ["trailkeeper alerts redrive"]


def test_a_secret_that_is_no_address_is_told_without_showing_it(account: Account) -> None:
    account.clients.secretsmanager.create_secret(Name="wrong", SecretString="xoxb-secret-token")
    function = account.function(slack_webhook="secretsmanager:wrong")

    assert alert(account, "one", function) == ["m0"]

    (told,) = [body for subject, body in account.mails() if "Trail stopped" not in subject]
    assert "what is kept for it is no address of a Slack webhook" in told
    assert "aws secretsmanager put-secret-value --region us-east-1 --secret-id wrong " in told
    assert "xoxb" not in told


@pytest.mark.parametrize("status", [400, 429, 500])
def test_what_may_pass_is_told_when_it_fails_again(
    account: Account, slack: Webhook, status: int
) -> None:
    slack.answer = status

    alert(account, "one")
    assert about_channels(account) == []
    alert(account, "one")
    assert about_channels(account) == [
        f"[Warning] Slack takes no alerts: its webhook answered {status} - {ACCOUNT}"
    ]


def test_one_failure_between_two_successes_is_nothing_to_tell(
    account: Account, slack: Webhook
) -> None:
    for answer in (500, 200, 500, 200):
        slack.answer = answer
        alert(account, "one" if answer == 500 else "two")

    assert about_channels(account) == []


def test_an_outage_is_told_once_and_its_end_by_every_channel(
    account: Account, slack: Webhook
) -> None:
    slack.answer = 404
    for key in ("one", "two", "one", "two"):
        account.clock.now += 60
        alert(account, key)
    assert len(about_channels(account)) == 1

    slack.answer = 200
    account.clock.now += 60
    assert alert(account, "one") == []
    assert alert(account, "two") == []

    fixed = f"[Info] Slack takes alerts again - {ACCOUNT}"
    assert about_channels(account) == [fixed]
    assert [each.startswith("Info: Slack takes alerts again") for each in posted(slack)].count(
        True
    ) == 1


def test_the_mail_of_its_end_says_how_long_and_how_often(account: Account, slack: Webhook) -> None:
    slack.answer = 404
    for _ in range(3):
        alert(account, "one")
        account.clock.now += 60
    slack.answer = 200
    account.mails()
    alert(account, "one")

    (body,) = [json.loads(body) for _, body in account.mails()]
    assert body["story"][0].endswith("after 3 failed tries in 3 min.")
    assert body["commands"]["repair"] == ["trailkeeper alerts redrive"]


def test_the_next_outage_is_told_again(account: Account, slack: Webhook) -> None:
    for answer in (404, 200, 404):
        slack.answer = answer
        account.clock.now += 60
        alert(account, f"at {account.clock.now}")

    subjects = about_channels(account)
    assert [each.split(" - ")[0] for each in subjects] == [
        "[Warning] Slack takes no alerts: its webhook answered 404",
        "[Info] Slack takes alerts again",
        "[Warning] Slack takes no alerts: its webhook answered 404",
    ]


def test_a_topic_that_refuses_is_told_by_slack(
    account: Account, slack: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: Any) -> Any:
        raise ClientError(
            {
                "Error": {"Code": "AuthorizationError", "Message": "not authorized"},
                "ResponseMetadata": {"HTTPStatusCode": 403},
            },
            "Publish",
        )

    monkeypatch.setattr(account.clients.sns, "publish", refuse)
    assert alert(account, "one") == ["m0"]

    assert posted(slack)[-1] == (
        f"Warning: The alerts topic takes no alerts: AWS answered AuthorizationError - {ACCOUNT}"
    )


def test_of_three_channels_each_that_works_tells_of_each_that_does_not(
    account: Account, slack: Webhook
) -> None:
    chat = f"arn:aws:sns:us-east-1:{ACCOUNT}:trailkeeper-chat"  # there is none
    slack.answer = 404
    function = account.function(slack_webhook=f"ssm:{WEBHOOK}", chat_topic_arn=chat)

    assert alert(account, "one", function) == ["m0"]

    assert sorted(each.split(":")[0] for each in about_channels(account)) == [
        "[Warning] Amazon Q's topic takes no alerts",
        "[Warning] Slack takes no alerts",
    ]


def test_with_no_other_channel_nothing_is_lost(account: Account, monkeypatch: Any) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(account.clients.sns, "publish", refuse)
        assert alert(account, "one", account.function()) == ["m0"]
    assert alert(account, "one", account.function()) == []

    assert len(account.mails()) == 1


def test_without_the_table_the_alert_comes_and_nobody_is_told_again_and_again(
    account: Account, slack: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack.answer = 404
    for call in ("put_item", "update_item", "delete_item"):
        monkeypatch.setattr(account.clients.dynamodb, call, refuse)

    assert alert(account, "one") == ["m0"]

    assert about_channels(account) == []


def test_a_webhook_that_was_replaced_is_used_at_the_next_try(
    account: Account, slack: Webhook
) -> None:
    good = account.clients.ssm.get_parameter(Name=WEBHOOK, WithDecryption=True)["Parameter"]
    gone = good["Value"].replace("secret", "gone")
    account.clients.ssm.put_parameter(Name=WEBHOOK, Value=gone, Overwrite=True)
    function = with_slack(account)
    slack.answer = 404
    alert(account, "one", function)

    account.clients.ssm.put_parameter(Name=WEBHOOK, Value=good["Value"], Overwrite=True)
    slack.answer = 200

    assert alert(account, "one", function) == []
    assert slack.paths[:2] == ["/services/T0/B0/gone", "/services/T0/B0/secret"]


def test_each_failure_is_counted(
    account: Account, slack: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[str] = []
    monkeypatch.setattr("lambdas.alert.outages.count", lambda metric: counted.append(metric.name))
    slack.answer = 404

    alert(account, "one")
    alert(account, "one")

    assert counted == ["ChannelFailed", "ChannelFailed"]


def test_a_failing_slack_mails_no_instance_twice(account: Account, slack: Webhook) -> None:
    """The alert comes again as it was, and not what happened, which another window would hold."""
    slack.answer = 404
    assert account.handle(STOPPED, function=with_slack(account)) == []
    again = [each for each in account.queued() if "dedup_key" in each]
    assert len(again) == 1

    assert account.handle(*again, function=with_slack(account)) == ["m0"]
    slack.answer = 200
    assert account.handle(*again, function=with_slack(account)) == []
    account.flush()

    told = [subject for subject, _ in account.mails() if " stopped in " in subject]
    assert len(told) == 1
    assert len([each for each in posted(slack) if "i-0123456789abcdef0" in each]) == 1


def test_a_failing_slack_mails_no_summary_twice(account: Account, slack: Webhook) -> None:
    account.handle(STOPPED, function=with_slack(account))
    for number in range(2, 5):
        body = state_change(f"i-{number:017x}", "stopped", f"e{number}")
        account.handle(body, function=with_slack(account))
    window = account.open_window()
    slack.answer = 404
    flush = {"flush": {"group": GROUP + "stopped", "window": window, "seconds": 60}}
    assert account.handle(flush, function=with_slack(account)) == []
    late = state_change("i-00000000000000009", "stopped", "e9")
    account.handle(late, function=with_slack(account))
    slack.answer = 200

    again = [each for each in account.queued() if "dedup_key" in each]
    assert account.handle(*again, function=with_slack(account)) == []
    assert account.handle(flush, function=with_slack(account)) == []

    told = [subject for subject, _ in account.mails() if " EC2 instances " in subject]
    assert len(told) == 1


def test_without_the_queue_the_event_itself_comes_again(
    account: Account, slack: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack.answer = 404
    send = account.clients.sqs.send_message

    def only_flushes(**request: Any) -> Any:
        return send(**request) if "flush" in request["MessageBody"] else refuse()

    monkeypatch.setattr(account.clients.sqs, "send_message", only_flushes)

    assert account.handle(STOPPED, function=with_slack(account)) == ["m0"]


def refuse(*_: object, **__: object) -> Any:
    raise ClientError({"Error": {"Code": "InternalError"}}, "Any")


def group_of(account: Account) -> str:
    return f"instances/{ACCOUNT}/us-east-1/stopped"


@pytest.mark.parametrize(
    "forged",
    [
        {"failures": {"N": "-1000000"}, "since": {"S": "2026-11-20T03:00:00+00:00"}},
        {"failures": {"N": "1"}, "since": {"S": "2036-01-01T00:00:00+00:00"}},
    ],
    ids=["of less than no failures", "of a time to come"],
)
def test_an_outage_that_somebody_made_up_hides_none(
    account: Account, slack: Webhook, forged: dict[str, Any]
) -> None:
    item = {"id": {"S": "outage"}, "at": {"S": "slack"}, **forged}
    account.clients.dynamodb.put_item(TableName=STATE_TABLE, Item=item)
    slack.answer = 500

    for key in ("one", "two"):
        alert(account, key)

    assert about_channels(account) == [
        f"[Warning] Slack takes no alerts: its webhook answered 500 - {ACCOUNT}"
    ]
    assert any("state-item-strange" in each for each in account.sent())
