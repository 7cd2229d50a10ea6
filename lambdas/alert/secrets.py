"""Reads a secret from where the settings say it is kept, and remembers it for some minutes."""

from __future__ import annotations

import json
from collections.abc import Callable

from aws_lambda_powertools.utilities.parameters import BaseProvider, SecretsProvider, SSMProvider

from lambdas.alert.clients import Clients

_FRESH_SECONDS = 300


class SecretReferenceError(ValueError):
    """When a reference to a secret has neither of the two forms."""


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
            GetParameterError: the store did not give it.
        """
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


def _url(secret: str) -> str:
    try:
        document = json.loads(secret)
    except ValueError:
        return secret
    return str(document["url"]) if isinstance(document, dict) and "url" in document else secret
