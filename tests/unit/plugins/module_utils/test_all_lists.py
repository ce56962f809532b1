# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of many connections: from an archive that tells what the agent tells of one of them, else through the agent."""

from __future__ import annotations

from typing import Any, cast

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._agent.archives import Archives
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._read.all_lists import MappedList, read_all_lists
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire.archive_query import Query, Restriction, Row
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_transport import ScriptedTransport, refusal

FIELD = "ErpListItemMapping.ErpFieldId"
ACTOR = f"{FIELD}.ErpConnectionActorTypeId"
OF = f"{ACTOR}.ErpConnectionId"
KEY, CRM = "ErpListItemMapping.ErpItemKey", "ErpListItemMapping.CrmItemKey"
TERMS = MappedList("TermList", "Customer", {"a": 3, "": 4})
REFUSED = refusal(403, kind=errors.Forbidden)


class _Archives:
    """Answers with rows, or an error."""

    def __init__(self, answer: list[Row] | errors.ErpSyncError) -> None:
        self.answer = answer
        self.asked: list[Query] = []

    def rows(self, query: Query) -> list[Row]:
        self.asked.append(query)
        if isinstance(self.answer, errors.ErpSyncError):
            raise self.answer
        return self.answer


def row(connection: Any = 1, field: Any = 7, key: Any = "a", crm: Any = 3, **more: Any) -> Row:
    return {OF: connection, FIELD: field, KEY: key, CRM: crm, f"{FIELD}.ListName": "TermList", f"{ACTOR}.ActorTypeErp": "1", **more}


def asked(number: int, *items: tuple[str | None, int | None], field: int = 7) -> tuple[str, dict[str, Any], Any]:
    """The question for the lists of a connection, and its answer with one list."""
    rows = [{"ErpListItemId": key, "CrmListItem": None if crm is None else {"Id": crm}} for key, crm in items]
    one = {"ErpFieldId": field, "ErpListName": "TermList", "ErpActorTypeName": "Customer", "ErpCrmListItemMappings": rows}
    return ("GetConnectionListMappings", {"ErpConnectionId": number}, {"ErpListItemMappings": [one]})


def read(answer: Any, *script: Any, ids: tuple[int, ...] = (1, 2)) -> Any:
    archives = None if answer is None else _Archives(answer)
    with ScriptedTransport(*script) as transport:
        found = read_all_lists(transport.reading, cast(Archives, archives), ids, lambda choices: choices[0])
    if archives is not None and ids:
        columns = (FIELD, KEY, CRM, f"{FIELD}.ListName", f"{ACTOR}.ActorTypeErp", OF)
        assert archives.asked == [Query("dynamic", columns, (Restriction(FIELD, ">", (0,)),))]
    return found


ROWS = [row(), row(key="", crm="4"), row(key="not chosen", crm=0), row(key="nor this", crm=None), row(connection=9)]
BY_AGENT = asked(1, ("a", 3), ("", 4), ("not chosen", 0), ("nor this", None), (None, 5))


def test_an_archive_tells_all_where_it_agrees_with_the_agent_about_one() -> None:
    assert read(ROWS, BY_AGENT) == ({1: {7: TERMS}, 2: {}}, False)
    # A connection of which there are no rows has no lists.
    assert read([], asked(1)) == ({1: {}, 2: {}}, False)


@pytest.mark.parametrize("answer", [None, REFUSED, [row(connection=None)], [row(field="x")], [row(key=None)]])
def test_without_an_archive_the_agent_tells_all(answer: Any) -> None:
    assert read(answer, BY_AGENT, asked(2, ("b", 1), field=0)) == ({1: {7: TERMS}, 2: {}}, False)


@pytest.mark.parametrize("rows", [[], ROWS[:1], [*ROWS, row(key="z", crm=9)], [row(field=8), row(field=8, key="", crm=4)]])
def test_an_archive_that_differs_is_not_used(rows: list[Row]) -> None:
    # The connection that was compared is read again with the others.
    assert read(rows, BY_AGENT, BY_AGENT, asked(2, ("b", 1))) == (
        {1: {7: TERMS}, 2: {7: MappedList("TermList", "Customer", {"b": 1})}},
        True,
    )


def test_what_the_agent_refuses_is_left_out() -> None:
    refused = ("GetConnectionListMappings", {"ErpConnectionId": 1}, REFUSED)
    assert read(ROWS, refused, refused, asked(2)) == ({2: {}}, False)
    odd = ("GetConnectionListMappings", {"ErpConnectionId": 1}, {"ErpListItemMappings": 5})
    assert read(None, odd, asked(2)) == ({2: {}}, False)
    assert read(ROWS, ids=()) == ({}, False)
    lacking = errors.NotInVersion("No.", method="GetConnectionListMappings")
    with pytest.raises(errors.NotInVersion):
        read(None, ("GetConnectionListMappings", {"ErpConnectionId": 1}, lacking))
