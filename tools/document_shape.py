# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What may stand in a document, key by key: the parser's own tables, with what people want to know of each key.

From here come the suboptions in the documentation of erpsync_environment (``suboptions``), and the JSON Schemas (``schemas``) with
which editors complete and check what people write.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ansible_collections.superoffice.erpsync.plugins.module_utils._model import actor_types, engine
from ansible_collections.superoffice.erpsync.plugins.module_utils._model import document_keys as parser

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "schema"

Json = dict[str, Any]


class Key(NamedTuple):
    """What stands under one key. ``kind`` is one of the functions of :data:`_SCHEMAS`, which say what is allowed."""

    kind: str
    description: Sequence[str]
    choices: Sequence[str] = ()
    keys: Mapping[str, Any] = {}
    required: bool = False


def _section(known: Sequence[str], keys: Mapping[str, Key]) -> Mapping[str, Key]:
    """The keys of a section, in the order of the table below.

    :param known: those that the parser knows.
    """
    if set(known) != set(keys):
        raise SystemExit(f"tools/document_shape.py and the parser disagree about the keys {sorted(set(known) ^ set(keys))}")
    return keys


def _state() -> Key:
    return Key("choice", ["V(absent) removes it. Without it, it is to be V(present)."], parser.PRESENCE)


def _identity(path: str) -> dict[str, Key]:
    return {
        "name": Key(
            "name",
            [
                "Its name, by which it is found. Of a name in several languages any, or the text as SuperOffice stores it.",
                f"Together with O({path}.id), the name that it shall have.",
            ],
        ),
        "id": Key("id", ["Its id, where names are not unique."]),
    }


ENGINE = _section(
    engine.KEYS,
    {
        "state": Key("choice", ["Whether the automatic synchronisation runs. Without it, the engine stays as it is."], engine.STATES),
        "interval": Key(
            "interval",
            [
                "Time between two synchronisations, in whole seconds.",
                "Seconds (V(900)), units (V(15m), V(1h30m), V(1d)), hours, minutes and seconds (V(00:15:00)), or ISO 8601 (V(PT15M)).",
                "Without it, the interval stays as it is.",
            ],
        ),
    },
)
CONNECTOR = _section(
    parser.CONNECTOR_KEYS,
    {
        **_identity("document.connectors[]"),
        "url": Key("text", ["Address of the connector, for example V(https://erp.example.com/Connector.svc). A new connector needs it."]),
        "state": _state(),
        "test": Key(
            "flag",
            ["Whether to ask the server, before anything is changed, if a connector answers at a new address. Without it, that is asked."],
        ),
    },
)
ACCESS = _section(
    parser.ACCESS_KEYS,
    {
        "everyone": Key("flag", ["Whether everybody may. Not together with groups or users."]),
        "user_groups": Key("references", ["Names or ids of the user groups that may. With it, not everybody may."]),
        "users": Key("references", ["Names or ids of the users that may. With it, not everybody may."]),
    },
)
DEFAULT = _section(
    parser.DEFAULT_KEYS,
    {
        "value": Key(
            "scalar",
            ["The value, as text, number, V(true) or V(false); for a list field the key of an item. V(null) takes the value away."],
        ),
        "prompt": Key("flag", ["Whether the user is asked for it."]),
        "mandatory": Key("flag", ["Whether there must be a value."]),
        "state": Key("choice", ["V(absent) takes the default away, as V(null) instead of the whole section does."], parser.PRESENCE),
    },
)
FIELD = _section(
    parser.FIELD_KEYS,
    {
        "erp": Key("text", ["Key of the field on the ERP side, for example V(NUMBER1)."], required=True),
        "crm": Key("blankable", ["Key of the field in SuperOffice, for example V(number1). V(null) maps it to nothing."]),
        "direction": Key(
            "choice",
            ["Which side gives the value to which. V(none) keeps the mapping and synchronises nothing."],
            parser.DIRECTION_NAMES,
        ),
        "show": Key("flag", ["Whether SuperOffice shows it, read from the ERP system."]),
        "search": Key("flag", ["Whether SuperOffice can search by it in the ERP system."]),
        "default": Key(
            "section",
            [
                "What the field gets when a record is created in the ERP system from SuperOffice.",
                "V(null) takes the value, the question and the demand away.",
            ],
            keys=DEFAULT,
        ),
    },
)
ACTOR = _section(
    parser.ACTOR_KEYS,
    {
        "erp": Key("choice", ["The actor type of the ERP side."], tuple(actor_types.CRM_OF), required=True),
        "crm": Key(
            "choice",
            ["The actor type of SuperOffice, which follows from O(document.connections[].actors[].erp)."],
            actor_types.CRM_ACTORS,
        ),
        "enabled": Key("flag", ["Whether this actor type is synchronised."]),
        "fields": Key("sections", ["The fields. Those that are not declared stay as they are."], keys=FIELD),
        "order": Key("texts", ["Keys of ERP fields in the order in which SuperOffice shows them."]),
        "purge": Key("flag", ["Whether to clear the fields that are not declared. Without it, they stay as they are."]),
    },
)
LIST = _section(
    parser.LIST_KEYS,
    {
        "list": Key("text", ["Name of the ERP side's list."], required=True),
        "actor": Key(
            "choice",
            ["The actor type whose field uses the list, where several actor types have a list of this name."],
            tuple(actor_types.CRM_OF),
        ),
        "items": Key(
            "items",
            [
                "The ERP side's item, by key or name, to the name or id of the item in SuperOffice. V(null) maps it to nothing.",
                "Keys that look like numbers belong into quotes.",
            ],
        ),
        "purge": Key("flag", ["Whether to map the items that are not declared to nothing. Without it, they stay as they are."]),
        "shared": Key("flag", ["Whether several ERP items may stand for the same item of SuperOffice. Without it, that is an error."]),
    },
)
CONNECTION = _section(
    parser.CONNECTION_KEYS,
    {
        **_identity("document.connections[]"),
        "connector": Key(
            "reference",
            ["Name of its connector, or its id, a number without quotes or under the key V(id). A new connection needs it."],
        ),
        "description": Key("blankable", ["Its description. V(null) clears it."]),
        "active": Key("flag", ["Whether it is synchronised."]),
        "access": Key("section", ["Who may use it."], keys=ACCESS),
        "config": Key(
            "scalars",
            [
                "What the connector wants to know, by its own keys, for example V(Company) and V(Password). Keys that are not declared "
                "stay as they are.",
                'Texts, numbers, V(true) and V(false). What is to arrive letter by letter belongs into quotes, such as V("0010").',
                "V(null) clears a value.",
            ],
        ),
        "actors": Key("sections", ["The field mappings, one element for each actor type."], keys=ACTOR),
        "lists": Key("sections", ["The mappings of list items, one element for each list of the ERP side."], keys=LIST),
        "state": _state(),
        "test": Key(
            "flag",
            ["Whether to ask the ERP system, before anything is changed, if it accepts the configuration. Without it, that is asked."],
        ),
        "refresh_fields": Key(
            "flag",
            [
                "Whether to have the server read the fields anew from the connector where a field is declared that it does not know, or "
                "that was missing when it last looked. Without it, it does not.",
                "Of a connection that is new: whether it may have fields and lists that no other connection of its connector has. "
                "Without it, they are errors.",
            ],
        ),
    },
)
DOCUMENT = _section(
    parser.SECTIONS,
    {
        "engine": Key("section", ["The sync engine, which synchronises all active connections by itself, time and again."], keys=ENGINE),
        "connectors": Key("sections", ["The connectors, through which SuperOffice reaches the ERP systems."], keys=CONNECTOR),
        "connections": Key("sections", ["The connections to the ERP systems."], keys=CONNECTION),
        "priority": Key(
            "references",
            ["Names or ids of the connections in the order in which they win over each other; V(0) is SuperOffice itself."],
        ),
    },
)

