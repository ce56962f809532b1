# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading facts: the calls, one by one, on new servers and old, and with one thing or another broken."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._agent.archives import Archives
from ansible_collections.superoffice.erpsync.plugins.module_utils._agent.listing import list_connectors
from ansible_collections.superoffice.erpsync.plugins.module_utils._agent.lookups import Lookups
from ansible_collections.superoffice.erpsync.plugins.module_utils._agent.reading import ReadingAgent
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connection import Connection
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.reference import text_or_id
from ansible_collections.superoffice.erpsync.plugins.module_utils._read.connections import read_connections
from ansible_collections.superoffice.erpsync.plugins.module_utils._read.connectors import read_connectors
from ansible_collections.superoffice.erpsync.plugins.module_utils._read.facts import GATHER, Gatherer
from ansible_collections.superoffice.erpsync.plugins.module_utils._read.priority import read_priority
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire.archive_fields import FieldExtras
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire.archive_query import Page, Query
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_transport import ScriptedTransport, refusal
from hypothesis import given
from hypothesis import strategies as st

Step = tuple[str, dict[str, Any], Any]


def connection(number: int, name: str = "Visma", connector: int = 1, **more: Any) -> dict[str, Any]:
    return {"ErpConnectionId": number, "ErpConnectorId": connector, "DisplayName": name, "Active": True, "Deleted": False, **more}


CONNECTORS: Step = (
    "GetAllConnectors",
    {},
    [{"Id": 1, "Name": "V", "ToolTip": "https://v"}, {"Id": 2, "Name": "S", "ToolTip": "plugin://s"}],
)
CONNECTIONS: Step = ("GetAllConnections", {"IncludeDeleted": False}, [connection(3), connection(4, "SAP", 2)])
CONNECTION: Step = ("GetAllConnections", {"IncludeDeleted": False}, [connection(3)])

# What servers without a method may say.
MISSING = [
    refusal(404, kind=errors.NotFound),
    refusal(405, kind=errors.NotFound),
    refusal(501, kind=errors.NotFound),
    refusal(400),
    refusal(500, code="SoNotSupportedException"),
    refusal(500, code="SuperOffice.Exceptions.SoNotSupportedException"),
    refusal(500, code="System.NotImplementedException"),
    refusal(200, code="NotSupportedException"),
]
# What must not be taken for that.
OTHERWISE = [
    refusal(500),
    refusal(500, code="SoDbAccessException"),
    refusal(403, kind=errors.Forbidden),
    refusal(401, kind=errors.Unauthorized),
    refusal(503, kind=errors.Unavailable),
    refusal(200, kind=errors.NotJson),
    refusal(0, kind=errors.TimedOut),
    refusal(200, kind=errors.UnexpectedAnswer),
]


def by_text(error: errors.ErpSyncError) -> str:
    return f"{error.kind} {error.http_status} {error.code}"


def test_listing_on_a_new_server() -> None:
    with ScriptedTransport(CONNECTORS, CONNECTIONS) as transport:
        assert [found.url for found in read_connectors(transport.reading, transport.lookups)] == ["https://v", "plugin://s"]
        assert [found.id for found in read_connections(transport.reading, transport.lookups)] == [3, 4]


@pytest.mark.parametrize("missing", MISSING, ids=by_text)
def test_listing_on_an_old_server_gives_the_same(missing: errors.ErpSyncError) -> None:
    items = [
        {"Id": 1, "Name": "V", "ExtraInfo": "https://v"},
        {"Id": 2, "Name": "S", "ExtraInfo": "plugin://s"},
        {"Id": 9, "Deleted": True},
    ]
    ids = [{"Id": 0, "Name": "SuperOffice"}, {"Id": 3}, {"Id": 4}, {"Id": 5}, {"Id": 6}]
    with ScriptedTransport(
        ("GetAllConnectors", {}, missing),
        ("list erpconnectors", {}, items),
        ("GetAllConnections", {"IncludeDeleted": False}, missing),
        ("list erpconnections", {}, ids),
        ("GetConnection", {"ErpConnectionId": 3}, connection(3)),
        ("GetConnection", {"ErpConnectionId": 4}, connection(4, "SAP", 2)),
        ("GetConnection", {"ErpConnectionId": 5}, None),
        ("GetConnection", {"ErpConnectionId": 6}, connection(6, Deleted=True)),
    ) as transport:
        connectors = read_connectors(transport.reading, transport.lookups)
        connections = read_connections(transport.reading, transport.lookups)
    with ScriptedTransport(CONNECTORS, CONNECTIONS) as transport:
        assert read_connectors(transport.reading, transport.lookups) == connectors
        assert read_connections(transport.reading, transport.lookups) == connections


