"""How the demo ends: what happened, in a few lines, and what to try next."""

from __future__ import annotations

from pathlib import Path

from stage.ready import Ready

NEXT = """What to try next:
  make demo KEEP=1        the same, then try it yourself with the aws command
  make up                 just the account, with the stacks deployed
  docs/alerts.md          what people are told, for each kind of attack
  README.md               "Deploy\""""


def summary(mails: int, seconds: float) -> str:
    """What the story showed."""
    return f"""In {seconds:.0f} s, all of it seen to happen:
  - The trail was stopped twice; each time it was started again.
  - One event was lost; the schedule found the dark trail and started it.
  - Instances were run, stopped and terminated, in two regions, and told.
  - An open port, the month's charges and unusual activity were told, too.
  - An administrator of CloudTrail was refused, doctor found nothing, and a
    drill passed.
  - Four places that know who did it gave the same answer; three knew who read
    a file, and the stream to a SIEM had the stop.
  - {mails} mails and the Slack messages said so.
"""


def kept(ready: Ready, left_behind: tuple[str, ...]) -> str:
    """Where things are in an account that keeps running, and three things to do there."""
    trail = ready.trail_arn.rsplit("/", 1)[-1]
    command = Path(".venv/bin/trailkeeper")
    return f"""The account keeps running; Ctrl-C here ends it and removes everything.

Mails are files in {ready.mailbox}

In another shell, first take what leads there:

{ready.exports(left_behind)}

and then, for instance:
  1. Stop the trail, and see it heal:
     aws cloudtrail stop-logging --name {trail}
     aws cloudtrail get-trail-status --name {trail} --query IsLogging
  2. Read the mail about it: ls -t {ready.mailbox} | head -1
     and see how things are: {command} status
  3. Ask who did it: {command} search --event StopLogging --since 1h
"""
