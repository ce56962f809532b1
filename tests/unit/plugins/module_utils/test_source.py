# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mappings from archives: what is asked of these, what then comes from them, what is compared with the agent, and what is said of it."""

from __future__ import annotations

from typing import Any, cast

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._agent.archives import Archives
from ansible_collections.superoffice.erpsync.plugins.module_utils._agent.lookups import FieldArchive, Lookups
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connection import Connection
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.current import CurrentActor
from ansible_collections.superoffice.erpsync.plugins.module_utils._read.bulk import Bulk, Source, Use, tell_apart
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire.archive_query import Query, Restriction, Row
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_transport import ScriptedTransport, refusal

FIELDS = (
    *("Id", "ConnectionId", "ActorTypeErp", "ErpFieldKey", "FieldType", "Access", "MissingInERP", "CrmFieldKey", "SyncToCrm", "SyncToErp"),
    *("ShowInGui", "ShowInSearch", "Rank", "HasFirstSyncDefaultValue", "FirstSyncDefaultValue", "PromptUser", "Mandatory"),
)
OF = "ErpConnectionActorType.ErpConnectionId"
ACTORS = (OF, *(f"ErpConnectionActorType.{name}" for name in ("ActorTypeErp", "ActorTypeCrm", "IsActive")))


def field(number: int = 1, connection: Any = 3, **values: Any) -> Row:
    row: dict[str, Any] = dict.fromkeys(FIELDS, 0)
    return {
        **row,
        "Id": number,
        "ConnectionId": connection,
        "ActorTypeErp": 1,
        "ErpFieldKey": f"F{number}",
        "CrmFieldKey": "name",
        "FieldType": 1,
        "FirstSyncDefaultValue": "",
        **values,
    }


def actor(connection: Any = 3, erp: Any = 1) -> Row:
    return dict(zip(ACTORS, (connection, erp, 1, True), strict=True))


class _Archives:
    """Answers with rows, or an error, for each archive."""

    def __init__(self, fields: Any = (), actors: Any = ()) -> None:
        self._answers = {"ErpField": fields, "dynamic": actors}
        self.asked: list[tuple[Query, int | None]] = []

    def rows(self, query: Query, *, most_pages: int | None = None) -> Any:
        self.asked.append((query, most_pages))
        answer = self._answers[query.archive]
        if isinstance(answer, errors.ErpSyncError):
            raise answer
        return answer


def by_lookup(connection_id: int) -> FieldArchive:
    """What Lookups tell of the fields of a connection."""
    return FieldArchive({}, errors.ErpSyncError(f"the fields of {connection_id}"))


class _Lookups:
    def field_archive(self, connection_id: int) -> FieldArchive:
        return by_lookup(connection_id)

    def mapped_crm_fields(self) -> dict[str, set[str]]:
        return {"asked": set()}