# As Ansible's documentation calls them.
_TYPES: Mapping[str, Json] = {
    **dict.fromkeys(("text", "name", "blankable", "choice", "interval"), {"type": "str"}),
    "id": {"type": "int"},
    "flag": {"type": "bool"},
    **dict.fromkeys(("scalar", "reference"), {"type": "raw"}),
    "references": {"type": "list", "elements": "raw"},
    "texts": {"type": "list", "elements": "str"},
    **dict.fromkeys(("section", "items", "scalars"), {"type": "dict"}),
    "sections": {"type": "list", "elements": "dict"},
}


def suboptions(keys: Mapping[str, Key] | None = None) -> Json:
    """What may stand in a part of a document, in all of it without ``keys``, as Ansible's documentation says it."""
    found: Json = {}
    for name, key in (DOCUMENT if keys is None else keys).items():
        entry: Json = {"description": list(key.description), **_TYPES[key.kind]}
        if key.required:
            entry["required"] = True
        if key.choices:
            entry["choices"] = list(key.choices)
        if key.keys:
            entry["suboptions"] = suboptions(key.keys)
        found[name] = entry
    return found


# A template can stand for anything; what it gives is seen when Ansible has resolved it.
_TEMPLATE = r"\{[{%]"
_FLAG = "^([Tt][Rr][Uu][Ee]|[Yy][Ee][Ss]|[Oo][Nn]|[Ff][Aa][Ll][Ss][Ee]|[Nn][Oo]|[Oo][Ff][Ff])$"
_REFERENCE: Json = {
    "type": ["string", "integer", "object"],
    "pattern": r"\S",
    "minimum": 0,
    "properties": {"id": {"type": ["integer", "string"], "minimum": 1, "pattern": f"^[1-9][0-9]{{0,9}}$|{_TEMPLATE}"}},
    "required": ["id"],
    "additionalProperties": False,
}


def _or_null(schema: Json) -> Json:
    return {**schema, "type": [*schema["type"], "null"]}


def _or_template(schema: Json) -> Json:
    """The same, or a text that is a template. What is said of objects and lists does not count for texts."""
    return {**schema, "type": [*schema["type"], "string"], "pattern": _TEMPLATE}


