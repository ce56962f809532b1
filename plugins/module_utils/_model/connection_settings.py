# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""A connection's own settings: what is declared laid over the whole carrier."""

from __future__ import annotations

import typing as t

from .._wire import members
from . import configuration, field_value, names, secret_values
from .checks import DocumentError, at
from .connection import access_words
from .current import Person
from .declared import UNSET, DeclaredAccess, DeclaredConnection, Scalar
from .environment import CurrentEnvironment
from .reference import Reference
from .secret_values import unseen
from .texts import refuse_masks, refuse_no_text
from .things import person_ids
from .unknown import ConfigFields, Unknown, known


class Settings(t.NamedTuple):
    """A connection's carrier as it shall be saved, and the difference in the words of a document, secrets redacted."""

    carrier: dict[str, t.Any]
    before: dict[str, t.Any]
    after: dict[str, t.Any]
    # Whether the configuration changes, or may with a secret that cannot be compared, and whether all of its values are known, so that
    # it can be tested.
    config_changes: bool
    config_known: bool
    # What could not be looked at, in sentences.
    warnings: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        return self.before != self.after

    @property
    def config(self) -> dict[str, str | None]:
        """The configuration as it shall be saved."""
        return dict(members.carrier(self.carrier, "ConfigFields") or {})


# Names of user groups and of users by id, as far as they are known; what a difference shows instead of ids.
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
    :raises DocumentError: for a name that nobody has.
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
    """A connection that does not exist yet.

    :param fields: what its connector says of its configuration; unknown where the connector does not exist yet either.
    :raises DocumentError: for a configuration that cannot be.
    """
    name = declared.ref.name or ""
    config = _first(declared, fields)
    words: dict[str, t.Any] = {}
    refuse_no_text(declared.description, f"{declared.place}.description")
    if declared.config is not UNSET:
        # Only what is declared: what the connector proposes is not known before it exists.
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
        # Without a word about access everybody has it, as in the administration screen.
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
    """The first configuration with a connector: what it proposes, and what is declared; empty where its fields are unknown.

    :raises DocumentError: for a configuration that cannot be.
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
    """A configuration for a difference. What no field speaks of is a secret."""
    return secret_values.redact(values, known(fields))


def _declared_words(declared: t.Mapping[str, Scalar]) -> dict[str, t.Any]:
    """A declared configuration for a difference, where nothing says which values are secret."""
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
) -> Settings:
    """An existing connection with what is declared laid over it; all other members stay as they came.

    :param connector: id and name of the declared connector, None where none is declared. One without an id is yet to be created.
    :param fields: what the connector says of its configuration, the declared one where the connection moves.
    :param secrets: what to do with declared secrets whose stored value cannot be seen: ``send`` them because they
        differ or shall be sent always, ``keep`` them out of the comparison, or ``ignore`` them altogether.
    :param old_fields: what the connector says that the connection moves away from; for the difference only.
    :raises DocumentError: for a configuration that cannot be, and where saving could overwrite what cannot be seen.
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
    moves = connector is not None and connector[0] != connector_id
    if connector is not None and moves:
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
    if moves:
        config = _moved_config(carrier, declared, fields, old_fields)
    elif isinstance(fields, Unknown):
        config = _unknown_config(carrier, declared, fields, list(after))
    else:
        config = _known_config(carrier, declared, fields, secrets, list(after))
    if config.differs:
        note("config", config.before, config.after)
    if not new_members and not config.differs:
        return Settings(dict(carrier), before, after, False, config.known)
    if config.refusal is not None:
        raise DocumentError(config.refusal)
    # Whatever changes, the whole connection is saved, its configuration with it.
    new_members["ConfigFields"] = config.whole
    warnings = [config.warning] if config.warning else []
    if declared.test and config.tested and not config.known and not isinstance(fields, Unknown):
        warnings.append(
            f"{declared.place} cannot be tested before it is saved: the server does not give back all of its secrets, "
            "and not all are declared."
        )
    return Settings(members.replaced(carrier, new_members), before, after, config.tested, config.known, tuple(warnings))


class _Config(t.NamedTuple):
    """The configuration of an existing connection as it shall be saved."""

    whole: t.Mapping[str, str | None]
    # Whether it changes, and the difference in words.
    differs: bool
    before: t.Mapping[str, t.Any]
    after: t.Mapping[str, t.Any]
    # Whether to test it before it is saved, and whether all of its values are known, so that this can be done.
    tested: bool
    known: bool
    # Why the connection must not be saved.
    refusal: str | None = None
    # What may be lost when it is saved.
    warning: str | None = None


