# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds the groups of a host that declare a variable; a task sees only the winning value.

It uses private parts of Ansible: the inventory behind ``hostvars``, and the loading of variable
files. They work in ansible-core 2.16 to 2.22.
"""

from __future__ import annotations

import typing as t

from ansible.inventory.helpers import sort_groups
from ansible.vars.plugins import get_vars_from_inventory_sources, get_vars_from_path


class Rivals(t.NamedTuple):
    """Groups that declare the same variable for a host, none of them part of another."""

    winner: str
    losers: tuple[str, ...]


def rivals(variable: str, variables: t.Mapping[str, t.Any], loader: t.Any) -> Rivals | None:
    """The groups that declare a variable for a host, where only Ansible's order of groups decides.

    None where another rule decides: a group within the other, a higher priority, the host itself,
    or an extra variable.

    :param variables: the variables of the host, not templated.
    """
    inventory = variables["hostvars"]._inventory
    host = inventory.get_host(variables["inventory_hostname"])

    def declared_by(entity: t.Any) -> dict[str, t.Any]:
        found = dict(entity.get_vars())
        found.update(get_vars_from_inventory_sources(loader, inventory._sources, [entity], "task"))
        found.update(get_vars_from_path(loader, variables["playbook_dir"], [entity], "task"))
        return found

    if variable in declared_by(host):
        return None
    declaring = [(group, values[variable]) for group in sort_groups(host.get_groups()) if variable in (values := declared_by(group))]
    if len(declaring) < 2:
        return None
    winner, value = declaring[-1]
    if variables.get(variable) != value:
        return None
    over = {group.name for group in winner.get_ancestors()}
    losers = tuple(group.name for group, _value in declaring[:-1] if group.name not in over and group.priority >= winner.priority)
    return Rivals(winner.name, losers) if losers else None
