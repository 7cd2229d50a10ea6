"""SNS e-mail: the mails a subscriber gets, as files in a folder and readable over HTTP."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, make_msgid
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from embedded.adapter import sns
from embedded.adapter.sns_delivery import MailSubscription
from embedded.server.asgi import Scope, respond_json

PATH = "/_embedded/mailbox"
"""Under this path the mailbox is read: the list as JSON, and one mail by its id."""

_LINE_LIMIT = 998
"""Octets in a line of a mail (RFC 5322, 2.1.1); longer ones must be encoded."""

_SENDER = "no-reply@sns.amazonaws.com"
_NO_SUBJECT = "AWS Notification Message"
_FOOTER = """
--
If you wish to stop receiving notifications from this topic, please click or visit the link below \
to unsubscribe:
{link}

Please do not reply directly to this email. If you have any questions or comments regarding this \
email, please contact us at https://aws.amazon.com/support
"""
_INVITATION = """\
You have chosen to subscribe to the topic:
{topic}

To confirm this subscription, click or visit the link below (If this was in error no action is \
necessary):
{link}

Please do not reply directly to this email.
"""
_FAREWELL = """\
Your subscription to the topic below has been deactivated:
{topic}

If this was in error, have the address subscribed to the topic again.

Please do not reply directly to this email.
"""


# A folded subject gains or loses a space when it is read again; RFC 5322 allows 998 characters.
_UNFOLDED = policy.default.clone(max_line_length=900)


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One mail as its reader sees it; date is RFC 5322, id the file's name without .eml."""

    id: str
    to: str
    subject: str
    date: str
    body: str

    def document(self) -> dict[str, str]:
        """The mail as JSON shows it."""
        return {
            "id": self.id,
            "to": self.to,
            "subject": self.subject,
            "date": self.date,
            "body": self.body,
        }


class Mailbox:
    """A folder with one RFC 5322 file for each mail; names sort by the time of delivery."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._counter = itertools.count(1)
        self._lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)

    def write(
        self, *, sender: str, to: str, subject: str, body: str, headers: dict[str, str]
    ) -> None:
        """Keep one mail; a reader of the folder sees it whole or not at all."""
        now = datetime.now(UTC)
        message = EmailMessage(policy=_UNFOLDED)
        message["From"] = formataddr((" ".join(sender.split()) or "AWS Notifications", _SENDER))
        message["To"] = to
        message["Subject"] = subject
        message["Date"] = format_datetime(now)
        message["Message-ID"] = make_msgid(domain="sns.amazonaws.com")
        for name, value in headers.items():
            message[name] = value
        body = body.encode("utf-8", "replace").decode()
        is_short = all(len(line.encode()) <= _LINE_LIMIT for line in body.splitlines())
        message.set_content(body, cte="8bit" if is_short else "quoted-printable")
        with self._lock:
            name = f"{now:%Y%m%dT%H%M%S.%fZ}-{next(self._counter):05d}"
            partial = self._folder / f".{name}.partial"
            partial.write_bytes(message.as_bytes())
            partial.replace(self._folder / f"{name}.eml")

    def snapshot(self) -> Callable[[], None]:
        """What puts the folder back to the mails it has now."""
        kept = {path: path.read_bytes() for path in self._folder.glob("*.eml")}

        def restore() -> None:
            for path in set(self._folder.glob("*.eml")) - kept.keys():
                path.unlink()
            for path, content in kept.items():
                if not path.exists():
                    path.write_bytes(content)

        return restore

    def mails(self) -> list[Mail]:
        """Every mail, the oldest first."""
        return [_read(path) for path in sorted(self._folder.glob("*.eml"))]

    def mail(self, identifier: str) -> Mail | None:
        """One mail by its id, or None."""
        return next((mail for mail in self.mails() if mail.id == identifier), None)


class SnsPostman:
    """Writes the mails of SNS; endpoint is the URL that their links start with."""

    def __init__(self, mailbox: Mailbox, endpoint: str) -> None:
        self._mailbox = mailbox
        self._endpoint = endpoint

    def invite(self, subscription: MailSubscription) -> None:
        self._send(
            subscription,
            "AWS Notification - Subscription Confirmation",
            _INVITATION.format(
                topic=subscription.topic_arn, link=self._confirmation_link(subscription)
            ),
        )

    def deliver(self, subscription: MailSubscription, subject: str, body: str) -> None:
        unsubscribe = self._link(Action="Unsubscribe", SubscriptionArn=subscription.arn)
        if subscription.protocol == "email":
            body = f"{body.rstrip()}\n{_FOOTER.format(link=unsubscribe)}"
        self._send(
            subscription,
            subject or _NO_SUBJECT,
            body,
            {"List-Unsubscribe": f"<{unsubscribe}>"},
        )

    def dismiss(self, subscription: MailSubscription) -> None:
        self._send(
            subscription,
            "AWS Notification - Unsubscribe Confirmation",
            _FAREWELL.format(topic=subscription.topic_arn),
        )

    def _send(
        self,
        subscription: MailSubscription,
        subject: str,
        body: str,
        headers: dict[str, str] | None = None,
    ) -> None:
        self._mailbox.write(
            sender=subscription.sender,
            to=subscription.address,
            subject=subject,
            body=body,
            headers={**(headers or {}), "X-Amz-Sns-Topic-Arn": subscription.topic_arn},
        )

    def _confirmation_link(self, subscription: MailSubscription) -> str:
        return self._link(
            Action="ConfirmSubscription",
            TopicArn=subscription.topic_arn,
            Token=subscription.token,
        )

    def _link(self, **query: str) -> str:
        return f"{self._endpoint}/?{urlencode(query, safe=':')}"


class MailboxRoutes:
    """The ASGI application under PATH: GET the list of mails, or one mail by its id."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        if scope["method"] != "GET":
            await respond_json(send, 405, {"error": f"{scope['method']} is not allowed, use GET"})
            return
        identifier = scope["path"].removeprefix(PATH).strip("/")
        if not identifier:
            await respond_json(send, 200, [mail.document() for mail in self._mailbox.mails()])
            return
        mail = self._mailbox.mail(identifier)
        if mail is None:
            await respond_json(send, 404, {"error": f"There is no mail {identifier!r}"})
        else:
            await respond_json(send, 200, mail.document())


def install(mailbox: Mailbox, *, endpoint: str) -> None:
    """Make SNS mail into a mailbox. Endpoint is the account's own URL."""
    base = endpoint.rstrip("/")
    sns.install(SnsPostman(mailbox, base), endpoint=base)


def _read(path: Path) -> Mail:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    return Mail(
        id=path.stem,
        to=str(message["To"]),
        subject=str(message["Subject"]),
        date=str(message["Date"]),
        body=message.get_content(),
    )