def _known_config(
    carrier: members.Carrier, declared: DeclaredConnection, fields: t.Sequence[members.Carrier], secrets: str, others: list[str]
) -> _Config:
    """What is declared laid over a configuration whose connector says which values are secret.

    :param others: the options besides it whose values differ.
    """
    place = f"{declared.place}.config"
    shown = members.carrier(carrier, "ConfigFields")
    current: dict[str, str | None] = dict(shown or {})
    wanted = {} if declared.config is UNSET else configuration.encode(declared.config, fields, place, current)
    secret = secret_values.secret_keys(fields)
    not_shown = unseen(current, fields)
    configuration.read_only({key: value for key, value in wanted.items() if key not in not_shown.all}, current, fields, place)
    differ = configuration.differing(wanted, current, fields)
    if secrets == "send":
        differ |= {key for key in wanted if key in secret and wanted[key]}
    else:
        # Hidden secrets cannot be compared; a blank that is declared would not even differ.
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
        {key: secret_values.redacted(current.get(key)) if key in secret else was.get(key) for key in sorted(differ)},
        {key: secret_values.REDACTED_CHANGED if key in secret else will[key] for key in sorted(differ)},
        tested=bool(differ) or not not_shown.all.isdisjoint(wanted),
        known=not undeclared,
        refusal=_no_config(declared, others) if shown is None and settable else _at_risk(place, current, fields, set(wanted)),
        warning=_unsure(place, not_shown.unsure - set(wanted)),
    )


def _at_risk(
    place: str, current: t.Mapping[str, str | None], fields: t.Sequence[members.Carrier], declared: t.Collection[str]
) -> str | None:
    """Why saving could overwrite a secret with what stands in its place; None where it cannot.

    What a server does with a mask or a blank that comes back is not documented, and a lost password stops the synchronisation.
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
        f"{place}: the server shows no value of {', '.join(sorted(keys))}, and nothing tells whether it hides one. It is saved as it came, "
        "and a hidden value may be lost. Declare it to be sure, as null where it has no value."
    )


def _no_config(declared: DeclaredConnection, others: list[str]) -> str:
    what = ", ".join(others) or "config"
    return (
        f"{declared.place}: the server does not show the configuration of this connection, and saving {what} could overwrite it. "
        f"Leave {what} as it is, or change it in SuperOffice's administration."
    )


def _moved_config(carrier: members.Carrier, declared: DeclaredConnection, fields: ConfigFields, old_fields: ConfigFields) -> _Config:
    """The configuration with another connector, which gets nothing of the old one: what means the same may have the same key, or not."""
    config = _first(declared, fields)
    dropped = _words(dict(members.carrier(carrier, "ConfigFields") or {}), old_fields)
    if isinstance(fields, Unknown):
        words = _declared_words({} if declared.config is UNSET else declared.config)
    else:
        words = _words(config, fields)
    # The same stars on both sides would show nothing.
    words = {key: secret_values.REDACTED_CHANGED if value == secret_values.REDACTED else value for key, value in words.items()}
    return _Config(config, dropped != words, dropped, words, tested=True, known=not isinstance(fields, Unknown))


def _unknown_config(carrier: members.Carrier, declared: DeclaredConnection, fields: Unknown, others: list[str]) -> _Config:
    """A configuration of which nothing says what is secret, and what is missing.

    :param others: the options besides it whose values differ.
    """
    current: dict[str, str | None] = dict(members.carrier(carrier, "ConfigFields") or {})
    wanted = {} if declared.config is UNSET else declared.config
    differ = {key: value for key, value in sorted(wanted.items()) if ("" if value is None else str(value)) != (current.get(key) or "")}
    refuse_masks(wanted, differ, (), f"{declared.place}.config")
    what = ", ".join([*others, *(["config"] if differ else [])])
    refusal = (
        f"{declared.place}: its connector does not answer, so that nobody knows which values of its configuration are secrets, which the "
        f"server may hide: saving {what} could overwrite them. Make the connector answer first, or leave {what} as it is. {fields.why}"
    ).rstrip()
    warning = (
        f"{declared.place}: whether its configuration has secrets that saving could overwrite is known only once its connector has "
        "the new URL."
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
