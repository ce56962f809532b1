# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has nearly the same name: variables of secrets, fields whose keys differ in case, things that have a name in several languages."""

from __future__ import annotations

import hashlib

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._model import list_mapping, names
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.checks import DocumentError
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connection import Connection
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.declared import UNSET, DeclaredList, Maybe
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.export import Secrets
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.field_mapping import FieldIndex


@pytest.mark.parametrize(
    "candidates, told",
    [
        ([], []),
        ([["a"]], ["a"]),
        ([["a", "a1"], ["b", "b1"]], ["a", "b"]),
        # Both take their next one, so that none depends on which comes first.
        ([["a", "a1"], ["a", "a2"]], ["a1", "a2"]),
        ([["a", "b", "c1"], ["a", "b", "c2"], ["b", "d"]], ["c1", "c2", "d"]),
        ([["a", "b", "c1"], ["a", "b", "c2"], ["a", "b", "c3"]], ["c1", "c2", "c3"]),
        # What has no other name keeps it, and what is the same to the end stays the same.
        ([["a"], ["a", "b"]], ["a", "b"]),
        ([["a", "b"], ["a", "b"], ["a", "b"]], ["b", "b", "b"]),
    ],
)
def test_one_name_for_each(candidates: list[list[str]], told: list[str]) -> None:
    assert names.told_apart(candidates) == told


HEAD = "0123abcd"
GUIDS = [f"{HEAD}-0000-0000-0000-00000000000{number}" for number in range(3)]


def variables(*connections: tuple[str, str]) -> list[str]:
    """The variables of the key K of connections with these names and GUIDs."""
    there = [Connection(number, 1, name, "", True, False, guid) for number, (name, guid) in enumerate(connections, start=1)]
    secrets = Secrets("v")
    secrets.name(there, {one.id: ["K"] for one in there})
    return [secrets.placeholder(one, "K") for one in there]


def digest(name: str) -> str:
    return hashlib.sha256(f"{name}\0K".encode()).hexdigest()


def test_variables_of_secrets_take_as_much_of_the_guid_as_is_needed() -> None:
    whole = [guid.replace("-", "") for guid in GUIDS]
    assert variables(("A", GUIDS[0])) == ["{{ v_a_k }}"]
    assert variables(("A", GUIDS[0]), ("B", GUIDS[0])) == ["{{ v_a_k }}", "{{ v_b_k }}"]
    assert variables(("A", GUIDS[0]), ("a", "9" + GUIDS[1][1:])) == [f"{{{{ v_a_k_{HEAD} }}}}", f"{{{{ v_a_k_9{HEAD[1:]} }}}}"]
    assert variables(*(zip(("A", "a", "Ä"), GUIDS, strict=True))) == [f"{{{{ v_a_k_{guid} }}}}" for guid in whole]
    # One GUID for all: only the stored name tells them apart.
    assert variables(("A", GUIDS[0]), ("a", GUIDS[0])) == [f"{{{{ v_a_k_{digest(name)} }}}}" for name in ("A", "a")]
    # No word in the name.
    assert variables(("!", GUIDS[0])) == [f"{{{{ v_{HEAD}_k }}}}"]
    # No GUID, or one of zeros
    for guid in ("", "00000000-0000-0000-0000-000000000000", "0123"):
        own = hashlib.sha256(b"!").hexdigest()
        assert variables(("!", guid)) == [f"{{{{ v_{own[:8]}_k }}}}"]


def test_what_a_variable_is_for() -> None:
    connection = Connection(7, 1, 'US:"A";NO:"B"', "", True, False, GUIDS[0])
    secrets = Secrets("v")
    secrets.name([connection], {7: ["K", "L"]})
    assert secrets.placeholder(connection, "L") == "{{ v_a_l }}"
    assert secrets.variables == [{"variable": "v_a_l", "connection": "A", "key": "L"}]


def test_keys_of_one_connection_that_have_the_same_words_or_none() -> None:
    connection = Connection(7, 1, "A", "", True, False, GUIDS[0])
    keys = ["Pass word", "pass_word", "!", "Pin"]
    secrets = Secrets("v")
    secrets.name([connection], {7: keys})
    short = [hashlib.sha256(key.encode()).hexdigest()[:8] for key in keys]
    assert [secrets.placeholder(connection, key) for key in keys] == [
        f"{{{{ v_a_pass_word_{short[0]} }}}}",
        f"{{{{ v_a_pass_word_{short[1]} }}}}",
        f"{{{{ v_a_{short[2]} }}}}",
        "{{ v_a_pin }}",
    ]


