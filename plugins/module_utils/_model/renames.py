# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Renames and new URLs: names that a document gives, and connectors whose URL it changes."""

from __future__ import annotations

import typing as t

from . import names, secret_values, templates
from .connector import Connector
from .declared import UNSET, DeclaredConnection, DeclaredConnector
from .find_by_name import Things


def renamed(item: DeclaredConnector | DeclaredConnection, raw_name: str) -> str | None:
    """The new name of a thing that is declared by id; None if it keeps its name.

    :param raw_name: the present name.
    """
    keeps = item.ref.id is None or item.name is UNSET or names.answers_to(raw_name, item.name)
    return None if keeps else t.cast(str, item.name)


def new_url(item: DeclaredConnector, stored: str | None) -> str | None:
    """The new URL of a connector; None if it keeps its own."""
    keeps = item.url is UNSET or item.url == stored or is_left_to_a_variable(item, stored)
    return None if keeps else t.cast(str, item.url)


def is_left_to_a_variable(item: DeclaredConnector, stored: str | None) -> bool:
    """Whether an unresolved template stands for a URL with a password, as in an export."""
    return templates.is_unresolved(item.url) and secret_values.url(stored) != stored


def readdressed(declared: t.Iterable[DeclaredConnector], connectors: Things[Connector]) -> set[int]:
    """The ids of the connectors whose URL changes: another connector may answer there."""
    found: set[int] = set()
    for item in declared:
        there = connectors.find(item.ref, item.place) if item.present and item.url is not UNSET else None
        if there is not None and new_url(item, there.url) is not None:
            found.add(there.id)
    return found


def names_afterwards(declared: t.Iterable[DeclaredConnector], there: t.Iterable[Connector]) -> list[Connector]:
    """The existing connectors with the names that a document gives them."""
    by_id = {item.ref.id: item for item in declared if item.present}
    return [
        connector if new is None else connector._replace(raw_name=new)
        for connector in there
        for new in [renamed(by_id[connector.id], connector.raw_name) if connector.id in by_id else None]
    ]
