# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Archives of servers of every kind that the documentation leaves possible: the same rows over REST and SOAP, or trouble that a caller
can do without."""

from __future__ import annotations

import datetime
import functools
from typing import Any
from unittest import mock

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._agent.archives import TROUBLE
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._run import run as run_of_tasks
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire import archive_value
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire.archive_query import Query, Restriction, Row
from ansible_collections.superoffice.erpsync.tests.unit.support import effort
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import IN_PROCESS
from ansible_collections.superoffice.erpsync.tests.unit.support.transports import Way, transport_options
from stand_in.clicks import click

from .installation import Installation, Json

VERSIONS = (None, 75, 86, 88)
over_each = pytest.mark.parametrize("version", VERSIONS, ids=["rest", "soap75", "soap86", "soap88"])
OPTIONS: Json = {"url": "http://stand-in.invalid/SuperOffice", "username": "ADM", "password": "stand-in-password"}
COLUMNS = ("Id", "ErpFieldKey", "ActorTypeErp", "Rank", "SyncToCrm", "PromptUser", "updatedDate", "updatedBy")
# After all others.
CLICKED = datetime.datetime(2030, 11, 3, 14, 2, tzinfo=datetime.UTC)


def read(there: Installation, query: Query, limit: int | None = None) -> list[Row]:
    """The rows of an archive, as a task reads them."""
    with mock.patch.object(run_of_tasks, "Session", there._session):
        run = run_of_tasks.Run({**OPTIONS, **transport_options(there.version)}, environ={})
        try:
            return run.archives.rows(query, limit=limit)
        finally:
            run.close()


def installation(version: int | None, **settings: Any) -> Installation:
    there = Installation(way=Way(IN_PROCESS, version), **settings)
    where = {"ErpConnectionId": 1, "ActorTypeErp": "Customer", "ErpFieldKey": "NAME"}
    click(there.site, "fields", where, {"SyncToErp": False}, "KNO", CLICKED.isoformat())
    return there


def fields(there: Installation, *where: Restriction, columns: tuple[str, ...] = COLUMNS) -> list[tuple[Any, ...]]:
    """What the archive tells of the fields, as the collection understands it."""
    return [
        (
            archive_value.whole(row.get("Id")),
            archive_value.text(row.get("ErpFieldKey")),
            archive_value.actor_type(row.get("ActorTypeErp")),
            archive_value.whole(row.get("Rank")),
            archive_value.truth(row.get("SyncToCrm")),
            archive_value.truth(row.get("PromptUser")),
            archive_value.moment(row.get("updatedDate")),
        )
        for row in read(there, Query("ErpField", columns, where))
    ]


@functools.cache
def expected() -> list[tuple[Any, ...]]:
    """The same over REST from a server with nothing but the documented behaviour."""
    return fields(installation(None))


KINDS: list[Json] = [
    {},
    {"archive_values": "digits"},
    {"archive_values": "text"},
    {"archive_values": "encoded"},
    {"archive_enums": "numbers", "archive_flags": "booleans"},
    {"archive_enums": "names"},
    *({"archive_dates": form} for form in ("z", "fraction", "offset", "encoded")),
    {"archive_column_names": "documented"},
    {"archive_page_size": 7},
    {"archive_page_size": 1000},
    {"archive_next_link": False, "archive_page_size": 1000},
    {"archive_undocumented_order": "refuse", "archive_operators": "documented"},
    {"archive_needs_restriction": True},
    {"archive_post": "404"},
]


def test_what_an_archive_tells_is_what_is_there() -> None:
    there = installation(None)
    stamps = {row[0]: row[-1] for row in expected()}
    assert expected() == [
        (
            field["ErpFieldId"],
            field["ErpFieldKey"],
            field["ActorTypeErp"],
            field["Rank"],
            field["SyncToCrm"],
            field["PromptUser"],
            stamps[field["ErpFieldId"]],
        )
        for field in sorted(there.state()["fields"], key=lambda field: field["ErpFieldId"])
    ]
    assert stamps[there.mapped("Visma Norway", "Customer", "NAME")["ErpFieldId"]] == CLICKED and None in stamps.values()


# What SOAP alone has, for each version.
BOOLEANS: list[tuple[Json, int | None]] = [
    ({"soap_archive_booleans": form}, version) for form in ("number", "digit", "word") for version in VERSIONS[1:]
]
# Each kind over REST and one of the versions by turns, or over all of them.
CASES = [
    (kind, version)
    for number, kind in enumerate(KINDS)
    for version in (VERSIONS if effort.EVERY_WAY or not kind else (None, VERSIONS[1 + number % 3]))
]


@pytest.mark.parametrize(("kind", "version"), CASES + (BOOLEANS if effort.EVERY_WAY else BOOLEANS[::4]), ids=str)
def test_the_fields_of_all_connections_are_the_same_on_every_server(kind: Json, version: int | None) -> None:
    there = installation(version, **kind)
    assert fields(there) == expected() and there.writes == []


REFUSALS: list[Json] = [
    {"archive_available": False},
    {"archives_refused": ["*"]},
    {"archives_refused": ["ErpField"], "archives_refused_status": 404},
    {"archive_status": 500},
    {"archive_missing_columns": ["PromptUser"]},
]


@pytest.mark.parametrize(
    ("kind", "version"),
    [*((kind, version) for kind in REFUSALS for version in VERSIONS), *(({"soap_archive_available": False}, one) for one in VERSIONS[1:])],
    ids=str,
)
def test_an_archive_that_is_refused_is_trouble(kind: Json, version: int | None) -> None:
    there = installation(version, **kind)
    with pytest.raises(TROUBLE) as caught:
        fields(there)
    assert caught.value.message.startswith("archive ErpField: ") and caught.value.method == "archive ErpField"
    with pytest.raises(errors.ErpSyncError):
        read(there, Query("ErpField", ("NoSuchColumn",)))


@over_each
@pytest.mark.parametrize("shown", ["null", "absent"])
def test_a_column_that_is_not_there_is_unknown(shown: str, version: int | None) -> None:
    there = installation(version, archive_missing_columns=["PromptUser"], archive_unknown_column=shown)
    found = fields(there)
    assert {row[5] for row in found} == {None} and [row[:5] for row in found] == [row[:5] for row in expected()]


def keys(there: Installation, *where: Restriction, order: tuple[str, ...] = (), limit: int | None = None) -> list[str]:
    rows = read(there, Query("ErpField", ("ErpFieldKey",), where, order), limit)
    assert all(set(row) == {"PrimaryKey", "ErpFieldKey"} for row in rows)
    return [row["ErpFieldKey"] for row in rows]


@over_each
@pytest.mark.parametrize("operators", ["fitting", "documented"])
def test_restrictions_mean_the_same_everywhere(operators: str, version: int | None) -> None:
    there = installation(version, archive_operators=operators)
    all_of = sorted(there.state()["fields"], key=lambda field: field["ErpFieldId"])
    of_two = [field["ErpFieldKey"] for field in all_of if field["ErpConnectionId"] in (1, 3)]
    assert keys(there, Restriction("ConnectionId", "in", (3, 1))) == of_two
    assert keys(there, Restriction("ConnectionId", "in", (3, 1)), limit=7) == of_two[:7]
    customers = [field for field in all_of if field["ErpConnectionId"] == 1 and field["ActorTypeErp"] == "Customer"]
    customer = (Restriction("ConnectionId", "=", (1,)), Restriction("ActorTypeErp", "=", ("Customer",)))
    assert keys(there, *customer, Restriction("ErpFieldKey", "in", ("NAME", "CITY"))) == [
        field["ErpFieldKey"] for field in customers if field["ErpFieldKey"] in ("NAME", "CITY")
    ]
    ranked = {field["Rank"]: field["ErpFieldKey"] for field in customers}
    between = (Restriction("Rank", ">=", (2,)), Restriction("Rank", "<=", (4,)))
    assert keys(there, *customer, *between, order=("-Rank",)) == [ranked[4], ranked[3], ranked[2]]
    assert keys(there, *customer, Restriction("Rank", ">", (2,)), Restriction("Rank", "<", (4,))) == [ranked[3]]
    prompting = [field["ErpFieldKey"] for field in all_of if field["PromptUser"]]
    assert keys(there, Restriction("PromptUser", "=", (True,))) == prompting != []


@over_each
def test_times_are_compared_in_utc(version: int | None) -> None:
    there = installation(version, local_minutes=60)

    def since(operator: str, seconds: float) -> int:
        moment = (CLICKED + datetime.timedelta(seconds=seconds)).astimezone(datetime.timezone(datetime.timedelta(hours=-5)))
        where = (Restriction("ErpField.updated", operator, (moment,)),)
        rows = read(there, Query("dynamic", ("ErpField.ErpFieldKey", "ErpField.updated", "ErpField.updated_associate_id.name"), where))
        assert [(row["ErpField.ErpFieldKey"], row["ErpField.updated_associate_id.name"]) for row in rows] in ([], [("NAME", "KNO")])
        assert [archive_value.moment(row["ErpField.updated"]) for row in rows] in ([], [CLICKED])
        return len(rows)

    assert [since(">", seconds) for seconds in (-1, 0, 1)] == [1, 0, 0]
    assert [since(">=", seconds) for seconds in (-1, 0, 1)] == [1, 1, 0]
    assert since("=", 0) == 1


@pytest.mark.parametrize("post", ["answers", "404", "405"])
def test_a_question_that_is_too_long_for_an_address(post: str) -> None:
    there = installation(None, archive_post=post, archive_page_size=1000)
    numbers = tuple(field["ErpFieldId"] for field in there.state()["fields"])
    # As long as the ids of many fields are.
    assert keys(there, Restriction("Id", "in", (*numbers, *range(10**6, 10**6 + 300)))) == [row[1] for row in expected()]
    verbs = [sent.name.partition(" ")[0] for sent in there.sent]
    assert verbs == ["POST"] if post == "answers" else verbs[0] == "POST" and set(verbs[1:]) == {"GET"} and len(verbs) > 2


@over_each
def test_rows_of_a_right_join_are_all_there(version: int | None) -> None:
    there = installation(version, archive_page_size=100)
    column = "ErpConnectionActorType.(ErpField->ErpConnectionActorTypeId).ErpFieldKey"
    rows = read(there, Query("dynamic", ("ErpConnectionActorType.ActorTypeErp", column)))
    assert sorted(row[column] for row in rows) == sorted(row[1] for row in expected())


# What is no answer of an archive, whole or in parts. Over SOAP those in JSON are no XML.
BODIES: dict[str, bytes] = {
    "a page": b"<html><body>Sign in</body></html>",
    "half": b'{"value": [{"PrimaryKey": "1", "Id": 1, "Ra',
    "half XML": b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>',
    "nothing": b"",
    "null": b"null",
    "a number": b'{"value": 5}',
    "a text for rows": b'{"value": ["a", "b"]}',
    "values of other types": b'{"value": [{"PrimaryKey": [1], "Id": {"a": 1}, "Rank": [2], "PromptUser": "perhaps", "CrmFieldKey": 7}]}',
    "the same for ever": b'{"value": [{"PrimaryKey": "1", "Id": 1}], "odata.nextLink": "https://crm/next"}',
    "too deep": b'{"value": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
}
ORDER: Json = {"connection": "Visma Norway", "erp": "Customer", "order": ["BALANCE", "CREDITLIMIT"]}


class Spoilt(Installation):
    """Its archives answer with something else."""

    body = b""

    def _session(self, settings: Any, **time: Any) -> Any:
        session = super()._session(settings, **time)
        send = session.send

        def spoilt(request: Any, destination: Any = None) -> Any:
            answer = send(request, destination)
            return answer._replace(body=self.body) if request.method.startswith("archive ") else answer

        session.send = spoilt  # type: ignore[method-assign]
        return session


@pytest.mark.parametrize(
    ("body", "version"), [(body, version) for body in BODIES for version in (None, 75) if version is None or body in ("a page", "half XML")]
)
def test_what_is_no_answer_of_an_archive_is_told_or_done_without(body: str, version: int | None) -> None:
    there = Spoilt(way=Way(IN_PROCESS, version))
    there.body = BODIES[body]
    refused = there.run("field_mapping", **ORDER)
    assert refused["failed"] and refused["failure"]["kind"] == "bad_input" and there.writes == [], refused
    assert "the order of the fields cannot be read, and so it cannot be changed. " in refused["msg"] and "rchive ErpField" in refused["msg"]
    facts = there.run("info", gather=["field_mappings", "priority"], connections=["Visma Norway"])
    [connection] = facts["connections"]
    assert {field["rank"] for actor in connection["actors"] for field in actor["fields"]} == {None} and len(facts["priority"]) > 3
    told = [text for text in there.warnings if "the order of its fields (rank) cannot be read. archive ErpField: " in text]
    # An answer in good form that tells nothing of a field is no trouble.
    assert len(told) == (0 if body == "values of other types" else 1)
    exported = there.run("environment_info", connections=["Visma Norway"])
    assert "document" in exported and any(text.startswith("The order of the fields is not in the document") for text in there.warnings)
