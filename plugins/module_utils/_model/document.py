# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This is private to superoffice.erpsync: it may change in any release. Do not use it from outside.

"""Reading a document: plain values as YAML gives them become what is declared, or one error that names the place.

All that can be refused without asking a server is refused here: unknown keys, wrong types, duplicate names, what
contradicts itself.
"""

from __future__ import annotations

import typing as t

from . import names, templates
from ._checks import (
    DocumentError,
    duplicates,
    items_of,
    only_known_keys,
    optional_flag,
    required_text,
    section_of,
    shown,
    text_within,
)
from .declared import (
    NO_DEFAULT,
    UNSET,
    DeclaredAccess,
    DeclaredActor,
    DeclaredConnection,
    DeclaredConnector,
    DeclaredDefault,
    DeclaredField,
    DeclaredList,
    Maybe,
    Scalar,
)
from .engine import DeclaredEngine, declared_engine
from .environment import DeclaredEnvironment
from .field_mapping import DIRECTIONS
from .reference import Reference, given_id, given_name, text_or_id

Section = t.Mapping[str, t.Any]

SECTIONS = ("engine", "connectors", "connections", "priority")
PRUNE = ("connectors", "connections", "mappings")
UPDATE_SECRETS = ("when_changed", "always", "on_create")
NAME_LENGTH = 254
URL_LENGTH = 1023
# The server knows Employee and Sale too, and does not synchronise them.
CRM_OF = {"Customer": "Contact", "Supplier": "Contact", "Partner": "Contact", "Person": "Person", "Project": "Project"}
DIRECTION_NAMES = tuple(DIRECTIONS.values())
MOST_ITEMS = 100_000


def parse_document(document: t.Any, *, prune: t.Iterable[str] = (), update_secrets: str = "when_changed") -> DeclaredEnvironment:
    """What a whole document declares.

    :param document: a mapping with some of :data:`SECTIONS`.
    :param prune: the kinds of things to remove where they are not declared, some of :data:`PRUNE`.
    :raises DocumentError: naming the place, the value, and what to write instead.
    """
    top = section_of(document, "The document")
    only_known_keys(top, SECTIONS, "")
    connectors = connections = priority = None
    engine: DeclaredEngine | None = None
    if top.get("engine") is not None:
        engine = declared_engine(section_of(top["engine"], "engine"), "engine")
    if top.get("connectors") is not None:
        connectors = tuple(
            parse_connector(item, f"connectors[{index}]")
            for index, item in enumerate(items_of(top["connectors"], "connectors", MOST_ITEMS))
        )
        duplicates(((str(item.ref), item.place) for item in connectors), "connector")
    if top.get("connections") is not None:
        connections = tuple(
            parse_connection(item, f"connections[{index}]")
            for index, item in enumerate(items_of(top["connections"], "connections", MOST_ITEMS))
        )
        duplicates(((str(item.ref), item.place) for item in connections), "connection")
    if top.get("priority") is not None:
        priority = parse_priority(top["priority"], "priority")
    wanted = frozenset(prune)
    for kind, section in (("connectors", connectors), ("connections", connections)):
        if kind in wanted and section is None:
            raise DocumentError(
                f"prune has {kind}, but the document has no section {kind}; everything would be removed. "
                f"To remove all of them on purpose, write {kind}: []."
            )
    if "mappings" in wanted and connections is None:
        raise DocumentError("prune has mappings, but the document has no section connections.")
    return DeclaredEnvironment(engine, connectors, connections, priority, wanted, update_secrets)


def parse_connector(value: t.Any, place: str) -> DeclaredConnector:
    """One element of ``connectors``."""
    section = section_of(value, place)
    only_known_keys(section, ("name", "id", "url", "state", "test"), place)
    ref, name = _identity(section, place)
    url: Maybe[str] = UNSET
    if section.get("url") is not None:
        where = place or f"connector {ref}"
        url = text_within(required_text(section, "url", where), f"{where}.url", URL_LENGTH)
    return DeclaredConnector(
        place=f"{place} ({ref})" if place else f"connector {ref}",
        ref=ref,
        name=name,
        url=url,
        present=_present(section, place),
        test=optional_flag(section, "test", place) is not False,
    )


