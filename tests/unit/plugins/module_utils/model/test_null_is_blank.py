# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A text that a server leaves out, a null and a blank text come to the same: servers differ in which of them they send."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._model import (
    configuration,
    connection,
    connector,
    crm_fields,
    export,
    field_mapping,
    field_value,
    health_checks,
    list_mapping,
    order,
    principal,
    secret_values,
    sync,
)
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.checks import DocumentError
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.declared import DeclaredList
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.reference import Reference
from ansible_collections.superoffice.erpsync.plugins.module_utils._plan import taken

NOW = datetime.datetime(2026, 11, 20, tzinfo=datetime.UTC)
LEFT_OUT = object()
BLANKS = ["", None, LEFT_OUT]


def carrier(**found: Any) -> dict[str, Any]:
    return {name: value for name, value in found.items() if value is not LEFT_OUT}


def field(blank: Any, **found: Any) -> dict[str, Any]:
    return carrier(**{"ErpFieldKey": blank, "FieldKey": blank, "FieldType": "Text", **found})


def a_list(blank: Any, name: Any = "TermList", number: int = 7) -> dict[str, Any]:
    """A list with an item without a key, which is mapped, and one with the key `x`, which is not."""
    rows = [
        carrier(ErpListItemId=blank, ErpListItemName="one", CrmListItem=carrier(Id=number, Name=blank)),
        {"ErpListItemId": "x", "ErpListItemName": "two", "CrmListItem": None},
    ]
    crm_list = carrier(Name=blank, ExtraInfo="term")
    return carrier(ErpListName=name, ErpActorTypeName=blank, ErpFieldId=3, CrmList=crm_list, ErpCrmListItemMappings=rows)


def lists(*found: Any) -> dict[str, Any]:
    return {"ErpListItemMappings": list(found)}


def laid(blank: Any, name: str, items: dict[str, Reference | None], listed: Any = "TermList", **more: Any) -> Any:
    declared = DeclaredList("here", name, items, **more)
    return list_mapping.overlay(lists(a_list(blank, listed)), [declared], {"term": [{"Id": 8, "Name": "14 days"}]})[1]


