# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import datetime
import typing as t

from ansible.errors import AnsibleFilterError
from ansible.utils.unsafe_proxy import wrap_var

from ..plugin_utils import _fleet

DOCUMENTATION = r"""
name: fleet_summary
short_description: Summarise the installations of a playbook of this collection
version_added: 1.0.0
author:
  - The superoffice.erpsync contributors (@superoffice-erpsync)
description:
  - Summarises the findings of a playbook of this collection, from the variables that it set for the
    hosts.
  - The worst installation comes first, and equal ones come once.
positional: _input, variables, playbook
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
    description: The playbook to summarise.
    type: str
    choices: [drift, report, converge, sync, health]
    required: true
  only_problems:
    description: Whether the lines omit installations without a problem.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Sum up
  ansible.builtin.debug:
    msg: "{{ (ansible_play_hosts_all | superoffice.erpsync.fleet_summary(hostvars, 'sync')).lines }}"
  run_once: true
"""

RETURN = r"""
_value:
  description: The summary.
  type: dict
  contains:
    lines:
      description: The summary for people, in lines of at most 108 characters.
      type: list
      elements: str
    totals:
      description: The number of installations with each result, and the number of changes.
      type: dict
    hosts:
      description: The names of the installations with each result.
      type: dict
    report:
      description: All findings, for programs.
      type: dict
"""


def fleet_summary(hosts: t.Any, variables: t.Any, playbook: str, only_problems: t.Any = False) -> t.Any:
    if playbook not in _fleet.TOLD:
        raise AnsibleFilterError(f"fleet_summary knows the playbooks {', '.join(_fleet.TOLD)}, not {playbook}.")
    # Texts of servers must not be templated.
    now = datetime.datetime.now(datetime.timezone.utc)
    return wrap_var(_fleet.summary(playbook, list(hosts), variables, only_problems=bool(only_problems), now=now))


class FilterModule:
    """Gives Ansible the filter."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"fleet_summary": fleet_summary}