@pytest.mark.parametrize("trouble", OTHERWISE, ids=by_text)
def test_another_trouble_is_not_taken_for_an_old_server(trouble: errors.ErpSyncError) -> None:
    for method, arguments, listing in (
        ("GetAllConnectors", {}, read_connectors),
        ("GetAllConnections", {"IncludeDeleted": False}, read_connections),
    ):
        with ScriptedTransport((method, arguments, trouble)) as transport, pytest.raises(errors.ErpSyncError) as caught:
            listing(transport.reading, transport.lookups)
        assert caught.value is trouble


def test_a_list_that_says_little_is_completed() -> None:
    with ScriptedTransport(
        ("GetAllConnectors", {}, [{"Id": 1, "Name": "V", "ToolTip": "The Visma connector"}, {"Id": 2, "Name": "S", "ToolTip": None}]),
        ("GetErpSyncConnectorEntity", {"ErpSyncConnectorEntityId": 1}, {"ErpConnectorId": 1, "DisplayName": "V", "URL": "https://v"}),
        ("GetErpSyncConnectorEntity", {"ErpSyncConnectorEntityId": 2}, None),
        ("GetAllConnections", {"IncludeDeleted": True}, [{"ErpConnectionId": 3, "DisplayName": "Visma"}, connection(4, Deleted=True)]),
        ("GetConnection", {"ErpConnectionId": 3}, connection(3)),
    ) as transport:
        assert [(found.name, found.url) for found in read_connectors(transport.reading, transport.lookups)] == [
            ("V", "https://v"),
            ("S", None),
        ]
        assert [found.id for found in read_connections(transport.reading, transport.lookups, include_deleted=True)] == [3, 4]


@pytest.mark.parametrize("answer", [[{"Name": "x"}], [{"ErpConnectionId": "3"}]])
def test_a_list_without_ids_cannot_be_used(answer: Any) -> None:
    with ScriptedTransport(("GetAllConnections", {"IncludeDeleted": False}, answer)) as transport, pytest.raises(errors.UnexpectedAnswer):
        read_connections(transport.reading, transport.lookups)


def test_a_listed_connector_is_the_same_carrier_whichever_way_the_server_tells_it() -> None:
    entity = {"erpConnectorId": 1, "displayName": "V", "uRL": "https://v", "Unknown": "member"}
    no_method = refusal(404, kind=errors.NotFound)
    ways: list[list[Step]] = [
        [("GetAllConnectors", {}, [{"Id": 1, "Name": "V", "ToolTip": "https://v"}])],
        [
            ("GetAllConnectors", {}, [{"Id": 1, "Name": "V", "ToolTip": "A connector"}]),
            ("GetErpSyncConnectorEntity", {"ErpSyncConnectorEntityId": 1}, entity),
        ],
        [("GetAllConnectors", {}, no_method), ("list erpconnectors", {}, [{"id": 1, "name": "V", "extraInfo": "https://v"}])],
    ]
    for steps in ways:
        with ScriptedTransport(*steps) as transport:
            assert list_connectors(transport.reading, transport.lookups) == [{"ErpConnectorId": 1, "DisplayName": "V", "URL": "https://v"}]


CONNECTOR_MEMBERS = ("Id", "Name", "ToolTip", "ExtraInfo", "Deleted", "ErpConnectorId", "DisplayName", "URL")
ANYTHING: st.SearchStrategy[Any] = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.none()) | st.just({})