def told(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except DocumentError as error:
        return str(error)


ADDRESS = {"DisplayName": "A", "ErpConnectionId": 1, "ErpConnectorId": 2, "Active": True}
CASES: list[tuple[Callable[[Any], Any], Any]] = [
    # What a blank comes to, where it is not only the same.
    (lambda blank: connection.Connection.from_wire(carrier(**{**ADDRESS, "DisplayName": blank})).raw_name, ""),
    (lambda blank: connection.Connection.from_wire(carrier(**ADDRESS, DisplayDescription=blank)).raw_description, ""),
    (lambda blank: connector.Connector.from_wire(carrier(ErpConnectorId=1, DisplayName=blank, URL=None)), connector.Connector(1, "", None)),
    (lambda blank: order.key_of(field(blank)), ""),
    (lambda blank: crm_fields.keys_in([carrier(ActorTypeErp=blank, FieldMappings=[field(blank, CrmFieldKey="k")])]), {"": {"k"}}),
    (lambda blank: crm_fields._is_named({"FieldMappings": [field(blank)]}, ""), True),
    (lambda blank: field_mapping.directions({"FieldMappings": [field(blank, SyncToCrm=True)]}), {"": "to_crm"}),
    (
        lambda blank: field_mapping.default_words(carrier(FieldType="Text", HasFirstSyncDefaultValue=True, FirstSyncDefaultValue=blank)),
        {"value": "", "prompt": False, "mandatory": False},
    ),
    (
        lambda blank: field_mapping.default_words(
            carrier(FieldType="Password", HasFirstSyncDefaultValue=True, FirstSyncDefaultValue=blank)
        ),
        {"value": "", "prompt": False, "mandatory": False},
    ),
    (lambda blank: field_mapping.FieldIndex([field(blank)]).find("", "here"), 0),
    (lambda blank: field_mapping.FieldIndex([field(blank)]).key(0), ""),
    (
        lambda blank: told(lambda: field_mapping.FieldIndex([field(blank, ErpFieldId=5, ErpDisplayName="A")] * 2).find("A", "here")),
        'here: several ERP fields have the name "A":  (id 5),  (id 5). Use the key.',
    ),
    (
        lambda blank: told(lambda: configuration.encode({"X": "1"}, [field(blank)], "here")),
        'here has "X", which the connector does not know. It knows: nothing.',
    ),
    (
        lambda blank: told(lambda: configuration.complete({}, [field(blank, Access="Mandatory")], "here")),
        "here lacks what the connector demands: . Declare it.",
    ),
    (lambda blank: told(lambda: configuration.read_only({"": "b"}, {"": "a"}, [field(blank, Access="ReadOnly")], "here")),
     "here. is read-only; the connector sets it. Leave it out."),
    (lambda blank: configuration.proposals([field(blank, DefaultValue="1")]), {"": "1"}),
    (lambda blank: secret_values.secret_keys([field(blank, FieldType="Password")]), {""}),
    (lambda blank: secret_values.possible_keys([field(blank)]), {""}),
    (lambda blank: secret_values.texts({"": "open", "b": "secret"}, [field(blank)]), {"secret"}),
    (
        lambda blank: secret_values.unseen({}, [field(blank, FieldType="Password", Access="Mandatory")]),
        secret_values.Unseen(frozenset({""}), frozenset(), frozenset()),
    ),
    (lambda blank: laid(blank, "TermList", {"": None}), [list_mapping.ListChange("TermList", {"": 7}, {"": None}, 3)]),
    (
        lambda blank: laid(blank, "TermList", {"x": Reference("14 days", None)}),
        [list_mapping.ListChange("TermList", {"x": None}, {"x": "14 days"}, 3)],
    ),
    (
        lambda blank: told(lambda: laid(blank, "TermList", {"x": Reference(None, 7)})),
        "here: the ERP items , x would stand for the same CRM item (id 7). "
        "Map each to an item of its own, or set shared: true if this is intended.",
    ),
    (
        lambda blank: told(lambda: laid(blank, "Terms", {"x": None}, listed=blank)),
        'here: the connection has no list "Terms". It has: none. '
        "A list appears once a field that uses it is mapped to a CRM field with a list.",
    ),
    (
        lambda blank: told(lambda: laid(blank, "TermList", {"x": None}, actor="Customer")),
        'here: Customer has no list "TermList".  has it.',
    ),
    (lambda blank: list_mapping.crm_list_names(lists(a_list(blank)), [DeclaredList("here", "TermList", {"x": Reference("14 days", None)})]),
     [list_mapping.CrmList("term", ("term",), "", 3)]),
    (
        lambda blank: list_mapping._crm_list(carrier(CrmList=carrier(Name=blank, ExtraInfo=blank), ErpFieldId=3)),
        list_mapping.CrmList(" (3)", (), "", 3),
    ),
    (lambda blank: list_mapping.referred_lists({"FieldMappings": [field(blank, ErpFieldId=3, ListReference=blank)]}, 3), []),
    (lambda blank: export.lists(lists(a_list(blank))), [{"list": "TermList", "items": {"": 7}}]),
    (lambda blank: export.lists(lists(a_list(blank, blank))), []),
    (lambda blank: export.nameless_lists(lists(a_list(blank, blank))), [""]),
    (lambda blank: sync.SyncOutcome.from_wire(carrier(Status=blank, IsOk=True, UserExplanation=blank, ErrorCode=blank)),
     sync.SyncOutcome("ok", None, None, None, None)),
    (
        lambda blank: principal.licences_as_result(
            {"Licenses": [carrier(Name=blank, ModuleName=blank, ExpiryDate=blank, Description=blank)]}
        ),
        [{"name": "", "description": None, "expires": None}],
    ),
    (lambda blank: health_checks._licence({"Licenses": [carrier(Name="erpsync", ExpiryDate=blank)]}, NOW), []),
    (lambda blank: health_checks._wrong_fields({"FieldMappings": [field(blank, Access="Mandatory")]}), ([], [""])),
    (lambda blank: taken.settings_not_taken(carrier(DisplayName=blank), {"DisplayName": "A"}, ["name"], [], []), ["name"]),
]  # fmt: skip


@pytest.mark.parametrize("blank", BLANKS, ids=["blank", "null", "left out"])
@pytest.mark.parametrize("work, wanted", CASES)
def test_all_blanks_come_to_the_same(work: Callable[[Any], Any], wanted: Any, blank: Any) -> None:
    assert work(blank) == wanted


@pytest.mark.parametrize("kind", ["Text", "Checkbox", "Integer", "Double", "Date", None])
def test_a_stored_null_means_what_a_blank_text_means(kind: str | None) -> None:
    assert field_value.plain(None, kind) == field_value.plain("", kind) == ""
    assert field_value.same(None, "", kind) and field_value.same("", None, kind) and field_value.same(None, None, kind)
    for text in ("1", "2", "x"):
        # In each place.
        assert not field_value.same(None, text, kind) and not field_value.same(text, None, kind)