def parse_connection(value: t.Any, place: str) -> DeclaredConnection:
    """One element of ``connections``."""
    section = section_of(value, place)
    known = ("name", "id", "connector", "description", "active", "access", "config", "actors", "lists", "state", "test", "refresh_fields")
    only_known_keys(section, known, place)
    ref, name = _identity(section, place)
    here = f"{place} ({ref})" if place else f"connection {ref}"
    description: Maybe[str | None] = UNSET
    if "description" in section:
        raw = section["description"]
        description = (
            text_within(required_text(section, "description", place, blank=True), f"{here}.description", NAME_LENGTH) if raw else None
        )
    active = optional_flag(section, "active", here)
    config, unresolved = _config(section.get("config"), f"{here}.config")
    return DeclaredConnection(
        place=here,
        ref=ref,
        name=name,
        connector=text_or_id(section["connector"], f"{here}.connector") if section.get("connector") is not None else UNSET,
        description=description,
        active=UNSET if active is None else active,
        access=_access(section["access"], f"{here}.access") if section.get("access") is not None else UNSET,
        config=config,
        actors=parse_actors(section.get("actors"), f"{here}.actors"),
        lists=parse_lists(section.get("lists"), f"{here}.lists"),
        present=_present(section, here),
        test=optional_flag(section, "test", here) is not False,
        refresh_fields=bool(optional_flag(section, "refresh_fields", here)),
        unresolved=unresolved,
    )


def parse_actors(value: t.Any, place: str) -> tuple[DeclaredActor, ...]:
    """A section ``actors``."""
    if value is None:
        return ()
    actors = tuple(parse_actor(item, f"{place}[{index}]") for index, item in enumerate(items_of(value, place, MOST_ITEMS)))
    duplicates(((actor.erp, actor.place) for actor in actors), "actor type")
    return actors


def parse_actor(value: t.Any, place: str) -> DeclaredActor:
    """One element of ``actors``: the mapping of one ERP actor type."""
    section = section_of(value, place)
    only_known_keys(section, ("erp", "crm", "enabled", "fields", "order", "purge"), place)
    erp = _choice(required_text(section, "erp", place), tuple(CRM_OF), f"{place}.erp")
    crm: Maybe[str] = UNSET
    if section.get("crm") is not None:
        crm = _choice(required_text(section, "crm", place), tuple(dict.fromkeys(CRM_OF.values())), f"{place}.crm")
        if CRM_OF[erp] != crm:
            raise DocumentError(f"{place}.crm is {crm}, but the ERP actor type {erp} goes with {CRM_OF[erp]}.")
    here = f"{place} ({erp})" if place else erp
    fields = tuple(
        _field(item, f"{here}.fields[{index}]")
        for index, item in enumerate(items_of(section.get("fields") or [], f"{here}.fields", MOST_ITEMS))
    )
    duplicates(((field.erp.casefold(), field.place) for field in fields), "ERP field")
    order: Maybe[tuple[str, ...]] = UNSET
    if section.get("order") is not None:
        keys = items_of(section["order"], f"{here}.order", MOST_ITEMS)
        order = tuple(required_text({"key": key}, "key", f"{here}.order[{index}]", whole=True) for index, key in enumerate(keys))
        duplicates(((key.casefold(), f"{here}.order[{index}]") for index, key in enumerate(order)), "ERP field")
    enabled = optional_flag(section, "enabled", here)
    return DeclaredActor(
        place=here,
        erp=erp,
        crm=crm,
        enabled=UNSET if enabled is None else enabled,
        fields=fields,
        order=order,
        purge=bool(optional_flag(section, "purge", here)),
    )


def parse_lists(value: t.Any, place: str) -> tuple[DeclaredList, ...]:
    """A section ``lists``."""
    if value is None:
        return ()
    lists = tuple(parse_list(item, f"{place}[{index}]") for index, item in enumerate(items_of(value, place, MOST_ITEMS)))
    duplicates(((f"{item.list}\0{item.actor}", item.place) for item in lists), "list")
    return lists


def parse_list(value: t.Any, place: str) -> DeclaredList:
    """One element of ``lists``: the mapping of one ERP list."""
    section = section_of(value, place)
    only_known_keys(section, ("list", "actor", "items", "purge", "shared"), place)
    name = given_name(section, "list", place)
    here = f'{place} ("{name}")' if place else f'list "{name}"'
    items: dict[str, Reference | None] = {}
    for key, target in section_of(section.get("items") or {}, f"{here}.items").items():
        if not isinstance(key, str):
            raise DocumentError(f"{here}.items has the key {shown(key)}, which is no text. Put it in quotes.")
        items[key] = None if target in (None, "") else text_or_id(target, f"{here}.items.{key}")
    actor: Maybe[str] = UNSET
    if section.get("actor") is not None:
        actor = _choice(required_text(section, "actor", here), tuple(CRM_OF), f"{here}.actor")
    return DeclaredList(
        place=here,
        list=name,
        items=items,
        actor=actor,
        purge=bool(optional_flag(section, "purge", here)),
        shared=bool(optional_flag(section, "shared", here)),
    )


def parse_priority(value: t.Any, place: str) -> tuple[Reference, ...]:
    """A section ``priority``: connections by name or id, the one that wins first."""
    refs = tuple(text_or_id(item, f"{place}[{index}]") for index, item in enumerate(items_of(value, place, MOST_ITEMS)))
    duplicates(((str(ref), f"{place}[{index}]") for index, ref in enumerate(refs)), "connection")
    return refs


