"""Whatever the user's environment holds: what is started here sees the embedded account alone."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from types import FrameType

LOOPBACK = "127.0.0.1,localhost,::1"
# Beside every AWS_ and PYTHON variable: what sends requests elsewhere, or changes how Node runs.
_IN_THE_WAY = ("NODE_OPTIONS", "NODE_PATH", "NODE_ENV", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")
_KEPT = ("PYTHONDONTWRITEBYTECODE",)
_ENDINGS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

# What a shell may hold that would win over what an account's exports say.
OVERRIDES = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_CA_BUNDLE",
)


class Ended(BaseException):
    """When the user wants it to end; `number` is the signal that said so."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def end_on_signals() -> None:
    """Raise `Ended` in the main thread once, for Ctrl-C, SIGTERM and a terminal that goes away.

    A signal that is ignored already, as nohup does with SIGHUP, stays ignored.
    """
    for number in _ENDINGS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _end)


def _end(number: int, frame: FrameType | None) -> None:
    for each in _ENDINGS:
        signal.signal(each, signal.SIG_IGN)
    raise Ended(number)


def leave_behind() -> tuple[str, ...]:
    """Forget the user's settings for AWS, Python, Node and proxies; the names of those of AWS.

    Files that are written can be read again whatever the umask was, and text that the terminal
    cannot show becomes question marks.
    """
    found = tuple(sorted(name for name in os.environ if name.startswith("AWS_")))
    for name in list(os.environ):
        if name not in _KEPT and (
            name.startswith(("AWS_", "PYTHON"))
            or name in _IN_THE_WAY
            or name.lower().endswith("_proxy")
        ):
            del os.environ[name]
    os.environ |= {
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": LOOPBACK,
        "no_proxy": LOOPBACK,
        "PYTHONUTF8": "1",
    }
    os.umask(0o022)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
    return found


def overriding(names: tuple[str, ...]) -> Iterator[str]:
    """The variables to unset so that exports count: the usual ones, and those that were found."""
    yield from OVERRIDES
    yield from (name for name in names if name.startswith("AWS_ENDPOINT_URL_"))
