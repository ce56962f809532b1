# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This is private to superoffice.erpsync: it may change in any release. Do not use it from outside.

"""A connection's own settings: what is declared laid over the whole carrier."""

from __future__ import annotations

import typing as t

from .._model import configuration, names, wire
from .._model._checks import DocumentError
from .._model.connection import access_words
from .._model.current import Person
from .._model.declared import UNSET, DeclaredAccess, DeclaredConnection
from .._model.environment import CurrentEnvironment
from .._model.reference import Reference
from .directory import person_id
from .texts import refuse_masks, refuse_no_text


class Settings(t.NamedTuple):
    """A connection's carrier as it shall be saved, and the difference in the words of a document, secrets redacted."""

    carrier: dict[str, t.Any]
    before: dict[str, t.Any]
    after: dict[str, t.Any]
    # Whether the configuration changes, or may with a secret that cannot be compared, and whether all of its values are known, so that
    # it can be tested.
    config_changes: bool
    config_known: bool

    @property
    def changes(self) -> bool:
        return self.before != self.after

    @property
    def config(self) -> dict[str, str | None]:
        """The configuration as it shall be saved."""
        return dict(wire.carrier(self.carrier, "ConfigFields") or {})


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
    members: dict[str, t.Any] = {}
    if access.user_groups is not UNSET:
        members["UserGroupAccessIds"] = _ids(access.user_groups, groups, "user group", f"{place}.access.user_groups")
    if access.users is not UNSET:
        members["AssociateAccessIds"] = _ids(access.users, users, "user", f"{place}.access.users")
    if access.everyone is not UNSET:
        members["AllAccess"] = access.everyone
    elif members:
        members["AllAccess"] = False
    return members


def _ids(refs: t.Sequence[Reference], people: t.Sequence[Person], kind: str, place: str) -> list[int]:
    return sorted({person_id(people, ref, kind, f"{place}[{index}]") for index, ref in enumerate(refs)})


def new_settings(
    declared: DeclaredConnection,
    connector_id: int,
    connector_name: str,
    access: t.Mapping[str, t.Any],
    fields: t.Sequence[wire.Carrier] | None,
    people: People = NOBODY,
) -> Settings:
    """A connection that does not exist yet.

    :param fields: what its connector says of its configuration; None where the connector does not exist yet either.
    :raises DocumentError: for a configuration that cannot be.
    """
    name = declared.ref.name or ""
    config: dict[str, str | None] = {}
    words: dict[str, t.Any] = {}
    place = f"{declared.place}.config"
    refuse_no_text(declared.description, f"{declared.place}.description")
    if declared.config is not UNSET:
        refuse_masks(declared.config, declared.config, configuration.secret_keys(fields or ()), place)
    if fields is not None:
        config = {
            **configuration.proposals(fields),
            **configuration.encode({} if declared.config is UNSET else declared.config, fields, place),
        }
        configuration.complete(config, fields, place)
    if declared.config is not UNSET:
        # Only what is declared: what the connector proposes is not known before it exists.
        secret = configuration.secret_keys(fields) if fields is not None else set(declared.config)
        words = {
            key: configuration.REDACTED if key in secret and value else (config[key] if fields is not None else value)
            for key, value in declared.config.items()
        }
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
    return Settings(carrier, {}, after, bool(config), fields is not None)


def changed_settings(
    carrier: wire.Carrier,
    declared: DeclaredConnection,
    *,
    connector: tuple[int, str] | None,
    connector_names: t.Mapping[int, str],
    access: t.Mapping[str, t.Any],
    fields: t.Sequence[wire.Carrier],
    secrets: str,
    people: People = NOBODY,
) -> Settings:
    """An existing connection with what is declared laid over it; all other members stay as they came.

    :param connector: id and name of the declared connector, None where none is declared.
    :param fields: what the connector says of its configuration; needed only where a configuration is declared.
    :param secrets: what to do with declared secrets whose stored value cannot be seen: ``send`` them because they
        differ or shall be sent always, ``keep`` them out of the comparison, or ``ignore`` them altogether.
    :raises DocumentError: for a configuration that cannot be.
    """
    members: dict[str, t.Any] = {}
    before: dict[str, t.Any] = {}
    after: dict[str, t.Any] = {}

    def note(word: str, was: t.Any, will: t.Any) -> None:
        before[word], after[word] = was, will

    raw_name = wire.text(carrier, "DisplayName") or ""
    if declared.ref.id is not None and declared.name is not UNSET and not names.answers_to(raw_name, declared.name):
        refuse_no_text(declared.name, f"{declared.place}.name")
        members["DisplayName"] = declared.name
        note("name", names.readable(raw_name), declared.name)
    connector_id = wire.number(carrier, "ErpConnectorId") or 0
    if connector is not None and connector[0] != connector_id:
        members["ErpConnectorId"] = connector[0]
        note("connector", connector_names.get(connector_id, connector_id), connector[1])
    if declared.description is not UNSET:
        raw, wanted = wire.text(carrier, "DisplayDescription") or "", declared.description or ""
        if wanted != raw and not (wanted and names.answers_to(raw, wanted)):
            refuse_no_text(wanted, f"{declared.place}.description")
            members["DisplayDescription"] = wanted
            note("description", names.readable(raw), wanted)
    changed_access = {**carrier, **access}
    if access and access_words(carrier) != access_words(changed_access):
        members.update(access)
        note("access", access_words(carrier, *people), access_words(changed_access, *people))
    config = _Config.of(carrier, declared, fields, secrets)
    if config.differ:
        members["ConfigFields"] = config.whole
        note("config", config.words_before, config.words_after)
    if members:
        # Whatever changes, the whole connection is saved, its configuration with it.
        members["ConfigFields"] = config.safe_to_save()
    unseen_secrets = bool(members) and not config.unseen.isdisjoint(config.declared)
    return Settings(wire.replaced(carrier, members), before, after, bool(config.differ) or unseen_secrets, config.known)


