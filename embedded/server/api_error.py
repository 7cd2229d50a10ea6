"""The error that an API handler answers with."""

from __future__ import annotations


class ApiError(Exception):
    """When an API call is refused: the code that the service's model names, and a message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
