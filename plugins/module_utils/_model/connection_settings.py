# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""A connection's own settings: lays declared settings over the whole carrier."""

from __future__ import annotations

import typing as t

from .._wire import members
from . import configuration, field_value, names, secret_values
from .checks import DocumentError, at
from .connection import access_words
from .current import Person
from .declared import UNSET, DeclaredAccess, DeclaredConnection, Scalar
from .environment import CurrentEnvironment
from .find_by_name import person_ids
from .reference import Reference
from .refused_texts import refuse_masks, refuse_no_text
from .secret_values import unseen
from .unknown import ConfigFields, Unknown, known


class CouldOverwrite(DocumentError):
    """Saving the connection could overwrite what the server hides of its configuration."""


class Settings(t.NamedTuple):
    """The carrier to save, and the difference in the words of a document, secrets redacted."""

    carrier: dict[str, t.Any]
    before: dict[str, t.Any]
    after: dict[str, t.Any]
    # Whether the configuration changes, or a hidden secret may; whether all values are known, so
    # that the configuration can be tested.
    config_changes: bool
    config_known: bool
    # Sentences about what could not be checked.
    warnings: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        return self.before != self.after

    @property
    def config(self) -> dict[str, str | None]:
        """The configuration to save."""
        return dict(members.carrier(self.carrier, "ConfigFields") or {})


# Known names of user groups and of users, by id; a difference shows them instead of ids.
People = tuple[t.Mapping[int, str], t.Mapping[int, str]]
NOBODY: People = ({}, {})


def people_of(current: CurrentEnvironment) -> People:
    """The names of the user groups and users that were read."""
    groups, users = (
        {person.id: names.readable(person.names[0]) for person in known or () if person.names}
        for known in (current.user_groups, current.users)
    )
    return groups, users


def access_members(access: t.Any, groups: t.Sequence[Person], users: t.Sequence[Person], place: str) -> dict[str, t.Any]:
    """The members of ErpConnection that declared access sets.

    :param access: a DeclaredAccess, or UNSET.
    :raises DocumentError: for an unknown user group or user.
    """
    if not isinstance(access, DeclaredAccess):
        return {}
    new_members: dict[str, t.Any] = {}
    if access.user_groups is not UNSET:
        new_members["UserGroupAccessIds"] = _ids(access.user_groups, groups, "user group", at(place, "access.user_groups"))
    if access.users is not UNSET:
        new_members["AssociateAccessIds"] = _ids(access.users, users, "user", at(place, "access.users"))
    if access.everyone is not UNSET:
        new_members["AllAccess"] = access.everyone
    elif new_members:
        new_members["AllAccess"] = False
    return new_members


def _ids(refs: t.Sequence[Reference], people: t.Sequence[Person], kind: str, place: str) -> list[int]:
    return sorted(set(person_ids(people, refs, kind, place)))


def new_settings(
    declared: DeclaredConnection,
    connector_id: int,
    connector_name: str,
    access: t.Mapping[str, t.Any],
    fields: ConfigFields,
    people: People = NOBODY,
) -> Settings:
    """The settings of a connection that does not exist yet.

    :param fields: the configuration fields of its connector; unknown if that is new as well.
    :raises DocumentError: if the configuration is invalid.
    """
    name = declared.ref.name or ""
    config = _first(declared, fields)
    words: dict[str, t.Any] = {}
    refuse_no_text(declared.description, f"{declared.place}.description")
    if declared.config is not UNSET:
        # Only declared values: the proposals of a new connector are unknown.
        shown = _declared_words(declared.config) if isinstance(fields, Unknown) else _words(config, fields)
        words = {key: shown[key] for key in declared.config}
    carrier: dict[str, t.Any] = {
        "ErpConnectionId": 0,
        "ErpConnectorId": connector_id,
        "DisplayName": name,
        "DisplayDescription": "" if declared.description in (UNSET, None) else declared.description,
        "Active": False,
        "ConfigFields": config,
        "Deleted": False,
        # Access defaults to everyone, as in the administration screen.
        "AllAccess": True,
        "UserGroupAccessIds": [],
        "AssociateAccessIds": [],
        **access,
    }
    after = {
        "name": name,
        "connector": connector_name,
        "description": carrier["DisplayDescription"],
        "access": access_words(carrier, *people),
        **({"config": words} if words else {}),
    }
    return Settings(carrier, {}, after, bool(config), not isinstance(fields, Unknown))


