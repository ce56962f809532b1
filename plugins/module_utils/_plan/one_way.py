# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Refuses a field that goes one way to SuperOffice in a second connection of one document.

For connections that are there, the server says so of each field.
"""

from __future__ import annotations

from .._model import field_mapping
from .._model.checks import DocumentError
from .._model.current import CurrentConnection
from .._model.declared import DeclaredConnection
from .draft import Unchecked


class OneWay:
    """The fields that begin to go to SuperOffice, in the order of the document."""

    def __init__(self) -> None:
        # Place and connector of the first connection, by ERP actor type and folded key.
        self._taken: dict[tuple[str, str], tuple[str, str]] = {}

    def take(self, item: DeclaredConnection, connection: CurrentConnection | None, connector: str, unchecked: Unchecked) -> None:
        """Add the fields of a connection.

        :raises DocumentError: for a field that an earlier connection of the same connector brings
            to SuperOffice.
        """
        for actor in item.actors:
            going = [field for field in actor.fields if field.direction in ("to_crm", "both")]
            state = None if connection is None else connection.actors.get(actor.erp)
            before = field_mapping.directions(state.mapping) if state is not None and going else {}
            for field in going:
                key = (actor.erp, field.erp.casefold())
                was = before.get(key[1], "none")
                taken = self._taken.get(key)
                if taken is not None and field.direction == "to_crm" != was:
                    if taken[1] == connector:
                        raise DocumentError(
                            f"{field.place}: another connection already brings this field to SuperOffice, {taken[0]}, so it cannot go one "
                            "way to SuperOffice here. Use direction: both or to_erp, or take it out of the other connection first."
                        )
                    unchecked.note(f"whether {field.erp} of {actor.erp} may go one way to SuperOffice here, and in {taken[0]} as well")
                if was not in ("to_crm", "both"):
                    self._taken.setdefault(key, (item.place, connector))