@given(st.dictionaries(st.sampled_from(CONNECTOR_MEMBERS), ANYTHING), st.booleans())
def test_any_listed_connector_is_read_or_refused(item: dict[str, Any], newer: bool) -> None:
    class Server:
        def invoke(self, method: str, *_unused: Any, **_more: Any) -> Any:
            if method == "GetErpSyncConnectorEntity":
                return item
            if newer:
                return [item]
            raise refusal(404, kind=errors.NotFound)

        def mdo_list(self, *_unused: Any) -> Any:
            return [item]

    server: Any = Server()
    try:
        read_connectors(ReadingAgent(server), Lookups(server, Archives(server)))
    except errors.UnexpectedAnswer as error:
        assert error.message


# Archives


def page(*rows: dict[str, Any], more: bool = False) -> dict[str, Any]:
    return {"value": list(rows), **({"odata.nextLink": "https://next"} if more else {"odata.count": str(len(rows))})}


def row(number: Any, rank: Any = 1, prompt: Any = False, mandatory: Any = False, value: Any = False) -> dict[str, Any]:
    return {"Id": number, "Rank": rank, "PromptUser": prompt, "Mandatory": mandatory, "HasFirstSyncDefaultValue": value}


def archive(answer: Any, behind: int | None = None, skip: int = 0) -> Step:
    """A page of the fields of connection 3, the first one, behind an id, or behind so many rows."""
    return ("archive ErpField", {"filter": "ConnectionId eq 3" + (f" and Id gt {behind}" if behind else ""), "skip": skip}, answer)


NO_DYNAMIC: Step = ("archive dynamic", {"filter": "", "skip": 0}, refusal(404, kind=errors.NotFound))


@pytest.mark.parametrize(
    "saved, ids, certain",
    [
        ("4;0;3", (4, 0, 3), True),
        (" 0 ; 4 ;", (0, 4, 3, 5), True),
        ("", (3, 4, 5), True),
        ("[I:5]", (5, 3, 4), True),
        (4, (4, 3, 5), True),
        ("4;x", (3, 4, 5), False),
        (None, (3, 4, 5), False),
    ],
)
def test_the_saved_order_of_priority_is_believed(saved: Any, ids: tuple[int, ...], certain: bool) -> None:
    there = [Connection.from_wire(connection(number)) for number in (3, 4, 5)]
    steps: list[Step] = [("archive dynamic", {"filter": "", "skip": 0}, page({"erpconfiguration.connectionrank": saved}))]
    if not certain:
        steps.append(("list erpconnections", {"additional": "useRank=true"}, [{"Id": 3}, {"Id": 4}, {"Id": 5}]))
    with ScriptedTransport(*steps) as transport:
        found = read_priority(transport.lookups, there[:2] if 5 not in ids else there)
    assert found == (ids, certain)


@pytest.mark.parametrize(
    "ids, certain",
    [([3, 4, 5], False), ([5, 3, 4], False), ([4, 5, 3], False), ([4, 0, 5, 3], False), ([5, 4, 3], True), ([4, 3, 5], True)],
)
def test_an_order_that_lists_have_by_themselves_is_not_certain(ids: list[int], certain: bool) -> None:
    """By id, by name, and as the connections are listed."""
    names = {3: "b", 4: "C", 5: "a"}
    there = [Connection.from_wire(connection(number, names[number])) for number in (4, 5, 3)]
    listed: Step = ("list erpconnections", {"additional": "useRank=true"}, [{"Id": number} for number in ids])
    with ScriptedTransport(NO_DYNAMIC, listed) as transport:
        assert read_priority(transport.lookups, there) == (tuple(ids), certain)


