"""Which EC2 instance types cost so much that people want to see them at once."""

from __future__ import annotations

import re

# Accelerators, high memory and high-performance computing, and whatever is as large as a host.
# Source: EC2 user guide, "Instance type naming conventions".
_DEAR_FAMILY = re.compile(r"(?:p|trn|inf|dl|vt|hpc|u-|u7|x)\d|(?:g|f)\d|mac\d", re.ASCII)
_SIZE = re.compile(r"(?:(?P<times>\d+)xlarge|metal)(?:-\d+xl)?", re.ASCII)
_DEAR_TIMES = 12


def is_dear(instance_type: str) -> bool:
    """Whether a type is of a dear family or size: `p5.48xlarge`, `m7i.24xlarge`, `c7i.metal-48xl`.

    By its name alone: prices differ by region and change.
    """
    family, _, size = instance_type.partition(".")
    if not size:
        return False
    if _DEAR_FAMILY.match(family):
        return True
    found = _SIZE.fullmatch(size)
    return found is not None and (found["times"] is None or int(found["times"]) >= _DEAR_TIMES)
