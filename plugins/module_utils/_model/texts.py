# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Texts that nobody means to save: masks in place of secrets, and templates that were never resolved."""

from __future__ import annotations

import typing as t

from .._wire import masks
from . import names, secret_values, templates
from .checks import DocumentError, at
from .declared import UNSET, DeclaredActor, DeclaredConnection


def refuse_no_text(value: t.Any, place: str) -> None:
    """Refuse a name, an address or a description that is a mask or a template: to save it, or to take it for the name of what is gone.

    :raises DocumentError: naming the place.
    """
    refuse_masked(value, place)
    templates.refuse_unresolved(value, place)


def refuse_no_address(value: t.Any, place: str) -> None:
    """Refuse to save an address that is a mask or a template, or that has in it what nobody sees, as a block of YAML has at its end.

    :raises DocumentError: naming the place.
    """
    refuse_no_text(value, place)
    flaw = names.flaw(value) if isinstance(value, str) else None
    if flaw is not None:
        raise DocumentError(f"{place} is {names.visible(value[:60])}, which {flaw}. Write the address without.")


def refuse_masks(declared: t.Mapping[str, t.Any], differing: t.Collection[str], secret: t.Collection[str], place: str) -> None:
    """Refuse to save masks in a configuration.

    :param declared: what is declared of it.
    :param differing: the keys of what would be saved.
    :param secret: the keys of secrets; in them a mask is refused also where the server shows the same one.
    :raises DocumentError: naming the place.
    """
    for key, value in declared.items():
        if key in secret and isinstance(value, str) and secret_values.is_server_mask(value):
            raise DocumentError(f"{at(place, key)} is a mask, which is shown in place of a secret. Give the secret, or leave it out.")
        if key in differing or key in secret:
            refuse_masked(value, at(place, key))


def refuse_masked_defaults(actor: DeclaredActor, changing: t.Container[str] | None = None) -> None:
    """Refuse to save masks as default values.

    :param changing: the keys of the fields whose defaults would be saved; None for all.
    :raises DocumentError: naming the place.
    """
    for field in actor.fields:
        if field.default is not UNSET and (changing is None or field.erp in changing):
            refuse_masked(field.default.value, f"{field.place}.default.value")


def remarks_of_templates(item: DeclaredConnection) -> list[str]:
    """What to tell a person of the templates of a connection that exists; their values stay as they are."""
    places = _places(item)
    if not places:
        return []
    what = "is a template that was" if len(places) == 1 else "are templates that were"
    return [
        f'{", ".join(places)} {what} never resolved, such as "{{{{ variable }}}}". This counts as not declared, and what the server has '
        f"stays as it is. {templates.HOW_TO_PASS}"
    ]


def refuse_templates(item: DeclaredConnection, why: str) -> None:
    """Refuse a connection with templates in it where there is no value that could stay.

    :param why: what is special about the connection, such as "the connection is new".
    :raises DocumentError: naming them.
    """
    places = _places(item)
    if places:
        what = "is a template that was" if len(places) == 1 else "are templates that were"
        raise DocumentError(
            f'{", ".join(places)} {what} never resolved, such as "{{{{ variable }}}}", and {why}: there is nothing that could stay. '
            "Define the variable, and give the document as a variable of a file, a play or an inventory: what comes from the result of a "
            f"task or from a lookup is not resolved. {templates.HOW_TO_PASS}"
        )


def _places(item: DeclaredConnection) -> list[str]:
    """Where they stand. What they are is not told: a password may look like one."""
    places = [f"{item.place}.config.{key}" for key in item.unresolved]
    for actor in item.actors:
        for field in actor.fields:
            if field.default is not UNSET and field.default.unresolved:
                places.append(f"{field.place}.default.value")
    return places


def refuse_masked(value: t.Any, place: str) -> None:
    """Refuse to save a text in which a secret was masked.

    :raises DocumentError: naming the place. The text is not shown, since it may be a secret after all.
    """
    if isinstance(value, str) and masks.holds_mask(value):
        raise DocumentError(
            f"{place} holds a mask, such as {masks.PART}, {masks.WHOLE} or $encrypted$, which stands in place of a secret "
            "where texts are shown. It comes from a result or a file in which secrets were masked. Give the text itself."
        )