@pytest.mark.parametrize("kind", [errors.NotFound, errors.Forbidden, errors.ErrorAnswer, errors.NotJson, errors.Unavailable])
def test_an_archive_that_does_not_tell_the_priority_is_asked_once(kind: type[errors.ErpSyncError]) -> None:
    refused: Step = ("archive dynamic", {"filter": "", "skip": 0}, refusal(403, kind=kind))
    listed: Step = ("list erpconnections", {"additional": "useRank=true"}, [{"Id": 4}, {"Id": 3}])
    with ScriptedTransport(refused, listed, listed) as transport:
        lookups = transport.lookups
        assert [lookups.ranking(), lookups.ranking()] == [((4, 3), False)] * 2


def test_an_archive_is_read_to_its_end() -> None:
    with ScriptedTransport(
        archive(page(row(1), row(2, 7, True), more=True)), archive(page(row("3", None, "1", "0", "[I:0]")), 2)
    ) as transport:
        found = transport.lookups.field_archive(3)
    assert found.with_default_settings([1, 2, 3, 4]) == [2, 3, 4]
    assert found == ({1: FieldExtras(1, False), 2: FieldExtras(7, True), 3: FieldExtras(None, True)}, None)


def test_what_an_archive_does_not_tell_of_a_field_is_unknown_of_that_field_alone() -> None:
    blank = {"Id": 3, "Rank": 3}
    # A field that is not saved yet has the id 0, and another row contradicts itself.
    rows = (row(1, prompt="maybe"), row(2, prompt=True, value=None), blank, row(0, 9), row(None), row([]), row(4), row(4, 7), row(5))
    with ScriptedTransport(archive(page(*rows))) as transport:
        found = transport.lookups.field_archive(3)
    assert found.fields == {
        1: FieldExtras(1, None),
        2: FieldExtras(1, True),
        3: FieldExtras(3, None),
        4: FieldExtras(None, None),
        5: FieldExtras(1, False),
    }
    assert found.with_default_settings([1, 2, 3, 4, 5]) == [1, 2, 3, 4]


def test_a_server_that_sends_the_first_page_again_is_left() -> None:
    first = page(row(1), more=True)
    with ScriptedTransport(archive(first), archive(first, 1), archive(first, skip=1)) as transport:
        # These rows have no primary keys, so that all may be the same.
        assert transport.lookups.field_archive(3) == ({1: FieldExtras(1, False)}, None)


def test_an_archive_that_never_ends_is_left() -> None:
    class Endless(ScriptedTransport):
        def archive(self, query: Query, page: int = 0, skip: int = 0) -> Page:
            self.calls.append(("archive", {}))
            return Page([row(len(self.calls))], True)

    transport = Endless()
    fields, trouble = transport.lookups.field_archive(3)
    assert (
        fields == {}
        and trouble is not None
        and trouble.message == ("archive ErpField: the answer has no end, or takes more requests than it is worth.")
    )
    assert len(transport.calls) == 1000
    # Nor does it tell of any CRM field that it is unknown.
    assert transport.lookups.mapped_crm_fields() is None
    assert len(transport.calls) == 2000


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (None, "value is missing"),
        ([], "value is missing"),
        ("x", "value is missing"),
        ({}, "value is missing"),
        ({"value": None}, "value is missing"),
        ({"value": {}}, "value should be an array and is an object"),
        ({"value": ["x"]}, "value[0] should be an object and is a text"),
        (refusal(404, kind=errors.NotFound), None),
        (refusal(400), None),
        (refusal(403, kind=errors.Forbidden), None),
    ],
)
def test_an_archive_that_does_not_answer_as_documented_is_left(answer: Any, told: str | None) -> None:
    with ScriptedTransport(archive(answer)) as transport:
        fields, trouble = transport.lookups.field_archive(3)
    assert fields == {} and trouble is not None
    assert told is None or trouble.message == f"archive ErpField: the answer cannot be used: {told}."


def test_a_strange_rank_is_no_rank() -> None:
    ranks: list[Any] = ["--5", "\u00b2", "x", [], 1.5, True]
    for rank in ranks:
        with ScriptedTransport(archive(page(row(1, rank)))) as transport:
            assert transport.lookups.field_archive(3) == ({1: FieldExtras(None, False)}, None)


