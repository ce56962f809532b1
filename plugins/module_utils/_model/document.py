# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reading a document: plain values as YAML gives them become what is declared, or one error that names each place at fault.

All that can be refused without asking a server is refused here: unknown keys, wrong types, duplicate names, what
contradicts itself.
"""

from __future__ import annotations

import typing as t

from .._wire.wording import hint, shown
from . import templates
from .actor_types import CRM_ACTORS, CRM_OF
from .checks import DocumentError, Faults, at, duplicates, items_of, only_known_keys, optional_flag, required_text, section_of, text_within
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
T = t.TypeVar("T")

SECTIONS = ("engine", "connectors", "connections", "priority")
CONNECTOR_KEYS = ("name", "id", "url", "state", "test")
CONNECTION_SETTINGS = ("name", "id", "connector", "description", "active", "access", "config")
CONNECTION_KEYS = (*CONNECTION_SETTINGS, "actors", "lists", "state", "test", "refresh_fields")
ACCESS_KEYS = ("everyone", "user_groups", "users")
ACTOR_KEYS = ("erp", "crm", "enabled", "fields", "order", "purge")
FIELD_KEYS = ("erp", "crm", "direction", "show", "search", "default")
DEFAULT_KEYS = ("value", "prompt", "mandatory", "state")
LIST_KEYS = ("list", "actor", "items", "purge", "shared")
PRESENCE = ("present", "absent")
PRUNE = ("connectors", "connections", "mappings")
UPDATE_SECRETS = ("when_changed", "always", "on_create")
NAME_LENGTH = 254
URL_LENGTH = 1023
DIRECTION_NAMES = tuple(DIRECTIONS.values())
MOST_ITEMS = 100_000


def parse_document(
    document: t.Any, *, prune: t.Iterable[str] = (), update_secrets: str = "when_changed", variables: t.Sequence[str] = ()
) -> DeclaredEnvironment:
    """What a whole document declares.

    :param document: a mapping with some of :data:`SECTIONS`.
    :param prune: the kinds of things to remove where they are not declared, some of :data:`PRUNE`.
    :param variables: the names under which people know its parts, for messages: that of the document, and those of its last
        connections, where these were variables of their own.
    :raises DocumentError: naming each place, the value, and what to write instead.
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
            connectors = _elements(top["connectors"], at(here, "connectors"), parse_connector)
            duplicates(((str(item.ref), item.place) for item in connectors), "connector")
    with faults:
        if top.get("connections") is not None:
            connections = _elements(top["connections"], at(here, "connections"), parse_connection, variables[1:])
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
    """One element of ``connectors``."""
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
            url = text_within(required_text(section, "url", where), f"{where}.url", URL_LENGTH)
    present, test = True, None
    with faults:
        present = _present(section, place)
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
    """One element of ``connections``."""
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
        present = _present(section, here)
    active, test, refresh_fields = _flags(section, ("active", "test", "refresh_fields"), here, faults)
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


def parse_actors(value: t.Any, place: str) -> tuple[DeclaredActor, ...]:
    """A section ``actors``."""
    if value is None:
        return ()
    actors = _elements(value, place, parse_actor)
    duplicates(((actor.erp, actor.place) for actor in actors), "actor type")
    return actors


def parse_actor(value: t.Any, place: str) -> DeclaredActor:
    """One element of ``actors``: the mapping of one ERP actor type."""
    section = section_of(value, place)
    faults = Faults()
    erp = ""
    with faults:
        erp = _choice(required_text(section, "erp", place), tuple(CRM_OF), at(place, "erp"))
    crm: Maybe[str] = UNSET
    with faults:
        if section.get("crm") is not None:
            crm = _choice(required_text(section, "crm", place), CRM_ACTORS, at(place, "crm"))
            if erp and CRM_OF[erp] != crm:
                raise DocumentError(f"{at(place, 'crm')} is {crm}, but the ERP actor type {erp} goes with {CRM_OF[erp]}.")
    here = (f"{place} ({erp})" if place else erp) if erp else place
    with faults:
        only_known_keys(section, ACTOR_KEYS, here)
    fields: tuple[DeclaredField, ...] = ()
    with faults:
        if section.get("fields") is not None:
            fields = _elements(section["fields"], at(here, "fields"), _field)
            duplicates(((field.erp.casefold(), field.place) for field in fields), "ERP field")
    order: Maybe[tuple[str, ...]] = UNSET
    with faults:
        if section.get("order") is not None:
            order = _elements(section["order"], at(here, "order"), _key)
            duplicates(((key.casefold(), f"{at(here, 'order')}[{index}]") for index, key in enumerate(order)), "ERP field")
    enabled, purge = _flags(section, ("enabled", "purge"), here, faults)
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


def parse_lists(value: t.Any, place: str) -> tuple[DeclaredList, ...]:
    """A section ``lists``."""
    if value is None:
        return ()
    lists = _elements(value, place, parse_list)
    duplicates(((f"{item.list}\0{item.actor}", item.place) for item in lists), "list")
    return lists


def parse_list(value: t.Any, place: str) -> DeclaredList:
    """One element of ``lists``: the mapping of one ERP list."""
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
            actor = _choice(required_text(section, "actor", here), tuple(CRM_OF), at(here, "actor"))
    purge, shared = _flags(section, ("purge", "shared"), here, faults)
    faults.refuse()
    return DeclaredList(place=here, list=name, items=items, actor=actor, purge=bool(purge), shared=bool(shared))


def parse_priority(value: t.Any, place: str) -> tuple[Reference, ...]:
    """A section ``priority``: connections by name or id, the one that wins first."""
    return _references(value, place, "connection")


