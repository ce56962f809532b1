# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps of a plan: the words of each, and which of them are carried out side by side."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.declared import DeclaredActor, DeclaredConnection, DeclaredField
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.reference import Reference
from ansible_collections.superoffice.erpsync.plugins.module_utils._plan import steps
from ansible_collections.superoffice.erpsync.plugins.module_utils._plan.stages import stages

NORWAY = steps.Target("connection", 'US:"Norway";NO:"Norge"', 1)
SWEDEN = steps.Target("connection", "Sweden", 2)
NEW = steps.Target("connection", "New", None)
NEWER = steps.Target("connection", "Newer", None)
VISMA = steps.Target("connector", "Visma", 1)


def save(target: steps.Target) -> steps.SaveConnection:
    return steps.SaveConnection(target, DeclaredConnection("here", Reference("New")), None, {}, "send", True)


def save_actor(target: steps.Target, erp: str = "Customer", direction: str = "both") -> steps.SaveActor:
    return steps.SaveActor(target, DeclaredActor("here", erp, fields=(DeclaredField("here", "NAME", direction=direction),)))


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (steps.SwitchEngine(True), "start the engine"),
        (steps.SwitchEngine(False), "stop the engine"),
        (steps.SetInterval(90), "set the interval to 00:01:30"),
        (steps.SaveConnector(VISMA, "V", None), 'change connector "Visma"'),
        (steps.SaveConnector(VISMA._replace(id=None), "V", "u"), 'create connector "Visma"'),
        (save(NORWAY), 'change connection "Norway"'),
        (save(NEW), 'create connection "New"'),
        (steps.SetActive(NORWAY, True), 'activate connection "Norway"'),
        (steps.SetActive(NORWAY, False), 'deactivate connection "Norway"'),
        (steps.RefreshFields(NORWAY), 'read the fields of connection "Norway" again'),
        (save_actor(NORWAY), 'map the fields of connection "Norway", Customer'),
        (steps.PruneActors(NEW, (), "here"), 'clear the field mappings of connection "New" that are not declared'),
        (steps.SaveDefaults(NORWAY, DeclaredActor("here", "Customer")), 'set the default values of connection "Norway", Customer'),
        (steps.OrderFields(NORWAY, "Customer", (), "here"), 'order the fields of connection "Norway", Customer'),
        (steps.SaveLists(NORWAY, (), False), 'map the lists of connection "Norway"'),
        (steps.ClearColumns(NORWAY, ()), 'clear the cached columns of connection "Norway"'),
        (steps.SavePriority((NORWAY,)), "order the connections by priority"),
        (steps.Remove(VISMA), 'remove connector "Visma"'),
    ],
)
def test_the_words_of_a_step(step: Any, words: str) -> None:
    assert str(step) == words


def test_a_test_of_a_configuration_shows_no_value() -> None:
    assert repr(steps.ConfigTest("here", 1, {"Password": "s3cret"})) == "ConfigTest('here', 1)"


def test_steps_of_different_connections_are_carried_out_side_by_side() -> None:
    norway = (save(NORWAY), save_actor(NORWAY), steps.SetActive(NORWAY, True))
    sweden = (save(SWEDEN), save_actor(SWEDEN))
    # Each connection keeps the order of its own steps, whatever stands between them.
    mixed: list[steps.Step] = [norway[0], sweden[0], norway[1], sweden[1], norway[2]]
    assert stages(mixed) == [(norway, sweden)]
    # A connection whose name another one has, too, is another.
    twin = save(NORWAY._replace(id=7))
    assert stages([norway[0], twin]) == [((norway[0],), (twin,))]


def test_what_is_not_of_one_connection_waits_for_all_before_it() -> None:
    first, last = steps.SwitchEngine(False), steps.SavePriority((NORWAY,))
    between = steps.SaveConnector(VISMA, "V", None)
    assert stages([first, save(NORWAY), between, save(SWEDEN), last]) == [
        ((first,),),
        ((save(NORWAY),),),
        ((between,),),
        ((save(SWEDEN),),),
        ((last,),),
    ]
    assert stages([]) == []


def test_connections_are_created_one_after_the_other_and_before_the_rest() -> None:
    assert stages([save(NORWAY), save(NEW), save_actor(NEW), save(NEWER), save_actor(NEWER)]) == [
        ((save(NEW),),),
        ((save(NEWER),),),
        ((save(NORWAY),), (save_actor(NEW),), (save_actor(NEWER),)),
    ]
    assert stages([save(NEW)]) == [((save(NEW),),)]


@pytest.mark.parametrize("other", [save_actor(SWEDEN), steps.PruneActors(SWEDEN, (), "here"), steps.RefreshFields(SWEDEN)])
def test_fields_that_go_one_way_keep_their_order_over_all_connections(other: Any) -> None:
    """A CRM field that one connection writes alone may be the one that another one frees."""
    one_way, elsewhere = save_actor(NORWAY, direction="to_crm"), save(NEW._replace(id=3))
    assert stages([one_way, elsewhere, other]) == [((one_way, other), (elsewhere,))]
    assert stages([other, elsewhere, one_way]) == [((other, one_way), (elsewhere,))]
    # Another actor type has other fields.
    apart = save_actor(NORWAY, "Supplier", direction="to_crm")
    expected = [((apart,), (other,))] if isinstance(other, steps.SaveActor) else [((apart, other),)]
    assert stages([apart, other]) == expected
    assert stages([save_actor(NORWAY, direction="to_erp"), other]) == [((save_actor(NORWAY, direction="to_erp"),), (other,))]
