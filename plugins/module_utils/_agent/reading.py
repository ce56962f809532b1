# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The methods of the ErpSync agent that change nothing, typed.

Names, arguments and types follow the vendor's OpenAPI description and published client types. The
last line of each docstring is the method on the wire. An unknown id gives None, not an error. Every
method raises :class:`_client.errors.ErpSyncError` in one of its kinds, ``UnexpectedAnswer`` for an
answer of another shape.

Left out are methods about single records, and those whose answer another method gives as well.
"""

from __future__ import annotations

import typing as t

from .._wire import carriers
from . import shapes
from .transport import Transport

T = t.TypeVar("T")


class ReadingAgent:
    """The methods that change nothing, neither in SuperOffice nor in an ERP system."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def _ask(self, method: str, arguments: t.Mapping[str, t.Any], shape: t.Callable[[str, t.Any], T]) -> T:
        return shape(method, self._transport.invoke(method, arguments, writes=False))

    # The engine

    def get_engine_status(self) -> carriers.ErpSyncEngineStatus | None:
        """Whether the engine runs, its interval, and the server's message about it.

        GetEngineStatus: no arguments -> ErpSyncEngineStatus.
        """
        return self._ask("GetEngineStatus", {}, shapes.carrier)

    # Connectors

    def create_default_erp_sync_connector_entity(self) -> carriers.ErpSyncConnectorEntity | None:
        """A connector with the server's default values, not saved.

        CreateDefaultErpSyncConnectorEntity: no arguments -> ErpSyncConnectorEntity.
        """
        return self._ask("CreateDefaultErpSyncConnectorEntity", {}, shapes.carrier)

    def get_all_connectors(self) -> list[carriers.ListItem]:
        """All connectors by id, name, and URL in ToolTip. Newer servers only; :mod:`_agent.listing`
        works on all.

        GetAllConnectors: no arguments -> ListItem[].
        """
        return self._ask("GetAllConnectors", {}, shapes.carriers)

    def get_erp_sync_connector_entity(self, erp_sync_connector_entity_id: int) -> carriers.ErpSyncConnectorEntity | None:
        """A connector; None for an unknown id. The id travels in the query string.

        GetErpSyncConnectorEntity: ErpSyncConnectorEntityId -> ErpSyncConnectorEntity.
        """
        return self._ask(
            "GetErpSyncConnectorEntity",
            {"ErpSyncConnectorEntityId": erp_sync_connector_entity_id},
            shapes.carrier,
        )

    def can_delete_erp_sync_connector_entity(self, erp_sync_connector_id: int) -> str:
        """NoError if a connector can be deleted, otherwise the reason against it.

        CanDeleteErpSyncConnectorEntity: ErpSyncConnectorId -> ErpSyncResponseCode.
        """
        return self._ask("CanDeleteErpSyncConnectorEntity", {"ErpSyncConnectorId": erp_sync_connector_id}, shapes.name)

    def test_connector_url(self, url: str) -> str:
        """NoError if a connector answers at this URL.

        TestConnectorUrl: Url -> ErpSyncResponseCode.
        """
        return self._ask("TestConnectorUrl", {"Url": url}, shapes.name)

    def get_configuration_fields(self, erp_connector_id: int) -> list[carriers.FieldMetadata]:
        """The fields that a connector asks of each connection; FieldKey is the key in ConfigFields.

        GetConfigurationFields: ErpConnectorId -> FieldMetadata[].
        """
        return self._ask("GetConfigurationFields", {"ErpConnectorId": erp_connector_id}, shapes.carriers)

    # Connections

    def get_all_connections(self, include_deleted: bool) -> list[carriers.ErpConnection]:
        """All connections, without configuration values. Since 10.1.5; :mod:`_agent.listing` works
        on all servers.

        GetAllConnections: IncludeDeleted -> ErpConnection[].
        """
        return self._ask("GetAllConnections", {"IncludeDeleted": include_deleted}, shapes.carriers)

    def get_connection(self, erp_connection_id: int) -> carriers.ErpConnection | None:
        """A connection with its configuration values; None for an unknown id. Whether passwords
        come back is not documented.

        GetConnection: ErpConnectionId -> ErpConnection.
        """
        return self._ask("GetConnection", {"ErpConnectionId": erp_connection_id}, shapes.carrier)

    def get_erp_connection_config_fields(self, erp_connection_id: int) -> dict[str, str | None] | None:
        """The configuration values of a connection by field key. Whether passwords come back is not
        documented.

        GetErpConnectionConfigFields: ErpConnectionId -> StringDictionary.
        """
        return self._ask("GetErpConnectionConfigFields", {"ErpConnectionId": erp_connection_id}, shapes.dictionary)

    def get_erp_sync_connection_summary(self, erp_sync_connection_id: int) -> carriers.ErpSyncConnectionSummary | None:
        """Names, state, last synchronisation and configured actor types of a connection.

        GetErpSyncConnectionSummary: ErpSyncConnectionId -> ErpSyncConnectionSummary.
        """
        return self._ask(
            "GetErpSyncConnectionSummary",
            {"ErpSyncConnectionId": erp_sync_connection_id},
            shapes.carrier,
        )

    def test_connection_by_id(self, erp_connection_id: int) -> bool:
        """Whether a saved connection works; the server asks the ERP system.

        TestConnectionById: ErpConnectionId -> boolean.
        """
        return self._ask("TestConnectionById", {"ErpConnectionId": erp_connection_id}, shapes.yes_or_no)

    def test_connection_by_config(self, erp_connection_id: int, config_fields: t.Mapping[str, str | None]) -> bool:
        """Whether a connection with these configuration values works; the server asks the ERP
        system. ErpConnectionId is the connector's id: all versions document the parameter so.

        TestConnectionByConfig: ErpConnectionId, ConfigFields -> boolean.
        """
        return self._ask(
            "TestConnectionByConfig",
            {"ErpConnectionId": erp_connection_id, "ConfigFields": dict(config_fields)},
            shapes.yes_or_no,
        )

    # Mappings

    def get_actor_type_mapping(self, erp_connection_id: int, actor_type: str) -> carriers.ErpSyncActorTypeMapping | None:
        """The mapping of one actor type of a connection, with all its fields.

        GetActorTypeMapping: ErpConnectionId, ActorType -> ErpSyncActorTypeMapping.
        """
        return self._ask(
            "GetActorTypeMapping",
            {"ErpConnectionId": erp_connection_id, "ActorType": actor_type},
            shapes.carrier,
        )

    def get_default_value_info(self, erp_field_id: int) -> carriers.ErpSyncDefaultValue | None:
        """The default value of a field.

        GetDefaultValueInfo: ErpFieldId -> ErpSyncDefaultValue.
        """
        return self._ask("GetDefaultValueInfo", {"ErpFieldId": erp_field_id}, shapes.carrier)

    def get_connection_list_mappings(self, erp_connection_id: int) -> carriers.ErpConnectionListMappingContainer | None:
        """The list mappings of a connection; a list appears once its field is mapped. Services86
        and newer, and REST.

        GetConnectionListMappings: ErpConnectionId -> ErpConnectionListMappingContainer.
        """
        return self._ask(
            "GetConnectionListMappings",
            {"ErpConnectionId": erp_connection_id},
            shapes.carrier,
        )
