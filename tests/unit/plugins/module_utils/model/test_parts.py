# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The model's small parts: names, members of carriers, configuration, outcomes of a synchronisation, declared engines."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._model import (
    configuration,
    field_mapping,
    list_mapping,
    names,
    secret_values,
)
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.checks import DocumentError
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connection import Access, Connection, Summary
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connector import Connector
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.engine import DeclaredEngine, EngineStatus, declared_engine
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.sync import SyncOutcome
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire import members
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire.wording import hint, in_one_message, nearest
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire.wording import shown as in_words
from hypothesis import given
from hypothesis import strategies as st

# Names

RAW = 'US:"Norwegian company";NO:"Norsk ""selskap"""'


@pytest.mark.parametrize(
    "raw, shown",
    [
        (RAW, "Norwegian company"),
        ('NO:"Norsk";US:"English"', "English"),
        ('NO:"Norsk";GE:"Deutsch"', "Norsk"),
        ('NO:"";GE:"Deutsch"', "Deutsch"),
        ('US:"";NO:"Norsk"', "Norsk"),
        ('NO:"Norsk ""selskap"""', 'Norsk "selskap"'),
        ('US:"a;b:c"', "a;b:c"),
        ('us:"small"', "small"),
        ("Plain", "Plain"),
        ("A: b; c", "A: b; c"),
        ('US:"never ends', 'US:"never ends'),
        ("[SR_SOMETHING]", "[SR_SOMETHING]"),
        ("", ""),
        (None, ""),
    ],
)
def test_the_name_for_a_person(raw: str | None, shown: str) -> None:
    assert names.readable(raw) == shown


def test_a_thing_answers_to_its_stored_name_and_to_each_of_its_languages() -> None:
    for wanted in (RAW, "Norwegian company", 'Norsk "selskap"'):
        assert names.answers_to(RAW, wanted)
    for wanted in ("norwegian company", "Norwegian", "", "US"):
        assert not names.answers_to(RAW, wanted)
    assert not names.answers_to(None, "x")


@given(st.dictionaries(st.sampled_from(["US", "NO", "GE", "FR", "en-GB"]), st.text(min_size=1), min_size=1, max_size=4))
def test_languages_are_read_back(texts: dict[str, str]) -> None:
    raw = ";".join('{}:"{}"'.format(code, text.replace('"', '""')) for code, text in texts.items())
    assert names.languages(raw) == {code.upper(): text for code, text in texts.items()}


@given(st.text())
def test_any_text_is_a_name(text: str) -> None:
    assert isinstance(names.readable(text), str)
    assert names.answers_to(text, text)


def test_the_nearest_word() -> None:
    assert nearest("intervall", ["state", "interval"]) == "interval"
    assert nearest("VISMA norge", ["Visma Norge", "SAP"]) == "Visma Norge"
    assert nearest("zzz", ["state", "interval"]) is None
    assert nearest("x", []) is None


@pytest.mark.parametrize(
    ("word", "told"),
    [("intervall", " Did you mean interval?"), ("INTERVAL", " Did you mean interval?"), ("zzz", ""), ("", "")],
)
def test_the_hint_at_the_nearest_word(word: str, told: str) -> None:
    assert hint(word, ["state", "interval"]) == told
    assert hint(word, ["state", "interval"], quoted=True) == told.replace("interval", '"interval"')


def test_several_errors_are_one_numbered_message() -> None:
    assert in_one_message(["A."]) == "A."
    assert in_one_message(["A.", "B."]) == "2 things cannot be used.\n1. A.\n2. B."
    twenty = "\n".join(f"{number}. A." for number in range(1, 21))
    assert in_one_message(["A."] * 20) == f"20 things cannot be used.\n{twenty}"
    assert in_one_message(["A."] * 21) == f"21 things cannot be used.\n{twenty}\nThere are 1 more."


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, "null"),
        (True, "true"),
        (False, "false"),
        ("", '""'),
        ("x" * 60, f'"{"x" * 60}"'),
        ("x" * 61, f'"{"x" * 57}..."'),
        ([1], "a list"),
        ((), "a list"),
        ({}, "keys with values"),
        (0, "0"),
        (-1.5, "-1.5"),
        (10**59, "1" + "0" * 59),
        (10**60 - 1, "9" * 60),
        (10**60, "a number of more than 60 digits"),
        (-(10**60), "a number of more than 60 digits"),
        (complex(10**30, 10**30), "(1e+30+1e+30j)"),
        (range(10**30, 10**31), f"range({10**30}, {'1' + '0' * 31}"[:57] + "..."),
    ],
)
def test_values_in_messages(value: Any, told: str) -> None:
    assert in_words(value) == told


# Members of carriers


