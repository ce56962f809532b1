# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways to an installation: REST, and the SOAP services of a version.

A test that uses the fixture `transport` runs once over REST and once over the newest services. With the fixture `way` it runs in each
shell over REST, and in one of them over SOAP; marked with `every_way`, in each shell over REST, and over the services of each version in
one of them, by turns. Where none has been chosen, it is REST.
"""

from __future__ import annotations

import copy
import os
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import IN_PROCESS, SHELLS

REST = "rest"
VERSIONS = (75, 83, 86, 88)
"""Of each group of versions that differ at least one; 83 is one that the vendor does not describe."""
TRANSPORTS = (REST, *(f"soap{version}" for version in VERSIONS))
USUAL = (REST, f"soap{VERSIONS[-1]}")

WAYS = (*((shell, REST) for shell in SHELLS), (IN_PROCESS, USUAL[-1]))
"""Shell and transport."""
EVERY_WAY = (*WAYS[:-1], *((SHELLS[(number + 1) % 2], transport) for number, transport in enumerate(TRANSPORTS[1:])))
"""Over every transport; both shells meet SOAP."""

every_way = pytest.mark.parametrize("way", EVERY_WAY, ids="-".join, indirect=True)
CHOICE = "ERPSYNC_TEST_TRANSPORT"
"""The environment variable with the choice."""


def chosen_version() -> int | None:
    """The version of the services that has been chosen; None for REST."""
    chosen = os.environ.get(CHOICE, REST)
    return None if chosen == REST else int(chosen.removeprefix("soap"))


def transport_options(version: int | None) -> dict[str, Any]:
    """The connection options for the services of a version, or for REST."""
    return {} if version is None else {"transport": "soap", "services_version": version}


def has_lists(version: int | None) -> bool:
    """Whether list mappings can be read and saved."""
    return version is None or version >= 86


def has_order(version: int | None) -> bool:
    """Whether the order of fields can be read."""
    return version is None


def without_what_lacks(document: Any, version: int | None) -> Any:
    """The document without the sections that services of a version cannot carry out; the same document where they can do all of it."""
    if version is None or not isinstance(document, dict) or not isinstance(document.get("connections"), list):
        return document
    kept = copy.deepcopy(document)
    for connection in kept["connections"]:
        if not isinstance(connection, dict):
            continue
        if not has_lists(version):
            connection.pop("lists", None)
        for actor in connection.get("actors") or ():
            if isinstance(actor, dict):
                actor.pop("order", None)
    return document if kept == document else kept
