# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A declared connection, laid over the stored one: what is saved, what counts as a change, and which hidden secrets forbid saving."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._model import configuration, refused_texts, secret_values
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.checks import DocumentError
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.connection_settings import (
    Settings,
    access_members,
    changed_settings,
    new_settings,
)
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.current import Person
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.declared import DeclaredAccess, DeclaredConnection
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.reference import Reference
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.unknown import Unknown


def field(key: str, kind: str = "Text", access: str = "Normal", **members: Any) -> dict[str, Any]:
    return {"FieldKey": key, "FieldType": kind, "Access": access, **members}


FIELDS = (
    field("Company", access="Mandatory"),
    field("Port", "Integer", DefaultValue="[I:443]"),
    field("Version", access="ReadOnly"),
    field("Heading", "Label"),
    field("Password", "Password", "Mandatory"),
    field("Pin", "Password"),
)
OPEN = [one for one in FIELDS if one["FieldType"] != "Password"]
STORED = {"Company": "1001", "Port": "[I:443]", "Version": "9"}


def change(stored: Any, fields: Any = FIELDS, secrets: str = "keep", more: Any = None, **declared: Any) -> Settings:
    """Lay a declaration over a stored connection with this configuration."""
    carrier = {
        "ErpConnectionId": 7,
        "ErpConnectorId": 1,
        "DisplayName": 'US:"Visma";NO:"Norge"',
        "DisplayDescription": "old",
        "AllAccess": True,
        "UserGroupAccessIds": [],
        "AssociateAccessIds": [],
        "Kept": 1,
        "ConfigFields": stored,
    }
    ref = declared.pop("ref", Reference("Visma"))
    options: dict[str, Any] = {"connector": None, "connector_names": {1: "SAP"}, "access": {}, **(more or {})}
    return changed_settings(carrier, DeclaredConnection("here", ref, **declared), fields=fields, secrets=secrets, **options)


def refused(*args: Any, **keywords: Any) -> str:
    with pytest.raises(DocumentError) as caught:
        change(*args, **keywords)
    return str(caught.value)


def test_only_what_is_declared_is_changed() -> None:
    assert change(STORED, OPEN).changes is False
    found = change(STORED, OPEN, description="new", config={"Port": 8443})
    assert found.before == {"description": "old", "config": {"Port": "443"}}
    assert found.after == {"description": "new", "config": {"Port": "8443"}}
    assert found.carrier["DisplayDescription"] == "new" and found.carrier["Kept"] == 1
    assert found.carrier["ConfigFields"] == found.config == {**STORED, "Port": "[I:8443]"}
    assert (found.config_changes, found.config_known, found.warnings, found.changes) == (True, True, (), True)
    # What means the same stays as it is stored.
    same = change(STORED, OPEN, description="old", config={"Port": "443.0"})
    assert not same.changes and same.carrier["ConfigFields"] == STORED and not same.config_changes
    assert change(STORED, OPEN, description=None).after == {"description": ""}


def test_a_new_name_is_one_that_it_does_not_answer_to() -> None:
    by_id = Reference(id=7)
    assert not change(STORED, OPEN, ref=by_id, name="Norge").changes
    found = change(STORED, OPEN, ref=by_id, name="Oslo")
    assert (found.before, found.after) == ({"name": "Visma"}, {"name": "Oslo"}) and found.carrier["DisplayName"] == "Oslo"
    # Without an id the name only tells which one it is.
    assert not change(STORED, OPEN, name="Oslo").changes
    assert refused(STORED, OPEN, ref=by_id, name="********").startswith("here.name holds a mask, ")


def test_access_in_words_with_the_names_that_are_known() -> None:
    people: Any = ({1: "Sales"}, {})
    found = change(STORED, OPEN, more={"access": {"AllAccess": False, "UserGroupAccessIds": [1]}, "people": people})
    assert found.before["access"] != found.after["access"] and "Sales" in str(found.after["access"])
    assert found.carrier["AllAccess"] is False and found.carrier["UserGroupAccessIds"] == [1]
    assert not change(STORED, OPEN, more={"access": {"AllAccess": True}}).changes


