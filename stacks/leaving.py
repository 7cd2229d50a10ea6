"""The commands that remove what stacks leave behind: `python -m stacks.leaving`.

CloudFormation retains every resource of the evidence stack, so leaving is a list of commands; it is
made from the template, and a resource of a kind that nobody taught it to remove is an error. Stacks
beyond home retain nothing, or that is an error, too.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from stacks import generated
from trailkeeper.evidence.names import EVIDENCE_STACK, SATELLITE_STACK

SECTION, BEYOND = "leaving", "leaving-beyond-home"

Properties = Mapping[str, Any]

# A group's filters and a bucket's policy go with it.
_WITH_ANOTHER = frozenset(
    {"AWS::Logs::MetricFilter", "AWS::S3::BucketPolicy", "AWS::CDK::Metadata"}
)
# Files that are on their way come minutes after their trail is gone: without its policy the bucket
# takes none.
_EMPTY = """\
aws s3api delete-bucket-policy --bucket {name}
while {{
  gone=$(aws s3api list-object-versions --bucket {name} --max-items 500 --output json \\
    --query '{{Objects: [Versions, DeleteMarkers][].{{Key: Key, VersionId: VersionId}}}}')
  grep -q VersionId <<< "$gone"
}}; do aws s3api delete-objects --bucket {name} --delete "$gone"; done
aws s3api delete-bucket --bucket {name}"""


class UnknownResourceError(ValueError):
    """When the stack holds a resource of a kind for which there is no command."""


def _trail(own: Properties) -> str:
    return f"aws cloudtrail delete-trail --name {own['TrailName']}"


def _bucket(own: Properties) -> str:
    return _EMPTY.format(name=own["BucketName"])


def _group(own: Properties) -> str:
    name = own["LogGroupName"]
    return (
        f"aws logs put-log-group-deletion-protection --log-group-identifier {name} "
        "--no-deletion-protection-enabled\n"
        f"aws logs delete-log-group --log-group-name {name}"
    )


def _role(own: Properties) -> str:
    name = own["RoleName"]
    policies = [
        f"aws iam delete-role-policy --role-name {name} --policy-name {each['PolicyName']}\n"
        for each in own.get("Policies", ())
    ]
    return "".join(policies) + f"aws iam delete-role --role-name {name}"


def _policy(own: Properties) -> str:
    path, name = own.get("Path", "/"), own["ManagedPolicyName"]
    return f"aws iam delete-policy --policy-arn arn:$PARTITION:iam::$ACCOUNT:policy{path}{name}"


def _parameter(own: Properties) -> str:
    return f"aws ssm delete-parameter --name {own['Name']}"


def _alias(own: Properties) -> str:
    """The key as well: it has no name of its own, and its alias is the way to its id."""
    name = own["AliasName"]
    return (
        f"KEY=$(aws kms describe-key --key-id {name} --query KeyMetadata.KeyId --output text)\n"
        f"aws kms delete-alias --alias-name {name}\n"
        'aws kms schedule-key-deletion --key-id "$KEY" --pending-window-in-days 30'
    )


_COMMANDS: Mapping[str, Callable[[Properties], str]] = {
    "AWS::CloudTrail::Trail": _trail,
    "AWS::S3::Bucket": _bucket,
    "AWS::Logs::LogGroup": _group,
    "AWS::IAM::Role": _role,
    "AWS::IAM::ManagedPolicy": _policy,
    "AWS::SSM::Parameter": _parameter,
    "AWS::KMS::Alias": _alias,
    "AWS::KMS::Key": lambda _: "",
}


def leaving(template: Mapping[str, Any], region: str) -> str:
    """The commands for a shell, in an order in which none is refused.

    Raises:
        UnknownResourceError: a resource is of a kind that is not known here.
    """
    resources: Mapping[str, Any] = template["Resources"]
    lines = [
        "ACCOUNT=$(aws sts get-caller-identity --query Account --output text)",
        f"REGION={region}  # your home_region",
    ]
    commands = []
    for kind, own in _in_order(resources):
        if kind in _WITH_ANOTHER:
            continue
        if kind not in _COMMANDS:
            message = f"no command removes a {kind}; known are {', '.join(sorted(_COMMANDS))}"
            raise UnknownResourceError(message)
        commands.append(_COMMANDS[kind](_plain(own)).replace(region, "$REGION"))
    if any("$PARTITION" in each for each in commands):
        lines.append(
            "PARTITION=$(aws sts get-caller-identity --query Arn --output text | cut -d: -f2)"
        )
    return "\n".join([*lines, *(each for each in commands if each)])


def _in_order(resources: Mapping[str, Any]) -> Iterator[tuple[str, Properties]]:
    """The trail first, as it writes to all the others, the key last, as it encrypts them.

    The log bucket comes before the one that takes its access logs, which was made before it.
    """
    order = list(_COMMANDS)
    kinds = [(each["Type"], each.get("Properties", {})) for each in resources.values()][::-1]
    yield from sorted(
        kinds, key=lambda pair: order.index(pair[0]) if pair[0] in order else len(order)
    )


def _plain(value: Any) -> Any:
    """The properties with what CloudFormation fills in as the shell's variables."""
    match value:
        case {"Ref": "AWS::AccountId"}:
            return "$ACCOUNT"
        case {"Ref": "AWS::Partition"}:
            return "$PARTITION"
        case {"Fn::Join": [between, [*parts]]}:
            return str(between).join(str(_plain(part)) for part in parts)
        case Mapping():
            return {key: _plain(each) for key, each in value.items()}
        case list():
            return [_plain(each) for each in value]
        case _:
            return value


