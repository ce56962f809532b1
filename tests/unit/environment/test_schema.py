# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON Schemas that come with the collection say of documents what the parser says, as far as a schema can say it."""

from __future__ import annotations

import copy
import json
from typing import Any

import jsonschema
import pytest
import yaml
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.checks import DocumentError
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.document import parse_document
from ansible_collections.superoffice.erpsync.plugins.plugin_utils._environment_files import SCHEMA, environment_files
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import COLLECTION
from hypothesis import given
from hypothesis import strategies as st

from .documents import everything
from .installation import Installation, Json
from .test_documents import AT_ONCE, YAML, handed_over, some_documents, values

FOLDER = COLLECTION / "docs" / "schema"


def _validator(name: str) -> Any:
    schema = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


DOCUMENT = _validator("document.json")
VARIABLES = _validator("variables.json")


def parses(document: Any) -> bool:
    try:
        parse_document(document)
    except DocumentError:
        return False
    return True


def as_variables(document: Json) -> Json:
    """The same document as a file of variables has it, with the connections in variables of their own."""
    connections = document.get("connections") or []
    own = {f"erpsync_environment_connection_{index}": connection for index, connection in enumerate(connections)}
    return {"erpsync_environment": {key: value for key, value in document.items() if key != "connections"}, **own, "another": [1]}


def _places(value: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The places of everything in a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place, *(found for key, item in inner for found in _places(item, (*place, key)))]


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """A document that has all there is, with one or two things in it put otherwise, added, or taken away."""
    document = copy.deepcopy(everything())
    for _number in range(draw(st.integers(1, 2))):
        *place, last = draw(st.sampled_from(_places(document)[1:]))
        around: Any = document
        for key in place:
            around = around[key]
        change = draw(st.sampled_from(["value", "nothing", "away", "added"]))
        if change == "away":
            del around[last]
        elif change == "added" and isinstance(around, dict):
            around[draw(st.text(max_size=5))] = draw(values)
        else:
            around[last] = None if change == "nothing" else draw(values)
    return document


@given(some_documents | mutated())
def test_what_the_parser_takes_the_schema_takes(document: Any) -> None:
    """And so the parser refuses what the schema refuses."""
    if parses(document):
        DOCUMENT.validate(document)
        VARIABLES.validate(as_variables(document))


# What takes looking at two places at once, or counting in UTF-16.
BEYOND = ("declares the same", "characters", "goes with", "has everyone", "no CRM field")


def test_the_schema_refuses_what_people_get_wrong() -> None:
    """Of what a file can say: no editor has a key that is no text."""
    compared = 0
    for document in [*(document for document, _words in AT_ONCE), *(yaml.safe_load(text) for text, _words in YAML)]:
        with pytest.raises(DocumentError) as refused:
            parse_document(document)
        told = str(refused.value)
        if not handed_over(document) or any(words in told for words in BEYOND):
            continue
        compared += 1
        assert not DOCUMENT.is_valid(document), told
        if told.startswith("connections["):
            assert not VARIABLES.is_valid(as_variables(document)), told
    assert compared > 70


def test_templates_may_stand_anywhere() -> None:
    document: Json = {
        "engine": "{{ engine }}",
        "connections": [
            {"name": "{{ name }}", "active": "{{ active }}", "access": "{{ access }}", "actors": "{% if x %}a{% endif %}"},
            "{{ sap }}",
            {"id": "{{ id }}", "actors": [{"erp": "{{ erp }}", "fields": [{"erp": "NAME", "direction": "{{ d }}", "default": "{{ x }}"}]}]},
        ],
        "priority": "{{ priority }}",
    }
    DOCUMENT.validate(document)
    VARIABLES.validate(as_variables(document))


def test_exports_and_examples_name_the_schema_and_hold_to_it() -> None:
    there = Installation()
    result = there.run("environment_info")
    exported = [file["content"] for file in environment_files(result["document"], result["secrets"]) if file["path"].endswith(".yml")]
    examples = COLLECTION / "examples" / "inventory"
    written = [path.read_text(encoding="utf-8") for path in sorted(examples.rglob("*.yml")) if "erpsync_environment" in path.read_text()]
    assert len(exported) > 3 and len(written) > 4
    for text in [*exported, *written]:
        assert f"# yaml-language-server: $schema={SCHEMA}" in text.splitlines()[:2]
        VARIABLES.validate(yaml.safe_load(text.replace("!unsafe ", "")))


def test_the_schema_is_where_its_address_says() -> None:
    galaxy = yaml.safe_load((COLLECTION / "galaxy.yml").read_text(encoding="utf-8"))
    path = SCHEMA.removeprefix(galaxy["repository"].replace("github.com", "raw.githubusercontent.com") + "/main/")
    assert (COLLECTION / path).samefile(FOLDER / "variables.json")