def _first(declared: DeclaredConnection, fields: ConfigFields) -> dict[str, str | None]:
    """The configuration for a new connector: its proposals and the declared values.

    Empty if its fields are unknown.

    :raises DocumentError: if the configuration is invalid.
    """
    place = f"{declared.place}.config"
    wanted = {} if declared.config is UNSET else declared.config
    refuse_masks(wanted, wanted, secret_values.secret_keys(known(fields)), place)
    if isinstance(fields, Unknown):
        configuration.check_lengths(wanted, place)
        return {}
    config = {**configuration.proposals(fields), **configuration.encode(wanted, fields, place)}
    configuration.complete(config, fields, place)
    return config


def _words(values: t.Mapping[str, str | None], fields: ConfigFields) -> dict[str, t.Any]:
    """A configuration for a difference. A value without a field is a secret."""
    return secret_values.redact(values, known(fields))


def _declared_words(declared: t.Mapping[str, Scalar]) -> dict[str, t.Any]:
    """A declared configuration for a difference, all values redacted: fields are unknown."""
    return {key: secret_values.REDACTED if value else value for key, value in declared.items()}


def changed_settings(
    carrier: members.Carrier,
    declared: DeclaredConnection,
    *,
    connector: tuple[int | None, str] | None,
    connector_names: t.Mapping[int, str],
    access: t.Mapping[str, t.Any],
    fields: ConfigFields,
    secrets: str,
    old_fields: ConfigFields = Unknown(),
    people: People = NOBODY,
    at_new_url: bool = False,
) -> Settings:
    """The settings of an existing connection; undeclared members stay as they came.

    :param connector: id and name of the declared connector, or None. A new connector has no id.
    :param fields: the configuration fields of the connector, of the declared one if it changes.
    :param secrets: the rule for declared secrets whose stored value is hidden: ``send`` them,
        ``keep`` them out of the comparison, or ``ignore`` them.
    :param old_fields: the configuration fields of the previous connector, for the difference only.
    :param at_new_url: whether the connector has got a new URL in this run, where another product
        may answer: values that it does not ask for are left out.
    :raises DocumentError: if the configuration is invalid.
    :raises CouldOverwrite: if saving could overwrite a hidden value.
    """
    moves = connector is not None and connector[0] != (members.number(carrier, "ErpConnectorId") or 0)
    new_members, before, after = _changed_besides_config(carrier, declared, connector if moves else None, connector_names, access, people)
    if moves:
        config = _moved_config(carrier, declared, fields, old_fields)
    elif isinstance(fields, Unknown):
        config = _unknown_config(carrier, declared, fields, list(after))
    else:
        config = _known_config(carrier, declared, fields, secrets, list(after), at_new_url=at_new_url)
    if config.differs:
        before["config"], after["config"] = config.before, config.after
    if not new_members and not config.differs:
        return Settings(dict(carrier), before, after, False, config.known)
    if config.refusal is not None:
        raise CouldOverwrite(config.refusal)
    # Each change saves the whole connection, with its configuration.
    new_members["ConfigFields"] = config.whole
    warnings = [config.warning] if config.warning else []
    if declared.test and config.tested and not config.known and not isinstance(fields, Unknown):
        warnings.append(
            f"{declared.place} cannot be tested before it is saved: the server does not give back all of its secrets, "
            "and not all are declared."
        )
    return Settings(members.replaced(carrier, new_members), before, after, config.tested, config.known, tuple(warnings))


