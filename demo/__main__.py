"""`python -m demo`: an embedded AWS account, the real stacks, an attack, and what came of it."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from pathlib import Path

from demo import ending
from demo.recorder import Recorder
from demo.screen import COLUMNS, Screen
from demo.story import (
    ALARMED,
    ANOTHER_REGION,
    PAYROLL,
    STOPPED_WORDS,
    WEBHOOK_PARAMETER,
    StepFailedError,
    Story,
    make_beforehand,
)
from embedded import loopback
from stage.account import FAILURES, DeployedAccount
from stage.slack import slack_channel
from stage.surroundings import Ended, end_on_signals, leave_behind
from trailkeeper.evidence.controls import CONTROLS

SETTINGS = {
    "alert_emails": ["security@example.com"],
    "reconcile_minutes": 1,
    "slack_webhook": f"ssm:{WEBHOOK_PARAMETER}",
    # What costs extra on AWS, and nothing here.
    "ec2_regions": [ANOTHER_REGION],
    "insight_types": ["ApiCallRateInsight"],
    "cis_alarms": True,
    "cis_alarms_off": [each for each in CONTROLS if each not in ALARMED],
    "count_deliveries": True,
    "s3_data_events": [PAYROLL],
    "stream_log_group_to": "arn:aws:firehose:us-east-1:111122223333:deliverystream/siem",
}
_BY_SIGNAL = 128


def main() -> int:
    """Run the demo; 0 only if everything really happened."""
    parser = argparse.ArgumentParser(prog="demo", description=__doc__)
    parser.add_argument("--keep", action="store_true", help="leave the account running at the end")
    parser.add_argument("--record", metavar="FOLDER", type=Path, help="keep what was shown there")
    given = parser.parse_args()
    keep, folder = given.keep, given.record
    end_on_signals()
    left_behind = leave_behind()
    loopback.guard()
    recorder = Recorder(COLUMNS) if folder else None
    screen = Screen(recorder)
    screen.title("Trailkeeper: setting up an AWS account on this machine")
    told = False
    try:
        with (
            slack_channel() as slack,
            DeployedAccount(
                settings=SETTINGS,
                progress=screen.setup,
                prepare=lambda account: make_beforehand(account.client),
            ) as ready,
        ):
            began = time.monotonic()
            story = Story(ready, screen, slack)
            story.tell()
            seconds = time.monotonic() - began
            if away := loopback.refused():
                raise StepFailedError(f"something wanted to leave this machine: {away}")
            screen.title("Everything happened as told")
            screen.say(ending.summary(story.mails, seconds))
            told = True
            if recorder:
                about = (each for each in slack.messages if STOPPED_WORDS in json.dumps(each))
                recorder.save(folder, next(about))
            if keep:
                screen.say(ending.kept(ready, left_behind))
                signal.pause()
            screen.say(ending.NEXT)
    except (StepFailedError, *FAILURES) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except Ended as ended:
        return 0 if told else _BY_SIGNAL + ended.number
    return 0


if __name__ == "__main__":
    sys.exit(main())
