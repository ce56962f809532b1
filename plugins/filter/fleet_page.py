# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError
from ansible.utils.unsafe_proxy import wrap_var

from ..plugin_utils import _fleet_page, _times

DOCUMENTATION = r"""
name: fleet_page
short_description: Make the data of the page that a playbook of this collection writes
version_added: 1.0.0
author:
  - The superoffice.erpsync contributors (@superoffice-erpsync)
description:
  - Lays out what a playbook of this collection found, from the variables that it set for the
    hosts, for the template C(page.html.j2) of the playbooks.
  - The worst installation comes first, and installations that are alike come one behind the other.
positional: _input, variables, playbook, at, inventory
options:
  _input:
    description: The names of the hosts.
    type: list
    elements: str
    required: true
  variables:
    description: The variables of the hosts, C(hostvars).
    type: dict
    required: true
  playbook:
    description: The playbook whose page it is.
    type: str
    choices: [drift, report, health]
    required: true
  at:
    description: The time of the run, in UTC, such as C(2026-11-03T14:02:00Z).
    type: str
    required: true
  inventory:
    description: The inventories of the run, for the commands on the page.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Write the page
  ansible.builtin.template:
    src: page.html.j2
    dest: index.html
    mode: "0644"
  vars:
    erpsync_page: "{{ ansible_play_hosts_all | superoffice.erpsync.fleet_page(hostvars, 'drift', at, ansible_inventory_sources) }}"
    at: "{{ now(utc=true).strftime('%Y-%m-%dT%H:%M:%SZ') }}"
"""

RETURN = r"""
_value:
  description: The data of the page, as plain texts, which the template escapes.
  type: dict
"""


def fleet_page(hosts: t.Any, variables: t.Any, playbook: str, at: str, inventory: t.Any = ()) -> t.Any:
    if playbook not in _fleet_page.PAGES:
        raise AnsibleFilterError(f"fleet_page knows the playbooks {', '.join(_fleet_page.PAGES)}, not {playbook}.")
    moment = _times.moment(at)
    if moment is None:
        raise AnsibleFilterError(f"fleet_page needs the time in UTC, such as 2026-11-03T14:02:00Z, not {at}.")
    run = _fleet_page.Run(moment, tuple(map(str, inventory or ())))
    # Texts of servers must not be templated.
    return wrap_var(_fleet_page.page(playbook, list(hosts), variables, run))


class FilterModule:
    """Gives Ansible the filter."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"fleet_page": fleet_page}
