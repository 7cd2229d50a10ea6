"""SNS e-mail in the embedded account: who gets what, and when nobody gets anything."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded.tests.bare_account import BareAccount, eventually
from embedded.tests.users import policy, user

HANDLER = """
import json, os, boto3
def handler(event, context):
    boto3.client("sqs").send_message(QueueUrl=os.environ["OUT"], MessageBody=json.dumps(event))
"""


def follow(link: str) -> str:
    """What the link in a mail answers to somebody without credentials."""
    with urllib.request.urlopen(link) as answer:
        return answer.read().decode()


def mails(account: BareAccount, to: str) -> list[dict[str, str]]:
    found = json.loads(follow(f"{account.root.endpoint}/_embedded/mailbox"))
    return [mail for mail in found if mail["to"] == to]


def link_in(mail: dict[str, str], action: str) -> str:
    found = re.search(rf"http://127\.0\.0\.1:\d+/\?Action={action}\S*", mail["body"])
    assert found, mail["body"]
    return found[0]


def subscribed(account: BareAccount, topic: str, address: str, **settings: Any) -> str:
    """A confirmed subscription's ARN."""
    arn = account.client("sns").subscribe(
        TopicArn=topic, Protocol="email", Endpoint=address, ReturnSubscriptionArn=True, **settings
    )["SubscriptionArn"]
    follow(link_in(mails(account, address)[-1], "ConfirmSubscription"))
    return str(arn)


def code_of(caught: pytest.ExceptionInfo[ClientError]) -> str:
    return str(caught.value.response["Error"]["Code"])


def test_nothing_is_mailed_before_the_subscriber_confirmed(account: BareAccount) -> None:
    sns, address = account.client("sns"), "pending@example.com"
    topic = sns.create_topic(Name="pending")["TopicArn"]
    answer = sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=address)
    assert answer["SubscriptionArn"] == "pending confirmation"
    sns.publish(TopicArn=topic, Message="lost")

    (invitation,) = mails(account, address)
    listed = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert [each["SubscriptionArn"] for each in listed] == ["PendingConfirmation"]
    assert sns.get_topic_attributes(TopicArn=topic)["Attributes"]["SubscriptionsPending"] == "1"

    follow(link_in(invitation, "ConfirmSubscription"))
    sns.publish(TopicArn=topic, Message="read", Subject="Erster Gruß")
    (arn,) = [
        each["SubscriptionArn"]
        for each in sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    ]
    attributes = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    assert attributes["PendingConfirmation"] == "false"
    assert attributes["ConfirmationWasAuthenticated"] == "false"
    assert [mail["subject"] for mail in mails(account, address)][1:] == ["Erster Gruß"]


def test_a_link_confirms_where_its_topic_stands(account: BareAccount) -> None:
    sns = account.client("sns", "eu-west-1")
    topic = sns.create_topic(Name="away")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="away@example.com")

    follow(link_in(mails(account, "away@example.com")[-1], "ConfirmSubscription"))

    (found,) = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert found["SubscriptionArn"].startswith(topic)


def test_a_wrong_token_confirms_nothing(account: BareAccount) -> None:
    sns = account.client("sns")
    topic = sns.create_topic(Name="wrong-token")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="wrong@example.com")
    with pytest.raises(ClientError) as caught:
        sns.confirm_subscription(TopicArn=topic, Token="made-up")
    assert code_of(caught) == "InvalidParameter"


def test_a_mail_is_a_file_that_a_mail_program_reads(account: BareAccount) -> None:
    sns, address = account.client("sns"), "reader@example.com"
    topic = sns.create_topic(Name="files")["TopicArn"]
    subscribed(account, topic, address)
    sns.publish(TopicArn=topic, Subject="경보", Message="Zeile 1\n줄 2")

    newest = max(account.mailbox.glob("*.eml"))
    message = message_from_bytes(newest.read_bytes(), policy=default)
    assert message["From"] == "AWS Notifications <no-reply@sns.amazonaws.com>"
    assert (message["To"], message["Subject"]) == (address, "경보")
    assert message["Date"].datetime.tzinfo is not None
    assert message.get_content_type() == "text/plain"
    assert message.get_content().startswith("Zeile 1\n줄 2\n")
    one = json.loads(follow(f"{account.root.endpoint}/_embedded/mailbox/{newest.stem}"))
    assert one == mails(account, address)[-1]
    with pytest.raises(urllib.error.HTTPError, match="404"):
        follow(f"{account.root.endpoint}/_embedded/mailbox/none")


