"""`python -m demo`: an embedded AWS account, the real stacks, an attack, and what came of it."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from pathlib import Path

from demo.recorder import Recorder
from demo.screen import COLUMNS, Screen
from demo.story import STOPPED_WORDS, WEBHOOK_PARAMETER, StepFailedError, Story
from embedded import loopback
from stage.account import DeployedAccount, SetupError
from stage.slack import slack_channel

SETTINGS = {
    "alert_emails": ["security@example.com"],
    "reconcile_minutes": 1,
    "slack_webhook": f"ssm:{WEBHOOK_PARAMETER}",
}


def main() -> int:
    """Run the demo; 0 only if everything really happened."""
    parser = argparse.ArgumentParser(prog="demo", description=__doc__)
    parser.add_argument("--keep", action="store_true", help="leave the account running at the end")
    parser.add_argument("--record", metavar="FOLDER", type=Path, help="keep what was shown there")
    given = parser.parse_args()
    keep, folder = given.keep, given.record
    loopback.guard()
    recorder = Recorder(COLUMNS) if folder else None
    screen = Screen(recorder)
    screen.title("Trailkeeper: setting up an AWS account on this machine")
    try:
        with (
            slack_channel() as slack,
            DeployedAccount(settings=SETTINGS, progress=screen.setup) as ready,
        ):
            began = time.monotonic()
            Story(ready, screen, slack).tell()
            seconds = time.monotonic() - began
            if away := loopback.refused():
                raise StepFailedError(f"something wanted to leave this machine: {away}")
            screen.title(f"Everything happened as told, in {seconds:.0f} s")
            if recorder:
                told = (each for each in slack.messages if STOPPED_WORDS in json.dumps(each))
                recorder.save(folder, next(told))
            if keep:
                screen.say("The account keeps running for the aws command line; Ctrl-C ends it:\n")
                screen.say(ready.exports())
                signal.pause()
    except (StepFailedError, SetupError) as error:
        screen.say(f"\nThe demo failed: {error}", style="bold red")
        return 1
    except KeyboardInterrupt:
        return 0 if keep else 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
