"""What a detection is: API calls that mean the same to a reader, and how that is said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.words.text import Severity

Ours = Callable[[str, Baseline], bool]
"""Whether the resource of this name or ARN, as a caller wrote it, is part of the evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """API calls that mean the same to a reader.

    `id` names the file, the fixtures and the filter attribute of the alert; `category` is the part
    of the evidence. `severity` is how loud people are told of a call whose effect they have to undo
    themselves; what was put right is a warning at most.

    `event_source` and `events` are CloudTrail's names, which differ from the API's
    (PutBucketLifecycle ...). `resource_fields` are the request parameters that name the resource,
    the likeliest first. `did` completes "somebody ..." in each language; `{resource}` stands for
    the resource that the call names.
    """

    id: str
    category: str
    severity: Severity
    event_source: str
    events: tuple[str, ...]
    resource_fields: tuple[str, ...]
    ours: Ours
    did: Mapping[str, str] = field(hash=False)

    @property
    def did_key(self) -> str:
        """The key under which alerts name `did`."""
        return f"did.{self.id}"
