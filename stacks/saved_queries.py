"""The questions, saved where people look for them: a folder of CloudWatch Logs Insights."""

from __future__ import annotations

from aws_cdk import aws_logs as logs
from constructs import Construct

from trailkeeper import queries
from trailkeeper.evidence.names import LOG_GROUP, QUERY_FOLDER


class SavedQueries(Construct):
    """One query definition for each question; a slash in its name makes the folder."""

    def __init__(self, scope: Construct, id_: str) -> None:
        super().__init__(scope, id_)
        for name, query in queries.library().items():
            logs.CfnQueryDefinition(
                self,
                name,
                name=f"{QUERY_FOLDER}/{query.title}",
                query_string=query.saved("insights"),
                log_group_names=[LOG_GROUP],
            )
