# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole plans: each step, change, test and remark for a document and an environment as it is, in order."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.checks import DocumentError
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connection import Connection
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connector import Connector
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.current import CurrentActor, CurrentConnection, Person
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.document import parse_document
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.engine import EngineStatus
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.environment import CurrentEnvironment
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.stamp import Row
from ansible_collections.superoffice.erpsync.plugins.module_utils._plan import environment
from ansible_collections.superoffice.erpsync.plugins.module_utils._plan.environment import Plan
from ansible_collections.superoffice.erpsync.plugins.module_utils._plan.steps import ClearColumns, ConfigTest, PruneActors, UrlTest

FIELDS = [{"FieldKey": "Company", "FieldType": "Text", "Access": "Mandatory"}]


def connection(number: int, name: str, connector: int, active: bool) -> CurrentConnection:
    carrier = {
        "ErpConnectionId": number,
        "ErpConnectorId": connector,
        "DisplayName": name,
        "DisplayDescription": "old",
        "Active": active,
        "Deleted": False,
        "ConfigFields": {"Company": "1"},
        "AllAccess": True,
        "UserGroupAccessIds": [],
        "AssociateAccessIds": [],
    }
    return CurrentConnection(Connection.from_wire(carrier), carrier)


THERE = CurrentEnvironment(
    engine=EngineStatus(True, "Fine.", 900),
    connectors=(Connector(1, "Visma", "http://visma"), Connector(2, "SAP", "http://u:p@sap"), Connector(3, "Old", None)),
    connections=(connection(11, "Norway", 1, True), connection(12, "Sweden", 1, False), connection(13, "", 2, True)),
    config_fields={1: FIELDS, 2: FIELDS},
    user_groups=(Person(5, ("Sales",)),),
    users=(Person(6, ("Kari", "KN")),),
    priority=(11, 0, 13, 12),
)


def planned(document: dict[str, Any], *prune: str, assume: bool = False, **more: Any) -> Plan:
    declared = parse_document(document, prune=prune)._replace(assume_missing=assume)
    return environment.plan(declared, dataclasses.replace(THERE, **more))


def refused(document: dict[str, Any], *prune: str, **more: Any) -> str:
    with pytest.raises(DocumentError) as caught:
        planned(document, *prune, **more)
    return str(caught.value)


def told(plan: Plan) -> dict[str, Any]:
    """What a plan has, without what is empty."""
    changes = [(one.kind, one.name, one.before, one.after, dict(one.rows)) for one in plan.changes]
    found = {"steps": [str(step) for step in plan.steps], "changes": changes, "tests": list(plan.tests)}
    found.update(warnings=list(plan.warnings), unchecked=list(plan.unchecked))
    return {name: value for name, value in found.items() if value}


def test_the_engine_stops_first_and_starts_last() -> None:
    connector = {"name": "Old", "url": "http://old", "test": False}
    assert told(planned({"engine": {"state": "stopped", "interval": "10m"}, "connectors": [connector]})) == {
        "steps": ["stop the engine", 'change connector "Old"', "set the interval to 00:10:00"],
        "changes": [
            (
                "engine", "", {"state": "running", "interval": "00:15:00"}, {"state": "stopped", "interval": "00:10:00"},
                {(): (Row("ErpConfiguration"),)},
            ),
            (
                "connector", "Old", {"name": "Old", "url": None}, {"name": "Old", "url": "http://old"},
                {(): (Row("ErpConnector", 3),)},
            ),
        ],
    }  # fmt: skip
    stopped = EngineStatus(False, "Fine.", None)
    plan = planned({"engine": {"state": "running", "interval": "10m"}}, engine=stopped)
    assert told(plan)["steps"] == ["set the interval to 00:10:00", "start the engine"]
    assert plan.predicted.engine == EngineStatus(True, "Fine.", 600)
    plan = planned({"engine": {"state": "running"}})
    assert told(plan) == {} and plan.predicted.engine == THERE.engine
    assert told(planned({"engine": {"interval": "10m"}}, engine=None)) == {}
    assert planned({"connectors": []}, engine=None).predicted.engine is None


