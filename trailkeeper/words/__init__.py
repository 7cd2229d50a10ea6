"""Every sentence people read, in each language side by side, and how a sentence is put together."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain

from trailkeeper.words import (
    access,
    actors,
    alive,
    believing,
    billing,
    deletions,
    drill,
    fights,
    folding,
    guarding,
    healing,
    insights,
    instances,
    monitoring,
    parts,
    shared,
    stacks,
    watch,
)

LANGUAGES: tuple[str, ...] = ("en", "ko")

# A sentence is written as {"key": {"en": "...", "ko": "..."}}; parameters stand in braces. A format
# specification after a parameter adapts the word beside it (see rendering/wording.py):
#   {count:instance|instances}   English: the number and its noun in singular or plural
#   {trail:을/를}                  Korean: the particle that fits how the parameter ends
TEXTS: Mapping[str, Mapping[str, str]] = dict(
    chain.from_iterable(
        module.TEXTS.items()
        for module in (
            *(access, actors, shared, instances, watch, billing, healing, monitoring),
            *(
                alive,
                believing,
                deletions,
                drill,
                fights,
                folding,
                guarding,
                insights,
                parts,
                stacks,
            ),
        )
    )
)