def test_another_connector_takes_no_value_of_the_old_one() -> None:
    new_fields = [field("Company"), field("Key", "Password"), field("Host", DefaultValue="crm")]
    moved = {"connector": (2, "Visma"), "old_fields": FIELDS}
    found = change({**STORED, "Password": "s3cret"}, new_fields, more=moved, config={"Key": "other"})
    assert found.carrier["ErpConnectorId"] == 2 and found.carrier["ConfigFields"] == {"Host": "crm", "Key": "other"}
    assert found.before == {
        "connector": "SAP",
        "config": {"Company": "1001", "Password": "********", "Port": "443", "Version": "9"},
    }
    assert found.after == {"connector": "Visma", "config": {"Host": "crm", "Key": "******** (another one)"}}
    assert (found.config_changes, found.config_known) == (True, True)
    # The one that it has is no other one.
    assert not change(STORED, OPEN, more={"connector": (1, "SAP")}).changes
    assert change(STORED, OPEN, more={"connector": (2, "V"), "connector_names": {}}, config={"Company": "1"}).before["connector"] == 1
    # One that tells none has the connector 0, which no server has.
    for untold in ({}, {"ErpConnectorId": None}, {"ErpConnectorId": 0}):
        item = DeclaredConnection("here", Reference("Visma"), config={"Company": "1"})
        found = changed_settings(untold, item, fields=OPEN, secrets="keep", connector=(2, "Visma"), connector_names={}, access={})
        assert found.before["connector"] == 0 and found.carrier["ErpConnectorId"] == 2
    unknown = change(STORED, Unknown(), more={"connector": (None, "New")}, config={"Key": "x", "Blank": ""})
    assert unknown.carrier["ErpConnectorId"] is None and unknown.carrier["ConfigFields"] == {} and not unknown.config_known
    assert unknown.after["config"] == {"Key": "******** (another one)", "Blank": ""}


@pytest.mark.parametrize(
    ("secrets", "stored", "declared", "sent"),
    [
        ("send", "old", "old", True),
        ("send", "old", "new", True),
        ("send", "********", "new", True),
        ("keep", "old", "old", False),
        ("keep", "old", "new", True),
        ("keep", "********", "new", False),
        ("ignore", "old", "new", False),
        ("ignore", "********", "new", False),
    ],
)
def test_the_rules_for_declared_secrets(secrets: str, stored: str, declared: str, sent: bool) -> None:
    found = change({**STORED, "Password": stored, "Pin": "shown"}, secrets=secrets, config={"Password": declared})
    assert found.changes is sent
    if sent:
        assert found.config["Password"] == declared
        assert (found.before, found.after) == ({"config": {"Password": "********"}}, {"config": {"Password": "******** (another one)"}})
    # With another change a hidden secret goes along, since saving could overwrite it.
    both = change({**STORED, "Password": stored, "Pin": "shown"}, secrets=secrets, config={"Password": declared, "Port": 1})
    hidden = stored == "********"
    assert both.config["Password"] == (declared if sent or hidden else stored) and "Port" in both.after["config"]


AT_RISK = "here.config: the server does not give back {}, and saving the connection could overwrite it. "
DECLARE = "Declare it as well; it counts as unchanged as long as the saved connection works."


@pytest.mark.parametrize(
    ("stored", "told"),
    [
        ({"Password": "", "Pin": "x"}, AT_RISK.format("Password") + DECLARE),
        ({"Password": "********", "Pin": "x"}, AT_RISK.format("Password") + DECLARE),
        ({"Password": "***", "Pin": "***"}, AT_RISK.format("Password, Pin") + DECLARE),
        ({"Password": ""}, AT_RISK.format("Password") + DECLARE + " Declare Pin too, as null where it has no value."),
        (
            {"Password": "x", "Old": "****"},
            AT_RISK.format("Old") + "The connector no longer asks for it, so it cannot be declared: "
            "save the connection in SuperOffice's administration first.",
        ),
    ],
)
def test_what_saving_could_overwrite(stored: dict[str, str], told: str) -> None:
    assert refused({**STORED, **stored}, description="new") == told
    # Without a change nothing is saved.
    assert not change({**STORED, **stored}).changes


