# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections: their configuration, access, activity and order."""

from __future__ import annotations

from typing import Any

from .. import field_rows, world
from ..books import moment
from ..carriers import NULL_DATE
from ..errors import bad_argument, not_allowed_now
from ..site import Site
from ..state import Record, connection_guid
from .connectors import NAME_LENGTH, check_length

Arguments = dict[str, Any]
MASK = "********"
VALUE_LENGTH = 1023


def get(site: Site, arguments: Arguments) -> Record | None:
    connection = site.state.connection(arguments["ErpConnectionId"])
    return None if connection is None else _shown(site, connection)


def get_all(site: Site, arguments: Arguments) -> list[Record]:
    """All connections; never with their configuration."""
    chosen = [record for record in site.state.table("connections") if arguments["IncludeDeleted"] or not record["Deleted"]]
    if site.settings["all_connections_members"] == "minimal":
        return [{name: record[name] for name in ("ErpConnectionId", "DisplayName", "DisplayDescription")} for record in chosen]
    if site.settings["all_connections_members"] == "archive":
        return [{name: record[name] for name in _IN_THE_ARCHIVE} for record in chosen]
    return [{**record, "ConfigFields": {}} for record in chosen]


# The documented columns of the archive ErpConnection.
_IN_THE_ARCHIVE = (
    "ErpConnectionId",
    "ErpConnectorId",
    "DisplayName",
    "DisplayDescription",
    "Active",
    "ConnectionId",
    "MostRecentTimestamp",
    "AllAccess",
    "Deleted",
)


def _shown(site: Site, connection: Record) -> Record:
    return {**connection, "ConfigFields": _echo(site, connection)}


def _echo(site: Site, connection: Record) -> dict[str, str | None]:
    """The configuration as the server returns it, passwords by the setting password_echo."""
    config: dict[str, str | None] = dict(connection["ConfigFields"])
    how = site.settings["password_echo"]
    for key in _password_keys(site, connection["ErpConnectorId"]) & set(config):
        if how == "absent":
            del config[key]
        elif how != "clear":
            config[key] = MASK if how == "masked" else ""
    return config


def _password_keys(site: Site, connector_id: int) -> set[str]:
    connector = site.state.connector(connector_id)
    product = world.remembered(connector["URL"]) if connector else None
    return {field.key for field in product.config if field.field_type == "Password"} if product else set()


def save(site: Site, arguments: Arguments) -> Record:
    """Save the whole carrier as sent; id 0 creates. The server keeps its own GUID."""
    sent = arguments["Connection"]
    if sent is None:
        raise bad_argument("Connection is null.")
    _check(site, sent)
    known = site.state.connection(sent["ErpConnectionId"]) if sent["ErpConnectionId"] else None
    if sent["ErpConnectionId"] and known is None:
        raise bad_argument(f"There is no ERP connection {sent['ErpConnectionId']}.")
    config = dict(sent["ConfigFields"] or {})
    for key, value in config.items():
        if known is None or value != known["ConfigFields"].get(key):
            check_length(f"ConfigFields, {key}", value, VALUE_LENGTH)
    if known is not None:
        if sent["ErpConnectorId"] == known["ErpConnectorId"]:
            _keep_passwords(site, known, config)
        if known["Active"] and site.settings["enforce_inactive_for_edit"] and config != known["ConfigFields"]:
            raise not_allowed_now("The connection must be deactivated before its configuration is changed.")
    product = world.answering((site.state.connector(sent["ErpConnectorId"]) or {}).get("URL"))
    accepted = product is not None and product.accepts(config)
    if site.settings["enforce_test_before_save"] and not accepted:
        raise bad_argument("The connector does not accept this configuration.")
    record = known if known is not None else _new(site)
    active = sent["Active"] if site.settings["save_sets_active"] else record["Active"]
    record.update({name: sent[name] for name in _TAKEN}, ConfigFields=config, Active=active)
    record.update({name: sent[name] or [] for name in ("UserGroupAccessIds", "AssociateAccessIds")})
    if product is not None and accepted:
        field_rows.refresh(site.state, record["ErpConnectionId"], product)
    return _shown(site, record)


_TAKEN = (
    "ErpConnectorId",
    "DisplayName",
    "DisplayDescription",
    "MostRecentTimestamp",
    "Deleted",
    "AllAccess",
    "ExternalReference",
    "RetryPolicy",
)


def _check(site: Site, sent: Record) -> None:
    check_length("DisplayName", sent["DisplayName"], NAME_LENGTH)
    check_length("DisplayDescription", sent["DisplayDescription"], NAME_LENGTH)
    connector = site.state.connector(sent["ErpConnectorId"])
    if connector is None or connector["Deleted"]:
        raise bad_argument(f"There is no ERP connector {sent['ErpConnectorId']}.")
    for member, table in (("UserGroupAccessIds", "user_groups"), ("AssociateAccessIds", "associates")):
        unknown = sorted(set(sent[member] or []) - {record["Id"] for record in site.state.table(table)})
        if unknown:
            raise bad_argument(f"{member}: {unknown[0]} does not exist.")


def _keep_passwords(site: Site, known: Record, config: dict[str, Any]) -> None:
    """A password that comes back as it was shown is not a new one."""
    if site.settings["unechoed_password_on_save"] != "keep" or site.settings["password_echo"] == "clear":
        return
    shown = _echo(site, known)
    for key in _password_keys(site, known["ErpConnectorId"]):
        if key in known["ConfigFields"] and config.get(key) == shown.get(key):
            config[key] = known["ConfigFields"][key]


def _new(site: Site) -> Record:
    connection_id = site.state.next_id("connection")
    record: Record = {
        "ErpConnectionId": connection_id,
        "ConnectionId": connection_guid(connection_id),
        "LastSync": NULL_DATE,
        "Active": False,
    }
    site.state.table("connections").append(record)
    site.state.data["connection_rank"].append(connection_id)
    return record