def test_variables_without_a_prefix() -> None:
    connection = Connection(7, 1, "A", "", True, False, GUIDS[0])
    secrets = Secrets("")
    secrets.name([connection], {7: ["K"]})
    assert secrets.placeholder(connection, "K") == "{{ a_k }}"


FIELDS = [
    {"ErpFieldKey": "City", "ErpDisplayName": "Town", "ErpFieldId": 1},
    {"ErpFieldKey": "CITY", "ErpDisplayName": "Place", "ErpFieldId": 2},
    {"ErpFieldKey": "STREET", "ErpDisplayName": 'US:"Street";NO:"Gate"', "ErpFieldId": 3},
    {"ErpFieldKey": "ROAD", "ErpDisplayName": "Town", "ErpFieldId": 4},
    {"ErpFieldKey": "ZIP", "ErpDisplayName": "Zip", "ErpFieldId": 5},
    {"ErpFieldKey": "ZIP", "ErpDisplayName": "ZIP", "ErpFieldId": 6},
]


@pytest.mark.parametrize("key, place", [("City", 0), ("CITY", 1), ("street", 2), ("Gate", 2), ("Place", 1), ("road", 3)])
def test_a_field_by_its_key_whatever_its_case_or_by_its_name(key: str, place: int) -> None:
    assert FieldIndex(FIELDS).find(key, "here") == place


@pytest.mark.parametrize(
    "key, told",
    [
        (
            "city",
            'here: the ERP side has no field "city". Did you mean CITY? '
            "If it is new there, use refresh_fields to read the connector's fields again.",
        ),
        ("Town", 'here: several ERP fields have the name "Town": City (id 1), ROAD (id 4). Use the key.'),
        (
            "ZIP",
            'here: the ERP side has several fields with the key "ZIP": Zip (id 5), ZIP (id 6). A document cannot tell them apart: let the '
            "connector give each field a key of its own, and use refresh_fields.",
        ),
    ],
)
def test_a_key_or_a_name_of_several_fields_is_none(key: str, told: str) -> None:
    with pytest.raises(DocumentError) as refused:
        FieldIndex(FIELDS).find(key, "here")
    assert str(refused.value) == told


def _lists(*owners: tuple[str, int]) -> dict[str, object]:
    rows: list[object] = []
    return {
        "ErpListItemMappings": [
            {"ErpListName": "Terms", "ErpActorTypeName": actor, "ErpFieldId": number, "ErpCrmListItemMappings": rows}
            for actor, number in owners
        ]
    }


@pytest.mark.parametrize(
    "owners, actor, are_stored, told",
    [
        (
            [("Customer", 1), ("Supplier", 2)],
            UNSET,
            True,
            'several actor types have the list "Terms": Customer (field id 1), Supplier (field id 2). Choose one with actor.',
        ),
        # The ids would be those of another connection, and one may stand for several lists.
        (
            [("Customer", 1), ("Supplier", 1)],
            UNSET,
            False,
            'several actor types have the list "Terms": Customer, Supplier. Choose one with actor.',
        ),
        (
            [("Customer", 1), ("Customer", 2)],
            "Customer",
            True,
            'several fields of Customer have the list "Terms" (field id 1, field id 2), and a document cannot tell them apart. '
            "Leave the list out, and map it in SuperOffice's administration.",
        ),
        (
            [("Customer", 1), ("Customer", 1)],
            UNSET,
            False,
            'several fields of Customer have the list "Terms", and a document cannot tell them apart. '
            "Leave the list out, and map it in SuperOffice's administration.",
        ),
    ],
)
def test_a_list_that_several_have(owners: list[tuple[str, int]], actor: Maybe[str], are_stored: bool, told: str) -> None:
    with pytest.raises(DocumentError) as refused:
        list_mapping.find_list(_lists(*owners), DeclaredList("here", "Terms", {}, actor=actor), are_stored=are_stored)
    assert str(refused.value) == f"here: {told}"


def test_a_list_that_only_another_actor_type_has() -> None:
    with pytest.raises(DocumentError) as refused:
        list_mapping.overlay(_lists(("Customer", 1)), [DeclaredList("here", "Terms", {}, actor="Supplier")], {})
    assert str(refused.value) == 'here: Supplier has no list "Terms". Customer has it.'