def test_a_blank_secret_that_a_server_may_hide() -> None:
    told = (
        "here.config: the server hides secrets, and does not show whether Pin has a value; saving the connection could overwrite it. "
        "Declare it as well, as null where it has no value."
    )
    stored = {**STORED, "Password": "", "Pin": ""}
    assert refused(stored, config={"Password": "x"}, description="new") == told
    assert change(stored, config={"Password": "x", "Pin": None}, description="new").changes
    # Nothing tells whether this server hides secrets.
    optional = [*OPEN, field("Pin", "Password"), field("Pan", "Password")]
    found = change({**STORED, "Pin": ""}, optional, description="new")
    assert found.warnings == (
        "here.config: the server shows no value of Pan, Pin, but may hide one. It is saved as shown, "
        "and a hidden value may be lost. Declare it to be sure, as null where it has no value.",
    )
    assert change({**STORED, "Pin": "x"}, optional, description="new").warnings == ()


def test_what_cannot_be_tested_is_warned_of() -> None:
    optional = [*OPEN, field("Pin", "Password"), field("Pan", "Password")]
    told = "here cannot be tested before it is saved: the server does not give back all of its secrets, and not all are declared."
    assert change({**STORED}, optional, config={"Port": 1}).warnings[-1] == told
    assert told not in change({**STORED}, optional, config={"Port": 1}, test=False).warnings
    assert told not in change({**STORED}, optional, description="new").warnings
    assert change({**STORED}, optional, config={"Port": 1, "Pin": "a", "Pan": "b"}).warnings == ()


def test_a_configuration_that_is_not_shown() -> None:
    told = (
        "here: the server does not show the configuration of this connection, and saving {0} could overwrite it. "
        "Leave {0} as it is, or change it in SuperOffice's administration."
    )
    assert refused(None, OPEN, description="new") == told.format("description")
    assert refused(None, OPEN, config={"Company": "1"}) == told.format("config")
    assert refused(None, OPEN, description="new", more={"access": {"AllAccess": False}}) == told.format("description, access")
    # There is nothing to lose where nothing can be set.
    assert change(None, [field("Heading", "Label")], description="new").changes
    assert not change(None, OPEN, description="old").changes


def test_a_connector_that_does_not_answer() -> None:
    told = (
        "here: its connector does not answer, so the secrets in its configuration are unknown. The server may hide them, and "
        "saving {0} could overwrite them. Make the connector answer first, or leave {0} as it is."
    )
    assert refused(STORED, Unknown(), description="new") == told.format("description")
    assert refused(STORED, Unknown("It is down."), config={"Company": "1", "Port": "[I:443]"}) == told.format("config") + " It is down."
    assert refused(STORED, Unknown(), config={"Company": ""}, description="new") == told.format("description, config")
    assert not change(STORED, Unknown(), config={"Company": "1001", "New": None}).changes
    # A number and a truth value are compared in the letters in which they are stored.
    assert not change({"Port": "443", "On": "True"}, Unknown(), config={"Port": 443, "On": True}).changes
    mask = refused(STORED, Unknown(), config={"Company": "********"})
    assert mask == refused(STORED, [field("Company")], config={"Company": "********"})
    assert mask.startswith("here.config.Company ")
    later = change(STORED, Unknown(later=True), config={"Company": "1", "Version": ""})
    assert later.warnings == (
        "here: its configuration may have hidden secrets that saving could overwrite. This is known only once its connector "
        "has the new URL.",
    )
    assert later.before == {"config": {"Company": "********", "Version": "********"}}
    assert later.after == {"config": {"Company": "******** (another one)", "Version": ""}}
    assert later.config == STORED and later.config_changes and not later.config_known