@pytest.mark.parametrize(
    "subject",
    [
        "[Critical] Trail stopped, NOT put right - somebody-with-a-long-name - prod 111122223333",
        "[경고] CloudTrail 추적 중지 → 4초 만에 복구 완료 | alice.kim@example.com | 111122223333",
        "x" * 99,
    ],
)
def test_a_long_subject_neither_gains_nor_loses_a_space(account: BareAccount, subject: str) -> None:
    sns, address = account.client("sns"), f"subject-{len(subject)}@example.com"
    topic = sns.create_topic(Name=f"subject-{len(subject)}")["TopicArn"]
    subscribed(account, topic, address)

    sns.publish(TopicArn=topic, Subject=subject, Message="x")

    assert mails(account, address)[-1]["subject"] == subject


def test_the_link_in_a_mail_unsubscribes(account: BareAccount) -> None:
    sns, address = account.client("sns"), "leaver@example.com"
    topic = sns.create_topic(Name="leaving")["TopicArn"]
    subscribed(account, topic, address)
    sns.publish(TopicArn=topic, Message="one")
    follow(link_in(mails(account, address)[-1], "Unsubscribe"))
    assert sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"] == []
    assert mails(account, address)[-1]["subject"] == "AWS Notification - Unsubscribe Confirmation"


def test_authenticate_on_unsubscribe_makes_the_link_useless(account: BareAccount) -> None:
    sns, address = account.client("sns"), "kept@example.com"
    topic = sns.create_topic(Name="kept")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=address)
    token = link_in(mails(account, address)[-1], "ConfirmSubscription").partition("Token=")[2]
    arn = sns.confirm_subscription(TopicArn=topic, Token=token, AuthenticateOnUnsubscribe="true")[
        "SubscriptionArn"
    ]
    sns.publish(TopicArn=topic, Message="one")
    with pytest.raises(urllib.error.HTTPError, match="403"):
        follow(link_in(mails(account, address)[-1], "Unsubscribe"))
    attributes = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    assert attributes["ConfirmationWasAuthenticated"] == "true"
    sns.unsubscribe(SubscriptionArn=arn)
    assert sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"] == []


@pytest.mark.parametrize(
    ("setting", "given", "lets_through", "keeps_back"),
    [
        pytest.param(
            {"FilterPolicy": '{"severity": ["high"]}'},
            "attributes",
            "high",
            "low",
            id="attributes",
        ),
        pytest.param(
            {"FilterPolicy": '{"severity": ["high"]}', "FilterPolicyScope": "MessageBody"},
            "body",
            "high",
            "low",
            id="body",
        ),
    ],
)
def test_filter_policies_are_obeyed(
    account: BareAccount, setting: dict[str, str], given: str, lets_through: str, keeps_back: str
) -> None:
    sns, address = account.client("sns"), f"filter-{given}@example.com"
    topic = sns.create_topic(Name=f"filter-{given}")["TopicArn"]
    subscribed(account, topic, address, Attributes=setting)
    for severity in (keeps_back, lets_through):
        attribute = {"DataType": "String", "StringValue": severity}
        sns.publish(
            TopicArn=topic,
            Message=json.dumps({"severity": severity}),
            MessageAttributes={"severity": attribute} if given == "attributes" else {},
        )
    bodies = [mail["body"] for mail in mails(account, address)[1:]]
    assert [json.loads(body.partition("\n")[0])["severity"] for body in bodies] == [lets_through]


