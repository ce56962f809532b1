# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import time
import typing as t

from ansible.errors import AnsibleFilterError
from ansible.utils.unsafe_proxy import wrap_var

from ..plugin_utils import _health, _monitoring

DOCUMENTATION = r"""
name: monitoring
short_description: Write what the playbook health found for a monitoring system
version_added: 1.0.0
author:
  - The superoffice.erpsync contributors (@superoffice-erpsync)
description:
  - Writes the findings of the playbook C(superoffice.erpsync.health) in the format of a
    monitoring system, from the variables that it set for the hosts.
positional: _input, variables, format
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
  format:
    description:
      - V(nagios) is the line of a plugin for Nagios, Icinga and their like, with its exit status.
      - V(prometheus) is the text of a file for the textfile collector of Prometheus' node exporter.
    type: str
    choices: [nagios, prometheus]
    required: true
  at:
    description: When the playbook ran, in seconds since 1970, for V(prometheus). By default now.
    type: float
"""

EXAMPLES = r"""
- name: Show the line
  ansible.builtin.debug:
    msg: "{{ (ansible_play_hosts_all | superoffice.erpsync.monitoring(hostvars, 'nagios')).line }}"
  run_once: true
"""

RETURN = r"""
_value:
  description: >-
    For V(nagios), a dictionary of C(exit_status) from 0 to 3, C(state) in a word, the C(line), and the
    same three of each of the C(installations). For V(prometheus), a text.
  type: raw
"""

FORMATS = ("nagios", "prometheus")


def monitoring(hosts: t.Any, variables: t.Any, format: str, at: float | None = None) -> t.Any:
    if format not in FORMATS:
        raise AnsibleFilterError(f"monitoring knows the formats {', '.join(FORMATS)}, not {format}.")
    checked = [_health.checked(host, variables[host]) for host in hosts]
    if format == "prometheus":
        return wrap_var(_monitoring.prometheus(checked, time.time() if at is None else float(at)))
    worst_first = sorted(checked, key=lambda one: _health.RESULTS.index(one.result))
    whole = _for_plugins(_monitoring.nagios(worst_first))
    # Texts of servers must not be templated.
    return wrap_var({**whole, "installations": {one.name: _for_plugins(_monitoring.nagios([one])) for one in worst_first}})


def _for_plugins(line: _monitoring.Line) -> dict[str, t.Any]:
    return {"exit_status": line.code, "state": line.state, "line": line.text}


class FilterModule:
    """Gives Ansible the filter."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"monitoring": monitoring}
