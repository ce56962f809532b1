# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Archives over SOAP: what is asked of Archive.svc, how its rows are read, and how it says no or something else."""

from __future__ import annotations

import datetime
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._agent.archives import TROUBLE, Archives
from ansible_collections.superoffice.erpsync.plugins.module_utils._agent.lookups import Lookups, Ranking
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors, exchange
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.soap import archives
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.versions import VERSIONS
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire.archive_fields import FieldExtras
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire.archive_query import Query, Restriction
from ansible_collections.superoffice.erpsync.tests.unit.plugins.module_utils.soap.envelopes import (
    VERSION,
    Talk,
    envelope,
    exception,
    fault,
    line,
    response,
    tns,
    xml,
)
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_server import Reply, answer

NAME = "GetArchiveListByColumns"
FIELDS = Query("ErpField", ("Id", "Rank"), (Restriction("ConnectionId", "=", (3,)),), ("Id",), 2)
NOON = datetime.datetime(2026, 11, 3, 14, 2, tzinfo=datetime.timezone(datetime.timedelta(hours=2)))


def items(*rows: dict[str, str | None], version: int = VERSION) -> Reply:
    """An answer with these rows; the primary key is the Id, or 1."""
    written = []
    for row in rows:
        pairs = "".join(
            f"<ColumnDataKeyValuePair><Key>{escape(key)}</Key><Value><DisplayValue"
            + (' i:nil="true"/>' if value is None else f">{escape(value)}</DisplayValue>")
            + '<TooltipHint i:nil="true"/></Value></ColumnDataKeyValuePair>'
            for key, value in row.items()
        )
        key = (row.get("Id") or "1").strip("[I:]")
        written.append(
            f"<ArchiveListItem><EntityName>erpfield</EntityName><PrimaryKey>{key}</PrimaryKey><ColumnData>{pairs}</ColumnData></ArchiveListItem>"
        )
    return xml(response(NAME, f"<Response>{''.join(written)}</Response>", version))


def asked(request: bytes) -> list[Any]:
    """Names and texts of the operation's arguments."""

    def tree(element: ElementTree.Element) -> Any:
        name = element.tag.rpartition("}")[2]
        return (name, [tree(child) for child in element]) if len(element) else (name, element.text)

    [operation] = ElementTree.fromstring(request)[1]
    assert operation.tag.rpartition("}")[2] == NAME
    return [tree(part) for part in operation]


@pytest.mark.parametrize("version", VERSIONS)
def test_rows_come_page_by_page_in_each_version(version: int) -> None:
    pages = [
        items({"Id": "[I:1]", "rank": "[I:7]", "More": "x"}, {"Id": "[I:2]", "Rank": None}, version=version),
        items({"Id": "[I:3]"}, version=version),
        items(version=version),
    ]
    with Talk([(line("Archive", version), page) for page in pages], version=version) as talk:
        found = Archives(talk.transport).rows(FIELDS)
    assert found == [
        {"PrimaryKey": 1, "Id": "[I:1]", "Rank": "[I:7]"},
        {"PrimaryKey": 2, "Id": "[I:2]", "Rank": None},
        {"PrimaryKey": 3, "Id": "[I:3]"},
    ]
    first, *others = talk.server.received
    assert first.headers["soapaction"] == f'"{tns(version)}/Archive/{NAME}"'
    assert asked(first.body) == [
        ("ProviderName", "ErpField"),
        ("Columns", [("string", "Id"), ("string", "Rank")]),
        ("SortOrder", [("ArchiveOrderByInfo", [("Name", "Id"), ("Direction", "ASC")])]),
        (
            "Restriction",
            [
                (
                    "ArchiveRestrictionInfo",
                    [
                        ("Name", "ConnectionId"),
                        ("Operator", "="),
                        ("Values", [("string", "3")]),
                        ("IsActive", "true"),
                        ("InterOperator", "And"),
                    ],
                )
            ],
        ),
        ("Page", "0"),
        ("PageSize", "2"),
    ]
    # Each page begins behind the row before it.
    assert [asked(request.body)[-2:] for request in others] == [[("Page", "0"), ("PageSize", "2")]] * 2
    restrictions = [dict(asked(request.body))["Restriction"] for request in others]
    assert [[dict(one)["Values"] for _name, one in each] for each in restrictions] == [
        [[("string", "3")], [("string", number)]] for number in ("2", "3")
    ]
    [_own, (_name, behind)] = restrictions[0]
    assert behind[:3] == [("Name", "Id"), ("Operator", ">"), ("Values", [("string", "2")])]


