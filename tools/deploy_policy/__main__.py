"""`python -m tools.deploy_policy`."""

from tools import page as command_line
from tools.deploy_policy.holders import page

command_line.run("Make docs/deploy-policy.json.", page)
