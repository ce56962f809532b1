# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Refuses to change what somebody else has removed or moved since the plan was made.

Saving a removed thing would change nothing that anybody sees, or bring it back. The configuration
of a connection that has moved is that of another product. It costs no request: each change reads
what it changes once more.
"""

from __future__ import annotations

from .._agent import shapes
from .._client import errors
from .._wire import members


def still_there(thing: str, method: str, answer: members.Carrier | None) -> members.Carrier:
    """What was read once more before a change.

    :param thing: the kind and the name of the connector or connection.
    :param method: the method that has answered.
    :raises errors.Conflict: where the thing has been removed.
    """
    with shapes.reading(method):
        if answer is not None and not members.flag(answer, "Deleted"):
            return answer
    raise _conflict(thing, "removed", method)


def same_connector(thing: str, connector_id: int, carrier: members.Carrier) -> None:
    """Refuse a connection that has moved.

    :param connector_id: its connector when the plan was made.
    :raises errors.Conflict: where it goes through another connector by now.
    """
    with shapes.reading("GetConnection"):
        if members.required_number(carrier, "ErpConnectorId") != connector_id:
            raise _conflict(thing, "moved to another connector", "GetConnection")


def _conflict(thing: str, what: str, method: str) -> errors.Conflict:
    return errors.Conflict(
        f"The {thing} was there when this run began, and has been {what} since: by another run, or by a person. "
        "Let one run at a time work on an installation, and run again.",
        method=method,
        attempts=1,
    )
