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
        ("OpenTofu/1.10.6 aws-sdk-go-v2/1.39.0 os/linux", "OpenTofu 1.10 on Linux"),
        ("pulumi-aws/v7.8.0 aws-sdk-go-v2/1.39 os/darwin", "Pulumi 7.8 on macOS"),
        ("ansible/2.19.3 Boto3/1.40", "Ansible 2.19"),
        ("aws-cdk/2.1029.2 aws-sdk-js/3.800", "AWS CDK 2.1029"),
        ("Botocore/1.40.1 Windows/11", "botocore 1.40 on Windows"),
        ("aws-sdk-go/1.55.8 (go1.24; linux; amd64)", "AWS SDK for Go 1.55 on Linux"),
        ("aws-sdk-go-v2/1.39.0", "AWS SDK for Go 1.39"),
        ("aws-sdk-nodejs/2.1692.0 linux/v18", "AWS SDK for JavaScript 2.1692 on Linux"),
        ("aws-sdk-java/2.34.1", "AWS SDK for Java 2.34"),
        ("aws-sdk-rust/1.3.8 os/linux", "AWS SDK for Rust 1.3 on Linux"),
        ("aws-sdk-dotnet-core/3.7.1", "AWS SDK for .NET 3.7"),
        ("AWSPowerShell.Common/5.0.1", "AWS Tools for PowerShell 5.0"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
            "AWS console, Safari on iOS",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537 Chrome/141.0 Safari/537 OPR/90.0",
            "AWS console, Opera on Android",
        ),
        ("aws-internal/3", "AWS console"),
        ("not Mozilla/5.0 Firefox/143.0", "not Mozilla/5.0 Firefox/143.0"),
        ("cloudformation.amazonaws.com", "cloudformation.amazonaws.com"),
        ("my-own-tool/1.2", "my-own-tool/1.2"),
        ("", ""),
    ],
)
def test_tools(user_agent: str, said: str) -> None:
    assert tool(user_agent) == said


def test_a_huge_user_agent_is_cut() -> None:
    assert len(tool("x" * 100_000)) == 500
