# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The methods of the ErpSync agent that change something, typed. In check mode they refuse before anything is sent.

Method names, arguments and types are those of the vendor's OpenAPI description and published client types; the
last line of each docstring is the method on the wire. Unknown ids give None, never an error. All methods raise
:class:`_client.errors.ErpSyncError` in one of its kinds, ``UnexpectedAnswer`` where the answer has another shape.
"""

from __future__ import annotations

import typing as t

from .._client import errors
from . import shapes

if t.TYPE_CHECKING:
    from .._wire import carriers
    from .transport import Transport

T = t.TypeVar("T")


class WritingAgent:
    """The methods that change something, in SuperOffice or in an ERP system."""

    def __init__(self, transport: Transport, *, check_mode: bool) -> None:
        self._transport = transport
        self._check_mode = check_mode
        # Whether the server has carried out a method, or may have.
        self.wrote = False
        # Whether a mistake of our own hides what became of a method.
        self.in_doubt = False

    def _tell(self, method: str, arguments: t.Mapping[str, t.Any], shape: t.Callable[[str, t.Any], T], timeout: float | None = None) -> T:
        if self._check_mode:
            raise errors.WriteInCheckMode(f"{method}: a writing method must not be called in check mode; nothing was sent.", method=method)
        try:
            answer = self._transport.invoke(method, arguments, writes=True, timeout=timeout)
            try:
                shaped = shape(method, answer)
            except errors.UnexpectedAnswer as error:
                error.doubt()
                raise
        except errors.ErpSyncError as error:
            if error.uncertain:
                self.wrote = True
            raise
        except BaseException:
            self.wrote = self.in_doubt = True
            raise
        self.wrote = True
        return shaped

    def save_erp_sync_connector_entity(
        self, erp_sync_connector_entity: carriers.ErpSyncConnectorEntity
    ) -> carriers.ErpSyncConnectorEntity | None:
        """Save a connector as a whole; id 0 creates it. Returns the connector as saved. The entity is the whole body
        of the request.

        SaveErpSyncConnectorEntity: ErpSyncConnectorEntity -> ErpSyncConnectorEntity.
        """
        return self._tell(
            "SaveErpSyncConnectorEntity",
            {"ErpSyncConnectorEntity": erp_sync_connector_entity},
            shapes.carrier,
        )

    def delete_erp_sync_connector_entity(self, erp_sync_connector_entity_id: int) -> None:
        """Mark a connector as deleted; the database keeps it. Ask
        :meth:`ReadingAgent.can_delete_erp_sync_connector_entity` first.

        DeleteErpSyncConnectorEntity: ErpSyncConnectorEntityId -> void.
        """
        self._tell("DeleteErpSyncConnectorEntity", {"ErpSyncConnectorEntityId": erp_sync_connector_entity_id}, shapes.nothing)

    def save_connection(self, connection: carriers.ErpConnection) -> carriers.ErpConnection | None:
        """Save a connection as a whole; id 0 creates it. Returns the connection as saved. The connector is told, is
        tested, and its actor types and fields are read anew.

        SaveConnection: Connection -> ErpConnection.
        """
        return self._tell("SaveConnection", {"Connection": connection}, shapes.carrier)

    def delete_connection(self, erp_connection_id: int) -> None:
        """Mark a connection as deleted and tell its connector.

        DeleteConnection: ErpConnectionId -> void.
        """
        self._tell("DeleteConnection", {"ErpConnectionId": erp_connection_id}, shapes.nothing)

    def toggle_erp_connection_active(self, erp_connection_id: int) -> list[str | None]:
        """Switch a connection from active to inactive or back. Returns the reasons against it; none means that it was
        switched. It is a toggle: read Active first.

        ToggleErpConnectionActive: ErpConnectionId -> string[].
        """
        return self._tell("ToggleErpConnectionActive", {"ErpConnectionId": erp_connection_id}, shapes.texts)

    def save_erp_connection_sync_priorities(self, erp_connection_ids: t.Sequence[int]) -> bool:
        """Save the order of the connections, the one that wins first. Returns whether it was saved. There is no method
        that reads it; the MDO list erpconnections with useRank does.

        SaveErpConnectionSyncPriorities: ErpConnectionIds -> boolean.
        """
        return self._tell("SaveErpConnectionSyncPriorities", {"ErpConnectionIds": list(erp_connection_ids)}, shapes.yes_or_no)

    def move_erp_field_item(self, erp_field_id: int, direction: int, erp_connection_id: int, erp_actor_type: carriers.ErpActorEnum) -> None:
        """Move a field down (positive Direction) or up (negative) in the order in which fields are shown. Size of a
        step and limits are not documented.

        MoveErpFieldItem: ErpFieldId, Direction, ErpConnectionId, ErpActorType -> void.
        """
        self._tell(
            "MoveErpFieldItem",
            {"ErpFieldId": erp_field_id, "Direction": direction, "ErpConnectionId": erp_connection_id, "ErpActorType": erp_actor_type},
            shapes.nothing,
        )

    def save_connection_list_mappings(
        self, list_mapping: carriers.ErpConnectionListMappingContainer
    ) -> carriers.ErpConnectionListMappingContainer | None:
        """Save the list mappings of a connection as a whole. Returns them as saved. Services86 and newer, and REST.

        SaveConnectionListMappings: ListMapping -> ErpConnectionListMappingContainer.
        """
        return self._tell(
            "SaveConnectionListMappings",
            {"ListMapping": list_mapping},
            shapes.carrier,
        )

    def connect_actor(
        self,
        erp_connection_id: int,
        crm_record_id: int,
        crm_actor_type: carriers.CrmActorEnum,
        erp_key: str,
        erp_actor_type: carriers.ErpActorEnum,
        field_values: list[carriers.ErpSyncFieldValue],
    ) -> None:
        """Link a CRM record with an ERP actor and store field values.

        ConnectActor: ErpConnectionId, CrmRecordId, CrmActorType, ErpKey, ErpActorType, FieldValues -> void.
        """
        self._tell(
            "ConnectActor",
            {
                "ErpConnectionId": erp_connection_id,
                "CrmRecordId": crm_record_id,
                "CrmActorType": crm_actor_type,
                "ErpKey": erp_key,
                "ErpActorType": erp_actor_type,
                "FieldValues": field_values,
            },
            shapes.nothing,
        )

    def try_connect_actor(
        self,
        erp_connection_id: int,
        crm_record_id: int,
        crm_actor_type: carriers.CrmActorEnum,
        erp_key: str,
        erp_actor_type: carriers.ErpActorEnum,
        field_values: list[carriers.ErpSyncFieldValue],
    ) -> bool:
        """Link a CRM record with an ERP actor and store field values. Returns whether it could.

        TryConnectActor: ErpConnectionId, CrmRecordId, CrmActorType, ErpKey, ErpActorType, FieldValues -> boolean.
        """
        return self._tell(
            "TryConnectActor",
            {
                "ErpConnectionId": erp_connection_id,
                "CrmRecordId": crm_record_id,
                "CrmActorType": crm_actor_type,
                "ErpKey": erp_key,
                "ErpActorType": erp_actor_type,
                "FieldValues": field_values,
            },
            shapes.yes_or_no,
        )

    def create_actor_link(
        self,
        erp_connection_id: int,
        crm_record_id: int,
        crm_actor_type: carriers.CrmActorEnum,
        erp_key: str,
        erp_actor_type: carriers.ErpActorEnum,
    ) -> bool:
        """Link a CRM record with an existing ERP actor. Returns whether it could.

        CreateActorLink: ErpConnectionId, CrmRecordId, CrmActorType, ErpKey, ErpActorType -> boolean.
        """
        return self._tell(
            "CreateActorLink",
            {
                "ErpConnectionId": erp_connection_id,
                "CrmRecordId": crm_record_id,
                "CrmActorType": crm_actor_type,
                "ErpKey": erp_key,
                "ErpActorType": erp_actor_type,
            },
            shapes.yes_or_no,
        )

    def break_actor_link(self, erp_connection_id: int, crm_record_id: int, crm_actor_type: carriers.CrmActorEnum) -> bool:
        """Undo the link between a CRM record and an ERP actor; neither is deleted. Returns whether it could.

        BreakActorLink: ErpConnectionId, CrmRecordId, CrmActorType -> boolean.
        """
        return self._tell(
            "BreakActorLink",
            {"ErpConnectionId": erp_connection_id, "CrmRecordId": crm_record_id, "CrmActorType": crm_actor_type},
            shapes.yes_or_no,
        )

    def create_erp_actor_from_crm(
        self,
        connection_id: int,
        crm_entity_id: int,
        erp_actor_type: carriers.ErpActorEnum,
        crm_actor_type: carriers.CrmActorEnum,
        erp_field_key_values: t.Mapping[str, str | None],
    ) -> bool:
        """Create an ERP actor from a CRM record and link them. Returns whether it could.

        CreateErpActorFromCrm: ConnectionId, CrmEntityId, ErpActorType, CrmActorType, ErpFieldKeyValues -> boolean.
        """
        return self._tell(
            "CreateErpActorFromCrm",
            {
                "ConnectionId": connection_id,
                "CrmEntityId": crm_entity_id,
                "ErpActorType": erp_actor_type,
                "CrmActorType": crm_actor_type,
                "ErpFieldKeyValues": dict(erp_field_key_values),
            },
            shapes.yes_or_no,
        )

    def save_actor_type_mapping(self, mapping: carriers.ErpSyncActorTypeMapping) -> carriers.ErpSyncActorTypeMapping | None:
        """Save the mapping of one actor type as a whole. Returns the resulting mapping.

        SaveActorTypeMapping: Mapping -> ErpSyncActorTypeMapping.
        """
        return self._tell("SaveActorTypeMapping", {"Mapping": mapping}, shapes.carrier)

    def validate_archive_column_config(self, list_owner: str, erp_connection_id: int) -> None:
        """Clear the cached columns of a list after a change of mappings. Valid values of ListOwner are not documented.

        ValidateArchiveColumnConfig: ListOwner, ErpConnectionId -> void.
        """
        self._tell("ValidateArchiveColumnConfig", {"ListOwner": list_owner, "ErpConnectionId": erp_connection_id}, shapes.nothing)

    def update_connection_fields(self, erp_connection_id: int) -> bool:
        """Read the actor types and fields of a connection anew from its connector. Returns whether it could. Fields
        that are gone get MissingInERP; renamed ones lose their mapping.

        UpdateConnectionFields: ErpConnectionId -> boolean.
        """
        return self._tell("UpdateConnectionFields", {"ErpConnectionId": erp_connection_id}, shapes.yes_or_no)

    def save_default_value_info(self, erp_sync_default_value: carriers.ErpSyncDefaultValue) -> carriers.ErpSyncDefaultValue | None:
        """Save the default value of a field as a whole. Returns it as saved.

        SaveDefaultValueInfo: ErpSyncDefaultValue -> ErpSyncDefaultValue.
        """
        return self._tell(
            "SaveDefaultValueInfo",
            {"ErpSyncDefaultValue": erp_sync_default_value},
            shapes.carrier,
        )

    def sync_all(self, *, timeout: float | None = None) -> carriers.PluginResponse | None:
        """One synchronisation of all active connections, now. Answers when it is done.

        SyncAll: no arguments -> PluginResponse.
        """
        return self._tell("SyncAll", {}, shapes.carrier, timeout)

    def force_sync_all(self, *, timeout: float | None = None) -> carriers.PluginResponse | None:
        """The same, also while the automatic synchronisation is off. Services86 and newer, and REST.

        ForceSyncAll: no arguments -> PluginResponse.
        """
        return self._tell("ForceSyncAll", {}, shapes.carrier, timeout)

    def force_resync(
        self, erp_connection_id: int, internal_key_ids: t.Sequence[int], *, timeout: float | None = None
    ) -> carriers.PluginResponse | None:
        """Synchronise again from one connection, or from CRM with 0, to all others, regardless of timestamps. No ids
        means everything. Services86 and newer, and REST.

        ForceResync: ErpConnectionId, InternalKeyIds -> PluginResponse.
        """
        return self._tell(
            "ForceResync",
            {"ErpConnectionId": erp_connection_id, "InternalKeyIds": list(internal_key_ids)},
            shapes.carrier,
            timeout,
        )

    def force_resync_no_blank_values(
        self, erp_connection_id: int, internal_key_ids: t.Sequence[int], *, timeout: float | None = None
    ) -> carriers.PluginResponse | None:
        """The same, but blank values overwrite nothing. Newer servers of Services88, and REST.

        ForceResyncNoBlankValues: ErpConnectionId, InternalKeyIds -> PluginResponse.
        """
        return self._tell(
            "ForceResyncNoBlankValues",
            {"ErpConnectionId": erp_connection_id, "InternalKeyIds": list(internal_key_ids)},
            shapes.carrier,
            timeout,
        )

    def force_resync_batch_task(self, erp_connection_id: int, internal_key_ids: t.Sequence[int]) -> None:
        """The same as ForceResync, as a batch task: answers at once. Services86 and newer, and REST.

        ForceResyncBatchTask: ErpConnectionId, InternalKeyIds -> void.
        """
        self._tell(
            "ForceResyncBatchTask",
            {"ErpConnectionId": erp_connection_id, "InternalKeyIds": list(internal_key_ids)},
            shapes.nothing,
        )

    def force_resync_external(
        self,
        erp_connection_id: int,
        erp_actor_type: carriers.ErpActorEnum,
        external_keys: t.Sequence[str],
        *,
        timeout: float | None = None,
    ) -> carriers.PluginResponse | None:
        """Synchronise ERP actors again by their ERP keys, from one connection to CRM and the others. Services86 and
        newer, and REST.

        ForceResyncExternal: ErpConnectionId, ErpActorType, ExternalKeys -> PluginResponse.
        """
        return self._tell(
            "ForceResyncExternal",
            {"ErpConnectionId": erp_connection_id, "ErpActorType": erp_actor_type, "ExternalKeys": list(external_keys)},
            shapes.carrier,
            timeout,
        )

    def force_resync_external_no_blank_values(
        self,
        erp_connection_id: int,
        erp_actor_type: carriers.ErpActorEnum,
        external_keys: t.Sequence[str],
        *,
        timeout: float | None = None,
    ) -> carriers.PluginResponse | None:
        """The same, but blank values overwrite nothing. Newer servers of Services88, and REST.

        ForceResyncExternalNoBlankValues: ErpConnectionId, ErpActorType, ExternalKeys -> PluginResponse.
        """
        return self._tell(
            "ForceResyncExternalNoBlankValues",
            {"ErpConnectionId": erp_connection_id, "ErpActorType": erp_actor_type, "ExternalKeys": list(external_keys)},
            shapes.carrier,
            timeout,
        )

    def change_engine_status(self, run: bool) -> carriers.ErpSyncEngineStatus | None:
        """Ask for the engine to be started or stopped. Returns its status at this moment. A request to the batch
        system: the status may still be the old one.

        ChangeEngineStatus: Run -> ErpSyncEngineStatus.
        """
        return self._tell("ChangeEngineStatus", {"Run": run}, shapes.carrier)

    def change_engine_interval(self, interval: str) -> None:
        """Ask for another interval between two synchronisations.

        ChangeEngineInterval: Interval -> void.
        """
        self._tell("ChangeEngineInterval", {"Interval": interval}, shapes.nothing)
