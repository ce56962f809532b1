# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names: what is found by them, which are flawed or alike, how invisible characters are shown, and names of variables."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._model import names
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.checks import DocumentError
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connector import Connector
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.crm_fields import CrmKeys, UnmetKey, keys_in, remarks, unmet
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.current import Person
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.declared import (
    UNSET,
    DeclaredActor,
    DeclaredConnection,
    DeclaredField,
)
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.find_by_name import Things, person_ids
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.reference import Reference, refuse_twice


@pytest.mark.parametrize(
    ("name", "flaw"),
    [
        ("", "is empty"),
        (" \t", "is empty"),
        *((f"a{sign}b", "has a line break in it") for sign in "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"),
        *((f"a{sign}b", "has a control character in it") for sign in "\x00\x08\x1f"),
        ("a\tb", None),
        (" a", "begins with a blank"),
        ("\u00a0a", "begins with a blank"),
        ("a ", "ends with a blank"),
        ("\u200ba", "begins with an invisible character"),
        ("a\ufeff", "ends with an invisible character"),
        ("a\u200bb", None),
        ("a b", None),
        ("a", None),
    ],
)
def test_a_name_that_is_probably_a_mistake(name: str, flaw: str | None) -> None:
    assert names.flaw(name) == flaw


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Bodø", '"Bodø"'),
        ("a\nb", '"a\\u000ab"'),
        ("a\u200bb\u200b", '"a\\u200bb\\u200b"'),
        ("\U000e0001", '"\\U000e0001"'),
        # Letters in two parts are shown so that the parts are seen.
        ("A\u030a", '"A\\u030a"'),
        ("\u00c5", '"\u00c5"'),
        # These have no other form.
        ("x\u0302\u0332", '"x\\u0302\\u0332"'),
        ("q\u0302", '"q\u0302"'),
        ("a\U0001f41f", '"a\U0001f41f"'),
    ],
)
def test_invisible_characters_are_shown(name: str, shown: str) -> None:
    assert names.visible(name) == shown


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Visma", "VISMA", True),
        ("Visma Norge", " visma\u00a0\n norge ", True),
        ("\u00c5", "a\u030a", True),
        ("Straße", "STRASSE", True),
        ("a\u200bb", "ab", True),
        ("é\ufe0f", "é", True),
        ("é\u034f", "é", True),
        ("a b", "ab", False),
        ("Å", "A", False),
    ],
)
def test_names_that_differ_only_in_what_readers_overlook(one: str, other: str, alike: bool) -> None:
    assert (names.folded(one) == names.folded(other)) is alike
    index = names.NameIndex([(one, 1)])
    assert [thing for _raw, thing in index.alike(other)] == ([1] if alike else [])
    assert index.find(other) == []


def test_the_sentence_about_another_spelling() -> None:
    assert names.other_spelling("connector", "a", "A") == (
        'there is no connector "a". The connector "A" has the same name except for case, blanks, composition of letters and language. '
        "Write it like that."
    )
    assert names.other_spelling("connector", "a", "A", 0) == (
        'there is no connector "a". The connector "A" with the id 0 has the same name except for case, blanks, composition of letters and '
        "language. Write it like that, or use the id."
    )


BOTH = 'US:"A";NO:"B"'


def test_things_by_name() -> None:
    index: names.NameIndex[int] = names.NameIndex([(BOTH, 1), ("A", 2), ("C", 3), ("C", 4), (None, 5), ('US:"D";NO:"D"', 6)])
    # The stored text counts more than a language.
    assert index.find("A") == [2] and index.all("A") == [1, 2]
    assert index.find("B") == [1] and index.find(BOTH) == [1]
    assert index.find('NO:"B";US:"A"') == [1]
    assert index.find("C") == [3, 4] and index.find("D") == [6] and index.find("E") == []
    assert index.alike("b") == [(BOTH, 1)] and index.alike("a") == [(BOTH, 1), ("A", 2)]
    index.add("e", 7)
    assert index.find("e") == [7] and index.alike("E") == [("e", 7)] and index.alike("d") == [('US:"D";NO:"D"', 6)]
    # In a language without a text nothing is alike.
    blank: names.NameIndex[int] = names.NameIndex([('US:" ";NO:"x"', 1)])
    assert blank.alike("") == [] and blank.alike("X") == [('US:" ";NO:"x"', 1)]


