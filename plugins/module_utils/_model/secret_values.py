# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Judges secrets: which values are secret, how they are shown, which ones a server hides.

No other file decides this. A configuration value is secret if the connector calls it a password,
or does not describe it. Of an address, the password in it is secret (_wire/address.py finds it).
"""

from __future__ import annotations

import typing as t

from .._wire import address, members
from . import field_value
from .declared import Scalar

_FIELDS = "GetConfigurationFields"
REDACTED = "********"
REDACTED_CHANGED = "******** (another one)"
_ANOTHER_PASSWORD = " (another password)"
# A list of open types, so that a type of a later version is secret.
_OPEN_TYPES = frozenset({"Checkbox", "Text", "Integer", "Double", "List", "Date", "Label"})


def is_open(kind: str | None) -> bool:
    """Whether values of this FieldType may be shown."""
    return kind in _OPEN_TYPES


def redact(values: t.Mapping[str, str | None], fields: t.Sequence[members.Carrier]) -> dict[str, str | None]:
    """Configuration values by sorted key, without encoding, secrets redacted.

    :param values: the answer of GetErpConnectionConfigFields.
    :param fields: the fields of the connector; a value without a field is secret.
    """
    open_keys = _open_keys(fields)
    shown = field_value.all_plain(values, fields)
    return {key: open_value(shown[key]) if key.casefold() in open_keys else redacted(value) for key, value in sorted(values.items())}


def open_value(value: str | None) -> str | None:
    """An open value to show; an address without the password in it."""
    return url(value) if is_secret_address(value) else value


def is_secret_address(value: t.Any) -> bool:
    """Whether a value is an address with a password."""
    return isinstance(value, str) and address.is_address(value) and address.has_password(value)


def url(value: str | None) -> str | None:
    """A connector's URL to show, without the password in it."""
    return None if value is None else address.without_password(value)


def url_changed(was: str | None, will: str | None) -> str | None:
    """The URL that takes the place of another one, to show."""
    shown = url(will)
    return f"{shown}{_ANOTHER_PASSWORD}" if was != will and url(was) == shown else shown


def open_changed(was: str | None, will: str | None) -> str | None:
    """The open value that takes the place of another one, to show."""
    return url_changed(was, will) if is_secret_address(will) else will


def moved(was: t.Any, will: t.Any) -> t.Any:
    """A shown value of another connector, so that it differs from the previous one's.

    Equal stars on both sides would hide the change.
    """
    if will == REDACTED:
        return REDACTED_CHANGED
    return f"{will}{_ANOTHER_PASSWORD}" if will == was and is_secret_address(will) else will


def in_urls(urls: t.Iterable[str | None]) -> set[str]:
    """The secrets in connectors' URLs."""
    return set().union(*(address.secrets_of(url) for url in urls if url))


def in_open_values(values: t.Iterable[str | None]) -> set[str]:
    """The secrets in those values of a configuration that are addresses."""
    return address.secrets_among(list(values))


def as_stored(shown: t.Any) -> t.Any:
    """A changed value to show, without what says that it differs."""
    if shown == REDACTED_CHANGED:
        return REDACTED
    return shown[: -len(_ANOTHER_PASSWORD)] if isinstance(shown, str) and shown.endswith(_ANOTHER_PASSWORD) else shown


@members.answer_of(_FIELDS)
def _open_keys(fields: t.Iterable[members.Carrier]) -> set[str]:
    """The folded keys of open fields. A repeated key is open only if all its fields are."""
    kinds = [((members.text(field, "FieldKey") or "").casefold(), members.text(field, "FieldType") in _OPEN_TYPES) for field in fields]
    return {key for key, is_open in kinds if is_open} - {key for key, is_open in kinds if not is_open}


@members.answer_of(_FIELDS)
def secret_keys(fields: t.Iterable[members.Carrier]) -> set[str]:
    """The keys of secret fields."""
    return {members.text(field, "FieldKey") or "" for field in fields if members.text(field, "FieldType") not in _OPEN_TYPES}


@members.answer_of(_FIELDS)
def possible_keys(fields: t.Iterable[members.Carrier]) -> set[str]:
    """The keys of fields whose values can be secret: of secrets, and of texts, which may be
    addresses.
    """
    return {members.text(field, "FieldKey") or "" for field in fields if members.text(field, "FieldType") not in _OPEN_TYPES - {"Text"}}


def texts(values: t.Mapping[str, Scalar], fields: t.Sequence[members.Carrier]) -> set[str]:
    """The texts that :func:`redact` replaces, without blanks and masks; without fields, those in
    addresses.

    Secrets are texts; other values are refused before they are sent.
    """
    open_keys = _open_keys(fields)
    secret = {
        value
        for key, value in values.items()
        if fields and isinstance(value, str) and value and key.casefold() not in open_keys and not is_server_mask(value)
    }
    return secret | address.secrets_among(list(values.values()))


def redacted(value: str | None) -> str | None:
    """A secret to show: stars. Null and blank stay: they only tell that there is no value."""
    return REDACTED if value else value


def is_server_mask(value: str | None) -> bool:
    """Whether a text is a server's mask: one mask character, three times or more."""
    return bool(value) and len(value or "") >= 3 and len(set(value or "")) == 1 and (value or "")[0] in "*\u2022\u25cf"


class Unseen(t.NamedTuple):
    """The keys of secrets whose stored values the server hides, or may hide."""

    # A mask, or a blank mandatory value.
    hidden: frozenset[str]
    # A blank optional value from a server that hides others.
    suspected: frozenset[str]
    # A blank optional value, if nothing tells whether the server hides secrets.
    unsure: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        """All of them."""
        return self.hidden | self.suspected | self.unsure


@members.answer_of(_FIELDS)
def unseen(values: t.Mapping[str, str | None], fields: t.Sequence[members.Carrier]) -> Unseen:
    """The hidden values of a stored configuration."""
    kinds = {members.text(field, "FieldKey") or "": members.text(field, "FieldType") for field in fields}
    mandatory = {members.text(field, "FieldKey") or "" for field in fields if members.text(field, "Access") == "Mandatory"}
    secret = secret_keys(fields)
    blank = {key for key in secret if not values.get(key)}
    masked = {key for key in secret if is_server_mask(values.get(key))}
    # If a server shows one secret of a type, a blank one of that type has no value.
    shown = {kinds[key] for key in secret - blank - masked}
    optional = {key for key in blank - mandatory if kinds[key] not in shown}
    # A key without a field has no type by which a server could hide it.
    stale = {key for key, value in values.items() if key not in kinds and not value and not shown}
    hides = bool(blank & mandatory)
    return Unseen(
        hidden=frozenset(masked | (blank & mandatory)),
        suspected=frozenset(optional if hides else ()),
        unsure=frozenset(stale if hides else optional | stale),
    )
