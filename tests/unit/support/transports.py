# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways in which a test runs a task: the shell, and REST or the SOAP services of a version.

A test takes a way and hands it to what runs the task. How many ways it is run in is said by its mark; the tests of
`tests/unit/environment/test_both_shells.py` and `test_transports.py` compare the ways with each other.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, TypeVar

import pytest
from ansible_collections.superoffice.erpsync.tests.unit.support import effort
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import IN_PROCESS, MODULE, SHELLS

Test = TypeVar("Test", bound=Callable[..., None])

VERSIONS = (75, 80, 81, 82, 83, 84, 85, 86, 87, 88) if effort.EVERY_WAY else (75, 83, 86, 88)
"""Of each group of versions that differ at least one; 83 is one that the vendor does not describe."""


class Way(NamedTuple):
    """The shell in which a task runs, and the version of the SOAP services to which it speaks; None for REST."""

    shell: str = IN_PROCESS
    version: int | None = None

    def __str__(self) -> str:
        return f"{self.shell}-{'rest' if self.version is None else f'soap{self.version}'}"


IN_PROCESS_OVER_REST = Way()
OVER_REST = tuple(Way(shell) for shell in SHELLS)
OVER_SOAP = (
    tuple(Way(shell, version) for version in VERSIONS for shell in SHELLS)
    if effort.EVERY_WAY
    else tuple(Way(SHELLS[(number + 1) % 2], version) for number, version in enumerate(VERSIONS))
)
"""Each version in one of the shells, by turns."""
EVERY_WAY = OVER_REST + OVER_SOAP
USUAL_WAYS = EVERY_WAY if effort.EVERY_WAY else (Way(IN_PROCESS), Way(MODULE, VERSIONS[-1]))
"""Each shell and each transport once: they do not know of each other, so that not each of all pairs is tried."""

NEWEST_WAYS = tuple(way for way in USUAL_WAYS if way.version in (None, VERSIONS[-1]))
"""The usual ways without the older services, which lack methods, members or answers that a test is about."""

every_way = pytest.mark.parametrize("way", EVERY_WAY, ids=str)
usual_ways = pytest.mark.parametrize("way", USUAL_WAYS, ids=str)
newest_ways = pytest.mark.parametrize("way", NEWEST_WAYS, ids=str)


def over_rest(test: Test) -> Test:
    """A test over REST in one of the shells, by turns with the letters of its name; in both where every way is tried."""
    ways = OVER_REST if effort.EVERY_WAY else OVER_REST[sum(map(ord, test.__name__)) % 2 :][:1]
    decorated: Test = pytest.mark.parametrize("way", ways, ids=str)(test)
    return decorated


both_transports = pytest.mark.parametrize("way", (Way(IN_PROCESS), Way(IN_PROCESS, VERSIONS[-1])), ids=str)
every_version = pytest.mark.parametrize("version", VERSIONS)


def by_turns(cases: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Each case over REST, with its way in front: in one of the shells, by turns, or in both where every way is tried."""
    listed = list(cases)
    if effort.EVERY_WAY:
        return [(way, *case) for way in OVER_REST for case in listed]
    return [(OVER_REST[number % 2], *case) for number, case in enumerate(listed)]


def transport_options(version: int | None) -> dict[str, Any]:
    """The connection options for the services of a version, or for REST."""
    return {} if version is None else {"transport": "soap", "services_version": version}


def has_lists(version: int | None) -> bool:
    """Whether list mappings can be read and saved."""
    return version is None or version >= 86


def without_what_lacks(document: Any, version: int | None) -> Any:
    """The document without the sections that services of a version cannot carry out; the same document where they can do all of it."""
    if has_lists(version) or not isinstance(document, dict) or not isinstance(document.get("connections"), list):
        return document
    kept = copy.deepcopy(document)
    for connection in kept["connections"]:
        if isinstance(connection, dict):
            connection.pop("lists", None)
    return document if kept == document else kept
