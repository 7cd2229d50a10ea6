"""Parameter Store in memory."""

from __future__ import annotations

from typing import Any

from tests.chaos.account import refused


class Ssm:
    """Parameter Store, in which nobody has asked for a pause."""

    def get_parameter_history(self, **_: Any) -> Any:
        raise refused("ParameterNotFound", "GetParameterHistory")
