# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Refuses texts that must not be saved: masks of secrets, and unresolved templates."""

from __future__ import annotations

import typing as t

from .._wire import address, masks
from . import names, secret_values, templates
from .checks import DocumentError, at
from .declared import UNSET, DeclaredActor, DeclaredConnection


def refuse_no_text(value: t.Any, place: str) -> None:
    """Refuse a mask or a template in place of a name, a URL or a description.

    :raises DocumentError: with the place.
    """
    refuse_masked(value, place)
    templates.refuse_unresolved(value, place)


def refuse_no_address(value: t.Any, place: str) -> None:
    """Refuse a URL that is a mask or a template, or has invisible characters, such as a line break.

    :raises DocumentError: with the place.
    """
    refuse_no_text(value, place)
    flaw = names.flaw(value) if isinstance(value, str) else None
    if flaw is not None:
        raise DocumentError(f"{place} is {names.visible(address.without_password(value)[:60])}, which {flaw}. Write the address without.")


def refuse_no_key(value: str, place: str) -> None:
    """Refuse a key of a CRM field that is a mask or a template, or has invisible characters.

    SuperOffice saves unknown keys without a word.

    :raises DocumentError: with the place.
    """
    refuse_no_text(value, place)
    flaw = names.flaw(value)
    if flaw is not None:
        raise DocumentError(f"{place} is {names.visible(value[:60])}, which {flaw}. Write the key without.")


def refuse_masks(declared: t.Mapping[str, t.Any], differing: t.Collection[str], secret: t.Collection[str], place: str) -> None:
    """Refuse masks in a configuration.

    :param declared: the declared values.
    :param differing: the keys of the values to save.
    :param secret: the keys of secrets, in which a mask is refused even if the server shows it.
    :raises DocumentError: with the place.
    """
    for key, value in declared.items():
        if key in secret and isinstance(value, str) and secret_values.is_server_mask(value):
            raise DocumentError(f"{at(place, key)} is a mask, shown in place of a secret. Give the secret, or leave it out.")
        if key in differing or key in secret:
            refuse_masked(value, at(place, key))


def refuse_masked_defaults(actor: DeclaredActor, changing: t.Container[str] | None = None) -> None:
    """Refuse masks as default values.

    :param changing: the keys of the fields whose defaults would be saved; None for all.
    :raises DocumentError: with the place.
    """
    for field in actor.fields:
        if field.default is not UNSET and (changing is None or field.erp in changing):
            refuse_masked(field.default.value, f"{field.place}.default.value")


def remarks_of_templates(item: DeclaredConnection) -> list[str]:
    """The warning about unresolved templates in an existing connection, whose values stay."""
    places = _places(item)
    if not places:
        return []
    what = "is a template that was" if len(places) == 1 else "are templates that were"
    return [
        f'{", ".join(places)} {what} never resolved, such as "{{{{ variable }}}}". This counts as not declared, and the server keeps '
        f"its value. {templates.HOW_TO_PASS}"
    ]


def refuse_templates(item: DeclaredConnection, why: str) -> None:
    """Refuse unresolved templates in a connection that has no stored values to keep.

    :param why: why it has none, such as "the connection is new".
    :raises DocumentError: with all places.
    """
    places = _places(item)
    if places:
        what = "is a template that was" if len(places) == 1 else "are templates that were"
        raise DocumentError(
            f'{", ".join(places)} {what} never resolved, such as "{{{{ variable }}}}", and {why}, so it has no value to keep. '
            "Define the variable, and give the document as a variable of a file, a play or an inventory: results of tasks and lookups "
            f"are not resolved. {templates.HOW_TO_PASS}"
        )


def _places(item: DeclaredConnection) -> list[str]:
    """The places of unresolved templates. Their texts stay hidden: they may be passwords."""
    places = [f"{item.place}.config.{key}" for key in item.unresolved]
    for actor in item.actors:
        for field in actor.fields:
            if field.default is not UNSET and field.default.unresolved:
                places.append(f"{field.place}.default.value")
    return places


def refuse_masked(value: t.Any, place: str) -> None:
    """Refuse a text with a mask.

    :raises DocumentError: with the place. The text stays hidden: it may be a secret after all.
    """
    if isinstance(value, str) and masks.holds_mask(value):
        raise DocumentError(
            f"{place} holds a mask, such as {masks.PART}, {masks.WHOLE} or $encrypted$, shown in place of a secret. "
            "It comes from a result or a file in which secrets were masked. Give the text itself."
        )