def beyond_home(templates: Mapping[str, Mapping[str, Any]]) -> str:
    """The commands for stacks beyond home, by their names, and what goes with each.

    Raises:
        UnknownResourceError: one of them would leave something behind.
    """
    lines = []
    for name, template in templates.items():
        resources: Mapping[str, Any] = template["Resources"]
        kept = [each["Type"] for each in resources.values() if _is_kept(each)]
        if kept:
            message = f"{name} leaves something behind: {', '.join(kept)}"
            raise UnknownResourceError(message)
        region = name.removeprefix(SATELLITE_STACK)
        named = f"--region {region} --stack-name {name}"
        kinds = sorted({each["Type"].removeprefix("AWS::") for each in resources.values()})
        lines += [
            f"# {', '.join(kinds)}",
            f"aws cloudformation update-termination-protection {named} "
            "--no-enable-termination-protection",
            f"aws cloudformation delete-stack {named}",
        ]
    return "\n".join(lines)


def _is_kept(resource: Mapping[str, Any]) -> bool:
    return str(resource.get("DeletionPolicy", "Delete")).startswith("Retain")


def section(template: Mapping[str, Any], region: str) -> str:
    """The commands as they stand in docs/leaving.md."""
    return f"```sh\n{leaving(template, region)}\n```"


def _synthesized() -> tuple[dict[str, Any], str, dict[str, Any]]:
    """The evidence's template, its region, and the templates beyond a home elsewhere by name."""
    from aws_cdk import App, Environment

    from stacks.evidence_stack import EvidenceStack
    from stacks.satellite_stack import SatelliteStack
    from stacks.satellites import satellites
    from stacks.settings import Settings

    settings = Settings()
    elsewhere = Settings(home_region="eu-central-1", ec2_regions=("eu-west-1",))
    beyond = satellites(elsewhere)
    with tempfile.TemporaryDirectory() as folder:
        app = App(outdir=folder)
        home = Environment(region=settings.home_region)
        EvidenceStack(app, EVIDENCE_STACK, settings=settings, env=home)
        for each in beyond:
            there = Environment(region=each.region)
            SatelliteStack(app, each.stack, settings=elsewhere, satellite=each, env=there)
        app.synth()
        templates = {
            name: json.loads((Path(folder) / f"{name}.template.json").read_text(encoding="utf-8"))
            for name in (EVIDENCE_STACK, *(each.stack for each in beyond))
        }
    return templates.pop(EVIDENCE_STACK), settings.home_region, templates


def main() -> None:
    """Print the commands, or write them into a page."""
    parser = argparse.ArgumentParser(description="Make the commands of docs/leaving.md.")
    parser.add_argument("--write", metavar="FILE", type=Path, help="the page to write them into")
    write: Path | None = parser.parse_args().write
    evidence, region, beyond = _synthesized()
    made, away = section(evidence, region), f"```sh\n{beyond_home(beyond)}\n```"
    if write is None:
        print(made, away, sep="\n\n")
        return
    page = generated.with_section(write.read_text(encoding="utf-8"), SECTION, made)
    write.write_text(generated.with_section(page, BEYOND, away), encoding="utf-8")


if __name__ == "__main__":
    main()