def test_connectors() -> None:
    document = {
        "connectors": [
            {"name": "New", "url": "http://visma"},
            {"id": 2, "name": "SAP"},
            {"id": 1, "name": "Visma 2", "url": "http://other", "test": False},
            {"name": "Old", "state": "absent"},
            {"name": "Nowhere", "state": "absent"},
        ]
    }
    assert told(planned(document)) == {
        "steps": ['create connector "New"', 'change connector "Visma"', 'remove connector "Old"'],
        "changes": [
            ("connector", "New", {}, {"name": "New", "url": "http://visma"}, {}),
            (
                "connector", "Visma", {"name": "Visma", "url": "http://visma"}, {"name": "Visma 2", "url": "http://other"},
                {(): (Row("ErpConnector", 1),)},
            ),
            ("connector", "Old", {"name": "Old", "url": None}, {}, {(): (Row("ErpConnector", 3),)}),
        ],
        "tests": [UrlTest('connectors[0] ("New")', "http://visma")],
        "warnings": ['connectors[0] ("New") has the same URL as the connector "Visma" (id 1).'],
    }  # fmt: skip
    # A password in a URL is shown to nobody.
    [change] = planned({"connectors": [{"name": "SAP", "url": "http://u:q@sap"}]}).changes
    assert "u:p" not in str(change.before) and "u:q" not in str(change.after) and change.before["url"] != change.after["url"]
    left = planned({"connectors": [{"name": "SAP", "url": "{{ sap_url }}"}]})
    assert told(left) == {
        "warnings": [
            'connectors[0] ("SAP").url is a template that was never resolved, such as "{{ variable }}". This counts as not declared, and '
            "the server keeps the URL."
        ]
    }


def test_undeclared_connectors_go_where_nothing_uses_them() -> None:
    pruned = {"connectors": [{"name": "Visma"}, {"name": "SAP"}]}
    assert told(planned(pruned, "connectors"))["steps"] == ['remove connector "Old"']
    used = {"connectors": [{"name": "SAP"}]}
    assert refused(used, "connectors") == (
        'connectors: the connector "Visma" cannot be removed, since connections use it: Norway, Sweden. Remove them first.'
    )
    assert refused({"connectors": [{"name": "SAP", "state": "absent"}]}) == (
        'connectors: the connector "SAP" cannot be removed, since connections use it: id 13. Remove them first.'
    )
    # Connections that move, or go, use it no longer.
    moved = {
        **used,
        "connections": [
            {"name": "Norway", "connector": "SAP", "config": {"Company": "2"}, "test": False},
            {"name": "Sweden", "state": "absent"},
        ],
    }
    assert told(planned(moved, "connectors"))["steps"] == [
        'change connection "Norway"',
        'remove connection "Sweden"',
        'remove connector "Visma"',
        'remove connector "Old"',
    ]
    onto = {
        **moved,
        "connections": [{"id": 13, "connector": "Visma", "config": {"Company": "2"}}, {"name": "Norway", "connector": "Visma"}],
    }
    assert refused({**onto, "connectors": [{"name": "Visma", "state": "absent"}]}) == (
        'connections[0] (id 13).connector: there is no connector "Visma". There are: SAP, Old.'
    )


NEW = {"name": "New", "connector": "Visma", "config": {"Company": "9"}, "active": True}


