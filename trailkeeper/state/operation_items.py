"""What a half of the guard remembers of an operation on one of our stacks, until it is settled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from trailkeeper.state.table import (
    KEPT,
    MARK,
    SORT_KEY,
    Dumped,
    Item,
    body_of,
    expiring,
    key,
    string_of,
    understood,
)
from trailkeeper.wire.typed import dump

# What DynamoDB compares, so that of two who write at the same time one does not.
VERSION = "version"
# A run that tells people takes no longer.
_TELLS = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class StackOperation(Dumped):
    """One operation on a stack: that of this `number` that CloudFormation shows since `began`.

    `change_set` is the ARN of the one that CloudFormation shows with the stack, "" for none.
    `seen`: when we heard of it first. `told` is the ARN of whom people were told, or `NOBODY`
    where that was not known, "" before; `by` is the id of the call that began it, and `who` made it
    where people need not be told. A run `claimed` to tell them, and has `delivered` it at its end.
    `done`: nothing is left to find out. `compared`: what it left behind was compared.
    """

    at: datetime
    stack: str
    number: str
    stack_id: str
    status: str
    seen: datetime
    told: str = ""
    by: str = ""
    who: str = ""
    claimed: datetime | None = None
    delivered: bool = False
    done: bool = False
    compared: bool = False
    change_set: str = ""
    version: int = 0

    PARTITION = "operation"
    NOBODY = "nobody"

    @property
    def deletes(self) -> bool:
        """Whether it takes the stack away."""
        return self.status.startswith("DELETE")

    @property
    def waits(self) -> bool:
        """Whether there is no more of the stack than a change set that would make it."""
        return self.status == "REVIEW_IN_PROGRESS"

    @property
    def open(self) -> bool:
        """Whether something is left to do."""
        return not (self.done and self.compared and self.is_told)

    @property
    def is_told(self) -> bool:
        """Whether people know of it as far as they are to."""
        return self.delivered or not self.told

    def is_being_told(self, now: datetime) -> bool:
        """Whether somebody is telling people at this moment."""
        claimed = self.claimed
        return claimed is not None and not self.delivered and now - claimed < _TELLS

    def item(self) -> Item:
        document = dump(self)
        for name in ("at", "stack", "number", VERSION):
            del document[name]
        sort = MARK.join((self.at.isoformat(), self.stack, self.number))
        return {
            **key(self.PARTITION, sort),
            **body_of(document),
            **expiring(self.seen + KEPT),
            VERSION: {"N": str(self.version)},
        }

    @classmethod
    def _of_key(cls, item: Mapping[str, Any]) -> dict[str, Any]:
        at, _, rest = string_of(item, SORT_KEY).partition(MARK)
        stack, _, number = rest.partition(MARK)
        version = understood(int, string_of(item, VERSION, "N"))
        return {"at": at, "stack": stack, "number": number, VERSION: version}