def test_every_protocol_gets_its_own_text(account: BareAccount) -> None:
    sns, address = account.client("sns"), "protocols@example.com"
    topic = sns.create_topic(Name="protocols")["TopicArn"]
    subscribed(account, topic, address)
    queue, out = account.queue("protocols"), account.queue("protocols-out")
    queue.allow("sns.amazonaws.com", topic)
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn)
    role = account.role("protocols", "lambda.amazonaws.com", sqs_SendMessage=out.arn)
    function = account.function(
        "protocols", HANDLER, Role=role, Environment={"Variables": {"OUT": out.url}}
    )
    account.client("lambda").add_permission(
        FunctionName="protocols",
        StatementId="sns",
        Action="lambda:InvokeFunction",
        Principal="sns.amazonaws.com",
        SourceArn=topic,
    )
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=function)
    texts = {"default": "for all", "email": "for people", "lambda": "for code"}
    sns.publish(TopicArn=topic, Message=json.dumps(texts), MessageStructure="json", Subject="who")
    assert mails(account, address)[-1]["body"].startswith("for people\n")
    assert queue.message().body["Message"] == "for all"
    notification = out.message().body["Records"][0]["Sns"]
    assert (notification["Message"], notification["Subject"]) == ("for code", "who")


def test_email_json_gets_the_whole_notification(account: BareAccount) -> None:
    sns, address = account.client("sns"), "json@example.com"
    topic = sns.create_topic(Name="json", Attributes={"DisplayName": "Guard\nBcc: x"})["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email-json", Endpoint=address)
    follow(link_in(mails(account, address)[-1], "ConfirmSubscription"))
    sns.publish(TopicArn=topic, Message="ü" * 2000, Subject="s")
    envelope = json.loads(mails(account, address)[-1]["body"])
    assert (envelope["Message"], envelope["Subject"]) == ("ü" * 2000, "s")
    newest = message_from_bytes(max(account.mailbox.glob("*.eml")).read_bytes(), policy=default)
    assert newest["From"].addresses[0].display_name == "Guard Bcc: x"
    assert newest["Bcc"] is None


def test_what_cannot_be_delivered_goes_to_the_dead_letters(account: BareAccount) -> None:
    sns = account.client("sns")
    topic = sns.create_topic(Name="undelivered")["TopicArn"]
    forbidden, dead = account.queue("undelivered"), account.queue("undelivered-dead")
    dead.allow("sns.amazonaws.com", topic)
    sns.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=forbidden.arn,
        Attributes={"RedrivePolicy": json.dumps({"deadLetterTargetArn": dead.arn})},
    )
    sns.publish(TopicArn=topic, Message="nobody listens")
    assert dead.message().body["Message"] == "nobody listens"
    assert forbidden.is_empty()
    assert account.metric("AWS/SNS", "NumberOfNotificationsFailed", TopicName="undelivered") == 1


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param({"Subject": "x" * 100}, id="long subject"),
        pytest.param({"Subject": "one\nBcc: all@example.com"}, id="line break"),
        pytest.param({"Subject": "bell\a"}, id="control character"),
        pytest.param({"Message": "{}", "MessageStructure": "json"}, id="no default"),
        pytest.param({"Message": "text", "MessageStructure": "json"}, id="no JSON"),
    ],
)
def test_messages_that_aws_refuses(account: BareAccount, bad: dict[str, str]) -> None:
    sns = account.client("sns")
    topic = sns.create_topic(Name="refused")["TopicArn"]
    with pytest.raises(ClientError) as caught:
        sns.publish(**{"TopicArn": topic, "Message": "text", **bad})
    assert code_of(caught) == "InvalidParameter"
    assert sns.publish(TopicArn=topic, Message="text", Subject="x" * 99)["MessageId"]


@pytest.mark.parametrize(
    ("protocol", "endpoint"), [("email", "nobody"), ("sms", "+15550100"), ("pigeon", "roof")]
)
def test_subscriptions_that_cannot_be_served_are_refused(
    account: BareAccount, protocol: str, endpoint: str
) -> None:
    sns = account.client("sns")
    topic = sns.create_topic(Name="refused-subscriptions")["TopicArn"]
    with pytest.raises(ClientError) as caught:
        sns.subscribe(TopicArn=topic, Protocol=protocol, Endpoint=endpoint)
    assert code_of(caught) == "InvalidParameter"