def _identity(section: Section, place: str) -> tuple[Reference, Maybe[str]]:
    name: Maybe[str] = UNSET
    if section.get("name") is not None:
        name = text_within(given_name(section, "name", place), f"{place}.name" if place else "name", NAME_LENGTH)
    if section.get("id") is not None:
        return Reference(id=given_id(section["id"], f"{place}.id" if place else "id")), name
    if name is UNSET:
        raise DocumentError(f"{place or 'The thing'} has no name. Give its name, or its id.")
    return Reference(name=name), name


def _present(section: Section, place: str) -> bool:
    state = section.get("state")
    return True if state is None else _choice(state, ("present", "absent"), f"{place}.state") == "present"


def _access(value: t.Any, place: str) -> DeclaredAccess:
    section = section_of(value, place)
    only_known_keys(section, ("everyone", "user_groups", "users"), place)
    everyone = optional_flag(section, "everyone", place)
    chosen: dict[str, Maybe[tuple[Reference, ...]]] = {"user_groups": UNSET, "users": UNSET}
    for kind in chosen:
        if section.get(kind) is not None:
            refs = tuple(
                text_or_id(item, f"{place}.{kind}[{index}]")
                for index, item in enumerate(items_of(section[kind], f"{place}.{kind}", MOST_ITEMS))
            )
            duplicates(((str(ref), f"{place}.{kind}[{index}]") for index, ref in enumerate(refs)), kind.rstrip("s").replace("_", " "))
            chosen[kind] = refs
    if everyone and any(refs is not UNSET and refs for refs in chosen.values()):
        raise DocumentError(f"{place} has everyone: true together with groups or users. Use one or the other.")
    return DeclaredAccess(UNSET if everyone is None else everyone, chosen["user_groups"], chosen["users"])


def _config(value: t.Any, place: str) -> tuple[Maybe[dict[str, Scalar]], tuple[str, ...]]:
    """What is declared of a configuration, and the keys of values that are templates."""
    if value is None:
        return UNSET, ()
    section = section_of(value, place)
    for key, item in section.items():
        if not isinstance(key, str):
            raise DocumentError(f"{place} has the key {shown(key)}, which is no text. Put it in quotes.")
        if item is not None and not isinstance(item, (str, int, float, bool)):
            raise DocumentError(f"{place}.{key} is {type(item).__name__}; a configuration value is a text, a number, or true or false.")
    unresolved = tuple(key for key, item in section.items() if templates.is_unresolved(item))
    declared = {key: templates.literal(item) for key, item in section.items() if key not in unresolved}
    return (UNSET if unresolved and not declared else declared), unresolved


def _field(value: t.Any, place: str) -> DeclaredField:
    section = section_of(value, place)
    only_known_keys(section, ("erp", "crm", "direction", "show", "search", "default"), place)
    erp = required_text(section, "erp", place)
    here = f"{place} ({erp})"
    crm: Maybe[str | None] = UNSET
    if "crm" in section:
        crm = required_text(section, "crm", here) if section["crm"] not in (None, "") else None
    direction: Maybe[str] = UNSET
    if section.get("direction") is not None:
        direction = _choice(section["direction"], DIRECTION_NAMES, f"{here}.direction")
    show, search = optional_flag(section, "show", here), optional_flag(section, "search", here)
    if direction is not UNSET and direction != "none" and crm is None:
        raise DocumentError(f"{here} has the direction {direction} and no CRM field. Give the CRM field with crm, or use direction: none.")
    default: Maybe[DeclaredDefault] = UNSET
    if "default" in section:
        default = NO_DEFAULT if section["default"] is None else _default(section["default"], f"{here}.default")
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
    only_known_keys(section, ("value", "prompt", "mandatory", "state"), place)
    if section.get("state") is not None and _choice(section["state"], ("present", "absent"), f"{place}.state") == "absent":
        return NO_DEFAULT
    content = section.get("value")
    if content is not None and not isinstance(content, (str, int, float, bool)):
        raise DocumentError(f"{place}.value is {type(content).__name__}; a default value is a text, a number, or true or false.")
    prompt, mandatory = optional_flag(section, "prompt", place), optional_flag(section, "mandatory", place)
    unresolved = templates.is_unresolved(content)
    return DeclaredDefault(
        value=templates.literal(content) if "value" in section and not unresolved else UNSET,
        prompt=UNSET if prompt is None else prompt,
        mandatory=UNSET if mandatory is None else mandatory,
        unresolved=unresolved,
    )


def _choice(value: t.Any, choices: t.Sequence[str], place: str) -> str:
    if isinstance(value, str) and value in choices:
        return value
    near = names.nearest(value, choices) if isinstance(value, str) else None
    hint = f" Did you mean {near}?" if near else ""
    raise DocumentError(f"{place} is {shown(value)}.{hint} Use one of: {', '.join(choices)}.")
