# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Parses the mappings of a connection: the sections ``actors`` and ``lists`` of a document."""

from __future__ import annotations

import typing as t

from . import templates
from .actor_types import CRM_ACTORS, CRM_OF
from .checks import (
    DocumentError,
    Faults,
    at,
    choice,
    duplicates,
    elements,
    flags,
    only_known_keys,
    presence,
    refuse_other_key,
    required_text,
    section_of,
)
from .declared import NO_DEFAULT, UNSET, DeclaredActor, DeclaredDefault, DeclaredField, DeclaredList, Maybe
from .document_keys import ACTOR_KEYS, DEFAULT_KEYS, DIRECTION_NAMES, FIELD_KEYS, LIST_KEYS
from .reference import Reference, given_name, text_or_id


def parse_actors(value: t.Any, place: str) -> tuple[DeclaredActor, ...]:
    """Parse the section ``actors``."""
    if value is None:
        return ()
    actors = elements(value, place, parse_actor)
    duplicates(((actor.erp, actor.place) for actor in actors), "actor type")
    return actors


def parse_actor(value: t.Any, place: str) -> DeclaredActor:
    """Parse one element of ``actors``: the mapping of one ERP actor type."""
    section = section_of(value, place)
    faults = Faults()
    erp = ""
    with faults:
        erp = choice(required_text(section, "erp", place), tuple(CRM_OF), at(place, "erp"))
    crm: Maybe[str] = UNSET
    with faults:
        if section.get("crm") is not None:
            crm = choice(required_text(section, "crm", place), CRM_ACTORS, at(place, "crm"))
            if erp and CRM_OF[erp] != crm:
                raise DocumentError(f"{at(place, 'crm')} is {crm}, but the ERP actor type {erp} goes with {CRM_OF[erp]}.")
    here = (f"{place} ({erp})" if place else erp) if erp else place
    with faults:
        only_known_keys(section, ACTOR_KEYS, here)
    fields: tuple[DeclaredField, ...] = ()
    with faults:
        if section.get("fields") is not None:
            fields = elements(section["fields"], at(here, "fields"), _field)
            duplicates(((field.erp.casefold(), field.place) for field in fields), "ERP field")
    order: Maybe[tuple[str, ...]] = UNSET
    with faults:
        if section.get("order") is not None:
            order = elements(section["order"], at(here, "order"), _key)
            duplicates(((key.casefold(), f"{at(here, 'order')}[{index}]") for index, key in enumerate(order)), "ERP field")
    enabled, purge = flags(section, ("enabled", "purge"), here, faults)
    faults.refuse()
    return DeclaredActor(
        place=here,
        erp=erp,
        crm=crm,
        enabled=UNSET if enabled is None else enabled,
        fields=fields,
        order=order,
        purge=bool(purge),
    )


def _field(value: t.Any, place: str) -> DeclaredField:
    section = section_of(value, place)
    faults = Faults()
    erp = ""
    with faults:
        erp = required_text(section, "erp", place)
    here = f"{place} ({erp})" if erp else place
    with faults:
        only_known_keys(section, FIELD_KEYS, here)
    # A section has few of these keys, and a document thousands of fields: only what is there is
    # checked.
    crm: Maybe[str | None] = UNSET
    if "crm" in section:
        with faults:
            crm = required_text(section, "crm", here) if section["crm"] not in (None, "") else None
    direction: Maybe[str] = UNSET
    if section.get("direction") is not None:
        with faults:
            direction = choice(section["direction"], DIRECTION_NAMES, at(here, "direction"))
    show, search = flags(section, ("show", "search"), here, faults)
    if crm is None and direction is not UNSET and direction != "none":
        with faults:
            raise DocumentError(
                f"{here} has the direction {direction} and no CRM field. Give the CRM field with crm, or use direction: none."
            )
    default: Maybe[DeclaredDefault] = UNSET
    if "default" in section:
        with faults:
            default = NO_DEFAULT if section["default"] is None else _default(section["default"], at(here, "default"))
    faults.refuse()
    return DeclaredField(
        place=here,
        erp=erp,
        crm=crm,
        direction=direction,
        show=UNSET if show is None else show,
        search=UNSET if search is None else search,
        default=default,
    )


def _default(value: t.Any, place: str) -> DeclaredDefault:
    section = section_of(value, place)
    faults = Faults()
    with faults:
        only_known_keys(section, DEFAULT_KEYS, place)
    present = True
    with faults:
        present = presence(section, place)
    content = section.get("value")
    with faults:
        if content is not None and not isinstance(content, (str, int, float, bool)):
            raise DocumentError(f"{at(place, 'value')} is {type(content).__name__}; a default value is a text, a number, or true or false.")
    prompt, mandatory = flags(section, ("prompt", "mandatory"), place, faults)
    faults.refuse()
    if not present:
        return NO_DEFAULT
    unresolved = templates.is_unresolved(content)
    return DeclaredDefault(
        value=templates.literal(content) if "value" in section and not unresolved else UNSET,
        prompt=UNSET if prompt is None else prompt,
        mandatory=UNSET if mandatory is None else mandatory,
        unresolved=unresolved,
    )


def _key(value: t.Any, place: str) -> str:
    """Parse the key of a field."""
    return required_text({"key": value}, "key", place, whole=True)


def parse_lists(value: t.Any, place: str) -> tuple[DeclaredList, ...]:
    """Parse the section ``lists``."""
    if value is None:
        return ()
    lists = elements(value, place, parse_list)
    duplicates(((f"{item.list}\0{item.actor}", item.place) for item in lists), "list")
    return lists


def parse_list(value: t.Any, place: str) -> DeclaredList:
    """Parse one element of ``lists``: the mapping of one ERP list."""
    section = section_of(value, place)
    faults = Faults()
    name = ""
    with faults:
        name = given_name(section, "list", place)
    here = (f'{place} ("{name}")' if place else f'list "{name}"') if name else place
    with faults:
        only_known_keys(section, LIST_KEYS, here)
    items: dict[str, Reference | None] = {}
    with faults:
        items = _items(section.get("items"), at(here, "items"))
    actor: Maybe[str] = UNSET
    with faults:
        if section.get("actor") is not None:
            actor = choice(required_text(section, "actor", here), tuple(CRM_OF), at(here, "actor"))
    purge, shared = flags(section, ("purge", "shared"), here, faults)
    faults.refuse()
    return DeclaredList(place=here, list=name, items=items, actor=actor, purge=bool(purge), shared=bool(shared))


def _items(value: t.Any, place: str) -> dict[str, Reference | None]:
    items: dict[str, Reference | None] = {}
    if value is None:
        return items
    faults = Faults()
    for key, target in section_of(value, place).items():
        with faults:
            refuse_other_key(key, place)
            items[key] = None if target in (None, "") else text_or_id(target, at(place, key))
    faults.refuse()
    return items
