# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Describes the keys of a document, from the parser's own tables.

``suboptions`` gives the suboptions in the documentation of erpsync_environment. ``schemas`` gives
the JSON Schemas with which editors complete and check documents.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ansible_collections.superoffice.erpsync.plugins.module_utils._model import actor_types, engine
from ansible_collections.superoffice.erpsync.plugins.module_utils._model import document_keys as parser
from ansible_collections.superoffice.erpsync.plugins.module_utils._read.bulk import READ_FROM
from layout import HEADER

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "schema"

Json = dict[str, Any]


class Key(NamedTuple):
    """One key of a document. ``kind`` names an entry of ``schemas`` in :func:`_schema`."""

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
    return Key("choice", ["V(absent) removes it. The default is V(present)."], parser.PRESENCE)


def _identity(path: str) -> dict[str, Key]:
    return {
        "name": Key(
            "name",
            [
                "Its name, by which it is found: in any of its languages, or as the text that SuperOffice stores.",
                f"Together with O({path}.id), its new name.",
            ],
        ),
        "id": Key("id", ["Its id, where the name is not unique."]),
    }


ENGINE = _section(
    engine.KEYS,
    {
        "state": Key("choice", ["Whether the automatic synchronisation runs. By default the engine stays as it is."], engine.STATES),
        "interval": Key(
            "interval",
            [
                "Time between two synchronisations, in whole seconds.",
                "Seconds (V(900)), units (V(15m), V(1h30m), V(1d)), hours, minutes and seconds (V(00:15:00)), or ISO 8601 (V(PT15M)).",
                "By default the interval stays as it is.",
            ],
        ),
    },
)
CONNECTOR = _section(
    parser.CONNECTOR_KEYS,
    {
        **_identity("document.connectors[]"),
        "url": Key(
            "text",
            [
                "Address of the connector, for example V(https://erp.example.com/Connector.svc). A new connector needs it.",
                "A password in it (C(https://user:password@erp.example.com/Connector.svc)) is a secret; keep such an address in a vault.",
            ],
        ),
        "state": _state(),
        "test": Key(
            "flag",
            ["Whether the server tests, before anything is changed, that a connector answers at a new address. The default is V(true)."],
        ),
    },
)
ACCESS = _section(
    parser.ACCESS_KEYS,
    {
        "everyone": Key("flag", ["Whether everyone has access. It excludes groups and users."]),
        "user_groups": Key("references", ["Names or ids of the user groups with access. It excludes access for everyone."]),
        "users": Key("references", ["Names or ids of the users with access. It excludes access for everyone."]),
    },
)
DEFAULT = _section(
    parser.DEFAULT_KEYS,
    {
        "value": Key(
            "scalar",
            ["The value, as text, number, V(true) or V(false); for a list field the key of an item. V(null) removes the value."],
        ),
        "prompt": Key("flag", ["Whether the user is asked for it."]),
        "mandatory": Key("flag", ["Whether a value is required."]),
        "state": Key("choice", ["V(absent) removes the default, as V(null) in place of the section does."], parser.PRESENCE),
    },
)
FIELD = _section(
    parser.FIELD_KEYS,
    {
        "erp": Key("text", ["Key of the ERP field, for example V(NUMBER1)."], required=True),
        "crm": Key("blankable", ["Key of the CRM field, for example V(number1). V(null) maps it to nothing."]),
        "direction": Key(
            "choice",
            ["The direction of the synchronisation. V(none) keeps the mapping and synchronises nothing."],
            parser.DIRECTION_NAMES,
        ),
        "show": Key("flag", ["Whether SuperOffice shows the value of the ERP system."]),
        "search": Key("flag", ["Whether SuperOffice can search the ERP system by it."]),
        "default": Key(
            "section",
            [
                "The default value for records that SuperOffice creates in the ERP system.",
                "V(null) removes the value; the user is not asked, and no value is required.",
            ],
            keys=DEFAULT,
        ),
    },
)
ACTOR = _section(
    parser.ACTOR_KEYS,
    {
        "erp": Key("choice", ["The ERP actor type."], tuple(actor_types.CRM_OF), required=True),
        "crm": Key(
            "choice",
            ["The CRM actor type. It follows from O(document.connections[].actors[].erp)."],
            actor_types.CRM_ACTORS,
        ),
        "enabled": Key("flag", ["Whether this actor type is synchronised."]),
        "fields": Key("sections", ["The fields. Undeclared fields stay as they are."], keys=FIELD),
        "order": Key("texts", ["Keys of ERP fields in the order in which SuperOffice shows them."]),
        "purge": Key("flag", ["Whether to clear undeclared fields. The default is V(false)."]),
    },
)
LIST = _section(
    parser.LIST_KEYS,
    {
        "list": Key("text", ["Name of the ERP list."], required=True),
        "actor": Key(
            "choice",
            ["The actor type whose field uses the list, where several actor types have a list of this name."],
            tuple(actor_types.CRM_OF),
        ),
        "items": Key(
            "items",
            [
                "Key or name of the ERP item, and for each the name or id of the CRM item. V(null) maps it to nothing.",
                "Put keys that look like numbers in quotes.",
            ],
        ),
        "purge": Key("flag", ["Whether to map undeclared items to nothing. The default is V(false)."]),
        "shared": Key("flag", ["Whether several ERP items may be mapped to the same CRM item. By default that is an error."]),
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
                "Configuration values by the connector's own keys, for example V(Company) and V(Password). Undeclared keys stay as they "
                "are.",
                'Texts, numbers, V(true) and V(false). Put texts that YAML takes for something else in quotes, such as V("0010").',
                "V(null) clears a value.",
            ],
        ),
        "actors": Key("sections", ["The field mappings, one element for each actor type."], keys=ACTOR),
        "lists": Key("sections", ["The mappings of list items, one element for each list of the ERP side."], keys=LIST),
        "state": _state(),
        "test": Key(
            "flag",
            ["Whether the server tests the configuration with the ERP system before anything is changed. The default is V(true)."],
        ),
        "refresh_fields": Key(
            "flag",
            [
                "Whether the server reads the fields again from the connector where a declared field is unknown to it, or was missing "
                "when it last read them. The default is V(false).",
                "For a new connection, whether it may have fields and lists that no other connection of its connector has. By default "
                "they are errors.",
            ],
        ),
    },
)
DOCUMENT = _section(
    parser.SECTIONS,
    {
        "engine": Key("section", ["The sync engine, which synchronises all active connections at an interval."], keys=ENGINE),
        "connectors": Key("sections", ["The connectors, through which SuperOffice reaches the ERP systems."], keys=CONNECTOR),
        "connections": Key("sections", ["The connections to the ERP systems."], keys=CONNECTION),
        "priority": Key(
            "order",
            ["Names or ids of the connections in the order of priority, the one that wins first; V(0) is SuperOffice itself."],
        ),
    },
)

