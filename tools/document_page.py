# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the reference of the document: each key with its type, its default, and an example from docs/schema/example.yml."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import document_shape
import rst
import yaml
from document_shape import Key
from layout import ROOT

EXAMPLE = ROOT / "docs" / "schema" / "example.yml"
_DEFAULT = re.compile(r" ?The default is V\(([^)]*)\)\.")
_TYPES = {
    "text": "text",
    "name": "text",
    "blankable": "text or null",
    "interval": "duration",
    "id": "whole number",
    "flag": "boolean",
    "scalar": "text, number, boolean or null",
    "reference": "name or id",
    "references": "list of names or ids",
    "order": "list of names or ids",
    "texts": "list of texts",
    "scalars": "keys with values",
    "items": "keys with names or ids",
    "section": "{keys}",
    "sections": "list of {keys}",
}
# What the whole of each part is for. The keys are paths.
_PARTS = {
    "": ("The document", "Four sections, each of which may be absent. What is not declared is not touched."),
    "engine": ("engine", "The sync engine."),
    "connectors": ("connectors", "Each element declares a connector, by its name or its id."),
    "connections": ("connections", "Each element declares a connection, by its name or its id."),
    "connections.access": ("access of a connection", "Who may use it: everyone, or user groups and users."),
    "connections.actors": ("actors of a connection", "Each element declares the field mappings of one actor type."),
    "connections.actors.fields": ("fields of an actor type", "Each element declares one field of the ERP system."),
    "connections.actors.fields.default": ("default of a field", "The default value. ``null`` in place of the keys removes it."),
    "connections.lists": ("lists of a connection", "Each element maps the items of one list of the ERP system."),
}


def _found(document: Any, path: tuple[str, ...]) -> Iterator[Any]:
    """The values that an example has at a path; lists are entered."""
    if isinstance(document, list):
        for each in document:
            yield from _found(each, path)
    elif not path:
        yield document
    elif isinstance(document, dict) and path[0] in document:
        value = document[path[0]]
        if len(path) == 1:
            yield value
        else:
            yield from _found(value, path[1:])


@functools.cache
def _whole() -> Any:
    return yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))


def example(path: tuple[str, ...]) -> Any:
    """The first value that the example has at the path of a key."""
    for value in _found(_whole(), path):
        return value
    raise SystemExit(f"docs/schema/example.yml has no {'.'.join(path)}")


def _label(path: tuple[str, ...]) -> str:
    return f"{rst.LABEL}document_{'_'.join(path)}"


def _part_label(path: tuple[str, ...]) -> str:
    return f"{_label(path)}_keys"


def _entry(path: tuple[str, ...], key: Key) -> rst.Entry:
    if key.choices:
        kind = ", ".join(rst.literal(choice) for choice in key.choices)
    else:
        kind = _TYPES[key.kind].format(keys=f":ref:`keys <{_part_label(path)}>`")
    told = " ".join(key.description)
    default = _DEFAULT.search(told)
    texts = [rst.from_ansible(_DEFAULT.sub("", text), _place) for text in key.description]
    shown = None if key.keys else yaml.safe_dump(example(path), default_flow_style=True, width=1000, sort_keys=False).splitlines()[0]
    return rst.Entry(
        path[-1], kind, [text for text in texts if text], key.required, rst.literal(default[1]) if default else None, shown, _label(path)
    )


def _place(option: str) -> str:
    """A reference to another key, such as ``document.connectors[].id``."""
    path = tuple(option.replace("[]", "").split(".")[1:])
    return f":ref:`{'.'.join(path)} <{_label(path)}>`"


def _parts(keys: Mapping[str, Key], path: tuple[str, ...] = ()) -> Iterator[str]:
    name, told = _PARTS[".".join(path)]
    yield f".. _{_part_label(path)}:"
    yield rst.heading(name, "-")
    yield told
    yield rst.table((_entry((*path, name), key) for name, key in keys.items()), "Key")
    for name, key in keys.items():
        if key.keys:
            yield from _parts(key.keys, (*path, name))


def page() -> dict[Path, str]:
    """The page, and its text."""
    written = EXAMPLE.read_text(encoding="utf-8")
    shown = written[written.index("\nengine:") :].strip()
    module, role = ":ansplugin:`superoffice.erpsync.erpsync_environment#module`", ":ansplugin:`superoffice.erpsync.environment#role`"
    words = [
        f"A document declares an installation. The role {role} takes it from the variable ``erpsync_environment``, the module {module} as "
        "the option ``document``. ``superoffice.erpsync.export`` writes it.",
        "A key that is absent leaves the value as it is; a key that is null clears it, where the table says so, and counts as absent "
        "elsewhere. An unknown key is an error that names the nearest right one. A template, ``{{ ... }}``, may stand for each value.",
        "Editors complete and check documents with the JSON Schemas ``docs/schema/document.json``, for a document alone, and "
        "``docs/schema/variables.json``, for a file of variables; see "
        f"{rst.guide('guide_many_installations')}.",
    ]
    parts = [*map(rst.wrapped, words), ".. contents::\n   :local:\n   :depth: 1", *_parts(document_shape.DOCUMENT)]
    parts += [rst.heading("A document with every key", "-"), rst.block("yaml+jinja", shown)]
    path, text = rst.page("document", "The document, key by key", parts, "the tables of the parser and docs/schema/example.yml")
    return {path: text}