def test_a_new_connection() -> None:
    after = {
        "name": "New",
        "connector": "Visma",
        "description": "",
        "access": {"everyone": True, "user_groups": [], "users": []},
        "config": {"Company": "9"},
    }
    place = 'connections[0] ("New")'
    assert told(planned({"connections": [NEW]})) == {
        "steps": ['create connection "New"', 'activate connection "New"'],
        "changes": [("connection", "New", {}, {**after, "active": True}, {})],
        "tests": [ConfigTest(place, 1, {"Company": "9"})],
    }
    untested = told(planned({"connections": [{**NEW, "active": False, "test": False}]}))
    assert untested == {
        "steps": ['create connection "New"'],
        "changes": [("connection", "New", {}, {**after, "active": False}, {})],
        "unchecked": [f"{place}: only the run itself shows whether these are right: config, which test: false leaves untested."],
    }
    # Through a connector that is new, or gets a new URL, nothing can be asked before.
    both = {"connectors": [{"name": "Later", "url": "http://later", "test": False}], "connections": [{**NEW, "connector": "Later"}]}
    found = told(planned(both))
    assert "tests" not in found and found["unchecked"] == [
        f"{place}: only the run itself shows whether these are right: config. What its connector asks for is known only once the "
        "connector is saved."
    ]
    renewed = {"connectors": [{"name": "Visma", "url": "http://new", "test": False}], "connections": [NEW]}
    found = told(planned(renewed))
    assert "tests" not in found and found["unchecked"] == [
        f"{place}: only the run itself shows whether these are right: what its connector asks for and has at its new URL."
    ]
    bare = {"name": "Bare"}
    assert refused({"connections": [bare]}) == (
        'connections[0] ("Bare") does not exist yet, and has no connector. Say through which connector it goes.'
    )
    assert refused({"connections": [{"name": "Norwey"}]}) == (
        'connections[0] ("Norwey") does not exist yet, and has no connector. Say through which connector it goes. Or did you mean '
        '"Norway", which exists?'
    )


def test_a_connection_that_is_there() -> None:
    document = {
        "connections": [
            {"id": 11, "name": "Oslo", "active": False, "description": "new", "access": {"user_groups": ["Sales", {"id": 5}]}},
            {"name": "Sweden", "active": True, "config": {"Company": "2"}},
        ]
    }
    own = (Row("ErpConnection", 11),)
    assert told(planned(document)) == {
        "steps": [
            'deactivate connection "Norway"',
            'change connection "Norway"',
            'change connection "Sweden"',
            'activate connection "Sweden"',
        ],
        "changes": [
            (
                "connection",
                "Norway",
                {"active": True, "name": "Norway", "description": "old", "access": {"everyone": True, "user_groups": [], "users": []}},
                {
                    "active": False,
                    "name": "Oslo",
                    "description": "new",
                    "access": {"everyone": False, "user_groups": ["Sales"], "users": []},
                },
                {(): own, ("access",): (*own, Row("ErpConnectionAccess", 11))},
            ),
            (
                "connection",
                "Sweden",
                {"active": False, "config": {"Company": "1"}},
                {"active": True, "config": {"Company": "2"}},
                {(): (Row("ErpConnection", 12),)},
            ),
        ],
        "tests": [ConfigTest('connections[1] ("Sweden")', 1, {"Company": "2"})],
        "warnings": [
            "connections[0] (id 11).access.user_groups[1] (id 5) is the same user group as connections[0] (id 11).access.user_groups[0] "
            '("Sales"). Name it once.',
        ],
    }
    assert told(planned({"connections": [{"name": "Norway", "active": True, "description": "old", "config": {"Company": "1"}}]})) == {}
    untested = planned({"connections": [{"name": "Norway", "config": {"Company": "2"}, "test": False}]})
    assert untested.tests == () and [str(step) for step in untested.steps] == ['change connection "Norway"']


def test_a_connection_that_moves() -> None:
    document = {"connections": [{"name": "Norway", "connector": "SAP", "config": {"Company": "1"}}]}
    assert told(planned(document)) == {
        "steps": ['change connection "Norway"'],
        "changes": [("connection", "Norway", {"connector": "Visma"}, {"connector": "SAP"}, {(): (Row("ErpConnection", 11),)})],
        "tests": [ConfigTest('connections[0] ("Norway")', 2, {"Company": "1"})],
    }
    later = {
        "connectors": [{"name": "Later", "url": "http://later"}],
        "connections": [{**document["connections"][0], "connector": "Later"}],
    }
    assert told(planned(later))["unchecked"] == [
        'connections[0] ("Norway"): only the run itself shows whether these are right: config. What its connector asks for is known only '
        "once the connector is saved."
    ]