def test_what_is_not_asked_for_is_not_sent() -> None:
    assert archives.arguments(Query("dynamic", ("ErpConfiguration.ConnectionRank",), order=("-a.b",)), 4) == {
        "ProviderName": "dynamic",
        "Columns": ["ErpConfiguration.ConnectionRank"],
        "SortOrder": [{"Name": "a.b", "Direction": "DESC"}],
        "Page": 4,
        "PageSize": 1000,
    }
    assert set(archives.arguments(Query("ErpConnection", ("id",)), 0)) == {"ProviderName", "Columns", "Page", "PageSize"}


@pytest.mark.parametrize(
    ("operator", "values", "told"),
    [
        ("=", (3,), ("=", ["3"])),
        (">", (3,), (">", ["3"])),
        (">=", (3,), (">", ["2"])),
        ("<", (3,), ("<", ["3"])),
        ("<=", (3,), ("<", ["4"])),
        ("in", (3, 4), ("oneOf", ["3", "4"])),
        ("in", (3,), ("=", ["3"])),
        ("in", ("a",), ("is", ["a"])),
        ("=", ("it's",), ("is", ["it's"])),
        ("in", ("a", "b"), ("in", ["a", "b"])),
        ("=", (True,), ("set", ["1"])),
        ("=", (False,), ("set", ["0"])),
        ("=", (NOON,), ("dateTime", ["[DT:11/03/2026 12:02:00.0000000]"])),
        (">", (NOON,), ("afterTime", ["[DT:11/03/2026 12:02:00.0000000]"])),
        (">=", (NOON,), ("afterTime", ["[DT:11/03/2026 12:01:59.0000000]"])),
        ("<", (NOON,), ("beforeTime", ["[DT:11/03/2026 12:02:00.0000000]"])),
        ("<=", (NOON,), ("beforeTime", ["[DT:11/03/2026 12:02:01.0000000]"])),
    ],
)
def test_restrictions(operator: str, values: tuple[Any, ...], told: tuple[str, list[str]]) -> None:
    query = Query("ErpField", ("Id",), (Restriction("C", operator, values),))
    assert archives.arguments(query, 0)["Restriction"] == [
        {"Name": "C", "Operator": told[0], "Values": told[1], "IsActive": True, "InterOperator": "And"}
    ]


@pytest.mark.parametrize(
    "inside",
    [
        "",
        '<Response i:nil="true"/>',
        "<Response/>",
        '<Response><ArchiveListItem i:nil="true"/></Response>',
    ],
)
def test_the_ways_of_having_no_rows(inside: str) -> None:
    with Talk([(line("Archive"), xml(response(NAME, inside)))]) as talk:
        assert talk.transport.archive(FIELDS) == ([], None, None)


def test_a_row_that_lacks_its_columns() -> None:
    pair = "<ColumnDataKeyValuePair><Key>Id</Key>{}</ColumnDataKeyValuePair>"
    rows = (
        '<ArchiveListItem><PrimaryKey>7</PrimaryKey><ColumnData i:nil="true"/></ArchiveListItem>',
        "<ArchiveListItem><ColumnData>" + pair.format('<Value i:nil="true"/>') + "</ColumnData></ArchiveListItem>",
        "<ArchiveListItem><ColumnData>" + pair.format("<Value/>") + "</ColumnData></ArchiveListItem>",
    )
    with Talk([(line("Archive"), xml(response(NAME, f"<Response>{''.join(rows)}</Response>")))]) as talk:
        assert talk.transport.archive(FIELDS).rows == [
            {"PrimaryKey": 7},
            {"PrimaryKey": None, "Id": None},
            {"PrimaryKey": None, "Id": None},
        ]


def test_ranks_and_priority_come_from_the_archive() -> None:
    settings = {"PromptUser": "[I:0]", "Mandatory": "[B:0]", "HasFirstSyncDefaultValue": "[I:1]"}
    script = [items({"Id": "[I:5]", "Rank": "[I:2]", **settings}), items(), items({"ErpConfiguration.ConnectionRank": "4;0;3"})]
    with Talk([(line("Archive"), one) for one in script]) as talk:
        lookups = Lookups(talk.transport, Archives(talk.transport))
        assert lookups.field_archive(3) == ({5: FieldExtras(2, True)}, None)
        assert lookups.ranking() == Ranking((4, 0, 3), True)


