# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads lists of tenants for an inventory: their names, the names of their hosts, and variables of
these. No I/O.
"""

from __future__ import annotations

import re
import typing as t

from ..module_utils._client.errors import BadInput
from ..module_utils._client.settings import tenant_of_option
from ..module_utils._wire.wording import hint, in_one_message, shown
from ._variables import PREFIX

GROUP = "superoffice"
"""The group of all hosts."""
ADDRESS, STATE, RUNNING, VERSION, VALID_UNTIL, MESSAGE = "address", "state", "running", "version", "valid_until", "message"
TOLD = (ADDRESS, STATE, RUNNING, VERSION, VALID_UNTIL, MESSAGE)
"""The variables with what the sign-in host tells."""
TENANT, ENVIRONMENT, LOGIN_URL = f"{PREFIX}tenant", f"{PREFIX}online_environment", f"{PREFIX}login_url"
# Tasks refuse variables that contradict where a tenant is.
_TAKEN = frozenset({*TOLD, TENANT, ENVIRONMENT, LOGIN_URL, f"{PREFIX}context_identifier", f"{PREFIX}url"})
_KEYS = ("tenant", "name", "vars")
# Other characters have a meaning in patterns of hosts, such as those of --limit.
_HOST = re.compile(r"\w[\w.-]{0,252}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NOT_HOSTS = frozenset({"all", "ungrouped", GROUP})
_FORM = "Write a tenant such as Cust12345, or keys: tenant, and perhaps name and vars."


class Entry(t.NamedTuple):
    """A tenant of a list, and its host."""

    tenant: str
    """As SuperOffice writes it."""
    name: str
    """The name of the host."""
    variables: t.Mapping[str, t.Any]
    place: str
    """Where it stands, for messages."""


def read(listed: t.Any, place: str, *, with_variables: bool = True) -> list[Entry]:
    """The entries of a list of names and of keys with values.

    :param place: the option or file, for messages.
    :param with_variables: whether its author may set variables.
    :raises BadInput: for all that cannot be used, in one message.
    """
    if not isinstance(listed, (list, tuple)):
        raise BadInput(f"{place} is {shown(listed)}; give a list. {_FORM}")
    found, wrong = [], []
    for number, item in enumerate(listed):
        try:
            found.append(_entry(item, f"{place}[{number}]", with_variables))
        except BadInput as error:
            wrong.append(error.message)
    if wrong:
        raise BadInput(in_one_message(wrong))
    return found


def read_lines(text: str, place: str) -> list[Entry]:
    """The entries of a text with one tenant in each line. ``#`` begins a comment.

    :raises BadInput: for all lines that cannot be used, in one message.
    """
    found, wrong = [], []
    for number, line in enumerate(text.splitlines(), 1):
        name = line.partition("#")[0].strip()
        try:
            if name:
                found.append(_entry(name, f"{place}, line {number}", False))
        except BadInput as error:
            wrong.append(error.message)
    if wrong:
        raise BadInput(in_one_message(wrong))
    return found


def together(entries: t.Iterable[Entry]) -> list[Entry]:
    """The entries in their order, each tenant once.

    :raises BadInput: for a tenant with two hosts, and for a host with two tenants, all in one
        message.
    """
    by_tenant: dict[str, Entry] = {}
    by_name: dict[str, Entry] = {}
    wrong = []
    for entry in entries:
        twin, namesake = by_tenant.get(entry.tenant), by_name.get(entry.name)
        if twin is not None:
            # A second host would do the same again, at the same time.
            if (twin.name, twin.variables) != (entry.name, entry.variables):
                wrong.append(
                    f"{entry.place} is the tenant {entry.tenant} once more, with another name or other variables than {twin.place}. "
                    "Keep one of them."
                )
        elif namesake is not None:
            wrong.append(
                f"{entry.place} has the name {entry.name}, which {namesake.place} has for {namesake.tenant}. "
                "Give each tenant a name of its own."
            )
        else:
            by_tenant[entry.tenant] = by_name[entry.name] = entry
    if wrong:
        raise BadInput(in_one_message(wrong))
    return list(by_tenant.values())


def _entry(item: t.Any, place: str, with_variables: bool) -> Entry:
    """
    :raises BadInput: naming the place.
    """
    if isinstance(item, str) and item.strip():
        tenant = tenant_of_option(item, place)
        return Entry(tenant, tenant, {}, place)
    if not isinstance(item, t.Mapping):
        raise BadInput(f"{place} is {shown(item)}. {_FORM}")
    for key in item:
        if key not in _KEYS:
            raise BadInput(f"{place} has an unknown key {shown(key)}. {_FORM}{hint(str(key), _KEYS)}")
    if not isinstance(item.get("tenant"), str):
        raise BadInput(f"{place}.tenant is {shown(item.get('tenant'))}. Give the tenant, for example Cust12345.")
    tenant = tenant_of_option(item["tenant"], f"{place}.tenant")
    name = item.get("name")
    return Entry(
        tenant,
        tenant if name is None else _host_name(name, f"{place}.name"),
        _variables(item.get("vars"), f"{place}.vars", with_variables),
        place,
    )


def _host_name(name: t.Any, place: str) -> str:
    text = name.strip() if isinstance(name, str) else ""
    if not _HOST.fullmatch(text):
        raise BadInput(f"{place} is {shown(name)}, which is no name of a host. Use letters, digits, and _ . - behind the first of them.")
    if text.lower() in _NOT_HOSTS:
        raise BadInput(f"{place} is {text}, which is the name of a group. Use another name.")
    return text


def _variables(given: t.Any, place: str, allowed: bool) -> t.Mapping[str, t.Any]:
    if given is None:
        return {}
    if not allowed:
        raise BadInput(
            f"{place}: a list from tenants_url sets no variables, because variables decide what Ansible runs. Keep them in the inventory, "
            "for example in host_vars."
        )
    if not isinstance(given, t.Mapping):
        raise BadInput(f"{place} is {shown(given)}; give names of variables with their values.")
    for name in given:
        if not isinstance(name, str) or not _VARIABLE.fullmatch(name):
            raise BadInput(f"{place} has {shown(name)}, which is no name of a variable. Use letters, digits and _.")
        if name in _TAKEN:
            raise BadInput(f"{place} has {name}, which this plugin sets or another says in its place. Use another name, or leave it out.")
    return given
