"""The CDK context: what the command line hands over, and the feature flags below it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_FLAGS = Path(__file__).with_name("feature_flags.json")


def feature_flags() -> dict[str, Any]:
    """What `cdk init` writes into cdk.json of a new app, for `App(context=...)`.

    There, they are defaults: a flag of the same name in cdk.json or from `-c` wins.
    """
    flags: dict[str, Any] = json.loads(_FLAGS.read_text(encoding="utf-8"))
    return flags


def context_of(environ: Mapping[str, str]) -> dict[str, Any]:
    """All of cdk.json's context and the `-c` overrides.

    It is read from where App reads it, because App lives in Node and jsii loses every null on the
    way back, and null is a setting. A long context comes in a file.
    """
    overflow = environ.get("CONTEXT_OVERFLOW_LOCATION_ENV")
    return {
        **json.loads(environ.get("CDK_CONTEXT_JSON") or "{}"),
        **(json.loads(Path(overflow).read_text(encoding="utf-8")) if overflow else {}),
    }
