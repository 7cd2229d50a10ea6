"""Why a channel did not take an alert, read from the error that it raised."""

from __future__ import annotations

from botocore.exceptions import ClientError

from lambdas.alert.channels.slack import SlackError
from lambdas.alert.secrets import SecretError
from trailkeeper.alerts.channel_alerts import Trouble
from trailkeeper.words.text import Text

_PASSING = frozenset({"InvalidParameter", "InvalidParameterValue", "ParameterValueInvalid"})
_TOO_MANY = 429
_SERVER = 500


def trouble_of(error: Exception, *, webhook: str, topic_arn: str) -> Trouble:
    """What is wrong with a channel; `webhook` and `topic_arn` are where its way leads, or "".

    What only this alert may have done wrong (a form that is not taken) is no lasting trouble, nor
    is what a second try may not see: no answer, a busy or broken service.
    """
    said = f"{type(error).__name__}: {error}"
    match error:
        case SecretError():
            why = Text("trouble.secret", {"place": _name(webhook), "code": error.code})
            return Trouble(why, said, error.lasting, kept_at=webhook)
        case SlackError():
            return _of_slack(error, said, webhook)
        case ClientError():
            why = Text("trouble.refused", {"code": _code(error)})
            return Trouble(why, said, _lasts(error), topic_arn=topic_arn)
        case _:
            return Trouble(Text("trouble.other", {"error": type(error).__name__}), said, False)


def _of_slack(error: SlackError, said: str, webhook: str) -> Trouble:
    if error.status is None:
        return Trouble(Text("trouble.url"), said, lasting=True, kept_at=webhook)
    if error.status == 0:
        return Trouble(Text("trouble.silent"), said, lasting=False)
    gone = error.webhook_is_gone
    why = Text("trouble.status", {"status": str(error.status)})
    return Trouble(why, said, lasting=gone, kept_at=webhook if gone else "")


def _name(reference: str) -> str:
    return reference.partition(":")[2]


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", "ClientError"))


def _lasts(error: ClientError) -> bool:
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", _SERVER)
    code = _code(error)
    return (
        status < _SERVER
        and status != _TOO_MANY
        and "Throttl" not in code
        and (code not in _PASSING)
    )
