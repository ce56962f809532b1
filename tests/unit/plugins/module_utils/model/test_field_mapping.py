# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declared fields and default values, laid over those of a server: what is saved, what counts as a change, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._model import field_mapping
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.checks import DocumentError
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.declared import (
    NO_DEFAULT,
    DeclaredActor,
    DeclaredDefault,
    DeclaredField,
)
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire.members import WireError

UNUSED: dict[str, Any] = {"CrmFieldKey": "", "SyncToCrm": False, "SyncToErp": False, "ShowInGui": False, "ShowInSearch": False}
BOTH = {**UNUSED, "CrmFieldKey": "name", "SyncToCrm": True, "SyncToErp": True}


def field(key: str, number: int = 1, **members: Any) -> dict[str, Any]:
    return {"ErpFieldKey": key, "ErpFieldId": number, "ErpDisplayName": f"The {key}", "Kept": [key], **UNUSED, **members}


def overlay(fields: list[dict[str, Any]], *declared: DeclaredField, **actor: Any) -> Any:
    mapping = {"ActorTypeErp": "Customer", "ActorTypeCrm": "Contact", "IsActive": False, "Kept": 1, "FieldMappings": fields}
    return field_mapping.overlay(mapping, DeclaredActor("actor", "Customer", fields=declared, **actor))


def words(crm: str | None = None, direction: str = "none", show: bool = False, search: bool = False) -> dict[str, Any]:
    return {"crm": crm, "direction": direction, "show": show, "search": search}


def test_all_fields_that_cannot_be_are_told_together() -> None:
    declared = [DeclaredField("x", "X"), DeclaredField("y", "Y"), DeclaredField("a", "A", direction="both"), DeclaredField("b", "B")]
    with pytest.raises(DocumentError) as refused:
        overlay([field("A"), field("B", 2)], *declared)
    again = "If it is new there, use refresh_fields to read the connector's fields again."
    assert refused.value.faults == (
        f'x: the ERP side has no field "X". {again}',
        f'y: the ERP side has no field "Y". {again}',
        "a has the direction both and no CRM field. Give the CRM field with crm.",
    )


@pytest.mark.parametrize(
    ("declared", "before", "after", "saved"),
    [
        ({"crm": "name"}, words(), words("name"), {"CrmFieldKey": "name"}),
        ({"crm": "name", "direction": "both"}, words(), words("name", "both"), BOTH),
        ({"crm": "name", "direction": "to_crm"}, words(), words("name", "to_crm"), {**BOTH, "SyncToErp": False}),
        ({"crm": "name", "direction": "to_erp"}, words(), words("name", "to_erp"), {**BOTH, "SyncToCrm": False}),
        ({"show": True}, words(), words(show=True), {"ShowInGui": True}),
        ({"search": True}, words(), words(search=True), {"ShowInSearch": True}),
    ],
)
def test_only_what_is_declared_is_changed(declared: Any, before: Any, after: Any, saved: Any) -> None:
    other = field("OTHER", 2)
    carrier, changes, actor = overlay([field("A"), other], DeclaredField("here", "A", **declared))
    assert changes == [("A", before, after)] and actor == {}
    assert carrier["FieldMappings"] == [{**field("A"), **saved}, other]
    assert {**carrier, "FieldMappings": []} == {**overlay([])[0], "FieldMappings": []}
    # A second time there is nothing to do.
    assert overlay(carrier["FieldMappings"], DeclaredField("here", "A", **declared))[1] == []


def test_an_unchanged_field_is_read_whole() -> None:
    with pytest.raises(WireError) as refused:
        overlay([field("A", CrmFieldKey="name", ShowInSearch="no")], DeclaredField("here", "A", crm="name"))
    assert str(refused.value) == "ShowInSearch should be true or false and is a text"


def test_null_and_blank_and_false_are_one() -> None:
    nothing: dict[str, Any] = {**dict.fromkeys(UNUSED), "CrmFieldKey": None}
    declared = DeclaredField("here", "A", crm=None, direction="none", show=False, search=False)
    fields = [field("A", **nothing)]
    carrier, changes, _actor = overlay(fields, declared)
    assert changes == [] and carrier["FieldMappings"] == fields
    # What is unmapped is cleared.
    carrier, changes, _actor = overlay([field("A", **BOTH)], DeclaredField("here", "A", crm=None, direction="none"))
    assert changes == [("A", words("name", "both"), words())] and carrier["FieldMappings"] == [field("A")]


