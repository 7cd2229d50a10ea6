"""What a detection is: API calls that mean the same to a reader, and how that is said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.words.text import Severity

Ours = Callable[[str, Baseline], bool]
"""Whether the resource of this name or ARN, as a caller wrote it, is part of the evidence."""


@dataclass(frozen=True, slots=True)
class Said:
    """How one call is said where a detection's own words are too wide for it.

    Both texts may name `{resource}`; they are used only where the call names one.
    """

    subject: Mapping[str, str]
    did: Mapping[str, str]

    @property
    def needs_resource(self) -> bool:
        """Whether it cannot be said of a call that names no resource."""
        texts = (*self.subject.values(), *self.did.values())
        return any("{resource}" in each for each in texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """API calls that mean the same to a reader.

    `id` names the file, the fixtures and the filter attribute of the alert; `category` is the part
    of the evidence. `severity` is how loud people are told of a call whose effect they have to undo
    themselves; what was put right is a warning at most.

    `event_source` and `events` are CloudTrail's names, which differ from the API's
    (PutBucketLifecycle ...). `resource_fields` are the request parameters that name the resource,
    the likeliest first. `did` completes "somebody ..." in each language; `{resource}` stands for
    the resource that the call names. `subject` says it in a few words, for a mail's subject.
    `said` has closer words for some of the events.

    `touches` are the documents of the guards that its calls can change, each `guard.document`, or
    `guard.` for all of a guard. `unguarded` tells people of the events that change or destroy what
    no guard puts back.
    """

    id: str
    category: str
    severity: Severity
    event_source: str
    events: tuple[str, ...]
    resource_fields: tuple[str, ...]
    ours: Ours
    touches: tuple[str, ...]
    subject: Mapping[str, str] = field(hash=False)
    did: Mapping[str, str] = field(hash=False)
    unguarded: Mapping[str, Mapping[str, str]] = field(default_factory=dict, hash=False)
    said: Mapping[str, Said] = field(default_factory=dict, hash=False)

    @property
    def texts(self) -> dict[str, Mapping[str, str]]:
        """All that it brings into the catalogue of texts, by the keys that alerts name."""
        found = {f"subject.{self.id}": self.subject, f"did.{self.id}": self.did}
        for event, said in self.said.items():
            found[f"subject.{self.id}.{event}"] = said.subject
            found[f"did.{self.id}.{event}"] = said.did
        for event, texts in self.unguarded.items():
            found[f"unguarded.{self.id}.{event}"] = texts
        return found

    def subject_key(self, event: str, *, named: bool) -> str:
        """The key of what an event is in a subject; `named`: the call names a resource."""
        return f"subject.{self._key(event, named)}"

    def did_key(self, event: str, *, named: bool) -> str:
        """The key of what somebody did who called it."""
        return f"did.{self._key(event, named)}"

    def _key(self, event: str, named: bool) -> str:
        said = self.said.get(event)
        fits = said is not None and (named or not said.needs_resource)
        return f"{self.id}.{event}" if fits else self.id

    def unguarded_key(self, event: str) -> str | None:
        """The key of what people are told where nothing takes back what `event` did, else None."""
        return f"unguarded.{self.id}.{event}" if event in self.unguarded else None

    def can_touch(self, document: str) -> bool:
        """Whether its calls can have changed a document, named `guard.document`."""
        return any(
            document == each or (each.endswith(".") and document.startswith(each))
            for each in self.touches
        )
