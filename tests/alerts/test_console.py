"""Links lead into the console of the right partition and carry nothing untrusted as it is."""

from __future__ import annotations

import pytest

from trailkeeper.alerts.console import Console, is_console_link


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("us-east-1", "https://us-east-1.console.aws.amazon.com/"),
        ("ap-northeast-2", "https://ap-northeast-2.console.aws.amazon.com/"),
        ("cn-north-1", "https://cn-north-1.console.amazonaws.cn/"),
        ("us-gov-west-1", "https://us-gov-west-1.console.amazonaws-us-gov.com/"),
    ],
)
def test_partitions(region: str, host: str) -> None:
    console = Console(region)
    links = [
        console.trail("arn:aws:cloudtrail:us-east-1:111122223333:trail/main"),
        console.key("0e1d"),
        console.log_group("/trailkeeper/trail"),
        console.instance("i-0123456789abcdef0"),
        console.instances(),
        console.alarm("trailkeeper-heal-errors"),
        console.topic("arn:aws:sns:us-east-1:111122223333:trailkeeper-alerts"),
        console.event_history(user="alice"),
        console.event_history(around="2026-11-20T09:17:40Z"),
        console.event_history(),
    ]
    assert all(link.startswith(host) for link in links)
    assert all(is_console_link(link) for link in (*links, console.bucket("logs")))


def test_no_public_console_no_link() -> None:
    assert Console("us-iso-east-1").instances() == ""
    assert Console("us-iso-east-1").bucket("b") == ""


@pytest.mark.parametrize(
    "region", ["", "evil.example/", "us-east-1.evil", "US-EAST-1", "a" * 10_000]
)
def test_a_region_of_a_strangers_event_makes_no_link(region: str) -> None:
    assert Console(region).instances() == ""


def test_untrusted_names_are_escaped() -> None:
    link = Console("us-east-1").instance('x"><script>|\n&?#/../\u202e')
    assert is_console_link(link)
    assert "<" not in link


@pytest.mark.parametrize(
    "url",
    [
        "http://console.aws.amazon.com/",
        "https://console.aws.amazon.com.evil.example/",
        "https://evil.example/console.aws.amazon.com/",
        "https://user@console.aws.amazon.com/",
        "https://console.aws.amazon.com/ x",
        "https://console.aws.amazon.com/<x>",
        "https://console.aws.amazon.com/x\n",
        "https://console.aws.amazon.com/" + "x" * 3000,
        "javascript:alert(1)",
        "",
    ],
)
def test_what_is_no_console_link(url: str) -> None:
    assert not is_console_link(url)


def test_history_is_half_an_hour_on_each_side() -> None:
    link = Console("us-east-1").event_history(around="2026-11-20T18:17:40+09:00")
    assert link.endswith(
        "#/events?StartTime=2026-11-20T08%3A47%3A40.000Z&EndTime=2026-11-20T09%3A47%3A40.000Z"
    )
    assert Console("us-east-1").event_history(around="soon").endswith("#/events")
