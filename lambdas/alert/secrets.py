"""Reads a secret from where the settings say it is kept, and remembers it for some minutes."""

from __future__ import annotations

import json
from collections.abc import Callable

from aws_lambda_powertools.utilities.parameters import BaseProvider, SecretsProvider, SSMProvider
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError
from botocore.exceptions import ClientError

from lambdas.alert.clients import Clients

_FRESH_SECONDS = 300


class SecretReferenceError(ValueError):
    """When a reference to a secret has neither of the two forms."""


class SecretError(Exception):
    """When a store did not give a secret.

    `code` is AWS's, or the name of the error; `lasting`: asking again will not help by itself.
    """

    def __init__(self, message: str, code: str, *, lasting: bool) -> None:
        super().__init__(message)
        self.code = code
        self.lasting = lasting


class Secrets:
    """Secrets by reference; Powertools keeps each in memory for five minutes."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._providers: dict[str, BaseProvider] = {}

    def read(self, reference: str) -> str:
        """The secret behind `ssm:/name` or `secretsmanager:name-or-arn`.

        A Secrets Manager secret may be the text itself or a JSON object with the key `url`.

        Raises:
            SecretReferenceError: the reference has neither form.
            SecretError: the store did not give it.
        """
        try:
            return self._read(reference)
        except GetParameterError as error:
            # Powertools keeps nothing of AWS's error but its words, and the error it came from.
            raise _secret_error(error.__context__ or error) from error

    def forget(self) -> None:
        """Read anew the next time."""
        for provider in self._providers.values():
            provider.clear_cache()  # type: ignore[no-untyped-call]

    def _read(self, reference: str) -> str:
        store, _, name = reference.partition(":")
        if store == "ssm" and name:
            provider = self._provider(store, lambda: SSMProvider(boto3_client=self._clients.ssm))
            return str(provider.get(name, max_age=_FRESH_SECONDS, decrypt=True))
        if store == "secretsmanager" and name:
            provider = self._provider(
                store, lambda: SecretsProvider(boto3_client=self._clients.secretsmanager)
            )
            return _url(str(provider.get(name, max_age=_FRESH_SECONDS)))
        message = f"a secret is kept at ssm:/name or secretsmanager:name, not at {reference!r}"
        raise SecretReferenceError(message)

    def _provider(self, store: str, make: Callable[[], BaseProvider]) -> BaseProvider:
        if store not in self._providers:
            self._providers[store] = make()
        return self._providers[store]


def _secret_error(error: BaseException) -> SecretError:
    if not isinstance(error, ClientError):
        return SecretError(str(error), type(error).__name__, lasting=False)
    code = str(error.response.get("Error", {}).get("Code", "ClientError"))
    busy = "Throttl" in code or code in {"InternalServerError", "InternalServiceError"}
    return SecretError(str(error), code, lasting=not busy)


def _url(secret: str) -> str:
    try:
        document = json.loads(secret)
    except ValueError:
        return secret
    return str(document["url"]) if isinstance(document, dict) and "url" in document else secret
