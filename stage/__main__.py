"""`python -m stage up`: the embedded account in the foreground, until Ctrl-C or SIGTERM."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

# Whoever starts this with an older Python gets one clear line.
if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0])

from embedded.account import AccountError
from stage.account import DeployedAccount, SetupError, declared_settings
from stage.deployment import DeploymentError

MAIL_OF_A_STRANGER = "you@example.com"


class _Ended(BaseException):
    """When the user wants the account to end."""


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _end)
    ready_file = Path(options.ready) if options.ready else None
    try:
        settings = _settings(options.settings)
        account = DeployedAccount(port=options.port, settings=settings, progress=_show)
        with account as ready:
            try:
                if ready_file:
                    ready.write(ready_file)
                print(ready.exports(), flush=True)
                print("Ready. Ctrl-C ends it and removes everything.", file=sys.stderr, flush=True)
                return account.server.wait()
            finally:
                if ready_file:
                    ready_file.unlink(missing_ok=True)
    except _Ended:
        return 0
    except (SetupError, AccountError, DeploymentError, _SettingsError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


class _SettingsError(Exception):
    """When the file of settings cannot be used."""


def _settings(path: str | None) -> dict[str, Any]:
    """The settings of a file; without an address for alerts anywhere, one that shows the mails."""
    settings = _read(path) if path else {}
    if "alert_emails" in settings or declared_settings().get("alert_emails"):
        return settings
    return {"alert_emails": [MAIL_OF_A_STRANGER], **settings}


def _read(path: str) -> dict[str, Any]:
    try:
        settings = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _SettingsError(f"{path}: {error}") from error
    if not isinstance(settings, dict):
        raise _SettingsError(f"{path}: a JSON object of settings is needed")
    return settings


def _show(step: str, seconds: float | None) -> None:
    if seconds is None:
        print(f"==> {step} ...", file=sys.stderr, flush=True)
    else:
        print(f"    {step}: {seconds:.1f} s", file=sys.stderr, flush=True)


def _end(number: int, frame: FrameType | None) -> None:
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, signal.SIG_IGN)
    raise _Ended


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m stage", description=__doc__)
    up = parser.add_subparsers(dest="command", required=True).add_parser(
        "up", help="start the account, deploy the stacks, stay in the foreground"
    )
    up.add_argument("--port", type=int, help="default: any free port")
    up.add_argument("--ready", help="file to write when all is in place; removed at the end")
    up.add_argument("--settings", help="JSON file of settings over those of cdk.json")
    return parser


if __name__ == "__main__":
    sys.exit(main())
