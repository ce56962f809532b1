# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of the SOAP services without the vendor's description: each type that it names is one that it knows."""

from __future__ import annotations

from ansible_collections.superoffice.erpsync.plugins.module_utils._client.soap import schema
from ansible_collections.superoffice.erpsync.tests.mock_server.stand_in.carriers import ENUMS
from ansible_collections.superoffice.erpsync.tests.mock_server.stand_in.wire.soap.schema import FLAGS, PRINCIPAL_ENUMS


def types() -> list[schema.Type]:
    """Every type of a member, an argument or an answer, and those of the items of lists."""
    found = [member.type for carrier in schema.CARRIERS.values() for member in carrier]
    for operation in schema.OPERATIONS.values():
        found += [argument.type for argument in operation.arguments]
        found += [operation.returns] if operation.returns else []
    return found + [one.item for one in found if one.kind == "list"]


def test_a_type_is_a_carrier_of_the_table_or_an_enumeration_or_flags() -> None:
    of_kind = {kind: {one.of for one in types() if one.kind == kind} for kind in ("carrier", "name", "flags")}
    assert of_kind["carrier"] <= set(schema.CARRIERS)
    assert of_kind["name"] <= {*ENUMS, *PRINCIPAL_ENUMS, "OrderBySortType", "InterRestrictionOperator"}
    assert of_kind["flags"] == FLAGS
