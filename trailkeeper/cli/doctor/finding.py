"""What a finding is: something that can be wrong, how to see it, and how to put it right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from trailkeeper.cli.doctor.deployment import Deployment

Case = Mapping[str, str]
"""What fills the words and the fix of a finding, once for each time that it is so."""

PROGRAMS = ("aws", "npx", "trailkeeper")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that can be wrong with a deployment.

    `about` is the section that it is told in, `checks` what was looked at, for when it is in order.
    `look` gives a case for each time that it is wrong; it raises AWS's errors. `needs` are the IAM
    actions that it calls for. `words` and `fix` are filled from a case; a fix that begins with one
    of PROGRAMS is a command, which `region` and the values of the case must make whole. `note` is
    what people have to know of the fix before they use it, filled as the words are.
    """

    id: str
    about: str
    checks: str
    look: Callable[[Deployment], Iterable[Case]]
    words: str
    fix: str
    note: str = ""
    needs: tuple[str, ...] = ()

    @property
    def is_command(self) -> bool:
        """Whether the fix is a command to paste."""
        return self.fix.partition(" ")[0] in PROGRAMS