def test_members_are_found_in_any_case_the_exact_one_first() -> None:
    assert members.text({"URL": "a"}, "Url") == "a"
    assert members.text({"url": "a", "URL": "b"}, "URL") == "b"
    assert members.flag({"isRunning": True}, "IsRunning") is True
    assert members.has_member({"isRunning": None}, "IsRunning")
    assert not members.has_member({}, "IsRunning")


@pytest.mark.parametrize(
    "read, good, bad",
    [
        (members.text, ["", "x", None], [1, True, [], {}]),
        (members.flag, [True, False, None], [0, 1, "true", [], {}]),
        (members.number, [0, -3, None, 5.0], [True, 1.5, "1", [], {}, float("inf")]),
        (members.numbers, [[], [1, 2], [1.0]], [1, [1.5], "1", [True], ["1"], [None], {}]),
        (members.carriers, [[], [{}], None], [{}, "x", [1], [[]]]),
        (members.carrier, [{}, None], [[], "x", 1, True]),
    ],
)
def test_members_are_strict_in_type(read: Any, good: list[Any], bad: list[Any]) -> None:
    for value in good:
        assert read({"Member": value}, "Member") == value
    for value in bad:
        with pytest.raises(members.WireError, match="Member.* should be .* and is "):
            read({"Member": value}, "Member")


def test_null_elements_are_left_out() -> None:
    assert members.carriers({"Items": [None, {"Id": 1}, None]}, "Items") == [{"Id": 1}]


def test_members_that_must_be_there() -> None:
    assert members.required_number({"Id": 0}, "Id") == 0
    assert members.required_flag({"On": False}, "On") is False
    for read in (members.required_flag, members.required_number):
        for carrier in ({}, {"X": None}):
            with pytest.raises(members.WireError, match="X is missing"):
                read(carrier, "X")


# Configuration


def field(key: str | None, kind: Any) -> dict[str, Any]:
    return {"FieldKey": key, "FieldType": kind}


def test_only_what_is_known_to_be_open_is_shown() -> None:
    fields = [
        field("Company", "Text"),
        field("Password", "Password"),
        field("New", "Certificate"),
        field("None", None),
        field(None, "Text"),
    ]
    values = {"Company": "1001", "password": "s3cret", "New": "s3cret", "None": "s3cret", "Unlisted": "s3cret", "Blank": "", "Null": None}
    assert secret_values.redact(values, fields) == {
        "Blank": "",
        "Company": "1001",
        "New": "********",
        "None": "********",
        "Null": None,
        "Unlisted": "********",
        "password": "********",
    }


def test_each_open_type_and_no_other() -> None:
    kinds = ["Checkbox", "Text", "Integer", "Double", "List", "Date", "Label", "Password", "text", ""]
    fields = [field(f"{place}", kind) for place, kind in enumerate(kinds)]
    shown = secret_values.redact({f"{place}": "1" for place in range(len(kinds))}, fields)
    assert [kind for kind, value in zip(kinds, shown.values(), strict=True) if value == "********"] == ["Password", "text", ""]
    assert secret_values.secret_keys(fields) == {"7", "8", "9"}
    assert [secret_values.is_open(kind) for kind in kinds] == [True] * 7 + [False] * 3


@pytest.mark.parametrize(
    ("text", "mask"),
    [("***", True), ("\u2022" * 3, True), ("\u25cf" * 8, True), ("**", False), ("**x", False), ("xxx", False), ("", False), (None, False)],
)
def test_the_mask_of_a_server(text: str | None, mask: bool) -> None:
    assert secret_values.is_server_mask(text) is mask


@pytest.mark.parametrize("kinds", [["Text", "Password"], ["Password", "Text"], ["Text", "Unheard"]])
def test_a_field_that_is_listed_twice_is_a_secret_if_it_is_one_once(kinds: list[str]) -> None:
    fields = [field(key, kind) for key, kind in zip(["Key", "KEY"], kinds, strict=True)]
    assert secret_values.redact({"key": "s3cret"}, fields) == {"key": "********"}


@given(
    st.dictionaries(st.text(min_size=1), st.none() | st.text()),
    st.lists(st.builds(field, st.text(), st.sampled_from(["Text", "Password", "Password", "password", "PASSWORD", "Unheard", None]))),
)
def test_a_secret_is_never_shown(values: dict[str, str | None], fields: list[dict[str, Any]]) -> None:
    shown = secret_values.redact(values, fields)
    assert sorted(shown) == sorted(values)
    open_keys = {str(item["FieldKey"]).casefold() for item in fields if item["FieldType"] == "Text"}
    for key, value in values.items():
        if value and key.casefold() not in open_keys:
            assert shown[key] == "********"


