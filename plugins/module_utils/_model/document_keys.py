# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The keys of each section of a document, and the choices of their values.

tools/document_shape.py writes documentation and JSON Schemas from these tables.
"""

from __future__ import annotations

SECTIONS = ("engine", "connectors", "connections", "priority")
CONNECTOR_KEYS = ("name", "id", "url", "state", "test")
CONNECTION_SETTINGS = ("name", "id", "connector", "description", "active", "access", "config")
CONNECTION_KEYS = (*CONNECTION_SETTINGS, "actors", "lists", "state", "test", "refresh_fields")
ACCESS_KEYS = ("everyone", "user_groups", "users")
ACTOR_KEYS = ("erp", "crm", "enabled", "fields", "order", "purge")
FIELD_KEYS = ("erp", "crm", "direction", "show", "search", "default")
DEFAULT_KEYS = ("value", "prompt", "mandatory", "state")
LIST_KEYS = ("list", "actor", "items", "purge", "shared")
PRESENCE = ("present", "absent")
PRUNE = ("connectors", "connections", "mappings")
UPDATE_SECRETS = ("when_changed", "always", "on_create")
UNSUPPORTED = ("fail", "skip")
# By SyncToCrm and SyncToErp.
DIRECTIONS = {(False, False): "none", (True, False): "to_crm", (False, True): "to_erp", (True, True): "both"}
DIRECTION_NAMES = tuple(DIRECTIONS.values())
