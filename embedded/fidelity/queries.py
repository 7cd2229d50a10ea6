"""What makes logs searchable, read back: saved queries, work groups, tables, dashboards."""

from __future__ import annotations

from collections.abc import Mapping

from embedded.fidelity.clients import Clients, Document, Reader


def _query_definition(clients: Clients, query_id: str, declared: Document) -> Document:
    pages = clients("logs").describe_query_definitions()["queryDefinitions"]
    found: Document = next(each for each in pages if each["queryDefinitionId"] == query_id)
    return {name[:1].upper() + name[1:]: value for name, value in found.items()}


def _work_group(clients: Clients, name: str, declared: Document) -> Document:
    found = clients("athena").get_work_group(WorkGroup=name)["WorkGroup"]
    return {**found, "WorkGroupConfiguration": found["Configuration"]}


def _named_query(clients: Clients, query_id: str, declared: Document) -> Document:
    found: Document = clients("athena").get_named_query(NamedQueryId=query_id)["NamedQuery"]
    return found


def _database(clients: Clients, name: str, declared: Document) -> Document:
    wanted = declared["DatabaseInput"]["Name"]
    found = clients("glue").get_database(Name=wanted)["Database"]
    return {"CatalogId": found.get("CatalogId"), "DatabaseInput": found}


def _table(clients: Clients, name: str, declared: Document) -> Document:
    database, table = declared["DatabaseName"], declared["TableInput"]["Name"]
    found = clients("glue").get_table(DatabaseName=database, Name=table)["Table"]
    return {
        "CatalogId": found.get("CatalogId"),
        "DatabaseName": found["DatabaseName"],
        "TableInput": found,
    }


def _dashboard(clients: Clients, name: str, declared: Document) -> Document:
    found: Document = clients("cloudwatch").get_dashboard(DashboardName=name)
    return found


READERS: Mapping[str, Reader] = {
    "AWS::Athena::NamedQuery": _named_query,
    "AWS::Athena::WorkGroup": _work_group,
    "AWS::CloudWatch::Dashboard": _dashboard,
    "AWS::Glue::Database": _database,
    "AWS::Glue::Table": _table,
    "AWS::Logs::QueryDefinition": _query_definition,
}