def test_connections_that_go_and_those_that_a_run_may_have_left_inactive() -> None:
    gone = {"connections": [{"name": "Norway", "state": "absent"}, {"id": 99, "state": "absent"}]}
    assert told(planned(gone)) == {
        "steps": ['remove connection "Norway"'],
        "changes": [("connection", "Norway", {"name": "Norway", "active": True}, {}, {(): (Row("ErpConnection", 11),)})],
    }
    assert told(planned({"connections": [{"name": "Norway"}]}, "connections"))["steps"] == [
        'remove connection "Sweden"',
        "remove connection with the id 13",
    ]
    one = told(planned({"connections": [{"name": "Sweden"}, {"name": "Norway"}]}))
    assert one == {
        "warnings": [
            'The connection "Sweden" is inactive, and active is not declared. A run that was killed may have left it so. '
            "Declare active: true or active: false."
        ]
    }
    inactive = (connection(12, "Sweden", 1, False), connection(13, "", 2, False), connection(14, "X", 2, False))
    several = planned({"connections": [{"name": "Sweden"}, {"id": 13}, {"name": "X", "active": False}]}, connections=inactive)
    assert several.warnings == (
        'The connections "Sweden", with the id 13 are inactive, and active is not declared. A run that was killed may have left '
        "them so. Declare active: true or active: false.",
    )


def mapped(key: str, **members: Any) -> dict[str, Any]:
    plain = {"CrmFieldKey": "", "SyncToCrm": False, "SyncToErp": False, "ShowInGui": False, "ShowInSearch": False}
    return {"ErpFieldId": ord(key), "ErpFieldKey": key, "FieldType": "Text", "Access": "Normal", "Active": True, **plain, **members}


def with_actors(*fields: dict[str, Any]) -> tuple[CurrentConnection, ...]:
    """Norway maps customers and persons."""
    mapping = {"ActorTypeErp": "Customer", "ActorTypeCrm": "Contact", "IsActive": True, "FieldMappings": list(fields)}
    person = {**mapping, "ActorTypeErp": "Person", "ActorTypeCrm": "Person", "FieldMappings": [mapped("P", CrmFieldKey="person")]}
    actors = {"Customer": CurrentActor(mapping), "Person": CurrentActor(person)}
    norway = connection(11, "Norway", 1, True)._replace(actors=actors, actor_types=("Customer", "Person"))
    return (norway, *(THERE.connections or ())[1:])


CUSTOMER = {"erp": "Customer", "fields": [{"erp": "A", "crm": "name", "direction": "to_erp"}]}


def test_mappings() -> None:
    there = with_actors(mapped("A"), mapped("B", CrmFieldKey="b"))
    document = {"connections": [{"name": "Norway", "actors": [CUSTOMER]}]}
    steps = ['map the fields of connection "Norway", Customer', 'clear the cached columns of connection "Norway"']
    found = planned(document, connections=there)
    assert [str(step) for step in found.steps] == steps
    [clears] = [step for step in found.steps if isinstance(step, ClearColumns)]
    assert clears.owners == ("Contact",)
    [change] = found.changes
    hidden = {"show": False, "search": False}
    assert (change.kind, change.name) == ("mapping", "Norway, Customer")
    assert change.before["fields"] == {"A": {"crm": None, "direction": "none", **hidden}}
    assert change.after["fields"] == {"A": {"crm": "name", "direction": "to_erp", **hidden}}
    # Pruning clears what is not declared, of the actor types that are not declared as well.
    found = planned(document, "mappings", connections=there)
    assert [str(step) for step in found.steps] == [steps[0], 'map the fields of connection "Norway", Person', steps[1]]
    assert [step.owners for step in found.steps if isinstance(step, ClearColumns)] == [("Contact", "Person")]
    assert [(one.name, one.after["fields"]["BP"["Person" in one.name]]["crm"]) for one in found.changes] == [
        ("Norway, Customer", None),
        ("Norway, Person", None),
    ]
    # Fields are read again only where one is missing, or has been.
    refreshing = {"connections": [{"name": "Norway", "actors": [CUSTOMER], "refresh_fields": True}]}
    assert [str(step) for step in planned(refreshing, connections=there).steps] == steps
    missing = with_actors(mapped("A", MissingInERP=True))
    found = planned(refreshing, connections=missing)
    assert [str(step) for step in found.steps] == ['read the fields of connection "Norway" again', *steps]
    # What a new connection maps of its own is known only once it is there.
    new = {"connections": [{**NEW, "actors": [CUSTOMER]}]}
    made = ['create connection "New"', 'map the fields of connection "New", Customer']
    ends = ['clear the cached columns of connection "New"', 'activate connection "New"']
    assert [str(step) for step in planned(new).steps] == [*made, *ends]
    pruning = planned(new, "mappings")
    assert [str(step) for step in pruning.steps] == [
        *made, 'clear the field mappings of connection "New" that are not declared', *ends,
    ]  # fmt: skip
    [prunes] = [step for step in pruning.steps if isinstance(step, PruneActors)]
    assert (prunes.declared, prunes.place) == (("Customer",), 'connections[0] ("New")')


