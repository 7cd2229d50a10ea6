"""How the functions that repair call AWS."""

from __future__ import annotations

import threading

import pytest

from trailkeeper.clients.aws import AwsClients


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> AwsClients:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    return AwsClients("trailkeeper-watcher", "eu-central-1")


def test_cloudtrail_records_which_function_called(clients: AwsClients) -> None:
    assert clients.logs.meta.config.user_agent.startswith("trailkeeper-watcher Botocore/")


def test_a_client_is_of_home_unless_said(clients: AwsClients) -> None:
    assert clients.iam.meta.region_name == "aws-global"
    assert clients.logs.meta.region_name == "eu-central-1"
    assert clients.functions.meta.service_model.service_name == "lambda"
    assert clients.cloudtrail_in("us-east-1").meta.region_name == "us-east-1"
    assert clients.billing.meta.region_name == "us-east-1"


def test_many_threads_that_ask_get_one_client(clients: AwsClients) -> None:
    found, together = [], threading.Barrier(8)

    def ask() -> None:
        together.wait()
        found.append(clients.cloudtrail_in("us-west-2"))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert len(found) == 8
    assert len(set(map(id, found))) == 1