def test_without_a_connection_to_the_archive_everything_ends() -> None:
    with ScriptedTransport(archive(refusal(0, kind=errors.ConnectionRefused))) as transport, pytest.raises(errors.ConnectionRefused):
        transport.lookups.field_archive(3)


@pytest.mark.parametrize("kind", [errors.Unavailable, errors.NotJson])
def test_an_archive_in_trouble_of_its_own_is_done_without(kind: type[errors.ErpSyncError]) -> None:
    with ScriptedTransport(archive(refusal(503, kind=kind))) as transport:
        assert isinstance(transport.lookups.field_archive(3).trouble, kind)


# Facts


def gather(
    *script: Step,
    wanted: set[str],
    names: list[str | int] | None = None,
    include_deleted: bool = False,
    read: list[int] | None = None,
    whole: Any = None,
) -> tuple[dict[str, Any], list[str]]:
    """:param read: the connections that are read one by one, all of those that are listed if it is not given.
    :param whole: what the server answers in place of one.
    """
    warnings: list[str] = []
    steps: list[Step] = []
    for step in script:
        steps.append(step)
        if step[0] == "GetAllConnections" and (wanted - {"priority"} or names is not None):
            those = [one for one in step[2] if read is None or one["ErpConnectionId"] in read]
            # Listings may be without what tells who may use a connection.
            steps += [
                ("GetConnection", {"ErpConnectionId": one["ErpConnectionId"]}, {**one, "AllAccess": True} if whole is None else whole)
                for one in those
            ]
    refs = None if names is None else [text_or_id(name, "connections") for name in names]
    with ScriptedTransport(*steps) as transport:
        facts = Gatherer(transport.reading, transport.lookups, warnings.append).gather(wanted, refs, include_deleted=include_deleted)
    return facts, warnings


def summary(number: int = 3, actors: list[str] | None = None, answer: Any = None) -> Step:
    value = {"LastSync": None, "Actors": [{"ActorType": actor} for actor in actors or []]} if answer is None else answer
    return ("GetErpSyncConnectionSummary", {"ErpSyncConnectionId": number}, value)


def mapping(actor: str, *fields: int, number: int = 3) -> Step:
    value = {
        "ActorTypeErp": actor,
        "ActorTypeCrm": "Contact",
        "IsActive": True,
        "FieldMappings": [{"ErpFieldId": field, "ErpFieldKey": f"F{field}"} for field in fields],
    }
    return ("GetActorTypeMapping", {"ErpConnectionId": number, "ActorType": actor}, value)


def default(field: int) -> Step:
    return (
        "GetDefaultValueInfo",
        {"ErpFieldId": field},
        {"ErpFieldId": field, "HasFirstSyncDefaultValue": True, "FirstSyncDefaultValue": "x"},
    )


def fields(connector: int, answer: Any) -> Step:
    return ("GetConfigurationFields", {"ErpConnectorId": connector}, answer)


def values(number: int, answer: Any) -> Step:
    return ("GetErpConnectionConfigFields", {"ErpConnectionId": number}, answer)


def lists(number: int = 3, answer: Any = None) -> Step:
    return ("GetConnectionListMappings", {"ErpConnectionId": number}, answer)


ENGINE: Step = ("GetEngineStatus", {}, {"IsRunning": True, "Interval": "00:15:00", "StatusMessage": None})


