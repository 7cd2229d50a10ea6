"""Writes the package that Cloud Custodian deploys for this policy: `custodian_archive.py FOLDER`.

It is run by the peers' own virtual environment (.venv-bench).
"""

from __future__ import annotations

import io
import json
import sys
import zipfile

from c7n.config import Config
from c7n.loader import PolicyLoader
from c7n.mu import PolicyLambda
from c7n.resources import load_resources

folder, actions = sys.argv[1], json.loads(sys.argv[2])
policy = {
    "name": "start-logging",
    "resource": "cloudtrail",
    "mode": {
        "type": "cloudtrail",
        "role": "arn:aws:iam::123456789012:role/custodian",
        "events": [
            {
                "source": "cloudtrail.amazonaws.com",
                "event": "StopLogging",
                "ids": "requestParameters.name",
            }
        ],
    },
    "actions": actions,
}
load_resources(("aws.cloudtrail",))
options = Config.empty(region="us-east-1", account_id="123456789012", output_dir="")
(loaded,) = PolicyLoader(options).load_data({"policies": [policy]}, "memory://")
archive = zipfile.ZipFile(io.BytesIO(PolicyLambda(loaded).get_archive().get_bytes()))
archive.extractall(folder)