# As Ansible's documentation calls them.
_TYPES: Mapping[str, Json] = {
    **dict.fromkeys(("text", "name", "blankable", "choice", "interval"), {"type": "str"}),
    "id": {"type": "int"},
    "flag": {"type": "bool"},
    **dict.fromkeys(("scalar", "reference"), {"type": "raw"}),
    **dict.fromkeys(("references", "order"), {"type": "list", "elements": "raw"}),
    "texts": {"type": "list", "elements": "str"},
    **dict.fromkeys(("section", "items", "scalars"), {"type": "dict"}),
    "sections": {"type": "list", "elements": "dict"},
}


def suboptions(keys: Mapping[str, Key] | None = None) -> Json:
    """The suboptions for these keys, or for the whole document, as Ansible documents them."""
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


# A template can stand for any value; Ansible resolves it later.
_TEMPLATE = r"\{[{%]"
_FLAG = "^([Tt][Rr][Uu][Ee]|[Yy][Ee][Ss]|[Oo][Nn]|[Ff][Aa][Ll][Ss][Ee]|[Nn][Oo]|[Oo][Ff][Ff])$"


def _id(*, lowest: int = 1) -> Json:
    digits = "[1-9][0-9]{0,9}" if lowest else "(0|[1-9][0-9]{0,9})"
    return {"type": ["integer", "string"], "minimum": lowest, "pattern": f"^{digits}$|{_TEMPLATE}"}


