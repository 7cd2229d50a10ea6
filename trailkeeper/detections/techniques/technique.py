"""What a technique is: one public way to blind or weaken the evidence, and how it ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Ending = Literal["healed", "told"]

# MITRE ATT&CK, Enterprise: "Impair Defenses: Disable or Modify Cloud Logs".
DISABLE_CLOUD_LOGS = "T1562.008"


@dataclass(frozen=True, slots=True)
class Technique:
    """One way to attack the evidence.

    `words` say what the attacker does; `events` are CloudTrail's names of the calls, the deciding
    one first, and `detection` is the id of that one's detection. `documents` ("guard.document") are
    what the calls leave different from the baseline. `outcome` is "healed" when a machine restores
    all of them and "told" when people have to decide; `how` says what Trailkeeper does. `recreates`
    names the guard whose resource has to be made again. `known_as` are the names that others use:
    MITRE ATT&CK, stratus-red-team.
    """

    id: str
    words: str
    events: tuple[str, ...]
    detection: str
    documents: tuple[str, ...]
    outcome: Ending
    how: str
    known_as: tuple[str, ...] = ()
    recreates: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """What an attacker can do that Trailkeeper does not see, and what stands against it instead."""

    words: str
    why: str