def test_the_default_of_a_password_is_a_secret_too() -> None:
    for kind, shown in (("Text", "x"), ("Password", "********"), ("Unheard", "********"), (None, "********")):
        assert configuration.field_as_result({"FieldKey": "K", "FieldType": kind, "DefaultValue": "x"})["default"] == shown
    mapping = {"FieldMappings": [{"ErpFieldId": 1, "FieldType": "Password"}, {"ErpFieldId": 2, "FieldType": "Text"}]}
    default = {"HasFirstSyncDefaultValue": True, "FirstSyncDefaultValue": "x", "DefaultValue": "y"}
    password, text = field_mapping.actor_as_result(mapping, {1: default, 2: default}, {})["fields"]
    assert (password["default"]["value"], password["default"]["connector_value"]) == ("********", "********")
    assert (text["default"]["value"], text["default"]["connector_value"]) == ("x", "y")


# Outcomes of a synchronisation

NOTHING: dict[str, Any] = {"AddedRecords": [], "UpdatedRecords": [], "DeletedRecords": []}
ONE = {**NOTHING, "UpdatedRecords": [{"Tablename": "contact", "RecordId": 3}]}


@pytest.mark.parametrize(
    "response, status",
    [
        ({"IsOk": True}, "ok"),
        ({"IsOk": False}, "error"),
        ({"IsOk": True, "Status": "Ok"}, "ok"),
        ({"IsOk": True, "Status": "OkWithInfo"}, "ok_with_info"),
        ({"IsOk": True, "Status": "Warning"}, "warning"),
        ({"IsOk": False, "Status": "Error"}, "error"),
        ({"IsOk": False, "Status": "Ok"}, "error"),
        ({"IsOk": True, "Status": "Error"}, "error"),
        ({"IsOk": True, "Status": "Unheard"}, "ok"),
        ({"isOk": True, "status": "okWithInfo"}, "ok_with_info"),
        ({"Status": "Warning"}, "warning"),
        ({"IsOk": True, "Status": None}, "ok"),
    ],
)
def test_how_a_synchronisation_went(response: dict[str, Any], status: str) -> None:
    assert SyncOutcome.from_wire(response).status == status


@pytest.mark.parametrize(
    "response",
    [
        {},
        {"Status": "Unheard"},
        {"Status": None},
        {"IsOk": "yes"},
        {"IsOk": True, "Status": 1},
        {"IsOk": True, "Changes": []},
        {"IsOk": True, "Changes": {"AddedRecords": {}}},
    ],
)
def test_an_outcome_that_says_nothing_is_refused(response: dict[str, Any]) -> None:
    with pytest.raises(members.WireError):
        SyncOutcome.from_wire(response)


@pytest.mark.parametrize(
    "changes, changed",
    [
        (NOTHING, False),
        (ONE, True),
        (None, True),
        ({}, True),
        ({"AddedRecords": [], "UpdatedRecords": []}, True),
        ({**NOTHING, "DeletedRecords": None}, True),
        ({**NOTHING, "AddedRecords": [None]}, False),
    ],
)
def test_changed_comes_from_what_the_answer_says(changes: Any, changed: bool) -> None:
    assert SyncOutcome.from_wire({"IsOk": True, "Changes": changes}).changed is changed


def test_records_are_told_one_by_one() -> None:
    told = SyncOutcome.from_wire({"IsOk": True, "Changes": ONE, "UserExplanation": "", "ErrorCode": None}).as_result()
    assert told == {
        "status": "ok",
        "explanation": None,
        "technical_explanation": None,
        "error_code": None,
        "changes": {"added": [], "updated": [{"table": "contact", "record_id": 3}], "deleted": []},
    }


# The engine


@pytest.mark.parametrize(
    "carrier, status",
    [
        ({"IsRunning": True, "StatusMessage": "x", "Interval": "00:15:00"}, EngineStatus(True, "x", 900)),
        ({"isRunning": False, "interval": "PT15M"}, EngineStatus(False, None, 900)),
        ({"IsRunning": True, "Interval": None}, EngineStatus(True, None, None)),
        ({"IsRunning": True, "Interval": ""}, EngineStatus(True, None, None)),
    ],
)
def test_engine_status(carrier: dict[str, Any], status: EngineStatus) -> None:
    assert EngineStatus.from_wire(carrier) == status


@pytest.mark.parametrize(
    "carrier",
    [{}, {"IsRunning": None}, {"IsRunning": "true"}, {"IsRunning": True, "Interval": 900}, {"IsRunning": True, "Interval": "soon"}],
)
def test_engine_status_that_cannot_be_used(carrier: dict[str, Any]) -> None:
    with pytest.raises(members.WireError) as refused:
        EngineStatus.from_wire(carrier)
    if carrier.get("Interval"):
        assert str(refused.value).startswith("Interval")


def test_a_declared_engine() -> None:
    assert declared_engine({}) == DeclaredEngine()
    assert declared_engine({"state": None, "interval": None}) == DeclaredEngine()
    assert declared_engine({"state": "running", "interval": "15m"}) == DeclaredEngine("running", 900)


