"""`trailkeeper scp`: service control policies, for those who have an organization."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from trailkeeper.cli.account import Account
from trailkeeper.cli.deployed import DeployedError, Functions, as_declared, deployed
from trailkeeper.cli.settings_file import CdkJson, read
from trailkeeper.policies.organization import ATTACHABLE, QUALIFIER, exempt, policies
from trailkeeper.rendering.untrusted import clean

_FILE = "trailkeeper-scp-{}.json"
# IAM and the bill are in this region, whatever the home region is.
_GLOBAL = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
_PRINCIPAL = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:(?:user|role)/(?=.*\w)[\w+=,.@/*-]{1,512}")


class _Principal(click.ParamType[str]):
    name = "ARN"

    def convert(self, value: Any, parameter: Any, context: Any) -> str:
        """A user's or role's ARN, in whose name `*` may stand, but not alone."""
        if not _PRINCIPAL.fullmatch(str(value)):
            given = clean(str(value), 100)
            self.fail(
                f"given {given}; allowed: the ARN of a user or role, such as "
                "arn:aws:iam::111122223333:role/security-admin; * may stand for a part of its name",
                parameter,
                context,
            )
        return str(value)


class _Pattern(click.ParamType[str]):
    """Text of a form."""

    def __init__(self, name: str, pattern: str, allowed: str) -> None:
        self.name, self._pattern, self._allowed = name, pattern, allowed

    def convert(self, value: Any, parameter: Any, context: Any) -> str:
        """The text as it is.

        Raises:
            UsageError: it is not of the form.
        """
        if not re.fullmatch(self._pattern, str(value)):
            given = clean(str(value), 100)
            self.fail(f"given {given}; allowed: {self._allowed}", parameter, context)
        return str(value)


@click.command()
@click.option(
    "--exempt",
    "also",
    multiple=True,
    type=_Principal(),
    help="Somebody else who may go on; by default our own roles, the roles that CDK deploys with, "
    "and break_glass_principals. May be given again.",
)
@click.option(
    "--qualifier",
    default=QUALIFIER,
    show_default=True,
    type=_Pattern("QUALIFIER", r"[A-Za-z0-9_-]{1,10}", "1 to 10 letters, digits, _ or -"),
    help="The qualifier that cdk bootstrap was given.",
)
@click.option(
    "--write",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write each policy into a file of this folder, too.",
)
@click.option(
    "--settings",
    "settings_file",
    type=CdkJson(),
    help="A cdk.json to take the settings from, instead of the deployed ones; needs --account.",
)
@click.option(
    "--account",
    "number",
    type=_Pattern("NUMBER", r"\d{12}", "an account id of 12 digits"),
    help="The account that the policies are for, with --settings.",
)
@click.pass_obj
def scp(
    account: Account,
    *,
    also: tuple[str, ...],
    qualifier: str,
    folder: Path | None,
    settings_file: Path | None,
    number: str | None,
) -> None:
    """Print service control policies that keep everybody from blinding the evidence.

    One policy a line, and how to attach them on standard error. They bind all of the account, root
    included, but for those who are exempt: whoever can take an exempt role is exempt. Detach them
    before you give up the evidence.
    """
    functions = _functions(account, settings_file, number)
    baseline = functions.heal.baseline
    regions = (
        baseline.region,
        *functions.alert.ec2_regions,
        _GLOBAL.get(baseline.partition, baseline.region),
    )
    # A role that is not there is not exempt: whoever may make it would be.
    counting = (baseline.names.deliveries_role_arn,) if functions.heal.count_deliveries else ()
    exempted = (
        *exempt(baseline, regions, qualifier),
        *counting,
        *functions.heal.break_glass,
        *also,
    )
    printed = policies(baseline, dict.fromkeys(exempted))
    for each in printed:
        click.echo(each)
    files = _written(printed, folder) if folder else ()
    for line in _how(printed, files, baseline.account):
        click.echo(line, err=True)


def _functions(account: Account, settings_file: Path | None, number: str | None) -> Functions:
    try:
        if settings_file is None:
            if number is not None:
                raise click.UsageError("--account goes with --settings")
            return deployed(account.client("lambda"))
        if number is None:
            raise click.UsageError("--settings needs --account: the policies name its resources")
        return as_declared(read(settings_file), number)
    except DeployedError as error:
        raise click.ClickException(str(error)) from error


def _written(printed: Sequence[str], folder: Path) -> tuple[Path, ...]:
    files = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number, policy in enumerate(printed, start=1):
            files.append(folder / _FILE.format(number))
            files[-1].write_text(policy, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{folder} cannot be written: {error.strerror}") from error
    return tuple(files)


def _how(printed: Sequence[str], files: Sequence[Path], account: str) -> Iterator[str]:
    several = len(printed) > 1
    yield (
        f"\n{len(printed)} {'policies' if several else 'policy'} for account {account}. In the "
        "management account, for each:"
        if several
        else f"\nFor account {account}. In the management account:"
    )
    names = [str(each) for each in files] or [_FILE.format(at) for at in range(1, len(printed) + 1)]
    if not files:
        yield "  put it into a file of its own, or give --write FOLDER"
    for number, name in enumerate(names, start=1):
        yield (
            f"  aws organizations create-policy --type SERVICE_CONTROL_POLICY --name trailkeeper-"
            f"{number} --description Trailkeeper --content file://{name}"
        )
    yield f"  aws organizations attach-policy --target-id {account} --policy-id p-..."
    yield "FullAWSAccess has to stay attached. Nobody in the management account is bound by it."
    if len(printed) > ATTACHABLE:
        yield f"An account takes {ATTACHABLE} beside FullAWSAccess: attach the rest to its parents."
