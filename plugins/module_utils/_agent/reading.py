# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The methods of the ErpSync agent that change nothing, typed.

Method names, arguments and types are those of the vendor's OpenAPI description and published client types; the
last line of each docstring is the method on the wire. Unknown ids give None, never an error. All methods raise
:class:`_client.errors.ErpSyncError` in one of its kinds, ``UnexpectedAnswer`` where the answer has another shape.
"""

from __future__ import annotations

import typing as t

from . import shapes
from .engine import EngineAgent

if t.TYPE_CHECKING:
    from .._wire import carriers


class ReadingAgent(EngineAgent):
    """The methods that change nothing, neither in SuperOffice nor in an ERP system."""

    def create_default_erp_sync_connector_entity(self) -> carriers.ErpSyncConnectorEntity | None:
        """A connector with the server's default values, not saved.

        CreateDefaultErpSyncConnectorEntity: no arguments -> ErpSyncConnectorEntity.
        """
        return self._ask("CreateDefaultErpSyncConnectorEntity", {}, shapes.carrier)

    def get_connection(self, erp_connection_id: int) -> carriers.ErpConnection | None:
        """A connection with its configuration values; None for an unknown id. Whether password values come back is not
        documented.

        GetConnection: ErpConnectionId -> ErpConnection.
        """
        return self._ask("GetConnection", {"ErpConnectionId": erp_connection_id}, shapes.carrier)

    def get_configuration_fields(self, erp_connector_id: int) -> list[carriers.FieldMetadata]:
        """The fields that a connector needs to know of each connection; FieldKey is the key in ConfigFields.

        GetConfigurationFields: ErpConnectorId -> FieldMetadata[].
        """
        return self._ask("GetConfigurationFields", {"ErpConnectorId": erp_connector_id}, shapes.carriers)

    def get_erp_connection_config_fields(self, erp_connection_id: int) -> dict[str, str | None] | None:
        """The configuration values of a connection by field key. Whether password values come back is not documented.

        GetErpConnectionConfigFields: ErpConnectionId -> StringDictionary.
        """
        return self._ask("GetErpConnectionConfigFields", {"ErpConnectionId": erp_connection_id}, shapes.dictionary)

    def test_connection_by_id(self, erp_connection_id: int) -> bool:
        """Whether a saved connection works; the ERP system is asked.

        TestConnectionById: ErpConnectionId -> boolean.
        """
        return self._ask("TestConnectionById", {"ErpConnectionId": erp_connection_id}, shapes.yes_or_no)

    def test_connection_by_config(self, erp_connection_id: int, config_fields: t.Mapping[str, str | None]) -> bool:
        """Whether a connection with these configuration values would work; the ERP system is asked. Despite its name
        ErpConnectionId is the id of the connector, as the parameter's documentation says in all versions.

        TestConnectionByConfig: ErpConnectionId, ConfigFields -> boolean.
        """
        return self._ask(
            "TestConnectionByConfig",
            {"ErpConnectionId": erp_connection_id, "ConfigFields": dict(config_fields)},
            shapes.yes_or_no,
        )

    def supports_advanced_search(self, erp_connection_id: int, erp_actor_type: carriers.ErpActorEnum) -> bool:
        """Whether the connector can search this actor type by several fields.

        SupportsAdvancedSearch: ErpConnectionId, ErpActorType -> boolean.
        """
        return self._ask(
            "SupportsAdvancedSearch",
            {"ErpConnectionId": erp_connection_id, "ErpActorType": erp_actor_type},
            shapes.yes_or_no,
        )

    def get_all_connectors(self) -> list[carriers.ListItem]:
        """All connectors by id, name, and URL in ToolTip. Exists in newer servers only; :mod:`_agent.listing` has the other
        way.

        GetAllConnectors: no arguments -> ListItem[].
        """
        return self._ask("GetAllConnectors", {}, shapes.carriers)

    def get_all_connections(self, include_deleted: bool) -> list[carriers.ErpConnection]:
        """All connections, without configuration values. Exists since 10.1.5; :mod:`_agent.listing` has the other way.

        GetAllConnections: IncludeDeleted -> ErpConnection[].
        """
        return self._ask("GetAllConnections", {"IncludeDeleted": include_deleted}, shapes.carriers)

    def get_connections_and_display_fields(self, crm_actor_type: carriers.CrmActorEnum, entity_id: int) -> list[carriers.ErpConnectionData]:
        """The connections that one CRM record has or could have, with the fields to show.

        GetConnectionsAndDisplayFields: CrmActorType, EntityId -> ErpConnectionData[].
        """
        return self._ask(
            "GetConnectionsAndDisplayFields",
            {"CrmActorType": crm_actor_type, "EntityId": entity_id},
            shapes.carriers,
        )

    def get_erp_field_values(
        self, erp_connection_id: int, crm_actor_type: carriers.CrmActorEnum, entity_id: int, field_keys: t.Sequence[str]
    ) -> list[str | None]:
        """The ERP values of one CRM record, in the order of FieldKeys.

        GetErpFieldValues: ErpConnectionId, CrmActorType, EntityId, FieldKeys -> string[].
        """
        return self._ask(
            "GetErpFieldValues",
            {"ErpConnectionId": erp_connection_id, "CrmActorType": crm_actor_type, "EntityId": entity_id, "FieldKeys": list(field_keys)},
            shapes.texts,
        )

    def get_fields_for_new_erp_actor(self, erp_connection_id: int, erp_actor_type: carriers.ErpActorEnum) -> list[carriers.FieldMetadata]:
        """The fields to ask a user for when an ERP actor is created.

        GetFieldsForNewErpActor: ErpConnectionId, ErpActorType -> FieldMetadata[].
        """
        return self._ask(
            "GetFieldsForNewErpActor",
            {"ErpConnectionId": erp_connection_id, "ErpActorType": erp_actor_type},
            shapes.carriers,
        )

    def get_connection_list_mappings(self, erp_connection_id: int) -> carriers.ErpConnectionListMappingContainer | None:
        """The list mappings of a connection; lists appear once their field is mapped. Services86 and newer, and REST.

        GetConnectionListMappings: ErpConnectionId -> ErpConnectionListMappingContainer.
        """
        return self._ask(
            "GetConnectionListMappings",
            {"ErpConnectionId": erp_connection_id},
            shapes.carrier,
        )

    def get_field_values_from_crm(self, record_id: int, actor_type_crm: carriers.CrmActorEnum) -> list[carriers.ErpSyncFieldValue]:
        """The mapped fields of one CRM record, with values from CRM.

        GetFieldValuesFromCrm: RecordId, ActorTypeCrm -> ErpSyncFieldValue[].
        """
        return self._ask(
            "GetFieldValuesFromCrm",
            {"RecordId": record_id, "ActorTypeCrm": actor_type_crm},
            shapes.carriers,
        )

    def get_field_values_from_erp(
        self, erp_connection_id: int, actor_type_erp: carriers.ErpActorEnum, erp_key: str
    ) -> list[carriers.ErpSyncFieldValue]:
        """The mapped fields of one ERP actor, with values from the ERP system.

        GetFieldValuesFromErp: ErpConnectionId, ActorTypeErp, ErpKey -> ErpSyncFieldValue[].
        """
        return self._ask(
            "GetFieldValuesFromErp",
            {"ErpConnectionId": erp_connection_id, "ActorTypeErp": actor_type_erp, "ErpKey": erp_key},
            shapes.carriers,
        )

    def get_actor_type_mapping(self, erp_connection_id: int, actor_type: carriers.ErpActorEnum) -> carriers.ErpSyncActorTypeMapping | None:
        """The mapping of one actor type of a connection, with all its fields.

        GetActorTypeMapping: ErpConnectionId, ActorType -> ErpSyncActorTypeMapping.
        """
        return self._ask(
            "GetActorTypeMapping",
            {"ErpConnectionId": erp_connection_id, "ActorType": actor_type},
            shapes.carrier,
        )

    def get_crm_actor_type(self, erp_connection_id: int, erp_actor_type: carriers.ErpActorEnum) -> str:
        """The CRM actor type that an ERP actor type is mapped to.

        GetCrmActorType: ErpConnectionId, ErpActorType -> CrmActorType.
        """
        return self._ask("GetCrmActorType", {"ErpConnectionId": erp_connection_id, "ErpActorType": erp_actor_type}, shapes.name)

    def get_erp_sync_connection_summary(self, erp_sync_connection_id: int) -> carriers.ErpSyncConnectionSummary | None:
        """What the connection list shows: names, state, last synchronisation, configured actor types.

        GetErpSyncConnectionSummary: ErpSyncConnectionId -> ErpSyncConnectionSummary.
        """
        return self._ask(
            "GetErpSyncConnectionSummary",
            {"ErpSyncConnectionId": erp_sync_connection_id},
            shapes.carrier,
        )

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
        """NoError where a connector could be deleted, otherwise what is against it.

        CanDeleteErpSyncConnectorEntity: ErpSyncConnectorId -> ErpSyncResponseCode.
        """
        return self._ask("CanDeleteErpSyncConnectorEntity", {"ErpSyncConnectorId": erp_sync_connector_id}, shapes.name)

    def test_connector_url(self, url: str) -> str:
        """NoError where a connector answers at this URL.

        TestConnectorUrl: Url -> ErpSyncResponseCode.
        """
        return self._ask("TestConnectorUrl", {"Url": url}, shapes.name)

    def get_default_value_info(self, erp_field_id: int) -> carriers.ErpSyncDefaultValue | None:
        """The default value of a field.

        GetDefaultValueInfo: ErpFieldId -> ErpSyncDefaultValue.
        """
        return self._ask("GetDefaultValueInfo", {"ErpFieldId": erp_field_id}, shapes.carrier)