def delete(site: Site, arguments: Arguments) -> None:
    """Marks it; nothing is ever removed."""
    connection = site.state.connection(arguments["ErpConnectionId"])
    if connection is not None:
        connection.update(Deleted=True, Active=False)


def config_fields(site: Site, arguments: Arguments) -> dict[str, str | None] | None:
    connection = site.state.connection(arguments["ErpConnectionId"])
    return None if connection is None else _echo(site, connection)


def toggle_active(site: Site, arguments: Arguments) -> list[str] | None:
    """Switch the connection; return the reasons against it, none on success."""
    connection = site.state.connection(arguments["ErpConnectionId"])
    if connection is None:
        return None
    reasons = [] if connection["Active"] else _activation_obstacles(site, connection)
    if not reasons:
        connection["Active"] = not connection["Active"]
    return reasons


def _activation_obstacles(site: Site, connection: Record) -> list[str]:
    if connection["Deleted"]:
        return ["The connection has been deleted."]
    product = site.product_or_none(connection)
    if product is None:
        return ["The connector does not answer."]
    if not product.accepts(connection["ConfigFields"]):
        return ["The connector does not accept the configuration."]
    reasons = []
    for row in site.state.find_all("actor_mappings", ErpConnectionId=connection["ErpConnectionId"], IsActive=True):
        for field in site.state.fields_of(connection["ErpConnectionId"], row["ActorTypeErp"]):
            undirected = not (field["SyncToCrm"] or field["SyncToErp"])
            if field["Access"] == "Mandatory" and undirected and not field["MissingInERP"]:
                reasons.append(f"{row['ActorTypeErp']}: the mandatory field {field['ErpFieldKey']} has no direction.")
    return reasons


def test_by_id(site: Site, arguments: Arguments) -> bool | None:
    connection = site.state.connection(arguments["ErpConnectionId"])
    if connection is None:
        return None
    product = site.product_or_none(connection)
    return product is not None and product.accepts(connection["ConfigFields"])


def test_by_config(site: Site, arguments: Arguments) -> bool:
    """Test a configuration.

    The argument ErpConnectionId is, despite its name, the connector's id.
    """
    connector = site.state.connector(arguments["ErpConnectionId"])
    product = world.answering(connector["URL"]) if connector and not connector["Deleted"] else None
    return product is not None and product.accepts(arguments["ConfigFields"])


def save_priorities(site: Site, arguments: Arguments) -> bool:
    ids = arguments["ErpConnectionIds"] or []
    allowed = {record["ErpConnectionId"] for record in site.state.find_all("connections", Deleted=False)}
    if site.settings["priority_accepts_zero"]:
        allowed.add(0)
    if len(set(ids)) != len(ids) or not set(ids) <= allowed:
        return False
    site.state.data["connection_rank"] = list(ids)
    return True


def update_fields(site: Site, arguments: Arguments) -> bool | None:
    connection = site.state.connection(arguments["ErpConnectionId"])
    if connection is None:
        return None
    product = site.product_or_none(connection)
    if product is None or not product.accepts(connection["ConfigFields"]):
        return False
    field_rows.refresh(site.state, connection["ErpConnectionId"], product)
    return True


def summary(site: Site, arguments: Arguments) -> Record | None:
    connection = site.state.connection(arguments["ErpSyncConnectionId"])
    if connection is None:
        return None
    actors = []
    for row in site.state.find_all("actor_mappings", ErpConnectionId=connection["ErpConnectionId"]):
        fields = site.state.fields_of(connection["ErpConnectionId"], row["ActorTypeErp"])
        with_default = [field["ErpFieldKey"] for field in fields if field["HasFirstSyncDefaultValue"] or field["PromptUser"]]
        mapped = [f"{field['ErpFieldKey']} {_arrow(field)} {field['CrmFieldKey']}" for field in fields if field["CrmFieldKey"]]
        actors.append(
            {
                "ActorType": row["ActorTypeErp"],
                "HasMappings": bool(mapped),
                "Defaults": ", ".join(with_default),
                "Mappings": ", ".join(mapped),
            }
        )
    return {**connection, "LastSync": _last_sync(site, connection), "Actors": actors}


def _last_sync(site: Site, connection: Record) -> str:
    """The server's local time. What the database has is UTC."""
    stored = site.state.books.last_sync.get(connection["ErpConnectionId"])
    if stored is None and (connection["LastSync"] == NULL_DATE or not site.settings["local_minutes"]):
        return str(connection["LastSync"])
    return site.local(moment(connection["LastSync"]) if stored is None else stored)


def _arrow(field: Record) -> str:
    return {(True, True): "<->", (True, False): "->", (False, True): "<-"}.get((field["SyncToCrm"], field["SyncToErp"]), "-")


def supports_advanced_search(site: Site, arguments: Arguments) -> bool | None:
    connection = site.state.connection(arguments["ErpConnectionId"])
    if connection is None:
        return None
    return arguments["ErpActorType"] in site.product_of(connection).searchable


METHODS = {
    "GetConnection": get,
    "GetAllConnections": get_all,
    "SaveConnection": save,
    "DeleteConnection": delete,
    "GetErpConnectionConfigFields": config_fields,
    "ToggleErpConnectionActive": toggle_active,
    "TestConnectionById": test_by_id,
    "TestConnectionByConfig": test_by_config,
    "SaveErpConnectionSyncPriorities": save_priorities,
    "UpdateConnectionFields": update_fields,
    "GetErpSyncConnectionSummary": summary,
    "SupportsAdvancedSearch": supports_advanced_search,
}
