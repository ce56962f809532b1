# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What a server that accepted a save then shows otherwise than it was sent. What it does not show, nobody can judge."""

from __future__ import annotations

import typing as t

from .._model import configuration, field_value, names, secret_values
from .._model.connection import access_words
from .._model.declared import UNSET, DeclaredDefault
from .._wire import members

_ACCESS = ("AllAccess", "UserGroupAccessIds", "AssociateAccessIds")


def settings_not_taken(
    sent: members.Carrier, shown: members.Carrier, changed: t.Container[str], config: t.Iterable[str], fields: t.Iterable[members.Carrier]
) -> list[str]:
    """What of a saved connection is not as it was sent, in the words of a document.

    :param sent: the connection as it was saved.
    :param shown: the server's answer.
    :param changed: the words of what was to change.
    :param config: the keys of the declared configuration; secrets among them are not compared.
    :param fields: what the connector says of its configuration.
    """
    left: list[str] = []
    for word, member in (("name", "DisplayName"), ("description", "DisplayDescription")):
        wanted, found = members.text(sent, member) or "", members.text(shown, member)
        # The text of one language may be shown in place of all.
        if word in changed and found is not None and wanted != found and not names.answers_to(found, wanted):
            if not names.answers_to(wanted, found):
                left.append(word)
    connector = members.number(shown, "ErpConnectorId")
    if "connector" in changed and connector is not None and connector != members.number(sent, "ErpConnectorId"):
        left.append("connector")
    if "access" in changed and all(members.member(shown, member) is not None for member in _ACCESS):
        if access_words(shown) != access_words(sent):
            left.append("access")
    if "config" in changed:
        fields = list(fields)
        found_config = members.carrier(shown, "ConfigFields") or {}
        wanted_config = members.carrier(sent, "ConfigFields") or {}
        open_keys = {key for key in config if key in found_config} - secret_values.secret_keys(fields)
        declared = {key: wanted_config.get(key) for key in open_keys}
        left.extend(f"config.{key}" for key in sorted(configuration.differing(declared, found_config, fields)))
    return left


def default_not_taken(declared: DeclaredDefault, shown: members.Carrier) -> list[str]:
    """What of a field's default settings is not as it was declared, in the words of a document. Secrets are not compared."""
    left: list[str] = []
    kind = members.text(shown, "FieldType")
    has = members.flag(shown, "HasFirstSyncDefaultValue")
    if declared.value is not UNSET and has is not None and kind != "Password":
        means = has and field_value.means(declared.value, members.text(shown, "FirstSyncDefaultValue"), kind)
        if has if declared.value is None else not means:
            left.append("value")
    for word, wanted, member in (("prompt", declared.prompt, "PromptUser"), ("mandatory", declared.mandatory, "Mandatory")):
        found = members.flag(shown, member)
        if word == "mandatory" and wanted is False and members.text(shown, "Access") == "Mandatory":
            # The ERP system's own demand stays.
            continue
        if wanted is not UNSET and found is not None and found != wanted:
            left.append(word)
    return left
