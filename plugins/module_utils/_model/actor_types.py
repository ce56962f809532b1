# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The ERP actor types, each with its CRM actor type, and the table of its records."""

from __future__ import annotations

import typing as t

from .._wire import archive_value

# The server knows Employee and Sale too, but does not synchronise them.
CRM_OF = {"Customer": "Contact", "Supplier": "Contact", "Partner": "Contact", "Person": "Person", "Project": "Project"}
CRM_ACTORS = tuple(dict.fromkeys(CRM_OF.values()))

# The vendor's numbers of tables. A database with tables of its own may have others.
_TABLES = {5: "contact", 6: "person", 11: "project", 13: "sale"}


def of_archive(value: t.Any) -> str | None:
    """The ERP actor type that an archive names; None if unknown, or if the record is missing."""
    found = archive_value.actor_type(value)
    return None if found == "Unknown" else found


def crm_table(actor: str | None, number: int | None) -> str | None:
    """The table of the CRM records of an ERP actor type; None if unknown.

    :param number: the server's number of the table, for actor types that are not synchronised.
    """
    crm = CRM_OF.get(actor or "")
    return crm.lower() if crm else _TABLES.get(number or 0)