def test_a_new_connection() -> None:
    declared = DeclaredConnection("here", Reference("New"), description=None, config={"Company": "1", "Password": "s3cret"})
    found = new_settings(declared, 3, "SAP", {"AllAccess": False, "AssociateAccessIds": [2]}, FIELDS, ({}, {2: "Kari"}))
    assert found.carrier == {
        "ErpConnectionId": 0,
        "ErpConnectorId": 3,
        "DisplayName": "New",
        "DisplayDescription": "",
        "Active": False,
        "ConfigFields": {"Port": "[I:443]", "Company": "1", "Password": "s3cret"},
        "Deleted": False,
        "AllAccess": False,
        "UserGroupAccessIds": [],
        "AssociateAccessIds": [2],
    }
    assert found.before == {} and found.after["config"] == {"Company": "1", "Password": "********"}
    assert (found.after["name"], found.after["connector"], found.after["description"]) == ("New", "SAP", "")
    assert (found.config_changes, found.config_known) == (True, True)
    bare = new_settings(DeclaredConnection("here", Reference("New")), 3, "SAP", {}, Unknown())
    assert "config" not in bare.after and (bare.config_changes, bare.config_known) == (False, False) and bare.carrier["AllAccess"] is True
    with pytest.raises(DocumentError) as caught:
        new_settings(declared._replace(config={}), 3, "SAP", {}, FIELDS)
    assert str(caught.value) == "here.config lacks what the connector demands: Company, Password. Declare them."


def test_access_that_is_declared() -> None:
    people = [Person(2, ("B",)), Person(1, ("A",)), Person(3, ("C",))]

    def members(**declared: Any) -> Any:
        return access_members(DeclaredAccess(**declared), people, people, "here")

    assert access_members(None, people, people, "here") == members() == {}
    assert members(everyone=True) == {"AllAccess": True}
    groups = (Reference("B"), Reference(id=1), Reference("A"))
    assert members(user_groups=groups) == {"UserGroupAccessIds": [1, 2], "AllAccess": False}
    assert members(users=(), everyone=False) == {"AssociateAccessIds": [], "AllAccess": False}
    with pytest.raises(DocumentError, match=r"^here\.access\.users\[0\]"):
        members(users=(Reference("D"),))


# Configurations


@pytest.mark.parametrize(
    ("config", "told"),
    [
        (
            {"Compny": "1"},
            'here has "Compny", which the connector does not know. Did you mean "Company"? It knows: Company, Port, Heading.',
        ),
        ({"zzz": "1"}, 'here has "zzz", which the connector does not know. It knows: Company, Port, Heading.'),
        ({"Heading": "1"}, "here.Heading is a label of the connector's form and takes no value. Leave it out."),
        ({"Port": "many"}, "here.Port is a field of type Integer: it should be a whole number of at most 18 digits."),
        ({"Company": 8}, None),
        ({"Company": "x" * 11}, "here.Company has 11 characters; the connector takes 10."),
        ({"Port": "1" * 5}, "here.Port has 5 characters; the connector takes 4."),
        (
            {"Port": "1" * 5, "Company": "right", "Heading": "1"},
            "2 things cannot be used.\n1. here.Port has 5 characters; the connector takes 4.\n"
            "2. here.Heading is a label of the connector's form and takes no value. Leave it out.",
        ),
    ],
)
def test_a_configuration_that_does_not_fit(config: Any, told: str | None) -> None:
    fields = [field("Company", MaxLength=10), field("Port", "Integer", MaxLength=4), field("Heading", "Label")]
    with pytest.raises(DocumentError) as caught:
        configuration.encode(config, fields, "here")
    if told is None:
        told = (
            "here.Company is a field of type Text: it should be a text; put it in quotes, since YAML may have changed it already "
            "(0010 is 8, no is false)."
        )
    assert str(caught.value) == told
    if "connector does not know" in told:
        with pytest.raises(DocumentError, match=r"It knows: nothing\.$"):
            configuration.encode(config, [], "here")
    assert configuration.encode({"Company": "x" * 10, "Port": "1234"}, fields, "here") == {"Company": "x" * 10, "Port": "[I:1234]"}