@pytest.mark.parametrize(
    ("raw", "wanted", "answers"),
    [(BOTH, "A", True), (BOTH, "B", True), (BOTH, BOTH, True), (BOTH, 'NO:"B"; US:"A"', True), (BOTH, 'NO:"B"', False), (None, "", False)],
)
def test_what_a_thing_answers_to(raw: str | None, wanted: str, answers: bool) -> None:
    assert names.answers_to(raw, wanted) is answers


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (' US:"A" ; en-GB:"B"', {"US": "A", "EN-GB": "B"}),
        ('US:"a ""b"""', {"US": 'a "b"'}),
        ('US:"A"x', {}),
        ('U:"A"', {}),
        ('USAX:"A"', {}),
        ('US:"A";', {"US": "A"}),
        ("", {}),
    ],
)
def test_the_languages_of_a_name(raw: str, found: dict[str, str]) -> None:
    assert names.languages(raw) == found


@pytest.mark.parametrize(("raw", "shown"), [('GB:"C";EN:"B"', "B"), ('NO:"D";GB:"C"', "C"), ('NO:"";GE:""', 'NO:"";GE:""'), (None, "")])
def test_the_language_that_is_shown(raw: str | None, shown: str) -> None:
    assert names.readable(raw) == shown


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Visma Norway", "visma_norway"),
        ("  -A--b_ ", "a_b"),
        ("ØÆŒßŁĐÐÞİı", "oaeoessldd" + "thi" + "i"),
        ("Ünïcode ½", "unicode_1_2"),
        ("日本", ""),
    ],
)
def test_a_name_in_a_variable(text: str, words: str) -> None:
    assert names.ascii_words(text) == words


# Keys of CRM fields that nothing names

MANY = [UnmetKey(f"f[{number}]", "Contact", f"k{number}") for number in range(21)]
TAIL = "SuperOffice saves unknown keys without an error. Check the spelling."


@pytest.mark.parametrize(
    ("known", "unmet", "complete", "told"),
    [
        (
            {"Contact": {"name"}},
            [UnmetKey("f", "Contact", "nam")],
            True,
            f'CRM fields that no mapping of this installation names, and that may not exist: f.crm is "nam" (did you mean name?). {TAIL}',
        ),
        (
            {"Contact": {"name"}},
            [UnmetKey("f", "Contact", "nam"), UnmetKey("g", "Person", "name"), UnmetKey("h", "Contact", "zzz")],
            False,
            f'CRM fields that no mapping that was read names, and that may not exist: f.crm is "nam" (did you mean name?). {TAIL}',
        ),
        ({"Contact": {"name"}}, [UnmetKey("h", "Contact", "zzz")], False, None),
        ({"Contact": set()}, [UnmetKey("h", "Contact", "zzz")], True, None),
        (
            {"Person": {"x"}},
            MANY[:20],
            True,
            "CRM fields that no mapping of this installation names, and that may not exist: "
            + ", ".join(f'f[{number}].crm is "k{number}"' for number in range(20))
            + f". {TAIL}",
        ),
        (
            {"Person": {"x"}},
            MANY,
            True,
            "CRM fields that no mapping of this installation names, and that may not exist: "
            + ", ".join(f'f[{number}].crm is "k{number}"' for number in range(20))
            + f", and 1 more. {TAIL}",
        ),
    ],
)
def test_keys_that_may_be_misspelt(known: dict[str, set[str]], unmet: list[UnmetKey], complete: bool, told: str | None) -> None:
    assert remarks(CrmKeys(known, unmet, complete)) == ([] if told is None else [told])
    assert remarks(None) == []


