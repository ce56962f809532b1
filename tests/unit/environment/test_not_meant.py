# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be carried out and cannot be meant is refused, in check mode as in the run, and nothing is sent."""

from __future__ import annotations

from typing import Any

import pytest

from .documents import VISMA_URL
from .installation import Installation, Json

FIELD = 'connections[0] ("Visma Norway").actors[0] (Customer).fields[0] (CITY)'


def refused(there: Installation, document: Json) -> str:
    """The message, the same in check mode, of a document for which nothing is changed."""
    message = there.refused(document)
    assert there.refused(document, check=True) == message
    assert there.writes == []
    return message


@pytest.mark.parametrize(("kind", "own", "other"), [("connection", "SAP Germany", "Visma Norway"), ("connector", "SAP", "Visma")])
def test_an_id_removes_nothing_that_has_another_name_than_the_declared_one(kind: str, own: str, other: str) -> None:
    there = Installation()
    number = {"connection": 3, "connector": 2}[kind]
    item: dict[str, Any] = {"id": number, "name": other, "state": "absent"}
    assert refused(there, {f"{kind}s": [item]}) == (
        f'{kind}s[0] (id {number}) shall be absent, and has the name "{other}". The {kind} with this id is "{own}". '
        "Correct the id or the name, or leave name out."
    )
    assert "shall be absent" in there.run(kind, **item)["msg"]
    # Any name will do once nothing has the id, and its own name is no contradiction.
    assert there.converge({f"{kind}s": [{**item, "id": 77}]})["changed"] is False
    gone = [{"id": 5, "state": "absent"}, {"id": 3, "name": "SAP Germany", "state": "absent"}]
    done = there.converge({"connections": gone, "connectors": [{"id": 2, "name": "SAP", "state": "absent"}]})
    assert [change["name"] for change in done["changes"]] == ["SAP Austria", "SAP Germany", "SAP"]


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("{{ x }}", 'is "{{ x }}", a template that was never resolved. Give the text itself, or the variable.'),
        ("city ", 'is "city ", which ends with a blank. Write the key without.'),
        ("city\n", 'is "city\\u000a", which has a line break in it. Write the key without.'),
        (
            "********",
            "holds a mask, such as ********, VALUE_SPECIFIED_IN_NO_LOG_PARAMETER or $encrypted$, shown in place of a secret. "
            "It comes from a result or a file in which secrets were masked. Give the text itself.",
        ),
    ],
)
def test_a_key_of_a_crm_field_that_nobody_means_is_not_saved(key: str, told: str) -> None:
    there = Installation()
    actors = [{"erp": "Customer", "fields": [{"erp": "CITY", "crm": key}]}]
    assert refused(there, {"connections": [{"name": "Visma Norway", "actors": actors}]}) == f"{FIELD}.crm {told}"
    # Nor is it where the fields are not known yet.
    connection = {"name": "New", "connector": "Other", "actors": actors}
    document = {"connectors": [{"name": "Other", "url": VISMA_URL}], "connections": [connection]}
    assert refused(there, document) == f"{FIELD}.crm {told}".replace("Visma Norway", "New")
    # What is stored stays as it is.
    there.mapped("Visma Norway", "Customer", "CITY").update(CrmFieldKey=key)
    assert there.converge({"connections": [{"name": "Visma Norway", "actors": actors}]})["changed"] is False


def test_superoffice_by_its_name_is_no_connection_to_come() -> None:
    there = Installation()
    told = '[0]: there is no connection "superoffice". SuperOffice itself is 0, without quotes.'
    assert refused(there, {"priority": ["superoffice", "Visma Norway"]}) == f"priority{told}"
    assert there.run("priority", order=["superoffice"], check=True)["msg"] == f"order{told}"
    # A connection may be called so.
    document: Json = {"connections": [{"id": 3, "name": "SuperOffice"}], "priority": ["SuperOffice", "Visma Norway"]}
    there.converge(document)
    assert there.converge(document)["changed"] is False and there.site.state.data["connection_rank"][:3] == [3, 0, 1]
    assert "There are" not in there.refused({"priority": ["superoffice"]})


def test_a_user_group_that_a_server_tells_twice_is_one() -> None:
    there = Installation()
    there.connection("Visma Norway").update(AllAccess=False, UserGroupAccessIds=[2, 1, 2], AssociateAccessIds=[3, 3])
    access = {"user_groups": [1, 2], "users": [3]}
    there.converge({"connections": [{"name": "Visma Norway", "access": access}]})
    assert there.writes == []
    [norway, *_others] = there.run("info", gather=["connections"])["connections"]
    assert norway["access"] == {"everyone": False, "user_group_ids": [1, 2], "user_ids": [3]}