def _changed_besides_config(
    carrier: members.Carrier,
    declared: DeclaredConnection,
    connector: tuple[int | None, str] | None,
    connector_names: t.Mapping[int, str],
    access: t.Mapping[str, t.Any],
    people: People,
) -> tuple[dict[str, t.Any], dict[str, t.Any], dict[str, t.Any]]:
    """The new members of name, connector, description and access, and the words before and after.

    :param connector: id and name of another connector, or None.
    """
    new_members: dict[str, t.Any] = {}
    before: dict[str, t.Any] = {}
    after: dict[str, t.Any] = {}

    def note(word: str, was: t.Any, will: t.Any) -> None:
        before[word], after[word] = was, will

    raw_name = members.text(carrier, "DisplayName") or ""
    if declared.ref.id is not None and declared.name is not UNSET and not names.answers_to(raw_name, declared.name):
        refuse_no_text(declared.name, f"{declared.place}.name")
        new_members["DisplayName"] = declared.name
        note("name", names.readable(raw_name), declared.name)
    connector_id = members.number(carrier, "ErpConnectorId") or 0
    if connector is not None:
        new_members["ErpConnectorId"] = connector[0]
        note("connector", connector_names.get(connector_id, connector_id), connector[1])
    if declared.description is not UNSET:
        raw, wanted = members.text(carrier, "DisplayDescription") or "", declared.description or ""
        if wanted != raw and not (wanted and names.answers_to(raw, wanted)):
            refuse_no_text(wanted, f"{declared.place}.description")
            new_members["DisplayDescription"] = wanted
            note("description", names.readable(raw), wanted)
    changed_access = {**carrier, **access}
    if access and access_words(carrier) != access_words(changed_access):
        new_members.update(access)
        note("access", access_words(carrier, *people), access_words(changed_access, *people))
    return new_members, before, after


class _Config(t.NamedTuple):
    """The configuration of an existing connection, as it shall be saved."""

    whole: t.Mapping[str, str | None]
    # Whether it changes, and the difference in the words of a document.
    differs: bool
    before: t.Mapping[str, t.Any]
    after: t.Mapping[str, t.Any]
    # Whether to test it before saving, and whether all values are known, so that this is possible.
    tested: bool
    known: bool
    # Why the connection must not be saved.
    refusal: str | None = None
    # What saving may lose.
    warning: str | None = None


def _known_config(
    carrier: members.Carrier,
    declared: DeclaredConnection,
    fields: t.Sequence[members.Carrier],
    secrets: str,
    others: list[str],
    *,
    at_new_url: bool,
) -> _Config:
    """Lay the declared values over a configuration whose fields are known.

    :param others: the other settings that change, for messages.
    """
    place = f"{declared.place}.config"
    shown = members.carrier(carrier, "ConfigFields")
    asked = {members.text(field, "FieldKey") for field in fields}
    current: dict[str, str | None] = {key: value for key, value in (shown or {}).items() if key in asked or not at_new_url}
    wanted = {} if declared.config is UNSET else configuration.encode(declared.config, fields, place, current)
    secret = secret_values.secret_keys(fields)
    not_shown = unseen(current, fields)
    configuration.read_only({key: value for key, value in wanted.items() if key not in not_shown.all}, current, fields, place)
    differ = configuration.differing(wanted, current, fields)
    if secrets == "send":
        differ |= {key for key in wanted if key in secret and wanted[key]}
    else:
        # Hidden secrets cannot be compared, so they never count as changed.
        differ -= not_shown.all if secrets == "keep" else secret
    refuse_masks(wanted, differ, secret, place)
    whole = {**current, **{key: value for key, value in wanted.items() if key in differ or key in not_shown.all}}
    undeclared = not_shown.all - set(wanted)
    if differ:
        configuration.complete(whole, fields, place, unknowable=undeclared)
    settable = any(members.text(field, "FieldType") != "Label" for field in fields)
    was, will = field_value.all_plain(current, fields), field_value.all_plain(wanted, fields)
    return _Config(
        whole,
        bool(differ),
        {
            key: secret_values.redacted(current.get(key)) if key in secret else secret_values.open_value(was.get(key))
            for key in sorted(differ)
        },
        {
            key: secret_values.REDACTED_CHANGED if key in secret else secret_values.open_changed(was.get(key), will[key])
            for key in sorted(differ)
        },
        tested=bool(differ) or not not_shown.all.isdisjoint(wanted),
        known=not undeclared,
        refusal=_no_config(declared, others) if shown is None and settable else _at_risk(place, current, fields, set(wanted)),
        warning=_unsure(place, not_shown.unsure - set(wanted)),
    )