def test_a_new_value_is_written_in_the_brackets_of_its_type() -> None:
    kinds: dict[str, Any] = {"Checkbox": True, "Integer": 8443, "Double": 31.5, "Date": "2026-12-31", "Text": "x"}
    written = {"Checkbox": "[I:1]", "Integer": "[I:8443]", "Double": "[F:31.5]", "Date": "[DT:12/31/2026 00:00:00.0000000]", "Text": "x"}
    fields = [field(kind, kind) for kind in kinds]
    assert configuration.encode(kinds, fields, "here") == written
    # The connector's proposal shows how it writes one itself.
    proposals = {"Checkbox": "0", "Integer": "443", "Double": "1.0", "Date": "2025-01-01", "Text": "y"}
    fields = [field(kind, kind, DefaultValue=proposals[kind]) for kind in kinds]
    assert configuration.encode(kinds, fields, "here") == {name: str(value) for name, value in {**kinds, "Checkbox": 1}.items()}


def test_a_field_without_a_key_has_a_blank_one() -> None:
    """Keys are sorted, and compared with those of a document."""
    nameless: list[dict[str, Any]] = [{"FieldType": "Text"}, {"FieldKey": None, "FieldType": "Password"}, {}]
    for one in nameless:
        assert secret_values.possible_keys([one, *FIELDS]) == {"", "Company", "Version", "Password", "Pin"}
        assert secret_values.secret_keys([one]) == (set() if one.get("FieldType") == "Text" else {""})


def test_values_that_are_too_long_for_superoffice() -> None:
    told = "here.A has 1024 characters; SuperOffice keeps 1023 of a configuration value."
    for check in (
        lambda text: configuration.encode({"A": text}, [field("A")], "here"),
        lambda text: configuration.check_lengths({"A": text}, "here"),
    ):
        check("x" * 1023)
        with pytest.raises(DocumentError) as caught:
            check("x" * 1024)
        assert str(caught.value) == told
    configuration.check_lengths({"A": 1, "B": None}, "here")


def test_what_the_connector_sets_itself() -> None:
    configuration.read_only({"Version": "9"}, {"Version": "9"}, FIELDS, "here")
    with pytest.raises(DocumentError) as caught:
        configuration.read_only({"Version": "8"}, {"Version": "9"}, FIELDS, "here")
    assert str(caught.value) == "here.Version is read-only; the connector sets it. Leave it out."


def test_what_the_connector_demands() -> None:
    fields = [field("A", access="Mandatory"), field("B", "Integer", "Mandatory"), field("C", "Label", "Mandatory"), field("D")]
    for values, unknowable, lacking in (
        ({}, (), "A, B. Declare them."),
        ({"A": "x"}, (), "B. Declare it."),
        ({"A": "x", "B": "[I:]"}, (), "B. Declare it."),
        ({"A": "", "B": "[I:0]"}, (), "A. Declare it."),
    ):
        with pytest.raises(DocumentError) as caught:
            configuration.complete(values, fields, "here", unknowable)
        assert str(caught.value) == f"here lacks what the connector demands: {lacking}"
    configuration.complete({"B": "[I:0]"}, fields, "here", ["A"])
    assert configuration.proposals([*fields, field("E", DefaultValue="x"), field("F", "Label", DefaultValue="y")]) == {"E": "x"}


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("***", "here.Password is a mask, shown in place of a secret. Give the secret, or leave it out."),
        (
            "x ******** y",
            "here.Password holds a mask, such as ********, VALUE_SPECIFIED_IN_NO_LOG_PARAMETER or $encrypted$, shown in place of a secret. "
            "It comes from a result or a file in which secrets were masked. Give the text itself.",
        ),
    ],
)
def test_masks_are_refused(value: str, told: str) -> None:
    with pytest.raises(DocumentError) as caught:
        refused_texts.refuse_masks({"Password": value}, [], ["Password"], "here")
    assert str(caught.value) == told
    # Where it is no secret and stays, a text may look like one.
    refused_texts.refuse_masks({"Password": value}, [], [], "here")
    if "x" in value:
        with pytest.raises(DocumentError):
            refused_texts.refuse_masks({"Password": value}, ["Password"], [], "here")


