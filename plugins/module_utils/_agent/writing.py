# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The methods of the ErpSync agent that change something, typed. In check mode they send nothing.

Names, arguments and types follow the vendor's OpenAPI description and published client types. The
last line of each docstring is the method on the wire. What is saved is the carrier as it was read,
with the changes laid over it, so unknown members travel back. Every method raises
:class:`_client.errors.ErpSyncError` in one of its kinds, ``UnexpectedAnswer`` for an answer of
another shape.

Left out are the methods that link single CRM and ERP records.
"""

from __future__ import annotations

import typing as t

from .._client import errors
from .._wire import carriers
from .._wire.members import Carrier
from . import shapes
from .transport import Transport

T = t.TypeVar("T")


class WritingAgent:
    """The methods that change something, in SuperOffice or in an ERP system."""

    def __init__(self, transport: Transport, *, check_mode: bool) -> None:
        self._transport = transport
        self._check_mode = check_mode
        # Whether the server has carried out a method, or may have.
        self.wrote = False
        # Whether a fault of the collection hides the outcome of a method.
        self.in_doubt = False

    def _tell(
        self,
        method: str,
        arguments: t.Mapping[str, t.Any],
        shape: t.Callable[[str, t.Any], T],
        timeout: float | None = None,
        *,
        is_refusal: t.Callable[[T], bool] = lambda _shaped: False,
    ) -> T:
        """:param is_refusal: whether an answer says that nothing was done."""
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
        if not is_refusal(shaped):
            self.wrote = True
        return shaped

    # Connectors

    def save_erp_sync_connector_entity(self, erp_sync_connector_entity: Carrier) -> carriers.ErpSyncConnectorEntity | None:
        """Save a whole connector; id 0 creates it. Returns the connector as saved. The entity is
        the whole body of the request.

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

    # Connections

    def save_connection(self, connection: Carrier) -> carriers.ErpConnection | None:
        """Save a whole connection; id 0 creates it. Returns the connection as saved. The server
        informs and tests the connector, and reads its actor types and fields again.

        SaveConnection: Connection -> ErpConnection.
        """
        return self._tell("SaveConnection", {"Connection": connection}, shapes.carrier)

    def delete_connection(self, erp_connection_id: int) -> None:
        """Mark a connection as deleted and inform its connector.

        DeleteConnection: ErpConnectionId -> void.
        """
        self._tell("DeleteConnection", {"ErpConnectionId": erp_connection_id}, shapes.nothing)

    def toggle_erp_connection_active(self, erp_connection_id: int) -> list[str | None]:
        """Switch a connection from active to inactive or back: read Active first. Returns the
        reasons against it, none if it was switched.

        ToggleErpConnectionActive: ErpConnectionId -> string[].
        """
        return self._tell("ToggleErpConnectionActive", {"ErpConnectionId": erp_connection_id}, shapes.texts, is_refusal=any)

    def save_erp_connection_sync_priorities(self, erp_connection_ids: t.Sequence[int]) -> bool:
        """Save the order of the connections, highest priority first. Returns whether it was saved.
        No method reads it; the MDO list erpconnections with useRank does.

        SaveErpConnectionSyncPriorities: ErpConnectionIds -> boolean.
        """
        return self._tell(
            "SaveErpConnectionSyncPriorities",
            {"ErpConnectionIds": list(erp_connection_ids)},
            shapes.yes_or_no,
            is_refusal=lambda saved: not saved,
        )

    # Mappings

    def save_actor_type_mapping(self, mapping: Carrier) -> carriers.ErpSyncActorTypeMapping | None:
        """Save the whole mapping of one actor type. Returns the resulting mapping.

        SaveActorTypeMapping: Mapping -> ErpSyncActorTypeMapping.
        """
        return self._tell("SaveActorTypeMapping", {"Mapping": mapping}, shapes.carrier)

    def validate_archive_column_config(self, list_owner: str, erp_connection_id: int) -> None:
        """Clear the cached columns of a list after a change of mappings. Valid values of ListOwner
        are not documented.

        ValidateArchiveColumnConfig: ListOwner, ErpConnectionId -> void.
        """
        self._tell("ValidateArchiveColumnConfig", {"ListOwner": list_owner, "ErpConnectionId": erp_connection_id}, shapes.nothing)

    def update_connection_fields(self, erp_connection_id: int) -> bool:
        """Read the actor types and fields of a connection again from its connector. Returns whether
        that succeeded. Missing fields get MissingInERP; renamed fields lose their mapping.

        UpdateConnectionFields: ErpConnectionId -> boolean.
        """
        return self._tell("UpdateConnectionFields", {"ErpConnectionId": erp_connection_id}, shapes.yes_or_no)

    def save_default_value_info(self, erp_sync_default_value: Carrier) -> carriers.ErpSyncDefaultValue | None:
        """Save the whole default value of a field. Returns it as saved.

        SaveDefaultValueInfo: ErpSyncDefaultValue -> ErpSyncDefaultValue.
        """
        return self._tell(
            "SaveDefaultValueInfo",
            {"ErpSyncDefaultValue": erp_sync_default_value},
            shapes.carrier,
        )

    def move_erp_field_item(self, erp_field_id: int, direction: int, erp_connection_id: int, erp_actor_type: str) -> None:
        """Move a field down (positive Direction) or up (negative) in the order of the fields. Step
        size and limits are not documented.

        MoveErpFieldItem: ErpFieldId, Direction, ErpConnectionId, ErpActorType -> void.
        """
        self._tell(
            "MoveErpFieldItem",
            {"ErpFieldId": erp_field_id, "Direction": direction, "ErpConnectionId": erp_connection_id, "ErpActorType": erp_actor_type},
            shapes.nothing,
        )

    def save_connection_list_mappings(self, list_mapping: Carrier) -> carriers.ErpConnectionListMappingContainer | None:
        """Save all list mappings of a connection. Returns them as saved. Services86 and newer, and
        REST.

        SaveConnectionListMappings: ListMapping -> ErpConnectionListMappingContainer.
        """
        return self._tell(
            "SaveConnectionListMappings",
            {"ListMapping": list_mapping},
            shapes.carrier,
        )

    # Synchronising

    def sync_all(self, *, timeout: float | None = None) -> carriers.PluginResponse | None:
        """Synchronise all active connections once, now. Answers when it is done.

        SyncAll: no arguments -> PluginResponse.
        """
        return self._tell("SyncAll", {}, shapes.carrier, timeout)

    def force_sync_all(self, *, timeout: float | None = None) -> carriers.PluginResponse | None:
        """The same, also while the engine is stopped. Services86 and newer, and REST.

        ForceSyncAll: no arguments -> PluginResponse.
        """
        return self._tell("ForceSyncAll", {}, shapes.carrier, timeout)

    def force_resync(
        self, erp_connection_id: int, internal_key_ids: t.Sequence[int], *, timeout: float | None = None
    ) -> carriers.PluginResponse | None:
        """Synchronise again from one connection, or from CRM with 0, to all others, regardless of
        timestamps. No ids means everything. Services86 and newer, and REST.

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
        """The same as ForceResync, as a batch task: answers at once. Services86 and newer, and
        REST.

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
        erp_actor_type: str,
        external_keys: t.Sequence[str],
        *,
        timeout: float | None = None,
    ) -> carriers.PluginResponse | None:
        """Synchronise ERP actors again by their ERP keys, from one connection to CRM and the
        others. Services86 and newer, and REST.

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
        erp_actor_type: str,
        external_keys: t.Sequence[str],
        *,
        timeout: float | None = None,
    ) -> carriers.PluginResponse | None:
        """The same, but blank values overwrite nothing. Newer servers of Services88, and REST.

        ForceResyncExternalNoBlankValues: ErpConnectionId, ErpActorType, ExternalKeys ->
        PluginResponse.
        """
        return self._tell(
            "ForceResyncExternalNoBlankValues",
            {"ErpConnectionId": erp_connection_id, "ErpActorType": erp_actor_type, "ExternalKeys": list(external_keys)},
            shapes.carrier,
            timeout,
        )

    # The engine

    def change_engine_status(self, run: bool) -> carriers.ErpSyncEngineStatus | None:
        """Start or stop the engine. Returns its current status, which may still be the old one: the
        server hands the request to its batch system.

        ChangeEngineStatus: Run -> ErpSyncEngineStatus.
        """
        return self._tell("ChangeEngineStatus", {"Run": run}, shapes.carrier)

    def change_engine_interval(self, interval: str) -> None:
        """Change the interval between two synchronisations.

        ChangeEngineInterval: Interval -> void.
        """
        self._tell("ChangeEngineInterval", {"Interval": interval}, shapes.nothing)