def _at_risk(
    place: str, current: t.Mapping[str, str | None], fields: t.Sequence[members.Carrier], declared: t.Collection[str]
) -> str | None:
    """Why saving could overwrite a hidden secret; None if it cannot.

    SuperOffice does not document what it does with a mask or a blank that is saved. A lost
    password stops the synchronisation.
    """
    not_shown = unseen(current, fields)
    asked = {members.text(field, "FieldKey") for field in fields}
    masked = {key for key, value in current.items() if secret_values.is_server_mask(value)}
    hidden = sorted((not_shown.hidden | masked) - set(declared))
    stale = [key for key in hidden if key not in asked]
    suspected = sorted(not_shown.suspected - set(declared))
    if stale:
        return (
            f"{place}: the server does not give back {', '.join(stale)}, and saving the connection could overwrite it. "
            "The connector no longer asks for it, so it cannot be declared: save the connection in SuperOffice's administration first."
        )
    if hidden:
        also = f" Declare {', '.join(suspected)} too, as null where it has no value." if suspected else ""
        return (
            f"{place}: the server does not give back {', '.join(hidden)}, and saving the connection could overwrite it. "
            f"Declare it as well; it counts as unchanged as long as the saved connection works.{also}"
        )
    if suspected:
        return (
            f"{place}: the server hides secrets, and does not show whether {', '.join(suspected)} has a value; "
            "saving the connection could overwrite it. Declare it as well, as null where it has no value."
        )
    return None


def _unsure(place: str, keys: t.Collection[str]) -> str | None:
    if not keys:
        return None
    return (
        f"{place}: the server shows no value of {', '.join(sorted(keys))}, but may hide one. It is saved as shown, "
        "and a hidden value may be lost. Declare it to be sure, as null where it has no value."
    )


def _no_config(declared: DeclaredConnection, others: list[str]) -> str:
    what = ", ".join(others) or "config"
    return (
        f"{declared.place}: the server does not show the configuration of this connection, and saving {what} could overwrite it. "
        f"Leave {what} as it is, or change it in SuperOffice's administration."
    )


def _moved_config(carrier: members.Carrier, declared: DeclaredConnection, fields: ConfigFields, old_fields: ConfigFields) -> _Config:
    """The configuration for another connector.

    It takes no value of the previous connector: equal keys need not mean the same.
    """
    config = _first(declared, fields)
    dropped = _words(dict(members.carrier(carrier, "ConfigFields") or {}), old_fields)
    if isinstance(fields, Unknown):
        words = _declared_words({} if declared.config is UNSET else declared.config)
    else:
        words = _words(config, fields)
    words = {key: secret_values.moved(dropped.get(key), value) for key, value in words.items()}
    return _Config(config, dropped != words, dropped, words, tested=True, known=not isinstance(fields, Unknown))


def _unknown_config(carrier: members.Carrier, declared: DeclaredConnection, fields: Unknown, others: list[str]) -> _Config:
    """A configuration while its fields are unknown: secret and mandatory values cannot be told.

    :param others: the other settings that change, for messages.
    """
    current: dict[str, str | None] = dict(members.carrier(carrier, "ConfigFields") or {})
    wanted = {} if declared.config is UNSET else declared.config
    differ = {key: value for key, value in sorted(wanted.items()) if ("" if value is None else str(value)) != (current.get(key) or "")}
    refuse_masks(wanted, differ, (), f"{declared.place}.config")
    what = ", ".join([*others, *(["config"] if differ else [])])
    refusal = (
        f"{declared.place}: its connector does not answer, so the secrets in its configuration are unknown. The server may hide them, and "
        f"saving {what} could overwrite them. Make the connector answer first, or leave {what} as it is. {fields.why}"
    ).rstrip()
    warning = (
        f"{declared.place}: its configuration may have hidden secrets that saving could overwrite. This is known only once its connector "
        "has the new URL."
    )
    return _Config(
        current,
        bool(differ),
        {key: secret_values.redacted(current.get(key)) for key in differ},
        {key: secret_values.REDACTED_CHANGED if value else value for key, value in differ.items()},
        tested=bool(differ),
        known=False,
        refusal=None if fields.later else refusal,
        warning=warning if fields.later else None,
    )