def test_purge_clears_what_is_not_declared() -> None:
    fields = [
        field("A", 1, **BOTH),
        field("B", 2, **BOTH, Access="Mandatory"),
        field("C", 3, Access="Mandatory"),
        field("D", 4, ShowInGui=True),
    ]
    carrier, changes, _actor = overlay(fields, DeclaredField("here", "B"), purge=True)
    assert [change.key for change in changes] == ["A", "D"]
    assert carrier["FieldMappings"] == [field("A"), fields[1], fields[2], field("D", 4)]
    assert overlay(fields, DeclaredField("here", "B"))[1] == []
    with pytest.raises(DocumentError) as refused:
        overlay(fields, purge=True)
    assert str(refused.value) == "actor: purge would unmap B, which the ERP system demands. Declare it, or leave out purge."
    nameless = {**field("A", 1, **BOTH), "ErpFieldKey": None}
    assert [change.key for change in overlay([nameless], purge=True)[1]] == [""]
    # An actor type that is switched off needs nothing.
    assert [change.key for change in overlay(fields, purge=True, enabled=False)[1]] == ["A", "B", "D"]


def test_what_changes_of_the_actor_type_itself() -> None:
    assert overlay([], enabled=False, crm="Contact")[2] == {}
    carrier, _changes, actor = overlay([], enabled=True, crm="Person")
    assert actor == {"enabled": (False, True), "crm": ("Contact", "Person")}
    assert (carrier["IsActive"], carrier["ActorTypeCrm"], carrier["Kept"]) == (True, "Person", 1)


def test_crm_fields_are_found_by_key_and_by_the_name_of_one() -> None:
    fields = [
        field("A"),
        field("B", 2, CrmFieldKey="name", CrmDisplayName="Company"),
        field("C", 3, CrmFieldKey="name2", CrmDisplayName="Twin"),
        field("D", 4, CrmFieldKey="name3", CrmDisplayName="Twin"),
        field("E", 5, CrmFieldKey="Company2", CrmDisplayName=None),
    ]
    for wanted, key in (("Company", "name"), ("name", "name"), ("Company2", "Company2"), ("elsewhere", "elsewhere")):
        assert overlay(fields, DeclaredField("here", "A", crm=wanted))[0]["FieldMappings"][0]["CrmFieldKey"] == key
    with pytest.raises(DocumentError) as refused:
        overlay(fields, DeclaredField("here", "A", crm="Twin"))
    assert str(refused.value) == 'here: several CRM fields have the name "Twin": name2, name3. Use the key.'


@pytest.mark.parametrize(
    ("members", "declared", "told"),
    [
        (
            {"MissingInERP": True},
            {"show": True},
            "here: the ERP side no longer has this field. Take it out of the document, unmap it (crm: null, direction: none), "
            "or use refresh_fields if the connector has it again.",
        ),
        (
            {"MissingInERP": True, "CrmFieldKey": "name"},
            {"direction": "to_crm"},
            "here: the ERP side no longer has this field. Take it out of the document, unmap it (crm: null, direction: none), "
            "or use refresh_fields if the connector has it again.",
        ),
        ({}, {"direction": "both"}, "here has the direction both and no CRM field. Give the CRM field with crm."),
        (BOTH, {"crm": None}, "here has the direction both and no CRM field. Give the CRM field with crm."),
        (
            {"Access": "ReadOnly", "CrmFieldKey": "name"},
            {"direction": "to_erp"},
            "here: the ERP side does not take values for this field (it is read-only). Use direction: to_crm, or show.",
        ),
        (
            {"Access": "ReadOnly", "CrmFieldKey": "name"},
            {"direction": "both"},
            "here: the ERP side does not take values for this field (it is read-only). Use direction: to_crm, or show.",
        ),
        (
            {"AlreadyMapped": True, "CrmFieldKey": "name"},
            {"direction": "to_crm"},
            "here: another connection already brings this field to SuperOffice, so it cannot go one way to SuperOffice here. "
            "Use direction: both or to_erp, or take it out of the other connection first.",
        ),
        ({}, {"crm": "x" * 255}, "here.crm has 255 characters; SuperOffice keeps 254 of a field's key."),
    ],
)
def test_what_a_server_would_refuse(members: Any, declared: Any, told: str) -> None:
    with pytest.raises(DocumentError) as refused:
        overlay([field("A", **members)], DeclaredField("here", "A", **declared))
    assert str(refused.value) == told


