# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Asks a server whether it has list mappings, where the version of its services does not tell.

2 requests. REST has no versions by which one could know.
"""

from __future__ import annotations

from .._agent import shapes
from .._agent.listing import blames_the_request
from .._agent.lookups import Lookups
from .._agent.reading import ReadingAgent
from .._client import errors
from .._wire import members


def why_no_lists(reading: ReadingAgent, lookups: Lookups) -> str | None:
    """Why the server has no list mappings, in its words; None where it has some, or does not say
    so.

    :raises errors.ErpSyncError: where the server cannot be read.
    """
    with shapes.reading("MDO list erpconnections"):
        ids = [number for item in lookups.list_items("erpconnections") for number in [members.required_number(item, "Id")] if number]
    try:
        # Of an id that nothing has, a server tells nothing.
        reading.get_connection_list_mappings(ids[0] if ids else 0)
    except errors.NotFound as error:
        return error.message
    except errors.ErrorAnswer as error:
        # That may be about the id, where none is known.
        return error.message if ids and blames_the_request(error) else None
    return None
