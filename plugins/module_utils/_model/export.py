# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Writes a document: the state of an installation in the words that declare it. No I/O.

Names stand for ids, secrets become variables, and everything is sorted by name, so that exports
can be compared line by line. All settings of a connection are written, even defaults, since what
a document omits is not compared. Unmapped fields and lists without items are omitted.
"""

from __future__ import annotations

import collections
import hashlib
import re
import typing as t
from dataclasses import dataclass, field

from .._wire import duration, members
from . import field_mapping, field_value, names, secret_values, templates
from .actor_types import CRM_OF
from .connection import Access, Connection
from .connector import Connector
from .current import CurrentActor, Person
from .document_keys import DIRECTIONS
from .engine import EngineStatus

Document = dict[str, t.Any]


@dataclass
class Secrets:
    """The variables for the secrets of a document.

    The name of a variable depends only on its connection and its key: a vault that was filled for
    one connection must never fit another.
    """

    prefix: str
    # Those that were read from the server, for masking.
    read: set[str] = field(default_factory=set)
    variables: list[dict[str, str]] = field(default_factory=list)
    _names: dict[tuple[int, str], str] = field(default_factory=dict)
    _urls: dict[int, str] = field(default_factory=dict)

    def name(
        self, connections: t.Sequence[Connection], keys: t.Mapping[int, t.Sequence[str]], connectors: t.Sequence[Connector] = ()
    ) -> None:
        """Name the variables.

        :param connections: all connections, so that a partial export gives the same names.
        :param keys: the known keys of values that may be secret, by connection id.
        :param connectors: all connectors.
        """
        words = collections.Counter(_words_of(connection) for connection in connections)
        places: list[tuple[int, str]] = []
        candidates: list[list[str]] = []
        for connection in connections:
            word, own = _words_of(connection), keys.get(connection.id, ())
            guid = _guid(connection)
            for key, key_word in zip(own, _key_words(own)):
                plain = "_".join(part for part in (self.prefix, word or guid[:8], key_word) if part)
                certain = _digest(f"{connection.raw_name}\0{key}")
                last = [f"{plain}_{suffix}" for suffix in (guid, certain)]
                if not word or words[word] == 1:
                    candidates.append([plain, f"{plain}_{guid[:8]}", *last])
                else:
                    candidates.append([f"{plain}_{guid[:8]}", *last])
                places.append((connection.id, key))
        candidates += [self._of_url(connector) for connector in connectors]
        chosen = names.told_apart(candidates)
        self._names.update(zip(places, chosen))
        self._urls.update(zip((connector.id for connector in connectors), chosen[len(places) :]))

    def _of_url(self, connector: Connector) -> list[str]:
        digest = _digest(connector.raw_name)
        plain = "_".join(part for part in (self.prefix, "connector", names.ascii_words(connector.name) or digest[:8], "url") if part)
        return [plain, f"{plain}_{digest[:8]}", f"{plain}_{digest}"]

    def placeholder(self, connection: Connection, key: str) -> str:
        """The template for one secret."""
        name = self._names[connection.id, key]
        self.variables.append({"variable": name, "connection": label(identity(connection.raw_name, connection.id)), "key": key})
        return "{{ " + name + " }}"

    def url(self, connector: Connector) -> str | None:
        """The URL of a connector; the template for one with a password."""
        if connector.url is None or secret_values.url(connector.url) == connector.url:
            return connector.url
        name, whose = self._urls[connector.id], label(identity(connector.raw_name, connector.id))
        self.variables.append({"variable": name, "connector": whose, "key": "url"})
        return "{{ " + name + " }}"


def share_variables(one: Connection, other: Connection) -> bool:
    """Whether variables of two connections may have equal names despite different words."""
    shorter, longer = sorted((_words_of(one), _words_of(other)), key=len)
    return bool(shorter) and longer.startswith(f"{shorter}_")


def _words_of(connection: Connection) -> str:
    return names.ascii_words(connection.name)


def _key_words(keys: t.Sequence[str]) -> list[str]:
    """Different words for the keys of one connection, as parts of variable names."""
    words = [names.ascii_words(key) for key in keys]
    digests = [_digest(key) for key in keys]
    return names.told_apart(
        [
            [*([word] if word else []), "_".join(part for part in (word, digest[:8]) if part), f"{word}_{digest}"]
            for word, digest in zip(words, digests)
        ]
    )


def _guid(connection: Connection) -> str:
    """Hexadecimal digits that identify a connection."""
    digits = re.sub("[^0-9a-f]", "", (connection.guid or "").lower())
    return digits if len(digits) == 32 and digits.strip("0") else _digest(connection.raw_name)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def engine(status: EngineStatus) -> Document:
    """Write the section ``engine``."""
    section: Document = {"state": status.state}
    if status.interval is not None:
        section["interval"] = duration.clock(status.interval)
    return section


def connectors(found: t.Iterable[Connector], secrets: Secrets) -> list[Document]:
    """Write the section ``connectors``."""
    return [
        {**identity(connector.raw_name, connector.id), "url": secrets.url(connector)}
        for connector in sorted(found, key=lambda item: (item.name.casefold(), item.id))
    ]


def identity(raw_name: str, number: int) -> Document:
    """The name by which a document identifies a thing, or its id if a document refuses the name."""
    return {"id": number} if names.flaw(raw_name) else {"name": raw_name}


def pointer(raw_name: str, number: int) -> str | int:
    """The same as a reference from another section."""
    return number if names.flaw(raw_name) else raw_name


def label(section: t.Mapping[str, t.Any]) -> str:
    """The name of an element of ``connections`` or ``connectors`` in messages."""
    return names.readable(str(section["name"])) if "name" in section else f"id {section['id']}"


def settings(
    connection: Connection,
    access: Access,
    connector_name: str | int,
    fields: t.Sequence[members.Carrier] | None,
    groups: t.Sequence[Person],
    users: t.Sequence[Person],
    secrets: Secrets,
) -> Document:
    """Write a connection's own settings.

    :param fields: the configuration fields of its connector; None if the connector does not answer,
        and then the configuration is omitted.
    """
    section: Document = {
        **identity(connection.raw_name, connection.id),
        "connector": connector_name,
        "description": connection.raw_description,
    }
    section["active"] = connection.active
    if access.everyone:
        section["access"] = {"everyone": True}
    elif access.everyone is not None:
        section["access"] = {
            "user_groups": [_person(groups, number) for number in access.user_group_ids or ()],
            "users": [_person(users, number) for number in access.user_ids or ()],
        }
    if fields is not None:
        stored = members.carrier(connection.whole or {}, "ConfigFields") or {}
        config = _config(connection, stored, fields, secrets)
        if config:
            section["config"] = config
    return section


def actor(state: CurrentActor) -> Document | None:
    """Write one element of ``actors``; None if nothing is set."""
    fields = members.carriers(state.mapping, "FieldMappings") or []
    live = [one for one in fields if not members.flag(one, "MissingInERP")]
    shown = [document for one in sorted(live, key=_key) for document in [_field(one, state)] if len(document) > 1]
    enabled = bool(members.flag(state.mapping, "IsActive"))
    if not shown and not enabled:
        return None
    section: Document = {"erp": members.text(state.mapping, "ActorTypeErp"), "enabled": enabled}
    if shown:
        section["fields"] = shown
    visible = sorted(
        (one for one in live if members.flag(one, "ShowInGui")),
        key=lambda one: state.ranks.get(members.number(one, "ErpFieldId") or 0) or 0,
    )
    ranks = [state.ranks.get(members.number(one, "ErpFieldId") or 0) for one in visible]
    if len(visible) > 1 and None not in ranks and len(set(ranks)) == len(ranks):
        section["order"] = [_key(one) for one in visible]
    return section


def missing_fields(mapping: members.Carrier) -> list[str]:
    """The keys of mapped fields that are missing in the ERP system, and cannot be declared."""
    return [
        _key(one)
        for one in members.carriers(mapping, "FieldMappings") or []
        if members.flag(one, "MissingInERP") and members.text(one, "CrmFieldKey")
    ]


def lists(container: members.Carrier) -> list[Document]:
    """Write the section ``lists`` of a connection."""
    mappings = members.carriers(container, "ErpListItemMappings") or []
    often = [members.text(mapping, "ErpListName") for mapping in mappings]
    sections: list[Document] = []
    for mapping in mappings:
        items: Document = {}
        for row in sorted(
            members.carriers(mapping, "ErpCrmListItemMappings") or [], key=lambda one: members.text(one, "ErpListItemId") or ""
        ):
            chosen = members.carrier(row, "CrmListItem") or {}
            number = members.number(chosen, "Id")
            if number:
                # By its name another item could be meant by now.
                name = "" if members.flag(chosen, "Deleted") else members.text(chosen, "Name")
                items[members.text(row, "ErpListItemId") or ""] = pointer(name or "", number)
        name = members.text(mapping, "ErpListName")
        if not items or names.flaw(name or ""):
            continue
        section: Document = {"list": name}
        if often.count(name) > 1 and members.text(mapping, "ErpActorTypeName") in CRM_OF:
            section["actor"] = members.text(mapping, "ErpActorTypeName")
        ids = [
            members.number(members.carrier(row, "CrmListItem") or {}, "Id")
            for row in members.carriers(mapping, "ErpCrmListItemMappings") or []
        ]
        shared = {"shared": True} if any(number and count > 1 for number, count in collections.Counter(ids).items()) else {}
        sections.append({**section, **shared, "items": items})
    return sorted(sections, key=lambda one: (str(one["list"]).casefold(), str(one.get("actor", ""))))


def nameless_lists(container: members.Carrier) -> list[str]:
    """The lists whose names a document refuses; lists have no id."""
    named = [members.text(mapping, "ErpListName") or "" for mapping in members.carriers(container, "ErpListItemMappings") or []]
    return [name for name in dict.fromkeys(named) if names.flaw(name)]


def _key(one: members.Carrier) -> str:
    return members.text(one, "ErpFieldKey") or ""


def _person(people: t.Sequence[Person], number: int) -> str | int:
    """The name of a user group or user if it is unique, otherwise the id."""
    person = next((one for one in people if one.id == number), None)
    if person is None or not person.names:
        return number
    name = person.names[0]
    if names.flaw(name):
        return number
    return name if sum(1 for one in people if any(names.answers_to(other, name) for other in one.names)) == 1 else number


def _config(connection: Connection, values: members.Carrier, fields: t.Sequence[members.Carrier], secrets: Secrets) -> Document:
    section: Document = {}
    secret = secret_values.secret_keys(fields)
    for one in sorted(fields, key=lambda one: members.text(one, "FieldKey") or ""):
        key, kind, access = members.text(one, "FieldKey") or "", members.text(one, "FieldType"), members.text(one, "Access")
        value = values.get(key)
        if key in secret:
            # A blank mandatory secret is one that the server hides.
            if value or access == "Mandatory":
                section[key] = secrets.placeholder(connection, key)
        elif access != "ReadOnly" and kind == "Text" and secret_values.is_secret_address(value):
            section[key] = secrets.placeholder(connection, key)
        elif kind != "Label" and access != "ReadOnly":
            # Blanks too, since the connector may propose another value for a new connection.
            section[key] = templates.declared_literally(field_value.decode(value or "", kind))
    return section


@members.answer_of("GetDefaultValueInfo")
def _default(default: members.Carrier) -> Document:
    """The default settings of a field; empty without any that a document may have."""
    words = field_mapping.default_words(default) if members.text(default, "FieldType") != "Password" else None
    if words is None or secret_values.is_secret_address(words["value"]):
        return {}
    words["value"] = templates.declared_literally(words["value"])
    if members.text(default, "Access") == "Mandatory":
        # The ERP system demands the field anyway.
        words.pop("mandatory")
    return {
        word: value for word, value in words.items() if value is not None and value is not False or (word == "value" and value is False)
    }


def _field(one: members.Carrier, state: CurrentActor) -> Document:
    section: Document = {"erp": _key(one)}
    crm = members.text(one, "CrmFieldKey")
    if crm:
        section["crm"] = crm
        section["direction"] = DIRECTIONS[bool(members.flag(one, "SyncToCrm")), bool(members.flag(one, "SyncToErp"))]
    for word, member in (("show", "ShowInGui"), ("search", "ShowInSearch")):
        if members.flag(one, member):
            section[word] = True
    default = state.defaults.get(members.number(one, "ErpFieldId") or 0)
    settings = {} if default is None else _default(default)
    if settings:
        section["default"] = settings
    if len(section) > 1 and not crm:
        # Explicit, since a server maps well-known fields of a new connection by itself.
        section = {"erp": section.pop("erp"), "crm": None, **section}
    return section