@pytest.mark.parametrize(
    ("priority", "after", "steps"),
    [
        (["Norway", "Sweden"], None, 0),
        (["Sweden", "Norway"], ["Sweden", "SuperOffice", "Denmark", "Norway"], 1),
        ([{"id": 13}, {"id": 0}, "Norway"], ["Denmark", "SuperOffice", "Norway", "Sweden"], 1),
    ],
)
def test_the_order_of_priority(priority: list[Any], after: list[str] | None, steps: int) -> None:
    there = (*(THERE.connections or ())[:2], connection(13, "Denmark", 2, True))
    found = planned({"priority": priority}, priority_is_certain=False, connections=there)
    assert [str(step) for step in found.steps] == ["order the connections by priority"] * steps
    if after is None:
        assert told(found) == {}
        return
    [change] = found.changes
    assert (change.kind, change.name, change.before["priority"], change.after) == (
        "priority", "", ["Norway", "SuperOffice", "Denmark", "Sweden"], {"priority": after},
    )  # fmt: skip
    assert dict(change.rows) == {(): (Row("ErpConfiguration"),)}
    assert found.warnings == (
        "priority: the server's list of the connections may not be in the order of their priority, and no archive tells the "
        "priority. If it is not, each run saves the priority again and reports it as changed.",
    )
    assert planned({"priority": priority}, connections=there).warnings == ()


def test_names_that_afterwards_are_others() -> None:
    renamed: dict[str, Any] = {"connections": [{"id": 11, "name": "Oslo"}], "priority": ["Sweden", "Norway"]}
    assert refused(renamed) == 'priority[1]: the connection "Norway" gets the name "Oslo" in the same document. Use the new name.'
    found = planned({**renamed, "priority": ["Sweden", "Oslo"]})
    assert found.changes[-1].after == {"priority": ["Sweden", "SuperOffice", "13", "Oslo"]}
    assert refused({"connections": [{"id": 11, "name": "sweden"}]}) == (
        'connections[0] (id 11): the connection "Sweden" with the id 12 has the name "sweden" already except for case, blanks, '
        "composition of letters and language. Choose another name."
    )
    assert refused({"connections": [NEW, {**NEW, "name": "new"}]}) == (
        'connections[1] ("new"): "new" is the same name as "New" of connections[0] ("New") except for case, blanks, composition of letters '
        "and language. Give each a name of its own."
    )
    assert refused({"connections": [{"id": 11, "state": "absent"}], "priority": [{"id": 11}]}) == (
        "priority[0]: the connection with the id 11 is removed by the same document."
    )
    twins = (connection(11, "Norway", 1, True), connection(12, "Norway", 1, True))
    assert refused({"priority": ["Norway"]}, connections=twins) == (
        'priority[0]: there is more than one connection "Norway", with the ids 11 and 12. Use the id.'
    )
    assert refused({"connections": [{"name": "Norway"}, {"id": 11}]}) == (
        "connections[1] (id 11) means the connection with the id 11, which the document has declared already."
    )
    assert refused({"connections": [NEW], "priority": ["Denmark"]}) == (
        'priority[0]: there is no connection "Denmark". There are: Norway, Sweden, 13, New.'
    )
    taken = planned({"priority": ["Denmark", "Norway"]}, assume=True)
    assert taken.warnings == ('priority[0]: there is no connection "Denmark" yet; it is taken for granted that it will be there.',)
    assert taken.changes[-1].after == {"priority": ["Denmark", "SuperOffice", "13", "Sweden", "Norway"]}