def test_which_declared_crm_fields_no_mapping_names() -> None:
    def item(place: str, *actors: tuple[str, list[Any]]) -> DeclaredConnection:
        declared = [
            DeclaredActor(place, erp, fields=tuple(DeclaredField(f"{place}.{erp}.{key}", "X", crm=key) for key in keys))
            for erp, keys in actors
        ]
        return DeclaredConnection(place, Reference(place), actors=tuple(declared))

    mapping = {
        "FieldMappings": [
            {"ErpFieldKey": "ErpName", "CrmFieldKey": "", "CrmDisplayName": "Shown"},
            {"ErpFieldKey": None, "CrmFieldKey": "name", "CrmDisplayName": 'US:"Name";NO:"Navn"'},
        ]
    }
    asked: list[tuple[str, str]] = []

    def mapping_of(one: DeclaredConnection, erp: str) -> Any:
        asked.append((one.place, erp))
        return mapping if one.place == "b" else None

    items = [
        item("a", ("Customer", ["known", None, UNSET]), ("Person", ["known", "x"])),
        item("b", ("Customer", ["Navn", "erpname", "Shown", "x"]), ("Supplier", ["x"]), ("Person", ["x"])),
    ]
    found = unmet(items, mapping_of, {"Contact": {"known"}})
    assert found == [
        UnmetKey("a.Person.known", "Person", "known"),
        UnmetKey("a.Person.x", "Person", "x"),
        UnmetKey("b.Customer.Shown", "Contact", "Shown"),
        UnmetKey("b.Customer.x", "Contact", "x"),
    ]
    # A mapping is read only where a key is neither known nor told.
    assert asked == [("a", "Person"), ("b", "Customer")]


def test_the_keys_that_mappings_have() -> None:
    mappings: list[dict[str, Any]] = [
        {"ActorTypeErp": "Customer", "FieldMappings": [{"CrmFieldKey": "a"}, {"CrmFieldKey": ""}, {"CrmFieldKey": None}]},
        {"ActorTypeErp": "Supplier", "FieldMappings": [{"CrmFieldKey": "b"}]},
        {"ActorTypeErp": "Unheard", "FieldMappings": None},
    ]
    assert keys_in(mappings) == {"Contact": {"a", "b"}, "": set()}


# Finding things and people

NORWAY = Connector(1, 'US:"Norway";NO:"Norge"', None)
SWEDEN = Connector(2, "Sweden", None)
TWINS = [Connector(3, "Twin", None), Connector(4, "Twin", None)]
THINGS = Things("connector", [NORWAY, SWEDEN, *TWINS])


def test_things_that_are_found() -> None:
    assert list(THINGS) == [NORWAY, SWEDEN, *TWINS]
    assert [THINGS.find(ref, "here") for ref in (Reference("Norge"), Reference(id=2), Reference("Oslo"))] == [NORWAY, SWEDEN, None]
    assert [THINGS.find_all(ref, "here") for ref in (Reference("Twin"), Reference("Sweden"), Reference(id=4), Reference("Oslo"))] == [
        TWINS,
        [SWEDEN],
        [TWINS[1]],
        [],
    ]
    assert (THINGS.by_id(1), THINGS.by_id(9), THINGS.by_id(None)) == (NORWAY, None, None)
    assert (THINGS.raw_name(2), THINGS.raw_name(9)) == ("Sweden", None)
    assert THINGS.alike("sweden") == [("Sweden", SWEDEN)]


@pytest.mark.parametrize(
    ("ref", "told"),
    [
        (Reference("Twin"), 'here: there is more than one connector "Twin", with the ids 3 and 4. Use the id.'),
        (
            Reference("norge"),
            'here: there is no connector "norge". The connector "US:"Norway";NO:"Norge"" with the id 1 has the same name except for case, '
            "blanks, composition of letters and language. Write it like that, or use the id.",
        ),
        (Reference(id=9), "here: there is no connector with the id 9. There are: Norway (1), Sweden (2), Twin (3), Twin (4)."),
    ],
)
def test_a_reference_to_no_thing_or_to_several(ref: Reference, told: str) -> None:
    with pytest.raises(DocumentError) as refused:
        THINGS.find(ref, "here")
    assert str(refused.value) == told