class Types:
    """Every connection has customers; notes which ones are asked for."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def __call__(self, connection_id: int) -> list[str]:
        self.asked.append(connection_id)
        return ["Customer"]


def first(choices: Any) -> Any:
    return choices[0]


def source(transport: ScriptedTransport | None = None, types: Any = None) -> Source:
    reading = cast(Any, None) if transport is None else transport.reading
    return Source(reading, cast(Lookups, _Lookups()), types)


def read(there: Source, archives: _Archives, wanted: Any = (3,), listed: Any = (3, 4), read_from: str = "auto", **more: Any) -> bool:
    return there.read_archives(Bulk(read_from, cast(Archives, archives), first), wanted, listed, more.pop("reads", 50), **more)


# What is asked


@pytest.mark.parametrize(
    ("wanted", "listed", "names_them"),
    [
        ({4, 3}, [3, 4, 5], True),
        ({3, 4}, [3, 4], False),
        # Half of those that ever were, and fewer.
        ({3, 6}, [3, 6], False),
        ({3, 7}, [3, 7], True),
        ({3, 4, 8}, [3, 4, 8], False),
        ({3, 4, 9}, [3, 4, 9], True),
        (set(range(1, 101)), list(range(1, 102)), True),
        (set(range(1, 102)), list(range(1, 103)), False),
    ],
)
def test_some_connections_are_named_and_of_many_all_rows_are_read(wanted: set[int], listed: list[int], names_them: bool) -> None:
    archives, there = _Archives([field()], [actor()]), source()
    assert read(there, archives, wanted, listed) is True

    def where(column: str) -> tuple[Restriction, ...]:
        return (Restriction(column, "in", tuple(sorted(wanted))) if names_them else Restriction(column, ">", (0,)),)

    assert archives.asked == [(Query("dynamic", ACTORS, where(OF)), 50), (Query("ErpField", FIELDS, where("ConnectionId")), 50)]
    # What is known of all mapped CRM fields, and of the fields of a connection that is not among the wanted ones.
    assert there.mapped_crm_fields() == ({"asked": set()} if names_them else {"Customer": {"name"}})
    ranks = {1: 0}
    assert there.fields(min(wanted)).ranks == (ranks if min(wanted) == 3 else {})
    assert there.fields(1000).why_not == ("the fields of 1000" if names_them else "")


@pytest.mark.parametrize(("read_from", "reads", "most"), [("auto", 7, 7), ("auto", None, None), ("archive", 7, None)])
def test_an_archive_takes_no_more_requests_than_it_saves(read_from: str, reads: int | None, most: int | None) -> None:
    archives = _Archives([field()], [actor()])
    read(source(), archives, read_from=read_from, reads=reads, describing=True)
    assert [most_pages for _query, most_pages in archives.asked] == [most, most]
    assert archives.asked[1][0].columns == (*FIELDS, "DisplayName", "ListReference", "DefaultValue")


NO_CONNECTION = "archive ErpField: rows do not say to which connection they belong."


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (refusal(403, kind=errors.Forbidden), "It said 403."),
        (errors.TimedOut("Too slow."), "Too slow."),
        (errors.ConnectionLost("Lost."), "Lost."),
        ([field(), field(2, connection=None)], NO_CONNECTION),
    ],
)
def test_archives_that_cannot_be_read(answer: Any, why: str) -> None:
    there = source()
    assert read(there, _Archives(answer, [actor()])) is False
    assert (there.uses_archives, there.archived(3, "Customer")) == (False, None)
    with pytest.raises(errors.ErpSyncError) as caught:
        read(there, _Archives(answer, [actor()]), read_from="archive")
    assert caught.value.message == f"read_from is archive, and the archives cannot be read. {why} Set read_from to auto or agent."


@pytest.mark.parametrize("answer", [refusal(403, kind=errors.Forbidden), errors.TimedOut("Too slow.")])
@pytest.mark.parametrize("read_from", ["auto", "archive"])
def test_actor_types_that_cannot_be_read_leave_the_fields(answer: Any, read_from: str) -> None:
    there = source()
    assert read(there, _Archives([field()], answer), read_from=read_from) is True
    told = there.archived(3, "Customer")
    assert told is not None and not told.is_complete and there.actor_types(3) is None


# What is read through the agent, and where both differ


def test_nothing_comes_from_archives_that_were_not_read() -> None:
    there = source(types=lambda number: ["Customer"] if number == 3 else [])
    assert (there.uses_archives, there.archived(3, "Customer"), there.actor_types(3)) == (False, None, None)
    assert (there.fields(3).why_not, there.summarised_types(3)) == ("the fields of 3", ("Customer",))
    assert there.mapped_crm_fields() == {"asked": set()}
    there.trusts_listing = True
    assert there.uses_archives
    there.distrust()
    assert not there.uses_archives and not there.trusts_listing


def test_each_thing_is_read_once() -> None:
    types = Types()
    mapping = ("GetActorTypeMapping", {"ErpConnectionId": 3, "ActorType": "Customer"}, None)
    default = ("GetDefaultValueInfo", {"ErpFieldId": 1}, None)
    with ScriptedTransport(mapping, default) as transport:
        there = source(transport, types)
        for _each in range(2):
            assert (there.mapping(3, "Customer"), there.default(3, "Customer", 1), there.summarised_types(3)) == (None, None, ("Customer",))
    assert types.asked == [3]
    # Without archives nothing differs.
    assert there.doubt([]) is None


AGENT = {"ErpFieldId": 1, "ErpFieldKey": "F1", "FieldType": "Text", "Access": "Normal", "CrmFieldKey": "name"}
MAPPING = {"IsActive": True, "ActorTypeCrm": "Contact", "FieldMappings": [AGENT]}
DEFAULT = {"ErpFieldId": 1, "FieldType": "Text", "Access": "Normal", "PromptUser": False}
NORWAY = Connection(3, 7, "Norway", "", True, False, None)


def verified(mapping: Any = ..., default: Any = ..., types: Any = ("Customer",)) -> str | None:
    """What is said after an actor type, one of its default values and the actor types were read both ways."""
    asked = ("GetActorTypeMapping", {"ErpConnectionId": 3, "ActorType": "Customer"}, MAPPING if mapping is ... else mapping)
    of_field = ("GetDefaultValueInfo", {"ErpFieldId": 1}, DEFAULT if default is ... else default)
    with ScriptedTransport(asked, of_field) as transport:
        there = source(transport, lambda _number: types)
        read(there, _Archives([field()], [actor()]))
        told = there.archived(3, "Customer")
        assert told is not None and there.actor_types(3) == ("Customer",)
        used = there.used(3, {"Customer": CurrentActor(told.mapping, told.defaults, archived=True), "Person": None})
        assert used == [Use(3, "Customer", (1,))]
        there.verify(used, first)
    return there.doubt([NORWAY])


BEGIN, END = (
    "The archives and the agent of the server tell different things of ",
    (
        ". So all mappings were read through the agent. "
        "Where this warning comes again, set read_from to agent, which spares reading the archives."
    ),
)


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({}, None),
        ({"mapping": {**MAPPING, "FieldMappings": [{**AGENT, "CrmFieldKey": "x"}]}}, '"Norway", Customer: F1 (crm)'),
        ({"mapping": None}, '"Norway", Customer: the actor type itself'),
        ({"default": {**DEFAULT, "PromptUser": True}}, '"Norway", Customer: F1 (default: prompt)'),
        ({"default": None}, '"Norway", Customer: F1 (default)'),
        ({"types": ("Customer", "Supplier", "Person")}, '"Norway": the actor types (Person, Supplier)'),
        ({"types": ()}, '"Norway": the actor types (Customer)'),
        (
            {"mapping": None, "default": None, "types": ()},
            '"Norway": the actor types (Customer); "Norway", Customer: the actor type itself, F1 (default)',
        ),
    ],
)
def test_what_differs_is_told(answers: Any, told: str | None) -> None:
    assert verified(**answers) == (None if told is None else f"{BEGIN}{told}{END}")


def test_an_answer_that_cannot_be_compared_is_named() -> None:
    for answers, method in (
        ({"mapping": {"IsActive": "yes"}}, "GetActorTypeMapping"),
        ({"default": {"PromptUser": "no"}}, "GetDefaultValueInfo"),
    ):
        with pytest.raises(errors.UnexpectedAnswer) as caught:
            verified(**answers)
        assert caught.value.method == method


def test_what_is_used_of_an_actor_type() -> None:
    there = source()
    read(there, _Archives([field(), field(2)], [actor()]))
    told = there.archived(3, "Customer")
    assert told is not None
    own = dict(told.defaults)
    assert there.used(3, {"Customer": CurrentActor(told.mapping, {})}) == []
    assert there.used(3, {"Customer": CurrentActor(told.mapping, {}, archived=True)}) == [Use(3, "Customer", ())]
    # A default value that the agent has told is none of theirs.
    assert there.used(3, {"Customer": CurrentActor(told.mapping, {1: dict(own[1]), 2: own[2]})}) == [Use(3, "Customer", (2,))]
    assert there.used(4, {"Customer": CurrentActor(told.mapping, own, archived=True)}) == []


def test_the_actor_types_of_another_connection_are_compared_where_none_of_the_chosen_one_were_told() -> None:
    types = Types()
    there = source(types=types)
    read(there, _Archives([field(), field(2, connection=4)], [actor(), actor(4)]), wanted=(3, 4))
    assert there.actor_types(4) == there.actor_types(3) == ("Customer",)
    there.verify([], lambda choices: choices[-1])
    assert types.asked == [4]


def test_settings_that_differ_are_told_by_id_where_no_name_is_known() -> None:
    there = source()
    there.note_settings(3, [])
    assert there.doubt([NORWAY]) is None
    there.note_settings(9, ["description"])
    there.note_settings(9, ["name"])
    assert there.doubt([NORWAY]) == f'{BEGIN}"9": description, name{END}'


def test_many_differences_are_counted() -> None:
    fields = [f"F{number}" for number in range(1, 8)]
    told = "a: F1, F2, F3, F4, F5; b: F1, F2, F3, F4, F5, and 1 more; c: F1; d: F1; e: F1"
    places = [("a", fields[:5]), ("b", fields[:6]), ("c", fields[:1]), ("d", fields[:1]), ("e", fields[:1])]
    end = END.replace("all mappings were read", "this was read")
    assert tell_apart(places, "this was read") == f"{BEGIN}{told}{end}"
    assert tell_apart([*places, ("f", []), ("g", [])], "this was read") == f"{BEGIN}{told}; and 2 more{end}"
