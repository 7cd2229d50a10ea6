"""The CDK context as the command line hands it over."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


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