@pytest.mark.parametrize(
    ("values", "hidden", "suspected", "unsure"),
    [
        ({"Password": "x", "Pin": ""}, "", "", ""),
        ({"Password": "", "Pin": ""}, "Password", "Pin", ""),
        ({"Password": "", "Pin": "x"}, "Password", "", ""),
        ({"Password": "***", "Pin": "x"}, "Password", "", ""),
        ({"Password": "***", "Pin": ""}, "Password", "", "Pin"),
        ({"Password": "x", "Pin": "", "Old": ""}, "", "", ""),
        ({"Password": "", "Pin": "", "Old": ""}, "Password", "Pin", "Old"),
        ({"Password": "***", "Pin": "", "Old": "x"}, "Password", "", "Pin"),
    ],
)
def test_which_secrets_a_server_hides(values: dict[str, str], hidden: str, suspected: str, unsure: str) -> None:
    found = secret_values.unseen(values, FIELDS)
    assert [" ".join(sorted(keys)) for keys in found] == [hidden, suspected, unsure]
    assert found.all == {key for key in (hidden, suspected, unsure) if key}


MASK = (
    "here holds a mask, such as ********, VALUE_SPECIFIED_IN_NO_LOG_PARAMETER or $encrypted$, shown in place of a secret. It comes from a "
    "result or a file in which secrets were masked. Give the text itself."
)
TEMPLATE = 'here is "{{ erp }}", a template that was never resolved. Give the text itself, or the variable.'
BREAK = 'here is "https://{}erp\\u000a.example.com", which has a line break in it. Write the address without.'


@pytest.mark.parametrize(
    ("value", "text", "address"),
    [
        ("********", MASK, MASK),
        ("https://me:********@erp/x", MASK, MASK),
        ("{{ erp }}", TEMPLATE, TEMPLATE),
        ("https://erp\n.example.com", None, BREAK.format("")),
        ("https://me:secret@erp\n.example.com", None, BREAK.format("me:********@")),
        *((value, None, None) for value in ("https://erp.example.com/a", "a", None, 5)),
        ("", None, 'here is "", which is empty. Write the address without.'),
    ],
)
def test_what_is_no_text_and_no_address(value: Any, text: str | None, address: str | None) -> None:
    for refuse, wanted in ((refused_texts.refuse_no_text, text), (refused_texts.refuse_no_address, address)):
        told = None
        try:
            refuse(value, "here")
        except DocumentError as error:
            told = str(error)
        assert told == wanted


def test_what_is_shown_of_a_configuration_is_in_the_order_of_its_keys() -> None:
    shown = secret_values.redact({"b": "2", "c": "", "a": "1"}, [{"FieldKey": "A", "FieldType": "Text"}])
    assert list(shown.items()) == [("a", "1"), ("b", secret_values.REDACTED), ("c", "")]


def test_a_changed_value_is_stored_without_what_says_that_it_differs() -> None:
    for old, new in (("https://me:a@erp", "https://me:b@erp"), ("https://me:a@erp", "https://me:b@other"), ("https://erp", "https://x")):
        assert secret_values.as_stored(secret_values.url_changed(old, new)) == secret_values.url(new)
    stored = [secret_values.as_stored(value) for value in (secret_values.REDACTED_CHANGED, "x", None, 5)]
    assert stored == [secret_values.REDACTED, "x", None, 5]
