"""The CDK app: settings, stacks, synth."""

from __future__ import annotations

import os
import sys

# Node 20 works; jsii's banner about its age, eleven lines for every command, helps nobody here.
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")

try:
    from aws_cdk import App, Environment
except ModuleNotFoundError:
    sys.exit(
        f"Trailkeeper needs the Python of its own environment; this is {sys.executable}. "
        "Run: make setup && source .venv/bin/activate"
    )

from stacks.account_stack import AccountStack
from stacks.context import context_of, feature_flags
from stacks.evidence_stack import EvidenceStack
from stacks.packaging import PackagingError
from stacks.response_stack import ResponseStack
from stacks.satellite_stack import SatelliteStack
from stacks.satellites import satellites
from stacks.search_stack import SearchStack
from stacks.settings import Settings, SettingsError
from stacks.watcher_stack import WatcherStack
from trailkeeper.evidence.names import (
    ACCOUNT_STACK,
    EVIDENCE_STACK,
    RESPONSE_STACK,
    SEARCH_STACK,
    WATCHER_STACK,
)

# The error that people then see is CDK's own; this line stands right above it.
FIRST_DEPLOY = (
    f'If {EVIDENCE_STACK} "cannot be deleted while TerminationProtection is enabled", its first '
    "deploy has failed: docs/first-deploy.md says how to repeat it."
)

# CDK then names a parameter that it did not find, in a region that people may not think of.
BOOTSTRAP = (
    'This also deploys to {}. If a stack there says "Has the environment been bootstrapped?": '
    "npx cdk bootstrap, without a region, prepares every region of these stacks."
)


def main() -> None:
    """Synthesize the stacks; what a person can put right ends as one message and exit code 1."""
    app = App(context=feature_flags())
    try:
        settings = Settings.from_context(context_of(os.environ))
        home = Environment(region=settings.home_region)
        evidence = EvidenceStack(app, EVIDENCE_STACK, settings=settings, env=home)
        response = ResponseStack(app, RESPONSE_STACK, settings=settings, env=home)
        watcher = (
            WatcherStack(app, WATCHER_STACK, settings=settings, env=home)
            if settings.watcher
            else None
        )
        search = SearchStack(app, SEARCH_STACK, settings=settings, env=home)
        account = AccountStack(app, ACCOUNT_STACK, settings=settings, env=home)
        beyond = [
            SatelliteStack(
                app,
                each.stack,
                settings=settings,
                satellite=each,
                env=Environment(region=each.region),
            )
            for each in satellites(settings)
        ]
    except (SettingsError, PackagingError) as error:
        sys.exit(str(error))
    for each in (response, search, account):
        each.add_stack_dependency(evidence)
    if watcher:
        watcher.add_stack_dependency(response)
    for satellite in beyond:
        # What it sends home has to be heard there.
        satellite.add_stack_dependency(response)
    app.synth()
    print(FIRST_DEPLOY, file=sys.stderr)
    if beyond:
        print(BOOTSTRAP.format(", ".join(one.region for one in beyond)), file=sys.stderr)


if __name__ == "__main__":
    main()
