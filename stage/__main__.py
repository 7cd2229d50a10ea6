"""`python -m stage up`: the embedded account in the foreground, until Ctrl-C or SIGTERM."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

# Whoever starts this with an older Python gets one clear line.
if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit("error: Python 3.11 or newer is needed, this is " + sys.version.split()[0])

from stage import beforehand
from stage.account import FAILURES, DeployedAccount, declared_settings
from stage.surroundings import Ended, end_on_signals, leave_behind

MAIL_OF_A_STRANGER = "you@example.com"


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    end_on_signals()
    left_behind = leave_behind()
    try:
        ready_file = beforehand.ready_file(options.ready)
        port = beforehand.port_of(options.port)
        settings = _settings(options.settings)
        file = Path(options.settings) if options.settings else None
        account = DeployedAccount(port=port, settings=settings, settings_file=file, progress=_show)
        with account as ready:
            try:
                if ready_file:
                    ready.write(ready_file)
                print(ready.exports(left_behind), flush=True)
                print("Ready. Ctrl-C ends it and removes everything.", file=sys.stderr, flush=True)
                return account.server.wait()
            finally:
                if ready_file:
                    ready_file.unlink(missing_ok=True)
    except Ended:
        return 0
    except FAILURES as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _settings(path: str | None) -> dict[str, Any]:
    """The settings of a file; without an address for alerts anywhere, one that shows the mails."""
    declared = declared_settings()
    settings = beforehand.json_object(Path(path)) if path else {}
    if "alert_emails" in settings or declared.get("alert_emails"):
        return settings
    return {"alert_emails": [MAIL_OF_A_STRANGER], **settings}


def _show(step: str, seconds: float | None) -> None:
    if seconds is None:
        print(f"==> {step} ...", file=sys.stderr, flush=True)
    else:
        print(f"    {step}: {seconds:.1f} s", file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m stage", description=__doc__)
    up = parser.add_subparsers(dest="command", required=True).add_parser(
        "up", help="start the account, deploy the stacks, stay in the foreground"
    )
    up.add_argument("--port", help="default: any free port")
    up.add_argument("--ready", help="file to write when all is in place; removed at the end")
    up.add_argument("--settings", help="JSON file of settings over those of cdk.json")
    return parser


if __name__ == "__main__":
    sys.exit(main())
