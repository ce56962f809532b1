# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Parses a document: values as YAML gives them become declarations, or one error with every fault.

Refuses whatever needs no server: unknown keys, wrong types, duplicate names, contradictions.
document_mappings parses the sections ``actors`` and ``lists``.
"""

from __future__ import annotations

import functools
import typing as t

from . import secret_values, templates
from .checks import (
    DocumentError,
    Faults,
    at,
    duplicates,
    elements,
    flags,
    only_known_keys,
    optional_flag,
    presence,
    refuse_other_key,
    required_text,
    section_of,
    text_within,
)
from .declared import UNSET, DeclaredAccess, DeclaredActor, DeclaredConnection, DeclaredConnector, DeclaredList, Maybe, Scalar
from .document_keys import ACCESS_KEYS, CONNECTION_KEYS, CONNECTOR_KEYS, SECTIONS
from .document_mappings import parse_actors, parse_lists
from .engine import DeclaredEngine, declared_engine
from .environment import DeclaredEnvironment
from .reference import Reference, given_id, given_name, text_or_id

NAME_LENGTH = 254
URL_LENGTH = 1023
# Stands for a name that could not be parsed.
_NAMELESS = Reference()


def parse_document(
    document: t.Any, *, prune: t.Iterable[str] = (), update_secrets: str = "when_changed", variables: t.Sequence[str] = ()
) -> DeclaredEnvironment:
    """Parse a whole document.

    :param document: a mapping with some of the sections of document_keys.
    :param prune: the kinds of undeclared things to remove.
    :param variables: names of variables, for messages: that of the document, then those of its last
        connections, if these were given in variables of their own.
    :raises DocumentError: with the place, the value and the remedy of every fault.
    """
    here = variables[0] if variables else ""
    top = section_of(document, here or "The document")
    connectors = connections = priority = None
    engine: DeclaredEngine | None = None
    faults = Faults()
    with faults:
        only_known_keys(top, SECTIONS, here)
    with faults:
        if top.get("engine") is not None:
            engine = declared_engine(section_of(top["engine"], at(here, "engine")), at(here, "engine"))
    with faults:
        if top.get("connectors") is not None:
            connectors = elements(top["connectors"], at(here, "connectors"), parse_connector)
            duplicates(((str(item.ref), item.place) for item in connectors), "connector")
    with faults:
        if top.get("connections") is not None:
            connections = elements(top["connections"], at(here, "connections"), parse_connection, variables[1:])
            duplicates(((str(item.ref), item.place) for item in connections), "connection")
    with faults:
        if top.get("priority") is not None:
            priority = parse_priority(top["priority"], at(here, "priority"))
    wanted = frozenset(prune)
    for kind in ("connectors", "connections"):
        with faults:
            if kind in wanted and top.get(kind) is None:
                raise DocumentError(
                    f"prune has {kind}, but {here or 'the document'} has no section {kind}; everything would be removed. "
                    f"To remove all of them on purpose, write {kind}: []."
                )
    with faults:
        if "mappings" in wanted and top.get("connections") is None:
            raise DocumentError(f"prune has mappings, but {here or 'the document'} has no section connections.")
    faults.refuse()
    return DeclaredEnvironment(engine, connectors, connections, priority, wanted, update_secrets, priority_place=at(here, "priority"))


def parse_connector(value: t.Any, place: str) -> DeclaredConnector:
    """Parse one element of ``connectors``."""
    section = section_of(value, place)
    faults = Faults()
    ref, name = _identity(section, place, faults)
    here = _named(place, "connector", ref)
    with faults:
        only_known_keys(section, CONNECTOR_KEYS, here if place else "")
    url: Maybe[str] = UNSET
    with faults:
        if section.get("url") is not None:
            where = place or here
            url = required_text(section, "url", where)
            text_within(url, f"{where}.url", URL_LENGTH, shown=secret_values.url(url))
    present, test = True, None
    with faults:
        present = presence(section, place)
    with faults:
        test = optional_flag(section, "test", place)
    faults.refuse()
    return DeclaredConnector(
        place=here,
        ref=ref,
        name=name,
        url=url,
        present=present,
        test=test is not False,
    )


def parse_connection(value: t.Any, place: str) -> DeclaredConnection:
    """Parse one element of ``connections``."""
    section = section_of(value, place)
    faults = Faults()
    ref, name = _identity(section, place, faults)
    here = _named(place, "connection", ref)
    with faults:
        only_known_keys(section, CONNECTION_KEYS, here if place else "")
    description: Maybe[str | None] = UNSET
    with faults:
        if "description" in section:
            raw = section["description"]
            description = None
            if raw not in (None, ""):
                description = text_within(required_text(section, "description", place, blank=True), at(here, "description"), NAME_LENGTH)
    connector: Maybe[Reference] = UNSET
    with faults:
        if section.get("connector") is not None:
            connector = text_or_id(section["connector"], at(here, "connector"))
    access: Maybe[DeclaredAccess] = UNSET
    with faults:
        if section.get("access") is not None:
            access = _access(section["access"], at(here, "access"))
    config: Maybe[dict[str, Scalar]] = UNSET
    unresolved: tuple[str, ...] = ()
    with faults:
        config, unresolved = _config(section.get("config"), at(here, "config"))
    actors: tuple[DeclaredActor, ...] = ()
    with faults:
        actors = parse_actors(section.get("actors"), at(here, "actors"))
    lists: tuple[DeclaredList, ...] = ()
    with faults:
        lists = parse_lists(section.get("lists"), at(here, "lists"))
    present = True
    with faults:
        present = presence(section, here)
    active, test, refresh_fields = flags(section, ("active", "test", "refresh_fields"), here, faults)
    faults.refuse()
    return DeclaredConnection(
        place=here,
        ref=ref,
        name=name,
        connector=connector,
        description=description,
        active=UNSET if active is None else active,
        access=access,
        config=config,
        actors=actors,
        lists=lists,
        present=present,
        test=test is not False,
        refresh_fields=bool(refresh_fields),
        unresolved=unresolved,
    )


def _access(value: t.Any, place: str) -> DeclaredAccess:
    section = section_of(value, place)
    faults = Faults()
    with faults:
        only_known_keys(section, ACCESS_KEYS, place)
    [everyone] = flags(section, ("everyone",), place, faults)
    chosen: dict[str, Maybe[tuple[Reference, ...]]] = {"user_groups": UNSET, "users": UNSET}
    for kind in chosen:
        with faults:
            if section.get(kind) is not None:
                chosen[kind] = _references(section[kind], at(place, kind), kind.rstrip("s").replace("_", " "))
    with faults:
        if everyone and any(refs is not UNSET and refs for refs in chosen.values()):
            raise DocumentError(f"{place} has everyone: true together with groups or users. Use one or the other.")
    faults.refuse()
    return DeclaredAccess(UNSET if everyone is None else everyone, chosen["user_groups"], chosen["users"])


def _config(value: t.Any, place: str) -> tuple[Maybe[dict[str, Scalar]], tuple[str, ...]]:
    """Parse ``config``: the declared values, and the keys of unresolved templates."""
    if value is None:
        return UNSET, ()
    section = section_of(value, place)
    faults = Faults()
    for key, item in section.items():
        with faults:
            refuse_other_key(key, place)
            if item is not None and not isinstance(item, (str, int, float, bool)):
                raise DocumentError(
                    f"{at(place, key)} is {type(item).__name__}; a configuration value is a text, a number, or true or false."
                )
    faults.refuse()
    unresolved = tuple(key for key, item in section.items() if templates.is_unresolved(item))
    declared = {key: templates.literal(item) for key, item in section.items() if key not in unresolved}
    return (UNSET if unresolved and not declared else declared), unresolved


def parse_priority(value: t.Any, place: str) -> tuple[Reference, ...]:
    """Parse the section ``priority``: connections by name or id, highest priority first."""
    # 0 is SuperOffice itself.
    return _references(value, place, "connection", lowest=0)


def _references(value: t.Any, place: str, thing: str, *, lowest: int = 1) -> tuple[Reference, ...]:
    refs = elements(value, place, functools.partial(text_or_id, lowest=lowest))
    duplicates(((str(ref), f"{place}[{index}]") for index, ref in enumerate(refs)), thing)
    return refs


def _identity(section: t.Mapping[str, t.Any], place: str, faults: Faults) -> tuple[Reference, Maybe[str]]:
    """Parse ``name`` and ``id``: the reference, and the name that the thing has or gets."""
    name: Maybe[str] = UNSET
    with faults:
        if section.get("name") is not None:
            name = text_within(given_name(section, "name", place), at(place, "name"), NAME_LENGTH)
    with faults:
        if section.get("id") is not None:
            return Reference(id=given_id(section["id"], at(place, "id"))), name
        if section.get("name") is None:
            raise DocumentError(f"{f'{place}: ' if place else ''}name or id is required.")
    return _NAMELESS if name is UNSET else Reference(name=name), name


def _named(place: str, thing: str, ref: Reference) -> str:
    """The place with the name of the thing; for the options of a task, the name alone."""
    if ref == _NAMELESS:
        return place or thing
    return f"{place} ({ref})" if place else f"{thing} {ref}"
