# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads field mappings with default values and ranks, and list mappings."""

from __future__ import annotations

from .._agent import shapes
from .._agent.lookups import FieldArchive
from .._agent.reading import ReadingAgent
from .._model import field_mapping
from .._model.current import CurrentActor
from .._wire import members
from .bulk import Source


def read_actor_state(source: Source, connection_id: int, erp: str, archive: FieldArchive) -> CurrentActor | None:
    """One actor type of a connection with all its default values, as far as the archive tells which
    fields have some; None if the connection does not have it.

    :param archive: what the archive tells of the fields of this connection.
    """
    told = source.archived(connection_id, erp)
    from_archives = told is not None and told.is_complete
    mapping = told.mapping if told is not None and from_archives else source.mapping(connection_id, erp)
    if mapping is None:
        return None
    with shapes.reading("GetActorTypeMapping"):
        wanted = archive.with_default_settings(field_mapping.field_ids(mapping))
    known = {} if told is None else told.defaults
    found: dict[int, members.Carrier] = {}
    for field_id in wanted:
        default: members.Carrier | None = known.get(field_id)
        # What the agent shows of a password is not documented.
        if default is None or default["FieldType"] == "Password":
            default = source.default(connection_id, erp, field_id)
        if default is not None:
            found[field_id] = default
    return CurrentActor(mapping, found, archive.ranks, archive.why_not, archived=from_archives)


def read_list_mappings(reading: ReadingAgent, connection_id: int) -> members.Carrier:
    """The list mappings of a connection; an empty carrier if it has none.

    :raises errors.NotInVersion: from web services without list mappings.
    """
    return reading.get_connection_list_mappings(connection_id) or {}
