"""What somebody called with, as people say it: "aws-cli 2.31 on macOS" instead of a user agent.

Source: CloudTrail record contents, `userAgent`: the console signs as `signin.amazonaws.com`,
`console.amazonaws.com` or `AWS Internal`, services with their principal, tools with their own name.
"""

from __future__ import annotations

import re

# In this order: an iPhone says that it is like Mac OS X, Android that it is a Linux.
_SYSTEMS = (
    (re.compile(r"iphone|ipad|\bios\b", re.I), "iOS"),
    (re.compile(r"macos|darwin|mac os x", re.I), "macOS"),
    (re.compile(r"windows", re.I), "Windows"),
    (re.compile(r"android", re.I), "Android"),
    (re.compile(r"linux", re.I), "Linux"),
)
# In this order: Edge and Opera call themselves Chrome, Chrome calls itself Safari.
_BROWSERS = (
    (re.compile(r"\bEdg(?:e|A|iOS)?/"), "Edge"),
    (re.compile(r"\bOPR/"), "Opera"),
    (re.compile(r"\b(?:Firefox|FxiOS)/"), "Firefox"),
    (re.compile(r"\b(?:Chrome|CriOS)/"), "Chrome"),
    (re.compile(r"\bSafari/"), "Safari"),
)
# The most telling name first: Terraform and Pulumi come with the SDK that they are built on.
_TOOLS = (
    (re.compile(r"\bTerraform/(?P<version>[\d.]+)", re.I), "Terraform"),
    (re.compile(r"\bOpenTofu/(?P<version>[\d.]+)", re.I), "OpenTofu"),
    (re.compile(r"\bpulumi[\w-]*/v?(?P<version>[\d.]+)", re.I), "Pulumi"),
    (re.compile(r"\bansible[\w-]*/(?P<version>[\d.]+)", re.I), "Ansible"),
    (re.compile(r"\baws-cdk[\w-]*/(?P<version>[\d.]+)", re.I), "AWS CDK"),
    (re.compile(r"\baws-cli/(?P<version>[\d.]+)", re.I), "aws-cli"),
    (re.compile(r"\bBoto3/(?P<version>[\d.]+)", re.I), "boto3"),
    (re.compile(r"\bBotocore/(?P<version>[\d.]+)", re.I), "botocore"),
    (re.compile(r"\baws-sdk-go(?:-v2)?/(?P<version>[\d.]+)", re.I), "AWS SDK for Go"),
    (re.compile(r"\baws-sdk-(?:nodejs|js)/(?P<version>[\d.]+)", re.I), "AWS SDK for JavaScript"),
    (re.compile(r"\baws-sdk-java/(?P<version>[\d.]+)", re.I), "AWS SDK for Java"),
    (re.compile(r"\baws-sdk-rust/(?P<version>[\d.]+)", re.I), "AWS SDK for Rust"),
    (re.compile(r"\baws-sdk-dotnet[\w-]*/(?P<version>[\d.]+)", re.I), "AWS SDK for .NET"),
    (re.compile(r"\bAWSPowerShell[\w.]*/(?P<version>[\d.]+)", re.I), "AWS Tools for PowerShell"),
)
_CONSOLE = re.compile(
    r"signin\.amazonaws\.com|console\.amazonaws\.com|AWS Internal|\[?S3Console/|aws-internal/", re.I
)


def tool(user_agent: str) -> str:
    """The tool, its version in two numbers and its system; the text itself when nobody knows it."""
    text = user_agent.strip()[:500]
    system = next((name for form, name in _SYSTEMS if form.search(text)), None)
    where = f" on {system}" if system else ""
    for form, name in _TOOLS:
        if found := form.search(text):
            version = ".".join(found["version"].strip(".").split(".")[:2])
            return f"{name} {version}{where}"
    browser = next((name for form, name in _BROWSERS if form.search(text)), None)
    if browser and text.startswith("Mozilla/"):
        return f"AWS console, {browser}{where}"
    return "AWS console" if _CONSOLE.match(text) else text
