# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which connections and connectors of the server a document means: what reading goes by, before there is a plan."""

from __future__ import annotations

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.checks import DocumentError
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connection import Connection
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connector import Connector
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.declared import DeclaredConnection, DeclaredConnector
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.environment import DeclaredEnvironment
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.matched import Matched
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.reference import Reference


def stored(number: int, name: str, connector_id: int = 1) -> Connection:
    return Connection(number, connector_id, name, "", True, False, None)


NORWAY, SWEDEN = stored(3, 'US:"Norway";NO:"Norge"'), stored(5, "Sweden", 2)
VISMA, SAP = Connector(1, "Visma", "https://visma.example.com/"), Connector(2, "SAP", "https://sap.example.com/")


def matched(*items: DeclaredConnection, connectors: tuple[DeclaredConnector, ...] | None = None) -> Matched:
    return Matched(DeclaredEnvironment(connections=items, connectors=connectors), [NORWAY, SWEDEN], [VISMA, SAP])


def item(number: int, ref: Reference, **more: object) -> DeclaredConnection:
    return DeclaredConnection(f"connections[{number}]", ref, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("present", [True, False])
@pytest.mark.parametrize(
    ("ref", "number"),
    [
        (Reference("Norway"), 3),
        (Reference("Norge"), 3),
        (Reference(id=3), 3),
        (Reference("Sweden"), 5),
        (Reference(id=5), 5),
        (Reference("Denmark"), None),
    ],
)
def test_what_a_reference_means_whether_it_shall_stay_or_go(ref: Reference, number: int | None, present: bool) -> None:
    declared = item(0, ref, present=present)
    found = matched(declared)
    assert found.items == ({} if number is None else {number: declared}) and found.id_of(declared) == number
    # What shall go and is not there is not to be made.
    assert found.new == ([declared] if number is None and present else [])
    # Whatever is equal to it, it is another item.
    assert found.id_of(item(0, ref, present=present)) is None


def test_an_unknown_id_is_a_mistake_unless_it_shall_go() -> None:
    gone = item(0, Reference(id=8), present=False)
    found = matched(gone)
    assert (found.items, found.new, found.id_of(gone)) == ({}, [], None)
    with pytest.raises(DocumentError) as refused:
        matched(item(0, Reference(id=8)))
    assert str(refused.value) == "connections[0]: there is no connection with the id 8. There are: Norway (3), Sweden (5)."


def test_a_connector_by_the_name_that_it_will_have() -> None:
    renamed = DeclaredConnector("connectors[0]", Reference(id=1), name="Visma Net", url="https://other.example.com/")
    same = DeclaredConnector("connectors[1]", Reference("SAP"), url=SAP.url or "")
    names = ("Visma Net", "Visma", "SAP", "New")
    items = [item(number, Reference("Norway"), connector=Reference(name)) for number, name in enumerate(names)]
    found = matched(item(4, Reference("Norway")), connectors=(renamed, same))
    assert [found.connector_id(one) for one in items] == [1, None, 2, None]
    # One that does not exist yet is another one.
    assert [found.moves(one, NORWAY) for one in items] == [False, True, True, True]
    assert [found.moves(one, SWEDEN) for one in items] == [True, True, False, True]
    undeclared = item(5, Reference("Norway"))
    assert found.connector_id(undeclared) is None and not found.moves(undeclared, NORWAY)
    assert found.readdressed() == {1}
    assert matched().readdressed() == set() and matched().new == []
