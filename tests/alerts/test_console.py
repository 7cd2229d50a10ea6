"""Links lead into the console of the right partition and carry nothing untrusted as it is."""

from __future__ import annotations

from collections.abc import Callable

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


HERE = "https://us-east-1.console.aws.amazon.com"


@pytest.mark.parametrize(
    ("link", "page"),
    [
        (Console.alarm, "/cloudwatch/home?region=us-east-1#alarmsV2:alarm/a%2Fb"),
        (Console.instance, "/ec2/home?region=us-east-1#InstanceDetails:instanceId=a%2Fb"),
        (Console.key, "/kms/home?region=us-east-1#/kms/keys/a%2Fb"),
        (
            Console.log_group,
            "/cloudwatch/home?region=us-east-1#logsV2:log-groups/log-group/a$252Fb",
        ),
        (Console.topic, "/sns/v3/home?region=us-east-1#/topic/a%2Fb"),
        (Console.trail, "/cloudtrailv2/home?region=us-east-1#/trails/a%2Fb"),
    ],
)
def test_the_page_of_something(link: Callable[[Console, str], str], page: str) -> None:
    assert link(Console("us-east-1"), "a/b") == HERE + page
    assert link(Console("us-east-1"), "a" * 301) == link(Console("us-east-1"), "a" * 300)


@pytest.mark.parametrize(
    ("link", "page"),
    [
        (Console.billing_preferences, "/billing/home?region=us-east-1#/preferences"),
        (
            Console.costs_by_service,
            "/costmanagement/home?region=us-east-1#/cost-explorer?chartStyle=STACK"
            "&costAggregate=unBlendedCost&granularity=Daily&groupBy=%5B%22Service%22%5D"
            "&historicalRelativeRange=MONTH_TO_DATE",
        ),
        (Console.event_history, "/cloudtrailv2/home?region=us-east-1#/events"),
        (Console.instances, "/ec2/home?region=us-east-1#Instances:"),
        (Console.logs_insights, "/cloudwatch/home?region=us-east-1#logsV2:logs-insights"),
        (Console.saved_queries, "/athena/home?region=us-east-1#/query-editor/saved-queries"),
    ],
)
def test_a_page_that_everybody_has(link: Callable[[Console], str], page: str) -> None:
    assert link(Console("us-east-1")) == HERE + page


def test_a_page_about_several_or_about_a_user() -> None:
    console = Console("us-east-1")

    assert console.instances(["i-1", "i-2"]) == (
        f"{HERE}/ec2/home?region=us-east-1#Instances:instanceId=i-1,i-2"
    )
    assert console.event_history(user="a/b", around="2026-11-20T09:17:40Z") == (
        f"{HERE}/cloudtrailv2/home?region=us-east-1#/events?Username=a%2Fb"
    )
    assert console.event_history(around="9999-12-31T23:59:59Z") == (
        f"{HERE}/cloudtrailv2/home?region=us-east-1#/events"
    )
    assert console.bucket("a/b") == (
        "https://console.aws.amazon.com/s3/buckets/a%2Fb?tab=permissions"
    )


def test_an_address_of_2000_characters_is_a_link_and_a_longer_one_is_not() -> None:
    link = "https://console.aws.amazon.com/".ljust(2000, "x")

    assert is_console_link(link)
    assert not is_console_link(link + "x")


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


def test_a_half_of_a_character_is_no_error() -> None:
    assert Console("us-east-1").instance("i-\ud800").endswith("instanceId=i-%3F")


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
