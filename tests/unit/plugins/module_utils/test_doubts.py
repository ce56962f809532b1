# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The warning that archives and agent tell different things: whole, and of how many things it tells."""

from __future__ import annotations

from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connection import Connection
from ansible_collections.superoffice.erpsync.plugins.module_utils._read.bulk import Source
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_transport import ScriptedTransport

END = (
    " So all mappings were read through the agent. Where this warning comes again, set read_from to agent, which spares reading the "
    "archives."
)


def doubt(differences: dict[int, list[str]]) -> str | None:
    with ScriptedTransport() as transport:
        source = Source(transport.reading, transport.lookups)
        for number, told in differences.items():
            source.note_settings(number, told)
        return source.doubt([Connection(number, 1, f"C{number}", "", True, False, None) for number in range(1, 8)])


def told(words: str) -> str:
    return f"The archives and the agent of the server tell different things of {words}.{END}"


def test_connections_and_their_differences_up_to_five_of_each() -> None:
    assert doubt({}) is None
    assert doubt({1: []}) is None
    assert doubt({2: ["name"], 1: ["active", "connector"]}) == told('"C1": active, connector; "C2": name')
    # A connection that went meanwhile has its id alone.
    assert doubt({8: ["name"]}) == told('"8": name')
    five = list("abcde")
    assert doubt({1: five}) == told('"C1": a, b, c, d, e')
    assert doubt({1: [*five, "f", "g"]}) == told('"C1": a, b, c, d, e, and 2 more')
    some = "; ".join(f'"C{number}": a' for number in range(1, 6))
    assert doubt(dict.fromkeys(range(5, 0, -1), ["a"])) == told(some)
    assert doubt(dict.fromkeys(range(6, 0, -1), ["a"])) == told(f"{some}; and 1 more")