def test_an_encrypted_topic_takes_messages_only_of_those_who_may_use_its_key(
    account: BareAccount,
) -> None:
    sns, kms = account.client("sns"), account.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    topic = sns.create_topic(Name="encrypted", Attributes={"KmsMasterKeyId": key})["TopicArn"]
    publisher = user(account, "publisher").may("sns:*")
    with pytest.raises(ClientError) as caught:
        publisher.client("sns").publish(TopicArn=topic, Message="x")
    assert code_of(caught) == "KMSAccessDenied"

    publisher.may("sns:*", "kms:GenerateDataKey*", "kms:Decrypt")
    assert publisher.client("sns").publish(TopicArn=topic, Message="x")["MessageId"]
    kms.disable_key(KeyId=key)
    with pytest.raises(ClientError) as caught:
        publisher.client("sns").publish(TopicArn=topic, Message="x")
    assert code_of(caught) == "KMSDisabled"


@pytest.mark.parametrize(("conditions", "arrives"), [({}, True), ({"source": True}, False)])
def test_events_reach_an_encrypted_topic_only_by_an_unconditional_key_grant(
    account: BareAccount, conditions: dict[str, bool], arrives: bool
) -> None:
    name = f"events-{'open' if arrives else 'conditional'}"
    number = account.root.account
    publish = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}}
    use = {**publish, "Action": ["kms:GenerateDataKey*", "kms:Decrypt"], "Resource": "*"}
    if conditions:
        use["Condition"] = {"StringEquals": {"aws:SourceAccount": number}}
    owner = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{number}:root"}}
    owner |= {"Action": "kms:*", "Resource": "*"}
    key = account.client("kms").create_key(Policy=policy(owner, use))["KeyMetadata"]["Arn"]
    sns, events = account.client("sns"), account.client("events")
    topic = sns.create_topic(Name=name, Attributes={"KmsMasterKeyId": key})["TopicArn"]
    sns.set_topic_attributes(
        TopicArn=topic,
        AttributeName="Policy",
        AttributeValue=policy({**publish, "Action": "sns:Publish", "Resource": topic}),
    )
    address = f"{name}@example.com"
    subscribed(account, topic, address)
    events.put_rule(Name=name, EventPattern=json.dumps({"source": [name]}))
    events.put_targets(Rule=name, Targets=[{"Id": "topic", "Arn": topic}])
    events.put_events(Entries=[{"Source": name, "DetailType": "t", "Detail": "{}"}])

    def delivered() -> bool:
        return len(mails(account, address)) == 2

    assert eventually(delivered, seconds=5 if arrives else 0.5) is arrives


def test_cloudformation_subscribes_as_the_api_does(account: BareAccount) -> None:
    template = {
        "Resources": {
            "Topic": {
                "Type": "AWS::SNS::Topic",
                "Properties": {
                    "TopicName": "from-stack",
                    "KmsMasterKeyId": "alias/aws/sns",
                    "Subscription": [{"Protocol": "email", "Endpoint": "inline@example.com"}],
                },
            },
            "People": {
                "Type": "AWS::SNS::Subscription",
                "Properties": {
                    "TopicArn": {"Ref": "Topic"},
                    "Protocol": "email",
                    "Endpoint": "stack@example.com",
                },
            },
        }
    }
    stacks, sns = account.client("cloudformation"), account.client("sns")
    stacks.create_stack(StackName="mails", TemplateBody=json.dumps(template))

    def status() -> str:
        return str(stacks.describe_stacks(StackName="mails")["Stacks"][0]["StackStatus"])

    assert eventually(lambda: status() == "CREATE_COMPLETE"), status()
    topic = f"arn:aws:sns:{account.root.region}:{account.root.account}:from-stack"
    attributes = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    assert attributes["KmsMasterKeyId"] == "alias/aws/sns"
    assert attributes["SubscriptionsPending"] == "2"
    for address in ("inline@example.com", "stack@example.com"):
        (invitation,) = mails(account, address)
        follow(link_in(invitation, "ConfirmSubscription"))
    attributes = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    assert attributes["SubscriptionsConfirmed"] == "2"