@pytest.mark.parametrize(
    ("members", "declared"),
    [
        # A field that is missing may be unmapped and found.
        ({**BOTH, "MissingInERP": True}, {"crm": None, "direction": "none"}),
        ({"MissingInERP": True}, {"search": True}),
        ({"Access": "ReadOnly", "CrmFieldKey": "name"}, {"direction": "to_crm"}),
        ({"AlreadyMapped": True, "CrmFieldKey": "name"}, {"direction": "both"}),
        # One that goes one way already may change in another respect.
        ({**BOTH, "SyncToErp": False, "AlreadyMapped": True}, {"show": True}),
        ({}, {"crm": "x" * 254}),
        ({"CrmFieldKey": "x" * 300}, {"show": True}),
    ],
)
def test_what_a_server_takes(members: Any, declared: Any) -> None:
    assert len(overlay([field("A", **members)], DeclaredField("here", "A", **declared))[1]) == 1


def test_one_field_under_two_names_is_refused() -> None:
    with pytest.raises(DocumentError) as refused:
        overlay([field("A")], DeclaredField("fields[0] (A)", "A"), DeclaredField("fields[1] (The A)", "The A"))
    assert str(refused.value) == "fields[1] (The A) is the same ERP field as fields[0] (A). Declare it once."


@pytest.mark.parametrize(("flag", "used"), [*((name, True) for name in UNUSED), ("Other", False)])
def test_a_field_is_used_by_each_of_its_flags(flag: str, used: bool) -> None:
    assert field_mapping.is_used({**UNUSED, flag: "x" if flag == "CrmFieldKey" else True}) is used


# Default values

STORED = {
    "FieldType": "Text",
    "HasFirstSyncDefaultValue": True,
    "FirstSyncDefaultValue": "x",
    "PromptUser": True,
    "Mandatory": True,
    "Kept": 1,
}
NONE = {"FieldType": "Text", "HasFirstSyncDefaultValue": False, "FirstSyncDefaultValue": None, "PromptUser": False, "Mandatory": False}


def default_words(value: Any = None, prompt: bool = False, mandatory: bool = False) -> dict[str, Any]:
    return {"value": value, "prompt": prompt, "mandatory": mandatory}


@pytest.mark.parametrize(
    ("stored", "declared", "after", "saved"),
    [
        (NONE, DeclaredDefault("y"), default_words("y"), {"HasFirstSyncDefaultValue": True, "FirstSyncDefaultValue": "y"}),
        (NONE, DeclaredDefault(""), default_words(""), {"HasFirstSyncDefaultValue": True, "FirstSyncDefaultValue": ""}),
        (NONE, DeclaredDefault(prompt=True), default_words(prompt=True), {"PromptUser": True}),
        (NONE, DeclaredDefault(prompt=True, mandatory=True), default_words(None, True, True), {"PromptUser": True, "Mandatory": True}),
        (STORED, DeclaredDefault("y"), default_words("y", True, True), {"FirstSyncDefaultValue": "y"}),
        (STORED, DeclaredDefault(None), default_words(None, True, True), {"HasFirstSyncDefaultValue": False, "FirstSyncDefaultValue": ""}),
        (STORED, DeclaredDefault(prompt=False), default_words("x", False, True), {"PromptUser": False}),
        (STORED, DeclaredDefault(mandatory=False), default_words("x", True), {"Mandatory": False}),
        (STORED, NO_DEFAULT, default_words(), {**NONE, "FirstSyncDefaultValue": ""}),
    ],
)  # fmt: skip
def test_a_default_value_is_laid_over_the_stored_one(stored: Any, declared: DeclaredDefault, after: Any, saved: Any) -> None:
    carrier, before, then = field_mapping.default_overlay(stored, declared, "here")
    assert before == field_mapping.default_words(stored) and then == after
    assert carrier == {**stored, **saved}
    # A second time there is nothing to do.
    carrier, before, then = field_mapping.default_overlay(carrier, declared, "here")
    assert before == then


