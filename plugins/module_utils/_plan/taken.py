# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Compares the answer to a save with what was sent, as far as the answer shows it."""

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
    """The keys of a document under which a saved connection is not as it was sent.

    :param shown: the server's answer.
    :param changed: the keys whose values were to change.
    :param config: the keys of the declared configuration; secrets are not compared.
    :param fields: the connector's configuration fields.
    """
    left: list[str] = []
    for word, member in (("name", "DisplayName"), ("description", "DisplayDescription")):
        wanted, found = members.text(sent, member) or "", members.text(shown, member)
        # The server may show the text of one language instead of all.
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
    """The keys of a document under which default settings are not as declared. Secrets are not
    compared.
    """
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
            # The ERP system demands the field, whatever is declared.
            continue
        if wanted is not UNSET and found is not None and found != wanted:
            left.append(word)
    return left
