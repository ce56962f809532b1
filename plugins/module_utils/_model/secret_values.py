# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Judges secrets: which configuration values are secret, how they are shown, and which stored ones a server does not show.

No other place decides which value is secret: what the connector says is a password, and whatever it says nothing about.
"""

from __future__ import annotations

import typing as t

from .._wire import members
from . import field_value
from .declared import Scalar

REDACTED = "********"
REDACTED_CHANGED = "******** (another one)"
# Named one by one, so that a type that a later version adds is a secret until it is known.
_OPEN_TYPES = frozenset({"Checkbox", "Text", "Integer", "Double", "List", "Date", "Label"})


def is_open(kind: str | None) -> bool:
    """Whether the values of fields of this FieldType may be shown."""
    return kind in _OPEN_TYPES


def redact(values: t.Mapping[str, str | None], fields: t.Sequence[members.Carrier]) -> dict[str, str | None]:
    """Configuration values by key, in order, without SuperOffice's encoding, secrets replaced.

    :param values: what GetErpConnectionConfigFields answers with.
    :param fields: what the connector says of its fields; a value whose field is not among them is a secret.
    """
    open_keys = _open_keys(fields)
    shown = field_value.all_plain(values, fields)
    return {key: shown[key] if key.casefold() in open_keys else redacted(value) for key, value in sorted(values.items())}


def _open_keys(fields: t.Iterable[members.Carrier]) -> set[str]:
    """The folded keys of what is no secret. A key that is met twice is open only where it is open both times."""
    kinds = [((members.text(field, "FieldKey") or "").casefold(), members.text(field, "FieldType") in _OPEN_TYPES) for field in fields]
    return {key for key, is_open in kinds if is_open} - {key for key, is_open in kinds if not is_open}


def secret_keys(fields: t.Iterable[members.Carrier]) -> set[str]:
    """The keys of the fields whose values are secret."""
    return {members.text(field, "FieldKey") or "" for field in fields if members.text(field, "FieldType") not in _OPEN_TYPES}


def texts(values: t.Mapping[str, Scalar], fields: t.Sequence[members.Carrier]) -> set[str]:
    """The texts that :func:`redact` would replace, blanks and masks apart; none where the connector has not said anything.

    A secret is a text, or it is refused before it is sent.
    """
    open_keys = _open_keys(fields)
    return {
        value
        for key, value in values.items()
        if fields and isinstance(value, str) and value and key.casefold() not in open_keys and not is_server_mask(value)
    }


def redacted(value: str | None) -> str | None:
    """A secret for showing: stars, but null and blank stay, since they tell only that nothing is set."""
    return REDACTED if value else value


def is_server_mask(value: str | None) -> bool:
    """Whether a server shows this text in place of a secret: one mask character, three times or more."""
    return bool(value) and len(value or "") >= 3 and len(set(value or "")) == 1 and (value or "")[0] in "*\u2022\u25cf"


class Unseen(t.NamedTuple):
    """Keys of secrets whose stored values the server does not show."""

    # A mask, or a blank where the connector demands a value.
    hidden: frozenset[str]
    # A blank where no value is demanded, from a server that hides others.
    suspected: frozenset[str]
    # A blank where no value is demanded, and nothing tells whether the server hides secrets.
    unsure: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        """All of them."""
        return self.hidden | self.suspected | self.unsure


def unseen(values: t.Mapping[str, str | None], fields: t.Sequence[members.Carrier]) -> Unseen:
    """What is not shown of a stored configuration."""
    kinds = {members.text(field, "FieldKey") or "": members.text(field, "FieldType") for field in fields}
    mandatory = {members.text(field, "FieldKey") or "" for field in fields if members.text(field, "Access") == "Mandatory"}
    secret = secret_keys(fields)
    blank = {key for key in secret if not values.get(key)}
    masked = {key for key in secret if is_server_mask(values.get(key))}
    # A server that gives back one secret of a type shows that another one of this type has no value.
    shown = {kinds[key] for key in secret - blank - masked}
    optional = {key for key in blank - mandatory if kinds[key] not in shown}
    # A key that the connector no longer asks for has no type by which a server could hide it.
    stale = {key for key, value in values.items() if key not in kinds and not value and not shown}
    hides = bool(blank & mandatory)
    return Unseen(
        hidden=frozenset(masked | (blank & mandatory)),
        suspected=frozenset(optional if hides else ()),
        unsure=frozenset(stale if hides else optional | stale),
    )
