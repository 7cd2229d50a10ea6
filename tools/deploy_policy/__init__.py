"""docs/deploy-policy.json: what whoever deploys, CloudFormation and the command may do, no more.

`python -m tools.deploy_policy` prints it, `--write FILE` writes it. ACCOUNT and REGION stand for
yours; a region beyond home is any. What CloudFormation calls for a resource is what AWS's registry
of resource types says; which calls are tied to which resources is what AWS's service authorization
reference says. Both come with cfn-lint, whose version is pinned.
"""