def test_a_reference_where_there_is_nothing() -> None:
    nothing: Things[Connector] = Things("connector", [])
    with pytest.raises(DocumentError) as refused:
        nothing.find(Reference(id=9), "here")
    assert str(refused.value) == "here: there is no connector with the id 9. There is no connector at all."
    assert str(nothing.missing(Reference("x"), "here")) == 'here: there is no connector "x". There are: none.'


@pytest.mark.parametrize(
    ("ref", "told"),
    [
        (Reference("Swede"), 'there is no connector "Swede". Did you mean "Sweden"? There are: Norway, Sweden, Twin, Twin.'),
        (Reference("zzz"), 'there is no connector "zzz". There are: Norway, Sweden, Twin, Twin.'),
        (
            Reference("1"),
            'there is no connector "1". A text is a name, but there is a connector with the id 1 (Norway). To refer to it, write the '
            "number without quotes, or id: 1. There are: Norway, Sweden, Twin, Twin.",
        ),
        (Reference("5"), 'there is no connector "5". There are: Norway, Sweden, Twin, Twin.'),
        (Reference("\u0661"), 'there is no connector "\u0661". There are: Norway, Sweden, Twin, Twin.'),
        (Reference("00000000001"), 'there is no connector "00000000001". There are: Norway, Sweden, Twin, Twin.'),
    ],
)
def test_the_error_for_an_unknown_name(ref: Reference, told: str) -> None:
    assert str(THINGS.missing(ref, "here")) == f"here: {told}"


def test_the_names_to_choose_from_may_be_others() -> None:
    told = 'here: there is no connector "Swede". Did you mean "Swedes"? There are: Swedes.'
    assert str(THINGS.missing(Reference("Swede"), "here", ["Swedes"])) == told


def test_at_most_fifty_things_are_named() -> None:
    many = Things("connector", [Connector(number, f"C{number}", None) for number in range(1, 52)])
    assert str(many.missing(Reference("x"), "here")).endswith(", C49, C50.")
    with pytest.raises(DocumentError, match=r", C49 \(49\), C50 \(50\)\.$"):
        many.find(Reference(id=99), "here")


PEOPLE = [Person(1, ("Kari", "kn")), Person(2, ("Ola",)), Person(3, ("Ola",)), Person(4, ()), Person(5, ("Kari Nordmann", "kn2"))]


def test_people_by_either_of_their_names_or_by_id() -> None:
    refs = [Reference("kn"), Reference(id=4), Reference("Kari"), Reference(id=3)]
    assert person_ids(PEOPLE, refs, "user", "here") == [1, 4, 1, 3]


@pytest.mark.parametrize(
    ("ref", "told"),
    [
        (Reference("Ola"), 'there is more than one user "Ola", with the ids 2 and 3. Use the id.'),
        (Reference(id=9), "there is no user with the id 9."),
        (
            Reference("KARI"),
            'there is no user "KARI". The user "Kari" with the id 1 has the same name except for case, blanks, composition of letters and '
            "language. Write it like that, or use the id.",
        ),
        (Reference("Karin"), 'there is no user "Karin". Did you mean "Kari"? There are: Kari, Ola, Ola, Kari Nordmann.'),
    ],
)
def test_a_reference_to_nobody_or_to_several_people(ref: Reference, told: str) -> None:
    with pytest.raises(DocumentError) as refused:
        person_ids(PEOPLE, [Reference("kn"), ref], "user", "here")
    assert str(refused.value) == f"here[1]: {told}"


def test_a_reference_that_is_repeated() -> None:
    refs = [Reference("a"), Reference(id=2), Reference("b")]
    refuse_twice(refs, [1, 2, 3], "here", "user")
    with pytest.raises(DocumentError) as refused:
        refuse_twice(refs, [2, 1, 2], "here", "user")
    assert str(refused.value) == 'here[2] ("b") is the same user as here[0] ("a"). Name it once.'
