"""What somebody called with, as people say it."""

from __future__ import annotations

import pytest

from trailkeeper.alerts.tools import tool


@pytest.mark.parametrize(
    ("user_agent", "said"),
    [
        (
            "aws-cli/2.31.5 md/awscrt#0.27.6 ua/2.1 os/macos#24.6.0 lang/python#3.13.7",
            "aws-cli 2.31 on macOS",
        ),
        ("aws-cli/1.16.170 Python/2.7.15 Linux/4.14.77 botocore/1.12.160", "aws-cli 1.16 on Linux"),
        ("Boto3/1.34.69 md/Botocore#1.34.69 ua/2.0 os/linux#6.1", "boto3 1.34 on Linux"),
        (
            "APN/1.0 HashiCorp/1.0 Terraform/1.13.3 (+https://www.terraform.io) "
            "terraform-provider-aws/6.14 aws-sdk-go-v2/1.39.0 os/linux lang/go#1.24",
            "Terraform 1.13 on Linux",
        ),
        ("aws-sdk-js/3.620.0 ua/2.0 os/win32 lang/js", "AWS SDK for JavaScript 3.620"),
        ("signin.amazonaws.com", "AWS console"),
        ("console.amazonaws.com", "AWS console"),
        ("AWS Internal", "AWS console"),
        ("[S3Console/0.4, aws-internal/3 aws-sdk-java/1.12]", "AWS SDK for Java 1.12"),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 "
            "(KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
            "AWS console, Chrome on macOS",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/141.0 Safari/537.36 Edg/141.0",
            "AWS console, Edge on Windows",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
            "AWS console, Firefox on Linux",
        ),
        ("cloudformation.amazonaws.com", "cloudformation.amazonaws.com"),
        ("my-own-tool/1.2", "my-own-tool/1.2"),
        ("", ""),
    ],
)
def test_tools(user_agent: str, said: str) -> None:
    assert tool(user_agent) == said


def test_a_huge_user_agent_is_cut() -> None:
    assert len(tool("x" * 100_000)) == 500