class _Config(t.NamedTuple):
    """The configuration of an existing connection with what is declared laid over it."""

    place: str
    fields: t.Sequence[wire.Carrier]
    current: t.Mapping[str, str | None]
    # Encoded, all of what is declared.
    declared: t.Mapping[str, str | None]
    # Keys whose values are to change.
    differ: frozenset[str]
    secret: frozenset[str]

    @classmethod
    def of(cls, carrier: wire.Carrier, declared: DeclaredConnection, fields: t.Sequence[wire.Carrier], secrets: str) -> _Config:
        place = f"{declared.place}.config"
        current: dict[str, str | None] = dict(wire.carrier(carrier, "ConfigFields") or {})
        wanted = {} if declared.config is UNSET else configuration.encode(declared.config, fields, place)
        configuration.read_only(wanted, current, fields, place)
        secret = configuration.secret_keys(fields)
        unseen = {key for key in secret if not configuration.given_back(current.get(key))}
        differ = configuration.differing(wanted, current, fields)
        if secrets == "send":
            differ |= {key for key in wanted if key in secret and wanted[key]}
        else:
            # What cannot be seen cannot be compared; a blank that is declared would not even differ.
            differ -= unseen if secrets == "keep" else secret
        refuse_masks(wanted, differ, secret, place)
        config = cls(place, fields, current, wanted, frozenset(differ), frozenset(secret))
        if differ:
            configuration.complete(config.whole, fields, place, unknowable=unseen - set(wanted))
        return config

    @property
    def unseen(self) -> set[str]:
        """The secret keys whose stored values the server does not give back, or that have none."""
        return {key for key in self.secret if not configuration.given_back(self.current.get(key))}

    @property
    def whole(self) -> dict[str, str | None]:
        """The configuration to save: what came, what changes, and the declared secrets in place of what the server hides."""
        changed = {key: value for key, value in self.declared.items() if key in self.differ or key in self.unseen}
        return {**self.current, **changed}

    @property
    def known(self) -> bool:
        """Whether all values are really known, so that the configuration can be tested before it is saved."""
        return not (self.unseen - set(self.declared))

    @property
    def words_before(self) -> dict[str, t.Any]:
        return {
            key: configuration.redacted(self.current.get(key)) if key in self.secret else self.current.get(key)
            for key in sorted(self.differ)
        }

    @property
    def words_after(self) -> dict[str, t.Any]:
        return {key: configuration.REDACTED_CHANGED if key in self.secret else self.declared[key] for key in sorted(self.differ)}

    def safe_to_save(self) -> dict[str, str | None]:
        """The configuration to save, once it is certain that saving does not overwrite a secret with what stands in its place.

        What a server does with a mask or a blank that comes back is not documented, and a lost password stops the synchronisation.

        :raises DocumentError: naming the secrets that must be declared.
        """
        mandatory = {wire.text(field, "FieldKey") or "" for field in self.fields if wire.text(field, "Access") == "Mandatory"}
        at_risk = sorted(
            key
            for key in self.secret | {key for key, value in self.current.items() if configuration.is_mask(value)}
            if key not in self.declared
            and (configuration.is_mask(self.current.get(key)) or (key in mandatory and not self.current.get(key)))
        )
        if at_risk:
            raise DocumentError(
                f"{self.place}: the server does not give back {', '.join(at_risk)}, and saving the connection could overwrite it. "
                "Declare it as well; it counts as unchanged as long as the saved connection works."
            )
        return self.whole
