# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turns an exported document into files of variables: one for each connection, one for the rest.

No I/O.

Other people wrote the texts in SuperOffice, and Ansible evaluates templates when it reads the
files. Texts that look like a template are therefore marked ``!unsafe``; only variables of secrets
are templates.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import typing as t

import yaml

from ..module_utils._model import names, refused_texts
from ..module_utils._model.export import label

Document = t.Mapping[str, t.Any]

# Editors complete and check the files with this schema, docs/schema of this collection.
SCHEMA = "https://raw.githubusercontent.com/superoffice-erpsync/superoffice.erpsync/main/docs/schema/variables.json"
MODELINE = f"# yaml-language-server: $schema={SCHEMA}"
MARK = "# Exported by superoffice.erpsync.export"
CONNECTION_VARIABLE = "erpsync_environment_connection_"
SECRETS_FILE = "vault.yml.example"

_ONE_LINE = {"access", "items", "order", "priority"}
_ONE_LINE_ELEMENTS = {"fields", "lists"}
_LONGEST_LINE = 130
_LONGEST_SLUG = 60
# Texts that readers of YAML 1.1 and 1.2 read as texts without quotes.
_PLAIN = re.compile(r"(?:[^\W\d_]|\d+ (?=[^\W\d_]))[\w ./@+()&,;'-]*(?<! )|https?://[\w./?=&%~+:-]+\w")
_SURPRISES = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}


def environment_files(
    document: Document, secrets: t.Sequence[t.Mapping[str, str]], connection_names: t.Sequence[str] = ()
) -> list[dict[str, str]]:
    """The files, each ``{"path": ..., "content": ...}``, in a stable order; paths are relative.

    :param document: as erpsync_environment_info returns it. With neither ``engine`` nor
        ``priority`` it is limited to some connections, and the files of the installation are
        omitted.
    :param secrets: as erpsync_environment_info returns them: ``variable``, ``connection`` or
        ``connector``, ``key``.
    :param connection_names: the stored names of all connections of the installation, so that a
        limited document gives the same files.
    :raises DocumentError: for a document with masked names.
    """
    refuse_masked(document)
    connections = document.get("connections") or []
    # A connection has an id where its name cannot stand in a document.
    own = [str(one["name"]) if "name" in one else f"id {one['id']}" for one in connections]
    stored = [*own, *(name for name in connection_names if name not in own)]
    files = [_connection_file(slug, one, secrets) for slug, one in zip(_slugs(stored), connections)]
    if "engine" not in document and "priority" not in document:
        return files
    rest = _shaped({key: value for key, value in document.items() if key != "connections"})
    for connector in rest.get("connectors") or ():
        placeholders = _placeholders("connector", connector, connector, secrets)
        connector.update((key, _Quoted(connector[key])) for key in placeholders)
    comments = [f"{MARK}; the connections are beside it."]
    if 0 in (rest.get("priority") or ()):
        comments.append("# In the priority, 0 is SuperOffice itself.")
    text = _text(comments, {"erpsync_environment": rest})
    whole = [{"path": "installation.yml", "content": text}]
    if secrets:
        whole.append({"path": SECRETS_FILE, "content": _secrets_file(secrets)})
    return whole + files


def refuse_masked(document: Document) -> None:
    """Refuse names with a masked secret; other texts of a server may look like a mask.

    :raises DocumentError: naming the place.
    """
    for kind in ("connectors", "connections"):
        for index, one in enumerate(document.get(kind) or []):
            refused_texts.refuse_masked(one.get("name"), f"{kind}[{index}].name")
    for index, name in enumerate(document.get("priority") or []):
        refused_texts.refuse_masked(name, f"priority[{index}]")


def _connection_file(slug: str, connection: Document, secrets: t.Sequence[t.Mapping[str, str]]) -> dict[str, str]:
    config = connection.get("config") or {}
    placeholders = _placeholders("connection", connection, config, secrets)
    comments = [f"{MARK}."]
    if placeholders:
        comments.append(f"# Secrets that it needs, from a vault: {', '.join(placeholders.values())}")
    shaped = _shaped(connection)
    for key in placeholders:
        shaped["config"][key] = _Quoted(config[key])
    return {"path": f"connections/{slug}.yml", "content": _text(comments, {f"{CONNECTION_VARIABLE}{slug}": shaped})}