BAD = "archive ErpField: the server's answer cannot be used: "


@pytest.mark.parametrize(
    ("reply", "kind", "told"),
    [
        (answer(body=b"<html/>", status=404), errors.NotFound, "does not know this address (404)"),
        (answer(body=b"", status=503), errors.Unavailable, "not available (503)"),
        (xml(fault("a:ActionNotSupported", "No such action."), 500), errors.NotFound, "does not have the method"),
        (xml(fault("a:EndpointNotFound", "No endpoint."), 500), errors.NotFound, "has no such service"),
        (xml(fault("s:Client", "It failed."), 500), errors.ErrorAnswer, "the server refused: It failed."),
        (xml(exception("SoSentryException", "No right.")), errors.Forbidden, "No right."),
        (xml(exception("SoServerException", "Broken.")), errors.ErrorAnswer, "the server refused: Broken."),
        (xml(exception("ArgumentException", "Unknown provider.")), errors.ErrorAnswer, "Unknown provider."),
        (xml(b"<html><body>Sign in</body></html>"), errors.NotXml, "web page"),
        (xml(response(NAME, "<Response>x</Response>")[:-30]), errors.NotXml, "cannot be read as XML"),
        (xml(response("GetList", "<Response/>")), errors.UnexpectedAnswer, f"should answer with {NAME}Response and did not"),
        (xml(response(NAME, "<Response>x</Response>")), errors.UnexpectedAnswer, BAD),
        (xml(response(NAME, "<Response><Row/></Response>")), errors.UnexpectedAnswer, BAD),
        (
            xml(response(NAME, "<Response><ArchiveListItem><PrimaryKey>seven</PrimaryKey></ArchiveListItem></Response>")),
            errors.UnexpectedAnswer,
            f"{BAD}PrimaryKey should be a whole number and is not.",
        ),
        (
            xml(response(NAME, "<Response><ArchiveListItem><ColumnData><Key/></ColumnData></ArchiveListItem></Response>")),
            errors.UnexpectedAnswer,
            f"{BAD}ColumnData should be a dictionary and has something else in it.",
        ),
        (xml(envelope("")), errors.UnexpectedAnswer, "archive ErpField: "),
    ],
)
def test_an_archive_that_is_refused_or_odd_is_trouble(reply: Reply, kind: type[errors.ErpSyncError], told: str) -> None:
    with Talk([(line("Archive"), reply)] * 2) as talk:
        with pytest.raises(TROUBLE) as caught:
            Archives(talk.transport).rows(FIELDS)
        found = Lookups(talk.transport, Archives(talk.transport)).field_archive(3)
    assert caught.value.__class__ is kind and told in caught.value.message and caught.value.message.startswith("archive ErpField: ")
    assert caught.value.method == "archive ErpField" and not caught.value.uncertain
    # A caller that can do without is told why.
    assert found.fields == {} and found.why_not == caught.value.message


def test_half_an_answer_none_and_too_much_are_errors_that_name_the_archive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "LARGEST_ANSWER", 5000)
    whole = items({"Id": "[I:1]"}).pieces[0]
    for reply, kind in (
        (Reply((whole[:-40],), then="close"), errors.CutOff),
        (Reply((), then="close"), errors.ConnectionLost),
        (items({"Id": "[I:1]", "Rank": "x" * 5000}), errors.TooLarge),
    ):
        with Talk([(line("Archive"), reply)]) as talk, pytest.raises(errors.ErpSyncError) as caught:
            Archives(talk.transport).rows(FIELDS)
        assert caught.value.__class__ is kind and caught.value.message.startswith("archive ErpField: ")


def test_a_service_that_repeats_its_rows_or_refuses_to_go_on() -> None:
    page = items({"Id": "[I:1]"}, {"Id": "[I:2]"})
    told = "archive ErpField: a page repeats the rows of others, so that some may be missing."
    refusal = xml(exception("SoException", "No such restriction."))
    # Whether the restriction of the key is ignored or refused, the next page is asked for by its number.
    for second in (page, refusal):
        with Talk([(line("Archive"), one) for one in (page, second, page)]) as talk:
            assert Lookups(talk.transport, Archives(talk.transport)).field_archive(3).why_not == told
        assert [dict(asked(request.body))["Page"] for request in talk.server.received] == ["0", "0", "1"]
