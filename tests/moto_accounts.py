"""Moto's accounts, which can be put back to what they were at one moment, and clients of them.

To put them back takes a few milliseconds; to deploy into them anew, by hundreds of calls, hundreds.
"""

from __future__ import annotations

import copyreg
from copy import deepcopy
from functools import cache
from threading import Condition
from typing import Any
from weakref import WeakValueDictionary

import boto3
from moto.core.base_backend import BackendDict
from moto.moto_api._internal import moto_api_backend

# A queue of moto has one, which nobody holds between two calls. Copied by its parts it would hold
# one lock and ask another.
copyreg.pickle(Condition, lambda _: (Condition, ()))


class _ByArn(WeakValueDictionary[str, Any]):
    """Functions, which are copied with what holds them: a plain one keeps those of the original."""

    def __deepcopy__(self, memo: dict[int, Any]) -> _ByArn:
        return _ByArn({arn: deepcopy(function, memo) for arn, function in self.items()})


class KeptAccounts:
    """All accounts of moto as they are now."""

    def __init__(self) -> None:
        self._services = list[BackendDict[Any]](BackendDict._instances)
        for service in self._services:
            if service.service_name == "lambda":
                for _, _, backend in service.iter_backends():
                    backend._lambdas._arns = _ByArn(backend._lambdas._arns)
        self._accounts = deepcopy([dict(each) for each in self._services])

    def put_back(self) -> None:
        """Make the accounts what they were, whatever happened since."""
        moto_api_backend.reset()
        for service, accounts in zip(self._services, deepcopy(self._accounts), strict=True):
            service.update(accounts)
            BackendDict._instances.append(service)


@cache
def client(service: str, region: str) -> Any:
    """One for all tests: it takes long to make, and knows nothing of what the accounts hold."""
    make: Any = boto3.client
    return make(service, region_name=region)
