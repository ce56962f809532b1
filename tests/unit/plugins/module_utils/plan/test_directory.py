# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of afterwards: each look-up sees what the plan has done to names until then, whatever was looked up before."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.checks import DocumentError
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connector import Connector
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.reference import Reference
from ansible_collections.superoffice.erpsync.plugins.module_utils._plan.directory import Directory
from ansible_collections.superoffice.erpsync.plugins.module_utils._plan.steps import Target

VISMA, SAP = Target("connector", "Visma", 1), Target("connector", "SAP", 2)


def looked_up(directory: Directory, ref: Reference) -> Target | str:
    try:
        return directory.target("connector", ref, "here")
    except DocumentError as error:
        return str(error)


CHANGES: dict[str, tuple[Callable[[Directory], object], dict[str, Target | str]]] = {
    "new name": (
        lambda directory: directory.rename("connector", 1, "Visma.net", "there"),
        {
            "Visma.net": VISMA._replace(name="Visma.net"),
            "Visma": 'here: the connector "Visma" gets the name "Visma.net" in the same document. Use the new name.',
            "SAP": SAP,
        },
    ),
    "removal": (
        lambda directory: directory.remove("connector", 1),
        {
            "Visma": 'here: there is no connector "Visma". There are: SAP.',
            "SAP": SAP,
        },
    ),
    "creation": (
        lambda directory: directory.create("connector", "Uni", "there"),
        {"Uni": Target("connector", "Uni", None), "Visma": VISMA, "SAP": SAP},
    ),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("before", [(), ("Visma", "SAP")])
def test_names_of_afterwards(change: str, before: tuple[str, ...]) -> None:
    directory = Directory([Connector(1, "Visma", None), Connector(2, "SAP", None)], [], assume_missing=False)
    assert [looked_up(directory, Reference(name)) for name in before] == [VISMA, SAP][: len(before)]
    do, told = CHANGES[change]
    do(directory)
    assert {name: looked_up(directory, Reference(name)) for name in told} == told


def test_ids_of_afterwards() -> None:
    directory = Directory([Connector(1, "Visma", None), Connector(2, "SAP", None)], [], assume_missing=False)
    directory.rename("connector", 1, "Visma.net", "there")
    directory.remove("connector", 2)
    assert looked_up(directory, Reference(id=1)) == VISMA._replace(name="Visma.net")
    assert looked_up(directory, Reference(id=2)) == "here: the connector with the id 2 is removed by the same document."
    assert (directory.name("connector", 1), directory.name("connector", 2), directory.name("connector", 3)) == ("Visma.net", "SAP", "3")
