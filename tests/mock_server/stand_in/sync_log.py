# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The log of synchronisations: one entry for each field of a linked record that a synchronisation changes."""

from __future__ import annotations

import datetime
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from . import world
from .books import UTC, Entry, Key
from .carriers import CRM_ACTOR_OF
from .state import Record, State

if TYPE_CHECKING:
    from .site import Site

LINK = ("ErpConnectionId", "CrmActorType", "CrmRecordId", "ErpActorType", "ErpKey")


def link_key(link: Record) -> Key:
    """A link as the log knows it, also when it is broken."""
    return tuple(link[name] for name in LINK)


# What the seed has

_FIRST_DAY = datetime.datetime(2026, 10, 19, 5, 45, tzinfo=UTC)
_DAYS = 33
_UNLINKED = 100
_AFTER = {1: 0, 2: 70, 3: 115}
"""Seconds after which each connection of a run is done."""


def seeded(data: dict[str, Any]) -> tuple[Entry, ...]:
    """Some weeks up to the last synchronisation of the seed: one run a day, in which some fields of linked records changed."""
    state = State(data)
    told: dict[tuple[Key, str], str] = {}
    entries = []
    for day in range(_DAYS):
        for link in state.table("links"):
            for place, field in enumerate(_directed(state, link)):
                number = zlib.crc32(f"{day}:{link_key(link)}:{field['ErpFieldKey']}".encode())
                if number % 5 > 1:
                    continue
                old = told.get((link_key(link), field["ErpFieldKey"]), _value(field, 0))
                # Of two values of a checkbox the other one comes next.
                new = _value(field, day + 1) if old != _value(field, day + 1) else _value(field, day)
                told[link_key(link), field["ErpFieldKey"]] = new
                to_crm = field["SyncToCrm"] and (not field["SyncToErp"] or number % 2 == 0)
                when = _FIRST_DAY + datetime.timedelta(days=day, seconds=_AFTER.get(link["ErpConnectionId"], 120) - place)
                entries.append(Entry(link_key(link), field["ErpFieldKey"], field["CrmFieldKey"], to_crm, old, new, when))
    entries.sort(key=lambda entry: entry.registered)
    # One entry whose link is gone.
    return tuple(entry._replace(link=None) if place == _UNLINKED else entry for place, entry in enumerate(entries))


def _value(field: Record, number: int) -> str:
    forms = {
        "Double": f"[F:{1000 * number}]",
        "Integer": f"[I:{number}]",
        "Checkbox": f"[I:{number % 2}]",
        "Date": f"[D:11/{1 + number % 28:02}/2026]",
    }
    return forms.get(field["FieldType"], f"{field['ErpDisplayName'].partition(';')[0]} {number}")


def _directed(state: State, link: Record) -> Iterator[Record]:
    for field in state.fields_of(link["ErpConnectionId"], link["ErpActorType"]):
        if field["CrmFieldKey"] and not field["MissingInERP"] and (field["SyncToCrm"] or field["SyncToErp"]):
            yield field


# What runs add


def note_change(site: Site, change: Record) -> None:
    """A synchronisation took over a changed record; one that was not linked is linked now."""
    if change["Kind"] == "Deleted":
        return
    link = _link_of(site, change)
    if link is not None:
        for field in _directed(site.state, link):
            _note(site, link, field, bool(field["SyncToCrm"]))


def note_resync(site: Site, link: Record, to_crm: bool, blanks: bool = True) -> None:
    """A forced synchronisation of one linked record, in one direction. blanks: whether they overwrite."""
    for field in _directed(site.state, link):
        if field["SyncToCrm" if to_crm else "SyncToErp"]:
            _note(site, link, field, to_crm, blanks)


def _note(site: Site, link: Record, field: Record, to_crm: bool, blanks: bool = True) -> None:
    ours = _crm_values(site, link).get(field["CrmFieldKey"], "")
    theirs = _erp_values(site, link).get(field["ErpFieldKey"], "")
    old, new = (ours, theirs) if to_crm else (theirs, ours)
    if old != new and (new or blanks):
        site.state.books.log.append(
            Entry(link_key(link), field["ErpFieldKey"], field["CrmFieldKey"], to_crm, old, new, site.now(), site.acting)
        )


def _link_of(site: Site, change: Record) -> Record | None:
    actor, record_id = change["Tablename"].capitalize(), change["RecordId"]
    place = {"ErpConnectionId": change["ErpConnectionId"], "CrmActorType": actor, "CrmRecordId": record_id}
    known = [*site.state.table("links"), *site.state.books.links]
    found = next((link for link in known if place.items() <= link.items()), None)
    if found is not None:
        return found
    for row in site.state.find_all("actor_mappings", ErpConnectionId=change["ErpConnectionId"], ActorTypeCrm=actor, IsActive=True):
        link = {**place, "ErpActorType": row["ActorTypeErp"], "ErpKey": str(10_000 + record_id)}
        site.state.books.links.append(link)
        return link
    return None


def _crm_values(site: Site, link: Record) -> dict[str, str]:
    records = site.state.data["crm_records"].get(link["CrmActorType"], [])
    return next((record["Values"] for record in records if record["Id"] == link["CrmRecordId"]), {})


def _erp_values(site: Site, link: Record) -> dict[str, str]:
    place = {name: link[name] for name in ("ErpConnectionId", "ErpActorType", "ErpKey")}
    created = site.state.find("erp_actors", **place)
    if created is not None:
        return dict(created["Values"])
    fields = {field["ErpFieldKey"]: field["FieldType"] for field in site.state.fields_of(link["ErpConnectionId"], link["ErpActorType"])}
    key = link["ErpKey"] if link["ErpActorType"] in CRM_ACTOR_OF else ""
    return world.erp_record(link["ErpActorType"], key, fields) or {}
