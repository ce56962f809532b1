# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads field mappings with default values and ranks, and list mappings."""

from __future__ import annotations

import typing as t

from .._agent import shapes
from .._agent.lookups import FieldArchive
from .._agent.reading import ReadingAgent
from .._model import field_mapping
from .._model.current import CurrentActor
from .._wire import members


def read_actor_state(
    reading: ReadingAgent,
    connection_id: int,
    erp: str,
    archive: FieldArchive,
    field_ids: t.Callable[[members.Carrier], t.Iterable[int]] | None = None,
) -> CurrentActor | None:
    """One actor type of a connection; None if the connection does not have it.

    :param archive: what the archive tells of the fields of this connection.
    :param field_ids: picks the fields of the mapping whose default values are read; by default all
        that have some, as far as the archive tells.
    """
    mapping = reading.get_actor_type_mapping(connection_id, erp)
    if mapping is None:
        return None
    with shapes.reading("GetActorTypeMapping"):
        wanted = archive.with_default_settings(field_mapping.field_ids(mapping)) if field_ids is None else field_ids(mapping)
    return CurrentActor(mapping, _read_defaults(reading, wanted), archive.ranks, archive.why_not)


def read_list_mappings(reading: ReadingAgent, connection_id: int) -> members.Carrier:
    """The list mappings of a connection; an empty carrier if it has none.

    :raises errors.NotInVersion: from web services without list mappings.
    """
    return reading.get_connection_list_mappings(connection_id) or {}


def _read_defaults(reading: ReadingAgent, field_ids: t.Iterable[int]) -> dict[int, members.Carrier]:
    """Default values by ErpFieldId, without fields that the server does not know."""
    found = ((field_id, reading.get_default_value_info(field_id)) for field_id in field_ids)
    return {field_id: default for field_id, default in found if default is not None}