@pytest.mark.parametrize(
    ("stored", "declared"),
    [
        (STORED, DeclaredDefault("x")),
        (STORED, DeclaredDefault("x", True, True)),
        (NONE, DeclaredDefault(None, False, False)),
        (NONE, NO_DEFAULT),
        # A text without its flag means nothing, and null is as good as false.
        ({**NONE, "FirstSyncDefaultValue": "x"}, DeclaredDefault(None)),
        ({**NONE, "PromptUser": None, "Mandatory": None}, DeclaredDefault(prompt=False, mandatory=False)),
        ({**STORED, "FieldType": "Integer", "FirstSyncDefaultValue": "[F:5.0]"}, DeclaredDefault(5)),
    ],
)
def test_a_default_value_that_is_there_is_no_change(stored: Any, declared: DeclaredDefault) -> None:
    carrier, before, after = field_mapping.default_overlay(stored, declared, "here")
    assert carrier == stored and before == after


def test_another_secret_is_a_change_that_does_not_show_it() -> None:
    stored = {**STORED, "FieldType": "Password"}
    carrier, before, after = field_mapping.default_overlay(stored, DeclaredDefault("y"), "here")
    assert carrier["FirstSyncDefaultValue"] == "y"
    assert (before["value"], after["value"]) == ("********", "******** (another one)")


@pytest.mark.parametrize(
    ("stored", "declared", "told"),
    [
        (
            {**NONE, "FieldType": "Integer"},
            DeclaredDefault("many"),
            "here.value: the field is of type Integer: it should be a whole number of at most 18 digits.",
        ),
        (NONE, DeclaredDefault("x" * 255), "here.value has 255 characters; SuperOffice keeps 254 of a default value."),
        (
            {**STORED, "Access": "Mandatory"},
            DeclaredDefault(mandatory=False),
            "here.mandatory is false, but the ERP system itself demands a value. Leave mandatory out.",
        ),
        # Without a value that the ERP system demands the field cannot be.
        (
            {**STORED, "Access": "Mandatory"},
            NO_DEFAULT,
            "here makes the field mandatory without a value and without asking the user. Add value, or prompt: true.",
        ),
        (
            NONE,
            DeclaredDefault(mandatory=True),
            "here makes the field mandatory without a value and without asking the user. Add value, or prompt: true.",
        ),
    ],
)
def test_a_default_value_that_cannot_be(stored: Any, declared: DeclaredDefault, told: str) -> None:
    with pytest.raises(DocumentError) as refused:
        field_mapping.default_overlay(stored, declared, "here")
    assert str(refused.value) == told
    if "255" in told:
        assert field_mapping.default_overlay(stored, DeclaredDefault("x" * 254), "here")[2]["value"] == "x" * 254


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        ({"erp": "x" * 255}, "here.erp has 255 characters; SuperOffice keeps 254 of a field's key."),
        ({"crm": "x" * 255}, "here.crm has 255 characters; SuperOffice keeps 254 of a field's key."),
        ({"default": DeclaredDefault("x" * 255)}, "here.default.value has 255 characters; SuperOffice keeps 254 of a default value."),
        ({"erp": "x" * 254, "crm": "x" * 254, "default": DeclaredDefault("x" * 254)}, None),
        ({"crm": None, "default": DeclaredDefault(1)}, None),
    ],
)
def test_texts_that_are_too_long_while_the_fields_are_unknown(declared: Any, told: str | None) -> None:
    actor = DeclaredActor("actor", "Customer", fields=(DeclaredField("here", **{"erp": "A", **declared}),))
    if told is None:
        field_mapping.check_texts(actor)
        return
    with pytest.raises(DocumentError) as refused:
        field_mapping.check_texts(actor)
    assert str(refused.value) == told