@pytest.mark.parametrize(
    "section, told",
    [
        ({"intervall": 5}, 'engine has an unknown key "intervall". Did you mean interval? Known are: state, interval.'),
        ({"xyz": 5}, 'engine has an unknown key "xyz". Known are: state, interval.'),
        ({"state": "on"}, 'engine.state is "on"; use one of running, stopped.'),
        ({"state": True}, "engine.state is true; use one of running, stopped."),
    ],
)
def test_a_slip_in_a_document_is_named_with_its_place(section: dict[str, Any], told: str) -> None:
    with pytest.raises(DocumentError) as caught:
        declared_engine(section, "engine")
    assert str(caught.value) == told
    with pytest.raises(DocumentError) as caught:
        declared_engine({**section, "interval": "soon"}, "engine")
    assert caught.value.faults[0] == told and caught.value.faults[1].startswith('engine.interval: "soon" ')


# Connectors and connections


def test_a_connector_however_its_members_are_spelled() -> None:
    assert Connector.from_wire({"erpConnectorId": 1, "displayName": "V", "uRL": "https://x"}) == Connector(1, "V", "https://x")
    assert Connector.from_wire({"ErpConnectorId": 1, "DisplayName": None}) == Connector(1, "", None)


def test_a_connection_that_lacks_what_decides_is_refused() -> None:
    whole = {"ErpConnectionId": 1, "ErpConnectorId": 2, "Active": True}
    assert Connection.from_wire(whole).active is True
    assert Access.from_wire(whole).as_result() == {"everyone": None, "user_group_ids": [], "user_ids": []}
    for name in whole:
        with pytest.raises(members.WireError, match=name):
            Connection.from_wire({**whole, name: None})


def test_never_synchronised_is_no_date() -> None:
    never = ("0001-01-01T00:00:00", "0001-01-01T01:00:00", "1760-01-01T00:00:00", "1759-12-31T23:00:00", "", None)
    for date, shown in (*((each, None) for each in never), *((each, each) for each in ("2026-01-01T00:00:00", "1760 or so"))):
        assert Summary.from_wire({"LastSync": date, "Actors": [{"ActorType": "Unknown"}, {"ActorType": "Customer"}]}).last_sync == shown


@pytest.mark.parametrize("chosen, crm_id", [(None, None), ({"Id": 0, "Name": ""}, None), ({"Id": 4, "Name": 'US:"Cash"'}, 4)])
def test_a_list_item_with_and_without_a_choice(chosen: Any, crm_id: int | None) -> None:
    container = {
        "ErpListItemMappings": [
            {"ErpListName": "L", "CrmList": None, "ErpCrmListItemMappings": [{"ErpListItemId": "a", "CrmListItem": chosen}]}
        ]
    }
    [item] = list_mapping.lists_as_result(container)[0]["mapped_items"]
    assert (item["crm_id"], item["crm"]) == (crm_id, "Cash" if crm_id else None)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
_MEMBERS = [
    "IsRunning",
    "Interval",
    "IsOk",
    "Status",
    "Changes",
    "AddedRecords",
    "Id",
    "ErpConnectionId",
    "ErpConnectorId",
    "Active",
    "DisplayName",
    "FieldMappings",
    "ErpFieldId",
    "ErpListItemMappings",
    "CrmList",
    "ErpCrmListItemMappings",
    "CrmListItem",
    "Actors",
    "LastSync",
    "FieldType",
]
_READERS: list[Any] = [
    EngineStatus.from_wire,
    SyncOutcome.from_wire,
    Connection.from_wire,
    Summary.from_wire,
    Connector.from_wire,
    configuration.field_as_result,
    list_mapping.lists_as_result,
    field_mapping.field_ids,
    lambda carrier: field_mapping.actor_as_result(carrier, {0: carrier}, {}),
]


@given(
    st.dictionaries(st.sampled_from(_MEMBERS), _json | st.lists(st.dictionaries(st.sampled_from(_MEMBERS), _json, max_size=3), max_size=2))
)
def test_any_carrier_is_read_or_refused(carrier: dict[str, Any]) -> None:
    for read in _READERS:
        try:
            read(carrier)
        except members.WireError as error:
            assert str(error)


def test_members_that_are_replaced_keep_the_spelling_of_their_names() -> None:
    there: dict[Any, Any] = {"crmfieldkey": "a", "Rank": 1, 5: 2}
    assert members.replaced(there, {"CrmFieldKey": "b", "rank": None, "Access": "Normal"}) == {
        "crmfieldkey": "b", "Rank": None, 5: 2, "Access": "Normal",
    }  # fmt: skip
    assert there == {"crmfieldkey": "a", "Rank": 1, 5: 2}