def test_each_fact_takes_the_requests_that_it_needs() -> None:
    assert gather(wanted=set()) == ({}, [])
    assert list(gather(ENGINE, wanted={"engine"})[0]) == ["engine"]
    assert list(gather(CONNECTORS, wanted={"connectors"})[0]) == ["connectors"]
    assert list(gather(CONNECTORS, CONNECTIONS, wanted={"connections"})[0]) == ["connections"]
    assert list(gather(ENGINE, CONNECTORS, CONNECTIONS, wanted={"engine", "connectors", "connections"})[0]) == [
        "engine",
        "connectors",
        "connections",
    ]
    rank: Step = ("list erpconnections", {"additional": "useRank=true"}, [{"Id": 4}, {"Id": 0}, {"Id": 3}, {"Id": 77}])
    saved: Step = ("archive dynamic", {"filter": "", "skip": 0}, page({"ErpConfiguration.ConnectionRank": "4;0;99"}))
    facts, _warnings = gather(CONNECTIONS, saved, wanted={"priority"})
    assert facts == {"priority": [{"id": 4, "name": "SAP"}, {"id": 0, "name": "SuperOffice"}, {"id": 3, "name": "Visma"}]}
    facts, _warnings = gather(CONNECTIONS, NO_DYNAMIC, rank, wanted={"priority"})
    assert facts == {
        "priority": [{"id": 4, "name": "SAP"}, {"id": 0, "name": "SuperOffice"}, {"id": 3, "name": "Visma"}, {"id": 77, "name": None}]
    }


def test_everything_is_read_once() -> None:
    facts, warnings = gather(
        ENGINE,
        ("principal", {}, {"Associate": "ADM", "ProvidedCredentials": [{"DisplayName": "s3cret"}]}),
        ("system", {}, {"NetServerVersion": "11.10"}),
        CONNECTORS,
        ("GetAllConnections", {"IncludeDeleted": False}, [connection(3), connection(4, "Another")]),
        summary(3, ["Customer", "Person"]),
        archive(page(row(1), row(2, 5, True), row(9))),
        mapping("Customer", 1, 2),
        default(2),
        mapping("Person", 9, 10),
        default(10),
        lists(3),
        fields(1, [{"FieldKey": "U", "FieldType": "Text"}, {"FieldKey": "P", "FieldType": "Password", "DefaultValue": "s3cret"}]),
        values(3, {"U": "me", "P": "s3cret"}),
        summary(4, []),
        lists(4),
        values(4, {"U": "you"}),
        NO_DYNAMIC,
        ("list erpconnections", {"additional": "useRank=true"}, []),
        wanted=set(GATHER),
    )
    assert warnings == []
    assert facts["access"]["user"]["name"] == "ADM" and facts["access"]["erp_sync"]["answers"] and facts["engine"]["is_running"]
    first, second = facts["connections"]
    assert [(field["id"], field["rank"], field["default"] and field["default"]["value"]) for field in first["actors"][0]["fields"]] == [
        (1, 1, None),
        (2, 5, "x"),
    ]
    assert [(field["id"], field["default"] and field["default"]["value"]) for field in first["actors"][1]["fields"]] == [
        (9, None),
        (10, "x"),
    ]
    assert first["config"] == {"P": "********", "U": "me"}
    assert second["config"] == {"U": "you"}
    assert "s3cret" not in str(facts)
    assert set(first) == set(second)


def test_without_an_archive_every_field_is_asked_for() -> None:
    facts, _warnings = gather(
        CONNECTORS,
        CONNECTION,
        summary(3, ["Customer"]),
        archive(refusal(404, kind=errors.NotFound)),
        mapping("Customer", 1, 2),
        default(1),
        default(2),
        wanted={"field_mappings"},
    )
    assert [field["default"]["value"] for field in facts["connections"][0]["actors"][0]["fields"]] == ["x", "x"]


@pytest.mark.parametrize(
    "broken", [refusal(500), refusal(404, kind=errors.NotFound), refusal(403, kind=errors.Forbidden), "text", [1]], ids=str
)
def test_what_one_connection_cannot_tell_is_noted_there_and_the_rest_returned(broken: Any) -> None:
    facts, warnings = gather(
        CONNECTORS,
        CONNECTIONS,
        summary(3, answer=broken),
        fields(1, [{"FieldKey": "U"}]),
        summary(4),
        fields(2, []),
        wanted={"summary", "configuration_fields"},
    )
    first, second = facts["connections"]
    assert first["summary"] is None
    assert [problem["gather"] for problem in first["problems"]] == ["summary"]
    assert first["problems"][0]["failure"]["kind"] in ("server_error", "not_found", "forbidden", "unexpected_answer")
    assert first["config_fields"][0]["key"] == "U"
    assert (second["problems"], second["config_fields"]) == ([], [])
    [warning] = warnings
    assert warning.startswith('Connection "Visma" (id 3): summary cannot be read.')


