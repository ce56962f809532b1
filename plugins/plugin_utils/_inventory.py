# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which groups of a host declare a variable. A task sees only the value that won.

This uses parts of Ansible that are not public: the inventory behind ``hostvars``, and the loading of variable files.
They are as they are used here in ansible-core 2.16 to 2.22.
"""

from __future__ import annotations

import typing as t

from ansible.inventory.helpers import sort_groups
from ansible.vars.plugins import get_vars_from_inventory_sources, get_vars_from_path


class Rivals(t.NamedTuple):
    """Groups that declare the same variable for a host without one being part of another."""

    winner: str
    losers: tuple[str, ...]


def rivals(variable: str, variables: t.Mapping[str, t.Any], loader: t.Any) -> Rivals | None:
    """The groups of a host that both declare a variable, where nothing but Ansible's order of groups says which of them wins.

    A group within the other one is meant to win, and so is one with a higher priority, the host itself, or an extra variable.

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