def _elements(value: t.Any, place: str, parse: t.Callable[[t.Any, str], T], last: t.Sequence[str] = ()) -> tuple[T, ...]:
    """The elements of a list.

    :param last: the places of the last of them, where these are known by names of their own.
    :raises DocumentError: naming all that is wrong with any of them.
    """
    items = items_of(value, place, MOST_ITEMS)
    others = len(items) - len(last)
    found = []
    faults = Faults()
    for index, item in enumerate(items):
        with faults:
            found.append(parse(item, last[index - others] if last and index >= others else f"{place}[{index}]"))
    faults.refuse()
    return tuple(found)


def _references(value: t.Any, place: str, thing: str) -> tuple[Reference, ...]:
    refs = _elements(value, place, text_or_id)
    duplicates(((str(ref), f"{place}[{index}]") for index, ref in enumerate(refs)), thing)
    return refs


def _flags(section: Section, keys: t.Sequence[str], place: str, faults: Faults) -> list[bool | None]:
    """Several keys of true, false, or nothing."""
    found: list[bool | None] = []
    for key in keys:
        flag = None
        with faults:
            flag = optional_flag(section, key, place)
        found.append(flag)
    return found


# What has no name yet.
_NOTHING = Reference()


def _identity(section: Section, place: str, faults: Faults) -> tuple[Reference, Maybe[str]]:
    """What is meant, and the name that it has or shall have."""
    name: Maybe[str] = UNSET
    with faults:
        if section.get("name") is not None:
            name = text_within(given_name(section, "name", place), at(place, "name"), NAME_LENGTH)
    with faults:
        if section.get("id") is not None:
            return Reference(id=given_id(section["id"], at(place, "id"))), name
        if section.get("name") is None:
            raise DocumentError(f"{place or 'The thing'} has no name. Give its name, or its id.")
    return _NOTHING if name is UNSET else Reference(name=name), name


def _named(place: str, thing: str, ref: Reference) -> str:
    """A place with what stands there; without a place, what the options of a task are about."""
    if ref == _NOTHING:
        return place or thing
    return f"{place} ({ref})" if place else f"{thing} {ref}"


def _present(section: Section, place: str) -> bool:
    state = section.get("state")
    return True if state is None else _choice(state, PRESENCE, at(place, "state")) == "present"


def _access(value: t.Any, place: str) -> DeclaredAccess:
    section = section_of(value, place)
    faults = Faults()
    with faults:
        only_known_keys(section, ACCESS_KEYS, place)
    [everyone] = _flags(section, ("everyone",), place, faults)
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
    """What is declared of a configuration, and the keys of values that are templates."""
    if value is None:
        return UNSET, ()
    section = section_of(value, place)
    faults = Faults()
    for key, item in section.items():
        with faults:
            _refuse_no_text_key(key, place)
            if item is not None and not isinstance(item, (str, int, float, bool)):
                raise DocumentError(
                    f"{at(place, key)} is {type(item).__name__}; a configuration value is a text, a number, or true or false."
                )
    faults.refuse()
    unresolved = tuple(key for key, item in section.items() if templates.is_unresolved(item))
    declared = {key: templates.literal(item) for key, item in section.items() if key not in unresolved}
    return (UNSET if unresolved and not declared else declared), unresolved


def _items(value: t.Any, place: str) -> dict[str, Reference | None]:
    items: dict[str, Reference | None] = {}
    if value is None:
        return items
    faults = Faults()
    for key, target in section_of(value, place).items():
        with faults:
            _refuse_no_text_key(key, place)
            items[key] = None if target in (None, "") else text_or_id(target, at(place, key))
    faults.refuse()
    return items


def _refuse_no_text_key(key: t.Any, place: str) -> None:
    if not isinstance(key, str):
        raise DocumentError(f"{place} has the key {shown(key)}, which is no text. Put it in quotes.")


def _key(value: t.Any, place: str) -> str:
    """The key of a field."""
    return required_text({"key": value}, "key", place, whole=True)


def _field(value: t.Any, place: str) -> DeclaredField:
    section = section_of(value, place)
    faults = Faults()
    erp = ""
    with faults:
        erp = required_text(section, "erp", place)
    here = f"{place} ({erp})" if erp else place
    with faults:
        only_known_keys(section, FIELD_KEYS, here)
    crm: Maybe[str | None] = UNSET
    with faults:
        if "crm" in section:
            crm = required_text(section, "crm", here) if section["crm"] not in (None, "") else None
    direction: Maybe[str] = UNSET
    with faults:
        if section.get("direction") is not None:
            direction = _choice(section["direction"], DIRECTION_NAMES, at(here, "direction"))
    show, search = _flags(section, ("show", "search"), here, faults)
    with faults:
        if direction is not UNSET and direction != "none" and crm is None:
            raise DocumentError(
                f"{here} has the direction {direction} and no CRM field. Give the CRM field with crm, or use direction: none."
            )
    default: Maybe[DeclaredDefault] = UNSET
    with faults:
        if "default" in section:
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
        present = _present(section, place)
    content = section.get("value")
    with faults:
        if content is not None and not isinstance(content, (str, int, float, bool)):
            raise DocumentError(f"{at(place, 'value')} is {type(content).__name__}; a default value is a text, a number, or true or false.")
    prompt, mandatory = _flags(section, ("prompt", "mandatory"), place, faults)
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


def _choice(value: t.Any, choices: t.Sequence[str], place: str) -> str:
    if isinstance(value, str) and value in choices:
        return value
    meant = hint(value, choices) if isinstance(value, str) else ""
    raise DocumentError(f"{place} is {shown(value)}.{meant} Use one of: {', '.join(choices)}.")