@pytest.mark.parametrize("broken", [refusal(500), refusal(403, kind=errors.Forbidden), "text", {"AllAccess": "yes"}], ids=str)
def test_access_that_cannot_be_read_is_unknown_and_the_rest_returned(broken: Any) -> None:
    facts, [warning] = gather(CONNECTORS, CONNECTION, wanted={"connections"}, whole=broken)
    [found] = facts["connections"]
    assert found["access"] == {"everyone": None, "user_group_ids": None, "user_ids": None}
    assert (found["name"], found["connector"], found["active"]) == ("Visma", "V", True)
    assert warning.startswith('Connection "Visma" (id 3): who may use it cannot be read.')


def test_a_connector_that_does_not_answer_is_asked_once_and_hides_all_values() -> None:
    both: Step = ("GetAllConnections", {"IncludeDeleted": False}, [connection(3), connection(4, "Another")])
    facts, warnings = gather(
        CONNECTORS,
        both,
        fields(1, refusal(500)),
        values(3, {"U": "me", "P": "s3cret", "E": ""}),
        values(4, {"U": "you"}),
        wanted={"configuration_fields", "configuration_values"},
    )
    first, second = facts["connections"]
    assert first["config"] == {"E": "", "P": "********", "U": "********"}
    assert second["config"] == {"U": "********"}
    assert [problem["gather"] for problem in first["problems"]] == ["configuration_fields"]
    assert len(warnings) == 4


@pytest.mark.parametrize(
    "lost",
    [refusal(0, kind=errors.ConnectionRefused), refusal(401, kind=errors.Unauthorized), refusal(200, kind=errors.NotJson)],
    ids=by_text,
)
def test_where_the_server_cannot_be_talked_to_everything_ends(lost: errors.ErpSyncError) -> None:
    with pytest.raises(errors.ErpSyncError) as caught:
        gather(CONNECTORS, CONNECTIONS, summary(3, answer=lost), wanted={"summary"})
    assert caught.value is lost


NAMED: Step = (
    "GetAllConnections",
    {"IncludeDeleted": False},
    [connection(3, 'US:"Norway";NO:"Norge"'), connection(4, "SAP"), connection(5, "SAP"), connection(6, "3")],
)


@pytest.mark.parametrize(
    "wanted, ids", [(["Norge"], [3]), (["SAP"], [4, 5]), ([5, "Norway"], [3, 5]), (["3"], [6]), (["SAP", 4], [4, 5]), ([], [])]
)
def test_connections_are_chosen_by_any_of_their_names_or_by_id(wanted: list[str | int], ids: list[int]) -> None:
    facts, _warnings = gather(CONNECTORS, NAMED, wanted=set(), names=wanted, read=ids)
    assert [found["id"] for found in facts["connections"]] == ids


@pytest.mark.parametrize(
    "name, words",
    [
        ("Nroway", 'connections: there is no connection "Nroway". Did you mean "Norway"? There are: Norway, SAP, SAP, 3.'),
        ("77", 'connections: there is no connection "77". There are: Norway, SAP, SAP, 3.'),
        ("\u00b2", 'connections: there is no connection "²". There are: Norway, SAP, SAP, 3.'),
        (
            "5",
            'connections: there is no connection "5". A text is a name, but there is a connection with the id 5 (SAP). To '
            "refer to it, write the number without quotes, or id: 5. There are: Norway, SAP, SAP, 3.",
        ),
    ],
)
def test_a_name_that_no_connection_has(name: str, words: str) -> None:
    with pytest.raises(errors.BadInput) as caught:
        gather(CONNECTORS, NAMED, wanted=set(), names=[name], read=[])
    assert caught.value.message == words
    assert f'"{name}"' in caught.value.message
