# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The ERP actor types, each with its CRM actor type."""

from __future__ import annotations

# The server knows Employee and Sale too, but does not synchronise them.
CRM_OF = {"Customer": "Contact", "Supplier": "Contact", "Partner": "Contact", "Person": "Person", "Project": "Project"}
CRM_ACTORS = tuple(dict.fromkeys(CRM_OF.values()))