def _object(keys: Mapping[str, Key]) -> Json:
    schema: Json = {"type": ["object"], "properties": {name: _schema(key) for name, key in keys.items()}, "additionalProperties": False}
    required = [name for name, key in keys.items() if key.required]
    if required:
        schema["required"] = required
    if "name" in keys:
        named = {"required": ["name"], "properties": {"name": {"type": "string"}}}
        schema["anyOf"] = [named, {"required": ["id"], "properties": {"id": {"not": {"type": "null"}}}}, {"type": "string"}]
    return schema


def _choice(key: Key) -> Json:
    # In a list of values, for editors to offer them.
    listed: Json = {"enum": [*key.choices] if key.required else [*key.choices, None]}
    return {"anyOf": [listed, {"type": "string", "pattern": _TEMPLATE}]}


def _several(items: Json, **more: Any) -> Json:
    return _or_null(_or_template({"type": ["array"], "items": items, **more}))


def _schema(key: Key) -> Json:
    """What may stand under a key."""
    text: Json = {"type": ["string"], "pattern": r"\S"}
    scalar: Json = {"type": ["string", "number", "boolean", "null"]}
    schemas: Mapping[str, Any] = {
        "text": lambda: text if key.required else _or_null(text),
        "name": lambda: _or_null(text),
        "blankable": lambda: {"type": ["string", "null"]},
        "choice": lambda: _choice(key),
        "interval": lambda: {"type": ["string", "number", "null"], "pattern": rf"[0-9]|{_TEMPLATE}", "minimum": 1},
        "id": lambda: {"type": ["integer", "string", "null"], "minimum": 1, "pattern": f"^[1-9][0-9]{{0,9}}$|{_TEMPLATE}"},
        "flag": lambda: {"type": ["boolean", "string", "null"], "pattern": f"{_FLAG}|{_TEMPLATE}"},
        "scalar": lambda: scalar,
        "reference": lambda: _or_null(_REFERENCE),
        "references": lambda: _several(_REFERENCE, uniqueItems=True),
        "texts": lambda: _several(text, uniqueItems=True),
        "scalars": lambda: _or_null(_or_template({"type": ["object"], "additionalProperties": scalar})),
        # An empty text is no item, as null is.
        "items": lambda: _or_null(
            _or_template({"type": ["object"], "additionalProperties": {**_or_null(_REFERENCE), "pattern": r"^$|\S"}})
        ),
        "section": lambda: _or_null(_or_template(_object(key.keys))),
        "sections": lambda: _several(_or_template(_object(key.keys))),
    }
    return {"description": _plain(" ".join(key.description)), **schemas[key.kind]()}


def _plain(text: str) -> str:
    """A description without Ansible's marks."""
    text = re.sub(r"O\(document\.([^)]*)\)", lambda found: found[1].rpartition(".")[2], text)
    return re.sub(r"\b[VOC]\(([^)]*)\)", r"\1", text)


def _file(title: str, schema: Json) -> str:
    comment = (
        "Copyright (c) 2026, The superoffice.erpsync contributors. GNU General Public License v3.0+ "
        "(see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt). SPDX-License-Identifier: GPL-3.0-or-later. "
        "Written by tools/write_option_docs.py from the tables of the parser."
    )
    head = {"$schema": "http://json-schema.org/draft-07/schema#", "$comment": comment, "title": title}
    return json.dumps({**head, **schema}, indent=2, ensure_ascii=False) + "\n"


def document_schema() -> Json:
    """The bare document, as the option ``document`` takes it."""
    return _object(DOCUMENT)


def variables_schema() -> Json:
    """A file of variables: the document, connections in variables of their own, and whatever else a file of variables has."""
    connection = Key("section", ["One more element of the document's connections."], keys=CONNECTION)
    kinds = {"type": "array", "items": {"enum": list(parser.PRUNE)}}
    texts = {"type": ["string", "null"]}
    return {
        "type": ["object"],
        "properties": {
            # From the command line or a survey it is a text, JSON or YAML.
            "erpsync_environment": {
                **_or_null(_object(DOCUMENT)),
                "type": ["object", "string", "null"],
                "description": "What is declared for an installation. What is not declared is not touched.",
            },
            "erpsync_prune": {"anyOf": [kinds, texts], "description": "What to remove where the document does not declare it."},
            "erpsync_update_secrets": {
                "anyOf": [{"enum": [*parser.UPDATE_SECRETS]}, texts],
                "description": "When to save declared secrets of connections that exist.",
            },
        },
        "patternProperties": {"^erpsync_environment_connection_.": _schema(connection)},
    }


def schemas() -> dict[Path, str]:
    """The files with the JSON Schemas, and what they hold."""
    return {
        FOLDER / "document.json": _file("The document of superoffice.erpsync.erpsync_environment", document_schema()),
        FOLDER / "variables.json": _file("Variables of superoffice.erpsync.environment", variables_schema()),
    }