def _placeholders(kind: str, section: Document, values: Document, secrets: t.Sequence[t.Mapping[str, str]]) -> dict[str, str]:
    """The variables in a connector or a connection, by the keys of the values that they stand
    for.
    """
    # Names in several languages may be equal in this one.
    return {
        secret["key"]: secret["variable"]
        for secret in secrets
        if secret.get(kind) == label(section) and values.get(secret["key"]) == "{{ " + secret["variable"] + " }}"
    }


def _secrets_file(secrets: t.Sequence[t.Mapping[str, str]]) -> str:
    lines = [
        "---",
        f"{MARK}.",
        "# The variables that the files beside this one use, because SuperOffice does not return these values.",
        "# Copy it to vault.yml, fill it in, and encrypt it: ansible-vault encrypt vault.yml",
    ]
    for secret in sorted(secrets, key=lambda one: one["variable"]):
        kind = "connector" if "connector" in secret else "connection"
        lines += ["", f"# {_quoted(secret['key'])} of the {kind} {_quoted(secret[kind])}", f'{secret["variable"]}: ""']
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A text in quotes, on one line."""
    return json.dumps(text, ensure_ascii=not text.isprintable())


def _slugs(stored: t.Sequence[str]) -> list[str]:
    """A unique part of a file's and a variable's name for each connection, whatever their order."""
    candidates = []
    for place, name in enumerate(stored):
        base = names.ascii_words(names.readable(name))[:_LONGEST_SLUG].strip("_") or "unnamed"
        own = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
        candidates.append([base, f"{base}_{own[:8]}", f"{base}_{own}", f"{base}_{own}_{place}"])
    return names.told_apart(candidates)


class _Flow(dict):  # type: ignore[type-arg]
    """A mapping on one line."""


class _FlowList(list):  # type: ignore[type-arg]
    """A list on one line."""


class _Quoted(str):
    """A template that this file writes."""


class _Unsafe(str):
    """A text that Ansible must not take for a template."""


def _shaped(value: t.Any, key: str = "") -> t.Any:
    """The value in plain types, with the types above for one line and for unsafe texts."""
    if isinstance(value, dict):
        shaped = {_plain(name): _shaped(item, _plain(name)) for name, item in value.items()}
        return _Flow(shaped) if key in _ONE_LINE and _fits(shaped) else shaped
    if isinstance(value, (list, tuple)):
        items = [_shaped(item) for item in value]
        if key in _ONE_LINE_ELEMENTS:
            items = [_Flow(item) if isinstance(item, dict) and _fits(item) else item for item in items]
        return _FlowList(items) if not items or (key in _ONE_LINE and _fits(items)) else items
    if isinstance(value, str):
        text = _plain(value)
        return _Unsafe(text) if any(sign in text for sign in ("{{", "{%", "{#")) else text
    if isinstance(value, float):
        return float(value)
    return int(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _plain(text: t.Any) -> str:
    """The text as a plain ``str``, without Ansible's own types."""
    return str.__str__(text)


def _fits(value: t.Any) -> bool:
    return len(json.dumps(value, ensure_ascii=False)) <= _LONGEST_LINE


class _Dumper(yaml.SafeDumper):
    """Indents lists, and quotes texts that readers of YAML may read as other values."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: t.Any) -> bool:
        return True


def _style(text: str) -> str | None:
    if _PLAIN.fullmatch(text) and text.isprintable() and text.casefold() not in _SURPRISES:
        return None
    simple = text.isprintable() and ('"' in text or "\\" in text) and "'" not in text
    return "'" if simple else '"'


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style=_style(text))


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(_Quoted, _represent_text)
_Dumper.add_representer(_Unsafe, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text), style=_style(text) or '"'))
_Dumper.add_representer(_Flow, lambda dumper, value: dumper.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=True))
_Dumper.add_representer(_FlowList, lambda dumper, value: dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=True))


def _text(comments: t.Sequence[str], variables: t.Mapping[str, t.Any]) -> str:
    body = yaml.dump(variables, Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=False, width=sys.maxsize)
    return "\n".join([MODELINE, "---", *comments, body])