_REFERENCE: Json = {
    "type": ["string", "integer", "object"],
    "pattern": r"\S",
    "minimum": 0,
    "properties": {"id": _id()},
    "required": ["id"],
    "additionalProperties": False,
}


def _or_null(schema: Json) -> Json:
    return {**schema, "type": [*schema["type"], "null"]}


def _or_template(schema: Json) -> Json:
    """The same, or a text with a template; keywords for objects and lists ignore texts."""
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
    # Editors offer the values of an enum.
    listed: Json = {"enum": [*key.choices] if key.required else [*key.choices, None]}
    return {"anyOf": [listed, {"type": "string", "pattern": _TEMPLATE}]}


def _several(items: Json, **more: Any) -> Json:
    return _or_null(_or_template({"type": ["array"], "items": items, **more}))


def _schema(key: Key) -> Json:
    """The JSON Schema of a key."""
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
        # 0 is SuperOffice itself.
        "order": lambda: _several({**_REFERENCE, "properties": {"id": _id(lowest=0)}}, uniqueItems=True),
        "texts": lambda: _several(text, uniqueItems=True),
        "scalars": lambda: _or_null(_or_template({"type": ["object"], "additionalProperties": scalar})),
        # An empty text means no item, as null does.
        "items": lambda: _or_null(
            _or_template({"type": ["object"], "additionalProperties": {**_or_null(_REFERENCE), "pattern": r"^$|\S"}})
        ),
        "section": lambda: _or_null(_or_template(_object(key.keys))),
        "sections": lambda: _several(_or_template(_object(key.keys))),
    }
    return {"description": _plain(" ".join(key.description)), **schemas[key.kind]()}


def _plain(text: str) -> str:
    """A description without Ansible's markup."""
    text = re.sub(r"O\(document\.([^)]*)\)", lambda found: found[1].rpartition(".")[2], text)
    return re.sub(r"\b[VOC]\(([^)]*)\)", r"\1", text)


def _file(title: str, schema: Json) -> str:
    written = "Written by tools/write_option_docs.py from the tables of the parser."
    comment = f"{'. '.join(HEADER)}. {written}"
    head = {"$schema": "http://json-schema.org/draft-07/schema#", "$comment": comment, "title": title}
    return json.dumps({**head, **schema}, indent=2, ensure_ascii=False) + "\n"


def document_schema() -> Json:
    """The schema of the document alone, as the option ``document`` takes it."""
    return _object(DOCUMENT)


def variables_schema() -> Json:
    """The schema of a file of variables: the document, connections, any other variable."""
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
                "description": "The declared environment of an installation. Undeclared things are not touched.",
            },
            "erpsync_prune": {"anyOf": [kinds, texts], "description": "The kinds of undeclared things to remove."},
            "erpsync_update_secrets": {
                "anyOf": [{"enum": [*parser.UPDATE_SECRETS]}, texts],
                "description": "When to save declared secrets of existing connections.",
            },
            "erpsync_unsupported": {
                "anyOf": [{"enum": [*parser.UNSUPPORTED]}, texts],
                "description": "What to do with parts that an installation cannot do.",
            },
            "erpsync_read_from": {
                "anyOf": [{"enum": [*READ_FROM]}, texts],
                "description": "Where to read mappings, from archives or through the agent.",
            },
        },
        "patternProperties": {"^erpsync_environment_connection_.": _schema(connection)},
    }


def schemas() -> dict[Path, str]:
    """The files with the JSON Schemas, and their texts."""
    return {
        FOLDER / "document.json": _file("The document of superoffice.erpsync.erpsync_environment", document_schema()),
        FOLDER / "variables.json": _file("Variables of superoffice.erpsync.environment", variables_schema()),
    }
